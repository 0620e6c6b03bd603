//! The ids of the records behind a mark.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sheaf_records::RecordId;

/// A set of record ids, in order, each once. Cheap to clone.
///
/// Written as a list of 32-digit hexadecimal strings.
#[derive(Clone, Default)]
pub struct IdSet(Ids);

#[derive(Clone)]
enum Ids {
    Here(Arc<[RecordId]>),
    Later(Arc<Later>),
}

/// Ids that nobody has asked for yet.
struct Later {
    len: usize,
    ids: LazyLock<IdSet, Box<dyn FnOnce() -> IdSet + Send>>,
}

impl Default for Ids {
    fn default() -> Self {
        Self::Here(Arc::default())
    }
}

impl IdSet {
    /// So many ids that are put in order when somebody first opens them: behind a chart stand all
    /// the records of a school, and hardly any of its marks is ever opened. `ids` must give as many
    /// as were said.
    pub fn later(len: usize, ids: impl FnOnce() -> Self + Send + 'static) -> Self {
        let ids: Box<dyn FnOnce() -> Self + Send> = Box::new(ids);
        Self(Ids::Later(Arc::new(Later { len, ids: LazyLock::new(ids) })))
    }

    /// The ids in order.
    pub fn as_slice(&self) -> &[RecordId] {
        match &self.0 {
            Ids::Here(ids) => ids,
            Ids::Later(later) => later.ids.as_slice(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Ids::Here(ids) => ids.len(),
            Ids::Later(later) => later.len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IdSet").field(&self.as_slice()).finish()
    }
}

impl PartialEq for IdSet {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for IdSet {}

impl FromIterator<RecordId> for IdSet {
    fn from_iter<I: IntoIterator<Item = RecordId>>(ids: I) -> Self {
        let mut ids: Vec<RecordId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        Self(Ids::Here(ids.into()))
    }
}

impl Serialize for IdSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.as_slice().iter().map(RecordId::to_string))
    }
}

impl<'de> Deserialize<'de> for IdSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| RecordId::from_str(text).map_err(D::Error::custom)).collect()
    }
}
