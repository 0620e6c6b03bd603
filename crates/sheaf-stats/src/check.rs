//! Checks that every statistic makes of its arguments.

use crate::refusal::Refusal;

/// The level of an interval lies strictly between 0 and 1.
pub fn level(what: &'static str, level: f64) -> Result<(), Refusal> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    let need = "a level between 0 and 1 is needed";
    Err(Refusal::Setting { what, option: "level", found: level, need })
}

/// Two columns have as many values.
pub fn lengths(
    what: &'static str,
    (left, left_len): (&'static str, usize),
    (right, right_len): (&'static str, usize),
) -> Result<(), Refusal> {
    if left_len == right_len {
        return Ok(());
    }
    Err(Refusal::Lengths { what, left, left_len, right, right_len })
}

/// Every value is finite and at least zero.
pub fn not_negative(
    what: &'static str,
    column: &'static str,
    values: &[f64],
) -> Result<(), Refusal> {
    match values.iter().position(|value| !value.is_finite() || *value < 0.0) {
        None => Ok(()),
        Some(at) => Err(Refusal::Value {
            what,
            column,
            row: at + 1,
            found: values.get(at).copied().unwrap_or(f64::NAN),
            need: "a finite number of zero or more is needed",
        }),
    }
}

/// Every value is finite and above zero.
pub fn positive(
    what: &'static str,
    column: &'static str,
    values: &[f64],
    need: &'static str,
) -> Result<(), Refusal> {
    match values.iter().position(|value| !value.is_finite() || *value <= 0.0) {
        None => Ok(()),
        Some(at) => {
            let found = values.get(at).copied().unwrap_or(f64::NAN);
            Err(Refusal::Value { what, column, row: at + 1, found, need })
        }
    }
}

/// Every value is a finite number.
pub fn finite(what: &'static str, column: &'static str, values: &[f64]) -> Result<(), Refusal> {
    match values.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(at) => {
            let found = values.get(at).copied().unwrap_or(f64::NAN);
            let need = "a finite number is needed";
            Err(Refusal::Value { what, column, row: at + 1, found, need })
        }
    }
}

/// No trust of this world has so many events or pupils; beyond it sums and tails lose their digits.
const MOST_COUNTED: u64 = 1_000_000_000;

/// Counts are such as can be.
pub fn counts(what: &'static str, counts: &[(&'static str, u64)]) -> Result<(), Refusal> {
    let need = "no more than 1000000000 can be taken";
    counts.iter().try_for_each(|(column, count)| match *count {
        0..=MOST_COUNTED => Ok(()),
        more => Err(Refusal::Value { what, column, row: 1, found: more as f64, need }),
    })
}

/// Below this a variance of logarithms is what rounding leaves of none.
const NO_VARIANCE: f64 = 1e-20;

/// Whether a variance over pupils is none: these are all alike, which is no proof that pupils are.
pub fn is_none(variance: f64) -> bool {
    variance <= NO_VARIANCE
}

/// There are at least as many as a method needs.
pub fn at_least(
    what: &'static str,
    unit: &'static str,
    have: usize,
    need: usize,
) -> Result<(), Refusal> {
    if have >= need { Ok(()) } else { Err(Refusal::TooFew { what, unit, have, need }) }
}

/// There are no more than can be done in a moment.
pub fn at_most(
    what: &'static str,
    unit: &'static str,
    have: usize,
    most: usize,
) -> Result<(), Refusal> {
    if have <= most { Ok(()) } else { Err(Refusal::TooMany { what, unit, have, most }) }
}
