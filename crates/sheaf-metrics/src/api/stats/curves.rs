//! Time to an event, and events so far.

use std::sync::Arc;

use rhai::{Array, Dynamic};
use sheaf_charts::Scale;
use sheaf_stats::{
    CurveInterval, KaplanMeierOptions, LogRankOptions, MeanCumulativeOptions, Refusal,
};

use super::super::smallness;
use super::{Asked, Found, behind, counts, flags, optional, result_column, three, two, whole};
use crate::column::{About, Column, Marks, codes, numbers};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::missing::Missing;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

const CURVE: Shape =
    Shape::new("stats::kaplan_meier", &["median", "median_lower", "median_upper", "n", "censored"])
        .columns(&[
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
        ]);
const LOGRANK: Shape =
    Shape::new("stats::logrank", &["chi_squared", "df", "p"]).estimates(&["estimate"]);
const MCF: Shape = Shape::new("stats::mcf", &["n"]).columns(&[
    "time",
    "at_risk",
    "events",
    "value",
    "std_error",
    "lower",
    "upper",
]);

/// Registers them.
pub fn register(registry: &mut Registry) {
    two(
        registry,
        Group::Statistics.item(
            "kaplan_meier",
            "stats::kaplan_meier(time, event, #{ci, level, cluster}) -> result",
            "The share still without the event after each time: time[] at_risk[] events[] \
             survival[] std_error[] lower[] upper[] failure[] failure_lower[] failure_upper[] \
             median; `ci` is \"log_log\", \"log\" or \"plain\".",
            "stats::kaplan_meier([1, 2, 3], [true, false, true]).survival.len",
            "2",
        ),
        CURVE,
        kaplan_meier,
    );
    registry.function(
        Group::Statistics.item(
            "failure_at",
            "curve.failure_at(t) -> estimate",
            "The share with the event within `t`, with its interval.",
            "stats::kaplan_meier([1, 2, 3], [true, false, true]).failure_at(1).events",
            "1",
        ),
        |curve: &mut Outcome, at: Dynamic| failure_at(curve, &at),
    );
    registry.function(
        Group::Statistics.item(
            "time_by",
            "curve.time_by(share) -> number",
            "The time within which a share of all, such as 0.9, has had the event; missing where \
             fewer than ten are followed so far.",
            "stats::kaplan_meier([1, 2, 3], [true, true, true]).time_by(0.5).to_string()",
            "not known",
        ),
        |curve: &mut Outcome, share: f64| time_by(curve, share),
    );
    three(
        registry,
        Group::Statistics.item(
            "logrank",
            "stats::logrank(time, event, group, #{level, cluster, without}) -> result",
            "Whether times to the event differ between groups: chi_squared df p. `without` names a \
             group that is left out, such as \"Not recorded\".",
            "stats::logrank([1, 2, 3, 4], [true, true, true, true], [\"a\", \"a\", \"b\", \
             \"b\"]).df",
            "1",
        ),
        LOGRANK,
        logrank,
    );
    three(
        registry,
        Group::Statistics.item(
            "mcf",
            "stats::mcf(id, time, event, #{level, exposure}) -> result",
            "The average number of events so far: time[] at_risk[] events[] value[] std_error[] \
             lower[] upper[]. `exposure: \"on_roll\"` counts everybody on the roll; without it \
             each is followed to their own last row.",
            "stats::mcf([1, 1, 2], [5, 9, 9], [1, 0, 0]).value.len",
            "1",
        ),
        MCF,
        mcf,
    );
}

