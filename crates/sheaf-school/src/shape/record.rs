//! Records as JSON.

use std::collections::BTreeMap;
use std::fmt;

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
    /// The person's id.
    pub person_id: String,
    /// The device's id.
    pub device_id: String,
    /// The entry that carries it.
    pub entry: String,
    /// What a check of its signature and of its author's right says now.
    pub signature: Signed,
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
    /// What was done cannot be read here.
    Unread,
}

/// What is to be said of a change after its signature and its author's right were checked again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signed {
    /// The signature fits, and its author was allowed to make it.
    Valid,
    /// It is kept without effect, for this reason.
    Held(String),
    /// Its content was erased.
    Erased,
    /// Its content has yet to arrive.
    Absent,
    /// The signature or what it covers does not fit, for this reason.
    Wrong(String),
}

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => f.write_str("valid"),
            Self::Held(why) => write!(f, "held: {why}"),
            Self::Erased => f.write_str("erased"),
            Self::Absent => f.write_str("not here: it has yet to arrive"),
            Self::Wrong(why) => write!(f, "not valid: {why}"),
        }
    }
}

impl Serialize for Signed {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}
