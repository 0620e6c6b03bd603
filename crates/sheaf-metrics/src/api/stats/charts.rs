//! Control charts and their rules.

use rhai::{Array, Dynamic, Map};
use sheaf_charts::Scale;
use sheaf_stats::{ChartOptions, Laney, RULES, RateChart, Refusal, Rule};

use super::{Asked, Found, asked, level, number, one, result_column, row_column, seen, two, whole};
use crate::column::{About, kind_of, numbers};
use crate::fault::{fault, unknown};
use crate::missing::Missing;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

const CHART: [&str; 4] = ["value", "lower", "upper", "z"];
const LIMITS: [&str; 3] = ["centre", "sigma_z", "baseline"];
const U_CHART: Shape = Shape::new("stats::u_chart", &LIMITS).columns(&CHART);
const P_CHART: Shape = Shape::new("stats::p_chart", &LIMITS).columns(&CHART);
const FUNNEL: Shape = Shape::new("stats::funnel", &[]).columns(&["lower", "upper"]);
const RULES_OF: Shape = Shape::new(
    "stats::run_rules",
    &["any", "points", "met", "side", "longest_run", "crossings", "by_chance"],
);

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
        U_CHART,
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
        P_CHART,
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
        FUNNEL,
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
            let give = |asked: &Asked<'_>| run_rules(&chart, &named_rules(&rules)?, asked);
            asked(&call, RULES_OF, &[&z_of(&chart)], &Map::new(), give)
        },
    );
    registry.statistic_overload("run_rules", |call: rhai::NativeCallContext, chart: Dynamic| {
        let give = |asked: &Asked<'_>| run_rules(&chart, &RULES, asked);
        asked(&call, RULES_OF, &[&z_of(&chart)], &Map::new(), give)
    });
}

type Make = fn(&[f64], &[f64], &ChartOptions) -> Result<RateChart, Refusal>;

fn chart(
    what: &'static str,
    [n, exposure]: [&Dynamic; 2],
    asked: &Asked<'_>,
    make: Make,
) -> Found<Outcome> {
    let given = asked.given(what, &["laney", "baseline"])?;
    asked.refuse_chosen(&["baseline"])?;
    let laney = given.choice("laney", &["auto", "always", "never"])?;
    let baseline = match given.get("baseline") {
        Some(value) => {
            Some(crate::column::count(&format!("`baseline` of {what}"), value)? as usize)
        }
        None => None,
    };
    let settings = ChartOptions { laney: Laney::from_name(laney).unwrap_or_default(), baseline };
    let counts = seen(&format!("the counts of {what}"), n)?;
    let exposed = numbers(&format!("the exposure of {what}"), exposure)?;
    let found = make(&counts, &exposed, &settings)?;
    let fields = chart_fields(&found, asked, about_of(exposure));
    Ok(Outcome::new(what, fields, Model::Chart(Box::new(found))))
}

/// What a rate measures: what its exposure says, if it says anything.
fn about_of(exposure: &Dynamic) -> About {
    let title = exposure.read_lock::<crate::column::Column>().map(|one| one.about.title.clone());
    About::new(title.filter(|title| !title.is_empty()).unwrap_or("Rate".into()), Scale::Number)
}

fn chart_fields(found: &RateChart, asked: &Asked<'_>, about: About) -> Vec<(&'static str, Field)> {
    let rows = |values: &[f64]| result_column(values, about.clone(), &asked.marks());
    let warnings: Array = found.warnings.iter().map(|text| Dynamic::from(*text)).collect();
    vec![
        ("centre", number(found.centre)),
        ("sigma_z", number(found.sigma_z)),
        ("value", rows(&found.value)),
        ("lower", rows(&found.lower)),
        ("upper", rows(&found.upper)),
        ("z", row_column(&found.z, "In units of the limits", asked)),
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

/// The values that rules are asked of: those of a chart in units of its limits, or a column.
fn z_of(chart: &Dynamic) -> Dynamic {
    let of = chart.read_lock::<Outcome>().and_then(|chart| chart.field("z").ok());
    of.unwrap_or_else(|| chart.clone())
}

fn run_rules(chart: &Dynamic, rules: &[Rule], asked: &Asked<'_>) -> Found<Outcome> {
    let outcome = chart.read_lock::<Outcome>();
    if let Some(missing) = outcome.as_ref().and_then(|chart| chart.why()) {
        return Err(missing.clone().into());
    }
    let z = seen("the values of stats::run_rules", &z_of(chart))?;
    let alarms = match outcome.as_ref().map(|chart| chart.model()) {
        Some(Model::Chart(chart)) => sheaf_stats::false_alarms_of(chart, rules),
        _ => sheaf_stats::false_alarms(z.len(), rules),
    };
    let found = sheaf_stats::run_rules(&z, rules)?;
    let point = |sign: &sheaf_stats::Sign| {
        let mut map = Map::new();
        map.insert("index".into(), (sign.index as i64).into());
        map.insert("rule".into(), sign.rule.name().into());
        Dynamic::from(map)
    };
    // That a hidden value is beyond a limit would tell of it.
    let hidden = asked.hidden_rows();
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
        Err(refusal) => Dynamic::from(Missing::of_refusal(&refusal)),
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
    Ok(Outcome::new("stats::run_rules", fields, Model::None))
}

fn funnel(expected: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::funnel";
    let given = options.given(WHAT, &["level"])?;
    let expected = numbers("`expected` of stats::funnel", expected)?;
    let found = sheaf_stats::funnel(&expected, level(&given)?, options.pace)?;
    let fields = vec![
        ("lower", row_column(&found.lower, "Number", options)),
        ("upper", row_column(&found.upper, "Number", options)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
