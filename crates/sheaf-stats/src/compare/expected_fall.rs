//! The fall that comes by itself when pupils are chosen at their worst.

use serde::Serialize;

use crate::check;
use crate::compare::clustered::{BeforeAfter, Pupil, Sums};
use crate::distributions::{t_multiplier, t_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::pace::Pace;
use crate::rate::rate;
use crate::refusal::Refusal;

mod lasting;
mod school;

use school::{Rows, School};

const WHAT: &str = "regression_to_mean";

/// The fewest earlier periods: from one alone lasting and passing differences look the same.
const MIN_PERIODS: usize = 3;

/// The most earlier periods, sixteen years of half-terms.
const MOST_PERIODS: usize = 100;

/// The fewest pupils in the history, and in the group (house rules).
const MIN_SCHOOL: usize = 20;
const MIN_GROUP: usize = 5;

/// Beyond this nothing is said of what help has changed.
const FARTHEST: f64 = 5.0;

/// By how much what help is taken to have changed is varied at least, to see what follows.
const STEP: f64 = 0.05;

/// No more than this is taken to follow: then the interval is five times as wide.
const MOST_FEEDBACK: f64 = 0.8;

/// Events of a whole school in earlier periods: one row a pupil and period, with or without events.
/// A history of chosen pupils alone would hide the very fall that is sought.
#[derive(Clone, Copy, Debug, Default)]
pub struct History<'a> {
    /// The code of the pupil of each row.
    pub pupil: &'a [u32],
    /// The code of the period of each row, such as a half-term.
    pub period: &'a [u32],
    /// Events.
    pub n: &'a [f64],
    /// Exposure.
    pub e: &'a [f64],
    /// Whether each row was known when its pupil was chosen; without it all were. A row that was
    /// not teaches how the school is and is no history of its pupil.
    pub past: Option<&'a [bool]>,
    /// How many courses of help its pupil had begun, on average over the days of each row; without
    /// it one in rows that were not known, and none in the others.
    pub courses: Option<&'a [f64]>,
}

/// What would have been expected with no help, and what was seen beyond it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExpectedFall {
    /// The rate ratio, after over before, to be expected with no help at all.
    pub expected: Estimate,
    /// The events seen over those expected.
    pub adjusted: Estimate,
    /// The plain ratio, after over before: `expected` times `adjusted`.
    pub observed_ratio: f64,
    /// How much the pupils' own histories count, 0 to 1, on average.
    pub weight: f64,
    /// The events that were expected of each pupil of the group, in the order given.
    pub events: Vec<f64>,
    /// The variance of lasting differences between pupils, relative to the mean.
    pub between: f64,
    /// The variance of passing differences within a pupil, relative to the pupil's own level.
    pub within: f64,
}

