//! Where in a document the value of a field stands, and in which form.
//!
//! The root map holds `kind`, `schema`, each single field, and one map for each field of rows, made
//! in the first change. The keys of such a map are `<row key>/<column>`. A field of rows that the
//! document's first change did not know keeps its values in the root, as
//! `<field>/<row key>/<column>`: so no map is ever created twice at once. Beside them a change may
//! hold `because`, the reason of that change: it belongs to the change and is no field.

use sheaf_records::{Edit, FieldPath, Value};

use crate::DocumentError;
use crate::limits::MAX_KEY_BYTES;
use crate::scan::Stored;

pub(crate) const KIND: &str = "kind";
pub(crate) const SCHEMA: &str = "schema";
pub(crate) const BECAUSE: &str = "because";

/// The keys of the root map that are no fields.
fn is_reserved(key: &str) -> bool {
    matches!(key, KIND | SCHEMA | BECAUSE)
}

/// The path of a key of the root map; none for keys that are no fields.
pub(crate) fn path_in_root(key: &str) -> Option<FieldPath> {
    match key.split_once('/') {
        None => (!is_reserved(key)).then(|| FieldPath::One(key.to_owned())),
        Some((field, row)) => path_in_rows(field, row),
    }
}

/// The path of a key of the map of a field of rows.
pub(crate) fn path_in_rows(field: &str, key: &str) -> Option<FieldPath> {
    let (key, column) = key.rsplit_once('/')?;
    let parts = [field, key, column];
    parts.iter().all(|part| !part.is_empty()).then(|| FieldPath::Row {
        field: field.to_owned(),
        key: key.to_owned(),
        column: column.to_owned(),
    })
}

/// The key in the map of its field of rows.
pub(crate) fn row_key(key: &str, column: &str) -> String {
    format!("{key}/{column}")
}

/// Refuses a path that could not be told from another once stored.
pub(crate) fn check_path(path: &FieldPath) -> Result<(), DocumentError> {
    let bad = |reason| Err(DocumentError::BadField { field: path_name(path), reason });
    let (field, length) = match path {
        FieldPath::One(field) => (field, field.len()),
        FieldPath::Row { field, key, column } => {
            if key.is_empty() || column.is_empty() || column.contains('/') {
                return bad("a row key and a column are needed, and no `/` in the column");
            }
            (field, field.len() + key.len() + column.len() + 2)
        }
    };
    if field.is_empty() || field.contains('/') || is_reserved(field) {
        return bad("a field may not be empty, contain `/`, or be called as what is no field");
    }
    if length > MAX_KEY_BYTES { bad("its name and key are too long") } else { Ok(()) }
}

/// The name of a field for an error: its row key may be that of a pupil and is left out.
fn path_name(path: &FieldPath) -> String {
    match path {
        FieldPath::One(field) | FieldPath::Row { field, .. } => field.chars().take(64).collect(),
    }
}

/// A value as it is stored: a scalar that outlives the edit it came from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Str(String),
}

impl Scalar {
    /// The stored form of an edit's value; a field is cleared by writing null, so that clearing
    /// and writing at once shows as a conflict.
    pub(crate) fn of_edit(edit: &Edit) -> Self {
        edit.value.as_ref().map_or(Self::Null, Self::of_value)
    }

    pub(crate) fn of_value(value: &Value) -> Self {
        match value {
            Value::Bool(answer) => Self::Bool(*answer),
            Value::Int(number) => Self::Int(*number),
            other => Self::Str(other.to_string()),
        }
    }

    /// Bytes that it adds to a change, at most.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Str(text) => text.len(),
            _ => 10,
        }
    }
}

impl From<Stored<'_>> for Scalar {
    fn from(stored: Stored<'_>) -> Self {
        match stored {
            Stored::Null => Self::Null,
            Stored::Bool(answer) => Self::Bool(answer),
            Stored::Int(number) => Self::Int(number),
            Stored::Str(text) => Self::Str(text.to_owned()),
        }
    }
}

impl From<Scalar> for automerge::ScalarValue {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(answer) => Self::Boolean(answer),
            Scalar::Int(number) => Self::Int(number),
            Scalar::Str(text) => Self::Str(text.into()),
        }
    }
}
