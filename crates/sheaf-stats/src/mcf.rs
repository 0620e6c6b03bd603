//! The average number of events a pupil has had so far.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::check;
use crate::distributions::normal_multiplier;
use crate::pace::{Pace, Work};
use crate::refusal::Refusal;

const WHAT: &str = "mcf";

/// In proportion to the square of the value, a sum of squares that rounding makes.
const NO_SPREAD: f64 = 1e-14;

/// The work of finding a pupil among many.
const LOOK_UP: usize = 20;

/// One stretch in which a pupil is observed, such as a spell on the roll.
///
/// It covers times after `start` up to and including `stop`: whoever leaves at the time of an event
/// counts as at risk at that time, and whoever joins at `start` is at risk from just after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtRisk {
    /// The code of the pupil.
    pub id: u32,
    /// Observed from just after this time.
    pub start: f64,
    /// Observed up to and including this time.
    pub stop: f64,
}

/// Settings of [`mcf`].
#[derive(Clone, Copy, Debug)]
pub struct MeanCumulativeOptions<'a> {
    /// The level of the interval.
    pub level: f64,
    /// When each pupil is observed, those without events included. Without it each pupil is
    /// observed from the beginning to the last of their own rows.
    pub exposure: Option<&'a [AtRisk]>,
    /// Whether the curve may go on.
    pub pace: Pace<'a>,
}

impl Default for MeanCumulativeOptions<'_> {
    fn default() -> Self {
        Self { level: crate::DEFAULT_LEVEL, exposure: None, pace: Pace::default() }
    }
}

/// The mean cumulative function at each time with an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeanCumulative {
    /// Times with events, ascending.
    pub time: Vec<f64>,
    /// Pupils observed at each time.
    pub at_risk: Vec<usize>,
    /// Events at each time.
    pub events: Vec<f64>,
    /// The average number of events a pupil so far.
    pub value: Vec<f64>,
    /// Its standard error (Lawless and Nadeau 1995).
    pub std_error: Vec<f64>,
    /// The lower end, on the log scale.
    pub lower: Vec<f64>,
    /// The upper end, on the log scale.
    pub upper: Vec<f64>,
    /// Pupils.
    pub n: usize,
    /// The level of the interval.
    pub level: f64,
    /// The method by its usual name.
    pub method: &'static str,
}

/// The Nelson-Aalen estimate for recurrent events, `M(t) = Σ d_j / n_j`, with the robust error of
/// Lawless and Nadeau (1995, Technometrics 37:158),
/// `Σ_i [Σ_{t_j <= t} Y_ij / n_j (d_ij - d_j / n_j)]²`.
///
/// Rows are `(id, time, events)`: a row with 0 events says that the pupil was still observed then.
/// At a tied time the leaver counts as at risk. One event is enough; with one pupil, or where all
/// have had as many, the error and the interval are undefined and hold NaN.
///
/// # Errors
/// Refuses bad columns, no rows, no events, and an event outside the exposure of its pupil; stops
/// where its pace says so.
pub fn mcf(
    id: &[u32],
    time: &[f64],
    events: &[f64],
    options: &MeanCumulativeOptions<'_>,
) -> Result<MeanCumulative, Refusal> {
    check::level(WHAT, options.level)?;
    check::lengths(WHAT, ("time", time.len()), ("id", id.len()))?;
    check::lengths(WHAT, ("time", time.len()), ("event", events.len()))?;
    check::not_negative(WHAT, "time", time)?;
    check::not_negative(WHAT, "event", events)?;
    if time.is_empty() {
        return Err(Refusal::Empty { what: WHAT });
    }
    if !events.iter().any(|count| *count > 0.0) {
        return Err(Refusal::NoEvents { what: WHAT });
    }
    let spells = match options.exposure {
        Some(exposure) => joined(exposure),
        None => until_last_row(id, time),
    };
    let mut work = options.pace.work(WHAT);
    covered((id, time, events), &spells, &mut work)?;
    Sweep::new(&spells).run(&moments(id, time, events, &spells), options.level, &mut work)
}

/// Spells in order, empty ones dropped and those of a pupil that overlap made one.
fn joined(exposure: &[AtRisk]) -> Vec<AtRisk> {
    let mut sorted: Vec<AtRisk> =
        exposure.iter().copied().filter(|spell| spell.start < spell.stop).collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id).then(a.start.total_cmp(&b.start)));
    let mut spells: Vec<AtRisk> = Vec::with_capacity(sorted.len());
    for spell in sorted {
        match spells.last_mut() {
            Some(last) if last.id == spell.id && spell.start <= last.stop => {
                last.stop = last.stop.max(spell.stop);
            }
            _ => spells.push(spell),
        }
    }
    spells
}

fn until_last_row(id: &[u32], time: &[f64]) -> Vec<AtRisk> {
    let mut last: BTreeMap<u32, f64> = BTreeMap::new();
    for (id, time) in id.iter().zip(time) {
        let stop = last.entry(*id).or_insert(*time);
        *stop = stop.max(*time);
    }
    last.into_iter().map(|(id, stop)| AtRisk { id, start: f64::NEG_INFINITY, stop }).collect()
}

fn covered(
    (id, time, events): (&[u32], &[f64], &[f64]),
    spells: &[AtRisk],
    work: &mut Work<'_>,
) -> Result<(), Refusal> {
    let mut by_id: BTreeMap<u32, Vec<AtRisk>> = BTreeMap::new();
    spells.iter().for_each(|spell| by_id.entry(spell.id).or_default().push(*spell));
    for (row, ((id, time), count)) in id.iter().zip(time).zip(events).enumerate() {
        work.take(LOOK_UP + by_id.get(id).map_or(0, Vec::len))?;
        let inside = |spell: &AtRisk| spell.start < *time && *time <= spell.stop;
        let known = by_id.get(id).is_some_and(|spells| spells.iter().any(inside));
        if *count > 0.0 && !known {
            let need = "the pupil must be observed at the time of an event";
            let (column, row) = ("time", row + 1);
            return Err(Refusal::Value { what: WHAT, column, row, found: *time, need });
        }
    }
    Ok(())
}

