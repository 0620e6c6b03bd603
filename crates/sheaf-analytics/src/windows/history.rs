//! The events of a whole school in earlier half-terms, from which is learned how much of a bad
//! spell passes by itself.

use std::collections::BTreeMap;

use super::runs::Runs;
use super::{PupilCounts, PupilWindow};
use crate::data::days::{date_of, day_number};
use crate::day_set::DaySet;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};
use crate::plan::budget::Budget;

/// One row a pupil and half-term, with or without events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The code of the pupil.
    pub pupil: Vec<u32>,
    /// The half-term, by its place in the calendar.
    pub period: Vec<u32>,
    /// Events.
    pub n: Vec<f64>,
    /// Exposure: school days on the roll unless another was asked for.
    pub e: Vec<f64>,
    /// Whether the row was known when its pupil was chosen.
    pub past: Vec<bool>,
    /// How many courses the pupil had begun, on average over the days of the row.
    pub courses: Vec<f64>,
}

impl PupilCounts {
    /// So many half-terms up to that of each pupil's decision, and of everybody all of those
    /// half-terms. What came after a pupil's own decision is marked: it teaches how the school is,
    /// and is no history of that pupil. Were it left out, those with most incidents would be
    /// missing from most half-terms where pupils are chosen in one after another, and the rest of
    /// the school would pass for all of it.
    ///
    /// # Errors
    /// The rows have no windows, registers or periods of the day are missing that the exposure
    /// needs, or the budget is used up.
    pub fn history(
        &self,
        events: &PupilEvents,
        roll: &Roll,
        half_terms: u32,
        budget: &Budget,
    ) -> Result<History, AnalyticsError> {
        let Some(windows) = &self.windows else {
            let why = "only pupils with windows have a history".to_owned();
            return Err(AnalyticsError::Plan { step: 0, why });
        };
        let calendar = events.scope().calendar();
        let today = day_number(events.scope().as_of());
        let last_of = |window: &PupilWindow| {
            let day = date_of(window.decided)?;
            calendar.half_terms().iter().rposition(|one| one.from <= day)
        };
        let own: BTreeMap<i32, Option<usize>> =
            windows.list.iter().map(|window| (window.pupil, last_of(window))).collect();
        let first = |last: usize| (last + 1).saturating_sub(half_terms as usize);
        let mut everybody: Vec<usize> =
            own.values().flatten().flat_map(|last| first(*last)..last + 1).collect();
        everybody.sort_unstable();
        everybody.dedup();
        let run = |place: usize| {
            let one = calendar.half_terms().get(place)?;
            // Of the half-term that goes on, what is still to come says nothing.
            let (from, to) = (day_number(one.from), day_number(one.to).min(today));
            Some((place, from, to, Runs::new(DaySet::span(from, to), roll)))
        };
        let half_terms: Vec<_> = everybody.into_iter().filter_map(run).collect();
        let mut history = History::default();
        for (at, pupil) in roll.pupils().enumerate() {
            budget.tick(at)?;
            let chosen = own.get(&pupil);
            for (place, from, to, run) in &half_terms {
                let exposure = run.exposure(pupil, roll)?;
                if exposure > 0.0 {
                    let is_past = chosen.is_none_or(|last| last.is_some_and(|last| *place <= last));
                    // Help of before these half-terms too: it is what they would do without any.
                    let mut helped = 0.0;
                    for start in windows.starts_of(pupil).take_while(|start| start <= to) {
                        helped += roll.exposure(pupil, start.max(*from), *to)?;
                    }
                    history.courses.push(helped / exposure);
                    history.past.push(is_past);
                    history.pupil.push(pupil.unsigned_abs());
                    history.period.push(*place as u32);
                    history.n.push(events.count(pupil, *from, *to) as f64);
                    history.e.push(exposure);
                }
            }
        }
        Ok(history)
    }
}
