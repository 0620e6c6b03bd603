//! By what factor a rate changes with time.

use std::collections::BTreeSet;

use super::stretches::{PupilStretches, clustered};
use crate::check;
use crate::distributions::{t_multiplier, t_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::pace::Pace;
use crate::refusal::Refusal;
use crate::regression::{Family, Fit, Model, Spread, fit};

/// The name in refusals.
pub const WHAT: &str = "trend_rate";

/// The fewest bins, and events a parameter (house rules).
const MIN_BINS: usize = 20;
const MIN_EVENTS_A_PARAMETER: f64 = 10.0;

/// The most bins, a hundred years of school days, and the most seasons, the weeks of a year.
const MOST_BINS: usize = 20_000;
const MOST_SEASONS: usize = 60;

/// Below this a squared residual is what rounding leaves of none.
const NO_SCATTER: f64 = 1e-12;

/// Beyond this dispersion counts scatter more than Poisson.
const OVERDISPERSED: f64 = 1.5;

/// Settings of [`trend_rate`].
#[derive(Clone, Copy, Debug)]
pub struct TrendOptions<'a> {
    /// The code of the season of each bin, such as its half-term of the year.
    pub season: Option<&'a [u32]>,
    /// The code of the stretch of each bin, such as its half-term, within which bins go together
    /// because the same few pupils have a bad spell.
    pub cluster: Option<&'a [u32]>,
    /// What each pupil brought to each stretch of `cluster`: some have a bad year.
    pub pupils: Option<PupilStretches<'a>>,
    /// How counts scatter; chosen from the data without it.
    pub family: Option<Family>,
    /// The level of the interval.
    pub level: f64,
    /// Whether the fit may go on.
    pub pace: Pace<'a>,
}

impl Default for TrendOptions<'_> {
    fn default() -> Self {
        let (season, cluster, pupils, family, pace) = Default::default();
        Self { season, cluster, pupils, family, level: crate::DEFAULT_LEVEL, pace }
    }
}

/// A trend with the family that it rests on.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct TrendRate {
    /// The factor of the rate for one unit of time.
    pub per_unit: Estimate,
    /// How counts were taken to scatter.
    pub family: Family,
    /// Pearson's χ² over its degrees of freedom under Poisson.
    pub dispersion: f64,
    /// θ, with a negative binomial.
    pub theta: Option<f64>,
    /// The last lag of the Newey-West error, where bins in a row go together.
    pub hac_lag: Option<usize>,
}

/// The factor by which events for one unit of exposure change with one unit of `t`:
/// `log μ = log e + α + β t + season`, told as `exp(β)`.
///
/// Poisson comes first. With a dispersion above 1.5 it is quasi-Poisson, or a negative binomial
/// where the squared residuals grow with the mean rather than in proportion to it. Where residuals
/// in a row go together (lag 1 beyond `2/sqrt(n)`), the error is the larger of the model's and
/// Newey and West's at lag `4 (n/100)^(2/9)`. The interval is t. At least 20 bins, and ten events
/// for each parameter.
///
/// With `cluster` the dispersion is the larger of that of bins and that of whole stretches,
/// `Σ_b (Σ(n-μ))² / Σμ` over the stretches `b` less the parameters, the family quasi-Poisson
/// (McCullagh and Nelder 1989, §4.5), and the interval t on stretches less parameters. Bins of a
/// stretch then may go together as they like; give all of them the same `t`, or what happens
/// within stretches passes for a trend. At least two stretches more than parameters.
///
/// With `pupils` too, the variance grows by what goes together over the stretches of a pupil, who
/// may have another year as a whole: the clustering in two ways of Cameron, Gelbach and Miller
/// (2011), where what a pupil brings to one stretch is counted once. The degrees of freedom are
/// Satterthwaite's of both parts.
///
/// # Errors
/// Refuses columns of different lengths, negative counts, bins without exposure, too few bins,
/// stretches or events, a season without events, a `t` that does not move, and more than 20,000
/// bins or 60 seasons; stops where its pace says so.
pub fn trend_rate(
    n: &[f64],
    exposure: &[f64],
    t: &[f64],
    options: &TrendOptions<'_>,
) -> Result<TrendRate, Refusal> {
    let rows = rows(n, exposure, t, options)?;
    let (exposure, pace) = (Some(exposure), options.pace);
    let with = |family| fit(&Model { what: WHAT, y: n, rows: &rows, exposure, family, pace });
    let poisson = with(Family::Poisson)?;
    let dispersion = poisson.dispersion;
    if let Some(cluster) = options.cluster {
        let fit = (&poisson, rows.as_slice());
        return clustered(n, fit, cluster, options.pupils.as_ref(), options.level);
    }
    let (family, found) = match options.family {
        Some(Family::Poisson) => (Family::Poisson, poisson),
        Some(Family::QuasiPoisson) => (Family::QuasiPoisson, poisson),
        Some(family) => (family, with(family)?),
        None if dispersion <= OVERDISPERSED => (Family::Poisson, poisson),
        None if grows_faster(n, &poisson.means) => {
            (Family::NegativeBinomial, with(Family::NegativeBinomial)?)
        }
        None => (Family::QuasiPoisson, poisson),
    };
    let (slope, error, hac_lag) = slope(n, &found, family)?;
    let method = match family {
        Family::Poisson => "Poisson trend",
        Family::NegativeBinomial => "negative binomial trend",
        _ => "quasi-Poisson trend",
    };
    let mut per_unit = told(n, method, (slope, error), found.df, options.level);
    if hac_lag.is_some() {
        per_unit = per_unit.warn("bins in a row go together; the interval allows for it");
    }
    let theta = found.shape.map(|shape| shape.theta);
    Ok(TrendRate { per_unit, family, dispersion, theta, hac_lag })
}

