//! The same pupils before and after something: by how much they differ on average.

use crate::check;
use crate::distributions::{t_multiplier, t_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

const WHAT: &str = "paired_difference";

/// The fewest pupils whose differences are averaged (a house rule).
const MIN_PAIRS: usize = 10;

/// In proportion to the differences, a spread that rounding makes.
const NO_SPREAD: f64 = 1e-12;

/// The mean of `after - before` over pairs with Student's t interval and its test against 0
/// (Student 1908, Biometrika 6:1). Where all pairs differ by the same there is no interval, and no
/// test of a difference that is not 0. At least ten pairs.
///
/// # Errors
/// Refuses columns of different lengths, values that are not finite, fewer than ten pairs and a
/// level outside 0 to 1.
pub fn paired_difference(before: &[f64], after: &[f64], level: f64) -> Result<Estimate, Refusal> {
    check::level(WHAT, level)?;
    check::lengths(WHAT, ("before", before.len()), ("after", after.len()))?;
    check::finite(WHAT, "before", before)?;
    check::finite(WHAT, "after", after)?;
    check::at_least(WHAT, "pairs", before.len(), MIN_PAIRS)?;
    let differences: Vec<f64> = before.iter().zip(after).map(|(b, a)| a - b).collect();
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let squares: f64 = differences.iter().map(|d| (d - mean).powi(2)).sum();
    let error = (squares / (n - 1.0) / n).sqrt();
    let half = t_multiplier(level, n - 1.0) * error;
    let bounds = (mean - half, mean + half);
    let method = "mean of paired differences, t interval";
    let mut estimate = Estimate::interval(Scale::Number, method, mean, bounds, level)
        .counted(differences.iter().filter(|d| **d != 0.0).count() as u64, before.len() as u64)
        .assuming(&["pupils are independent of each other"]);
    estimate.df = Some(n - 1.0);
    let size = differences.iter().map(|d| d.abs()).fold(0.0, f64::max);
    if error <= NO_SPREAD * size {
        (estimate.lower, estimate.upper) = (None, None);
        estimate.p = (size == 0.0).then_some(1.0);
        return Ok(estimate.warn("all pupils differ by the same: there is no interval"));
    }
    estimate.p = Some(t_two_sided(mean / error, n - 1.0));
    Ok(estimate)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Student's own example (1908, Biometrika 6:1): extra hours of sleep of ten patients with two
    /// drugs. R's `t.test(paired = TRUE)` prints t = 4.0621, df = 9, p = 0.002833 and the interval
    /// 0.7001142 to 2.4598858 about 1.58.
    #[test]
    fn the_sleep_of_ten_patients() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let found = paired_difference(&first, &second, 0.95).unwrap();
        assert!((found.value - 1.58).abs() < 1e-12);
        assert!((found.lower.unwrap() - 0.700_114_2).abs() < 1e-6);
        assert!((found.upper.unwrap() - 2.459_885_8).abs() < 1e-6);
        assert!((found.p.unwrap() - 0.002_833).abs() < 1e-6);
        assert_eq!((found.n, found.events, found.df), (10, 9, Some(9.0)));
    }

    #[test]
    fn too_few_pairs_and_odd_values_are_refused() {
        let nine = [1.0; 9];
        let why = paired_difference(&nine, &nine, 0.95).unwrap_err().to_string();
        assert_eq!(why, "paired_difference: only 9 pairs; 10 are needed");
        assert!(paired_difference(&[f64::NAN; 10], &[0.0; 10], 0.95).is_err());
        assert!(paired_difference(&[0.0; 10], &[0.0; 11], 0.95).is_err());
        let same = paired_difference(&[1.0; 10], &[1.0; 10], 0.95).unwrap();
        assert_eq!((same.value, same.lower, same.p), (0.0, None, Some(1.0)));
        let all = paired_difference(&[1.1; 10], &[3.4; 10], 0.95).unwrap();
        assert_eq!((all.lower, all.p, all.warnings.len()), (None, None, 1));
    }
}
