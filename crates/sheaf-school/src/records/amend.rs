//! Amending, withdrawing and restoring a record, and who may: everyone their own, leads and above
//! what others wrote.

use sheaf_records::{Edit, Field, FieldPath, Record, Value, WITHDRAWN, common_field};

use crate::error::{Result, SchoolError};
use crate::indexed::Found;
use crate::school::School;
use crate::shape::RecordShape;

impl School {
    /// As [`School::edit`], with the reason for the change, which the history of the record tells.
    /// Whoever is below lead may fill in what is empty, but change only what they wrote.
    pub fn amend(
        &self,
        id: &str,
        sets: &[(String, Option<String>)],
        reason: Option<&str>,
    ) -> Result<RecordShape> {
        self.core.refresh()?;
        let found = self.find(id)?;
        if found.record.withdrawn().is_some() {
            return Err(SchoolError::Refused(format!(
                "record {id} is withdrawn; restore it before it is changed"
            )));
        }
        let mut edits = Vec::new();
        for (path, text) in sets {
            if path == WITHDRAWN {
                return Err(SchoolError::Refused(
                    "a record is withdrawn as a whole, with a reason: `sheaf record withdraw`"
                        .to_owned(),
                ));
            }
            edits.extend(self.edit_of(&found.record, path, text.as_deref())?);
        }
        self.check_amend(&found, &edits)?;
        let reason = reason.map(checked_reason).transpose()?;
        self.save_because(&found, edits, reason)
    }

    /// Withdraws a record: it stays in its history, and leaves lists, tables and counts.
    pub fn withdraw(&self, id: &str, reason: &str) -> Result<RecordShape> {
        self.core.refresh()?;
        let found = self.find(id)?;
        if found.record.withdrawn().is_some() {
            return Err(SchoolError::Refused(format!("record {id} is withdrawn already")));
        }
        self.check_withdraw(&found)?;
        let reason = checked_reason(reason)?;
        self.save_because(&found, vec![withdrawn(Some(reason.into()))], Some(reason))
    }

    /// Makes a withdrawn record count again.
    pub fn restore(&self, id: &str, reason: Option<&str>) -> Result<RecordShape> {
        self.core.refresh()?;
        let found = self.find(id)?;
        if found.record.withdrawn().is_none() {
            return Err(SchoolError::Refused(format!("record {id} is not withdrawn")));
        }
        self.check_withdraw(&found)?;
        let reason = reason.map(checked_reason).transpose()?;
        self.save_because(&found, vec![withdrawn(None)], reason)
    }

    fn may_amend_others(&self) -> bool {
        let control = self.core.control();
        control.trust.role(self.person()).is_some_and(sheaf_charter::Role::may_amend_others)
    }

    fn check_withdraw(&self, found: &Found) -> Result<()> {
        if self.may_amend_others() || found.indexed.created.person == self.person().to_string() {
            return Ok(());
        }
        let by = self.core.control().person_name(&found.indexed.created.person);
        Err(SchoolError::NotAllowed(format!(
            "{by} wrote this record, and whoever is below lead withdraws only their own"
        )))
    }

    /// Whether whoever uses this device may make these changes: below lead, only to what is empty
    /// or their own.
    pub(crate) fn check_amend(&self, found: &Found, edits: &[Edit]) -> Result<()> {
        if self.may_amend_others() {
            return Ok(());
        }
        let own = self.person().to_string();
        for edit in edits {
            let Some(current) = value_at(&found.record, &edit.path) else { continue };
            let path = edit.path.to_string();
            let author = found.indexed.authors.get(&path).unwrap_or(&found.indexed.created);
            if author.person != own && Some(current) != edit.value.as_ref() {
                let by = self.core.control().person_name(&author.person);
                let field = edit.path.field();
                return Err(SchoolError::NotAllowed(format!(
                    "{by} wrote `{field}`, and whoever is below lead changes only their own"
                )));
            }
        }
        Ok(())
    }
}

fn withdrawn(value: Option<Value>) -> Edit {
    Edit { path: FieldPath::One(WITHDRAWN.to_owned()), value }
}

/// The value that stands at a place now.
fn value_at<'a>(record: &'a Record, path: &FieldPath) -> Option<&'a Value> {
    match path {
        FieldPath::One(name) => record.one(name),
        FieldPath::Row { field, key, column } => match record.fields.get(field)? {
            Field::Many(rows) => rows.get(key)?.get(column),
            Field::One(_) => None,
        },
    }
}

/// A reason as it is kept: some words, not too many.
fn checked_reason(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(SchoolError::Refused("the reason is empty; say why in a few words".to_owned()));
    }
    if let Some(Err(error)) =
        common_field(WITHDRAWN).map(|field| field.ty.check(&Value::from(reason)))
    {
        return Err(SchoolError::Refused(format!("the reason {error}")));
    }
    Ok(reason)
}

#[cfg(test)]
mod tests;
