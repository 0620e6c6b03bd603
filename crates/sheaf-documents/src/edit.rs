//! Edits: the change that one save makes to a document.

use std::collections::BTreeMap;

use automerge::transaction::Transactable;
use automerge::{ObjId, ROOT};
use sheaf_records::{Edit, FieldPath};

use crate::budget::Budget;
use crate::cells::{Cell, Cells};
use crate::document::{commit, set_actor};
use crate::layout::{self, Scalar};
use crate::{ActorBytes, Change, Document, DocumentError, Limits};

impl Document {
    /// Makes one change of these edits, or none where nothing would change.
    ///
    /// An edit of a field in conflict settles it, whichever value it gives. A row goes when each of
    /// its columns is cleared. Of two edits of one field the later counts. `time_ms` is in
    /// milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// If a field cannot be stored or the change would be over a limit: the document is as it was.
    /// After any other error it is poisoned.
    pub fn edit(
        &mut self,
        edits: &[Edit],
        actor: ActorBytes,
        time_ms: i64,
    ) -> Result<Option<Change>, DocumentError> {
        self.edit_because(edits, None, actor, time_ms)
    }

    /// As [`Document::edit`], with the reason for the change: the history tells it.
    ///
    /// # Errors
    /// As [`Document::edit`].
    pub fn edit_because(
        &mut self,
        edits: &[Edit],
        because: Option<&str>,
        actor: ActorBytes,
        time_ms: i64,
    ) -> Result<Option<Change>, DocumentError> {
        let cells = self.engine.read(|automerge| Cells::read(automerge, None))?;
        let writes = plan(edits, because, &cells)?;
        if writes.is_empty() {
            return Ok(None);
        }
        self.check_head_count()?;
        let change = self.engine.change(|automerge| {
            set_actor(automerge, actor);
            commit(automerge, time_ms, |tx| {
                for write in writes {
                    match write.value {
                        Some(value) => tx.put(&write.object, write.key, value)?,
                        None => tx.delete(&write.object, write.key)?,
                    }
                }
                Ok(())
            })
        })?;
        self.note_own(&change)?;
        Ok(Some(change))
    }

    /// A change names all heads, and one more if its actor wrote below them.
    fn check_head_count(&self) -> Result<(), DocumentError> {
        let limit = Limits::STANDARD.deps;
        if self.heads()?.len() >= limit {
            return Err(DocumentError::TooMuch { what: "dependencies", limit: limit as u64 });
        }
        Ok(())
    }
}

/// One operation to come; `None` deletes.
struct Write {
    object: ObjId,
    key: String,
    value: Option<Scalar>,
}

fn plan(edits: &[Edit], because: Option<&str>, cells: &Cells) -> Result<Vec<Write>, DocumentError> {
    let mut budget = Budget::default();
    let mut last: BTreeMap<&FieldPath, Scalar> = BTreeMap::new();
    for edit in edits {
        let scalar = Scalar::of_edit(edit);
        budget.spend(&edit.path, &scalar)?;
        last.insert(&edit.path, scalar);
    }
    let mut writes = Vec::new();
    for (path, value) in last {
        let current = cells.fields.get(path).map_or(&[][..], Vec::as_slice);
        if is_settled(current, &value) {
            continue;
        }
        let (object, key) = place(path, cells)?;
        // Given the value that is winning already, the engine would only strike out the others,
        // and another's choice at the same time would go unseen: so all go, and it is written anew.
        // So does one that stands elsewhere: of a document that two devices have begun each has
        // made its own map of a field of rows.
        let stands_here = |cell: &Cell| cell.object == object && cell.key == key;
        if current.len() > 1 || !current.iter().all(stands_here) {
            let mut places: Vec<_> = current.iter().map(|cell| (&cell.object, &cell.key)).collect();
            places.sort_unstable();
            places.dedup();
            writes.extend(places.into_iter().map(|(object, key)| Write {
                object: object.clone(),
                key: key.clone(),
                value: None,
            }));
        }
        writes.push(Write { object, key, value: Some(value) });
    }
    if let Some(reason) = because.filter(|_| !writes.is_empty()) {
        writes.extend(reason_writes(reason, cells, &mut budget)?);
    }
    Ok(writes)
}

/// The reason of a change stands in that change, even where the one before had the same words: the
/// engine would write nothing, so what is there goes first.
fn reason_writes(
    reason: &str,
    cells: &Cells,
    budget: &mut Budget,
) -> Result<Vec<Write>, DocumentError> {
    let value = Scalar::Str(reason.to_owned());
    budget.take(layout::BECAUSE.len(), &value)?;
    let write = |value| Write { object: ROOT, key: layout::BECAUSE.to_owned(), value };
    let before = cells.has_reason.then(|| write(None));
    Ok(before.into_iter().chain([write(Some(value))]).collect())
}

/// Whether a field says this already, without a conflict.
fn is_settled(current: &[Cell], value: &Scalar) -> bool {
    if current.is_empty() {
        return *value == Scalar::Null;
    }
    current.iter().all(|cell| cell.value == *value)
}

/// The map and key in which the value of a field is written.
fn place(path: &FieldPath, cells: &Cells) -> Result<(ObjId, String), DocumentError> {
    match path {
        FieldPath::One(field) if cells.maps.contains_key(field) => Err(DocumentError::BadField {
            field: field.clone(),
            reason: "it holds rows: name a row and a column",
        }),
        FieldPath::One(field) => Ok((ROOT, field.clone())),
        FieldPath::Row { field, key, column } => {
            let key = layout::row_key(key, column);
            Ok(match cells.maps.get(field).and_then(|maps| maps.last()) {
                Some(map) => (map.clone(), key),
                None => (ROOT, format!("{field}/{key}")),
            })
        }
    }
}
