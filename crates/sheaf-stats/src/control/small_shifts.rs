//! Charts that add small shifts up: CUSUM and EWMA.

use serde::Serialize;

use crate::check;
use crate::refusal::Refusal;

/// Settings of [`cusum`], in the unit of the values; the usual ones are for values in standard
/// deviations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CusumOptions {
    /// Where the values should be.
    pub target: f64,
    /// The slack, half of the shift that is to be found.
    pub k: f64,
    /// The limit.
    pub h: f64,
    /// Whether the sums start anew after a signal.
    pub restart: Restart,
}

impl Default for CusumOptions {
    fn default() -> Self {
        Self { target: 0.0, k: 0.5, h: 5.0, restart: Restart::Never }
    }
}

/// What happens to a sum beyond its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// It goes on.
    Never,
    /// It starts anew at the next value.
    AfterSignal,
}

/// Two running sums.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cusum {
    /// `C⁺`, upwards.
    pub upper: Vec<f64>,
    /// `C⁻`, downwards, as a positive number.
    pub lower: Vec<f64>,
    /// The values at which either sum is beyond its limit, from 1.
    pub signal_at: Vec<usize>,
    /// Those of the upper sum.
    pub signal_up: Vec<usize>,
    /// Those of the lower sum.
    pub signal_down: Vec<usize>,
}

/// The tabular CUSUM of Page (1954): `C⁺ = max(0, C⁺ + x - target - k)` and its mirror; a signal is
/// a sum above `h`. Run it on the `z` of a chart whose baseline has twenty bins.
///
/// # Errors
/// Refuses no values, values that are not finite, a negative `k` and an `h` of zero or less.
pub fn cusum(x: &[f64], options: &CusumOptions) -> Result<Cusum, Refusal> {
    const WHAT: &str = "cusum";
    check::finite(WHAT, "x", x)?;
    let setting = |option, found, need| Err(Refusal::Setting { what: WHAT, option, found, need });
    if x.is_empty() {
        return Err(Refusal::Empty { what: WHAT });
    }
    if !options.target.is_finite() {
        return setting("target", options.target, "a finite number is needed");
    }
    if !(options.k.is_finite() && options.k >= 0.0) {
        return setting("k", options.k, "zero or more is needed");
    }
    if !(options.h.is_finite() && options.h > 0.0) {
        return setting("h", options.h, "a number above zero is needed");
    }
    let away: Vec<f64> = x.iter().map(|x| x - options.target).collect();
    let (upper, signal_up) = one_sided(away.iter().copied(), options);
    let (lower, signal_down) = one_sided(away.iter().map(|away| -away), options);
    let mut signal_at = [signal_up.as_slice(), &signal_down].concat();
    signal_at.sort_unstable();
    signal_at.dedup();
    Ok(Cusum { upper, lower, signal_at, signal_up, signal_down })
}

fn one_sided(away: impl Iterator<Item = f64>, options: &CusumOptions) -> (Vec<f64>, Vec<usize>) {
    let (mut sum, mut sums, mut signals) = (0.0_f64, Vec::new(), Vec::new());
    for (at, away) in away.enumerate() {
        sum = (sum + away - options.k).max(0.0);
        sums.push(sum);
        if sum > options.h {
            signals.push(at + 1);
            if options.restart == Restart::AfterSignal {
                sum = 0.0;
            }
        }
    }
    (sums, signals)
}

/// Settings of [`ewma`]; the usual ones are for values in standard deviations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EwmaOptions {
    /// Where the values should be.
    pub target: f64,
    /// Their standard deviation.
    pub sd: f64,
    /// The weight of the newest value, above 0 and up to 1; 0.2 to 0.3 is usual.
    pub lambda: f64,
    /// The limits in standard errors.
    pub l: f64,
}

impl Default for EwmaOptions {
    fn default() -> Self {
        Self { target: 0.0, sd: 1.0, lambda: 0.2, l: 3.0 }
    }
}

