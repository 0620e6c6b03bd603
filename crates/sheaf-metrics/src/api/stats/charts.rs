//! Control charts and their rules.

use rhai::{Array, Dynamic, Map};
use sheaf_charts::Scale;
use sheaf_stats::{ChartOptions, Laney, RULES, RateChart, Refusal, Rule};

use super::{
    Asked, at, level, marks, missing_in, number, one, plain_column, result_column, seen, two, whole,
};
use crate::column::{About, Marks, hidden_among, kind_of, numbers};
use crate::fault::{fault, unknown};
use crate::missing::Missing;
use crate::outcome::{Field, Model, Outcome};
use crate::registry::{Answer, Group, Registry};

/// Registers them.
pub fn register(registry: &mut Registry) {
    two(
        registry,
        Group::Statistics.item(
            "u_chart",
            "stats::u_chart(n, exposure, #{laney, baseline}) -> result",
            "Events for one unit of exposure by bin with control limits: centre sigma_z value[] \
             lower[] upper[] z[]. `laney` is \"auto\" (limits grow where weeks differ by more \
             than chance, and never shrink), \"always\" or \"never\"; `baseline` is the number \
             of first bins that set the limits. At least 12 bins.",
            "stats::u_chart([8, 12, 8, 12, 8, 12, 8, 12, 8, 12, 8, 12], [5, 5, 5, 5, 5, 5, 5, 5, \
             5, 5, 5, 5]).centre",
            "2.0",
        ),
        |n, exposure, options| {
            chart("stats::u_chart", [n, exposure], options, sheaf_stats::u_chart)
        },
    );
    two(
        registry,
        Group::Statistics.item(
            "p_chart",
            "stats::p_chart(x, n, #{laney, baseline}) -> result",
            "The share `x` of `n` by bin, otherwise as `u_chart`.",
            "stats::p_chart([4, 6, 4, 6, 4, 6, 4, 6, 4, 6, 4, 6], [10, 10, 10, 10, 10, 10, 10, \
             10, 10, 10, 10, 10]).centre",
            "0.5",
        ),
        |x, n, options| chart("stats::p_chart", [x, n], options, sheaf_stats::p_chart),
    );
    rules(registry);
    one(
        registry,
        Group::Statistics.item(
            "funnel",
            "stats::funnel(expected, #{level}) -> result",
            "Limits of counts about what is expected by chance alone: lower[] upper[]; usual \
             levels are 0.95 and 0.998.",
            "stats::funnel([10, 20]).upper.len",
            "2",
        ),
        funnel,
    );
}

fn rules(registry: &mut Registry) {
    registry.statistic(
        Group::Statistics.item(
            "run_rules",
            "stats::run_rules(chart_or_z, rules) -> result",
            "Signs of change: any points[{index rule}] met[] side longest_run crossings words \
             by_chance; `by_chance` says how often steady charts of the same bins show as much, \
             `index` is the last point of a pattern, from 1, and `side` where the last of them \
             lies: \"above\" the centre, \"below\" or \"\". Without `rules` the three that are \
             recommended: one of them is a watch, two together a signal.",
            "stats::run_rules([1, 1, 1, 1, 1, 1, 1, 1, -1]).words",
            "one sign of change: eight in a row on one side",
        ),
        |call: rhai::NativeCallContext, chart: Dynamic, rules: Dynamic| {
            at(&call, named_rules(&rules).and_then(|rules| run_rules(&chart, &rules)))
        },
    );
    registry.statistic_overload("run_rules", |call: rhai::NativeCallContext, chart: Dynamic| {
        at(&call, run_rules(&chart, &RULES))
    });
}

type Make = fn(&[f64], &[f64], &ChartOptions) -> Result<RateChart, Refusal>;

fn chart(
    what: &'static str,
    [n, exposure]: [&Dynamic; 2],
    options: &Asked<'_>,
    make: Make,
) -> Answer<Outcome> {
    let given = options.given(what, &["laney", "baseline"])?;
    let laney = given.choice("laney", &["auto", "always", "never"])?;
    let baseline = match given.get("baseline") {
        Some(value) => {
            Some(crate::column::count(&format!("`baseline` of {what}"), value)? as usize)
        }
        None => None,
    };
    let settings = ChartOptions { laney: Laney::from_name(laney).unwrap_or_default(), baseline };
    let gone = |missing| {
        let columns = ["value", "lower", "upper", "z"];
        Ok(Outcome::missing(what, &columns, &["centre", "sigma_z", "baseline"], missing))
    };
    if let Some(missing) = missing_in(&[n, exposure]) {
        return gone(missing);
    }
    let counts = seen(&format!("the counts of {what}"), n)?;
    let exposed = numbers(&format!("the exposure of {what}"), exposure)?;
    match make(&counts, &exposed, &settings) {
        Ok(found) => {
            let fields = chart_fields(&found, &marks(n), about_of(exposure));
            Ok(Outcome::new(what, fields, Model::Chart(Box::new(found))))
        }
        Err(refusal) => gone(Missing::refused(&refusal.to_string())),
    }
}

/// What a rate measures: what its exposure says, if it says anything.
fn about_of(exposure: &Dynamic) -> About {
    let title = exposure.read_lock::<crate::column::Column>().map(|one| one.about.title.clone());
    About::new(title.filter(|title| !title.is_empty()).unwrap_or("Rate".into()), Scale::Number)
}

