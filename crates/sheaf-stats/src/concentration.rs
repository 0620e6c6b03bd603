//! How concentrated events are on few pupils.

use crate::check;
use crate::distributions::normal_multiplier;
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

const WHAT: &str = "concentration";

/// An error of a share that rounding makes.
const NO_SPREAD: f64 = 1e-12;

/// One point of the Lorenz curve.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct LorenzPoint {
    /// The share of pupils, those with the fewest events first.
    pub pupils: f64,
    /// Their share of events.
    pub events: f64,
}

/// Counts per pupil, described. The Gini coefficient depends on the mean: show the counts beside.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Concentration {
    /// The Gini coefficient over everybody given, pupils without events included.
    pub gini: f64,
    /// The Gini coefficient over pupils with at least one event.
    pub gini_without_zeros: f64,
    /// All pupils given.
    pub pupils: usize,
    /// All events.
    pub events: u64,
    /// Pupils with at least one event.
    pub any: usize,
    /// Pupils with exactly one event.
    pub once: usize,
    /// Pupils with two events or more.
    pub repeat_count: usize,
    /// The share of events that pupils with two or more account for.
    pub repeat_share: f64,
    /// The fewest pupils who account for at least half of the events.
    pub half_from: usize,
    /// The most events of one pupil.
    pub most: u64,
    /// The Lorenz curve, from (0, 0) to (1, 1).
    pub lorenz: Vec<LorenzPoint>,
    #[serde(skip)]
    sorted: Vec<f64>,
}