/// The fall to be expected in a group that was chosen by what its pupils had done.
///
/// Pupil `i` has a lasting factor with mean 1 and variance `τ²`, and in each period a passing one
/// with mean 1 and variance `ω`; both follow gamma laws. With `m_ij` the events expected of an
/// average pupil, `τ² = Σ_i Σ_{j≠k} d_ij d_ik / Σ_i Σ_{j≠k} m_ij m_ik` for `d = y - m`, and
/// `τ² + ω(1+τ²) = Σ (d² - y) / Σ m²`. What is expected is the mean of the lasting factor given the
/// history, a negative binomial count in each period; without passing differences it is the
/// `(θ+Σy)/(θ/μ+J)` of Hauer (1997). It stays right however pupils were chosen from the history, as
/// long as the history is that of the whole school. For each course of help that had begun, `y` of
/// a row is divided by the ratio that is found, and the variance that chance brings by its square,
/// so that what is found and what is taken agree: what help has changed would otherwise pass for
/// the school's own ups and downs. A further course is taken to do as much again.
/// The intervals are clustered by pupil, on Satterthwaite's degrees of freedom with a term for each
/// pupil, and take the school's mean and variances as known, but for what of them follows from the
/// ratio itself: the error of `adjusted` is larger by `1/(1-s)`, `s` the slope of the ratio found
/// in the one taken, both as logarithms.
///
/// `group` holds the code of each row of `table`. A pupil without history is expected at the mean.
///
/// # Errors
/// Refuses columns of different lengths, negative values, fewer than three periods or more than
/// 100, fewer than twenty pupils in the history or five in the group, no exposure, and no events
/// before; stops where its pace says so.
pub fn regression_to_mean(
    history: &History<'_>,
    group: &[u32],
    table: &BeforeAfter<'_>,
    level: f64,
    pace: Pace<'_>,
) -> Result<ExpectedFall, Refusal> {
    check::level(WHAT, level)?;
    table.check(WHAT)?;
    check::lengths(WHAT, ("pupil", group.len()), ("n0", table.n0.len()))?;
    let rows = Rows::of(history)?;
    let members: Vec<(usize, Pupil)> = table.members();
    check::at_least(WHAT, "pupils in the group", members.len(), MIN_GROUP)?;
    let sums = members.iter().fold(Sums::default(), |sums, (_, pupil)| sums.plus(pupil, 1.0));
    if sums.e0 <= 0.0 || sums.e1 <= 0.0 {
        return Err(Refusal::NoExposure { what: WHAT });
    }
    if sums.n0 <= 0.0 {
        return Err(Refusal::NoEventsOf { what: WHAT, which: "the group" });
    }
    let places: Vec<Option<usize>> = group.iter().map(|code| rows.place(*code)).collect();
    let expect = |changed: f64| -> Result<Expectation, Refusal> {
        let school = rows.learn(changed);
        let all = due_of_each(&rows.factors(&places, &school, pace)?, &school, table.e1);
        let events: Vec<f64> =
            members.iter().filter_map(|(row, _)| all.get(*row).copied()).collect();
        Ok(Expectation { school, all, events })
    };
    let (Expectation { school, all, events }, feedback) = match rows.has_help() {
        true => settle(expect, sums.n1)?,
        false => (expect(1.0)?, 0.0),
    };
    let total: f64 = events.iter().sum();
    let expected = |(at, (_, pupil)): (usize, &(usize, Pupil))| {
        let share = events.get(at).copied().unwrap_or_default() / total;
        share - pupil.e1 / sums.e1 - pupil.n0 / sums.n0 + pupil.e0 / sums.e0
    };
    let influence: Vec<f64> = members.iter().enumerate().map(expected).collect();
    let before = sums.n0 / sums.e0;
    let counts = (sums.n0 as u64, members.len() as u64);
    let place = |row: usize| places.get(row).copied().flatten();
    let weights = members.iter().map(|(row, _)| rows.weight(place(*row), &school));
    Ok(ExpectedFall {
        expected: ratio((total / sums.e1) / before, &influence, counts, level),
        adjusted: adjusted(&members, &events, feedback, level)?,
        observed_ratio: (sums.n1 / sums.e1) / before,
        weight: weights.sum::<f64>() / members.len() as f64,
        events: all,
        between: school.between,
        within: school.within,
    })
}

/// What the school leads to expect.
struct Expectation {
    school: School,
    /// Events expected of each row of the table.
    all: Vec<f64>,
    /// Those of the members.
    events: Vec<f64>,
}

/// What is to be expected where what help has changed is what is found, `seen` over the events
/// expected; and how much of a change in the one comes back in the other.
///
/// On the scale of logarithms one is nearly a straight line of the other: two points lead to where
/// both are the same.
fn settle(
    expect: impl Fn(f64) -> Result<Expectation, Refusal>,
    seen: f64,
) -> Result<(Expectation, f64), Refusal> {
    let far = FARTHEST.ln();
    let found = |one: &Expectation| (seen / one.events.iter().sum::<f64>()).ln().clamp(-far, far);
    let first = found(&expect(1.0)?);
    let step = if first.abs() < STEP { STEP } else { first };
    let feedback = (found(&expect(step.exp())?) - first) / step;
    let feedback = feedback.clamp(0.0, MOST_FEEDBACK);
    let changed = (first / (1.0 - feedback)).clamp(-far, far);
    Ok((expect(changed.exp())?, feedback))
}

