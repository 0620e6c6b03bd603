//! What part of the timeline is shown.

use jiff::civil::Date;
use sheaf_records::Kind;
use sheaf_school::desk::TimelineItem;

/// Which records are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those of one kind.
    Kind(Kind),
    /// Those with values in conflict.
    Conflicts,
}

impl Filter {
    /// The filters that are offered, with their words.
    pub const OFFERED: [(Self, &'static str); 8] = [
        (Self::All, "Everything"),
        (Self::Kind(Kind::Incident), "Incidents"),
        (Self::Kind(Kind::PositiveEvent), "Positive"),
        (Self::Kind(Kind::Intervention), "Interventions"),
        (Self::Kind(Kind::RoomStay), "Reflection room"),
        (Self::Kind(Kind::Suspension), "Suspensions"),
        (Self::Kind(Kind::Concern), "Concerns"),
        (Self::Conflicts, "Conflicts"),
    ];

    /// Whether a record is shown.
    pub fn shows(self, item: &TimelineItem) -> bool {
        match self {
            Self::All => true,
            Self::Kind(Kind::Intervention) => {
                matches!(item.kind, Kind::Intervention | Kind::InterventionSession)
            }
            Self::Kind(kind) => item.kind == kind,
            Self::Conflicts => item.conflicts > 0,
        }
    }
}

/// A change in a pupil's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Which records are shown.
    Filter(Filter),
    /// Only those between two days, both included; all of them if none.
    Period(Option<(Date, Date)>),
    /// The keys are on this week of the picture, from 0.
    Week(usize),
    /// Every filter goes.
    Clear,
}

/// A pupil's view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Which records are shown.
    pub filter: Filter,
    /// Only those between two days.
    pub period: Option<(Date, Date)>,
    /// The week of the picture that the keys are on.
    pub week: Option<usize>,
}

impl State {
    /// Applies one change.
    pub const fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Filter(filter) => self.filter = filter,
            Edit::Period(period) => self.period = period,
            Edit::Week(week) => self.week = Some(week),
            Edit::Clear => {
                self.filter = Filter::All;
                self.period = None;
            }
        }
    }

    /// Whether a record is shown.
    pub fn shows(&self, item: &TimelineItem) -> bool {
        self.filter.shows(item) && self.is_in_period(item)
    }

    /// Whether a record lies between the two days.
    pub fn is_in_period(&self, item: &TimelineItem) -> bool {
        let day = item.at.map(|at| at.date());
        self.period.is_none_or(|(from, to)| day.is_some_and(|day| from <= day && day <= to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::school;

    #[test]
    fn each_filter_shows_its_own() {
        let items = school::timeline();
        let count = |filter: Filter| items.iter().filter(|item| filter.shows(item)).count();
        let kinds = count(Filter::Kind(Kind::Incident)) + count(Filter::Kind(Kind::RoomStay));
        assert_eq!(count(Filter::All), items.len());
        assert!(kinds > 0 && kinds <= items.len());
        assert_eq!(count(Filter::Conflicts), 1);
        let mut state = State::default();
        state.apply(Edit::Filter(Filter::Conflicts));
        assert_eq!(state.filter, Filter::Conflicts);
    }
}
