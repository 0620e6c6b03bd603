//! What a record names must be here, and no less open than the record itself.

use sheaf_charter::{SpaceId, SpaceKind};
use sheaf_records::{Edit, Field, FieldPath, Record, RecordId, Value, referenced_pupils};

use crate::error::{Result, SchoolError};
use crate::school::School;

/// Every record that a record names.
pub(super) fn references(record: &Record) -> Vec<RecordId> {
    let mut named = referenced_pupils(record);
    for field in record.fields.values() {
        match field {
            Field::One(value) => named.extend(value.as_record()),
            Field::Many(rows) => {
                let values = rows.values().flat_map(|row| row.values());
                named.extend(values.filter_map(Value::as_record));
            }
        }
    }
    named
}

/// Every record that changes of a record name.
pub(super) fn references_of(edits: &[Edit]) -> Vec<RecordId> {
    let mut named = Vec::new();
    for edit in edits.iter().filter(|edit| edit.value.is_some()) {
        if let FieldPath::Row { key, .. } = &edit.path {
            // Other keys are ULIDs, dates and codes: none of them reads as an id.
            named.extend(key.parse::<RecordId>().ok());
        }
        named.extend(edit.value.as_ref().and_then(Value::as_record));
    }
    named
}

impl School {
    /// Each of these must be here, where everyone who reads `space` can read it.
    pub(super) fn check_named(&self, named: &[RecordId], space: SpaceId) -> Result<()> {
        named.iter().try_for_each(|id| self.check_readable(self.get(*id)?.space, space))
    }

    /// References point only towards the less confidential space: an id alone says that there is
    /// something.
    pub(super) fn check_readable(&self, of: SpaceId, from: SpaceId) -> Result<()> {
        let control = self.core.control();
        let trust = &control.trust;
        let hands_over =
            trust.hand_off(of).is_some() && trust.space_kind(from) == Some(SpaceKind::Safeguarding);
        if of == from || trust.space_kind(of) == Some(SpaceKind::Pastoral) || hands_over {
            return Ok(());
        }
        let (of, from) = (control.space_name(of), control.space_name(from));
        Err(SchoolError::NotAllowed(format!("a record in `{from}` may not name one in `{of}`")))
    }
}
