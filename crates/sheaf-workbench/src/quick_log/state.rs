//! An incident as it is being typed.

use std::collections::BTreeSet;
use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{Choice, Draft, Lately, Roster};

use super::habit::Habits;

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The pupils.
    Who,
    /// The category.
    What,
    /// The place.
    Where,
    /// From 1 to 5.
    Severity,
    /// What happened, in words.
    Note,
    /// When it happened.
    When,
    /// What is still to be done.
    FollowUp,
    /// By which day.
    Due,
    /// Who does it.
    Owner,
}

impl Field {
    /// Those that Enter leads through, in their order.
    const CHAIN: [Self; 5] = [Self::Who, Self::What, Self::Where, Self::Severity, Self::Note];

    /// The field after this one; the last stays.
    pub fn next(self) -> Self {
        match self {
            Self::When => Self::Note,
            Self::FollowUp => Self::Due,
            Self::Due => Self::Owner,
            _ => Self::CHAIN.into_iter().skip_while(|one| *one != self).nth(1).unwrap_or(self),
        }
    }

    /// The field before this one; the first stays.
    pub fn previous(self) -> Self {
        match self {
            Self::Owner => Self::Due,
            Self::Due => Self::FollowUp,
            _ => {
                let mut back = Self::CHAIN.into_iter().rev().skip_while(|one| *one != self);
                back.nth(1).unwrap_or(self)
            }
        }
    }

    /// Its place among the fields that offer suggestions.
    pub(super) const fn slot(self) -> Option<usize> {
        match self {
            Self::Who => Some(0),
            Self::What => Some(1),
            Self::Where => Some(2),
            Self::Owner => Some(3),
            _ => None,
        }
    }
}

/// What happens to the form once the incident is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It closes.
    Close,
    /// It stays for the next pupil, with what, where and when as they are.
    Next,
}

/// Where the keys go after a suggestion is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// On to the next field.
    Advance,
    /// They stay, for one more.
    Stay,
}

/// A change in the form.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Text was typed into a field that offers suggestions.
    Type(Field, String),
    /// The suggestion at this place is chosen.
    Pick(usize, Then),
    /// The highlighted suggestion is chosen.
    PickHighlighted(Then),
    /// On to the next field; what was typed is chosen, nothing is where nothing was typed.
    Pass,
    /// The highlight moves.
    Move(isize),
    /// The keys go to this field.
    Focus(Field),
    /// The keys have gone where they were sent.
    Focused,
    /// The keys are where nothing is suggested.
    Leave,
    /// The keys have gone to the answer.
    Asked,
    /// Another of the pupils is the one whose role the keys change.
    MovePupil(isize),
    /// The role of that pupil becomes the next in the list.
    NextRole,
    /// The role of the pupil at this place becomes the next in the list.
    NextRoleOf(usize),
    /// That pupil is taken out.
    RemovePupil,
    /// The pupil at this place is taken out.
    Remove(usize),
    /// How bad it was.
    Severity(u8),
    /// What happened.
    Note(String),
    /// When it happened.
    When(String),
    /// The action taken.
    ActionTaken(Option<usize>),
    /// Whether home knows.
    Home(Option<usize>),
    /// How home was told.
    HomeHow(Option<usize>),
    /// What is still to be done.
    FollowUp(String),
    /// By which day.
    Due(String),
    /// Which space it goes to.
    Safeguarding(bool),
    /// It is not one of those that look the same.
    NoTwin,
}

/// A pupil in the incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The record.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// Their role, by its place in the roster's list.
    pub role: usize,
}

