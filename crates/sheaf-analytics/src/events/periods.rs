//! The events of some periods, in all and of each pupil: read once for all of the periods.

use super::{PupilsAndDays, Roll};
use crate::data::column::get;
use crate::data::days::day_number;
use crate::data::stamps::Stamps;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::period::Period;
use crate::plan::budget::Budget;

/// The events of one period.
#[derive(Clone, Debug, Default)]
pub struct PeriodEvents {
    /// Their rows in the frame, in order.
    pub rows: Vec<u32>,
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
    /// The rows of each of some periods, which may overlap, up to today.
    ///
    /// # Errors
    /// There is no column of pupils or no `date`, or the budget is used up.
    pub fn in_periods(
        &self,
        periods: &[Period],
        budget: &Budget,
    ) -> Result<Vec<PeriodEvents>, AnalyticsError> {
        let PupilsAndDays { pupils, days, codes } = self.pupils_and_days("events of periods")?;
        let today = day_number(self.scope().as_of());
        let behind = self.scope().snapshot().pupil_labels().len();
        let span = |period: &Period| (day_number(period.from), day_number(period.to).min(today));
        let empty = || PeriodEvents { of_pupils: vec![0; codes], ..PeriodEvents::default() };
        let mut found: Vec<_> =
            periods.iter().map(|period| (span(period), empty(), Stamps::new(behind))).collect();
        for (row, number) in (0..self.len()).zip(0u32..) {
            budget.tick(row)?;
            let Some(day) = get(&days, row) else { continue };
            let pupil = get(&pupils, row).and_then(|pupil| usize::try_from(pupil).ok());
            for ((from, to), events, seen) in &mut found {
                if day < *from || day > *to {
                    continue;
                }
                events.rows.push(number);
                let own = pupil.and_then(|pupil| events.of_pupils.get_mut(pupil));
                own.into_iter().for_each(|count| *count += 1);
                self.behind.each_pupil(row, &mut |code| {
                    events.pupils += usize::from(seen.is_new(code, 0));
                });
            }
        }
        Ok(found.into_iter().map(|(_, events, _)| events).collect())
    }
}

/// The school days of each pupil who was on the roll in one of two periods.
pub struct PairedDays(
    /// The code of the pupil with the days of the first period and of the second.
    Vec<(i32, f64, f64)>,
);

impl PairedDays {
    /// The days of two periods, up to today.
    pub fn new(roll: &Roll, now: Period, before: Period) -> Self {
        let today = day_number(roll.scope().as_of());
        let days = |pupil: i32, period: Period| {
            roll.days(pupil, day_number(period.from), day_number(period.to).min(today)) as f64
        };
        let row = |pupil: i32| {
            let (now, before) = (days(pupil, now), days(pupil, before));
            (now > 0.0 || before > 0.0).then_some((pupil, now, before))
        };
        Self(roll.pupils().filter_map(row).collect())
    }

    /// Events and school days of each of the pupils: those of the first period, then those of the
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
