//! What a screening rule would have told in the past: whom it flagged, and of whom it should have.

use std::sync::Arc;

use jiff::civil::Date;

use crate::data::days::{date_of, day_number};
use crate::data::ids::IdSet;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};
use crate::gaps::TopPupil;
use crate::period::Period;
use crate::plan::budget::Budget;

/// How the past is looked at.
#[derive(Clone, Copy, Debug)]
pub struct ScreenOptions {
    /// The school days that a rule looks back on, the day of the check included.
    pub within: u32,
    /// The school days after a check in which the outcome counts.
    pub ahead: u32,
    /// So many outcomes in these days are a concern.
    pub at_least: u32,
    /// The days that are looked at.
    pub period: Period,
}

/// One pupil at one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScreenRow {
    /// The code of the pupil.
    pub pupil: i32,
    /// The place of the check.
    pub check: usize,
    /// Events in the days that a rule looks back on.
    pub events: u32,
    /// Whether what followed was a concern.
    pub is_concern: bool,
}

/// The past as a screening rule would have seen it.
#[derive(Clone, Debug)]
pub struct Screening {
    /// The pupils at each check, those alone who were on the roll on all days that count.
    pub rows: Vec<ScreenRow>,
    /// The days of the checks, the latest first: so many school days apart that no outcome counts
    /// twice.
    pub checks: Vec<Date>,
    /// How often a pupil was on the roll at a check, but not on all days that count.
    pub left_out: usize,
    /// School days that could be seen.
    pub school_days: usize,
    /// The events of each pupil on the roll in the days up to today.
    pub now: Vec<(i32, u32)>,
    recent: (i64, i64),
    /// The first and the last day that a rule looks back on at each check.
    back: Vec<(i64, i64)>,
    events: Arc<PupilEvents>,
}

/// Day numbers, both included.
struct Check {
    back: (i64, i64),
    ahead: (i64, i64),
}

impl Screening {
    /// Looks at the past, check by check.
    ///
    /// # Errors
    /// The budget is used up.
    pub fn new(
        events: &Arc<PupilEvents>,
        outcomes: &PupilEvents,
        roll: &Roll,
        options: &ScreenOptions,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let calendar = events.scope().calendar();
        let today = events.scope().as_of();
        let of = |from: Date, to: Date| {
            let (first, days) = (calendar.days_before(from), calendar.school_days(from, to));
            let end = first.saturating_add(days) as usize;
            calendar.days().get(first as usize..end).unwrap_or_default()
        };
        let days = of(options.period.from, options.period.to.min(today));
        let (within, ahead) = (options.within.max(1) as usize, options.ahead.max(1) as usize);
        let mut found = Self {
            rows: Vec::new(),
            checks: Vec::new(),
            left_out: 0,
            school_days: days.len(),
            now: Vec::new(),
            recent: (0, -1),
            back: Vec::new(),
            events: Arc::clone(events),
        };
        let mut end = days.len().checked_sub(ahead);
        while let Some(at) = end.filter(|at| *at >= within) {
            let span = |from: usize, to: usize| {
                let day = |at: usize| days.get(at).copied().map_or(0, day_number);
                (day(from), day(to))
            };
            let check = Check { back: span(at - within, at - 1), ahead: span(at, at + ahead - 1) };
            found.checks.extend(days.get(at - 1));
            found.back.push(check.back);
            found.look(&check, outcomes, roll, options.at_least, budget)?;
            end = at.checked_sub(ahead);
        }
        let so_far = of(Date::MIN, today);
        let recent = so_far.get(so_far.len().saturating_sub(within)..).unwrap_or_default();
        if let (Some(first), Some(last)) = (recent.first(), recent.last()) {
            let (first, last) = (day_number(*first), day_number(*last));
            found.recent = (first, day_number(today));
            let here = roll.pupils().filter(|pupil| roll.has(*pupil, last));
            let count = |pupil| count(events, pupil, (first, day_number(today)));
            found.now = here.map(|pupil| (pupil, count(pupil))).collect();
        }
        Ok(found)
    }

    fn look(
        &mut self,
        check: &Check,
        outcomes: &PupilEvents,
        roll: &Roll,
        at_least: u32,
        budget: &Budget,
    ) -> Result<(), AnalyticsError> {
        let (first, last) = (check.back.0, check.ahead.1);
        let whole = roll.counted(first, last);
        let place = self.back.len().saturating_sub(1);
        for (at, pupil) in roll.pupils().enumerate() {
            budget.tick(at)?;
            if !roll.has(pupil, check.back.1) {
                continue;
            }
            if whole == 0 || roll.days(pupil, first, last) < whole {
                self.left_out += 1;
                continue;
            }
            let events = count(&self.events, pupil, check.back);
            let is_concern = count(outcomes, pupil, check.ahead) >= at_least.max(1);
            self.rows.push(ScreenRow { pupil, check: place, events, is_concern });
        }
        Ok(())
    }

    /// The records that a rule looked back on, of the pupils at the checks of which this holds.
    pub fn ids(&self, keep: impl Fn(&ScreenRow) -> bool) -> IdSet {
        let rows = self.rows.iter().filter(|row| keep(row));
        let days = |row: &ScreenRow| self.back.get(row.check).copied().unwrap_or((0, -1));
        let behind = rows.flat_map(|row| {
            let (from, to) = days(row);
            self.events.rows(row.pupil, from, to).iter().copied()
        });
        self.events.ids_of(behind)
    }

    /// The pupils who have so many events in the days up to today, those with most first.
    pub fn flagged_now(&self, threshold: u32, n: usize) -> Vec<TopPupil> {
        let labels = self.events.scope().snapshot().pupil_labels();
        let top = |(pupil, events): &(i32, u32)| {
            let own = self.events.of_pupil(*pupil, self.recent.0, self.recent.1);
            let last = own.last().filter(|_| *events >= threshold)?;
            Some(TopPupil {
                pupil: labels.get(*pupil)?.parse().ok()?,
                count: own.len(),
                last: date_of(last.0)?,
                median_gap: None,
                ids: self.events.ids_of(own.iter().map(|(_, row)| *row)),
            })
        };
        let mut most: Vec<TopPupil> = self.now.iter().filter_map(top).collect();
        most.sort_by(|a, b| {
            let count = b.count.cmp(&a.count);
            count.then(b.last.cmp(&a.last)).then(a.pupil.cmp(&b.pupil))
        });
        most.truncate(n);
        most
    }
}

fn count(events: &PupilEvents, pupil: i32, days: (i64, i64)) -> u32 {
    u32::try_from(events.count(pupil, days.0, days.1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
