//! Rates compared, and what would have happened anyway.

use std::sync::Arc;

use rhai::Dynamic;
use sheaf_charts::Scale;
use sheaf_stats::{DidInterval, Events, History, Prior, RatioMethod};

use super::asked::marks_of;
use super::pairs::{Pairs, named, needed};
use super::{Asked, Found, flags, four, hidden, level, number, result_column, row_column, two};
use crate::api::windows::ComparisonValue;
use crate::column::{About, Values, codes, count, numbers, single};
use crate::estimate::Estimate;
use crate::fault::fault;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

const REGRESSION: Shape =
    Shape::new("stats::regression_to_mean", &["observed_ratio", "weight", "between", "within"])
        .columns(&["events"])
        .estimates(&["adjusted", "expected"]);
const BAYES: Shape = Shape::new("stats::empirical_bayes", &["rate", "mean", "shape"])
    .columns(&["shrunk", "lower", "upper", "weight"]);

/// Registers them.
pub fn register(registry: &mut Registry) {
    four(
        registry,
        Group::Statistics.item(
            "rate_ratio",
            "stats::rate_ratio(x1, e1, x0, e0, #{method, level}) -> estimate",
            "The rate of `x1` events in exposure `e1` over that of `x0` in `e0`; `method` is \
             \"mid_p\" or \"exact\". For one pupil, or where nobody accounts for many events.",
            "stats::rate_ratio(41, 28010, 15, 19017).words",
            "probably higher (1.04 to 3.45)",
        ),
        (),
        rate_ratio,
    );
    four(
        registry,
        Group::Statistics.item(
            "clustered_rate_ratio",
            "stats::clustered_rate_ratio(n1, e1, n0, e0, #{level}) -> estimate",
            "The rate after over the rate before, from columns with a row a pupil, and an \
             interval that minds that pupils recur. At least five pupils.",
            "stats::clustered_rate_ratio([2, 2, 3, 0, 3], [9, 9, 9, 9, 9], [4, 2, 6, 3, 5], \
             [9, 9, 9, 9, 9]).value",
            "0.5",
        ),
        (),
        clustered_rate_ratio,
    );
    two(
        registry,
        Group::Statistics.item(
            "did_rate_ratio",
            "stats::did_rate_ratio(treated, control, #{cluster, interval, level}) -> estimate",
            "The change of one group over that of another, from tables with columns n0 e0 n1 e1 \
             or from counts and the comparison found for them; equal rows of `cluster` are one \
             pupil. `interval` is \"t\", right where a few pupils account for much (the default \
             for a comparison), or \"normal\", as published (for tables). At least eight each.",
            "stats::did_rate_ratio(#{ n0: [1], e0: [9], n1: [1], e1: [9] }, #{ n0: [1], e0: [9], \
             n1: [1], e1: [9] }).why",
            "only 1 pupil in the group; 8 are needed",
        ),
        (),
        did_rate_ratio,
    );
    shrunk(registry);
}

/// What a history leads to expect.
fn shrunk(registry: &mut Registry) {
    two(
        registry,
        Group::Statistics.item(
            "regression_to_mean",
            "stats::regression_to_mean(history, table, #{level}) -> result",
            "The fall to be expected with no help: expected adjusted observed_ratio weight \
             events[]. `history` has a row for each pupil of the school and each of three or \
             more half-terms, with columns pupil period n e, and past, false for what came after \
             the pupil was chosen, and courses, how many courses of help they had begun; `table` \
             has pupil n0 e0 n1 e1.",
            "stats::regression_to_mean(#{ pupil: [1], period: [1], n: [1], e: [1] }, #{ pupil: \
             [1], n0: [1], e0: [1], n1: [1], e1: [1] }).why",
            "only 1 earlier period; 3 are needed",
        ),
        REGRESSION,
        regression_to_mean,
    );
    two(
        registry,
        Group::Statistics.item(
            "empirical_bayes",
            "stats::empirical_bayes(n, exposure, #{method, level}) -> result",
            "Rates of many small groups drawn towards their mean: rate mean shape shrunk[] \
             lower[] upper[] weight[]; `method` is \"marshall\" or \"negative_binomial\". At \
             least five groups.",
            "stats::empirical_bayes([10, 20, 30, 40, 50], [10, 10, 10, 10, 10]).mean",
            "3.0",
        ),
        BAYES,
        empirical_bayes,
    );
}

fn rate_ratio([x1, e1, x0, e0]: [&Dynamic; 4], options: &Asked<'_>) -> Found<Estimate> {
    const WHAT: &str = "stats::rate_ratio";
    let given = options.given(WHAT, &["method", "level"])?;
    let method = given.choice("method", &["mid_p", "exact"])?;
    let events = |x: &Dynamic, e: &Dynamic, name: &str| -> Answer<Events> {
        let count = count(&format!("`x{name}` of {WHAT}"), x)?;
        Ok(Events { count, exposure: single(&format!("`e{name}` of {WHAT}"), e)? })
    };
    let (one, other) = (events(x1, e1, "1")?, events(x0, e0, "0")?);
    let method = RatioMethod::from_name(method).unwrap_or_default();
    Ok(Estimate::of(sheaf_stats::rate_ratio(one, other, method, level(&given)?)))
}

fn clustered_rate_ratio(columns: [&Dynamic; 4], options: &Asked<'_>) -> Found<Estimate> {
    const WHAT: &str = "stats::clustered_rate_ratio";
    let given = options.given(WHAT, &["level"])?;
    let pairs = Pairs::of(WHAT, columns)?;
    Ok(Estimate::of(sheaf_stats::clustered_rate_ratio(&pairs.rows(), level(&given)?)))
}

