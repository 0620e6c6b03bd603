//! The change of one group less the change of another.

use std::collections::BTreeSet;

use serde::Serialize;

use super::coefficient::Law;
use super::fit::{Family, MOST_ROWS, Model, fit};
use super::robust::Spread;
use crate::check;
use crate::estimate::{Estimate, Scale};
use crate::pace::Pace;
use crate::refusal::Refusal;

const WHAT: &str = "did";

/// The fewest values: one more than the means of the four cells.
const MIN_VALUES: usize = 5;

/// The fewest pupils of a group whose differences can be told.
const MIN_PUPILS: usize = 2;

/// In proportion to the values, an error that rounding makes.
const NO_SPREAD: f64 = 1e-9;

/// How the error of a difference is reckoned.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub enum DidErrors<'a> {
    /// One variance for all.
    #[default]
    Model,
    /// White's, with `n/(n-4)` (HC1).
    Robust,
    /// Over pupils by code.
    Cluster(&'a [u32]),
}

/// A difference in differences.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Did {
    /// The difference with its interval.
    pub difference: Estimate,
    /// Its standard error.
    pub std_error: f64,
}

/// `(ȳ₁₁ - ȳ₁₀) - (ȳ₀₁ - ȳ₀₀)` for values of treated and others, before and after, as the
/// interaction of a least-squares fit with a t interval (Wooldridge 2013, §13.2). It answers what
/// happened beyond what the others lived through, if both would have changed alike. Where values or
/// pupils differ by nothing but the four means there is no interval and no test.
///
/// # Errors
/// Refuses columns of different lengths, values that are not finite or all equal, one of the four
/// cells empty, fewer than five values or more than 200,000, and with `Cluster` fewer than two
/// pupils a group.
pub fn did(
    y: &[f64],
    treated: &[bool],
    after: &[bool],
    errors: DidErrors<'_>,
    level: f64,
) -> Result<Did, Refusal> {
    check::level(WHAT, level)?;
    check::finite(WHAT, "y", y)?;
    check::lengths(WHAT, ("y", y.len()), ("treated", treated.len()))?;
    check::lengths(WHAT, ("y", y.len()), ("after", after.len()))?;
    check::at_least(WHAT, "values", y.len(), MIN_VALUES)?;
    check::at_most(WHAT, "values", y.len(), MOST_ROWS)?;
    cells(treated, after)?;
    let flag = |flag: bool| f64::from(u8::from(flag));
    let row = |(treated, after): (&bool, &bool)| {
        vec![1.0, flag(*treated), flag(*after), flag(*treated && *after)]
    };
    let rows: Vec<Vec<f64>> = treated.iter().zip(after).map(row).collect();
    let family = Family::Normal;
    let found =
        fit(&Model { what: WHAT, y, rows: &rows, exposure: None, family, pace: Pace::default() })?;
    let (spread, df) = match errors {
        DidErrors::Model => (Spread::Model, found.df),
        DidErrors::Robust => (Spread::Hac { lag: 0, small_sample: true }, found.df),
        DidErrors::Cluster(codes) => {
            check::lengths(WHAT, ("y", y.len()), ("cluster", codes.len()))?;
            for (unit, of) in [("pupils in the group", true), ("pupils to compare with", false)] {
                let own = codes.iter().zip(treated).filter(|(_, treated)| **treated == of);
                let own: BTreeSet<&u32> = own.map(|(code, _)| code).collect();
                check::at_least(WHAT, unit, own.len(), MIN_PUPILS)?;
            }
            let all: BTreeSet<&u32> = codes.iter().collect();
            (Spread::Cluster(codes), all.len() as f64 - 1.0)
        }
    };
    let std_error = found.covariance(family, spread)?.diagonal_roots().pop().unwrap_or(f64::NAN);
    let value = found.coefficients.last().copied().unwrap_or(f64::NAN);
    let half = Law::T(df).multiplier(level) * std_error;
    let method = "difference in differences";
    let bounds = (value - half, value + half);
    let mut difference = Estimate::interval(Scale::Number, method, value, bounds, level)
        .counted(y.len() as u64, y.len() as u64)
        .assuming(&["both groups would have changed alike"]);
    difference.p = Some(Law::T(df).p(value / std_error));
    difference.df = Some(df);
    let size = y.iter().map(|y| y.abs()).fold(0.0, f64::max);
    if std_error <= NO_SPREAD * size {
        (difference.lower, difference.upper, difference.p) = (None, None, None);
        difference = difference.warn("nothing varies but the four means: there is no interval");
    }
    Ok(Did { difference, std_error })
}

/// Each of the four cells has a value.
fn cells(treated: &[bool], after: &[bool]) -> Result<(), Refusal> {
    let units = [
        ("values to compare with before", (false, false)),
        ("values to compare with after", (false, true)),
        ("values of the group before", (true, false)),
        ("values of the group after", (true, true)),
    ];
    units.into_iter().try_for_each(|(unit, cell)| {
        let have = treated.iter().zip(after).filter(|(t, a)| (**t, **a) == cell).count();
        check::at_least(WHAT, unit, have, 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const Y: [f64; 8] = [1.0, 3.0, 5.0, 7.0, 2.0, 4.0, 12.0, 14.0];
    const TREATED: [bool; 8] = [false, false, false, false, true, true, true, true];
    const AFTER: [bool; 8] = [false, false, true, true, false, false, true, true];

    #[test]
    fn four_means_by_hand() {
        // (13 - 3) - (6 - 2); each cell has variance 2, so the error is sqrt(4 · 2/2).
        for errors in [DidErrors::Model, DidErrors::Robust] {
            let found = did(&Y, &TREATED, &AFTER, errors, 0.95).unwrap();
            assert!((found.difference.value - 6.0).abs() < 1e-9);
            assert!((found.std_error - 2.0).abs() < 1e-9, "{errors:?}");
        }
        let pairs = DidErrors::Cluster(&[0, 1, 0, 1, 2, 3, 2, 3]);
        let found = did(&Y, &TREATED, &AFTER, pairs, 0.95).unwrap();
        // Everybody changed by exactly the mean of their group.
        assert!(found.std_error < 1e-7);
        assert_eq!(found.difference.df, Some(3.0));
        assert_eq!((found.difference.lower, found.difference.p), (None, None));
    }

    #[test]
    fn equal_values_and_a_single_pupil_are_refused() {
        let text = "did: all values are equal, so there is nothing to explain";
        let found = did(&[3.0; 8], &TREATED, &AFTER, DidErrors::Model, 0.95);
        assert_eq!(found.unwrap_err().to_string(), text);
        let one = DidErrors::Cluster(&[0, 1, 0, 1, 2, 2, 2, 2]);
        let text = "did: only 1 pupil in the group; 2 are needed";
        assert_eq!(did(&Y, &TREATED, &AFTER, one, 0.95).unwrap_err().to_string(), text);
    }

    #[test]
    fn an_empty_cell_is_refused() {
        let text = "did: there are no values of the group after; 1 is needed";
        let found = did(&Y[..6], &TREATED[..6], &AFTER[..6], DidErrors::Model, 0.95);
        assert_eq!(found.unwrap_err().to_string(), text);
    }
}