/// What happens at one time, in the order in which it is taken.
#[derive(Clone, Copy)]
enum Moment {
    Event(f64),
    /// After the events of its time.
    Leave,
    /// After the events of its time.
    Join,
}

impl Moment {
    const fn order(self) -> u8 {
        match self {
            Self::Event(_) => 0,
            Self::Leave => 1,
            Self::Join => 2,
        }
    }
}

fn moments(id: &[u32], time: &[f64], events: &[f64], spells: &[AtRisk]) -> Vec<(f64, u32, Moment)> {
    let mut moments: Vec<(f64, u32, Moment)> = Vec::new();
    for ((id, time), count) in id.iter().zip(time).zip(events).filter(|row| *row.1 > 0.0) {
        moments.push((*time, *id, Moment::Event(*count)));
    }
    for spell in spells {
        moments.push((spell.start, spell.id, Moment::Join));
        moments.push((spell.stop, spell.id, Moment::Leave));
    }
    moments.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.order().cmp(&b.2.order())));
    moments
}

/// The influence of one pupil: `settled - mean_hazard · observed`.
#[derive(Clone, Copy, Default)]
struct Pupil {
    settled: f64,
    observed: f64,
}

struct Sweep {
    pupils: BTreeMap<u32, Pupil>,
    at_risk: usize,
    /// `Σ d_j / n_j²`.
    hazard: f64,
    value: f64,
    settled_squared: f64,
    settled_observed: f64,
    observed_squared: f64,
}

impl Sweep {
    fn new(spells: &[AtRisk]) -> Self {
        Self {
            pupils: spells.iter().map(|spell| (spell.id, Pupil::default())).collect(),
            at_risk: 0,
            hazard: 0.0,
            value: 0.0,
            settled_squared: 0.0,
            settled_observed: 0.0,
            observed_squared: 0.0,
        }
    }

    fn change(&mut self, id: u32, change: impl FnOnce(&mut Pupil)) {
        let Some(pupil) = self.pupils.get_mut(&id) else { return };
        let before = *pupil;
        change(pupil);
        let after = *pupil;
        for (one, sign) in [(before, -1.0), (after, 1.0)] {
            self.settled_squared += sign * one.settled * one.settled;
            self.settled_observed += sign * one.settled * one.observed;
            self.observed_squared += sign * one.observed * one.observed;
        }
    }

    fn run(
        mut self,
        moments: &[(f64, u32, Moment)],
        level: f64,
        work: &mut Work<'_>,
    ) -> Result<MeanCumulative, Refusal> {
        work.look()?;
        let z = normal_multiplier(level);
        let mut curve = MeanCumulative {
            time: Vec::new(),
            at_risk: Vec::new(),
            events: Vec::new(),
            value: Vec::new(),
            std_error: Vec::new(),
            lower: Vec::new(),
            upper: Vec::new(),
            n: self.pupils.len(),
            level,
            method: "mean cumulative function, Lawless-Nadeau",
        };
        for tied in moments.chunk_by(|a, b| a.0 == b.0) {
            work.take(LOOK_UP * tied.len())?;
            let events = self.take(tied);
            if let (Some(first), true) = (tied.first(), events.1 > 0.0) {
                let error = self.std_error();
                let half = z * error / self.value;
                curve.time.push(first.0);
                curve.at_risk.push(events.0);
                curve.events.push(events.1);
                curve.value.push(self.value);
                curve.std_error.push(error);
                curve.lower.push(self.value * (-half).exp());
                curve.upper.push(self.value * half.exp());
            }
            self.move_people(tied);
        }
        Ok(curve)
    }

    /// Takes the events of one time: how many were at risk, how many happened.
    fn take(&mut self, tied: &[(f64, u32, Moment)]) -> (usize, f64) {
        let n = self.at_risk as f64;
        let mut happened = 0.0;
        for (_, id, moment) in tied {
            if let Moment::Event(count) = moment {
                happened += count;
                self.change(*id, |pupil| pupil.settled += count / n);
            }
        }
        if happened > 0.0 {
            self.value += happened / n;
            self.hazard += happened / (n * n);
        }
        (self.at_risk, happened)
    }

    fn move_people(&mut self, tied: &[(f64, u32, Moment)]) {
        let hazard = self.hazard;
        for (_, id, moment) in tied {
            match moment {
                Moment::Event(_) => {}
                Moment::Leave => {
                    self.at_risk -= 1;
                    self.change(*id, |pupil| {
                        pupil.settled -= hazard;
                        pupil.observed -= 1.0;
                    });
                }
                Moment::Join => {
                    self.at_risk += 1;
                    self.change(*id, |pupil| {
                        pupil.settled += hazard;
                        pupil.observed += 1.0;
                    });
                }
            }
        }
    }

    fn std_error(&self) -> f64 {
        let squares = self.settled_squared - 2.0 * self.hazard * self.settled_observed
            + self.hazard * self.hazard * self.observed_squared;
        // One pupil, or pupils who are all alike, say nothing of how pupils differ.
        if squares <= NO_SPREAD * self.value.powi(2) { f64::NAN } else { squares.sqrt() }
    }
}

#[cfg(test)]
mod tests;