fn kaplan_meier(time: &Dynamic, event: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::kaplan_meier";
    let given = options.given(WHAT, &["ci", "level", "cluster"])?;
    let ci = given.choice("ci", &["log_log", "log", "plain"])?;
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let cluster = given.codes("cluster")?;
    let times = numbers("`time` of stats::kaplan_meier", time)?;
    let events = flags("`event` of stats::kaplan_meier", event)?;
    let source = behind(time);
    let few = source.as_deref().and_then(|source| smallness::of_events(source, &events));
    if let Some(missing) = few {
        return Err(missing.into());
    }
    let settings = KaplanMeierOptions {
        interval: CurveInterval::from_name(ci).unwrap_or_default(),
        level,
        cluster: cluster.as_deref(),
        pace: options.pace,
    };
    let curve = sheaf_stats::kaplan_meier(&times, &events, &settings)?;
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
        ("at_risk", counts(&curve.at_risk, &marks)),
        ("events", counts(&curve.events, &marks)),
        ("survival", result_column(&curve.survival, survival(), &marks)),
        ("std_error", result_column(&curve.std_error, survival(), &marks)),
        ("lower", result_column(&curve.lower, survival(), &marks)),
        ("upper", result_column(&curve.upper, survival(), &marks)),
        ("failure", result_column(&curve.failure, failure(), &marks)),
        ("failure_lower", result_column(&curve.failure_lower, failure(), &marks)),
        ("failure_upper", result_column(&curve.failure_upper, failure(), &marks)),
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

/// When a share of all has had the event; missing where the curve does not come so far.
fn time_by(curve: &Outcome, share: f64) -> Answer<Dynamic> {
    if let Some(missing) = curve.why() {
        return Ok(Dynamic::from(missing.clone()));
    }
    let Model::Curve(model) = curve.model() else {
        return Err(fault("only the result of stats::kaplan_meier has `time_by`"));
    };
    if !(share > 0.0 && share < 1.0) {
        return Err(fault(format!("`time_by` takes a share between 0 and 1, not {share}")));
    }
    // A hair of rounding must not move it by a step.
    let is_there = |survival: &f64| 1.0 - survival >= share - 1e-12;
    let at = model.survival.iter().position(is_there);
    let time = at.and_then(|at| model.time.get(at)).filter(|time| **time <= model.drawn_to);
    let missing = || Dynamic::from(Missing::refused("the curve does not come so far"));
    Ok(time.map_or_else(missing, |time| Dynamic::from(*time)))
}

fn logrank(
    time: &Dynamic,
    event: &Dynamic,
    group: &Dynamic,
    options: &Asked<'_>,
) -> Found<Outcome> {
    const WHAT: &str = "stats::logrank";
    let given = options.given(WHAT, &["level", "cluster", "without"])?;
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let cluster = given.codes("cluster")?;
    let times = numbers("`time` of stats::logrank", time)?;
    let events = flags("`event` of stats::logrank", event)?;
    let groups = codes("`group` of stats::logrank", group)?;
    let lengths = [times.len(), events.len(), cluster.as_ref().map_or(times.len(), Vec::len)];
    // Columns that do not belong together are refused as they are.
    let is_even = lengths.iter().all(|length| *length == groups.len());
    let kept = if is_even { kept(group, &given.text("without", "")?) } else { Vec::new() };
    let seen = |(row, event): (usize, &bool)| *event && is_kept(&kept, row);
    let seen: Vec<bool> = events.iter().enumerate().map(seen).collect();
    let few = behind(time).and_then(|source| {
        // Whoever is left out is no part of what is compared.
        let all = source.pupils_where(|row| is_kept(&kept, row));
        let with = source.pupils_where(|row| seen.get(row).copied().unwrap_or_default());
        smallness::of_events(&source, &seen)
            .or_else(|| smallness::of_counts(all, with, source.split, source.audience))
    });
    if let Some(missing) = few {
        return Err(missing.into());
    }
    let cluster = cluster.map(|codes| of_kept(&codes, &kept));
    let (times, events) = (of_kept(&times, &kept), of_kept(&events, &kept));
    let groups = of_kept(&groups, &kept);
    let pace = options.pace;
    let settings = LogRankOptions { level, cluster: cluster.as_deref(), pace };
    let test = sheaf_stats::logrank(&times, &events, &groups, &settings)?;
    let fields = vec![
        ("chi_squared", Field::One(test.chi_squared.into())),
        ("df", whole(test.df)),
        ("p", Field::One(test.p.into())),
        ("estimate", Field::Estimate(Estimate::of(Ok(test.estimate)))),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

/// Of each row, whether it is in another group than the one that is left out; empty where none is.
fn kept(group: &Dynamic, without: &str) -> Vec<bool> {
    if without.is_empty() {
        return Vec::new();
    }
    if let Some(column) = group.read_lock::<Column>() {
        return column.names().iter().map(|name| name != without).collect();
    }
    let array = group.read_lock::<Array>();
    let items = array.iter().flat_map(|items| items.iter());
    items.map(|item| item.to_string() != without).collect()
}

fn is_kept(kept: &[bool], row: usize) -> bool {
    kept.get(row).copied().unwrap_or(true)
}

/// The values of the rows that are kept.
fn of_kept<T: Copy>(values: &[T], kept: &[bool]) -> Vec<T> {
    let rows = values.iter().enumerate().filter(|(row, _)| is_kept(kept, *row));
    rows.map(|(_, value)| *value).collect()
}

fn mcf(id: &Dynamic, time: &Dynamic, event: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::mcf";
    let given = options.given(WHAT, &["level", "exposure"])?;
    let level = given.number("level", sheaf_stats::DEFAULT_LEVEL)?;
    let ids = codes("`id` of stats::mcf", id)?;
    let times = numbers("`time` of stats::mcf", time)?;
    let events = numbers("`event` of stats::mcf", event)?;
    let source = behind(id);
    if ids.is_empty() && source.is_some() {
        return Err(Refusal::Empty { what: "mcf" }.into());
    }
    let on_roll = match given.text("exposure", "")?.as_str() {
        "" => None,
        "on_roll" => match source.as_deref().filter(|source| !source.on_roll.is_empty()) {
            Some(source) => Some(source.on_roll.clone()),
            None => {
                let why = "`exposure: \"on_roll\"` needs the pupils of a table's gaps";
                return Err(fault(why).into());
            }
        },
        other => return Err(unknown("there is no exposure", other, ["on_roll"]).into()),
    };
    let happened: Vec<bool> = events.iter().map(|count| *count > 0.0).collect();
    if let Some(missing) =
        source.as_deref().and_then(|source| smallness::of_events(source, &happened))
    {
        return Err(missing.into());
    }
    let pace = options.pace;
    let settings = MeanCumulativeOptions { level, exposure: on_roll.as_deref(), pace };
    let curve = sheaf_stats::mcf(&ids, &times, &events, &settings)?;
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
        ("at_risk", counts(&curve.at_risk, &marks)),
        ("events", result_column(&curve.events, About::new("Number", Scale::Count), &marks)),
        ("value", result_column(&curve.value, y(), &marks)),
        ("std_error", result_column(&curve.std_error, y(), &marks)),
        ("lower", result_column(&curve.lower, y(), &marks)),
        ("upper", result_column(&curve.upper, y(), &marks)),
        ("n", whole(curve.n)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
