//! Concerns: written down at once, handed over to those who receive them, and what comes back.
//!
//! Whoever is in safeguarding writes them there. Everybody else writes in the space that they
//! share with its managers; where there is none yet, a concern waits on this device and is handed
//! over as soon as the space arrives.

mod list;
mod receive;
mod waiting;

use jiff::civil::DateTime;
use sheaf_charter::SpaceId;
use sheaf_records::{Kind, ListId, Record, validate};

use crate::error::{Result, SchoolError};
use crate::save::Write;
use crate::school::School;
use crate::shape::ConcernShape;

pub use receive::{Deciding, Then};

use super::references::references;

/// A concern as it is told.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConcernLine {
    /// The pupil: an id, a UPN, or a name or the beginnings of one.
    pub who: String,
    /// What the child said, word for word, or what was seen.
    pub words: String,
    /// What it may be about: a code, its title, or the beginning of one.
    pub category: Option<String>,
    /// When: `2026-11-20T10:15`, or `10:15` for today; now if left out.
    pub seen: Option<String>,
    /// Whom the writer has told in person.
    pub told: Option<String>,
    /// Whether the child is in danger now.
    pub danger: Danger,
}

/// Whether a child is in danger now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Danger {
    /// Nothing is said about it.
    #[default]
    Unsaid,
    /// They are.
    Now,
}

impl School {
    /// Writes a concern down and hands it over, or keeps it on this device until that can be done.
    pub fn add_concern(&self, line: &ConcernLine) -> Result<ConcernShape> {
        self.core.refresh()?;
        let record = self.concern_of(line)?;
        validate(&record, &self.core.lists().codes).map_err(SchoolError::Invalid)?;
        let id = record.id;
        let named = references(&record);
        match self.core.concern_space() {
            Some(space) => {
                self.check_named(&named, space)?;
                self.core.save(&self.clock, space, &[Write::Create(record)])?;
            }
            None => {
                self.check_may_hand_over()?;
                self.check_open(&named)?;
                self.core.keep_waiting(&record, self.clock.now_ms())?;
            }
        }
        self.concern(&id.to_string())
    }

    fn concern_of(&self, line: &ConcernLine) -> Result<Record> {
        let now = self.clock.now();
        let seen = match &line.seen {
            Some(text) => self.parse_time(text)?,
            None => now,
        };
        let mut record = self.new_record(Kind::Concern, Default::default());
        record.set("pupil", self.find_pupil(&line.who)?);
        record.set("words", line.words.trim());
        record.set("seen_at", seen);
        record.set("written_at", now);
        if let Some(category) = &line.category {
            record.set("category", self.code_meant(ListId::ConcernCategory, category, seen)?);
        }
        if let Some(told) = line.told.as_deref().filter(|told| !told.trim().is_empty()) {
            record.set("told", told.trim());
        }
        if line.danger == Danger::Now {
            record.set("danger", true);
        }
        if let Some(reporter) = self.own_staff_record()? {
            record.set("reporter", reporter);
        }
        if self.core.control().trust.receives(self.person()) {
            self.receipt(&mut record, RECEIVED, now);
        }
        Ok(record)
    }

    /// Adds a receipt to a concern that is not saved yet.
    fn receipt(&self, record: &mut Record, state: &str, at: DateTime) {
        let key = crate::entropy::ulid(self.clock.now_ms());
        record.set_row(RECEIPTS, &key, "state", state);
        record.set_row(RECEIPTS, &key, "at", at);
    }

    /// What waits is not refused later: whoever may not write is told at once.
    fn check_may_hand_over(&self) -> Result<()> {
        let role = self.core.control().trust.role(self.person());
        if role.is_some_and(sheaf_charter::Role::may_write) {
            return Ok(());
        }
        let words = "your role may not write; tell the safeguarding lead in person";
        Err(SchoolError::NotAllowed(words.to_owned()))
    }

    /// The space that a record about concerns goes to. They are never written anywhere else.
    pub(crate) fn space_of_concerns(&self, kind: Kind, name: Option<&str>) -> Result<SpaceId> {
        let control = self.core.control();
        let safeguarding = control.trust.safeguarding();
        let safeguarding =
            safeguarding.filter(|space| control.trust.is_person_in(self.person(), *space));
        let meant = name.is_none_or(|name| name == SAFEGUARDING);
        match (kind, name, safeguarding) {
            (_, _, Some(space)) if meant => Ok(space),
            (Kind::Concern, None, None) => self.core.concern_space().ok_or_else(|| {
                let words = "there is no space yet to hand concerns over through: \
                             `sheaf concern add` keeps it until there is";
                SchoolError::Refused(words.to_owned())
            }),
            _ => {
                let words = "a concern goes to whoever receives it, and what was decided on it to \
                             `safeguarding`; leave the space out";
                Err(SchoolError::NotAllowed(words.to_owned()))
            }
        }
    }
}

impl crate::core::Core {
    /// Where a concern of this person is written, if this device can write there: safeguarding, or
    /// the space through which it is handed over.
    pub(crate) fn concern_space(&self) -> Option<SpaceId> {
        let (control, person) = (self.control(), self.person());
        let trust = &control.trust;
        let inside = trust.safeguarding().filter(|space| trust.is_person_in(person, *space));
        let space = inside.or_else(|| trust.hand_off_of(person))?;
        let has_key = control.keys.writing_epoch(space, trust).is_some();
        (trust.may_write(self.device(), space) && has_key).then_some(space)
    }
}

/// The field in which what came back is kept.
const RECEIPTS: &str = "receipts";
/// The states of a concern.
const RECEIVED: &str = "received";
const DEALING: &str = "dealing";
const CLOSED: &str = "closed";
/// The name of the safeguarding space.
const SAFEGUARDING: &str = "safeguarding";

#[cfg(test)]
mod tests;
