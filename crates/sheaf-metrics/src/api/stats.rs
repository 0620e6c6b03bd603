//! `stats::`: the statistics of API 1.

use std::sync::Arc;

use rhai::{Dynamic, Map, NativeCallContext as Call};
use sheaf_charts::Scale;
use sheaf_stats::{
    Adjustment, CurveInterval, KaplanMeierOptions, LogRankOptions, MeanCumulativeOptions,
};

use super::smallness;
use crate::column::{About, Behind, Column, Marks, codes, count, numbers};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::outcome::{Field, Model, Outcome};
use crate::registry::{Answer, Group, Item, Registry};

const CURVE_COLUMNS: [&str; 10] = [
    "time",
    "at_risk",
    "events",
    "survival",
    "std_error",
    "lower",
    "upper",
    "failure",
    "failure_lower",
    "failure_upper",
];
const CURVE_NUMBERS: [&str; 5] = ["median", "median_lower", "median_upper", "n", "censored"];
const MCF_COLUMNS: [&str; 7] =
    ["time", "at_risk", "events", "value", "std_error", "lower", "upper"];
const CONCENTRATION_NUMBERS: [&str; 9] = [
    "gini",
    "gini_without_zeros",
    "pupils",
    "events",
    "any",
    "once",
    "repeat_count",
    "repeat_share",
    "half_from",
];

/// Registers every statistic.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Outcome>("result");
    registry.fields(|outcome: &mut Outcome, name: &str| outcome.field(name));
    registry.overload("to_string", |outcome: &mut Outcome| outcome.to_json().to_string());
    registry.overload("to_debug", |outcome: &mut Outcome| outcome.to_json().to_string());
    shares(registry);
    curves(registry);
    spread(registry);
}

const fn item(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    example: &'static str,
    gives: &'static str,
) -> Item {
    Item { group: Group::Statistics, name, signature, doc, example, gives }
}

fn shares(registry: &mut Registry) {
    registry.statistic(
        item(
            "wilson",
            "stats::wilson(x, n, #{level}) -> estimate",
            "The share `x` of `n` with Wilson's score interval.",
            "stats::wilson(81, 263).words",
            "31 % (95 % interval 26 to 37 %)",
        ),
        |call: Call, x: Dynamic, n: Dynamic, options: Map| at(&call, wilson(&x, &n, &options)),
    );
    registry.statistic_overload("wilson", |call: Call, x: Dynamic, n: Dynamic| {
        at(&call, wilson(&x, &n, &Map::new()))
    });
    registry.statistic(
        item(
            "rate",
            "stats::rate(n, exposure, #{level, cluster}) -> estimate",
            "Events for one unit of exposure with Garwood's exact interval; with `cluster`, \
             columns of events and exposure by pupil and an interval that minds that pupils \
             recur.",
            "stats::rate(11, 800.0).lower > 0.0068",
            "true",
        ),
        |call: Call, n: Dynamic, exposure: Dynamic, options: Map| {
            at(&call, rate(&n, &exposure, &options))
        },
    );
    registry.statistic_overload("rate", |call: Call, n: Dynamic, exposure: Dynamic| {
        at(&call, rate(&n, &exposure, &Map::new()))
    });
    registry.statistic(
        item(
            "adjust",
            "stats::adjust(p, \"bh\" | \"holm\") -> column",
            "P-values adjusted for being several: Benjamini-Hochberg for exploring, Holm for \
             claims.",
            "stats::adjust([0.01, 0.04], \"holm\").len",
            "2",
        ),
        |call: Call, p: Dynamic, method: &str| at(&call, adjust(&p, method)),
    );
}

/// The answer with the place of the call in its error: the engine adds none to functions of a
/// module.
fn at<T>(call: &Call<'_>, answer: Answer<T>) -> Answer<T> {
    answer.map_err(|mut error| {
        if error.position().is_none() {
            error.set_position(call.call_position());
        }
        error
    })
}

