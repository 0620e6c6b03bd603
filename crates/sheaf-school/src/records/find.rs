//! Finding records: by id, by name, by words.

use sheaf_charter::SpaceId;
use sheaf_records::{Kind, PupilView, Record, RecordId, full_name, pupil_name};
use sheaf_store::Query;

use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id};
use crate::save::not_found;
use crate::school::School;
use crate::shape::{RecordShape, SearchHit};

/// A name that fits more pupils than this is no name: the list would help nobody.
const MAX_CANDIDATES: usize = 12;

impl School {
    /// One record in full.
    pub fn show(&self, id: &str) -> Result<RecordShape> {
        self.core.refresh()?;
        self.record(self.find(id)?.record.id)
    }

    /// A code list with the school's own codes.
    pub fn codes(&self, list: sheaf_records::ListId) -> Vec<sheaf_records::CodeEntry> {
        self.core.lists().codes.codes(list).to_vec()
    }

    /// When a record happened and one line about it, for lists.
    pub fn headline(&self, shape: &RecordShape) -> (String, String) {
        let found = shape.id.parse().ok().and_then(|id| self.get(id).ok());
        let Some(found) = found else { return (shape.created.at.clone(), shape.kind.clone()) };
        let when = sheaf_records::occurred(&found.record)
            .map(|at| at.strftime("%Y-%m-%d %H:%M").to_string());
        (when.unwrap_or_else(|| shape.created.at.clone()), found.title)
    }

    /// The record of that id, written as text, unless it is of a space that this person has left.
    pub(crate) fn find(&self, id: &str) -> Result<Found> {
        let parsed: RecordId =
            id.parse().map_err(|error| SchoolError::Refused(format!("`{id}` is {error}")))?;
        let found = self.get(parsed)?;
        if self.core.control().trust.has_left(self.person(), found.space) {
            return Err(not_found(parsed));
        }
        Ok(found)
    }

    /// The record of that id, if this device holds it.
    pub(crate) fn get(&self, id: RecordId) -> Result<Found> {
        let row = self.core.store.read(|snapshot| snapshot.record(document_id(id)))?;
        Found::from_row(row.ok_or_else(|| not_found(id))?)
    }

    /// The spaces whose records are shown, where it is not all: none of those that this person has
    /// left, whose records the device still holds.
    pub(crate) fn spaces_shown(&self) -> Option<Vec<SpaceId>> {
        let (control, person) = (self.core.control(), self.person());
        if control.trust.spaces_left_by(person).is_empty() {
            return None;
        }
        let mut spaces = control.trust.spaces();
        spaces.retain(|space| !control.trust.has_left(person, *space));
        Some(spaces)
    }

    /// Words in every record that this device holds.
    pub fn search(&self, text: &str, limit: u32) -> Result<Vec<SearchHit>> {
        self.core.refresh()?;
        let spaces = self.core.control().trust.spaces_of_person(self.person());
        let hits = self.core.store.read(|snapshot| snapshot.search(text, &spaces, limit))?;
        let control = self.core.control();
        Ok(hits
            .into_iter()
            .map(|hit| SearchHit {
                id: hit.record.to_string(),
                kind: hit.kind,
                space: control.space_name(hit.space),
                headline: hit.title,
                excerpt: hit.excerpt,
            })
            .collect())
    }

    /// The pupil that a text means: an id, a UPN, or a name or the beginnings of one.
    pub fn find_pupil(&self, text: &str) -> Result<RecordId> {
        if let Ok(id) = text.parse::<RecordId>() {
            let found = self.get(id)?;
            return if found.record.kind == Kind::Pupil { Ok(id) } else { Err(not_found(id)) };
        }
        self.find_among(text, &self.pupils()?)
    }

    /// The one of these pupils whom a text means: an id, a UPN, or a name or the beginnings of one.
    pub(crate) fn find_among(&self, text: &str, pupils: &[Record]) -> Result<RecordId> {
        if let Ok(id) = text.parse::<RecordId>()
            && pupils.iter().any(|pupil| pupil.id == id)
        {
            return Ok(id);
        }
        let upn = text.trim().to_uppercase();
        if let Some(pupil) = pupils.iter().find(|pupil| pupil.text("upn") == Some(&upn)) {
            return Ok(pupil.id);
        }
        self.only_one(text, pupils)
    }

    fn only_one(&self, text: &str, pupils: &[Record]) -> Result<RecordId> {
        let wanted = words_of(text);
        let whole = |pupil: &&Record| {
            let names = [full_name(pupil), pupil_name(pupil)];
            names.iter().any(|name| words_of(name) == wanted)
        };
        let begins = |pupil: &&Record| {
            let names = words_of(&format!("{} {}", full_name(pupil), pupil_name(pupil)));
            wanted.iter().all(|word| names.iter().any(|name| name.starts_with(word.as_str())))
        };
        let mut fits: Vec<&Record> = pupils.iter().filter(whole).collect();
        if fits.is_empty() && !wanted.is_empty() {
            fits = pupils.iter().filter(begins).collect();
        }
        match fits.as_slice() {
            [one] => Ok(one.id),
            [] => Err(SchoolError::NotFound {
                what: "pupil",
                name: text.to_owned(),
                hint: ": `sheaf search` finds words anywhere".to_owned(),
            }),
            several => Err(SchoolError::Ambiguous {
                name: text.to_owned(),
                candidates: several
                    .iter()
                    .take(MAX_CANDIDATES)
                    .map(|pupil| self.candidate(pupil))
                    .collect(),
            }),
        }
    }

    fn candidate(&self, pupil: &Record) -> String {
        let today = PupilView::new(pupil).on(self.clock.today());
        let year =
            today.get("year_group").map_or("no year group".to_owned(), |y| format!("year {y}"));
        let group = today.get("reg_group").unwrap_or("no registration group");
        format!("{}, {year}, {group}, {}", full_name(pupil), pupil.id)
    }

    /// Every pupil.
    pub(crate) fn pupils(&self) -> Result<Vec<Record>> {
        let listing =
            self.core.store.read(|snapshot| snapshot.list(&Query::of_kind(Kind::Pupil.name())))?;
        listing.records.into_iter().map(|row| Ok(Found::from_row(row)?.record)).collect()
    }
}

/// Lower-case words, for comparing names.
fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