/// Describes counts per pupil; give zeros for pupils without events.
///
/// The Gini coefficient is `Σ (2i-n-1) x_i / (n Σx)` over counts in ascending order (Sen 1973, On
/// Economic Inequality, ch. 2). One pupil with an event is enough; their Gini coefficient is 0.
///
/// # Errors
/// Refuses an empty column, negative counts, and counts that are all zero.
pub fn concentration(counts: &[f64]) -> Result<Concentration, Refusal> {
    check::not_negative(WHAT, "counts", counts)?;
    if counts.is_empty() {
        return Err(Refusal::Empty { what: WHAT });
    }
    let mut sorted = counts.to_vec();
    sorted.sort_by(f64::total_cmp);
    let total: f64 = sorted.iter().sum();
    if total <= 0.0 {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let first_positive = sorted.partition_point(|count| *count <= 0.0);
    let positive = sorted.get(first_positive..).unwrap_or_default();
    let repeats = positive.iter().filter(|count| **count >= 2.0);
    Ok(Concentration {
        gini: gini(&sorted),
        gini_without_zeros: gini(positive),
        pupils: sorted.len(),
        events: total.round() as u64,
        any: positive.len(),
        once: positive.iter().filter(|count| **count == 1.0).count(),
        repeat_count: repeats.clone().count(),
        repeat_share: repeats.sum::<f64>() / total,
        half_from: half_from(&sorted, total),
        most: sorted.last().copied().unwrap_or_default() as u64,
        lorenz: lorenz(&sorted, total),
        sorted,
    })
}

impl Concentration {
    /// The share of events from the top `share` of pupils, read off the Lorenz curve.
    ///
    /// The interval is that of Beach and Davidson (1983, Review of Economic Studies 50:723) on the
    /// logit scale: it treats the pupils as a sample of such pupils. It is absent where the share
    /// is 1 or rests on fewer than ten pupils with events, or all have as many.
    ///
    /// # Errors
    /// Refuses a share outside 0 to 1.
    pub fn top_share(&self, share: f64) -> Result<Estimate, Refusal> {
        if !(share > 0.0 && share <= 1.0) {
            let need = "a share above 0 and up to 1 is needed";
            return Err(Refusal::Setting { what: WHAT, option: "share", found: share, need });
        }
        let level = crate::DEFAULT_LEVEL;
        let rest = self.lorenz_at(1.0 - share);
        let value = 1.0 - rest;
        let method = "Lorenz curve, Beach-Davidson interval";
        let mut estimate = Estimate::interval(Scale::Share, method, value, (value, value), level)
            .counted((value * self.events as f64).round() as u64, self.events)
            .assuming(&["the pupils stand for others like them"]);
        let error = self.lorenz_error(1.0 - share, rest);
        let why = match self.any < 10 || value >= 1.0 || !error.is_finite() {
            true => Some("too few pupils with events for an interval"),
            false => (error <= NO_SPREAD).then_some("all have as many: there is no interval"),
        };
        if let Some(why) = why {
            (estimate.lower, estimate.upper) = (None, None);
            return Ok(estimate.warn(why));
        }
        let half = normal_multiplier(level) * error / (value * (1.0 - value));
        let logit = (value / (1.0 - value)).ln();
        let inverse = |x: f64| 1.0 / (1.0 + (-x).exp());
        estimate.lower = Some(inverse(logit - half));
        estimate.upper = Some(inverse(logit + half));
        Ok(estimate)
    }

    fn lorenz_at(&self, pupils: f64) -> f64 {
        let after = self.lorenz.partition_point(|point| point.pupils < pupils - 1e-12);
        let Some(right) = self.lorenz.get(after) else { return 1.0 };
        let Some(left) = after.checked_sub(1).and_then(|at| self.lorenz.get(at)) else {
            return right.events;
        };
        let part = ((pupils - left.pupils) / (right.pupils - left.pupils)).min(1.0);
        left.events + part * (right.events - left.events)
    }

    /// The standard error of the Lorenz ordinate at `p` by its influence values.
    fn lorenz_error(&self, p: f64, ordinate: f64) -> f64 {
        let n = self.sorted.len() as f64;
        let mean = self.sorted.iter().sum::<f64>() / n;
        let rank = ((p * n).ceil() as usize).saturating_sub(1);
        let quantile = self.sorted.get(rank).copied().unwrap_or_default();
        let squares: f64 = self
            .sorted
            .iter()
            .map(|x| {
                let below = if *x <= quantile { x - quantile } else { 0.0 };
                ((below + p * quantile - x * ordinate) / mean).powi(2)
            })
            .sum();
        (squares / (n * (n - 1.0))).sqrt()
    }
}

/// `Σ (2i - n - 1) x_i / (n Σ x)` over values in ascending order.
fn gini(sorted: &[f64]) -> f64 {
    let n = sorted.len() as f64;
    let total: f64 = sorted.iter().sum();
    let weighted: f64 =
        sorted.iter().enumerate().map(|(i, x)| (2.0 * (i + 1) as f64 - n - 1.0) * x).sum();
    weighted / (n * total)
}

fn half_from(sorted: &[f64], total: f64) -> usize {
    let mut sum = 0.0;
    for (taken, count) in sorted.iter().rev().enumerate() {
        sum += count;
        if 2.0 * sum >= total {
            return taken + 1;
        }
    }
    sorted.len()
}

fn lorenz(sorted: &[f64], total: f64) -> Vec<LorenzPoint> {
    let n = sorted.len() as f64;
    let mut sum = 0.0;
    let mut points = vec![LorenzPoint { pupils: 0.0, events: 0.0 }];
    points.extend(sorted.iter().enumerate().map(|(i, x)| {
        sum += x;
        LorenzPoint { pupils: (i + 1) as f64 / n, events: sum / total }
    }));
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example vector of the R package ineq (`?Gini`, `?Lc`).
    const INEQ: [f64; 10] =
        [541.0, 1463.0, 2445.0, 3438.0, 4437.0, 5401.0, 6392.0, 8304.0, 11904.0, 22261.0];

    #[test]
    fn the_ineq_example() {
        let found = concentration(&INEQ).unwrap();
        assert!((found.gini - 0.462_091_130_267_6).abs() < 1e-12);
        assert!((found.lorenz[5].events - 0.185_083_951_581_4).abs() < 1e-12);
        assert!((found.top_share(0.1).unwrap().value - 0.334_319_526_627_2).abs() < 1e-12);
        assert!((found.top_share(0.3).unwrap().value - 0.637_806_746_162_9).abs() < 1e-12);
    }

    #[test]
    fn zeros_count_in_one_gini_and_not_in_the_other() {
        let found = concentration(&[0.0, 0.0, 1.0, 3.0]).unwrap();
        assert_eq!(found.gini, 0.625);
        assert_eq!(found.gini_without_zeros, 0.25);
        assert_eq!((found.any, found.once, found.repeat_count), (2, 1, 1));
        assert_eq!((found.half_from, found.repeat_share, found.most), (1, 0.75, 3));
    }

    #[test]
    fn an_interval_holds_the_share_and_is_left_out_of_small_groups() {
        let counts: Vec<f64> = (0..200).map(|i| f64::from(i % 7) * f64::from(i % 5)).collect();
        let top = concentration(&counts).unwrap().top_share(0.05).unwrap();
        assert!(top.lower.unwrap() < top.value && top.value < top.upper.unwrap());
        let small = concentration(&[0.0, 1.0, 4.0]).unwrap().top_share(0.05).unwrap();
        assert_eq!((small.lower, small.warnings.len()), (None, 1));
        let alike = concentration(&[2.0; 20]).unwrap().top_share(0.1).unwrap();
        assert_eq!((alike.lower, alike.warnings.len()), (None, 1));
    }

    #[test]
    fn nothing_to_share_out_is_refused() {
        assert!(matches!(concentration(&[0.0, 0.0]), Err(Refusal::NoEvents { .. })));
        assert!(matches!(concentration(&[]), Err(Refusal::Empty { .. })));
        assert!(matches!(concentration(&[1.0, -1.0]), Err(Refusal::Value { row: 2, .. })));
        assert!(concentration(&[1.0]).unwrap().top_share(0.0).is_err());
    }
}
