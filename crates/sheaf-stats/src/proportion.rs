//! One proportion with its score interval.

use crate::check;
use crate::distributions::normal_multiplier;
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

const WHAT: &str = "wilson";

/// The share `x` of `n` with Wilson's score interval, without continuity correction.
///
/// At `x = 0` the lower end is exactly 0, at `x = n` the upper end is exactly 1.
///
/// # Errors
/// Refuses an empty denominator, more events than observations, and a level outside 0 to 1.
pub fn wilson(x: u64, n: u64, level: f64) -> Result<Estimate, Refusal> {
    check::level(WHAT, level)?;
    if n == 0 {
        return Err(Refusal::Empty { what: WHAT });
    }
    if x > n {
        let need = "no more than `n` is possible";
        return Err(Refusal::Value { what: WHAT, column: "x", row: 1, found: x as f64, need });
    }
    let bounds = wilson_bounds(x, n as f64, level);
    Ok(Estimate::interval(Scale::Share, "Wilson score", x as f64 / n as f64, bounds, level)
        .counted(x, n)
        .assuming(&["observations are independent of each other"]))
}

/// The two ends, for a denominator that may be an effective number.
pub fn wilson_bounds(x: u64, n: f64, level: f64) -> (f64, f64) {
    let z = normal_multiplier(level);
    let p = x as f64 / n;
    let scale = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / scale;
    let half = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let lower = if x == 0 { 0.0 } else { (centre - half).max(0.0) };
    let upper = if x as f64 == n { 1.0 } else { (centre + half).min(1.0) };
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe (1998), Statistics in Medicine 17:857, Table I, method 3.
    #[test]
    fn newcombe_table_i() {
        for (x, n, lower, upper) in [
            (81, 263, 0.255_288_519_878_3, 0.366_209_576_982_8),
            (0, 20, 0.0, 0.161_125_158_052_8),
            (20, 20, 0.838_874_841_947_2, 1.0),
        ] {
            let share = wilson(x, n, 0.95).unwrap();
            assert!((share.lower.unwrap() - lower).abs() < 1e-10, "{x}/{n}");
            assert!((share.upper.unwrap() - upper).abs() < 1e-10, "{x}/{n}");
        }
    }

    #[test]
    fn nothing_to_divide_by_is_refused() {
        assert_eq!(wilson(0, 0, 0.95), Err(Refusal::Empty { what: "wilson" }));
        assert!(wilson(3, 2, 0.95).is_err());
        assert!(wilson(1, 2, 95.0).is_err());
    }
}
