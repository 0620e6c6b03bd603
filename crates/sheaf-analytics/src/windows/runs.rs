//! Stretches of days, and what a pupil brings to them: the same for most, who were there all
//! the time.

use jiff::civil::Date;

use crate::data::days::day_number;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};

/// Stretches of days, as day numbers, with what they are to whoever was there all the time.
pub struct Runs {
    list: Vec<(i64, i64)>,
    /// From the first day to the last, where there is any.
    whole: Option<(i64, i64)>,
    days: i64,
    /// The exposure; none where it differs from pupil to pupil.
    exposure: Option<f64>,
}

impl Runs {
    /// Days in order.
    pub fn of(days: &[Date], roll: &Roll) -> Self {
        Self::new(runs(days), roll)
    }

    /// Stretches in order and apart, both ends included.
    pub fn new(list: Vec<(i64, i64)>, roll: &Roll) -> Self {
        let whole = list.first().zip(list.last()).map(|(first, last)| (first.0, last.1));
        let days = list.iter().map(|(from, to)| roll.counted(*from, *to)).sum();
        let exposure = list.iter().map(|(from, to)| roll.exposure_of_all(*from, *to)).sum();
        Self { list, whole, days, exposure }
    }

    fn is_whole(&self, pupil: i32, roll: &Roll) -> bool {
        self.whole.is_some_and(|(first, last)| roll.is_there(pupil, first, last))
    }

    /// How many days of a pupil on the roll.
    pub fn days(&self, pupil: i32, roll: &Roll) -> i64 {
        if self.is_whole(pupil, roll) {
            return self.days;
        }
        self.list.iter().map(|(from, to)| roll.days(pupil, *from, *to)).sum()
    }

    /// What a pupil brings to the denominator over these days.
    ///
    /// # Errors
    /// Registers or periods of the day are missing that the exposure needs.
    pub fn exposure(&self, pupil: i32, roll: &Roll) -> Result<f64, AnalyticsError> {
        match self.exposure {
            Some(exposure) if self.is_whole(pupil, roll) => Ok(exposure),
            _ => self.list.iter().map(|(from, to)| roll.exposure(pupil, *from, *to)).sum(),
        }
    }

    /// How many events of a pupil.
    pub fn count(&self, pupil: i32, events: &PupilEvents) -> f64 {
        let Some((first, last)) = self.whole else { return 0.0 };
        let is_inside = |day: &&i64| {
            let next = self.list.partition_point(|(from, _)| from <= *day);
            next.checked_sub(1).and_then(|at| self.list.get(at)).is_some_and(|run| **day <= run.1)
        };
        events.days(pupil, first, last).iter().filter(is_inside).count() as f64
    }
}

/// Days in order as stretches of neighbouring days.
fn runs(days: &[Date]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for day in days.iter().map(|day| day_number(*day)) {
        match runs.last_mut() {
            Some(last) if last.1 + 1 == day => last.1 = day,
            _ => runs.push((day, day)),
        }
    }
    runs
}