/// The factor of a slope with its error.
pub fn told(
    n: &[f64],
    method: &'static str,
    (slope, error): (f64, f64),
    df: f64,
    level: f64,
) -> Estimate {
    let half = t_multiplier(level, df) * error;
    let bounds = ((slope - half).exp(), (slope + half).exp());
    let mut estimate = Estimate::interval(Scale::Ratio, method, slope.exp(), bounds, level)
        .counted(n.iter().sum::<f64>() as u64, n.len() as u64)
        .assuming(&["the rate changes by the same factor in each unit of time"]);
    estimate.p = Some(t_two_sided(slope / error, df));
    estimate.log_std_error = Some(error);
    estimate.df = Some(df);
    estimate
}

/// The rows of the model: intercept, time, and one column a season after the first.
fn rows(
    n: &[f64],
    exposure: &[f64],
    t: &[f64],
    options: &TrendOptions<'_>,
) -> Result<Vec<Vec<f64>>, Refusal> {
    check::level(WHAT, options.level)?;
    check::lengths(WHAT, ("n", n.len()), ("exposure", exposure.len()))?;
    check::lengths(WHAT, ("n", n.len()), ("t", t.len()))?;
    check::not_negative(WHAT, "n", n)?;
    check::positive(WHAT, "exposure", exposure, "leave out bins without exposure")?;
    check::finite(WHAT, "t", t)?;
    check::at_least(WHAT, "bins", n.len(), MIN_BINS)?;
    check::at_most(WHAT, "bins", n.len(), MOST_BINS)?;
    let season = options.season.unwrap_or_default();
    if options.season.is_some() {
        check::lengths(WHAT, ("n", n.len()), ("season", season.len()))?;
    }
    let codes: BTreeSet<u32> = season.iter().copied().collect();
    check::at_most(WHAT, "seasons", codes.len(), MOST_SEASONS)?;
    let codes: Vec<u32> = codes.into_iter().skip(1).collect();
    let need = MIN_EVENTS_A_PARAMETER * (2 + codes.len()) as f64;
    let have: f64 = n.iter().sum();
    if have < need {
        let (have, need) = (have as usize, need as usize);
        return Err(Refusal::TooFew { what: WHAT, unit: "events", have, need });
    }
    let middle = t.iter().sum::<f64>() / t.len() as f64;
    let row = |(at, t): (usize, &f64)| {
        let own = season.get(at);
        let dummies = codes.iter().map(|code| f64::from(u8::from(own == Some(code))));
        [1.0, t - middle].into_iter().chain(dummies).collect()
    };
    Ok(t.iter().enumerate().map(row).collect())
}

/// Whether squared residuals over the mean fit `1 + aμ` better than a constant.
fn grows_faster(n: &[f64], means: &[f64]) -> bool {
    let ratio: Vec<(f64, f64)> =
        n.iter().zip(means).map(|(n, mean)| ((n - mean).powi(2) / mean, *mean)).collect();
    let constant = ratio.iter().map(|(r, _)| r).sum::<f64>() / ratio.len() as f64;
    let squares: f64 = ratio.iter().map(|(_, mean)| mean * mean).sum();
    let growth = ratio.iter().map(|(r, mean)| (r - 1.0) * mean).sum::<f64>() / squares;
    let miss = |at: &dyn Fn(f64) -> f64| {
        ratio.iter().map(|(r, mean)| (r - at(*mean)).powi(2)).sum::<f64>()
    };
    miss(&|mean| 1.0 + growth * mean) < miss(&|_| constant)
}

