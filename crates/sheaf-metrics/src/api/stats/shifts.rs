//! Charts of single values, of gaps, and of small shifts.

use std::sync::Arc;

use rhai::{Array, Dynamic};
use sheaf_charts::Scale;
use sheaf_stats::{CusumOptions, EwmaOptions, GapChart, Refusal, Restart};

use super::{
    Asked, Found, number, one, optional_of, plain_column, result_column, running_column, seen,
};
use crate::column::{About, Marks, numbers};
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Group, Registry};

const LIMITS: [&str; 3] = ["centre", "lower", "upper"];
const XMR: Shape =
    Shape::new("stats::xmr", &["centre", "mean_moving_range", "lower", "upper", "mr_upper"])
        .columns(&["z"]);
const G_CHART: Shape = Shape::new("stats::g_chart", &LIMITS);
const T_CHART: Shape = Shape::new("stats::t_chart", &LIMITS);
const CUSUM: Shape = Shape::new("stats::cusum", &["signal_at", "signal_up", "signal_down"])
    .columns(&["upper", "lower"]);
const EWMA: Shape = Shape::new("stats::ewma", &["signal_at"]).columns(&["value", "lower", "upper"]);

/// Registers them.
pub fn register(registry: &mut Registry) {
    one(
        registry,
        Group::Statistics.item(
            "xmr",
            "stats::xmr(x) -> result",
            "Limits of single values from their moving ranges: centre mean_moving_range lower \
             upper mr_upper. At least ten values.",
            "stats::xmr([4, 6, 4, 6, 4, 6, 4, 6, 4, 6]).mean_moving_range",
            "2.0",
        ),
        XMR,
        xmr,
    );
    one(
        registry,
        Group::Statistics.item(
            "g_chart",
            "stats::g_chart(gaps) -> result",
            "Limits of the whole school days between rare events: centre lower upper. At least \
             ten gaps; leave out the open one at the end.",
            "stats::g_chart([3, 3, 3, 3, 3, 3, 3, 3, 3, 3]).centre",
            "3.0",
        ),
        G_CHART,
        |x, options| gaps("stats::g_chart", x, options, sheaf_stats::g_chart),
    );
    one(
        registry,
        Group::Statistics.item(
            "t_chart",
            "stats::t_chart(gaps) -> result",
            "The same for times that are not whole days.",
            "stats::t_chart([1]).why",
            "only 1 value; 10 are needed",
        ),
        T_CHART,
        |x, options| gaps("stats::t_chart", x, options, sheaf_stats::t_chart),
    );
    one(
        registry,
        Group::Statistics.item(
            "cusum",
            "stats::cusum(x, #{target, k, h, restart}) -> result",
            "Running sums of what is above and below the target: upper[] lower[] signal_at[] \
             signal_up[] signal_down[]. Without options for the `z` of a chart; `restart: true` \
             starts anew after a signal.",
            "stats::cusum([12, 13, 12], #{ target: 10, k: 1, h: 3 }).signal_at[0]",
            "3",
        ),
        CUSUM,
        cusum,
    );
    one(
        registry,
        Group::Statistics.item(
            "ewma",
            "stats::ewma(x, #{target, sd, lambda, l}) -> result",
            "A running mean with limits: value[] lower[] upper[] signal_at[]. Without options for \
             the `z` of a chart.",
            "stats::ewma([14, 10], #{ target: 10, lambda: 0.5, l: 2 }).signal_at[0]",
            "1",
        ),
        EWMA,
        ewma,
    );
}

fn xmr(x: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::xmr";
    options.given(WHAT, &[])?;
    let values = seen("`x` of stats::xmr", x)?;
    let found = sheaf_stats::xmr(&values)?;
    let limit = |limit| optional_of(limit, "nothing moves, so there is no limit");
    let warnings: Array = found.warnings.iter().map(|text| Dynamic::from(*text)).collect();
    let third = found.upper.map(|upper| (upper - found.centre) / 3.0);
    let is_there: Vec<bool> = values.iter().map(|value| !value.is_nan()).collect();
    let z: Vec<f64> = values
        .iter()
        .filter(|value| !value.is_nan())
        .map(|value| third.map_or(0.0, |third| (value - found.centre) / third))
        .collect();
    let about = About::new("In units of the limits", Scale::Number);
    let fields = vec![
        ("centre", number(found.centre)),
        ("mean_moving_range", number(found.mean_moving_range)),
        ("lower", limit(found.lower)),
        ("upper", limit(found.upper)),
        ("mr_upper", limit(found.mr_upper)),
        ("z", result_column(&z, about, &marks_where(options, is_there))),
        ("warnings", Field::One(warnings.into())),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn gaps(
    what: &'static str,
    x: &Dynamic,
    options: &Asked<'_>,
    make: fn(&[f64]) -> Result<GapChart, Refusal>,
) -> Found<Outcome> {
    options.given(what, &[])?;
    let found = make(&numbers(&format!("the gaps of {what}"), x)?)?;
    let fields = vec![
        ("centre", number(found.centre)),
        ("lower", number(found.lower)),
        ("upper", number(found.upper)),
    ];
    Ok(Outcome::new(what, fields, Model::None))
}

/// What stands behind those of the values that are there.
fn marks_where(asked: &Asked<'_>, is_there: Vec<bool>) -> Option<Marks> {
    let all = asked.marks()?;
    Some(Arc::new(move || {
        let kept = all().into_iter().zip(&is_there).filter(|(_, is_there)| **is_there);
        kept.map(|(mark, _)| mark).collect()
    }))
}

/// The numbers of the values at which something is told, up to the first that is hidden: what a
/// running value comes to from there on tells it.
fn places(at: &[usize], asked: &Asked<'_>) -> Field {
    let hidden = asked.first_hidden();
    let shown = at.iter().filter(|at| hidden.is_none_or(|hidden| **at <= hidden));
    let places: Array = shown.map(|at| Dynamic::from(*at as i64)).collect();
    Field::One(places.into())
}

fn cusum(x: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::cusum";
    let given = options.given(WHAT, &["target", "k", "h", "restart"])?;
    let usual = CusumOptions::default();
    let settings = CusumOptions {
        target: given.number("target", usual.target)?,
        k: given.number("k", usual.k)?,
        h: given.number("h", usual.h)?,
        restart: if given.flag("restart")? { Restart::AfterSignal } else { Restart::Never },
    };
    let found = sheaf_stats::cusum(&seen("`x` of stats::cusum", x)?, &settings)?;
    let fields = vec![
        ("upper", running_column(&found.upper, "Sum above the target", options)),
        ("lower", running_column(&found.lower, "Sum below the target", options)),
        ("signal_at", places(&found.signal_at, options)),
        ("signal_up", places(&found.signal_up, options)),
        ("signal_down", places(&found.signal_down, options)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn ewma(x: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::ewma";
    let given = options.given(WHAT, &["target", "sd", "lambda", "l"])?;
    let usual = EwmaOptions::default();
    let settings = EwmaOptions {
        target: given.number("target", usual.target)?,
        sd: given.number("sd", usual.sd)?,
        lambda: given.number("lambda", usual.lambda)?,
        l: given.number("l", usual.l)?,
    };
    let found = sheaf_stats::ewma(&seen("`x` of stats::ewma", x)?, &settings)?;
    let fields = vec![
        ("value", running_column(&found.value, "Running mean", options)),
        ("lower", plain_column(&found.lower, "Running mean")),
        ("upper", plain_column(&found.upper, "Running mean")),
        ("signal_at", places(&found.signal_at, options)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
