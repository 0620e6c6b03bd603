//! A document: one record in the engine, with the changes that made it.

use std::fmt;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, ObjType, ROOT};
use sheaf_records::{Field, FieldPath, Record, RecordId};

use crate::engine::Engine;
use crate::graph::Graph;
use crate::layout::{self, Scalar};
use crate::limits::CHANGE_OVERHEAD_BYTES;
use crate::scan::scan;
use crate::{ActorBytes, Change, ChangeHash, DocumentError, Limits, schema};

/// One record as a mergeable document.
///
/// After an error that says so ([`DocumentError::Poisoned`]) it must be thrown away and rebuilt
/// from its changes with [`Document::from_changes`].
pub struct Document {
    pub(crate) id: RecordId,
    pub(crate) engine: Engine,
    /// None after a load, until a change comes in that must be checked.
    pub(crate) graph: Option<Graph>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Document {
    /// A new document that holds `record`, under version `schema` of its kind, and the change that
    /// makes it. `actor` must never have written to a document of this id; `time_ms` is in
    /// milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// If a field has a name that cannot be stored, or the record is too large for one change.
    pub fn create(
        record: &Record,
        schema: u32,
        actor: ActorBytes,
        time_ms: i64,
    ) -> Result<(Self, Change), DocumentError> {
        let writes = initial_writes(record)?;
        let mut engine = Engine::new();
        let change = engine.change(|automerge| {
            set_actor(automerge, actor);
            commit(automerge, time_ms, |tx| {
                tx.put(ROOT, layout::KIND, record.kind.name())?;
                tx.put(ROOT, layout::SCHEMA, i64::from(schema))?;
                for (field, writes) in writes {
                    match writes {
                        Writes::One(value) => tx.put(ROOT, field, value)?,
                        Writes::Many(rows) => {
                            let map = tx.put_object(ROOT, field, ObjType::Map)?;
                            for (key, value) in rows {
                                tx.put(&map, key, value)?;
                            }
                        }
                    }
                }
                Ok(())
            })
        })?;
        let mut document = Self { id: record.id, engine, graph: Some(Graph::default()) };
        document.note_own(&change)?;
        Ok((document, change))
    }

    /// The id of the record, which is that of the document.
    pub fn id(&self) -> RecordId {
        self.id
    }

    /// The changes that no other change follows, sorted.
    ///
    /// # Errors
    /// If the document is poisoned.
    pub fn heads(&self) -> Result<Vec<ChangeHash>, DocumentError> {
        self.engine.heads()
    }

    /// How many changes the document has.
    ///
    /// # Errors
    /// If the document is poisoned.
    pub fn change_count(&self) -> Result<usize, DocumentError> {
        use automerge::ReadDoc;
        self.engine
            .read(|automerge| Ok(usize::try_from(automerge.stats().num_changes).unwrap_or(0)))
    }

    /// The whole document in its compact form, for a cache: two documents of the same changes may
    /// differ in it, and it is never sent.
    ///
    /// # Errors
    /// If the document is poisoned.
    pub fn save(&self) -> Result<Vec<u8>, DocumentError> {
        self.engine.read(|automerge| Ok(automerge.save()))
    }

    /// The document that [`Document::save`] gave.
    ///
    /// # Errors
    /// If the bytes are damaged.
    pub fn load(id: RecordId, bytes: &[u8]) -> Result<Self, DocumentError> {
        Ok(Self { id, engine: Engine::load(bytes)?, graph: None })
    }

    /// Takes a change of our own into the graph and holds it to what others will accept.
    pub(crate) fn note_own(&mut self, change: &Change) -> Result<(), DocumentError> {
        match scan(&change.bytes, &Limits::STANDARD) {
            Ok(scanned) if scanned.facts.hash == change.hash => {
                if let Some(graph) = &mut self.graph {
                    graph.add_checked(&scanned);
                }
                Ok(())
            }
            Ok(_) => {
                self.engine.poison();
                Err(DocumentError::Poisoned)
            }
            Err(error) => {
                self.engine.poison();
                Err(error)
            }
        }
    }
}

pub(crate) type EngineResult<T> = Result<T, automerge::AutomergeError>;

/// Runs one transaction as one change and gives the bytes of that.
pub(crate) fn commit(
    automerge: &mut automerge::Automerge,
    time_ms: i64,
    write: impl FnOnce(&mut automerge::transaction::Transaction<'_>) -> EngineResult<()>,
) -> Result<Change, DocumentError> {
    use automerge::ReadDoc;
    let hash = automerge
        .transact_with(|()| CommitOptions::default().with_time(time_ms), write)
        .ok()
        .and_then(|success| success.hash)
        .ok_or(DocumentError::Poisoned)?;
    let change = automerge.get_change_by_hash(&hash).ok_or(DocumentError::Poisoned)?;
    Ok(Change { bytes: change.raw_bytes().to_vec(), hash: hash.0 })
}

enum Writes {
    One(Scalar),
    Many(Vec<(String, Scalar)>),
}

/// The fields of a new record in their stored form, all fields of rows of its kind among them.
fn initial_writes(record: &Record) -> Result<Vec<(&str, Writes)>, DocumentError> {
    let mut budget = Budget::default();
    let mut all = Vec::new();
    for (name, field) in &record.fields {
        let writes = match field {
            Field::One(value) => {
                let scalar = Scalar::of_value(value);
                budget.spend(&FieldPath::One(name.clone()), &scalar)?;
                Writes::One(scalar)
            }
            Field::Many(rows) => {
                let mut writes = Vec::new();
                for (key, row) in rows {
                    for (column, value) in row {
                        let (field, key, column) = (name.clone(), key.clone(), column.clone());
                        let path = FieldPath::Row { field, key, column };
                        let scalar = Scalar::of_value(value);
                        budget.spend(&path, &scalar)?;
                        let FieldPath::Row { key, column, .. } = &path else { continue };
                        writes.push((layout::row_key(key, column), scalar));
                    }
                }
                Writes::Many(writes)
            }
        };
        all.push((name.as_str(), writes));
    }
    for name in schema::row_fields(record.kind) {
        if !record.fields.contains_key(name) {
            all.push((name, Writes::Many(Vec::new())));
        }
    }
    Ok(all)
}

/// What one change may still hold; kept before the engine writes anything.
pub(crate) struct Budget {
    bytes: usize,
    operations: usize,
}

impl Default for Budget {
    fn default() -> Self {
        let limits = Limits::STANDARD;
        // Room for the kind, the schema and the maps.
        Self { bytes: limits.bytes - CHANGE_OVERHEAD_BYTES, operations: limits.operations - 100 }
    }
}

impl Budget {
    pub(crate) fn spend(&mut self, path: &FieldPath, value: &Scalar) -> Result<(), DocumentError> {
        layout::check_path(path)?;
        let key = match path {
            FieldPath::One(field) => field.len(),
            FieldPath::Row { field, key, column } => field.len() + key.len() + column.len() + 2,
        };
        // Besides key and value an operation takes a few bytes in each of ten columns.
        let size = key + value.size() + 40;
        self.bytes = self.bytes.checked_sub(size).ok_or(DocumentError::TooMuch {
            what: "bytes",
            limit: Limits::STANDARD.bytes as u64,
        })?;
        self.operations = self.operations.checked_sub(1).ok_or(DocumentError::TooMuch {
            what: "operations",
            limit: Limits::STANDARD.operations as u64,
        })?;
        Ok(())
    }
}

/// Sets the actor that writes next.
pub(crate) fn set_actor(automerge: &mut automerge::Automerge, actor: ActorBytes) {
    automerge.set_actor(ActorId::from(actor));
}
