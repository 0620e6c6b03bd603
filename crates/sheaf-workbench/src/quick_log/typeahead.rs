//! What the letters that were typed may mean, the likeliest first.

use std::cmp::Reverse;

use sheaf_records::RecordId;
use sheaf_school::desk::{Choice, Lately, PupilLine, StaffLine};

use super::state::{Chosen, Field, State, Then};
use crate::rank::{beginnings, rank};

/// At most so many suggestions are listed.
pub const MOST_MATCHES: usize = 6;

/// Why a suggestion stands before others: compared from the first to the last.
type Likeliness = (bool, bool, bool, Reverse<u32>);

impl State {
    pub(super) fn type_into(&mut self, field: Field, text: String) {
        self.field = field;
        self.set_typed(field, text);
        match field {
            Field::What => self.category = None,
            Field::Where => {
                self.location = None;
                self.learn_place();
            }
            Field::Owner => self.owner = None,
            _ => {}
        }
        self.rank();
    }

    fn learn_place(&mut self) {
        if let Some(lately) = self.lately.clone() {
            let place = self.location.and_then(|place| self.roster.locations.get(place));
            let code = place.map(|place| place.code.clone()).unwrap_or_default();
            self.habits = super::habit::Habits::learn(&lately, &code);
        }
    }

    pub(super) fn rank(&mut self) {
        let typed = self.typed(self.field).trim().to_owned();
        self.matches = match self.field {
            Field::Who => self.likely_pupils(&typed),
            Field::What if self.category.is_none() => {
                self.likely_codes(&typed, &self.roster.categories, |code| {
                    self.habits.category(code)
                })
            }
            Field::Where if self.location.is_none() => {
                self.likely_codes(&typed, &self.roster.locations, |code| self.habits.place(code))
            }
            Field::Owner if self.owner.is_none() && !typed.is_empty() => {
                let names: Vec<&str> = self.staff().iter().map(|one| one.name.as_str()).collect();
                ordered(&typed, &names, |_| (true, true, 0.0))
            }
            _ => Vec::new(),
        };
        self.matches.truncate(MOST_MATCHES);
        // A pupil is never chosen by a key that was meant for the next field.
        let is_sure = self.field != Field::Who || !typed.is_empty();
        self.highlighted = (is_sure && !self.matches.is_empty()).then_some(0);
    }

    fn likely_pupils(&self, typed: &str) -> Vec<usize> {
        let pupils = &self.roster.pupils;
        let names: Vec<&str> = pupils.iter().map(|one| one.name.as_str()).collect();
        let mut matches = ordered(typed, &names, |place| {
            let Some(pupil) = pupils.get(place) else { return (false, false, 0.0) };
            (pupil.on_roll, self.habits.is_own(pupil.id), self.habits.pupil(pupil.id))
        });
        matches.retain(|place| !self.is_chosen(*place));
        if typed.is_empty() {
            // Without letters only those are offered who are likely; the rest is a list of names.
            let is_likely = |place: &usize| {
                let pupil = pupils.get(*place);
                pupil.is_some_and(|one| one.on_roll && self.habits.pupil(one.id) > 0.0)
            };
            matches.retain(is_likely);
        }
        matches
    }

    fn likely_codes(
        &self,
        typed: &str,
        choices: &[Choice],
        weight: impl Fn(&str) -> f32,
    ) -> Vec<usize> {
        let names: Vec<&str> = choices.iter().map(|choice| choice.title.as_str()).collect();
        ordered(typed, &names, |place| {
            (true, true, choices.get(place).map_or(0.0, |choice| weight(&choice.code)))
        })
    }

    pub(super) fn is_chosen(&self, place: usize) -> bool {
        let pupil = self.roster.pupils.get(place);
        pupil.is_some_and(|pupil| self.pupils.iter().any(|chosen| chosen.id == pupil.id))
    }

