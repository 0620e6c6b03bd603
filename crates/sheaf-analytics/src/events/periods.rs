//! The events of some periods, in all and of each pupil: read once for all of the periods.

use super::{PupilsAndDays, Roll};
use crate::data::column::get;
use crate::data::days::day_number;
use crate::data::stamps::Stamps;
use crate::day_set::DaySet;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::budget::Budget;
use crate::windows::Runs;

/// The events of some days.
#[derive(Clone, Debug, Default)]
pub struct PeriodEvents {
    /// Their rows in the frame, in order.
    pub rows: Vec<u32>,
    /// The distinct records behind them: an incident of two pupils has two rows.
    pub records: usize,
    /// The distinct pupils behind them.
    pub pupils: usize,
    /// How many each pupil has, by the code of the pupil.
    of_pupils: Vec<u32>,
}

impl PeriodEvents {
    fn of(&self, pupil: i32) -> f64 {
        let at = usize::try_from(pupil).ok();
        at.and_then(|at| self.of_pupils.get(at)).copied().map_or(0.0, f64::from)
    }
}

impl Frame {
    /// The rows of each of some sets of days, which may overlap, up to today.
    ///
    /// # Errors
    /// There is no column of pupils or no `date`, or the budget is used up.
    pub fn in_periods(
        &self,
        sets: &[DaySet],
        budget: &Budget,
    ) -> Result<Vec<PeriodEvents>, AnalyticsError> {
        let PupilsAndDays { pupils, days, codes } = self.pupils_and_days("events of periods")?;
        let today = day_number(self.scope().as_of());
        let mut found: Vec<Found> =
            sets.iter().map(|set| Found::new(set.up_to(today), self, codes)).collect();
        for (row, number) in (0..self.len()).zip(0u32..) {
            budget.tick(row)?;
            let Some(day) = get(&days, row) else { continue };
            let pupil = get(&pupils, row).and_then(|pupil| usize::try_from(pupil).ok());
            for one in found.iter_mut().filter(|one| one.set.contains(day)) {
                one.add(self, number, pupil);
            }
        }
        Ok(found.into_iter().map(|one| one.events).collect())
    }
}

/// The events of one set of days in the making.
struct Found {
    set: DaySet,
    events: PeriodEvents,
    pupils: Stamps,
    records: Stamps,
}

impl Found {
    fn new(set: DaySet, frame: &Frame, codes: usize) -> Self {
        let snapshot = frame.scope().snapshot();
        Self {
            set,
            events: PeriodEvents { of_pupils: vec![0; codes], ..PeriodEvents::default() },
            pupils: Stamps::new(snapshot.pupil_labels().len()),
            records: Stamps::new(snapshot.record_labels().len()),
        }
    }

    fn add(&mut self, frame: &Frame, number: u32, pupil: Option<usize>) {
        let (row, events) = (number as usize, &mut self.events);
        events.rows.push(number);
        let own = pupil.and_then(|pupil| events.of_pupils.get_mut(pupil));
        own.into_iter().for_each(|count| *count += 1);
        frame.behind.each_pupil(row, &mut |code| {
            events.pupils += usize::from(self.pupils.is_new(code, 0));
        });
        frame.behind.each_record(row, &mut |code| {
            events.records += usize::from(self.records.is_new(code, 0));
        });
    }
}

/// The school days of each pupil who was on the roll on one of two sets of days.
pub struct PairedDays(
    /// The code of the pupil with the days of the first set and of the second.
    Vec<(i32, f64, f64)>,
);

impl PairedDays {
    /// The days of two sets, up to today.
    pub fn new(roll: &Roll, now: &DaySet, before: &DaySet) -> Self {
        let today = day_number(roll.scope().as_of());
        let [now, before] = [now, before].map(|set| Runs::new(set.up_to(today), roll));
        let row = |pupil: i32| {
            let (now, before) = (now.days(pupil, roll) as f64, before.days(pupil, roll) as f64);
            (now > 0.0 || before > 0.0).then_some((pupil, now, before))
        };
        Self(roll.pupils().filter_map(row).collect())
    }

    /// Events and school days of each of the pupils: those of the first set, then those of the
    /// second. Who was not on the roll is not counted, whatever was written.
    pub fn count(
        &self,
        now: &PeriodEvents,
        before: &PeriodEvents,
    ) -> (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>) {
        let mut pairs = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let count = |days: f64, events: &PeriodEvents, pupil: i32| {
            if days > 0.0 { events.of(pupil) } else { 0.0 }
        };
        for (pupil, now_days, before_days) in &self.0 {
            pairs.0.push(count(*now_days, now, *pupil));
            pairs.1.push(*now_days);
            pairs.2.push(count(*before_days, before, *pupil));
            pairs.3.push(*before_days);
        }
        pairs
    }
}

#[cfg(test)]
mod tests;
