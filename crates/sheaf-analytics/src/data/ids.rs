//! The records behind a row or a mark.

use std::collections::BTreeSet;

use sheaf_records::RecordId;

/// A set of records, so that whatever is shown can be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSet(BTreeSet<RecordId>);

impl IdSet {
    /// How many records.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a record is among them.
    pub fn contains(&self, id: RecordId) -> bool {
        self.0.contains(&id)
    }

    /// The records, by id.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<RecordId> for IdSet {
    fn from_iter<I: IntoIterator<Item = RecordId>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}
