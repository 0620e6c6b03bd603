//! What a rule of so many events within so many school days would have given in the past.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::data::days::{date_of, day_number};
use crate::data::ids::IdSet;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};
use crate::gaps::TopPupil;
use crate::period::Period;
use crate::plan::budget::Budget;

/// A ladder of thresholds.
#[derive(Clone, Debug)]
pub struct ThresholdOptions {
    /// So many events each.
    pub thresholds: Vec<u32>,
    /// Within so many school days, the first and the last included.
    pub within: u32,
    /// The days on which a rule could have applied.
    pub period: Period,
}

/// One rung of the ladder.
#[derive(Clone, Debug)]
pub struct Rung {
    /// So many events.
    pub threshold: u32,
    /// The code of each pupil on the roll, and how often the rule would have applied to them.
    pub triggers: Vec<(i32, u32)>,
    hits: Vec<Hit>,
}

/// One time at which a rule would have applied.
#[derive(Clone, Copy, Debug)]
struct Hit {
    pupil: i32,
    day: i64,
    /// The row of the event that completed it.
    row: u32,
}

/// All rungs.
#[derive(Clone, Debug)]
pub struct Thresholds {
    /// One a threshold, in their order.
    pub rungs: Vec<Rung>,
    /// How many pupils were on the roll.
    pub pupils: usize,
    /// How many school days could be seen.
    pub school_days: u32,
    events: Arc<PupilEvents>,
}

impl Thresholds {
    /// Runs the thresholds over the past, pupil by pupil: whenever so many events lie within the
    /// window the rule applies, and counting begins anew after the event that completed it.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn new(
        events: &Arc<PupilEvents>,
        roll: &Roll,
        options: &ThresholdOptions,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let scope = events.scope();
        let to = options.period.to.min(scope.as_of());
        let (first, last) = (day_number(options.period.from), day_number(to));
        let rung = |threshold: &u32| Rung {
            threshold: *threshold,
            triggers: Vec::new(),
            hits: Vec::new(),
        };
        let mut rungs: Vec<Rung> = options.thresholds.iter().map(rung).collect();
        let mut pupils = 0;
        for (at, pupil) in roll.pupils().enumerate() {
            budget.tick(at)?;
            if roll.days(pupil, first, last) == 0 {
                continue;
            }
            pupils += 1;
            let own = events.of_pupil(pupil, first, last);
            let indices: Vec<i64> =
                own.iter().map(|(day, _)| scope.snapshot().days().before(*day)).collect();
            for rung in &mut rungs {
                rung.run(pupil, &own, &indices, i64::from(options.within));
            }
        }
        let school_days = scope.calendar().school_days(options.period.from, to);
        Ok(Self { rungs, pupils, school_days, events: Arc::clone(events) })
    }

    /// The records that completed a rule.
    pub fn ids(&self, rung: usize) -> IdSet {
        let hits = self.rungs.get(rung).map(|rung| rung.hits.as_slice()).unwrap_or_default();
        self.events.ids_of(hits.iter().map(|hit| hit.row))
    }

    /// The pupils to whom a rule would have applied and of whom a condition holds, those to whom it
    /// would have applied most often first.
    pub fn top_pupils(&self, rung: usize, n: usize, keep: impl Fn(i32) -> bool) -> Vec<TopPupil> {
        let hits = self.rungs.get(rung).map(|rung| rung.hits.as_slice()).unwrap_or_default();
        let by_pupil = hits.chunk_by(|a, b| a.pupil == b.pupil);
        let labels = self.events.scope().snapshot().pupil_labels();
        let top = |hits: &[Hit]| {
            let last = hits.last().filter(|hit| keep(hit.pupil))?;
            Some(TopPupil {
                pupil: labels.get(last.pupil)?.parse().ok()?,
                count: hits.len(),
                last: date_of(last.day)?,
                median_gap: None,
                ids: self.events.ids_of(hits.iter().map(|hit| hit.row)),
            })
        };
        let mut most: Vec<TopPupil> = by_pupil.filter_map(top).collect();
        most.sort_by(|a, b| {
            let count = b.count.cmp(&a.count);
            count.then(b.last.cmp(&a.last)).then(a.pupil.cmp(&b.pupil))
        });
        most.truncate(n);
        most
    }

    /// How many triggers fall into the busiest school week of a rung.
    pub fn busiest_week(&self, rung: usize) -> usize {
        let mut weeks = BTreeMap::new();
        for hit in self.rungs.get(rung).map(|rung| rung.hits.as_slice()).unwrap_or_default() {
            let monday = date_of(hit.day).map(sheaf_records::monday_of);
            *weeks.entry(monday).or_insert(0) += 1;
        }
        weeks.into_values().max().unwrap_or_default()
    }
}

impl Rung {
    /// One pupil's events with their day and the number of school days before it.
    fn run(&mut self, pupil: i32, own: &[(i64, u32)], indices: &[i64], within: i64) {
        let need = self.threshold.max(1) as usize;
        let (mut start, mut count) = (0, 0);
        for (at, ((day, row), index)) in own.iter().zip(indices).enumerate() {
            while indices.get(start).is_some_and(|first| index - first >= within) {
                start += 1;
            }
            if at + 1 - start >= need {
                count += 1;
                self.hits.push(Hit { pupil, day: *day, row: *row });
                start = at + 1;
            }
        }
        self.triggers.push((pupil, count));
    }

    /// The pupils to whom it would have applied.
    pub fn caught(&self) -> BTreeSet<i32> {
        self.triggers.iter().filter(|(_, count)| *count > 0).map(|(pupil, _)| *pupil).collect()
    }

    /// How often it would have applied.
    pub fn total(&self) -> u32 {
        self.triggers.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests;
