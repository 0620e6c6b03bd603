//! What is being looked for.

use std::collections::BTreeSet;

use sheaf_records::RecordId;
use sheaf_school::desk::Roster;

use crate::rank::rank;

/// A search begins with so many letters.
pub const LEAST_LETTERS: usize = 2;

/// At most so many pupils are offered.
const MOST_PUPILS: usize = 5;

/// A list of what needs the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What is still to be done.
    FollowUps,
    /// Pupils whose support is to be looked at again.
    Reviews,
    /// Records with values in conflict.
    Conflicts,
    /// What others wrote about the own pupils.
    Unread,
}

/// A change in the start view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Text was typed into the search box.
    Search(String),
    /// The keys go to the search box.
    Focus,
    /// The keys have gone there.
    Focused,
    /// A section shows all its lines, or its first ones again.
    Turn(Section),
}

/// The search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What was typed.
    pub search: String,
    /// The pupils whose name fits.
    pub pupils: Vec<RecordId>,
    /// The sections that show all their lines.
    pub unfolded: BTreeSet<Section>,
    /// Whether the keys are still to be sent to the box.
    pub takes_focus: bool,
}

impl State {
    /// Applies one change; true if the records are to be searched anew.
    pub fn apply(&mut self, edit: Edit, roster: Option<&Roster>) -> bool {
        match edit {
            Edit::Search(text) => {
                self.search = text;
                self.pupils = if self.is_searching() { self.fitting(roster) } else { Vec::new() };
                return self.is_searching();
            }
            Edit::Focus => self.takes_focus = true,
            Edit::Focused => self.takes_focus = false,
            Edit::Turn(section) => {
                if !self.unfolded.remove(&section) {
                    self.unfolded.insert(section);
                }
            }
        }
        false
    }

    /// Whether enough was typed to search.
    pub fn is_searching(&self) -> bool {
        self.search.trim().chars().count() >= LEAST_LETTERS
    }

    fn fitting(&self, roster: Option<&Roster>) -> Vec<RecordId> {
        let pupils = roster.map(|roster| roster.pupils.as_slice()).unwrap_or_default();
        let found = rank(&self.search, pupils.iter().map(|pupil| pupil.name.as_str()));
        let ids = found.into_iter().filter_map(|place| pupils.get(place)).map(|pupil| pupil.id);
        ids.take(MOST_PUPILS).collect()
    }
}
