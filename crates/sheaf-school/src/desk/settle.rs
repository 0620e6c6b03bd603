//! Every field in which people's values stand side by side, as a face shows them.

use super::model::{DetailRow, TimelineItem};

/// What is to be settled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conflicts {
    /// The fields in conflict, record by record.
    pub lines: Vec<ConflictLine>,
    /// How many there are in all; more than there are lines if there are very many.
    pub total: u64,
    /// Whether whoever uses this device may choose.
    pub may_settle: bool,
}

/// One field in conflict.
#[derive(Clone, Debug, PartialEq)]
pub struct ConflictLine {
    /// The record.
    pub item: TimelineItem,
    /// The field, with its values.
    pub row: DetailRow,
}

/// Where the data of this device lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeLine {
    /// The folder.
    pub folder: std::path::PathBuf,
    /// How much it takes on the disk, in bytes.
    pub bytes: u64,
    /// Whether a passphrase protects it.
    pub is_protected: bool,
}
