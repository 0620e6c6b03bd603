//! The lasting factor of a pupil given their history.

use std::collections::BTreeMap;

/// Steps of the integral, which runs over the logarithm of the factor: at least, and at most.
const STEPS: (f64, f64) = (60.0, 4_000.0);

/// A step, in spreads of the narrowest peak that may be met: the sum over such steps of a bell is
/// off by `2·exp(-2π²/step²)` of it, less than the last digit, where so many steps are allowed.
const STEP: f64 = 0.7;

/// How far the integral reaches from the mean, in spreads of the factor.
const REACH: f64 = 12.0;

/// A step so much less likely than the likeliest adds nothing: all of them together, times the
/// largest factor, are less than the last digit of the sum.
const LEAST_LOG: f64 = -60.0;

/// So many rows of logarithms are kept; where exposures are all different more would fill memory.
const MOST_KEPT: usize = 1_000;

/// Below this a variance of passing differences is none.
const NO_SPREAD: f64 = 1e-6;

/// What is the same for all pupils of a school: the steps of the integral, and for each number of
/// events due to an average pupil the logarithms that the steps need. Most pupils were there all
/// the time, so the same numbers come again and again.
pub struct Lasting {
    shape: f64,
    within: f64,
    /// The logarithm of the factor and the factor at each step.
    steps: Vec<(f64, f64)>,
    /// By the bits of what was due.
    logs: BTreeMap<u64, Vec<f64>>,
}

impl Lasting {
    /// A gamma factor with mean 1 and variance `between`, where each period has a gamma factor of
    /// its own with mean 1 and variance `within`: a period's count is then negative binomial. Of
    /// none of the pupils there is more history than `most` says, by [`Lasting::sharpness`].
    pub fn new(between: f64, within: f64, most: f64) -> Self {
        let reach = reach(between);
        let sharpest = (1.0 + reach) / between + most;
        let steps = (reach + (1.0 + reach).ln()) * sharpest.sqrt() / STEP;
        Self::with_steps(between, within, steps.clamp(STEPS.0, STEPS.1).ceil() as u32)
    }

    /// At most so much a history adds to the curvature of the logarithm of the likelihood: of a
    /// period with `y` events that is less than `(y + 1/within) / 4`, whatever the factor.
    pub fn sharpness(within: f64, periods: &[(f64, f64)]) -> f64 {
        periods.iter().map(|(y, _)| (y + 1.0 / within.max(NO_SPREAD)) / 4.0).sum()
    }

    fn with_steps(between: f64, within: f64, steps: u32) -> Self {
        let reach = reach(between);
        let (low, high) = (-reach, (1.0 + reach).ln());
        let step = |step: u32| {
            let log = low + (high - low) * f64::from(step) / f64::from(steps);
            (log, log.exp())
        };
        let steps = (0..=steps).map(step).collect();
        Self { shape: 1.0 / between, within, steps, logs: BTreeMap::new() }
    }

    /// The work of a mean over such a history.
    pub fn work(&self, periods: &[(f64, f64)]) -> usize {
        self.steps.len() * (periods.len() + 1)
    }

    /// The mean of the factor, given the events of each period and those expected of an average
    /// pupil.
    pub fn mean(&mut self, periods: &[(f64, f64)]) -> f64 {
        if self.within < NO_SPREAD {
            let (seen, due) = periods.iter().fold((0.0, 0.0), |sum, (y, m)| (sum.0 + y, sum.1 + m));
            return (self.shape + seen) / (self.shape + due);
        }
        let size = 1.0 / self.within;
        if self.logs.len() > MOST_KEPT {
            self.logs.clear();
        }
        for (_, m) in periods {
            let log = |(_, factor): &(f64, f64)| (size + factor * m).ln();
            let logs = self.logs.entry(m.to_bits());
            logs.or_insert_with(|| self.steps.iter().map(log).collect());
        }
        // The same sum at each step, period by period: what stands side by side is read at once.
        let mut likely = vec![-0.0; self.steps.len()];
        for (y, m) in periods {
            let logs = self.logs.get(&m.to_bits()).into_iter().flatten();
            for ((sum, (log, _)), due) in likely.iter_mut().zip(&self.steps).zip(logs) {
                *sum += y * log - (y + size) * due;
            }
        }
        for (sum, (log, factor)) in likely.iter_mut().zip(&self.steps) {
            *sum += self.shape * (log - factor);
        }
        let most = likely.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut all) = (0.0, 0.0);
        for (log, (_, factor)) in likely.iter().zip(&self.steps) {
            if log - most < LEAST_LOG {
                continue;
            }
            let weight = (log - most).exp();
            (sum, all) = (sum + factor * weight, all + weight);
        }
        sum / all
    }
}

/// How far the integral reaches below the mean, and how much larger a factor it still counts.
fn reach(between: f64) -> f64 {
    REACH * between.sqrt().max(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(periods: &[(f64, f64)], between: f64, within: f64) -> f64 {
        let most = Lasting::sharpness(within, periods);
        Lasting::new(between, within, most).mean(periods)
    }

    #[test]
    fn as_many_steps_as_are_needed_come_to_what_many_more_come_to() {
        let histories: [&[(f64, f64)]; 6] = [
            &[],
            &[(0.0, 1.5), (0.0, 0.2)],
            &[(3.0, 2.0), (0.0, 1.5), (7.0, 2.5)],
            &[(8.0, 2.0), (7.0, 1.5), (9.0, 2.5), (0.0, 0.1), (11.0, 2.0), (4.0, 2.2)],
            &[(1.0, 0.001), (0.0, 30.0)],
            &[(250.0, 100.0); 12],
        ];
        for between in [0.3, 1.0, 6.0] {
            for within in [0.02, 0.2, 1.0, 4.0] {
                for periods in histories {
                    let exact = Lasting::with_steps(between, within, 20_000).mean(periods);
                    let off = mean(periods, between, within) / exact - 1.0;
                    assert!(off.abs() < 1e-4, "{between} {within} {periods:?}: off by {off:e}");
                }
            }
        }
    }

    #[test]
    fn without_passing_differences_it_is_the_conjugate_answer_and_tends_to_it() {
        let periods = [(3.0, 2.0), (0.0, 1.5), (7.0, 2.5)];
        let exact = (1.0 / 0.8 + 10.0) / (1.0 / 0.8 + 6.0);
        assert!((mean(&periods, 0.8, 0.0) - exact).abs() < 1e-12);
        assert!((mean(&periods, 0.8, 1e-4) - exact).abs() < 1e-3);
    }

    #[test]
    fn without_a_history_everybody_is_average() {
        for between in [0.01, 0.3, 2.0, 6.0] {
            assert!((mean(&[], between, 0.5) - 1.0).abs() < 1e-3, "{between}");
        }
    }

    /// Exponential factors and one quiet period: `(1-c)/c` with Gompertz's `c = e·E1(1)`.
    #[test]
    fn one_quiet_period_by_hand() {
        let c = 0.596_347_362_323_194_1;
        assert!((mean(&[(0.0, 1.0)], 1.0, 1.0) - (1.0 - c) / c).abs() < 1e-3);
    }

    #[test]
    fn a_bad_history_counts_for_less_where_periods_differ_by_themselves() {
        let bad = [(0.0, 2.0), (0.0, 2.0), (18.0, 2.0)];
        let found = [0.0, 0.2, 0.8, 2.0].map(|within| mean(&bad, 1.0, within));
        assert!(found.is_sorted_by(|one, next| one > next), "{found:?}");
        assert!(found[3] > 1.0);
    }
}
