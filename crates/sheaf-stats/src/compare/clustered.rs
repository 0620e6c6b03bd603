//! The rate of the same pupils before and after, where some of them account for much of it.

use crate::check;
use crate::compare::rate_ratio::{Events, RatioMethod, rate_ratio};
use crate::distributions::{t_multiplier, t_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::refusal::Refusal;

mod resample;

const WHAT: &str = "clustered_rate_ratio";

/// The fewest pupils for a group's ratio (a house rule).
const MIN_PUPILS: usize = 5;

/// Below this many pupils the ratio is resampled as well, and called one of a very small group.
const SMALL_GROUP: usize = 10;

/// A row a pupil: events and exposure before and after.
#[derive(Clone, Copy, Debug)]
pub struct BeforeAfter<'a> {
    /// Events before.
    pub n0: &'a [f64],
    /// Exposure before.
    pub e0: &'a [f64],
    /// Events after.
    pub n1: &'a [f64],
    /// Exposure after.
    pub e1: &'a [f64],
}

/// The log of a ratio of rates with what its variance rests on.
pub(super) struct LogRatio {
    pub log: f64,
    /// `Σ u²`, without the factor for few pupils.
    pub variance: f64,
    /// `Σ u⁴`: how much of the variance rests on a few pupils.
    pub fourths: f64,
    pub pupils: usize,
    pub before: f64,
    pub after: f64,
}

/// The rate after over the rate before, with an interval over pupils.
///
/// `var(log ρ) = m/(m-1) · Σ (b_i/ΣB - e1_i/Σe1 - a_i/ΣA + e0_i/Σe0)²` and t on `m-1` degrees of
/// freedom, for `m` pupils with exposure; where all have the same exposure this is the sandwich of
/// a Poisson model with independence (Liang and Zeger 1986). Where a side has no events the answer
/// is the exact one, and so it is where all pupils changed by the same factor. With fewer than ten
/// pupils the percentile interval over all ways to draw the pupils again stands among the warnings.
///
/// # Errors
/// Refuses columns of different lengths, negative values, fewer than five pupils with exposure, no
/// exposure on a side and no events on both.
pub fn clustered_rate_ratio(rows: &BeforeAfter<'_>, level: f64) -> Result<Estimate, Refusal> {
    check::level(WHAT, level)?;
    rows.check(WHAT)?;
    let pupils = rows.exposed();
    if pupils.len() < MIN_PUPILS {
        let (have, need) = (pupils.len(), MIN_PUPILS);
        return Err(Refusal::TooFew { what: WHAT, unit: "pupils", have, need });
    }
    let sums = Sums::of(&pupils);
    if sums.e0 <= 0.0 || sums.e1 <= 0.0 {
        return Err(Refusal::NoExposure { what: WHAT });
    }
    if sums.n0 <= 0.0 || sums.n1 <= 0.0 {
        let why = "no events on one side: the interval does not allow for repeated pupils";
        return exact(&sums, pupils.len(), level, why);
    }
    let ratio = log_ratio(&pupils, &sums, WHAT)?;
    if check::is_none(ratio.variance) {
        let why = "all pupils changed alike: the interval is that of chance alone";
        return exact(&sums, pupils.len(), level, why);
    }
    let m = pupils.len() as f64;
    let error = (ratio.variance * m / (m - 1.0)).sqrt();
    let half = t_multiplier(level, m - 1.0) * error;
    let value = ratio.log.exp();
    let bounds = ((ratio.log - half).exp(), (ratio.log + half).exp());
    let method = "rate ratio, clustered by pupil, t interval";
    let mut estimate = Estimate::interval(Scale::Ratio, method, value, bounds, level)
        .counted((ratio.before + ratio.after) as u64, pupils.len() as u64)
        .assuming(&["pupils are independent of each other"]);
    estimate.p = Some(t_two_sided(ratio.log / error, m - 1.0));
    estimate.log_std_error = Some(error);
    estimate.df = Some(m - 1.0);
    Ok(if pupils.len() < SMALL_GROUP { resampled(estimate, &pupils, level) } else { estimate })
}

