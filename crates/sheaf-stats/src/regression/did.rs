//! The change of one group less the change of another.

use serde::Serialize;

use super::coefficient::Law;
use super::fit::{Family, Model, fit};
use super::robust::Spread;
use crate::check;
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

const WHAT: &str = "did";

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
/// happened beyond what the others lived through, if both would have changed alike.
///
/// # Errors
/// Refuses columns of different lengths, values that are not finite, one of the four cells empty
/// and fewer than five values.
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
    let flag = |flag: bool| f64::from(u8::from(flag));
    let row = |(treated, after): (&bool, &bool)| {
        vec![1.0, flag(*treated), flag(*after), flag(*treated && *after)]
    };
    let rows: Vec<Vec<f64>> = treated.iter().zip(after).map(row).collect();
    let family = Family::Normal;
    let found = fit(&Model { what: WHAT, y, rows: &rows, exposure: None, family })?;
    let (spread, df) = match errors {
        DidErrors::Model => (Spread::Model, found.df),
        DidErrors::Robust => (Spread::Hac { lag: 0, small_sample: true }, found.df),
        DidErrors::Cluster(codes) => {
            check::lengths(WHAT, ("y", y.len()), ("cluster", codes.len()))?;
            let mut codes_once = codes.to_vec();
            codes_once.sort_unstable();
            codes_once.dedup();
            check::at_least(WHAT, "clusters", codes_once.len(), 2)?;
            (Spread::Cluster(codes), codes_once.len() as f64 - 1.0)
        }
    };
    let std_error = found.covariance(family, spread).diagonal_roots().pop().unwrap_or(f64::NAN);
    let value = found.coefficients.last().copied().unwrap_or(f64::NAN);
    let half = Law::T(df).multiplier(level) * std_error;
    let method = "difference in differences";
    let bounds = (value - half, value + half);
    let mut difference = Estimate::interval(Scale::Number, method, value, bounds, level)
        .counted(y.len() as u64, y.len() as u64)
        .assuming(&["both groups would have changed alike"]);
    difference.p = Some(if std_error > 0.0 { Law::T(df).p(value / std_error) } else { 1.0 });
    difference.df = Some(df);
    Ok(Did { difference, std_error })
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
    }

    #[test]
    fn an_empty_cell_is_refused() {
        let text = "did: column 4 of the model is determined by those before it; leave it out";
        let found = did(&Y[..6], &TREATED[..6], &AFTER[..6], DidErrors::Model, 0.95);
        assert_eq!(found.unwrap_err().to_string(), text);
    }
}
