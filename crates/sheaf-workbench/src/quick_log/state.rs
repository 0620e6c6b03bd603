//! An incident as it is being typed.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{Choice, IncidentForm, PupilLine, Roster};

use crate::rank::rank;

/// At most so many suggestions are listed.
pub const MOST_MATCHES: usize = 6;

/// The parts of the form, in the order of the keys.
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
}

impl Field {
    const ALL: [Self; 5] = [Self::Who, Self::What, Self::Where, Self::Severity, Self::Note];

    /// The field after this one; the last stays.
    pub fn next(self) -> Self {
        Self::ALL.into_iter().skip_while(|field| *field != self).nth(1).unwrap_or(self)
    }

    /// The field before this one; the first stays.
    pub fn previous(self) -> Self {
        Self::ALL.into_iter().rev().skip_while(|field| *field != self).nth(1).unwrap_or(self)
    }
}

/// What happens to the form once the incident is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// It closes.
    Close,
    /// It stays for the next pupil, with what and where as they are.
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
    /// Text was typed into one of the first three fields.
    Type(Field, String),
    /// The suggestion at this place is chosen.
    Pick(usize, Then),
    /// The highlighted suggestion is chosen.
    PickHighlighted(Then),
    /// The highlight moves.
    Move(isize),
    /// The keys go to this field.
    Focus(Field),
    /// The keys have gone where they were sent.
    Focused,
    /// A pupil's role becomes the next in the list.
    NextRole(usize),
    /// A pupil is taken out.
    Remove(usize),
    /// How bad it was.
    Severity(u8),
    /// What happened.
    Note(String),
    /// The action taken.
    ActionTaken(Option<usize>),
    /// Which space it goes to.
    Safeguarding(bool),
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
    /// Which field has the keys.
    pub field: Field,
    /// Whether the keys are still to be sent there.
    pub takes_focus: bool,
    /// What was typed for who, what and where.
    pub typed: [String; 3],
    /// The pupils so far.
    pub pupils: Vec<Chosen>,
    /// The category, by its place.
    pub category: Option<usize>,
    /// The place, by its place in the list.
    pub location: Option<usize>,
    /// From 1 to 5.
    pub severity: Option<u8>,
    /// What happened.
    pub note: String,
    /// The action taken, by its place.
    pub action: Option<usize>,
    /// Whether it goes into the safeguarding space.
    pub safeguarding: bool,
    /// The places of what fits the typed text, the best first.
    pub matches: Vec<usize>,
    /// Which match is highlighted.
    pub highlighted: usize,
    /// What is wrong, if anything.
    pub error: Option<String>,
    /// What happens after saving, while it is being saved.
    pub saving: Option<After>,
}

impl State {
    /// An empty form.
    pub fn new(roster: Arc<Roster>) -> Self {
        let mut state = Self {
            roster,
            field: Field::Who,
            takes_focus: true,
            typed: Default::default(),
            pupils: Vec::new(),
            category: None,
            location: None,
            severity: None,
            note: String::new(),
            action: None,
            safeguarding: false,
            matches: Vec::new(),
            highlighted: 0,
            error: None,
            saving: None,
        };
        state.rank();
        state
    }

    /// What was typed into one of the first three fields.
    pub fn typed(&self, field: Field) -> &str {
        let [who, what, place] = &self.typed;
        match field {
            Field::Who => who,
            Field::What => what,
            Field::Where => place,
            Field::Severity | Field::Note => "",
        }
    }

    fn typed_mut(&mut self, field: Field) -> Option<&mut String> {
        let [who, what, place] = &mut self.typed;
        match field {
            Field::Who => Some(who),
            Field::What => Some(what),
            Field::Where => Some(place),
            Field::Severity | Field::Note => None,
        }
    }

    /// Whether anything was entered.
    pub fn is_empty(&self) -> bool {
        self.pupils.is_empty() && self.note.is_empty() && self.typed.iter().all(String::is_empty)
    }

    /// Puts a pupil in, whose view the log was opened from, and goes on to what happened.
    pub fn begin_with(&mut self, pupil: RecordId) {
        let place = self.roster.pupils.iter().position(|line| line.id == pupil);
        if let Some(place) = place {
            self.pick(place, Then::Advance);
        }
    }

    /// Applies one change.
    pub fn apply(&mut self, edit: Edit) {
        if edit != Edit::Focused {
            self.error = None;
        }
        match edit {
            Edit::Type(field, text) => self.type_into(field, text),
            Edit::Pick(place, then) => self.pick(place, then),
            Edit::PickHighlighted(then) => self.pick_highlighted(then),
            Edit::Move(by) => self.move_highlight(by),
            Edit::Focus(field) => self.focus(field),
            Edit::Focused => self.takes_focus = false,
            Edit::NextRole(pupil) => self.next_role(pupil),
            Edit::Remove(pupil) => {
                if pupil < self.pupils.len() {
                    self.pupils.remove(pupil);
                }
                self.focus(Field::Who);
            }
            Edit::Severity(level) => {
                self.severity = Some(level.clamp(1, 5));
                self.focus(Field::Note);
            }
            Edit::Note(text) => self.note = text,
            Edit::ActionTaken(action) => self.action = action,
            Edit::Safeguarding(on) => self.safeguarding = on && self.roster.safeguarding,
        }
    }

    fn type_into(&mut self, field: Field, text: String) {
        self.field = field;
        if let Some(typed) = self.typed_mut(field) {
            *typed = text;
        }
        match field {
            Field::What => self.category = None,
            Field::Where => self.location = None,
            _ => {}
        }
        self.rank();
    }

