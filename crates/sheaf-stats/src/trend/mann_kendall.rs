//! Trend by ranks, and its slope by the median.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::check;
use crate::distributions::{normal_multiplier, normal_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::order::median_of_sorted;
use crate::refusal::Refusal;

const WHAT: &str = "mann_kendall";
const SEASONAL: &str = "seasonal_mann_kendall";

/// The fewest values (a house rule).
const MIN_VALUES: usize = 8;

/// The fewest years of a seasonal test.
const MIN_YEARS: usize = 2;

/// Five years of school days; beyond this the pairs would take too long.
const MOST_VALUES: usize = 1_000;

/// A test of trend with the slope that goes with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MannKendall {
    /// Pairs that rise less pairs that fall.
    pub s: f64,
    /// Its variance with no trend, ties allowed for.
    pub variance: f64,
    /// The standardised test, with continuity correction.
    pub z: f64,
    /// Two-sided.
    pub p: f64,
    /// The median of the slopes of all pairs, for one step; with seasons, for one year.
    pub slope: f64,
    /// The lower end of the slope.
    pub slope_lower: f64,
    /// The upper end of the slope.
    pub slope_upper: f64,
    /// How many values.
    pub n: usize,
    /// The level of the slope's interval.
    pub level: f64,
    /// The method by its usual name.
    pub method: &'static str,
}

/// The test of Mann (1945) and Kendall (1975) with Sen's slope (1968) and its rank interval, over
/// equally spaced values in the order of time.
///
/// Values that depend on the one before make it reject too often: use half-terms or years.
/// Where all values are equal, `z` and the slope with its ends are 0 and p is 1. At least eight
/// values.
///
/// # Errors
/// Refuses fewer than 8 or more than 1,000 values, and values that are not finite.
pub fn mann_kendall(x: &[f64], level: f64) -> Result<MannKendall, Refusal> {
    check::level(WHAT, level)?;
    check::finite(WHAT, "x", x)?;
    check::at_least(WHAT, "values", x.len(), MIN_VALUES)?;
    check::at_most(WHAT, "values", x.len(), MOST_VALUES)?;
    let mut pairs = Pairs::default();
    pairs.add(x);
    Ok(pairs.settle("Mann-Kendall, Theil-Sen slope", level))
}

/// The test of Hirsch, Slack and Smith (1982): within each season over the years, then summed;
/// `season` has a code a value, values in the order of time.
///
/// # Errors
/// Refuses fewer than 8 or more than 1,000 values, columns of different lengths, values that are
/// not finite and a season with fewer than two years.
pub fn seasonal_mann_kendall(
    x: &[f64],
    season: &[u32],
    level: f64,
) -> Result<MannKendall, Refusal> {
    check::level(SEASONAL, level)?;
    check::lengths(SEASONAL, ("x", x.len()), ("season", season.len()))?;
    check::finite(SEASONAL, "x", x)?;
    check::at_least(SEASONAL, "values", x.len(), MIN_VALUES)?;
    check::at_most(SEASONAL, "values", x.len(), MOST_VALUES)?;
    let mut seasons: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (value, code) in x.iter().zip(season) {
        seasons.entry(*code).or_default().push(*value);
    }
    let shortest = seasons.values().map(Vec::len).min().unwrap_or_default();
    check::at_least(SEASONAL, "years of a season", shortest, MIN_YEARS)?;
    let mut pairs = Pairs::default();
    seasons.values().for_each(|values| pairs.add(values));
    Ok(pairs.settle("seasonal Mann-Kendall (Hirsch-Slack), seasonal Sen slope", level))
}

impl MannKendall {
    /// The slope of Sen (1968) with its interval, and the p-value of the test of Mann (1945).
    pub fn estimate(&self) -> Estimate {
        let ends = (self.slope_lower, self.slope_upper);
        let mut estimate =
            Estimate::interval(Scale::Number, self.method, self.slope, ends, self.level)
                .counted(self.n as u64, self.n as u64)
                .assuming(&["values do not depend on the one before"]);
        estimate.p = Some(self.p);
        estimate
    }
}

#[derive(Default)]
struct Pairs {
    n: usize,
    s: f64,
    variance: f64,
    slopes: Vec<f64>,
}

