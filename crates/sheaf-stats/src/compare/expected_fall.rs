//! The fall that comes by itself when pupils are chosen at their worst.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::check;
use crate::compare::clustered::{BeforeAfter, Pupil, Sums};
use crate::distributions::{t_multiplier, t_two_sided};
use crate::estimate::{Estimate, Scale};
use crate::rate::rate;
use crate::refusal::Refusal;

mod lasting;

const WHAT: &str = "regression_to_mean";

/// The fewest earlier periods: from one alone lasting and passing differences look the same.
const MIN_PERIODS: usize = 3;

/// The fewest pupils in the history, and in the group (house rules).
const MIN_SCHOOL: usize = 20;
const MIN_GROUP: usize = 5;

/// Events of a whole school in earlier periods: one row a pupil and period, with or without events.
/// A history of chosen pupils alone would hide the very fall that is sought.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    /// The code of the pupil of each row.
    pub pupil: &'a [u32],
    /// The code of the period of each row, such as a half-term.
    pub period: &'a [u32],
    /// Events.
    pub n: &'a [f64],
    /// Exposure.
    pub e: &'a [f64],
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
/// long as the history is that of the whole school.
/// The intervals are clustered by pupil, on Satterthwaite's degrees of freedom with a term for each
/// pupil, and take the school's mean and variances as known.
///
/// `group` holds the code of each row of `table`. A pupil without history is expected at the mean.
///
/// # Errors
/// Refuses columns of different lengths, negative values, fewer than three periods, twenty pupils
/// in the history or five in the group, no exposure, and no events before.
pub fn regression_to_mean(
    history: &History<'_>,
    group: &[u32],
    table: &BeforeAfter<'_>,
    level: f64,
) -> Result<ExpectedFall, Refusal> {
    check::level(WHAT, level)?;
    table.check(WHAT)?;
    check::lengths(WHAT, ("pupil", group.len()), ("n0", table.n0.len()))?;
    let school = School::learn(history)?;
    let members: Vec<(u32, Pupil)> = table.members(group);
    check::at_least(WHAT, "pupils in the group", members.len(), MIN_GROUP)?;
    let sums = members.iter().fold(Sums::default(), |sums, (_, pupil)| sums.plus(pupil, 1.0));
    if sums.e0 <= 0.0 || sums.e1 <= 0.0 {
        return Err(Refusal::NoExposure { what: WHAT });
    }
    if sums.n0 <= 0.0 {
        return Err(Refusal::NoEventsOf { what: WHAT, which: "the group" });
    }
    let factor = |code: &u32| school.factor(*code);
    let events: Vec<f64> =
        members.iter().map(|(code, pupil)| factor(code).0 * school.rate * pupil.e1).collect();
    let total: f64 = events.iter().sum();
    let expected = |(at, (_, pupil)): (usize, &(u32, Pupil))| {
        let share = events.get(at).copied().unwrap_or_default() / total;
        share - pupil.e1 / sums.e1 - pupil.n0 / sums.n0 + pupil.e0 / sums.e0
    };
    let influence: Vec<f64> = members.iter().enumerate().map(expected).collect();
    let before = sums.n0 / sums.e0;
    let counts = (sums.n0 as u64, members.len() as u64);
    Ok(ExpectedFall {
        expected: ratio((total / sums.e1) / before, &influence, counts, level),
        adjusted: adjusted(&members, &events, total, level)?,
        observed_ratio: (sums.n1 / sums.e1) / before,
        weight: members.iter().map(|(code, _)| factor(code).1).sum::<f64>() / members.len() as f64,
        events: group.iter().zip(table.e1).map(|(c, e1)| factor(c).0 * school.rate * e1).collect(),
        between: school.between,
        within: school.within,
    })
}

/// A ratio with the influence of each pupil on its logarithm.
fn ratio(value: f64, influence: &[f64], counts: (u64, u64), level: f64) -> Estimate {
    let m = influence.len() as f64;
    let squares: f64 = influence.iter().map(|u| u.powi(2)).sum();
    let fourths: f64 = influence.iter().map(|u| u.powi(4)).sum();
    let error = (squares * m / (m - 1.0)).sqrt();
    let df = if fourths > 0.0 { squares.powi(2) / fourths } else { m - 1.0 };
    let half = t_multiplier(level, df) * error;
    let method = "expected from whole-school history, clustered by pupil, t interval";
    let bounds = (value * (-half).exp(), value * half.exp());
    let mut estimate = Estimate::interval(Scale::Ratio, method, value, bounds, level)
        .counted(counts.0, counts.1)
        .assuming(&["pupils keep their level but for passing ups and downs"]);
    estimate.p = Some(if error > 0.0 { t_two_sided(value.ln() / error, df) } else { 1.0 });
    estimate.log_std_error = Some(error);
    estimate.df = Some(df);
    if counts.1 < 10 { estimate.warn("very small group") } else { estimate }
}