fn adjust(p: &Dynamic, method: &str) -> Answer<Column> {
    let adjustment = Adjustment::from_name(method)
        .ok_or_else(|| unknown("there is no adjustment", method, ["bh", "holm"]))?;
    let p = numbers("`p` of stats::adjust", p)?;
    let adjusted = sheaf_stats::adjust(&p, adjustment).map_err(|e| fault(e.to_string()))?;
    Ok(Column::numbers(adjusted))
}

/// The first of some values that is missing.
fn missing_in(values: &[&Dynamic]) -> Option<Missing> {
    values.iter().find_map(|value| value.read_lock::<Missing>().map(|missing| missing.clone()))
}

fn wilson(x: &Dynamic, n: &Dynamic, options: &Map) -> Answer<Estimate> {
    let given = Given::new("stats::wilson", options, &["level"])?;
    if let Some(missing) = missing_in(&[x, n]) {
        return Ok(Estimate::missing(missing));
    }
    let (x, n) = (count("`x` of stats::wilson", x)?, count("`n` of stats::wilson", n)?);
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    Ok(Estimate::of(sheaf_stats::wilson(x, n, level)))
}

fn rate(n: &Dynamic, exposure: &Dynamic, options: &Map) -> Answer<Estimate> {
    let given = Given::new("stats::rate", options, &["level", "cluster"])?;
    if let Some(missing) = missing_in(&[n, exposure]) {
        return Ok(Estimate::missing(missing));
    }
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let e = numbers("`exposure` of stats::rate", exposure)?;
    let Some(cluster) = given.codes("cluster")? else {
        let n = count("`n` of stats::rate", n)?;
        let &[e] = e.as_slice() else {
            return Err(fault("several exposures need `cluster`, the column of pupils"));
        };
        return Ok(Estimate::of(sheaf_stats::rate(n, e, level)));
    };
    let n = numbers("`n` of stats::rate", n)?;
    Ok(Estimate::of(sheaf_stats::clustered_rate(&n, &e, &cluster, level)))
}

/// The pupils and records behind an argument.
fn behind(value: &Dynamic) -> Option<Arc<Behind>> {
    value.read_lock::<Column>()?.behind.clone()
}

fn curves(registry: &mut Registry) {
    registry.statistic(
        item(
            "kaplan_meier",
            "stats::kaplan_meier(time, event, #{ci, level, cluster}) -> result",
            "The share still without the event after each time: time[] at_risk[] events[] \
             survival[] std_error[] lower[] upper[] failure[] failure_lower[] failure_upper[] \
             median; `ci` is \"log_log\", \"log\" or \"plain\".",
            "stats::kaplan_meier([1, 2, 3], [true, false, true]).survival.len",
            "2",
        ),
        |call: Call, time: Dynamic, event: Dynamic, options: Map| {
            at(&call, kaplan_meier(&time, &event, &options))
        },
    );
    registry.statistic_overload("kaplan_meier", |call: Call, time: Dynamic, event: Dynamic| {
        at(&call, kaplan_meier(&time, &event, &Map::new()))
    });
    registry.function(
        item(
            "failure_at",
            "curve.failure_at(t) -> estimate",
            "The share with the event within `t`, with its interval.",
            "stats::kaplan_meier([1, 2, 3], [true, false, true]).failure_at(1).events",
            "1",
        ),
        |curve: &mut Outcome, at: Dynamic| failure_at(curve, &at),
    );
    registry.statistic(
        item(
            "logrank",
            "stats::logrank(time, event, group, #{level, cluster}) -> result",
            "Whether times to the event differ between groups: chi_squared df p.",
            "stats::logrank([1, 2, 3, 4], [true, true, true, true], [\"a\", \"a\", \"b\", \
             \"b\"]).df",
            "1",
        ),
        |call: Call, time: Dynamic, event: Dynamic, group: Dynamic, options: Map| {
            at(&call, logrank(&time, &event, &group, &options))
        },
    );
    registry.statistic_overload(
        "logrank",
        |call: Call, time: Dynamic, event: Dynamic, group: Dynamic| {
            at(&call, logrank(&time, &event, &group, &Map::new()))
        },
    );
    registry.statistic(
        item(
            "mcf",
            "stats::mcf(id, time, event, #{level, exposure}) -> result",
            "The average number of events so far: time[] at_risk[] events[] value[] std_error[] \
             lower[] upper[]. `exposure: \"on_roll\"` counts everybody on the roll; without it \
             each is followed to their own last row.",
            "stats::mcf([1, 1, 2], [5, 9, 9], [1, 0, 0]).value.len",
            "1",
        ),
        |call: Call, id: Dynamic, time: Dynamic, event: Dynamic, options: Map| {
            at(&call, mcf(&id, &time, &event, &options))
        },
    );
    registry.statistic_overload("mcf", |call: Call, id: Dynamic, time: Dynamic, event: Dynamic| {
        at(&call, mcf(&id, &time, &event, &Map::new()))
    });
}