impl Pairs {
    fn add(&mut self, x: &[f64]) {
        self.n += x.len();
        for (i, early) in x.iter().enumerate() {
            for (apart, late) in x.iter().skip(i + 1).enumerate() {
                let rise = late - early;
                self.s += if rise == 0.0 { 0.0 } else { rise.signum() };
                self.slopes.push(rise / (apart + 1) as f64);
            }
        }
        let term = |t: usize| {
            let t = t as f64;
            t * (t - 1.0) * (2.0 * t + 5.0)
        };
        let mut sorted = x.to_vec();
        sorted.sort_by(f64::total_cmp);
        let ties: f64 = sorted.chunk_by(|a, b| a == b).map(|tied| term(tied.len())).sum();
        self.variance += (term(x.len()) - ties) / 18.0;
    }

    fn settle(mut self, method: &'static str, level: f64) -> MannKendall {
        self.slopes.sort_unstable_by(f64::total_cmp);
        let z = match self.s {
            s if s == 0.0 || self.variance <= 0.0 => 0.0,
            s => (s - s.signum()) / self.variance.sqrt(),
        };
        let (lower, upper) = self.slope_interval(level);
        MannKendall {
            s: self.s,
            variance: self.variance,
            z,
            p: normal_two_sided(z),
            slope: median_of_sorted(&self.slopes),
            slope_lower: lower,
            slope_upper: upper,
            n: self.n,
            level,
            method,
        }
    }

    /// The slopes of ranks `(N ∓ C)/2` with `C = z·sd(S)`, by the rounding of R's `sens.slope`.
    fn slope_interval(&self, level: f64) -> (f64, f64) {
        let pairs = self.slopes.len() as f64;
        let half = normal_multiplier(level) * self.variance.sqrt();
        let at = |rank: f64| {
            let last = self.slopes.len().saturating_sub(1);
            let place = (rank.round_ties_even().max(1.0) as usize - 1).min(last);
            self.slopes.get(place).copied().unwrap_or(f64::NAN)
        };
        (at((pairs - half) / 2.0), at((pairs + half) / 2.0 + 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_by_hand() {
        let x: Vec<f64> = (0..10).map(|at| 3.0 + 2.0 * f64::from(at)).collect();
        let found = mann_kendall(&x, 0.95).unwrap();
        // 45 pairs rise; the variance is 10·9·25/18 = 125.
        assert_eq!((found.s, found.variance, found.slope), (45.0, 125.0, 2.0));
        assert!((found.z - 44.0 / 125.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!((found.slope_lower, found.slope_upper), (2.0, 2.0));
        assert_eq!(found.estimate().p, Some(found.p));
    }

    #[test]
    fn ties_take_variance_away() {
        let found = mann_kendall(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0], 0.95).unwrap();
        // 28 pairs of which 4 are tied; (8·7·21 - 4·2·1·9)/18.
        assert_eq!((found.s, found.variance), (24.0, (1176.0 - 72.0) / 18.0));
        let level = mann_kendall(&[5.0; 8], 0.95).unwrap();
        assert_eq!((level.z, level.p, level.slope), (0.0, 1.0, 0.0));
    }

    #[test]
    fn seasons_are_compared_with_themselves() {
        // Summers are high; both seasons rise by one a year.
        let x: Vec<f64> = (0..10).map(|at| f64::from(at / 2 + 10 * (at % 2))).collect();
        let season: Vec<u32> = (0..10).map(|at| at % 2).collect();
        let found = seasonal_mann_kendall(&x, &season, 0.95).unwrap();
        assert_eq!((found.s, found.slope), (20.0, 1.0));
        assert_eq!(found.variance, 2.0 * (5.0 * 4.0 * 15.0) / 18.0);
    }

    #[test]
    fn what_is_too_short_is_refused() {
        let text = "mann_kendall: only 7 values; 8 are needed";
        assert_eq!(mann_kendall(&[1.0; 7], 0.95).unwrap_err().to_string(), text);
        let season = [0, 0, 0, 0, 0, 0, 0, 1];
        let text = "seasonal_mann_kendall: only 1 year of a season; 2 are needed";
        let found = seasonal_mann_kendall(&[1.0; 8], &season, 0.95);
        assert_eq!(found.unwrap_err().to_string(), text);
        assert!(mann_kendall(&[f64::NAN; 9], 0.95).is_err());
    }
}
