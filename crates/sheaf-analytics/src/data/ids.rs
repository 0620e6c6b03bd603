//! The records behind a row or a mark.

use std::fmt;
use std::sync::{Arc, OnceLock};

use sheaf_records::RecordId;

use crate::data::labels::Labels;

/// A set of records, by id, so that whatever is shown can be opened. Cheap to clone; the ids are
/// read and put in order when somebody first asks for them, as most sets are only counted.
#[derive(Clone, Default)]
pub struct IdSet(Arc<Inner>);

#[derive(Default)]
struct Inner {
    len: usize,
    /// The codes of records with the texts of their ids, where the set was made of those.
    coded: Option<(Vec<i32>, Arc<Labels>)>,
    ids: OnceLock<Vec<RecordId>>,
}

impl IdSet {
    /// The records of these codes.
    pub(crate) fn of_codes(mut codes: Vec<i32>, labels: &Arc<Labels>) -> Self {
        // Records of which only the number is kept have no ids.
        codes.retain(|code| labels.get(*code).is_some());
        codes.sort_unstable();
        codes.dedup();
        let (len, coded) = (codes.len(), Some((codes, Arc::clone(labels))));
        Self(Arc::new(Inner { len, coded, ids: OnceLock::new() }))
    }

    /// How many records.
    pub fn len(&self) -> usize {
        self.0.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a record is among them.
    pub fn contains(&self, id: RecordId) -> bool {
        self.ids().binary_search(&id).is_ok()
    }

    /// The records, by id.
    pub fn iter(&self) -> impl Iterator<Item = RecordId> + '_ {
        self.ids().iter().copied()
    }

    fn ids(&self) -> &[RecordId] {
        self.0.ids.get_or_init(|| {
            let Some((codes, labels)) = &self.0.coded else { return Vec::new() };
            let id = |code: &i32| labels.get(*code)?.parse().ok();
            let mut ids: Vec<RecordId> = codes.iter().filter_map(id).collect();
            ids.sort_unstable();
            ids
        })
    }
}

impl fmt::Debug for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IdSet").field(&self.ids()).finish()
    }
}

impl PartialEq for IdSet {
    fn eq(&self, other: &Self) -> bool {
        self.ids() == other.ids()
    }
}

impl Eq for IdSet {}

impl FromIterator<RecordId> for IdSet {
    fn from_iter<I: IntoIterator<Item = RecordId>>(ids: I) -> Self {
        let mut ids: Vec<RecordId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        Self(Arc::new(Inner { len: ids.len(), coded: None, ids: ids.into() }))
    }
}
