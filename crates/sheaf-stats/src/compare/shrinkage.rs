//! Rates of many small groups or pupils, drawn towards their common mean by what chance alone does.

use serde::Serialize;

use crate::check;
use crate::distributions::gamma_quantile;
use crate::pace::{Pace, Work};
use crate::rate::rate;
use crate::refusal::Refusal;
use crate::regression::{Family, Model, fit};

const WHAT: &str = "empirical_bayes";

/// The fewest groups from which a common spread is learned (a house rule).
const MIN_GROUPS: usize = 5;

/// How the common law of the true rates is learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prior {
    /// By moments (Marshall 1991, Applied Statistics 40:283).
    #[default]
    Marshall,
    /// By the likelihood of a negative binomial (Hauer 1997).
    NegativeBinomial,
}

impl Prior {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Marshall => "marshall",
            Self::NegativeBinomial => "negative_binomial",
        }
    }

    /// The prior that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Marshall, Self::NegativeBinomial].into_iter().find(|one| one.name() == name)
    }
}

/// Rates with the part of their spread that chance explains taken out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shrinkage {
    /// All events over all exposure.
    pub rate: f64,
    /// The mean of the true rates.
    pub mean: f64,
    /// The shape of their gamma law; infinite where nothing but chance sets the groups apart.
    pub shape: f64,
    /// The rate that each group should be expected to have, in the order given.
    pub shrunk: Vec<f64>,
    /// The lower ends of the rates.
    pub lower: Vec<f64>,
    /// The upper ends of the rates.
    pub upper: Vec<f64>,
    /// How much each group's own history counts, 0 to 1.
    pub weight: Vec<f64>,
    /// The level of the intervals.
    pub level: f64,
    /// The method by its usual name.
    pub method: &'static str,
}

/// Shrinks rates towards their mean: `(θ + n) / (θ/μ + e)`, with the quantiles of the gamma law of
/// that mean as interval (Marshall 1991; Hauer 1997). At least five groups.
///
/// Where nothing but chance sets the groups apart, each is expected at the mean, with Garwood's
/// interval for all of them together.
/// `μ` and `θ` come from the groups themselves; the uncertainty in them is not part of the
/// interval. A group without exposure is expected at the mean. One period of counts cannot tell
/// lasting differences from passing ones: a prediction for the next period then falls too little.
///
/// # Errors
/// Refuses columns of different lengths, negative values, fewer than five groups with exposure and
/// no events at all; stops where its pace says so.
pub fn empirical_bayes(
    n: &[f64],
    exposure: &[f64],
    prior: Prior,
    level: f64,
    pace: Pace<'_>,
) -> Result<Shrinkage, Refusal> {
    check::level(WHAT, level)?;
    let (mean, shape) = common(n, exposure, prior, pace)?;
    let mut found = shrunk(mean, shape, (n, exposure), level, pace.work(WHAT))?;
    let exposed = || n.iter().zip(exposure).filter(|(_, e)| **e > 0.0);
    let (events, all) = exposed().fold((0.0, 0.0), |sums, (n, e)| (sums.0 + n, sums.1 + e));
    found.rate = events / all;
    if shape.is_infinite() {
        let together = rate(events as u64, all, level)?;
        found.lower.fill(together.lower.unwrap_or_default());
        found.upper.fill(together.upper.unwrap_or(f64::INFINITY));
    }
    found.method = match prior {
        Prior::Marshall => "empirical Bayes, Marshall's moments",
        Prior::NegativeBinomial => "empirical Bayes, negative binomial likelihood",
    };
    Ok(found)
}

