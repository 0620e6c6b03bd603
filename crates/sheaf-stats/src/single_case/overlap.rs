//! How far two phases of one pupil overlap.

use crate::check;
use crate::distributions::normal_multiplier;
use crate::estimate::{Estimate, Scale};
use crate::order::median;
use crate::refusal::Refusal;
use crate::root::brent;

/// The fewest points of a phase to show anything, and to call it (house rules).
const MIN_POINTS: usize = 3;
const MIN_TO_CALL: usize = 5;

/// The most points of a phase: more than ten years of school days, and each is compared with each.
const MOST_POINTS: usize = 2_000;

/// How closely the ends of an interval are found: R's default, at which published ones stop.
const TOLERANCE: f64 = 1.220_703_125e-4;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Improvement {
    /// More is better, such as lessons attended.
    Increase,
    /// Less is better, such as incidents.
    Decrease,
}

impl Improvement {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Increase => "increase",
            Self::Decrease => "decrease",
        }
    }

    /// The direction that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Increase, Self::Decrease].into_iter().find(|one| one.name() == name)
    }
}

/// The share of pairs, one point before and one after, in which the later is better; ties count
/// half (Parker and Vannest 2009).
///
/// The interval is the score interval of Newcombe (2006) for the area under a curve. Where every
/// pair improves, or none does, it is degenerate and left out. At least three points a phase.
///
/// # Errors
/// Refuses fewer than three points in a phase and more than 2,000, values that are not finite and a
/// level outside 0 to 1.
pub fn nap(a: &[f64], b: &[f64], better: Improvement, level: f64) -> Result<Estimate, Refusal> {
    const WHAT: &str = "nap";
    check::level(WHAT, level)?;
    let phases = Phases::of(WHAT, a, b, better)?;
    let value = f64::midpoint(phases.between() / phases.pairs(), 1.0);
    let mut estimate = phases.estimate("NAP, score interval", value);
    estimate.level = level;
    if value <= 0.0 || value >= 1.0 {
        let which = if value >= 1.0 { "better" } else { "worse" };
        let (m, n) = (a.len(), b.len());
        return Ok(estimate.warn(format!("all {n} later points {which} than all {m} earlier ones")));
    }
    let ends = score_interval(value, a.len() as f64, b.len() as f64, level);
    estimate.lower = Some(ends.0);
    estimate.upper = Some(ends.1);
    Ok(estimate)
}

/// Tau less the trend that was there before: `(S_AB - S_AA) / (m n)` (Parker, Vannest, Davis and
/// Sauber 2011). It can exceed 1, and its control of trend is weak: a column beside [`nap`].
///
/// # Errors
/// As [`nap`].
pub fn tau_u(a: &[f64], b: &[f64], better: Improvement) -> Result<Estimate, Refusal> {
    let phases = Phases::of("tau_u", a, b, better)?;
    let a = &phases.a;
    let rises =
        |i: usize, early: &f64| a.iter().skip(i + 1).map(|late| sign(late - early)).sum::<f64>();
    let trend: f64 = a.iter().enumerate().map(|(i, early)| rises(i, early)).sum();
    Ok(phases.estimate("Tau-U", (phases.between() - trend) / phases.pairs()))
}

/// The share of later points that are better than every earlier one (Scruggs, Mastropieri and
/// Casto 1987). One odd earlier point settles it: a column beside [`nap`].
///
/// # Errors
/// As [`nap`].
pub fn pnd(a: &[f64], b: &[f64], better: Improvement) -> Result<Estimate, Refusal> {
    let phases = Phases::of("pnd", a, b, better)?;
    let best = phases.a.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let beyond = phases.b.iter().filter(|later| **later > best).count();
    Ok(phases.estimate("PND", beyond as f64 / phases.b.len() as f64))
}

/// The share of later points that are better than the median of the earlier ones; those on it
/// count half (Ma 2006).
///
/// # Errors
/// As [`nap`].
pub fn pem(a: &[f64], b: &[f64], better: Improvement) -> Result<Estimate, Refusal> {
    let phases = Phases::of("pem", a, b, better)?;
    let middle = median(phases.a.clone());
    let beyond: f64 = phases.b.iter().map(|later| f64::midpoint(sign(later - middle), 1.0)).sum();
    Ok(phases.estimate("PEM", beyond / phases.b.len() as f64))
}

