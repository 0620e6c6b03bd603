//! Drafts: each face keeps one, in the encrypted file, under a name of its own. A face that is
//! open holds a lock, so that only what a crash or a closed window has left behind is offered.

use serde::{Deserialize, Serialize};
use sheaf_records::{ListId, RecordId};
use sheaf_store::FaceLock;

use super::super::answer::Answerer;
use super::draft::{Draft, DraftLine, FaceId};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::school::School;

/// Under these names settings hold drafts.
const PREFIX: &str = "draft/";

/// The draft of one face.
pub(in super::super) struct Drafts {
    face: FaceId,
    /// Held from the first draft on.
    lock: Option<FaceLock>,
    /// The record that the draft becomes when it is saved.
    record: Option<RecordId>,
}

impl Default for Drafts {
    fn default() -> Self {
        Self { face: FaceId::from_bytes(entropy::bytes()), lock: None, record: None }
    }
}

impl Drafts {
    /// The record that the draft becomes. A draft whose record is here was saved: however a
    /// process ends, it is not offered again.
    pub(in super::super) const fn record(&self) -> Option<RecordId> {
        self.record
    }
}

/// A draft as it is stored.
#[derive(Serialize, Deserialize)]
struct Kept {
    record: String,
    at_ms: i64,
    draft: Draft,
}

impl Kept {
    fn read(bytes: &[u8]) -> Result<Self> {
        let wrong = |_| SchoolError::Refused("a draft that was kept cannot be read".to_owned());
        serde_json::from_slice(bytes).map_err(wrong)
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let wrong = |_| SchoolError::Refused("the draft cannot be kept".to_owned());
        serde_json::to_vec(self).map_err(wrong)
    }

    /// Whether it was saved before the process that kept it ended.
    fn is_saved(&self, school: &School) -> bool {
        self.record.parse::<RecordId>().is_ok_and(|record| school.get(record).is_ok())
    }
}

fn name(face: FaceId) -> String {
    format!("{PREFIX}{face}")
}

impl Answerer {
    /// Keeps the draft of this face, or lets it go.
    pub(super) fn keep_draft(&mut self, draft: Option<&Draft>) -> Result<()> {
        let Some(draft) = draft else { return self.end_draft() };
        let core = &self.school.core;
        if self.drafts.lock.is_none() {
            self.drafts.lock = Some(core.home.face_lock(self.drafts.face.to_bytes())?);
        }
        let new = || RecordId::from_bytes(entropy::bytes());
        let record = *self.drafts.record.get_or_insert_with(new);
        let at_ms = self.school.clock.now_ms();
        let kept = Kept { record: record.to_string(), at_ms, draft: draft.clone() }.bytes()?;
        Ok(core.store.write(|txn| txn.put_setting(&name(self.drafts.face), &kept))?)
    }

    /// Lets the draft of this face go: it was saved, or thrown away.
    pub(in super::super) fn end_draft(&mut self) -> Result<()> {
        if self.drafts.record.take().is_some() {
            self.school.core.store.write(|txn| txn.drop_setting(&name(self.drafts.face)))?;
        }
        Ok(())
    }

    /// The drafts that faces have left behind, the newest first.
    pub(super) fn left_drafts(&self) -> Result<Vec<DraftLine>> {
        let core = &self.school.core;
        let kept = core.store.read(|snapshot| snapshot.settings_under(PREFIX))?;
        let mut lines = Vec::new();
        for (name, bytes) in kept {
            let face = name.strip_prefix(PREFIX).and_then(FaceId::of_name);
            let Some(face) = face.filter(|face| *face != self.drafts.face) else { continue };
            if core.home.try_face(face.to_bytes())?.is_none() {
                continue;
            }
            // One that a newer version has written is left to it.
            let Ok(kept) = Kept::read(&bytes) else { continue };
            if kept.is_saved(&self.school) {
                core.store.write(|txn| txn.drop_setting(&name))?;
                continue;
            }
            lines.push((kept.at_ms, self.draft_line(face, &kept)));
        }
        lines.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
        Ok(lines.into_iter().map(|(_, line)| line).collect())
    }

    fn draft_line(&self, face: FaceId, kept: &Kept) -> DraftLine {
        let draft = &kept.draft;
        let mut words: Vec<String> = draft.pupils.iter().map(|pupil| pupil.name.clone()).collect();
        for (list, code) in
            [(ListId::IncidentCategory, &draft.category), (ListId::Location, &draft.location)]
        {
            words.push(self.code_title(list, code));
        }
        words.push(draft.note.clone());
        words.retain(|word| !word.is_empty());
        DraftLine { face, words: words.join(", "), at: self.school.clock.local_ms(kept.at_ms) }
    }

    /// Makes a draft that another face has left behind this face's own.
    pub(super) fn take_draft(&mut self, face: FaceId) -> Result<Draft> {
        if self.drafts.record.is_some() {
            let words = "save or discard the incident that is open before going on with another";
            return Err(SchoolError::Refused(words.to_owned()));
        }
        let core = &self.school.core;
        let gone = || SchoolError::Refused("another window went on with that draft".to_owned());
        let theirs = core.home.try_face(face.to_bytes())?.ok_or_else(gone)?;
        if self.drafts.lock.is_none() {
            self.drafts.lock = Some(core.home.face_lock(self.drafts.face.to_bytes())?);
        }
        let kept = core.store.write(|txn| {
            let bytes = txn.setting(&name(face))?.ok_or_else(gone)?;
            txn.drop_setting(&name(face))?;
            txn.put_setting(&name(self.drafts.face), &bytes)?;
            Kept::read(&bytes)
        })?;
        drop(theirs);
        let record = kept.record.parse().map_err(|_| gone())?;
        self.drafts.record = Some(record);
        Ok(kept.draft)
    }

    /// Lets go of a draft that another face has left behind.
    pub(super) fn drop_draft(&self, face: FaceId) -> Result<()> {
        let core = &self.school.core;
        match core.home.try_face(face.to_bytes())? {
            Some(_theirs) => {
                core.store.write(|txn| txn.drop_setting(&name(face)))?;
                Ok(())
            }
            None => Err(SchoolError::Refused("another window is at work on that draft".to_owned())),
        }
    }
}
