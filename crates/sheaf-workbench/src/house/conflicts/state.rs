//! Which conflict is up, and which were put off.

use sheaf_records::RecordId;
use sheaf_school::desk::{ConflictLine, Conflicts};

/// A field of a record, by the words of its path.
pub type Place = (RecordId, String);

/// A change in the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// This one later: the next comes up.
    Later(Place),
    /// This one now.
    Now(Place),
    /// What was put off is looked at again.
    Again,
}

/// The view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    put_off: Vec<Place>,
    chosen: Option<Place>,
    settling: Option<Place>,
    /// How many were settled since the window opened.
    pub settled: u64,
}

/// The place of a conflict.
pub fn place(line: &ConflictLine) -> Place {
    (line.item.record, line.row.path.to_string())
}

impl State {
    /// Applies one change.
    pub fn apply(&mut self, edit: Edit) {
        match edit {
            Edit::Later(place) => {
                self.chosen = None;
                if !self.put_off.contains(&place) {
                    self.put_off.push(place);
                }
            }
            Edit::Now(place) => self.chosen = Some(place),
            Edit::Again => self.put_off.clear(),
        }
    }

    /// A value was chosen and is on its way.
    pub fn settles(&mut self, place: Place) {
        self.chosen = None;
        self.settling = Some(place);
    }

    /// The choice is durable.
    pub fn has_settled(&mut self) {
        self.settled += u64::from(self.settling.is_some());
    }

    /// The choice was refused, or a new list is here.
    pub fn lands(&mut self) {
        self.settling = None;
    }

    /// Those that are still to be settled.
    pub fn waiting<'a>(
        &'a self,
        all: &'a Conflicts,
    ) -> impl Iterator<Item = &'a ConflictLine> + 'a {
        all.lines.iter().filter(|line| Some(place(line)) != self.settling)
    }

    /// The one that is up: the one that was chosen, or else the first that was not put off.
    pub fn up<'a>(&'a self, all: &'a Conflicts) -> Option<&'a ConflictLine> {
        let chosen = self.waiting(all).find(|line| Some(place(line)) == self.chosen);
        chosen.or_else(|| self.waiting(all).find(|line| !self.put_off.contains(&place(line))))
    }
}