/// The share of all points that is left when as few as possible are taken away so that nothing
/// overlaps (Parker, Hagan-Burke and Vannest 2007).
///
/// # Errors
/// As [`nap`].
pub fn pand(a: &[f64], b: &[f64], better: Improvement) -> Result<Estimate, Refusal> {
    let phases = Phases::of("pand", a, b, better)?;
    Ok(phases.estimate("PAND", phases.apart()))
}

/// The difference between the phases' shares of improved points, from the same cut as [`pand`]
/// (Parker, Vannest and Brown 2009): `((m+n)² PAND - m² - n²) / 2mn`.
///
/// # Errors
/// As [`nap`].
pub fn ird(a: &[f64], b: &[f64], better: Improvement) -> Result<Estimate, Refusal> {
    let phases = Phases::of("ird", a, b, better)?;
    let (m, n) = (a.len() as f64, b.len() as f64);
    let value = ((m + n).powi(2) * phases.apart() - m * m - n * n) / (2.0 * m * n);
    Ok(phases.estimate("IRD", value))
}

/// Two phases turned so that more is better.
struct Phases {
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Phases {
    fn of(what: &'static str, a: &[f64], b: &[f64], better: Improvement) -> Result<Self, Refusal> {
        check::finite(what, "a", a)?;
        check::finite(what, "b", b)?;
        check::at_least(what, "points before", a.len(), MIN_POINTS)?;
        check::at_least(what, "points after", b.len(), MIN_POINTS)?;
        check::at_most(what, "points before", a.len(), MOST_POINTS)?;
        check::at_most(what, "points after", b.len(), MOST_POINTS)?;
        let factor = match better {
            Improvement::Increase => 1.0,
            Improvement::Decrease => -1.0,
        };
        let turned = |x: &[f64]| x.iter().map(|x| factor * x).collect();
        Ok(Self { a: turned(a), b: turned(b) })
    }

    fn pairs(&self) -> f64 {
        (self.a.len() * self.b.len()) as f64
    }

    /// Pairs that improve less pairs that get worse.
    fn between(&self) -> f64 {
        self.a.iter().map(|a| self.b.iter().map(|b| sign(b - a)).sum::<f64>()).sum()
    }

    /// The largest share of points, the lowest before and the highest after, that do not overlap.
    fn apart(&self) -> f64 {
        let (mut a, mut b) = (self.a.clone(), self.b.clone());
        a.sort_by(f64::total_cmp);
        b.sort_by(f64::total_cmp);
        let above = |top: f64| b.len() - b.partition_point(|later| *later <= top);
        let kept = a.iter().enumerate().map(|(at, top)| at + 1 + above(*top));
        let most = kept.max().unwrap_or_default().max(b.len());
        most as f64 / (a.len() + b.len()) as f64
    }

    fn estimate(&self, method: &'static str, value: f64) -> Estimate {
        let points = (self.a.len() + self.b.len()) as u64;
        let level = crate::DEFAULT_LEVEL;
        let mut estimate = Estimate::interval(Scale::Number, method, value, (value, value), level)
            .counted(points, points)
            .assuming(&["points do not depend on the one before"]);
        estimate.lower = None;
        estimate.upper = None;
        if self.a.len().min(self.b.len()) < MIN_TO_CALL {
            return estimate.warn("fewer than 5 points in a phase: too few to call");
        }
        estimate
    }
}

fn sign(difference: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference.signum() }
}

/// Where `mn(v-x)²(2-x)(1+x) = z² x(1-x)(2 + h + (1+2h) x(1-x))` with `h = (m+n)/2 - 1`.
fn score_interval(value: f64, m: f64, n: f64, level: f64) -> (f64, f64) {
    let z = normal_multiplier(level);
    let h = f64::midpoint(m, n) - 1.0;
    let miss = |x: f64| {
        let spread = x * (1.0 - x);
        m * n * (value - x).powi(2) * (2.0 - x) * (1.0 + x)
            - z * z * spread * (2.0 + h + (1.0 + 2.0 * h) * spread)
    };
    (brent(0.0, value, TOLERANCE, miss), brent(value, 1.0, TOLERANCE, miss))
}

#[cfg(test)]
mod tests;
