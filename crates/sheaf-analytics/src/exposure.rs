//! Over what events are counted: school days on the roll, days in school, lessons, minutes.

mod attended;
mod timetable;

use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::narrowing::Narrowing;
use crate::plan::Plan;
use crate::plan::budget::Budget;
use crate::stays::OpenDays;
pub(crate) use attended::{Attended, NOBODY, SOME, unmarked};
pub(crate) use timetable::Timetable;

/// What each pupil brings to the denominator of a rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exposure {
    /// One for each school day on the roll.
    #[default]
    EnrolledDays,
    /// Half for each session with a mark of somebody in school, of the class `present`. Approved
    /// activities elsewhere count as attending, and are not in school.
    PresentDays,
    /// One for each period of the kind `lesson` on a school day on the roll.
    Lessons,
    /// The minutes of all periods of a school day on the roll.
    Minutes,
}

impl Exposure {
    /// What is read for it beside the roll and the calendar.
    pub fn plan(self) -> Option<Plan> {
        match self {
            Self::EnrolledDays => None,
            Self::PresentDays => Some(attendance()),
            Self::Lessons => Some(Plan::scan("periods").select(["code", "kind"])),
            Self::Minutes => Some(Plan::scan("periods").select(["code", "minutes"])),
        }
    }

    /// Whether it is had in periods of the day, so that a condition on the period narrows it.
    pub const fn has_periods(self) -> bool {
        matches!(self, Self::Lessons | Self::Minutes)
    }

    /// How many of the whole numbers that are added up make one.
    pub(crate) const fn parts(self) -> f64 {
        match self {
            Self::PresentDays => 2.0,
            _ => 1.0,
        }
    }
}

/// The marks of the registers.
fn attendance() -> Plan {
    Plan::scan("attendance").select(["pupil", "date", "class"])
}

/// What a school day adds up to for a pupil on the roll, worked out once for many pupils.
#[derive(Clone)]
pub(crate) enum Amounts {
    /// The same for everybody: for each period of the day, or in one piece.
    Everybody(Timetable),
    /// What the registers say of each.
    Each(Attended),
}

impl Amounts {
    /// The amounts of these school days.
    pub(crate) fn new(
        scope: &Scope,
        exposure: Exposure,
        open: &OpenDays,
        narrowing: &Narrowing,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        Ok(match exposure {
            Exposure::EnrolledDays => Self::Everybody(Timetable::whole_days(open)),
            Exposure::PresentDays => Self::Each(Attended::new(scope, open, budget)?),
            Exposure::Lessons | Exposure::Minutes => {
                Self::Everybody(Timetable::new(scope, exposure, open, narrowing)?)
            }
        })
    }
}

#[cfg(test)]
mod tests;