fn flags(what: &str, value: &Dynamic) -> Answer<Vec<bool>> {
    let numbers = numbers(what, value)?;
    match numbers.iter().find(|number| **number != 0.0 && **number != 1.0) {
        Some(odd) => Err(fault(format!("{what} needs true and false, or 1 and 0, not {odd}"))),
        None => Ok(numbers.iter().map(|number| *number == 1.0).collect()),
    }
}

fn kaplan_meier(time: &Dynamic, event: &Dynamic, options: &Map) -> Answer<Outcome> {
    const WHAT: &str = "stats::kaplan_meier";
    let given = Given::new(WHAT, options, &["ci", "level", "cluster"])?;
    let ci = given.choice("ci", &["log_log", "log", "plain"])?;
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let cluster = given.codes("cluster")?;
    let times = numbers("`time` of stats::kaplan_meier", time)?;
    let events = flags("`event` of stats::kaplan_meier", event)?;
    let source = behind(time);
    let gone = |missing| Ok(Outcome::missing(WHAT, &CURVE_COLUMNS, &CURVE_NUMBERS, missing));
    if let Some(missing) =
        source.as_deref().and_then(|source| smallness::of_events(source, &events))
    {
        return gone(missing);
    }
    let settings = KaplanMeierOptions {
        interval: CurveInterval::from_name(ci).unwrap_or_default(),
        level,
        cluster: cluster.as_deref(),
    };
    let curve = match sheaf_stats::kaplan_meier(&times, &events, &settings) {
        Ok(curve) => curve,
        Err(refusal) => return gone(Missing::refused(&refusal.to_string())),
    };
    let marks = source.map(|source| {
        let at = curve.time.clone();
        let give = move || smallness::backing(&at, &times, &events, &source);
        Arc::new(give) as Marks
    });
    let about = time
        .read_lock::<Column>()
        .map_or_else(|| About::new("Time", Scale::Number), |column| column.about.clone());
    let about = About { drawn_to: Some(curve.drawn_to), ..about };
    Ok(Outcome::new(WHAT, curve_fields(&curve, about, marks), Model::Curve(Box::new(curve))))
}

fn result_column(values: &[f64], about: About, marks: &Option<Marks>) -> Field {
    Field::Column(Column { marks: marks.clone(), ..Column::numbers(values.to_vec()).about(about) })
}

fn counts(values: &[usize]) -> Field {
    let values: Vec<f64> = values.iter().map(|value| *value as f64).collect();
    Field::Column(Column::numbers(values).about(About::new("Number", Scale::Count)))
}

fn optional(value: Option<f64>) -> Field {
    let missing = || Dynamic::from(Missing::refused("it is not reached"));
    Field::One(value.map_or_else(missing, Dynamic::from))
}

fn whole(value: usize) -> Field {
    Field::One(Dynamic::from(value as i64))
}

