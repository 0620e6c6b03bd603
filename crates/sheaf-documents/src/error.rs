//! The one error type of this crate.

use crate::hex::Hex;
use crate::{ActorBytes, ChangeHash};

/// Why a document could not be made, changed or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// A change is larger than a limit, or declares more than a limit.
    #[error("the change has too many {what}: {limit} are allowed")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The bytes of a change are not what a change looks like.
    #[error("the change is malformed at byte {offset}: {reason}")]
    Malformed {
        /// Where in the bytes of the change.
        offset: usize,
        /// What was found or missed there.
        reason: &'static str,
    },
    /// A change is well formed but cannot have been written on top of the changes it names.
    #[error("change {} does not fit its document: {reason}", Hex(.change))]
    Inconsistent {
        /// The change.
        change: ChangeHash,
        /// What does not fit.
        reason: &'static str,
    },
    /// Two different changes carry one actor and number; [`crate::not_standing`] settles it.
    #[error("actor {} wrote two changes numbered {seq}", Hex(.actor))]
    DuplicateSequence {
        /// The actor.
        actor: ActorBytes,
        /// The number within the actor's changes.
        seq: u64,
    },
    /// Changes that a rebuild needs are not among those given.
    #[error("{} earlier changes of the document are missing", .0.len())]
    MissingChanges(Vec<ChangeHash>),
    /// The document has no change of this hash.
    #[error("the document has no change {}", Hex(.0))]
    UnknownChange(ChangeHash),
    /// A field may not have this name or key, or is used as what it is not.
    #[error("field `{field}` cannot be written: {reason}")]
    BadField {
        /// The field.
        field: String,
        /// Why not.
        reason: &'static str,
    },
    /// The document does not say what kind of record it is, or says it wrongly.
    #[error("the document does not name a kind of record that is known here")]
    UnknownKind,
    /// The stored form is damaged: rebuild the document from its changes.
    #[error("the stored form of the document cannot be read; rebuild it from its changes")]
    Damaged,
    /// The engine refused or failed: the document must be thrown away.
    #[error("the document can no longer be used; rebuild it from its changes")]
    Poisoned,
}