/// A running mean with its limits. Columns have one value for each given.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ewma {
    /// The weighted mean.
    pub value: Vec<f64>,
    /// The lower limits.
    pub lower: Vec<f64>,
    /// The upper limits.
    pub upper: Vec<f64>,
    /// The values at which the mean is beyond them, from 1.
    pub signal_at: Vec<usize>,
}

/// The exponentially weighted mean of Roberts (1959) with exact limits
/// `target ± l sd sqrt(λ/(2-λ) (1-(1-λ)^{2i}))`, which are narrow at the start.
///
/// # Errors
/// Refuses no values, values that are not finite, and settings out of range.
pub fn ewma(x: &[f64], options: &EwmaOptions) -> Result<Ewma, Refusal> {
    const WHAT: &str = "ewma";
    check::finite(WHAT, "x", x)?;
    let EwmaOptions { target, sd, lambda, l } = *options;
    let setting = |option, found, need| Err(Refusal::Setting { what: WHAT, option, found, need });
    if x.is_empty() {
        return Err(Refusal::Empty { what: WHAT });
    }
    if !target.is_finite() {
        return setting("target", target, "a finite number is needed");
    }
    if !(sd.is_finite() && sd > 0.0) {
        return setting("sd", sd, "a number above zero is needed");
    }
    if !(lambda > 0.0 && lambda <= 1.0) {
        return setting("lambda", lambda, "a weight above 0 and up to 1 is needed");
    }
    if !(l.is_finite() && l > 0.0) {
        return setting("l", l, "a number above zero is needed");
    }
    let mut found = Ewma { value: vec![], lower: vec![], upper: vec![], signal_at: vec![] };
    let (mut mean, mut left) = (target, 1.0);
    for (at, x) in x.iter().enumerate() {
        mean = lambda * x + (1.0 - lambda) * mean;
        left *= (1.0 - lambda).powi(2);
        let half = l * sd * (lambda / (2.0 - lambda) * (1.0 - left)).sqrt();
        found.value.push(mean);
        found.lower.push(target - half);
        found.upper.push(target + half);
        if (mean - target).abs() > half {
            found.signal_at.push(at + 1);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_by_hand_with_and_without_a_new_start() {
        let options = CusumOptions { target: 10.0, k: 1.0, h: 3.0, restart: Restart::Never };
        let x = [12.0, 13.0, 12.0, 10.0, 5.0];
        let found = cusum(&x, &options).unwrap();
        assert_eq!(found.upper, [1.0, 3.0, 4.0, 3.0, 0.0]);
        assert_eq!(found.lower, [0.0, 0.0, 0.0, 0.0, 4.0]);
        assert_eq!((found.signal_up, found.signal_down), (vec![3], vec![5]));
        assert_eq!(found.signal_at, [3, 5]);
        let anew = CusumOptions { restart: Restart::AfterSignal, ..options };
        assert_eq!(cusum(&x, &anew).unwrap().upper, [1.0, 3.0, 4.0, 0.0, 0.0]);
    }

    #[test]
    fn a_running_mean_by_hand() {
        let options = EwmaOptions { target: 10.0, sd: 1.0, lambda: 0.5, l: 2.0 };
        let found = ewma(&[14.0, 10.0], &options).unwrap();
        assert_eq!(found.value, [12.0, 11.0]);
        assert!((found.upper[0] - 11.0).abs() < 1e-12);
        assert!((found.lower[1] - (10.0 - 2.0 * (0.3125_f64).sqrt())).abs() < 1e-12);
        assert_eq!(found.signal_at, [1]);
    }

    #[test]
    fn odd_settings_are_refused() {
        let text = "cusum: `h` is 0; a number above zero is needed";
        let options = CusumOptions { h: 0.0, ..Default::default() };
        assert_eq!(cusum(&[1.0], &options).unwrap_err().to_string(), text);
        let text = "ewma: `lambda` is 2; a weight above 0 and up to 1 is needed";
        let options = EwmaOptions { lambda: 2.0, ..Default::default() };
        assert_eq!(ewma(&[1.0], &options).unwrap_err().to_string(), text);
        assert_eq!(cusum(&[], &CusumOptions::default()), Err(Refusal::Empty { what: "cusum" }));
    }
}