/// The events to be expected of each pupil after.
fn due_of_each(factors: &[f64], school: &School, after: &[f64]) -> Vec<f64> {
    factors.iter().zip(after).map(|(factor, e1)| factor * school.rate * e1).collect()
}

/// A ratio with the influence of each pupil on its logarithm.
fn ratio(value: f64, influence: &[f64], counts: (u64, u64), level: f64) -> Estimate {
    let m = influence.len() as f64;
    let squares: f64 = influence.iter().map(|u| u.powi(2)).sum();
    let fourths: f64 = influence.iter().map(|u| u.powi(4)).sum();
    let is_alike = check::is_none(squares);
    let (error, df) = match is_alike {
        // All pupils did as each other: chance alone is left.
        true => ((1.0 / counts.0.max(1) as f64).sqrt(), m - 1.0),
        false => ((squares * m / (m - 1.0)).sqrt(), squares.powi(2) / fourths),
    };
    let half = t_multiplier(level, df) * error;
    let method = "expected from whole-school history, clustered by pupil, t interval";
    let bounds = (value * (-half).exp(), value * half.exp());
    let mut estimate = Estimate::interval(Scale::Ratio, method, value, bounds, level)
        .counted(counts.0, counts.1)
        .assuming(&["pupils keep their level but for passing ups and downs"]);
    estimate.p = Some(t_two_sided(value.ln() / error, df));
    estimate.log_std_error = Some(error);
    estimate.df = Some(df);
    if is_alike {
        estimate = estimate.warn("all pupils did alike: the interval is that of chance alone");
    }
    if counts.1 < 10 { estimate.warn("very small group") } else { estimate }
}

/// The events seen over those expected. An error in the ratio comes back in what is expected, as
/// far as that was learned from pupils who had help: it is as much larger.
fn adjusted(
    members: &[(usize, Pupil)],
    events: &[f64],
    feedback: f64,
    level: f64,
) -> Result<Estimate, Refusal> {
    let total: f64 = events.iter().sum();
    let seen: f64 = members.iter().map(|(_, pupil)| pupil.n1).sum();
    let counts = (seen as u64, members.len() as u64);
    if seen <= 0.0 {
        let none = rate(0, total, level)?;
        let method = "expected from whole-school history, no events after";
        let bounds = (0.0, none.upper.unwrap_or(f64::INFINITY));
        return Ok(Estimate::interval(Scale::Ratio, method, 0.0, bounds, level)
            .counted(counts.0, counts.1)
            .warn("no events after: the interval does not allow for repeated pupils"));
    }
    let larger = 1.0 / (1.0 - feedback);
    let influence: Vec<f64> = members
        .iter()
        .zip(events)
        .map(|((_, pupil), e)| larger * (pupil.n1 / seen - e / total))
        .collect();
    Ok(ratio(seen / total, &influence, counts, level))
}

impl BeforeAfter<'_> {
    /// The rows with exposure, each with its place.
    fn members(&self) -> Vec<(usize, Pupil)> {
        let before = self.n0.iter().zip(self.e0);
        let after = self.n1.iter().zip(self.e1);
        let rows = before.zip(after).enumerate();
        rows.map(|(row, ((n0, e0), (n1, e1)))| (row, Pupil { n0: *n0, e0: *e0, n1: *n1, e1: *e1 }))
            .filter(|(_, pupil)| pupil.e0 > 0.0 || pupil.e1 > 0.0)
            .collect()
    }
}

#[cfg(test)]
mod tests;