/// The mean and the shape of the law that the true rates of the groups have in common.
pub(super) fn common(
    n: &[f64],
    exposure: &[f64],
    prior: Prior,
    pace: Pace<'_>,
) -> Result<(f64, f64), Refusal> {
    check::lengths(WHAT, ("n", n.len()), ("exposure", exposure.len()))?;
    check::not_negative(WHAT, "n", n)?;
    check::not_negative(WHAT, "exposure", exposure)?;
    let exposed: Vec<(f64, f64)> =
        n.iter().copied().zip(exposure.iter().copied()).filter(|(_, e)| *e > 0.0).collect();
    check::at_least(WHAT, "groups with exposure", exposed.len(), MIN_GROUPS)?;
    if exposed.iter().all(|(n, _)| *n == 0.0) {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    match prior {
        Prior::Marshall => Ok(moments(&exposed)),
        Prior::NegativeBinomial => likelihood(&exposed, pace),
    }
}

/// Shrinks rates towards a mean and a shape that are known already, as [`empirical_bayes`] does
/// (Marshall 1991). An infinite shape leaves all at the mean. One group is enough.
///
/// # Errors
/// Refuses columns of different lengths, negative values, and a mean or a shape of zero or less.
pub fn shrunk_by(
    mean: f64,
    shape: f64,
    n: &[f64],
    exposure: &[f64],
    level: f64,
) -> Result<Shrinkage, Refusal> {
    const WHAT: &str = "shrunk_by";
    check::level(WHAT, level)?;
    check::lengths(WHAT, ("n", n.len()), ("exposure", exposure.len()))?;
    check::not_negative(WHAT, "n", n)?;
    check::not_negative(WHAT, "exposure", exposure)?;
    let setting = |option, found, need| Err(Refusal::Setting { what: WHAT, option, found, need });
    if !(mean.is_finite() && mean > 0.0) {
        return setting("mean", mean, "a number above zero is needed");
    }
    if shape.is_nan() || shape <= 0.0 {
        return setting("shape", shape, "a number above zero is needed");
    }
    shrunk(mean, shape, (n, exposure), level, Pace::default().work(WHAT))
}

/// The work of a pair of quantiles.
const QUANTILES: usize = 20_000;

fn shrunk(
    mean: f64,
    shape: f64,
    (n, exposure): (&[f64], &[f64]),
    level: f64,
    mut work: Work<'_>,
) -> Result<Shrinkage, Refusal> {
    let half = (1.0 - level) / 2.0;
    let mut found = Shrinkage {
        rate: mean,
        mean,
        shape,
        shrunk: Vec::with_capacity(n.len()),
        lower: Vec::with_capacity(n.len()),
        upper: Vec::with_capacity(n.len()),
        weight: Vec::with_capacity(n.len()),
        level,
        method: "gamma-Poisson",
    };
    for (n, e) in n.iter().zip(exposure) {
        work.take(QUANTILES)?;
        let (own, all) = (shape + n, shape / mean + e);
        let (value, lower, upper, weight) = if shape.is_finite() {
            let quantile = |p| gamma_quantile(p, own, all);
            (own / all, quantile(half), quantile(1.0 - half), e / all)
        } else {
            (mean, mean, mean, 0.0)
        };
        found.shrunk.push(value);
        found.lower.push(lower);
        found.upper.push(upper);
        found.weight.push(weight);
    }
    Ok(found)
}

/// `b = Σn/Σe`, `a = Σe(r-b)²/Σe - b/ē`; the shape is `b²/a`.
fn moments(exposed: &[(f64, f64)]) -> (f64, f64) {
    let all: f64 = exposed.iter().map(|(_, e)| e).sum();
    let mean = exposed.iter().map(|(n, _)| n).sum::<f64>() / all;
    let spread: f64 = exposed.iter().map(|(n, e)| e * (n / e - mean).powi(2)).sum::<f64>() / all;
    let between = spread - mean / (all / exposed.len() as f64);
    (mean, if between > 0.0 { mean * mean / between } else { f64::INFINITY })
}

fn likelihood(exposed: &[(f64, f64)], pace: Pace<'_>) -> Result<(f64, f64), Refusal> {
    let y: Vec<f64> = exposed.iter().map(|(n, _)| *n).collect();
    let exposure: Vec<f64> = exposed.iter().map(|(_, e)| *e).collect();
    let rows = vec![vec![1.0]; y.len()];
    let (exposure, family) = (Some(&exposure[..]), Family::NegativeBinomial);
    let model = Model { what: WHAT, y: &y, rows: &rows, exposure, family, pace };
    let found = fit(&model)?;
    let mean = found.coefficients.first().copied().unwrap_or_default().exp();
    Ok((mean, found.shape.map_or(f64::INFINITY, |shape| shape.theta)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_by_hand() {
        // Rates 1, 2, 3, 4, 5 on one unit: b = 3, s² = 2, so chance explains all of it and more.
        let n = [1.0, 2.0, 3.0, 4.0, 5.0];
        let found = empirical_bayes(&n, &[1.0; 5], Prior::Marshall, 0.95, Pace::default()).unwrap();
        assert_eq!((found.mean, found.shape), (3.0, f64::INFINITY));
        assert_eq!(found.shrunk, [3.0; 5]);
        // 15 events on 5 units, all together.
        let together = rate(15, 5.0, 0.95).unwrap();
        assert_eq!(found.lower, [together.lower.unwrap(); 5]);
        assert_eq!(found.upper, [together.upper.unwrap(); 5]);
        // On ten units: r = 0.1 to 0.5, a = 0.02 - 0.03 < 0 as well; tenfold counts stand apart.
        let n = [10.0, 20.0, 30.0, 40.0, 50.0];
        let found =
            empirical_bayes(&n, &[10.0; 5], Prior::Marshall, 0.95, Pace::default()).unwrap();
        // b = 3, s² = 2, a = 2 - 0.3 = 1.7, θ = 9/1.7; the first: (θ + 10) / (θ/3 + 10).
        let theta = 9.0 / 1.7;
        assert!((found.shape - theta).abs() < 1e-12);
        assert!((found.shrunk[0] - (theta + 10.0) / (theta / 3.0 + 10.0)).abs() < 1e-12);
        assert!((found.weight[0] - 10.0 / (theta / 3.0 + 10.0)).abs() < 1e-12);
        assert!(found.lower[0] < found.shrunk[0] && found.shrunk[0] < found.upper[0]);
    }

    #[test]
    fn a_group_without_exposure_is_expected_at_the_mean() {
        let n = [10.0, 20.0, 30.0, 40.0, 50.0, 0.0];
        let exposure = [10.0, 10.0, 10.0, 10.0, 10.0, 0.0];
        for prior in [Prior::Marshall, Prior::NegativeBinomial] {
            let found = empirical_bayes(&n, &exposure, prior, 0.95, Pace::default()).unwrap();
            assert!((found.shrunk[5] - found.mean).abs() < 1e-9, "{prior:?}");
            assert_eq!(found.weight[5], 0.0);
        }
    }

    #[test]
    fn few_groups_and_no_events_are_refused() {
        let few = empirical_bayes(&[1.0; 4], &[1.0; 4], Prior::Marshall, 0.95, Pace::default());
        let text = "empirical_bayes: only 4 groups with exposure; 5 are needed";
        assert_eq!(few.unwrap_err().to_string(), text);
        let none =
            empirical_bayes(&[0.0; 9], &[1.0; 9], Prior::NegativeBinomial, 0.95, Pace::default());
        assert!(matches!(none, Err(Refusal::NoEvents { .. })));
        let text = "shrunk_by: `mean` is 0; a number above zero is needed";
        assert_eq!(shrunk_by(0.0, 1.0, &[1.0], &[1.0], 0.95).unwrap_err().to_string(), text);
        assert!(shrunk_by(1.0, f64::NAN, &[1.0], &[1.0], 0.95).is_err());
    }
}
