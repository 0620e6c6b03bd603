//! Which pupils of the caseload are shown, and who is being added.

use jiff::civil::Date;
use sheaf_records::RecordId;
use sheaf_school::desk::{Caseload, CaseloadLine, PupilLine, Roster};

use crate::rank::rank;

/// At most so many pupils are offered.
const MOST_OFFERED: usize = 6;

/// Which pupils are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those whose review is overdue.
    Overdue,
    /// Those with incidents in the last school weeks.
    Restless,
}

impl Filter {
    /// The filters that are offered, with their words.
    pub const OFFERED: [(Self, &'static str); 3] = [
        (Self::All, "Everyone"),
        (Self::Overdue, "Review overdue"),
        (Self::Restless, "Incidents of late"),
    ];

    /// Whether a pupil is shown.
    pub fn shows(self, line: &CaseloadLine, today: Option<Date>) -> bool {
        match self {
            Self::All => true,
            Self::Overdue => today.is_some_and(|today| line.is_overdue(today)),
            Self::Restless => line.weeks.iter().any(|count| *count > 0),
        }
    }
}

/// A pupil is being looked for, to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adding {
    /// What was typed.
    pub typed: String,
    /// Who fits.
    pub offered: Vec<RecordId>,
    /// Which of them is chosen, from 0.
    pub chosen: usize,
    /// Whether the keys are still to be sent to the box.
    pub takes_focus: bool,
}

/// A change in the view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Which pupils are shown.
    Filter(Filter),
    /// Look for a pupil to add.
    Begin,
    /// The keys are in the box.
    Focused,
    /// A name was typed.
    Type(String),
    /// The next of those offered, or the one before.
    Choose(usize),
    /// Nobody is added.
    End,
    /// Ask again.
    Again,
}

/// The view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Which pupils are shown.
    pub filter: Filter,
    /// Who is being added, if anyone.
    pub adding: Option<Adding>,
}

impl State {
    /// Applies one change; true if the caseload is to be asked for anew.
    pub fn apply(&mut self, edit: Edit, roster: Option<&Roster>, now: Option<&Caseload>) -> bool {
        match edit {
            Edit::Filter(filter) => self.filter = filter,
            Edit::Begin => {
                let adding = Adding { takes_focus: true, ..Adding::default() };
                self.adding = Some(adding);
                self.offer(roster, now);
            }
            Edit::Focused => {
                if let Some(adding) = &mut self.adding {
                    adding.takes_focus = false;
                }
            }
            Edit::Type(text) => {
                if let Some(adding) = &mut self.adding {
                    adding.typed = text;
                    adding.chosen = 0;
                }
                self.offer(roster, now);
            }
            Edit::Choose(place) => {
                if let Some(adding) = &mut self.adding {
                    adding.chosen = place.min(adding.offered.len().saturating_sub(1));
                }
            }
            Edit::End => self.adding = None,
            Edit::Again => return true,
        }
        false
    }

    /// Those on roll who are not on the caseload and whose name fits, the best first.
    fn offer(&mut self, roster: Option<&Roster>, now: Option<&Caseload>) {
        let Some(adding) = &mut self.adding else { return };
        let lines = now.map(|now| now.lines.as_slice()).unwrap_or_default();
        let is_free =
            |pupil: &&PupilLine| pupil.on_roll && lines.iter().all(|line| line.pupil != pupil.id);
        let pupils = roster.map(|roster| roster.pupils.as_slice()).unwrap_or_default();
        let free: Vec<&PupilLine> = pupils.iter().filter(is_free).collect();
        let found = rank(&adding.typed, free.iter().map(|pupil| pupil.name.as_str()));
        let ids = found.into_iter().filter_map(|place| free.get(place)).map(|pupil| pupil.id);
        adding.offered = ids.take(MOST_OFFERED).collect();
    }
}
