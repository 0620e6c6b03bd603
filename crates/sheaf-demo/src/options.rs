//! What kind of invented school is wanted.

use jiff::civil::{Date, date};

/// The most pupils: a large school twice over. More makes no sense on one device.
pub const MAX_PUPILS: u32 = 5_000;

/// The most years back from today.
pub const MAX_YEARS: u32 = 5;

/// What kind of invented school is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How many pupils, past and present together.
    pub pupils: u32,
    /// How many years back from today records reach.
    pub years: u32,
    /// From which every random draw follows.
    pub seed: u64,
    /// The day on which the data ends.
    pub today: Date,
    /// One type of intervention alone, mentoring, with this true effect: incidents that begin with
    /// the pupil after its start, over those that there would have been, above 0 and at most 1.
    /// `None`: several types, each with an effect of its own.
    pub effect: Option<f64>,
    /// How much is told.
    pub detail: Detail,
}

/// How much is told of what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// What is counted: pupils, incidents without notes and follow-ups, and interventions without
    /// sessions. Made in a fraction of the time, for many schools in a row.
    Counts,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pupils: 1_000,
            years: 2,
            seed: 1,
            today: date(2026, 11, 20),
            effect: None,
            detail: Detail::Full,
        }
    }
}

/// Why no school is made of these options.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// Too few or too many pupils.
    #[error("an invented school has 1 to {MAX_PUPILS} pupils, not {0}")]
    Pupils(u32),
    /// Too few or too many years.
    #[error("an invented school reaches 1 to {MAX_YEARS} years back, not {0}")]
    Years(u32),
    /// Today lies where no calendar can be made.
    #[error("an invented school's today lies between 2010 and 2090, not in {0}")]
    Today(i16),
    /// An effect that cannot be made by leaving incidents out.
    #[error("the true effect of an intervention is above 0 and at most 1, not {0}")]
    Effect(f64),
    /// No calendar comes of these years.
    #[error("no calendar can be made of these years; choose another today")]
    Calendar(#[from] sheaf_records::CalendarError),
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), OptionsError> {
        if !(1..=MAX_PUPILS).contains(&self.pupils) {
            return Err(OptionsError::Pupils(self.pupils));
        }
        if !(1..=MAX_YEARS).contains(&self.years) {
            return Err(OptionsError::Years(self.years));
        }
        if let Some(effect) = self.effect
            && !(effect > 0.0 && effect <= 1.0)
        {
            return Err(OptionsError::Effect(effect));
        }
        match self.today.year() {
            2010..=2090 => Ok(()),
            year => Err(OptionsError::Today(year)),
        }
    }
}
