//! The form as the draft that is kept, and back.

use std::sync::Arc;

use sheaf_school::desk::{Choice, Draft, DraftPupil, FollowUpForm, Roster};

use super::state::{Chosen, State};

impl State {
    /// What is kept of the form; none while nothing was entered.
    pub fn draft(&self) -> Option<Draft> {
        if self.is_empty() {
            return None;
        }
        let roles = &self.roster.roles;
        let pupil = |one: &Chosen| DraftPupil {
            id: one.id.to_string(),
            name: one.name.clone(),
            role: code(roles, Some(one.role)),
        };
        let [typed, ..] = &self.typed;
        Some(Draft {
            pupils: self.pupils.iter().map(pupil).collect(),
            typed: typed.clone(),
            category: code(&self.roster.categories, self.category),
            location: code(&self.roster.locations, self.location),
            when: self.when.clone(),
            severity: self.severity,
            note: self.note.clone(),
            action: code(&self.roster.actions, self.action),
            home_told: code(self.home_choices(), self.home),
            home_told_how: code(self.method_choices(), self.home_how),
            follow_up: FollowUpForm {
                what: self.follow_up.clone(),
                due: self.due.clone(),
                owner: self.owner.map(|owner| owner.to_string()).unwrap_or_default(),
            },
            safeguarding: self.safeguarding,
        })
    }

    /// The form with what a draft holds. What is no longer there is left out.
    pub fn of_draft(mut self, draft: &Draft) -> Self {
        let roster = Arc::clone(&self.roster);
        self.pupils = draft.pupils.iter().filter_map(|one| chosen(&roster, one)).collect();
        self.category = place(&roster.categories, &draft.category);
        self.location = place(&roster.locations, &draft.location);
        self.action = place(&roster.actions, &draft.action);
        self.home = place(self.home_choices(), &draft.home_told);
        self.home_how = place(self.method_choices(), &draft.home_told_how);
        self.severity = draft.severity.filter(|level| (1..=5).contains(level));
        self.owner = draft.follow_up.owner.parse().ok();
        self.safeguarding = draft.safeguarding && roster.safeguarding;
        self.when.clone_from(&draft.when);
        self.note.clone_from(&draft.note);
        self.follow_up.clone_from(&draft.follow_up.what);
        self.due.clone_from(&draft.follow_up.due);
        let title = |choices: &[Choice], at: Option<usize>| {
            at.and_then(|at| choices.get(at)).map(|one| one.title.clone()).unwrap_or_default()
        };
        self.typed = [
            draft.typed.clone(),
            title(&roster.categories, self.category),
            title(&roster.locations, self.location),
            self.owner_name(),
        ];
        self.restart();
        self
    }
}

fn chosen(roster: &Roster, draft: &DraftPupil) -> Option<Chosen> {
    let id = draft.id.parse().ok()?;
    let line = roster.pupils.iter().find(|line| line.id == id)?;
    let role = place(&roster.roles, &draft.role).unwrap_or_default();
    Some(Chosen { id, name: line.name.clone(), role })
}

fn code(choices: &[Choice], at: Option<usize>) -> String {
    at.and_then(|at| choices.get(at)).map(|one| one.code.clone()).unwrap_or_default()
}

fn place(choices: &[Choice], code: &str) -> Option<usize> {
    choices.iter().position(|one| one.code == code)
}
