//! One pupil's own view: two phases, or two scores.

mod between;

use rhai::{Dynamic, INT, Map, NativeCallContext as Call};
use sheaf_stats::{Improvement, Refusal, ReliableChangeOptions};

use super::{Asked, Found, asked, behind, number, row_column, seen, two};
use crate::api::smallness::{BESIDE, of_counts, with_beside};
use crate::column::{Column, single};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::missing::Missing;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

const CHANGE: Shape =
    Shape::new("stats::reliable_change", &["counts", "sem", "s_diff", "threshold"])
        .columns(&["rc", "class"]);

type Overlap = fn(&[f64], &[f64], Improvement) -> Result<sheaf_stats::Estimate, Refusal>;

/// Name, signature, what it does, an example and what it gives.
const OTHERS: [(&str, &str, &str, &str, &str, Overlap); 5] = [
    (
        "tau_u",
        "stats::tau_u(before, after, \"increase\" | \"decrease\") -> estimate",
        "The pairs that improve less those that get worse, less the trend that was there \
             before. A column beside `nap`: it can exceed 1.",
        "stats::tau_u([1, 2, 3], [2, 4, 5, 6, 7], \"increase\").value",
        "0.6",
        sheaf_stats::tau_u,
    ),
    (
        "pnd",
        "stats::pnd(before, after, \"increase\" | \"decrease\") -> estimate",
        "The share of later points that are better than every earlier one.",
        "stats::pnd([1, 2, 3], [2, 4, 5, 6, 7], \"increase\").value",
        "0.8",
        sheaf_stats::pnd,
    ),
    (
        "pem",
        "stats::pem(before, after, \"increase\" | \"decrease\") -> estimate",
        "The share of later points that are better than the median of the earlier ones.",
        "stats::pem([1, 2, 3], [2, 4, 5, 6, 7], \"increase\").value",
        "0.9",
        sheaf_stats::pem,
    ),
    (
        "pand",
        "stats::pand(before, after, \"increase\" | \"decrease\") -> estimate",
        "The share of all points left when as few as possible are taken away so that nothing \
             overlaps.",
        "stats::pand([1, 2, 3], [2, 4, 5, 6, 7], \"increase\").value",
        "0.875",
        sheaf_stats::pand,
    ),
    (
        "ird",
        "stats::ird(before, after, \"increase\" | \"decrease\") -> estimate",
        "The difference between the phases' shares of improved points.",
        "stats::ird([1, 2, 3], [2, 4, 5, 6, 7], \"increase\").value > 0.73",
        "true",
        sheaf_stats::ird,
    ),
];

/// Registers them.
pub fn register(registry: &mut Registry) {
    registry.statistic(
        Group::Statistics.item(
            "nap",
            "stats::nap(before, after, \"increase\" | \"decrease\") -> estimate",
            "The share of pairs of an earlier and a later point in which the later is better; \
             the direction says which way is better. At least three points each side.",
            "stats::nap([20, 20, 26, 25, 22, 23], [28, 25, 24, 27, 30, 30, 29], \
             \"increase\").value > 0.9166",
            "true",
        ),
        |call: Call, a: Dynamic, b: Dynamic, direction: &str| {
            let give: Overlap = |a, b, better| sheaf_stats::nap(a, b, better, 0.95);
            overlap(&call, "stats::nap", [&a, &b], direction, give)
        },
    );
    for (name, signature, doc, example, gives, give) in OTHERS {
        registry.statistic(
            Group::Statistics.item(name, signature, doc, example, gives),
            move |call: Call, a: Dynamic, b: Dynamic, direction: &str| {
                overlap(&call, signature, [&a, &b], direction, give)
            },
        );
    }
    between::register(registry);
    change(registry);
}

fn change(registry: &mut Registry) {
    two(
        registry,
        Group::Statistics.item(
            "reliable_change",
            "stats::reliable_change(pre, post, #{sd, reliability, standard_error, direction, \
             cutoff}) -> result",
            "Whether each score changed by more than its error: rc[] class[] counts{recovered \
             improved unchanged deteriorated} threshold. `sd` and `reliability` are the \
             instrument's, or `standard_error`, where it is known, in place of both; `direction` \
             says which way is better, `cutoff` where the healthy side begins.",
            "stats::reliable_change([32.5], [47.5], #{ sd: 7.5, reliability: 0.8 \
             }).counts.improved",
            "1",
        ),
        CHANGE,
        reliable_change,
    );
}

