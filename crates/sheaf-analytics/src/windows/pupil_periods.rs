//! What each pupil did in given periods.

use super::runs::Runs;
use crate::data::days::day_number;
use crate::day_set::DaySet;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};
use crate::period::Period;
use crate::plan::budget::Budget;

/// One row a pupil and period in which they were on the roll, with or without events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PupilPeriods {
    /// The code of the pupil.
    pub pupil: Vec<u32>,
    /// The place of the period among those asked for.
    pub period: Vec<usize>,
    /// Events.
    pub n: Vec<f64>,
    /// Exposure.
    pub e: Vec<f64>,
}

impl PupilPeriods {
    /// Events and exposure of each pupil who was on the roll, by pupil and then by period. Of a
    /// period counts what lies up to today.
    ///
    /// # Errors
    /// Registers or periods of the day are missing that the exposure needs, or the budget is used
    /// up.
    pub fn of(
        events: &PupilEvents,
        roll: &Roll,
        periods: &[Period],
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let as_of = events.scope().as_of();
        let spans = periods.iter().map(|one| (day_number(one.from), day_number(one.to.min(as_of))));
        let spans: Vec<_> =
            spans.map(|span| (span, Runs::new(DaySet::span(span.0, span.1), roll))).collect();
        let mut found = Self::default();
        for (at, pupil) in roll.pupils().enumerate() {
            budget.tick(at)?;
            for (place, ((from, to), run)) in spans.iter().enumerate() {
                let exposure = run.exposure(pupil, roll)?;
                // Who was not there is not counted, whatever was written.
                if exposure > 0.0 {
                    found.pupil.push(pupil.unsigned_abs());
                    found.period.push(place);
                    found.n.push(events.count(pupil, *from, *to) as f64);
                    found.e.push(exposure);
                }
            }
        }
        Ok(found)
    }
}
