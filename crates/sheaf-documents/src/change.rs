//! One change of one document, as it is written to the log.

use std::fmt;

use crate::hex::Hex;

/// SHA-256 of a change, as automerge names it.
pub type ChangeHash = [u8; 32];

/// The bytes of an actor id.
pub type ActorBytes = [u8; 16];

/// A change that was just made: what goes into a section.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// The uncompressed change chunk (type 1).
    pub bytes: Vec<u8>,
    /// Its hash.
    pub hash: ChangeHash,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes hold what was written about a child.
        write!(f, "Change({}, {} bytes)", Hex(&self.hash), self.bytes.len())
    }
}

/// What became of changes that were to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// All of them are in the document now.
    Done {
        /// How many were not in it before.
        new: usize,
    },
    /// Changes that these depend on are missing; the document is as it was.
    Missing(Vec<ChangeHash>),
}
