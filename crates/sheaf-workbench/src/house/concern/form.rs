//! A concern that is being written.

use sheaf_records::RecordId;
use sheaf_school::desk::{ConcernLine, Danger, Roster};

use crate::rank::rank;

/// At most so many pupils are offered.
const MOST_OFFERED: usize = 6;

/// A change in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormEdit {
    /// A name was typed.
    Type(String),
    /// It is about this pupil.
    Take(RecordId),
    /// It is about another.
    Leave,
    /// What the child said was written.
    Words(String),
    /// The code of a category was chosen, or chosen no longer.
    Category(String),
    /// The child is in danger now, or not.
    Danger(Danger),
    /// Whom the writer has told.
    Told(String),
    /// When it was seen.
    Seen(String),
    /// The keys are where they belong.
    Focused,
}

/// A concern that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Whom it is about.
    pub pupil: Option<RecordId>,
    /// What was typed of a name.
    pub typed: String,
    /// Who fits.
    pub offered: Vec<RecordId>,
    /// What the child said.
    pub words: String,
    /// The code of the category; empty for none.
    pub category: String,
    /// Whether the child is in danger now.
    pub danger: Danger,
    /// Whom the writer has told in person.
    pub told: String,
    /// When it was seen, as it was typed; empty for now.
    pub seen: String,
    /// Whether the keys are still to be sent to the first field.
    pub takes_focus: bool,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it was refused.
    pub refused: Option<String>,
}

impl Form {
    /// One about nobody yet, or about this pupil.
    pub fn new(pupil: Option<RecordId>) -> Self {
        Self { pupil, takes_focus: true, ..Self::default() }
    }

    /// Whether nothing would be lost with it.
    pub fn is_empty(&self) -> bool {
        let texts = [&self.words, &self.told, &self.seen];
        texts.iter().all(|text| text.trim().is_empty())
    }

    /// Applies one change.
    pub fn apply(&mut self, edit: FormEdit, roster: Option<&Roster>) {
        self.refused = None;
        match edit {
            FormEdit::Type(text) => {
                self.typed = text;
                self.offer(roster);
            }
            FormEdit::Take(pupil) => {
                self.pupil = Some(pupil);
                self.typed.clear();
                self.offered.clear();
                self.takes_focus = true;
            }
            FormEdit::Leave => {
                self.pupil = None;
                self.takes_focus = true;
            }
            FormEdit::Words(words) => self.words = words,
            FormEdit::Category(code) => {
                self.category = if self.category == code { String::new() } else { code };
            }
            FormEdit::Danger(danger) => self.danger = danger,
            FormEdit::Told(told) => self.told = told,
            FormEdit::Seen(seen) => self.seen = seen,
            FormEdit::Focused => self.takes_focus = false,
        }
    }

    fn offer(&mut self, roster: Option<&Roster>) {
        let pupils = roster.map(|roster| roster.pupils.as_slice()).unwrap_or_default();
        let here: Vec<_> = pupils.iter().filter(|pupil| pupil.on_roll).collect();
        let found = match self.typed.trim().is_empty() {
            true => Vec::new(),
            false => rank(&self.typed, here.iter().map(|pupil| pupil.name.as_str())),
        };
        let ids = found.into_iter().filter_map(|place| here.get(place)).map(|pupil| pupil.id);
        self.offered = ids.take(MOST_OFFERED).collect();
    }

    /// The concern as it is to be saved, or what is missing.
    pub fn line(&self) -> Result<ConcernLine, &'static str> {
        let pupil = self.pupil.ok_or("Say whom it is about")?;
        if self.words.trim().is_empty() {
            return Err("Write what the child said, or what you saw");
        }
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(ConcernLine {
            who: pupil.to_string(),
            words: self.words.clone(),
            category: given(&self.category),
            seen: given(&self.seen),
            told: given(&self.told),
            danger: self.danger,
        })
    }
}
