//! `stats::`: the statistics of API 1, one group a file.

use std::sync::Arc;

use rhai::Dynamic;

use self::asked::{Asked, Found, asked, at, four, one, three, two};
use crate::column::{About, Behind, Column, Marks, numbers};
use crate::fault::fault;
use crate::given::Given;
use crate::missing::Missing;
use crate::outcome::{Field, Outcome};
use crate::registry::{Answer, Registry};

mod asked;
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

fn counts(values: &[usize], marks: &Option<Marks>) -> Field {
    let values: Vec<f64> = values.iter().map(|value| *value as f64).collect();
    result_column(&values, About::new("Number", sheaf_charts::Scale::Count), marks)
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

/// A result column with one value for each row of the arguments, hidden where one of theirs is: it
/// could be worked back.
fn row_column(values: &[f64], title: &str, asked: &Asked<'_>) -> Field {
    result_column(values, About::new(title, sheaf_charts::Scale::Number), &asked.marks())
}

/// The same where each value holds those before it.
fn running_column(values: &[f64], title: &str, asked: &Asked<'_>) -> Field {
    result_column(values, About::new(title, sheaf_charts::Scale::Number), &asked.running_marks())
}

/// Why a result about the events of some pupils is hidden, if it is.
fn hidden(value: &Dynamic, counts: &[f64]) -> Option<Missing> {
    let happened: Vec<bool> = counts.iter().map(|count| *count > 0.0).collect();
    super::smallness::of_events(&*behind(value)?, &happened)
}

/// What happened, as numbers, unless too few pupils have any of it.
fn seen(what: &str, value: &Dynamic) -> Found<Vec<f64>> {
    let seen = numbers(what, value)?;
    match hidden(value, &seen) {
        Some(missing) => Err(missing.into()),
        None => Ok(seen),
    }
}

/// The level of the interval.
fn level(given: &Given<'_>) -> Answer<f64> {
    given.number("level", sheaf_stats::DEFAULT_LEVEL)
}

#[cfg(test)]
mod tests;