fn did_rate_ratio(treated: &Dynamic, control: &Dynamic, options: &Asked<'_>) -> Found<Estimate> {
    const WHAT: &str = "stats::did_rate_ratio";
    let given = options.given(WHAT, &["cluster", "interval", "level"])?;
    let cluster = given.text("cluster", "")?;
    let groups = control.read_lock::<ComparisonValue>().map(|groups| groups.clone());
    let interval = match groups {
        Some(_) => given.choice("interval", &["t", "normal"])?,
        None => given.choice("interval", &["normal", "t"])?,
    };
    let interval = DidInterval::from_name(interval).unwrap_or_default();
    let side =
        |value| Pairs::of_table(WHAT, value, Some(cluster.as_str()).filter(|n| !n.is_empty()));
    let (treated, control) = match &groups {
        Some(groups) => {
            (Dynamic::from(groups.treated.clone()), Dynamic::from(groups.control.clone()))
        }
        None => (treated.clone(), control.clone()),
    };
    let (treated, control) = (side(&treated)?, side(&control)?);
    let (treated, control) = (treated.rows(), control.rows());
    let found = sheaf_stats::did_rate_ratio(&treated, &control, interval, level(&given)?);
    let estimate = Estimate::of(found);
    Ok(match groups {
        Some(groups) => estimate.balanced(Arc::clone(groups.balance_words())),
        None => estimate,
    })
}

fn regression_to_mean(history: &Dynamic, table: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::regression_to_mean";
    let given = options.given(WHAT, &["level"])?;
    let pairs = Pairs::of_table(WHAT, table, None)?;
    let column = |name: &str| needed(WHAT, history, name);
    let exposure = match named(WHAT, history, "e")? {
        Some(exposure) => exposure,
        None => column("exposure")?,
    };
    let n = numbers("`n` of the history", &column("n")?)?;
    let e = numbers("`e` of the history", &exposure)?;
    let period = codes("`period` of the history", &column("period")?)?;
    let (pupil, group) = same_codes(&column("pupil")?, &needed(WHAT, table, "pupil")?)?;
    let past = named(WHAT, history, "past")?;
    let past = past.map(|past| flags("`past` of the history", &past)).transpose()?;
    let courses = named(WHAT, history, "courses")?;
    let courses = courses.map(|one| numbers("`courses` of the history", &one)).transpose()?;
    let (past, courses) = (past.as_deref(), courses.as_deref());
    let history = History { pupil: &pupil, period: &period, n: &n, e: &e, past, courses };
    let rows = pairs.rows();
    let (level, pace) = (level(&given)?, options.pace);
    let found = sheaf_stats::regression_to_mean(&history, &group, &rows, level, pace)?;
    let events = marks_of(&needed(WHAT, table, "n0")?);
    let about = About::new("Events expected", Scale::Number);
    let fields = vec![
        ("adjusted", Field::Estimate(Estimate::of(Ok(found.adjusted)))),
        ("expected", Field::Estimate(Estimate::of(Ok(found.expected)))),
        ("observed_ratio", number(found.observed_ratio)),
        ("weight", number(found.weight)),
        ("events", result_column(&found.events, about, &events)),
        ("between", number(found.between)),
        ("within", number(found.within)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

/// The pupils of two columns by codes that mean the same pupil in both.
fn same_codes(history: &Dynamic, table: &Dynamic) -> Answer<(Vec<u32>, Vec<u32>)> {
    // Codes of one table mean the same in both: texts are compared only where they do not.
    let plain = |value: &Dynamic| match &value.read_lock::<crate::column::Column>()?.values {
        Values::Codes(codes, names) if names.is_empty() => Some(codes.to_vec()),
        _ => None,
    };
    if let (Some(left), Some(right)) = (plain(history), plain(table)) {
        return Ok((left, right));
    }
    let texts = |value: &Dynamic| -> Answer<Vec<String>> {
        if let Some(array) = value.read_lock::<rhai::Array>() {
            return Ok(array.iter().map(Dynamic::to_string).collect());
        }
        let column = value.read_lock::<crate::column::Column>();
        let column = column.ok_or_else(|| fault("`pupil` needs a column or an array"))?;
        column.filled("`pupil`")?;
        Ok(column.names())
    };
    let (left, right) = (texts(history)?, texts(table)?);
    let all = crate::column::codes_of(left.iter().chain(&right));
    let (left, right) = all.split_at(left.len());
    Ok((left.to_vec(), right.to_vec()))
}

fn empirical_bayes(n: &Dynamic, exposure: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::empirical_bayes";
    let given = options.given(WHAT, &["method", "level"])?;
    let method = given.choice("method", &["marshall", "negative_binomial"])?;
    let counts = numbers("`n` of stats::empirical_bayes", n)?;
    let exposed = numbers("`exposure` of stats::empirical_bayes", exposure)?;
    if let Some(missing) = hidden(n, &counts) {
        return Err(missing.into());
    }
    let prior = Prior::from_name(method).unwrap_or_default();
    let (level, pace) = (level(&given)?, options.pace);
    let found = sheaf_stats::empirical_bayes(&counts, &exposed, prior, level, pace)?;
    let fields = vec![
        ("rate", number(found.rate)),
        ("mean", number(found.mean)),
        ("shape", number(found.shape)),
        ("shrunk", row_column(&found.shrunk, "Rate, shrunk", options)),
        ("lower", row_column(&found.lower, "Rate, shrunk", options)),
        ("upper", row_column(&found.upper, "Rate, shrunk", options)),
        ("weight", row_column(&found.weight, "Weight of the own history", options)),
        ("method", Field::One(found.method.into())),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}