fn chart_fields(
    found: &RateChart,
    marks: &Option<Marks>,
    about: About,
) -> Vec<(&'static str, Field)> {
    let about = || about.clone();
    let warnings: Array = found.warnings.iter().map(|text| Dynamic::from(*text)).collect();
    vec![
        ("centre", number(found.centre)),
        ("sigma_z", number(found.sigma_z)),
        ("value", result_column(&found.value, about(), marks)),
        ("lower", result_column(&found.lower, about(), &None)),
        ("upper", result_column(&found.upper, about(), &None)),
        ("z", result_column(&found.z, About::new("In units of the limits", Scale::Number), marks)),
        ("baseline", whole(found.baseline)),
        ("warnings", Field::One(warnings.into())),
        ("method", Field::One(found.method.into())),
    ]
}

fn named_rules(value: &Dynamic) -> Answer<Vec<Rule>> {
    let rule = |name: &str| {
        Rule::from_name(name)
            .ok_or_else(|| unknown("there is no rule", name, Rule::names().collect::<Vec<_>>()))
    };
    if let Ok(name) = value.clone().into_string() {
        return Ok(vec![rule(&name)?]);
    }
    let Some(names) = value.read_lock::<Array>() else {
        let kind = kind_of(value);
        return Err(fault(format!("`rules` needs an array of names, but this is {kind}")));
    };
    names.iter().map(|name| rule(&name.to_string())).collect()
}

fn run_rules(chart: &Dynamic, rules: &[Rule]) -> Answer<Outcome> {
    const WHAT: &str = "stats::run_rules";
    const FIELDS: [&str; 6] = ["any", "points", "met", "side", "longest_run", "crossings"];
    let gone = |missing| Ok(Outcome::missing(WHAT, &[], &FIELDS, missing));
    let outcome = chart.read_lock::<Outcome>();
    if let Some(missing) = outcome.as_ref().and_then(|chart| chart.why()) {
        return gone(missing.clone());
    }
    let of = match &outcome {
        Some(chart) => chart.field("z")?,
        None => chart.clone(),
    };
    let z = seen("the values of stats::run_rules", &of)?;
    let alarms = match outcome.as_ref().map(|chart| chart.model()) {
        Some(Model::Chart(chart)) => sheaf_stats::false_alarms_of(chart, rules),
        _ => sheaf_stats::false_alarms(z.len(), rules),
    };
    let found = match sheaf_stats::run_rules(&z, rules) {
        Ok(found) => found,
        Err(refusal) => return gone(Missing::refused(&refusal.to_string())),
    };
    let point = |sign: &sheaf_stats::Sign| {
        let mut map = Map::new();
        map.insert("index".into(), (sign.index as i64).into());
        map.insert("rule".into(), sign.rule.name().into());
        Dynamic::from(map)
    };
    // That a hidden value is beyond a limit would tell of it.
    let hidden = hidden_among(&marks(&of));
    let is_shown = |sign: &&sheaf_stats::Sign| {
        let row = sign.index.checked_sub(1).and_then(|row| hidden.get(row));
        !row.copied().unwrap_or_default()
    };
    let shown: Vec<&sheaf_stats::Sign> = found.points.iter().filter(is_shown).collect();
    let points: Array = shown.iter().map(|sign| point(sign)).collect();
    let last = shown.last().and_then(|sign| z.get(sign.index.checked_sub(1)?));
    let side = match last {
        Some(z) if *z > 0.0 => "above",
        Some(z) if *z < 0.0 => "below",
        _ => "",
    };
    let met: Array = found.met.iter().map(|rule| Dynamic::from(rule.name())).collect();
    let limit = |limit: Option<usize>| match limit {
        Some(limit) => whole(limit),
        None => Field::One(Dynamic::from(Missing::refused("10 points off the centre are needed"))),
    };
    let by_chance = match alarms {
        Ok(alarms) => alarms.words().into(),
        Err(refusal) => Dynamic::from(Missing::refused(&refusal.to_string())),
    };
    let fields = vec![
        ("any", Field::One(found.any.into())),
        ("points", Field::One(points.into())),
        ("met", Field::One(met.into())),
        ("side", Field::One(side.into())),
        ("asked", whole(found.asked)),
        ("longest_run", whole(found.longest_run)),
        ("longest_run_limit", limit(found.longest_run_limit)),
        ("crossings", whole(found.crossings)),
        ("crossings_limit", limit(found.crossings_limit)),
        ("expected_beyond", number(found.expected_beyond)),
        ("words", Field::One(found.words().into())),
        ("by_chance", Field::One(by_chance)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn funnel(expected: &Dynamic, options: &Asked<'_>) -> Answer<Outcome> {
    const WHAT: &str = "stats::funnel";
    let given = options.given(WHAT, &["level"])?;
    let expected = numbers("`expected` of stats::funnel", expected)?;
    let found = match sheaf_stats::funnel(&expected, level(&given)?, options.pace) {
        Ok(found) => found,
        Err(refusal) => {
            let missing = Missing::refused(&refusal.to_string());
            return Ok(Outcome::missing(WHAT, &["lower", "upper"], &[], missing));
        }
    };
    let fields = vec![
        ("lower", plain_column(&found.lower, "Number")),
        ("upper", plain_column(&found.upper, "Number")),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