fn resampled(estimate: Estimate, pupils: &[Pupil], level: f64) -> Estimate {
    let group = format!("very small group: {} pupils", pupils.len());
    match resample::interval(pupils, level) {
        Some((lower, upper)) => {
            let drawn = format!("drawing the pupils again gives {lower:.2} to {upper:.2}");
            estimate.warn(format!("{group}; {drawn}"))
        }
        None => estimate.warn(group),
    }
}

/// The exact answer over the sums, which cannot mind repeated pupils.
fn exact(sums: &Sums, pupils: usize, level: f64, why: &'static str) -> Result<Estimate, Refusal> {
    let after = Events { count: sums.n1 as u64, exposure: sums.e1 };
    let before = Events { count: sums.n0 as u64, exposure: sums.e0 };
    let mut estimate = rate_ratio(after, before, RatioMethod::MidP, level)?;
    estimate.n = pupils as u64;
    Ok(estimate.warn(why))
}

impl LogRatio {
    /// The variance if chance alone were at work.
    pub fn chance(&self) -> f64 {
        1.0 / self.before + 1.0 / self.after
    }
}

/// One pupil's row.
#[derive(Clone, Copy)]
pub(super) struct Pupil {
    pub n0: f64,
    pub e0: f64,
    pub n1: f64,
    pub e1: f64,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub n0: f64,
    pub e0: f64,
    pub n1: f64,
    pub e1: f64,
}

impl Sums {
    pub fn of(pupils: &[Pupil]) -> Self {
        pupils.iter().fold(Self::default(), |sums, pupil| sums.plus(pupil, 1.0))
    }

    pub fn plus(self, pupil: &Pupil, times: f64) -> Self {
        Self {
            n0: self.n0 + times * pupil.n0,
            e0: self.e0 + times * pupil.e0,
            n1: self.n1 + times * pupil.n1,
            e1: self.e1 + times * pupil.e1,
        }
    }
}

impl BeforeAfter<'_> {
    pub(super) fn check(&self, what: &'static str) -> Result<(), Refusal> {
        for (name, column) in [("e0", self.e0), ("n1", self.n1), ("e1", self.e1)] {
            check::lengths(what, ("n0", self.n0.len()), (name, column.len()))?;
        }
        let columns = [("n0", self.n0), ("e0", self.e0), ("n1", self.n1), ("e1", self.e1)];
        columns.into_iter().try_for_each(|(name, column)| check::not_negative(what, name, column))
    }

    /// The pupils who were there before or after.
    pub(super) fn exposed(&self) -> Vec<Pupil> {
        let before = self.n0.iter().zip(self.e0);
        let after = self.n1.iter().zip(self.e1);
        before
            .zip(after)
            .map(|((n0, e0), (n1, e1))| Pupil { n0: *n0, e0: *e0, n1: *n1, e1: *e1 })
            .filter(|pupil| pupil.e0 > 0.0 || pupil.e1 > 0.0)
            .collect()
    }
}

/// The log ratio and its variance over pupils; events on both sides are needed.
pub(super) fn log_ratio(
    pupils: &[Pupil],
    sums: &Sums,
    what: &'static str,
) -> Result<LogRatio, Refusal> {
    if sums.e0 <= 0.0 || sums.e1 <= 0.0 {
        return Err(Refusal::NoExposure { what });
    }
    let influence = |pupil: &Pupil| {
        let after = pupil.n1 / sums.n1 - pupil.e1 / sums.e1;
        after - pupil.n0 / sums.n0 + pupil.e0 / sums.e0
    };
    Ok(LogRatio {
        log: ((sums.n1 / sums.e1) / (sums.n0 / sums.e0)).ln(),
        variance: pupils.iter().map(|pupil| influence(pupil).powi(2)).sum(),
        fourths: pupils.iter().map(|pupil| influence(pupil).powi(4)).sum(),
        pupils: pupils.len(),
        before: sums.n0,
        after: sums.n1,
    })
}

#[cfg(test)]
mod tests;
