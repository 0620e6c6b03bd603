//! Events that come again, explained by columns.

use rhai::{Array, Dynamic, Map, NativeCallContext as Call};
use sheaf_stats::{Covariate, HazardCoefficient, RecurrentModel, Spells};

use super::{covariates, refuse_to_single_out};
use crate::api::stats::{Asked, Found, asked, flags, level, number, whole};
use crate::column::{codes, numbers};
use crate::outcome::{Field, Model, Outcome, Shape};
use crate::registry::{Group, Registry};

const SHAPE: Shape = Shape::new(
    "stats::recurrent_regression",
    &["coefficients", "log_likelihood", "log_likelihood_null", "events", "pupils"],
);

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.statistic(
        Group::Statistics.item(
            "recurrent_regression",
            "stats::recurrent_regression(id, start, stop, event, covariates, #{model, level}) -> \
             result",
            "Events that come again, explained by columns, with errors over pupils: \
             coefficients[{name estimate std_error robust_std_error p lower upper}], logs of \
             ratios. `model` is \"andersen_gill\", \"pwp_total\" or \"pwp_gap\". At least ten \
             events a column.",
            "stats::recurrent_regression([1, 1], [0, 5], [5, 9], [1, 0], #{ x: [0, 1] }, #{}).why",
            "only 1 event; 10 are needed",
        ),
        |call: Call,
         id: Dynamic,
         start: Dynamic,
         stop: Dynamic,
         event: Dynamic,
         by: Dynamic,
         options: Map| {
            let columns = [&id, &start, &stop, &event, &by];
            asked(&call, SHAPE, &columns, &options, |asked| recurrent(columns, asked))
        },
    );
    registry.statistic_overload(
        "recurrent_regression",
        |call: Call, id: Dynamic, start: Dynamic, stop: Dynamic, event: Dynamic, by: Dynamic| {
            let columns = [&id, &start, &stop, &event, &by];
            asked(&call, SHAPE, &columns, &Map::new(), |asked| recurrent(columns, asked))
        },
    );
}

fn recurrent([id, start, stop, event, by]: [&Dynamic; 5], options: &Asked<'_>) -> Found<Outcome> {
    const WHAT: &str = "stats::recurrent_regression";
    let given = options.given(WHAT, &["model", "level"])?;
    let model = given.choice("model", &["andersen_gill", "pwp_total", "pwp_gap"])?;
    let columns = covariates(by)?;
    refuse_to_single_out(id, columns.iter().map(|one| one.1.as_slice()))?;
    let id = codes(&format!("`id` of {WHAT}"), id)?;
    let start = numbers(&format!("`start` of {WHAT}"), start)?;
    let stop = numbers(&format!("`stop` of {WHAT}"), stop)?;
    let event = flags(&format!("`event` of {WHAT}"), event)?;
    let columns: Vec<Covariate<'_>> =
        columns.iter().map(|(name, values)| Covariate { name, values }).collect();
    let spells = Spells { id: &id, start: &start, stop: &stop, event: &event };
    let model = RecurrentModel::from_name(model).unwrap_or_default();
    let (level, pace) = (level(&given)?, options.pace);
    let found = sheaf_stats::recurrent_regression(&spells, &columns, model, level, pace)?;
    let coefficients: Array = found.coefficients.iter().map(coefficient).collect();
    let fields = vec![
        ("coefficients", Field::One(coefficients.into())),
        ("log_likelihood", number(found.log_likelihood)),
        ("log_likelihood_null", number(found.log_likelihood_null)),
        ("events", whole(found.events)),
        ("pupils", whole(found.pupils)),
    ];
    Ok(Outcome::new(WHAT, fields, Model::None))
}

fn coefficient(one: &HazardCoefficient) -> Dynamic {
    let mut map = Map::new();
    map.insert("name".into(), one.name.clone().into());
    for (name, value) in [
        ("estimate", one.estimate),
        ("std_error", one.std_error),
        ("robust_std_error", one.robust_std_error),
        ("p", one.p),
        ("lower", one.lower),
        ("upper", one.upper),
    ] {
        map.insert(name.into(), value.into());
    }
    map.into()
}