fn adjusted(
    members: &[(u32, Pupil)],
    events: &[f64],
    total: f64,
    level: f64,
) -> Result<Estimate, Refusal> {
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
    let influence: Vec<f64> =
        members.iter().zip(events).map(|((_, pupil), e)| pupil.n1 / seen - e / total).collect();
    Ok(ratio(seen / total, &influence, counts, level))
}

impl BeforeAfter<'_> {
    /// The rows with exposure, each with its code.
    fn members(&self, group: &[u32]) -> Vec<(u32, Pupil)> {
        let before = self.n0.iter().zip(self.e0);
        let after = self.n1.iter().zip(self.e1);
        let rows = before.zip(after).zip(group);
        rows.map(|(((n0, e0), (n1, e1)), code)| {
            (*code, Pupil { n0: *n0, e0: *e0, n1: *n1, e1: *e1 })
        })
        .filter(|(_, pupil)| pupil.e0 > 0.0 || pupil.e1 > 0.0)
        .collect()
    }
}

/// What a whole school's history says about how pupils differ.
struct School {
    rate: f64,
    between: f64,
    within: f64,
    pupils: BTreeMap<u32, Vec<(f64, f64)>>,
}

impl School {
    fn learn(history: &History<'_>) -> Result<Self, Refusal> {
        let rows = history.n.len();
        check::lengths(WHAT, ("n", rows), ("e", history.e.len()))?;
        check::lengths(WHAT, ("n", rows), ("pupil", history.pupil.len()))?;
        check::lengths(WHAT, ("n", rows), ("period", history.period.len()))?;
        check::not_negative(WHAT, "n", history.n)?;
        check::not_negative(WHAT, "e", history.e)?;
        let periods: BTreeSet<u32> = history.period.iter().copied().collect();
        check::at_least(WHAT, "earlier periods", periods.len(), MIN_PERIODS)?;
        let (n, e) = (history.n.iter().sum::<f64>(), history.e.iter().sum::<f64>());
        if e <= 0.0 {
            return Err(Refusal::NoExposure { what: WHAT });
        }
        if n <= 0.0 {
            return Err(Refusal::NoEvents { what: WHAT });
        }
        let pupils = history.expected();
        check::at_least(WHAT, "pupils in the history", pupils.len(), MIN_SCHOOL)?;
        let (between, within) = variances(&pupils);
        Ok(Self { rate: n / e, between, within, pupils })
    }

    /// The lasting factor of a pupil, and how much of it is their own history.
    fn factor(&self, code: u32) -> (f64, f64) {
        if self.between <= 0.0 {
            return (1.0, 0.0);
        }
        let rows = self.pupils.get(&code).map(Vec::as_slice).unwrap_or_default();
        let spread = self.within * (1.0 + self.between);
        let due: f64 = rows.iter().map(|(_, m)| m / (1.0 + spread * m)).sum();
        let weight = due / (1.0 / self.between + due);
        (lasting::mean(rows, self.between, self.within), weight)
    }
}

impl History<'_> {
    /// For each pupil, the events of each period with what an average pupil would have had.
    fn expected(&self) -> BTreeMap<u32, Vec<(f64, f64)>> {
        let mut means: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for ((period, n), e) in self.period.iter().zip(self.n).zip(self.e) {
            let sums = means.entry(*period).or_default();
            *sums = (sums.0 + n, sums.1 + e);
        }
        let mut pupils: BTreeMap<u32, Vec<(f64, f64)>> = BTreeMap::new();
        let rows = self.pupil.iter().zip(self.period).zip(self.n.iter().zip(self.e));
        for ((pupil, period), (n, e)) in rows.filter(|(_, (_, e))| **e > 0.0) {
            let (events, exposure) = means.get(period).copied().unwrap_or_default();
            pupils.entry(*pupil).or_default().push((*n, e * events / exposure));
        }
        pupils
    }
}

/// The variances of the lasting and of the passing factor; neither below zero.
fn variances(pupils: &BTreeMap<u32, Vec<(f64, f64)>>) -> (f64, f64) {
    let (mut together, mut pairs, mut extra, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for rows in pupils.values() {
        let (mut d1, mut d2, mut m1, mut m2) = (0.0, 0.0, 0.0, 0.0);
        for (y, m) in rows {
            let d = y - m;
            (d1, d2, m1, m2) = (d1 + d, d2 + d * d, m1 + m, m2 + m * m);
            extra += d * d - y;
        }
        together += d1 * d1 - d2;
        pairs += m1 * m1 - m2;
        squares += m2;
    }
    let between = if pairs > 0.0 { (together / pairs).max(0.0) } else { 0.0 };
    let all = if squares > 0.0 { extra / squares } else { 0.0 };
    (between, ((all - between) / (1.0 + between)).max(0.0))
}

#[cfg(test)]
mod tests;
