//! The ids of the records behind a mark.

use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sheaf_records::RecordId;

/// A set of record ids, in order, each once.
///
/// Written as a list of 32-digit hexadecimal strings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSet(Vec<RecordId>);

impl IdSet {
    /// The ids in order.
    pub fn as_slice(&self) -> &[RecordId] {
        &self.0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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

impl Serialize for IdSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(RecordId::to_string))
    }
}

impl<'de> Deserialize<'de> for IdSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| RecordId::from_str(text).map_err(D::Error::custom)).collect()
    }
}