    pub(super) fn move_highlight(&mut self, by: isize) {
        let Some(last) = self.matches.len().checked_sub(1) else { return };
        let next = match self.highlighted {
            Some(place) => place.saturating_add_signed(by).min(last),
            None if by < 0 => last,
            None => 0,
        };
        self.highlighted = Some(next);
    }

    pub(super) fn pick_highlighted(&mut self, then: Then) {
        let chosen = self.highlighted.and_then(|place| self.matches.get(place));
        match chosen {
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

    /// On to the next field: an empty one stays empty, whatever is likely.
    pub(super) fn pass(&mut self) {
        if self.typed(self.field).trim().is_empty() {
            self.focus(self.field.next());
        } else {
            self.pick_highlighted(Then::Advance);
        }
    }

    const fn is_settled(&self) -> bool {
        match self.field {
            Field::What => self.category.is_some(),
            Field::Where => self.location.is_some(),
            Field::Owner => self.owner.is_some(),
            _ => false,
        }
    }

    pub(super) fn pick(&mut self, place: usize, then: Then) {
        let field = self.field;
        match field {
            Field::Who => self.add_pupil(place),
            Field::What => {
                self.category = self.roster.categories.get(place).map(|_| place);
                self.set_typed(field, title_at(&self.roster.categories, place));
            }
            Field::Where => {
                self.location = self.roster.locations.get(place).map(|_| place);
                self.set_typed(field, title_at(&self.roster.locations, place));
                self.learn_place();
            }
            Field::Owner => {
                self.owner = self.staff().get(place).map(|one| one.id);
                let name = self.owner_name();
                self.set_typed(field, name);
            }
            _ => {}
        }
        self.focus(if then == Then::Stay { field } else { field.next() });
    }

    fn add_pupil(&mut self, place: usize) {
        if let Some(PupilLine { id, name, .. }) = self.roster.pupils.get(place)
            && !self.is_chosen(place)
        {
            self.pupils.push(Chosen { id: *id, name: name.clone(), role: 0 });
            self.pupil = self.pupils.len() - 1;
        }
        self.set_typed(Field::Who, String::new());
    }

    /// Who works here.
    pub fn staff(&self) -> &[StaffLine] {
        self.lately.as_ref().map(|lately| lately.staff.as_slice()).unwrap_or_default()
    }

    pub(super) fn owner_name(&self) -> String {
        let owner = self.owner.and_then(|id| self.staff().iter().find(|one| one.id == id));
        owner.map(|one| one.name.clone()).unwrap_or_default()
    }

    /// Why a pupil stands among the first, in a few words.
    pub fn why_likely(&self, pupil: RecordId) -> &'static str {
        let is_of_caseload = |lately: &std::sync::Arc<Lately>| lately.own_pupils.contains(&pupil);
        if self.lately.as_ref().is_some_and(is_of_caseload) {
            "Your caseload"
        } else if self.habits.is_own(pupil) {
            "Logged by you lately"
        } else {
            ""
        }
    }
}

/// The places of the names that fit: those whose words begin with what was typed before those that
/// only contain its letters; among them those that are offered first, then the likeliest.
fn ordered(typed: &str, names: &[&str], facts: impl Fn(usize) -> (bool, bool, f32)) -> Vec<usize> {
    let mut places = rank(typed, names.iter().copied());
    let begins = beginnings(typed, names);
    let likeliness = |place: &usize| -> Likeliness {
        let (is_here, is_own, weight) = facts(*place);
        let begins = begins.get(*place).copied().unwrap_or_default();
        // A thousandth is finer than any habit.
        (!begins, !is_here, !is_own, Reverse((weight * 1000.0) as u32))
    };
    // Stable: what is equally likely stays in the order of how well it fits.
    places.sort_by_cached_key(likeliness);
    places
}

fn title_at(choices: &[Choice], place: usize) -> String {
    choices.get(place).map(|choice| choice.title.clone()).unwrap_or_default()
}