fn curve_fields(
    curve: &sheaf_stats::KaplanMeier,
    time: About,
    marks: Option<Marks>,
) -> Vec<(&'static str, Field)> {
    let share = |title: &str| About::new(title, Scale::Share);
    let survival = || share("Share not followed by another");
    let failure = || share("Share followed by another");
    vec![
        ("time", result_column(&curve.time, time, &marks)),
        ("at_risk", counts(&curve.at_risk)),
        ("events", counts(&curve.events)),
        ("survival", result_column(&curve.survival, survival(), &marks)),
        ("std_error", result_column(&curve.std_error, survival(), &None)),
        ("lower", result_column(&curve.lower, survival(), &None)),
        ("upper", result_column(&curve.upper, survival(), &None)),
        ("failure", result_column(&curve.failure, failure(), &marks)),
        ("failure_lower", result_column(&curve.failure_lower, failure(), &None)),
        ("failure_upper", result_column(&curve.failure_upper, failure(), &None)),
        ("median", optional(curve.median)),
        ("median_lower", optional(curve.median_lower)),
        ("median_upper", optional(curve.median_upper)),
        ("n", whole(curve.n)),
        ("censored", whole(curve.censored)),
        ("method", Field::One(curve.method.into())),
    ]
}

fn failure_at(curve: &Outcome, at: &Dynamic) -> Answer<Estimate> {
    if let Some(missing) = curve.why() {
        return Ok(Estimate::missing(missing.clone()));
    }
    let Model::Curve(model) = curve.model() else {
        return Err(fault("only the result of stats::kaplan_meier has `failure_at`"));
    };
    let at = crate::column::single("`failure_at`", at)?;
    Ok(Estimate::of(model.failure_at(at)))
}

