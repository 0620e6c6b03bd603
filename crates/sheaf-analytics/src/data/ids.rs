//! The records behind a row or a mark.

use sheaf_records::RecordId;

/// A set of records, by id, so that whatever is shown can be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSet(Vec<RecordId>);

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
        self.0.binary_search(&id).is_ok()
    }

    /// The records, by id.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<RecordId> for IdSet {
    fn from_iter<I: IntoIterator<Item = RecordId>>(ids: I) -> Self {
        let mut ids: Vec<RecordId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        Self(ids)
    }
}
