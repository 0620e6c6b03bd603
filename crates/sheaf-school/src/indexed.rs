//! What the index keeps of a record beside its columns: its values, where each one comes from,
//! and the values in conflict. Everything in it follows from the entries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sheaf_charter::{DocumentId, SpaceId};
use sheaf_records::{Field, FieldSpec, Fields, Kind, Record, RecordId, RowSpec, Rows, Value, spec};
use sheaf_store::RecordRow;

use crate::error::{Result, SchoolError};
use crate::stamp::Stamp;

/// The stored form.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Indexed {
    /// The values, in the form that `record add` takes.
    pub fields: Map<String, Json>,
    /// Who wrote the record down.
    pub created: Stamp,
    /// Who changed it last.
    pub changed: Stamp,
    /// Who set those values that are not from the record's first change.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authors: BTreeMap<String, Stamp>,
    /// Several values that one field has at once; the first is the one that shows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conflicts: BTreeMap<String, Vec<IndexedContender>>,
}

/// One of several values.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct IndexedContender {
    /// In its JSON form; null for "cleared".
    pub value: Json,
    /// Who set it.
    pub stamp: Stamp,
}

/// A record as the index has it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The record with the values that show.
    pub record: Record,
    /// Its space.
    pub space: SpaceId,
    /// Where its values come from.
    pub indexed: Indexed,
    /// Its line.
    pub title: String,
}

impl Found {
    /// Reads a row of the index.
    pub(crate) fn from_row(row: RecordRow) -> Result<Self> {
        let wrong = |what: &str| SchoolError::Index(format!("{what} of a record"));
        let kind: Kind = row.kind.parse().map_err(|_| wrong("the kind"))?;
        let indexed: Indexed = serde_json::from_str(&row.json).map_err(|_| wrong("the values"))?;
        let fields = fields_of(kind, &indexed.fields);
        let record = Record { id: record_id(row.record), kind, fields };
        Ok(Self { record, space: row.space, indexed, title: row.title })
    }
}

/// The fields of a kind from their JSON form. What does not fit the schema known here, because a
/// newer version or a careless device wrote it, is kept as it is.
fn fields_of(kind: Kind, json: &Map<String, Json>) -> Fields {
    let spec = spec(kind);
    let field = |(name, json): (&String, &Json)| {
        let field = match json {
            Json::Object(rows) => Field::Many(rows_of(spec.rows(name), rows)),
            one => Field::One(value_of(spec.field(name), one)?),
        };
        Some((name.clone(), field))
    };
    json.iter().filter_map(field).collect()
}

fn rows_of(spec: Option<&RowSpec>, rows: &Map<String, Json>) -> Rows {
    let row = |(key, row): (&String, &Json)| {
        let cells = row.as_object().into_iter().flatten();
        let cell = |(column, json): (&String, &Json)| {
            let column_spec = spec.and_then(|spec| spec.column(column));
            Some((column.clone(), value_of(column_spec, json)?))
        };
        (key.clone(), cells.filter_map(cell).collect())
    };
    rows.iter().map(row).collect()
}

/// One value from its JSON form; `None` for null.
pub(crate) fn value_of(spec: Option<&FieldSpec>, json: &Json) -> Option<Value> {
    match json {
        Json::Bool(answer) => Some(Value::Bool(*answer)),
        Json::Number(number) => number.as_i64().map(Value::Int),
        Json::String(text) => Some(text_value(spec, text)),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A text as the value that it stands for; as it is, where it does not fit.
pub(crate) fn text_value(spec: Option<&FieldSpec>, text: &str) -> Value {
    let typed = spec.and_then(|spec| spec.ty.parse(text).ok());
    typed.unwrap_or_else(|| Value::Text(text.to_owned()))
}

/// A record's id as the id of its document.
pub(crate) const fn document_id(record: RecordId) -> DocumentId {
    DocumentId::from_bytes(record.to_bytes())
}

/// A document's id as the id of its record.
pub(crate) const fn record_id(document: DocumentId) -> RecordId {
    RecordId::from_bytes(document.to_bytes())
}