/// The slope, its error and the lag of the error where residuals in a row go together.
fn slope(n: &[f64], found: &Fit<'_>, family: Family) -> Result<(f64, f64, Option<usize>), Refusal> {
    let slope = found.coefficients.get(1).copied().unwrap_or(f64::NAN);
    let error = |spread| -> Result<f64, Refusal> {
        let roots = found.covariance(family, spread)?.diagonal_roots();
        Ok(roots.get(1).copied().unwrap_or(f64::NAN))
    };
    let plain = error(Spread::Model)?;
    let residuals: Vec<f64> =
        n.iter().zip(&found.means).map(|(n, mean)| (n - mean) / mean.sqrt()).collect();
    let next = residuals.iter().skip(1);
    let together: f64 = residuals.iter().zip(next).map(|(one, next)| one * next).sum();
    let squares = residuals.iter().map(|one| one * one).sum::<f64>();
    let bins = n.len() as f64;
    // Bins that never differ do not go together either.
    if squares <= NO_SCATTER * bins || (together / squares).abs() <= 2.0 / bins.sqrt() {
        return Ok((slope, plain, None));
    }
    let lag = (4.0 * (bins / 100.0).powf(2.0 / 9.0)).floor() as usize;
    let robust = error(Spread::Hac { lag, small_sample: true })?;
    Ok((slope, plain.max(robust), Some(lag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn t(bins: u32) -> Vec<f64> {
        (0..bins).map(f64::from).collect()
    }

    /// Counts that grow by 2 % a week without noise, but for rounding.
    fn growing(bins: u32) -> Vec<f64> {
        (0..bins).map(|at| (100.0 * 1.02_f64.powi(at as i32)).round()).collect()
    }

    #[test]
    fn a_steady_growth_is_found() {
        let exposure = vec![5.0; 40];
        let found = trend_rate(&growing(40), &exposure, &t(40), &Default::default()).unwrap();
        assert!((found.per_unit.value - 1.02).abs() < 1e-4);
        assert_eq!(found.family, Family::Poisson);
        assert!(found.per_unit.lower.unwrap() > 1.0);
        assert_eq!(found.hac_lag, None);
    }

    #[test]
    fn bins_that_never_differ_have_the_interval_of_chance() {
        for family in [None, Some(Family::QuasiPoisson)] {
            let options = TrendOptions { family, ..Default::default() };
            let found = trend_rate(&[9.0; 24], &[5.0; 24], &t(24), &options).unwrap();
            assert_eq!(found.hac_lag, None, "{family:?}");
            // A Poisson slope: 1 / sqrt(9 Σ (t - t̄)²), with Σ = 24 (24² - 1) / 12.
            let error = 1.0 / (9.0 * 24.0 * 575.0 / 12.0_f64).sqrt();
            assert!((found.per_unit.log_std_error.unwrap() - error).abs() < 1e-9);
            assert!((found.per_unit.p.unwrap() - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn a_season_is_not_a_trend() {
        // Two years of six half-terms of four weeks: the sixth is always high.
        let season: Vec<u32> = (0..48).map(|week| week / 4 % 6).collect();
        let n: Vec<f64> = season.iter().map(|code| if *code == 5 { 60.0 } else { 20.0 }).collect();
        let exposure = vec![5.0; 48];
        let of = |season| {
            let options = TrendOptions { season, ..Default::default() };
            trend_rate(&n, &exposure, &t(48), &options).unwrap()
        };
        let with = of(Some(&season[..])).per_unit;
        assert!((with.value - 1.0).abs() < 1e-9, "{with:?}");
        assert!(of(None).per_unit.value > 1.005);
    }

    /// Squared residuals over the mean of exactly `1 + 0.03 μ`, and of exactly 3.
    #[test]
    fn the_family_is_the_one_whose_scatter_fits() {
        let means = [10.0, 50.0, 10.0, 50.0];
        let with =
            |ratio: fn(f64) -> f64| means.map(|mean: f64| mean + (mean * ratio(mean)).sqrt());
        assert!(grows_faster(&with(|mean| 1.0 + 0.03 * mean), &means));
        assert!(!grows_faster(&with(|_| 3.0), &means));
    }

    #[test]
    fn wild_weeks_widen_the_interval() {
        let calm: Vec<f64> = (0..30).map(|at| 20.0 + f64::from(at % 2)).collect();
        let wild: Vec<f64> = (0..30).map(|at| if at % 2 == 0 { 5.0 } else { 36.0 }).collect();
        let exposure = vec![5.0; 30];
        let of = |n: &[f64]| trend_rate(n, &exposure, &t(30), &Default::default()).unwrap();
        let (calm, wild) = (of(&calm), of(&wild));
        assert_eq!(calm.family, Family::Poisson);
        assert_ne!(wild.family, Family::Poisson);
        assert!(wild.dispersion > 5.0);
        assert!(wild.per_unit.log_std_error > calm.per_unit.log_std_error);
    }

    /// Weeks of a half-term that go together say as much as their sum: the sums alone, fitted as
    /// quasi-Poisson, are the independent answer.
    #[test]
    fn bins_that_go_together_say_no_more_than_their_sum() {
        let sums = [60.0, 84.0, 54.0, 90.0, 72.0, 108.0, 66.0, 96.0];
        let at = |bin: usize| sums[bin / 4] / 4.0 + [1.0, -1.0, 0.5, -0.5][bin % 4];
        let n: Vec<f64> = (0..32).map(at).collect();
        let half_term: Vec<u32> = (0..32).map(|bin| bin / 4).collect();
        let t: Vec<f64> = half_term.iter().map(|code| f64::from(*code)).collect();
        let options = TrendOptions { cluster: Some(&half_term), ..Default::default() };
        let found = trend_rate(&n, &[5.0; 32], &t, &options).unwrap();
        let t: Vec<f64> = (0..8).map(f64::from).collect();
        let family = Family::QuasiPoisson;
        let options =
            crate::CountOptions { family, exposure: Some(&[20.0; 8]), ..Default::default() };
        let column = crate::Covariate { name: "t", values: &t };
        let whole = crate::count_regression(&sums, &[column], &options).unwrap();
        let slope = &whole.coefficients[1];
        assert!((found.per_unit.value.ln() - slope.estimate).abs() < 1e-9);
        assert!((found.per_unit.log_std_error.unwrap() - slope.std_error).abs() < 1e-9);
        assert!((found.dispersion - whole.dispersion).abs() < 1e-9);
        assert_eq!(found.per_unit.df, Some(6.0));
        let alone = trend_rate(
            &n,
            &[5.0; 32],
            &(0..32).map(f64::from).collect::<Vec<_>>(),
            &Default::default(),
        );
        assert!(alone.unwrap().dispersion < 1.0, "the weeks alone look calm");
    }

    #[test]
    fn too_few_stretches_are_refused() {
        let half_term: Vec<u32> = (0..24).map(|bin| bin / 8).collect();
        let options = TrendOptions { cluster: Some(&half_term), ..Default::default() };
        let found = trend_rate(&[9.0; 24], &[5.0; 24], &t(24), &options);
        let text = "trend_rate: only 3 stretches of `cluster`; 4 are needed";
        assert_eq!(found.unwrap_err().to_string(), text);
    }

    #[test]
    fn what_cannot_bear_a_trend_is_refused() {
        let refused = |n: &[f64], t: &[f64], season: Option<&[u32]>| {
            let options = TrendOptions { season, ..Default::default() };
            trend_rate(n, &vec![1.0; n.len()], t, &options).unwrap_err().to_string()
        };
        let text = "trend_rate: only 19 bins; 20 are needed";
        assert_eq!(refused(&[5.0; 19], &t(19), None), text);
        assert_eq!(refused(&[0.5; 20], &t(20), None), "trend_rate: only 10 events; 20 are needed");
        let text = "trend_rate: column 2 of the model is determined by those before it; leave it \
                    out";
        assert_eq!(refused(&[5.0; 20], &[3.0; 20], None), text);
        let mut n = vec![5.0; 20];
        let season: Vec<u32> = (0..20).map(|at| at % 4).collect();
        n.iter_mut().skip(3).step_by(4).for_each(|n| *n = 0.0);
        let text = "trend_rate: a group or a season of the model has no events; merge it with \
                    another";
        assert_eq!(refused(&n, &t(20), Some(&season)), text);
    }
}
