//! Within which limits many schools, or years, lie by chance alone.

use serde::Serialize;

use crate::check;
use crate::distributions::poisson_quantile;
use crate::pace::Pace;
use crate::refusal::Refusal;

const WHAT: &str = "funnel";

/// Beyond this the sums of a quantile would take too long.
const MOST: f64 = 1e7;

/// The work of a quantile for each root of its mean: it is a sum over forty roots on each side.
const TERM: usize = 400;

/// The limits of a funnel. Columns have one value an expected count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Funnel {
    /// The lower limits, counts.
    pub lower: Vec<f64>,
    /// The upper limits, counts.
    pub upper: Vec<f64>,
    /// The level of the limits.
    pub level: f64,
}

/// Poisson limits of a funnel plot about expected counts (Spiegelhalter 2005, Statistics in
/// Medicine 24:1185), by quantiles without interpolation: beyond them is below `lower` or above
/// `upper`. Usual levels are 0.95 and 0.998. An expected count of zero has limits of zero. One
/// school is enough.
///
/// # Errors
/// Refuses expected counts that are negative or above ten million, and a level outside 0 to 1;
/// stops where its pace says so.
pub fn funnel(expected: &[f64], level: f64, pace: Pace<'_>) -> Result<Funnel, Refusal> {
    check::level(WHAT, level)?;
    check::not_negative(WHAT, "expected", expected)?;
    if let Some(at) = expected.iter().position(|count| *count > MOST) {
        let found = expected.get(at).copied().unwrap_or_default();
        let need = "no more than 10000000 can be taken";
        return Err(Refusal::Value { what: WHAT, column: "expected", row: at + 1, found, need });
    }
    let half = (1.0 - level) / 2.0;
    let mut work = pace.work(WHAT);
    let mut limits = |p: f64| -> Result<Vec<f64>, Refusal> {
        let limit = |mean: &f64| {
            work.take(TERM * mean.sqrt() as usize)?;
            Ok(poisson_quantile(p, *mean) as f64)
        };
        expected.iter().map(limit).collect()
    };
    Ok(Funnel { lower: limits(half)?, upper: limits(1.0 - half)?, level })
}

/// The share of points at each end that are drawn in before the dispersion is reckoned.
const WINSORISED: f64 = 0.1;

impl Funnel {
    /// By how much counts vary more than chance would have them: the mean square of the
    /// standardised residuals (n - e) / sqrt(e), a tenth of them drawn in at each end, 1 at least
    /// (Spiegelhalter 2005, section 4). Limits grow with its square root. Where fewer than ten are
    /// given none is drawn in; of none it is 1.
    pub fn dispersion(n: &[f64], expected: &[f64]) -> f64 {
        let pairs = n.iter().zip(expected).filter(|(_, expected)| **expected > 0.0);
        let mut z: Vec<f64> = pairs.map(|(n, expected)| (n - expected) / expected.sqrt()).collect();
        z.sort_by(f64::total_cmp);
        let drawn = (z.len() as f64 * WINSORISED).floor() as usize;
        let ends =
            z.get(drawn).copied().zip(z.len().checked_sub(drawn + 1).and_then(|at| z.get(at)));
        let Some((low, high)) = ends else { return 1.0 };
        let high = *high;
        let sum: f64 = z.iter().map(|z| z.clamp(low, high).powi(2)).sum();
        (sum / z.len() as f64).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Residuals of -9, -2, -1, -1, 0, 0, 1, 1, 2 and 9: drawn in to -2 and 2, the squares add up
    /// to 4 times 4 and 4 times 1. With nine of them, none is drawn in.
    #[test]
    fn a_tenth_is_drawn_in_at_each_end_before_the_dispersion() {
        let z = [-9.0, -2.0, -1.0, -1.0, 0.0, 0.0, 1.0, 1.0, 2.0, 9.0];
        let n: Vec<f64> = z.iter().map(|z| 100.0 + 10.0 * z).collect();
        let expected = [100.0; 10];
        assert!((Funnel::dispersion(&n, &expected) - 2.0).abs() < 1e-12);
        let nine = Funnel::dispersion(&n[1..], &expected[1..]);
        assert!((nine - (4.0 * 2.0 + 4.0 + 81.0) / 9.0).abs() < 1e-12);
        assert_eq!(Funnel::dispersion(&[100.0; 3], &expected[..3]), 1.0);
        assert_eq!(Funnel::dispersion(&[], &[]), 1.0);
        assert_eq!(Funnel::dispersion(&[3.0], &[0.0]), 1.0);
    }

    const EXPECTED: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0];

    #[test]
    fn limits_are_the_quantiles() {
        for (level, lower, upper) in [
            (
                0.95,
                [0.0, 0.0, 1.0, 4.0, 12.0, 37.0, 81.0, 173.0],
                [3.0, 5.0, 10.0, 17.0, 29.0, 64.0, 120.0, 228.0],
            ),
            (
                0.998,
                [0.0, 0.0, 0.0, 2.0, 8.0, 30.0, 71.0, 158.0],
                [5.0, 8.0, 13.0, 21.0, 35.0, 73.0, 132.0, 245.0],
            ),
        ] {
            let found = funnel(&EXPECTED, level, Pace::default()).unwrap();
            assert_eq!((found.lower.as_slice(), found.upper.as_slice()), (&lower[..], &upper[..]));
        }
    }

    #[test]
    fn nothing_expected_and_nonsense() {
        let found = funnel(&[0.0], 0.95, Pace::default()).unwrap();
        assert_eq!((found.lower, found.upper), (vec![0.0], vec![0.0]));
        assert!(funnel(&[-1.0], 0.95, Pace::default()).is_err());
        let text = "funnel: value 2 of `expected` is 20000000; no more than 10000000 can be taken";
        assert_eq!(funnel(&[1.0, 2e7], 0.95, Pace::default()).unwrap_err().to_string(), text);
        // Far from the start of the law: as many standard deviations as the normal law has.
        let far = funnel(&[1e6], 0.95, Pace::default()).unwrap();
        assert!((far.upper[0] - 1_001_960.0).abs() < 2.0, "{far:?}");
        assert_eq!(funnel(&[], 0.95, Pace::default()).unwrap().lower, [0.0; 0]);
    }
}
