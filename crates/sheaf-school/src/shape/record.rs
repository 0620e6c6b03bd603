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
    /// What was done as a whole.
    pub act: Act,
    /// Why, if its author said so.
    pub reason: Option<String>,
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
    /// The values that it had at once before, of which this step chose; empty without a conflict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Value>,
    /// What others wrote there at the same time, unknown to this step's author.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_once: Vec<AtOnceShape>,
}

/// What another step did to the same field at the same time.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AtOnceShape {
    /// What it wrote; null for "cleared".
    pub value: Value,
    /// Who.
    pub by: String,
    /// When, school time, ISO 8601.
    pub at: String,
}

/// What a step in the history of a record was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The record was written down.
    Created,
    /// Values were changed.
    Changed,
    /// Of several values at once one was chosen.
    Settled,
    /// The record no longer counts.
    Withdrawn,
    /// It counts again.
    Restored,
}
