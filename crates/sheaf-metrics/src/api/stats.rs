//! `stats::`: the statistics of API 1, one group a file.

use std::sync::Arc;

use rhai::{Dynamic, Map, NativeCallContext as Call};
use sheaf_stats::Pace;

use crate::column::{About, Backing, Behind, Column, Marks, numbers};
use crate::fault::fault;
use crate::given::Given;
use crate::missing::Missing;
use crate::outcome::{Field, Outcome};
use crate::registry::{Answer, Item, Registry};
use crate::run::raised;
use crate::sandbox;

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

/// The options of a call, and whether what takes long may go on.
struct Asked<'a> {
    options: &'a Map,
    pace: Pace<'a>,
}

impl<'a> Asked<'a> {
    /// The options, which may have these keys and no others.
    fn given(&self, what: &'static str, known: &'static [&'static str]) -> Answer<Given<'a>> {
        Given::new(what, self.options, known)
    }
}

/// A statistic of one argument, with options and without.
fn one<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn(&Dynamic, &Asked<'_>) -> Answer<T>,
) {
    registry.statistic(item, move |call: Call, a: Dynamic, options: Map| {
        asked(&call, &options, |asked| give(&a, asked))
    });
    registry.statistic_overload(item.name, move |call: Call, a: Dynamic| {
        asked(&call, &Map::new(), |asked| give(&a, asked))
    });
}

/// The same of two.
fn two<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn(&Dynamic, &Dynamic, &Asked<'_>) -> Answer<T>,
) {
    registry.statistic(item, move |call: Call, a: Dynamic, b: Dynamic, options: Map| {
        asked(&call, &options, |asked| give(&a, &b, asked))
    });
    registry.statistic_overload(item.name, move |call: Call, a: Dynamic, b: Dynamic| {
        asked(&call, &Map::new(), |asked| give(&a, &b, asked))
    });
}

/// The same of three.
fn three<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn(&Dynamic, &Dynamic, &Dynamic, &Asked<'_>) -> Answer<T>,
) {
    registry.statistic(
        item,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, options: Map| {
            asked(&call, &options, |asked| give(&a, &b, &c, asked))
        },
    );
    registry.statistic_overload(
        item.name,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic| {
            asked(&call, &Map::new(), |asked| give(&a, &b, &c, asked))
        },
    );
}

/// The same of four.
fn four<T: Clone + Send + Sync + 'static>(
    registry: &mut Registry,
    item: Item,
    give: fn([&Dynamic; 4], &Asked<'_>) -> Answer<T>,
) {
    registry.statistic(
        item,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic, options: Map| {
            asked(&call, &options, |asked| give([&a, &b, &c, &d], asked))
        },
    );
    registry.statistic_overload(
        item.name,
        move |call: Call, a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic| {
            asked(&call, &Map::new(), |asked| give([&a, &b, &c, &d], asked))
        },
    );
}

/// What a statistic answers that may look at the limits of the run while it works.
fn asked<T>(
    call: &Call<'_>,
    options: &Map,
    give: impl FnOnce(&Asked<'_>) -> Answer<T>,
) -> Answer<T> {
    let budget = sandbox::budget(call);
    let goes_on = || budget.check().is_ok();
    at(call, give(&Asked { options, pace: Pace::asking(&goes_on) }))
}

/// The answer with the place of the call in its error: the engine adds none to functions of a
/// module. A run whose time is up has no answer: what a statistic then gives is that it was
/// stopped.
fn at<T>(call: &Call<'_>, answer: Answer<T>) -> Answer<T> {
    let in_time = sandbox::budget(call).check().map_err(raised);
    in_time.and(answer).map_err(|mut error| {
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

/// A result column with one value for each of an argument's, hidden where that one is: it could be
/// worked back.
fn row_column(values: &[f64], title: &str, of: &Dynamic) -> Field {
    result_column(values, About::new(title, sheaf_charts::Scale::Number), &marks(of))
}

/// The same where each value holds those before it: from the first hidden one on, the difference
/// of two would tell it.
fn running_column(values: &[f64], title: &str, of: &Dynamic) -> Field {
    let own = marks(of);
    let running = own.map(|own| -> Marks {
        Arc::new(move || {
            let mut marks = own();
            let first = marks.iter().position(|mark| mark.is_hidden).unwrap_or(marks.len());
            marks.iter_mut().skip(first).for_each(|mark| mark.is_hidden = true);
            marks
        })
    });
    result_column(values, About::new(title, sheaf_charts::Scale::Number), &running)
}

/// Why a result about the events of some pupils is hidden, if it is.
fn hidden(value: &Dynamic, counts: &[f64]) -> Option<Missing> {
    let happened: Vec<bool> = counts.iter().map(|count| *count > 0.0).collect();
    super::smallness::of_events(&*behind(value)?, &happened)
}

/// What happened, as numbers, unless too few pupils have any of it.
fn seen(what: &str, value: &Dynamic) -> Answer<Vec<f64>> {
    let seen = numbers(what, value)?;
    match hidden(value, &seen) {
        Some(missing) => Err(missing.into_error()),
        None => Ok(seen),
    }
}

/// The level of the interval.
fn level(given: &Given<'_>) -> Answer<f64> {
    given.number("level", sheaf_stats::DEFAULT_LEVEL)
}

#[cfg(test)]
mod tests;
