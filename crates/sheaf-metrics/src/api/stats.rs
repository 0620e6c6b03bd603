//! `stats::`: the statistics of API 1, one group a file.

use std::sync::Arc;

use rhai::{Dynamic, Map, NativeCallContext as Call};

use crate::column::{About, Backing, Behind, Column, Marks, numbers};
use crate::fault::fault;
use crate::given::Given;
use crate::missing::Missing;
use crate::outcome::{Field, Outcome};
use crate::registry::{Answer, Item, Registry};

mod charts;
mod compare;
mod curves;
mod models;
mod pairs;
mod phases;
mod shares;
mod shifts;
mod spread;
mod tables;
mod trends;

/// Registers every statistic.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Outcome>("result");
    registry.fields(|outcome: &mut Outcome, name: &str| outcome.field(name));
    registry.overload("to_string", |outcome: &mut Outcome| outcome.to_json().to_string());
    registry.overload("to_debug", |outcome: &mut Outcome| outcome.to_json().to_string());
    shares::register(registry);
    curves::register(registry);
    spread::register(registry);
    compare::register(registry);
    charts::register(registry);
    trends::register(registry);
    phases::register(registry);
    shifts::register(registry);
    tables::register(registry);
    models::register(registry);
}

/// A statistic of one argument, with options and without.
fn one<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn(&Dynamic, &Map) -> Answer<T>,
) {
    registry
        .statistic(item, move |call: Call, a: Dynamic, options: Map| at(&call, give(&a, &options)));
    registry.statistic_overload(item.name, move |call: Call, a: Dynamic| {
        at(&call, give(&a, &Map::new()))
    });
}

/// The same of two.
fn two<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn(&Dynamic, &Dynamic, &Map) -> Answer<T>,
) {
    registry.statistic(item, move |call: Call, a: Dynamic, b: Dynamic, options: Map| {
        at(&call, give(&a, &b, &options))
    });
    registry.statistic_overload(item.name, move |call: Call, a: Dynamic, b: Dynamic| {
        at(&call, give(&a, &b, &Map::new()))
    });
}

/// The same of three.
fn three<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn(&Dynamic, &Dynamic, &Dynamic, &Map) -> Answer<T>,
) {
    registry.statistic(
        item,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, options: Map| {
            at(&call, give(&a, &b, &c, &options))
        },
    );
    registry.statistic_overload(
        item.name,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic| {
            at(&call, give(&a, &b, &c, &Map::new()))
        },
    );
}

/// The same of four.
fn four<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn([&Dynamic; 4], &Map) -> Answer<T>,
) {
    registry.statistic(
        item,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic, options: Map| {
            at(&call, give([&a, &b, &c, &d], &options))
        },
    );
    registry.statistic_overload(
        item.name,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic| {
            at(&call, give([&a, &b, &c, &d], &Map::new()))
        },
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

/// The first of some values that is missing.
fn missing_in(values: &[&Dynamic]) -> Option<Missing> {
    crate::column::guard(values)
}

/// The pupils and records behind an argument.
fn behind(value: &Dynamic) -> Option<Arc<Behind>> {
    value.read_lock::<Column>()?.behind.clone()
}

fn flags(what: &str, value: &Dynamic) -> Answer<Vec<bool>> {
    let numbers = numbers(what, value)?;
    match numbers.iter().find(|number| **number != 0.0 && **number != 1.0) {
        Some(odd) => Err(fault(format!("{what} needs true and false, or 1 and 0, not {odd}"))),
        None => Ok(numbers.iter().map(|number| *number == 1.0).collect()),
    }
}

fn result_column(values: &[f64], about: About, marks: &Option<Marks>) -> Field {
    Field::Column(Column { marks: marks.clone(), ..Column::numbers(values.to_vec()).about(about) })
}

fn counts(values: &[usize]) -> Field {
    let values: Vec<f64> = values.iter().map(|value| *value as f64).collect();
    Field::Column(Column::numbers(values).about(About::new("Number", sheaf_charts::Scale::Count)))
}

fn optional(value: Option<f64>) -> Field {
    optional_of(value, "it is not reached")
}

fn whole(value: usize) -> Field {
    Field::One(Dynamic::from(value as i64))
}

/// A result column with nobody behind it.
fn plain_column(values: &[f64], title: &str) -> Field {
    result_column(values, About::new(title, sheaf_charts::Scale::Number), &None)
}

/// One number of a result; missing where it is not finite.
fn number(value: f64) -> Field {
    optional_of(value.is_finite().then_some(value), "it is not defined here")
}

fn optional_of(value: Option<f64>, why: &str) -> Field {
    let missing = || Dynamic::from(Missing::refused(why));
    Field::One(value.map_or_else(missing, Dynamic::from))
}

/// The marks of an argument, for a result with one value for each of its values.
fn marks(value: &Dynamic) -> Option<Marks> {
    let column = value.read_lock::<Column>()?;
    if !column.is_of_pupils() {
        return column.marks.clone();
    }
    // What comes of a single pupil's value tells it as well.
    let hidden = Backing { n: 1, is_hidden: true, ..Backing::default() };
    let all = vec![hidden; column.len()];
    Some(Arc::new(move || all.clone()))
}

/// A result column with one value for each of an argument's, hidden where those are of single
/// pupils.
fn row_column(values: &[f64], title: &str, of: &Dynamic) -> Field {
    let is_of_pupils = of.read_lock::<Column>().is_some_and(|column| column.is_of_pupils());
    let marks = if is_of_pupils { marks(of) } else { None };
    result_column(values, About::new(title, sheaf_charts::Scale::Number), &marks)
}

/// Why a result about the events of some pupils is hidden, if it is.
fn hidden(value: &Dynamic, counts: &[f64]) -> Option<Missing> {
    let happened: Vec<bool> = counts.iter().map(|count| *count > 0.0).collect();
    super::smallness::of_events(&*behind(value)?, &happened)
}

/// The level of the interval.
fn level(given: &Given<'_>) -> Answer<f64> {
    given.number("level", sheaf_stats::DEFAULT_LEVEL)
}

#[cfg(test)]
mod tests;
