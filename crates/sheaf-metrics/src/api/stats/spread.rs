//! How concentrated events are.

use rhai::Dynamic;

use super::super::smallness;
use super::{Asked, Found, behind, one, whole};
use crate::column::numbers;
use crate::estimate::Estimate;
use crate::fault::fault;
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Answer, Group, Registry};

const CONCENTRATION: Shape = Shape::new(
    "stats::concentration",
    &[
        "gini",
        "gini_without_zeros",
        "pupils",
        "events",
        "any",
        "once",
        "repeat_count",
        "repeat_share",
        "half_from",
        "gini_words",
    ],
);

/// Registers it.
pub fn register(registry: &mut Registry) {
    one(
        registry,
        Group::Statistics.item(
            "concentration",
            "stats::concentration(counts) -> result",
            "How concentrated events are on few pupils: gini gini_without_zeros pupils events \
             any once repeat_count repeat_share half_from gini_words; `.top_share(q)`.",
            "stats::concentration([0, 0, 1, 9]).half_from",
            "1",
        ),
        CONCENTRATION,
        concentration,
    );
    registry.function(
        Group::Statistics.item(
            "top_share",
            "concentration.top_share(q) -> estimate",
            "The share of events from the top share `q` of pupils.",
            "stats::concentration([1, 1, 1, 1]).top_share(0.5).value",
            "0.5",
        ),
        |outcome: &mut Outcome, share: Dynamic| top_share(outcome, &share),
    );
}

fn concentration(counts: &Dynamic, options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::concentration";
    options.given(WHAT, &[])?;
    let values = numbers("`counts` of stats::concentration", counts)?;
    let any: Vec<bool> = values.iter().map(|count| *count > 0.0).collect();
    if let Some(missing) = behind(counts).and_then(|source| smallness::of_events(&source, &any)) {
        return Err(missing.into());
    }
    let found = sheaf_stats::concentration(&values)?;
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
        ("gini_words", Field::One(gini_words(&found).into())),
    ];
    Ok(Outcome::new(WHAT, fields, Model::Concentration(Box::new(found))))
}

/// Both coefficients in words: the one depends on how many pupils have none.
fn gini_words(found: &sheaf_stats::Concentration) -> String {
    let (all, any) = (found.gini, found.gini_without_zeros);
    format!("Gini coefficient {all:.2} over all pupils, {any:.2} over those with any")
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
