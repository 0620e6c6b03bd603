//! From the form to the incident: what is missing, what looks the same, what comes next.

use jiff::civil::{Date, DateTime};
use sheaf_records::RecordId;
use sheaf_school::desk::{Choice, FollowUp, IncidentForm, Lately, PastIncident};

use super::state::{After, Field, State};
use super::twin::{Typed, twins};
use super::when;

impl State {
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
        let occurred_at = self.at().map_err(|why| (Field::When, why))?;
        let role = |place| code_at(&self.roster.roles, Some(place)).unwrap_or_default();
        Ok(IncidentForm {
            pupils: self.pupils.iter().map(|pupil| (pupil.id, role(pupil.role))).collect(),
            category,
            location: code_at(&self.roster.locations, self.location),
            severity: self.severity,
            occurred_at,
            narrative: self.note.trim().to_owned(),
            action: code_at(&self.roster.actions, self.action),
            home_told: code_at(self.home_choices(), self.home),
            home_told_how: code_at(self.method_choices(), self.home_how),
            follow_up: self.follow_up()?,
            safeguarding: self.safeguarding,
        })
    }

    fn follow_up(&self) -> Result<Option<FollowUp>, (Field, &'static str)> {
        let what = self.follow_up.trim();
        if what.is_empty() {
            let rest = [self.due.trim(), self.typed(Field::Owner).trim()];
            return match rest.into_iter().all(str::is_empty) {
                true => Ok(None),
                false => Err((Field::FollowUp, "What is to be followed up?")),
            };
        }
        if self.owner.is_none() && !self.typed(Field::Owner).trim().is_empty() {
            return Err((
                Field::Owner,
                "Choose who follows it up from the list, or leave it empty",
            ));
        }
        let due = self.due_day().map_err(|why| (Field::Due, why))?;
        Ok(Some(FollowUp { what: what.to_owned(), owner: self.owner, due }))
    }

    /// When it happened; none for now.
    ///
    /// # Errors
    ///
    /// One line that says what is understood.
    pub fn at(&self) -> Result<Option<DateTime>, &'static str> {
        match (&self.lately, self.when.trim()) {
            (_, "") => Ok(None),
            (Some(lately), words) => when::past(words, lately.now, &lately.periods).map(Some),
            (None, _) => Err("The clock of the school is still on its way"),
        }
    }

    /// By which day the follow-up is to be done.
    ///
    /// # Errors
    ///
    /// One line that says what is understood.
    pub fn due_day(&self) -> Result<Option<Date>, &'static str> {
        match (&self.lately, self.due.trim()) {
            (_, "") => Ok(None),
            (Some(lately), words) => when::due(words, lately.now.date()).map(Some),
            (None, _) => Err("The clock of the school is still on its way"),
        }
    }

    pub(super) fn find_twins(&mut self) {
        self.twins = match &self.lately {
            Some(lately) if !self.pupils.is_empty() => self.twins_among(lately),
            _ => Vec::new(),
        };
    }

    fn twins_among(&self, lately: &Lately) -> Vec<usize> {
        let pupils: Vec<RecordId> = self.pupils.iter().map(|pupil| pupil.id).collect();
        let at = self.at().ok().flatten();
        let category = code_at(&self.roster.categories, self.category).unwrap_or_default();
        let period = match at {
            None => lately.period.as_str(),
            Some(at) => {
                let mut begun = lately.periods.iter().filter(|period| period.starts <= at.time());
                begun.next_back().map_or("", |period| period.code.as_str())
            }
        };
        let at = at.unwrap_or(lately.now);
        let typed = Typed { pupils: &pupils, at, period, category: &category };
        let mut found = twins(typed, &lately.incidents);
        found.retain(|place| {
            let past = lately.incidents.get(*place);
            past.is_some_and(|past| !self.no_twins.contains(&past.record))
        });
        found
    }

    /// The incidents that look the same.
    pub fn twin_lines(&self) -> impl Iterator<Item = &PastIncident> {
        let past = self.lately.as_ref().map(|lately| lately.incidents.as_slice());
        self.twins.iter().filter_map(move |place| past?.get(*place))
    }

    /// The user has looked at those that look the same, and it is none of them.
    pub(super) fn no_twin(&mut self) {
        let records: Vec<RecordId> = self.twin_lines().map(|past| past.record).collect();
        self.no_twins.extend(records);
    }

    /// Asks about those that look the same before saving; false if there are none.
    pub fn ask_about_twins(&mut self, after: After) -> bool {
        if !self.twins.is_empty() {
            self.asks = Some(after);
            self.takes_answer = true;
        }
        self.asks.is_some()
    }

    /// Shows what is missing and sends the keys there.
    pub fn refuse(&mut self, field: Field, why: &str) {
        self.focus(field);
        self.saving = None;
        self.error = Some(why.to_owned());
    }

    /// What was saved is undone and can be mended.
    pub fn reopen(&mut self) {
        self.saving = None;
        self.restart();
    }

    /// The incident is saved: what, where and when stay for the next pupil.
    pub fn clear_for_next(&mut self) {
        self.pupils.clear();
        self.pupil = 0;
        self.note.clear();
        self.severity = None;
        self.home = None;
        self.home_how = None;
        self.follow_up.clear();
        self.due.clear();
        self.owner = None;
        self.saving = None;
        self.no_twins.clear();
        self.set_typed(Field::Who, String::new());
        self.set_typed(Field::Owner, String::new());
        self.find_twins();
        self.focus(Field::Who);
    }
}

fn code_at(choices: &[Choice], place: Option<usize>) -> Option<String> {
    choices.get(place?).map(|choice| choice.code.clone())
}
