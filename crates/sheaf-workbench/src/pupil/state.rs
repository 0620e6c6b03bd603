//! What part of the timeline is shown.

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
    pub const OFFERED: [(Self, &'static str); 4] = [
        (Self::All, "Everything"),
        (Self::Kind(Kind::Incident), "Incidents"),
        (Self::Kind(Kind::RoomStay), "Reflection room"),
        (Self::Conflicts, "Conflicts"),
    ];

    /// Whether a record is shown.
    pub fn shows(self, item: &TimelineItem) -> bool {
        match self {
            Self::All => true,
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
}

/// A pupil's view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Which records are shown.
    pub filter: Filter,
}

impl State {
    /// Applies one change.
    pub const fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Filter(filter) => self.filter = filter,
        }
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