fn logrank(time: &Dynamic, event: &Dynamic, group: &Dynamic, options: &Map) -> Answer<Outcome> {
    const WHAT: &str = "stats::logrank";
    let given = Given::new(WHAT, options, &["level", "cluster"])?;
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let cluster = given.codes("cluster")?;
    let times = numbers("`time` of stats::logrank", time)?;
    let events = flags("`event` of stats::logrank", event)?;
    let groups = codes("`group` of stats::logrank", group)?;
    let gone = |missing| Ok(Outcome::missing(WHAT, &[], &["chi_squared", "df", "p"], missing));
    if let Some(missing) = behind(time).and_then(|source| smallness::of_events(&source, &events)) {
        return gone(missing);
    }
    let settings = LogRankOptions { level, cluster: cluster.as_deref() };
    let test = match sheaf_stats::logrank(&times, &events, &groups, &settings) {
        Ok(test) => test,
        Err(refusal) => return gone(Missing::refused(&refusal.to_string())),
    };
    let fields = vec![
        ("chi_squared", Field::One(test.chi_squared.into())),
        ("df", whole(test.df)),
        ("p", Field::One(test.p.into())),
        ("estimate", Field::Estimate(Estimate::of(Ok(test.estimate)))),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn mcf(id: &Dynamic, time: &Dynamic, event: &Dynamic, options: &Map) -> Answer<Outcome> {
    const WHAT: &str = "stats::mcf";
    let given = Given::new(WHAT, options, &["level", "exposure"])?;
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let ids = codes("`id` of stats::mcf", id)?;
    let times = numbers("`time` of stats::mcf", time)?;
    let events = numbers("`event` of stats::mcf", event)?;
    let source = behind(id);
    let on_roll = match given.text("exposure", "")?.as_str() {
        "" => None,
        "on_roll" => match source.as_deref().filter(|source| !source.on_roll.is_empty()) {
            Some(source) => Some(source.on_roll.clone()),
            None => {
                return Err(fault("`exposure: \"on_roll\"` needs the pupils of a table's gaps"));
            }
        },
        other => return Err(unknown("there is no exposure", other, ["on_roll"])),
    };
    let gone = |missing| Ok(Outcome::missing(WHAT, &MCF_COLUMNS, &["n"], missing));
    let happened: Vec<bool> = events.iter().map(|count| *count > 0.0).collect();
    if let Some(missing) =
        source.as_deref().and_then(|source| smallness::of_events(source, &happened))
    {
        return gone(missing);
    }
    let settings = MeanCumulativeOptions { level, exposure: on_roll.as_deref() };
    let curve = match sheaf_stats::mcf(&ids, &times, &events, &settings) {
        Ok(curve) => curve,
        Err(refusal) => return gone(Missing::refused(&refusal.to_string())),
    };
    let marks = source.map(|source| {
        let (at, at_risk) = (curve.time.clone(), curve.at_risk.clone());
        let give = move || smallness::backing_at(&at, &at_risk, &times, &happened, &source);
        Arc::new(give) as Marks
    });
    let x = time
        .read_lock::<Column>()
        .map_or_else(|| About::new("Time", Scale::Number), |column| column.about.clone());
    let y = || About::new("Average a pupil so far", Scale::Number);
    let fields = vec![
        ("time", result_column(&curve.time, x, &marks)),
        ("at_risk", counts(&curve.at_risk)),
        ("events", result_column(&curve.events, About::new("Number", Scale::Count), &None)),
        ("value", result_column(&curve.value, y(), &marks)),
        ("std_error", result_column(&curve.std_error, y(), &None)),
        ("lower", result_column(&curve.lower, y(), &None)),
        ("upper", result_column(&curve.upper, y(), &None)),
        ("n", whole(curve.n)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn spread(registry: &mut Registry) {
    registry.statistic(
        item(
            "concentration",
            "stats::concentration(counts) -> result",
            "How concentrated events are on few pupils: gini gini_without_zeros pupils events \
             any once repeat_count repeat_share half_from; `.top_share(q)`.",
            "stats::concentration([0, 0, 1, 9]).half_from",
            "1",
        ),
        |call: Call, counts: Dynamic, options: Map| {
            let given = Given::new("stats::concentration", &options, &[]).map(|_| ());
            at(&call, given.and_then(|()| concentration(&counts)))
        },
    );
    registry.statistic_overload("concentration", |call: Call, counts: Dynamic| {
        at(&call, concentration(&counts))
    });
    registry.function(
        item(
            "top_share",
            "concentration.top_share(q) -> estimate",
            "The share of events from the top share `q` of pupils.",
            "stats::concentration([1, 1, 1, 1]).top_share(0.5).value",
            "0.5",
        ),
        |outcome: &mut Outcome, share: Dynamic| top_share(outcome, &share),
    );
}

fn concentration(counts: &Dynamic) -> Answer<Outcome> {
    const WHAT: &str = "stats::concentration";
    let values = numbers("`counts` of stats::concentration", counts)?;
    let gone = |missing| Ok(Outcome::missing(WHAT, &[], &CONCENTRATION_NUMBERS, missing));
    let any: Vec<bool> = values.iter().map(|count| *count > 0.0).collect();
    if let Some(missing) = behind(counts).and_then(|source| smallness::of_events(&source, &any)) {
        return gone(missing);
    }
    let found = match sheaf_stats::concentration(&values) {
        Ok(found) => found,
        Err(refusal) => return gone(Missing::refused(&refusal.to_string())),
    };
    let fields = vec![
        ("gini", Field::One(found.gini.into())),
        ("gini_without_zeros", Field::One(found.gini_without_zeros.into())),
        ("pupils", whole(found.pupils)),
        ("events", Field::One((found.events as i64).into())),
        ("any", whole(found.any)),
        ("once", whole(found.once)),
        ("repeat_count", whole(found.repeat_count)),
        ("repeat_share", Field::One(found.repeat_share.into())),
        ("half_from", whole(found.half_from)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::Concentration(Box::new(found))))
}

fn top_share(outcome: &Outcome, share: &Dynamic) -> Answer<Estimate> {
    if let Some(missing) = outcome.why() {
        return Ok(Estimate::missing(missing.clone()));
    }
    let Model::Concentration(model) = outcome.model() else {
        return Err(fault("only the result of stats::concentration has `top_share`"));
    };
    let share = crate::column::single("`top_share`", share)?;
    Ok(Estimate::of(model.top_share(share)))
}