    fn rank(&mut self) {
        let typed = self.typed(self.field);
        let mut matches = match self.field {
            Field::Who if typed.trim().is_empty() => Vec::new(),
            Field::Who => rank(typed, self.roster.pupils.iter().map(|pupil| &*pupil.name)),
            Field::What if self.category.is_some() => Vec::new(),
            Field::What => rank(typed, titles(&self.roster.categories)),
            Field::Where if self.location.is_some() => Vec::new(),
            Field::Where => rank(typed, titles(&self.roster.locations)),
            Field::Severity | Field::Note => Vec::new(),
        };
        if self.field == Field::Who {
            matches.retain(|place| !self.is_chosen(*place));
            let pupils = &self.roster.pupils;
            matches.sort_by_key(|place| !pupils.get(*place).is_some_and(|pupil| pupil.on_roll));
        }
        matches.truncate(MOST_MATCHES);
        self.matches = matches;
        self.highlighted = 0;
    }

    fn is_chosen(&self, place: usize) -> bool {
        let pupil = self.roster.pupils.get(place);
        pupil.is_some_and(|pupil| self.pupils.iter().any(|chosen| chosen.id == pupil.id))
    }

    fn move_highlight(&mut self, by: isize) {
        let count = self.matches.len();
        if count > 0 {
            self.highlighted = self.highlighted.saturating_add_signed(by).min(count - 1);
        }
    }

    fn pick_highlighted(&mut self, then: Then) {
        match self.matches.get(self.highlighted) {
            Some(place) => self.pick(*place, then),
            None if self.typed(self.field).trim().is_empty() || self.is_settled() => {
                self.focus(self.field.next());
            }
            None => {
                let typed = self.typed(self.field).trim();
                self.error = Some(format!("Nothing fits “{typed}”"));
            }
        }
    }

    const fn is_settled(&self) -> bool {
        match self.field {
            Field::What => self.category.is_some(),
            Field::Where => self.location.is_some(),
            Field::Who | Field::Severity | Field::Note => false,
        }
    }

    fn pick(&mut self, place: usize, then: Then) {
        let field = self.field;
        match field {
            Field::Who => self.add_pupil(place),
            Field::What => {
                self.category = self.roster.categories.get(place).map(|_| place);
                self.typed[1] = title_at(&self.roster.categories, place);
            }
            Field::Where => {
                self.location = self.roster.locations.get(place).map(|_| place);
                self.typed[2] = title_at(&self.roster.locations, place);
            }
            Field::Severity | Field::Note => {}
        }
        self.focus(if then == Then::Stay { field } else { field.next() });
    }

    fn add_pupil(&mut self, place: usize) {
        if let Some(PupilLine { id, name, .. }) = self.roster.pupils.get(place)
            && !self.is_chosen(place)
        {
            self.pupils.push(Chosen { id: *id, name: name.clone(), role: 0 });
        }
        self.typed[0].clear();
    }

    fn focus(&mut self, field: Field) {
        self.field = field;
        self.takes_focus = true;
        self.rank();
    }

    fn next_role(&mut self, pupil: usize) {
        let count = self.roster.roles.len().max(1);
        if let Some(chosen) = self.pupils.get_mut(pupil) {
            chosen.role = (chosen.role + 1) % count;
        }
    }

    /// The incident, or what is still missing and where.
    ///
    /// # Errors
    ///
    /// The field to fill and one line that says what it needs.
    pub fn form(&self) -> Result<IncidentForm, (Field, &'static str)> {
        if self.pupils.is_empty() {
            return Err((Field::Who, "Who was it? Type a name and press Enter"));
        }
        let Some(category) = code_at(&self.roster.categories, self.category) else {
            return Err((Field::What, "What happened? Choose one from the list"));
        };
        if self.location.is_none() && !self.typed(Field::Where).trim().is_empty() {
            return Err((Field::Where, "Choose the place from the list, or leave it empty"));
        }
        let role = |place| code_at(&self.roster.roles, Some(place)).unwrap_or_default();
        Ok(IncidentForm {
            pupils: self.pupils.iter().map(|pupil| (pupil.id, role(pupil.role))).collect(),
            category,
            location: code_at(&self.roster.locations, self.location),
            severity: self.severity,
            occurred_at: None,
            narrative: self.note.trim().to_owned(),
            action: code_at(&self.roster.actions, self.action),
            safeguarding: self.safeguarding,
        })
    }

    /// Shows what is missing and sends the keys there.
    pub fn refuse(&mut self, field: Field, why: &str) {
        self.focus(field);
        self.saving = None;
        self.error = Some(why.to_owned());
    }

    /// The incident is saved: what and where stay for the next pupil.
    pub fn clear_for_next(&mut self) {
        self.pupils.clear();
        self.note.clear();
        self.severity = None;
        self.saving = None;
        self.typed[0].clear();
        self.focus(Field::Who);
    }
}

fn titles(choices: &[Choice]) -> impl Iterator<Item = &str> {
    choices.iter().map(|choice| choice.title.as_str())
}

fn title_at(choices: &[Choice], place: usize) -> String {
    choices.get(place).map(|choice| choice.title.clone()).unwrap_or_default()
}

fn code_at(choices: &[Choice], place: Option<usize>) -> Option<String> {
    choices.get(place?).map(|choice| choice.code.clone())
}
