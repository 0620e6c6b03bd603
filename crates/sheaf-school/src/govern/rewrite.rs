//! Taking one pupil out of a record that names several, and moving a record to another space: a
//! new document, and the old one erased. Nothing is cut out of a history that was signed.

use std::collections::BTreeMap;

use sheaf_charter::{ErasureReason, Saying, SpaceId};
use sheaf_records::{Edit, Field, FieldPath, Kind, Record, RecordId, Value, WITHDRAWN, validate};

use super::governed;
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::indexed::{Found, document_id};
use crate::save::Write;
use crate::school::School;
use crate::shape::Rewritten;

/// The field in which an incident names who was in it.
const PARTICIPANTS: &str = "participants";
/// The field that tells what happened.
const NARRATIVE: &str = "narrative";

impl School {
    /// Takes a pupil out of an incident with several: the incident is written again without them,
    /// the old one is withdrawn, and its erasure is proposed. A new narrative may be given, where
    /// the old one tells of them.
    pub fn redact(
        &self,
        id: &str,
        pupil: &str,
        narrative: Option<&str>,
        reason: &str,
    ) -> Result<Rewritten> {
        self.core.refresh()?;
        let found = self.rewritable(id)?;
        let pupil = self.find_pupil(pupil)?.to_string();
        let mut record = self.again(&found.record);
        let others = match record.fields.get_mut(PARTICIPANTS) {
            Some(Field::Many(rows)) => rows.remove(&pupil).is_some() && !rows.is_empty(),
            _ => false,
        };
        if !others {
            return Err(SchoolError::Refused(format!(
                "record {id} does not name that pupil beside others; erase it as a whole instead"
            )));
        }
        if let Some(text) = narrative {
            record.fields.insert(NARRATIVE.to_owned(), Field::One(Value::from(text)));
        }
        self.rewrite(&found, record, found.space, ErasureReason::Redacted, reason)
    }

    /// Moves a record to another space: it is written again there, the old one is withdrawn, and
    /// its erasure is proposed.
    pub fn move_record(&self, id: &str, space: &str, reason: &str) -> Result<Rewritten> {
        self.core.refresh()?;
        let found = self.rewritable(id)?;
        if let Kind::Concern | Kind::ConcernDecision = found.record.kind {
            let words = "a concern and what was decided on it stay where they are";
            return Err(SchoolError::NotAllowed(words.to_owned()));
        }
        let to = self.own_space(space)?;
        if to == found.space {
            return Err(SchoolError::Refused(format!("record {id} is in `{space}` already")));
        }
        let record = self.again(&found.record);
        self.check_references(&record, to)?;
        self.rewrite(&found, record, to, ErasureReason::Moved, reason)
    }

    fn rewritable(&self, id: &str) -> Result<Found> {
        let found = self.find(id)?;
        let role = self.core.control().trust.role(self.person());
        if !role.is_some_and(sheaf_charter::Role::may_erase) {
            return Err(SchoolError::NotAllowed(
                "taking a pupil out of a record and moving it are for leads and above".to_owned(),
            ));
        }
        if found.record.withdrawn().is_some() {
            return Err(SchoolError::Refused(format!("record {id} is withdrawn")));
        }
        Ok(found)
    }

    fn again(&self, record: &Record) -> Record {
        Record { id: RecordId::from_bytes(entropy::bytes()), ..record.clone() }
    }

    fn rewrite(
        &self,
        old: &Found,
        new: Record,
        to: SpaceId,
        why: ErasureReason,
        reason: &str,
    ) -> Result<Rewritten> {
        validate(&new, &self.core.lists().codes).map_err(SchoolError::Invalid)?;
        self.check_right(&new, to)?;
        let (id, kind, old_id) = (new.id, new.kind, old.record.id);
        let path = FieldPath::One(WITHDRAWN.to_owned());
        let withdrawn = Edit { path, value: Some(Value::from(reason)) };
        let withdraw = Write::Edit(old_id, vec![withdrawn], Some(reason.to_owned()));
        let mut writes: BTreeMap<SpaceId, Vec<Write>> = BTreeMap::new();
        writes.entry(to).or_default().push(Write::Create(new));
        writes.entry(old.space).or_default().push(withdraw);
        self.core.save_planned(&self.clock, |_| Ok((writes, ())), &|_| ())?;
        self.after_save(kind)?;
        let documents = self.with_decisions(old.space, [document_id(old_id)].into())?;
        let saying = Saying::Erase(documents, why);
        let entries = self.say(old.space, vec![saying])?;
        let done = governed(&entries, "written again; the old record is to be erased".to_owned())?;
        Ok(Rewritten { record: id.to_string(), erasure: done.entry, effect: done.effect })
    }
}
