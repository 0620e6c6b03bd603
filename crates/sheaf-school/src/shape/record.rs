//! Records as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

/// Who set a value, on which device and when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StampShape {
    /// The person's name.
    pub by: String,
    /// The device's name.
    pub device: String,
    /// The claimed time, school time, ISO 8601.
    pub at: String,
}

/// One of several values that a field has at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ContenderShape {
    /// The value; null for "cleared".
    pub value: Value,
    /// Who set it.
    pub by: String,
    /// When, school time, ISO 8601.
    pub at: String,
}

/// One record.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RecordShape {
    /// Its id.
    pub id: String,
    /// What kind it is.
    pub kind: String,
    /// The name of its space.
    pub space: String,
    /// Its fields.
    pub fields: Map<String, Value>,
    /// The fields that have several values at once.
    pub conflicts: BTreeMap<String, Vec<ContenderShape>>,
    /// Who wrote it down.
    pub created: StampShape,
    /// Who changed it last.
    pub changed: StampShape,
    /// Warnings about what was written, such as a follow-up due before the incident.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A list of records, newest first.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RecordList {
    /// The records.
    pub records: Vec<RecordShape>,
    /// How many there are in all, beyond the limit too.
    pub total: u64,
}

/// Something found by words.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SearchHit {
    /// The record.
    pub id: String,
    /// What kind it is.
    pub kind: String,
    /// The name of its space.
    pub space: String,
    /// One line about it.
    pub headline: String,
    /// The words around the hit.
    pub excerpt: String,
}

/// One step in the history of a record.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct HistoryShape {
    /// Who.
    #[serde(flatten)]
    pub stamp: StampShape,
    /// The entry that carries it.
    pub entry: String,
    /// What differed.
    pub changed: Vec<ChangeShape>,
}

/// What one step did to one field.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChangeShape {
    /// The field, as `name` or `name.key.column`.
    pub field: String,
    /// Its value before; null for none.
    pub before: Value,
    /// Its value after; null for none.
    pub after: Value,
}