/// The form.
#[derive(Clone, Debug)]
pub struct State {
    /// What can be chosen.
    pub roster: Arc<Roster>,
    /// What happened of late.
    pub lately: Option<Arc<Lately>>,
    /// Which field has the keys.
    pub field: Field,
    /// Whether the keys are still to be sent there.
    pub takes_focus: bool,
    /// Whether the keys have gone where nothing is suggested.
    pub(super) left: bool,
    /// What was typed for who, what, where and who follows up.
    pub typed: [String; 4],
    /// The pupils so far.
    pub pupils: Vec<Chosen>,
    /// The pupil whose role the keys change, by place.
    pub pupil: usize,
    /// The category, by its place.
    pub category: Option<usize>,
    /// The place, by its place in the list.
    pub location: Option<usize>,
    /// When it happened, in words; empty for now.
    pub when: String,
    /// From 1 to 5.
    pub severity: Option<u8>,
    /// What happened.
    pub note: String,
    /// The action taken, by its place.
    pub action: Option<usize>,
    /// Whether home knows, by its place.
    pub home: Option<usize>,
    /// How home was told, by its place.
    pub home_how: Option<usize>,
    /// What is still to be done.
    pub follow_up: String,
    /// By which day, in words.
    pub due: String,
    /// Who does it; whoever writes it down if none.
    pub owner: Option<RecordId>,
    /// Whether it goes into the safeguarding space.
    pub safeguarding: bool,
    /// The places of what fits the typed text, the likeliest first.
    pub matches: Vec<usize>,
    /// Which match is highlighted; none until the keys choose where a wrong one would do harm.
    pub highlighted: Option<usize>,
    /// The incidents that look the same, by their place among those of late.
    pub twins: Vec<usize>,
    /// What was to happen after saving, while the user is asked about those.
    pub asks: Option<After>,
    /// Whether the keys are still to be sent to the answer.
    pub(super) takes_answer: bool,
    /// Those that were looked at and are not the same.
    pub(super) no_twins: BTreeSet<RecordId>,
    /// What is wrong, if anything.
    pub error: Option<String>,
    /// What happens after saving, while it is being saved.
    pub saving: Option<After>,
    /// The draft that was kept last.
    pub(super) kept: Option<Draft>,
    pub(super) habits: Habits,
}

impl State {
    /// An empty form.
    pub fn new(roster: Arc<Roster>, lately: Option<Arc<Lately>>) -> Self {
        let mut state = Self {
            roster,
            lately,
            field: Field::Who,
            takes_focus: true,
            left: false,
            typed: Default::default(),
            pupils: Vec::new(),
            pupil: 0,
            category: None,
            location: None,
            when: String::new(),
            severity: None,
            note: String::new(),
            action: None,
            home: None,
            home_how: None,
            follow_up: String::new(),
            due: String::new(),
            owner: None,
            safeguarding: false,
            matches: Vec::new(),
            highlighted: None,
            twins: Vec::new(),
            asks: None,
            takes_answer: false,
            no_twins: BTreeSet::new(),
            error: None,
            saving: None,
            kept: None,
            habits: Habits::default(),
        };
        state.restart();
        state
    }

    /// What happened of late has changed.
    pub fn learn(&mut self, lately: Arc<Lately>) {
        self.lately = Some(lately);
        let highlighted = self.highlighted;
        self.relearn();
        self.rank();
        self.highlighted = highlighted.filter(|place| *place < self.matches.len());
        self.find_twins();
    }

    /// The keys go to the first field that is empty.
    pub(super) fn restart(&mut self) {
        self.relearn();
        self.find_twins();
        let field = match (self.pupils.is_empty(), self.category, self.location) {
            (true, _, _) => Field::Who,
            (_, None, _) => Field::What,
            (_, _, None) => Field::Where,
            _ => Field::Note,
        };
        self.focus(field);
    }

    fn relearn(&mut self) {
        if let Some(lately) = &self.lately {
            let place = self.location.and_then(|place| self.roster.locations.get(place));
            self.habits = Habits::learn(lately, place.map_or("", |place| &place.code));
        }
    }

    /// What was typed into a field that offers suggestions.
    pub fn typed(&self, field: Field) -> &str {
        field.slot().and_then(|slot| self.typed.get(slot)).map_or("", String::as_str)
    }

    pub(super) fn set_typed(&mut self, field: Field, text: String) {
        if let Some(typed) = field.slot().and_then(|slot| self.typed.get_mut(slot)) {
            *typed = text;
        }
    }

    /// Whether anything was entered.
    pub fn is_empty(&self) -> bool {
        self.is_fresh() && self.typed.iter().all(String::is_empty) && self.when.is_empty()
    }

    /// Whether it waits for the next pupil.
    pub fn is_fresh(&self) -> bool {
        let [who, ..] = &self.typed;
        let words = [who, &self.note, &self.follow_up];
        self.pupils.is_empty() && words.into_iter().all(String::is_empty)
    }