fn better(direction: &str) -> Answer<Improvement> {
    Improvement::from_name(direction)
        .ok_or_else(|| unknown("there is no direction", direction, ["increase", "decrease"]))
}

fn overlap(
    call: &Call<'_>,
    what: &str,
    [a, b]: [&Dynamic; 2],
    direction: &str,
    give: Overlap,
) -> Answer<Estimate> {
    let what = what.split('(').next().unwrap_or(what);
    asked(call, (), &[a, b], &Map::new(), |_| {
        let a = seen(&format!("the points before of {what}"), a)?;
        let b = seen(&format!("the points after of {what}"), b)?;
        Ok(Estimate::of(give(&a, &b, better(direction)?)))
    })
}

fn reliable_change(pre: &Dynamic, post: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::reliable_change";
    let known = &["sd", "reliability", "standard_error", "direction", "cutoff"];
    let given = options.given(WHAT, known)?;
    let need = |key: &str| match given.get(key) {
        Some(value) => single(&format!("`{key}` of {WHAT}"), value),
        None => Err(fault(format!("{WHAT} needs the option `{key}` of the instrument"))),
    };
    // The standard error of a score is `sd sqrt(1-r)`.
    let error = given.get("standard_error").filter(|value| !value.is::<Missing>());
    let (sd, reliability) = match error {
        Some(_) => (need("standard_error")?, 0.0),
        None => (need("sd")?, need("reliability")?),
    };
    let settings = ReliableChangeOptions {
        sd,
        reliability,
        better: better(given.choice("direction", &["increase", "decrease"])?)?,
        cutoff: given.get("cutoff").map(|_| need("cutoff")).transpose()?,
    };
    let before = seen("`pre` of stats::reliable_change", pre)?;
    let after = seen("`post` of stats::reliable_change", post)?;
    let found = sheaf_stats::reliable_change(&before, &after, &settings)?;
    let counts = found.counts;
    let named = [
        ("recovered", counts.recovered),
        ("improved", counts.improved),
        ("unchanged", counts.unchanged),
        ("deteriorated", counts.deteriorated),
    ];
    let told = told(pre, &named.map(|(_, count)| count));
    let counts: Map =
        named.iter().zip(told).map(|((name, _), told)| ((*name).into(), told)).collect();
    let classes = found.class.iter().map(|class| class.name().to_owned());
    let class: Column = crate::api::columns::of_texts(classes);
    let fields = vec![
        ("rc", row_column(&found.rc, "Reliable change", options)),
        ("class", Field::Column(class)),
        ("counts", Field::One(counts.into())),
        ("sem", number(found.sem)),
        ("s_diff", number(found.s_diff)),
        ("threshold", number(found.threshold)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

/// How many pupils there are of each kind, as a script may read it: what a listed characteristic
/// or a reader outside the school hides is hidden, and what would tell it beside all pupils.
fn told(scores: &Dynamic, counts: &[usize]) -> Vec<Dynamic> {
    let Some(source) = behind(scores) else { return counts.iter().map(whole).collect() };
    let all = counts.iter().sum();
    let of_few = |count: &usize| of_counts(all, *count, source.split, source.audience);
    let few: Vec<Option<Missing>> = counts.iter().map(of_few).collect();
    let rows: Vec<u64> = counts.iter().map(|count| *count as u64).collect();
    let is_few: Vec<bool> = few.iter().map(Option::is_some).collect();
    let beside = with_beside(&rows, &is_few);
    let one = |((few, beside), count): ((Option<Missing>, bool), &usize)| match few {
        Some(missing) => Dynamic::from(missing),
        None if beside => Dynamic::from(Missing::hidden(BESIDE)),
        None => whole(count),
    };
    few.into_iter().zip(beside).zip(counts).map(one).collect()
}

fn whole(count: &usize) -> Dynamic {
    Dynamic::from(*count as INT)
}
