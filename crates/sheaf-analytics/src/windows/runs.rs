//! Stretches of days, and what a pupil brings to them: the same for most, who were there all
//! the time.

use crate::day_set::DaySet;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};

/// Stretches of days, with what they are to whoever was there all the time.
pub struct Runs {
    set: DaySet,
    days: i64,
    /// The exposure; none where it differs from pupil to pupil.
    exposure: Option<f64>,
}

impl Runs {
    /// What these days are.
    pub fn new(set: DaySet, roll: &Roll) -> Self {
        let days = set.runs().iter().map(|(from, to)| roll.counted(*from, *to)).sum();
        let exposure = set.runs().iter().map(|(from, to)| roll.exposure_of_all(*from, *to)).sum();
        Self { set, days, exposure }
    }

    fn is_whole(&self, pupil: i32, roll: &Roll) -> bool {
        self.set.ends().is_some_and(|(first, last)| roll.is_there(pupil, first, last))
    }

    /// How many days of a pupil on the roll.
    pub fn days(&self, pupil: i32, roll: &Roll) -> i64 {
        if self.is_whole(pupil, roll) {
            return self.days;
        }
        self.set.runs().iter().map(|(from, to)| roll.days(pupil, *from, *to)).sum()
    }

    /// What a pupil brings to the denominator over these days.
    ///
    /// # Errors
    /// Registers or periods of the day are missing that the exposure needs.
    pub fn exposure(&self, pupil: i32, roll: &Roll) -> Result<f64, AnalyticsError> {
        match self.exposure {
            Some(exposure) if self.is_whole(pupil, roll) => Ok(exposure),
            _ => self.set.runs().iter().map(|(from, to)| roll.exposure(pupil, *from, *to)).sum(),
        }
    }

    /// How many events of a pupil.
    pub fn count(&self, pupil: i32, events: &PupilEvents) -> f64 {
        let Some((first, last)) = self.set.ends() else { return 0.0 };
        let days = events.days(pupil, first, last).iter();
        days.filter(|day| self.set.contains(**day)).count() as f64
    }
}