    /// Puts a pupil in, whose view the log was opened from, and goes on to what happened.
    pub fn begin_with(&mut self, pupil: RecordId) {
        let place = self.roster.pupils.iter().position(|line| line.id == pupil);
        if let Some(place) = place {
            self.pick(place, Then::Advance);
            self.find_twins();
        }
    }

    /// Applies one change.
    pub fn apply(&mut self, edit: Edit) {
        if !matches!(edit, Edit::Focused | Edit::Leave | Edit::Asked) {
            self.error = None;
            self.asks = None;
        }
        match edit {
            Edit::Type(field, text) => self.type_into(field, text),
            Edit::Pick(place, then) => self.pick(place, then),
            Edit::PickHighlighted(then) => self.pick_highlighted(then),
            Edit::Pass => self.pass(),
            Edit::Move(by) => self.move_highlight(by),
            Edit::Focus(field) => self.focus(field),
            Edit::Focused => self.takes_focus = false,
            Edit::Leave => {
                self.left = true;
                self.matches.clear();
            }
            Edit::Asked => self.takes_answer = false,
            Edit::Severity(level) => {
                self.severity = Some(level.clamp(1, 5));
                self.focus(Field::Note);
            }
            Edit::Note(text) => self.note = text,
            Edit::When(text) => self.when = text,
            Edit::ActionTaken(action) => self.action = action,
            Edit::Home(home) => self.tell_home(home),
            Edit::HomeHow(how) => self.home_how = how,
            Edit::FollowUp(text) => self.follow_up = text,
            Edit::Due(text) => self.due = text,
            Edit::Safeguarding(on) => self.safeguarding = on && self.roster.safeguarding,
            Edit::NoTwin => self.no_twin(),
            pupils => self.apply_to_pupils(&pupils),
        }
        self.find_twins();
    }

    fn apply_to_pupils(&mut self, edit: &Edit) {
        match *edit {
            Edit::MovePupil(by) => {
                let last = self.pupils.len().saturating_sub(1);
                self.pupil = self.pupil.saturating_add_signed(by).min(last);
            }
            Edit::NextRole => self.next_role(self.pupil),
            Edit::NextRoleOf(pupil) => {
                self.pupil = pupil;
                self.next_role(pupil);
            }
            Edit::RemovePupil => self.remove(self.pupil),
            Edit::Remove(pupil) => self.remove(pupil),
            _ => {}
        }
    }

    fn next_role(&mut self, pupil: usize) {
        let count = self.roster.roles.len().max(1);
        if let Some(chosen) = self.pupils.get_mut(pupil) {
            chosen.role = (chosen.role + 1) % count;
        }
    }

    fn remove(&mut self, pupil: usize) {
        if pupil < self.pupils.len() {
            self.pupils.remove(pupil);
            self.pupil = self.pupils.len().saturating_sub(1);
        }
        self.focus(Field::Who);
    }

    /// How home was told only matters where it was.
    fn tell_home(&mut self, home: Option<usize>) {
        self.home = home;
        if !self.is_home_told() {
            self.home_how = None;
        }
    }

    /// Whether home was told.
    pub fn is_home_told(&self) -> bool {
        let chosen = self.home.and_then(|place| self.home_choices().get(place));
        chosen.is_some_and(|choice| choice.code == "told")
    }

    /// Whether home knows, and the like.
    pub fn home_choices(&self) -> &[Choice] {
        self.lately.as_ref().map(|lately| lately.home_told.as_slice()).unwrap_or_default()
    }

    /// By what means home is told.
    pub fn method_choices(&self) -> &[Choice] {
        self.lately.as_ref().map(|lately| lately.contact_methods.as_slice()).unwrap_or_default()
    }

    pub(super) fn focus(&mut self, field: Field) {
        self.field = field;
        self.takes_focus = true;
        self.left = false;
        self.rank();
    }

    /// The draft to keep, if it differs from the one that was kept last; then it is that one.
    pub fn draft_to_keep(&mut self) -> Option<Option<Draft>> {
        let now = self.draft();
        if now == self.kept {
            return None;
        }
        self.kept.clone_from(&now);
        Some(now)
    }

    /// The incident was saved, and its draft went with it.
    pub fn forget_draft(&mut self) {
        self.kept = None;
    }
}
