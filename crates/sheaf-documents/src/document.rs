//! A document: one record in the engine, with the changes that made it.

use std::fmt;

use automerge::transaction::CommitOptions;
use automerge::{ActorId, ReadDoc};
use sheaf_records::{Record, RecordId};

use crate::engine::Engine;
use crate::graph::Graph;
use crate::scan::scan;
use crate::{ActorBytes, Change, ChangeHash, DocumentError, Limits, first_change};

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
        let change = first_change(record, schema, actor, time_ms)?;
        let document = Self::from_changes(record.id, [change.bytes.as_slice()])?;
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
    let hash = automerge
        .transact_with(|()| CommitOptions::default().with_time(time_ms), write)
        .ok()
        .and_then(|success| success.hash)
        .ok_or(DocumentError::Poisoned)?;
    let change = automerge.get_change_by_hash(&hash).ok_or(DocumentError::Poisoned)?;
    Ok(Change { bytes: change.raw_bytes().to_vec(), hash: hash.0 })
}

/// Sets the actor that writes next.
pub(crate) fn set_actor(automerge: &mut automerge::Automerge, actor: ActorBytes) {
    automerge.set_actor(ActorId::from(actor));
}
