//! What the schema of a kind says of its fields.

use sheaf_records::{FieldPath, FieldType, Kind, Value, common_field, spec};

use crate::layout::Scalar;

/// The names of the fields of rows of a kind.
pub(crate) fn row_fields(kind: Kind) -> impl Iterator<Item = &'static str> {
    spec(kind)
        .fields
        .iter()
        .filter(|field| matches!(field.ty, FieldType::Rows(_)))
        .map(|field| field.name)
}

/// The version of the schema of a kind that this program knows.
pub(crate) fn known_version(kind: Kind) -> u32 {
    spec(kind).version
}

/// A stored value as its field has it, and whether it is of the field's type. A value that is not,
/// or of a field that is unknown here, is given as it is stored.
pub(crate) fn typed(kind: Kind, path: &FieldPath, stored: &Scalar) -> (Option<Value>, Fit) {
    let plain = match stored {
        Scalar::Null => return (None, Fit::Good),
        Scalar::Bool(answer) => Value::Bool(*answer),
        Scalar::Int(number) => Value::Int(*number),
        Scalar::Str(text) => Value::Text(text.clone()),
    };
    let Some(ty) = field_type(kind, path) else { return (Some(plain), Fit::Good) };
    let parsed = match (ty, &plain) {
        (
            FieldType::Date | FieldType::DateTime | FieldType::Record(_) | FieldType::AnyRecord,
            Value::Text(text),
        ) => ty.parse(text),
        _ => ty.check(&plain).map(|()| plain.clone()),
    };
    match parsed {
        Ok(value) => (Some(value), Fit::Good),
        Err(_) => (Some(plain), Fit::Malformed),
    }
}

/// Whether a stored value is of its field's type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Good,
    Malformed,
}

fn field_type(kind: Kind, path: &FieldPath) -> Option<&'static FieldType> {
    match path {
        FieldPath::One(field) => Some(&spec(kind).field(field).or_else(|| common_field(field))?.ty),
        FieldPath::Row { field, column, .. } => Some(&spec(kind).rows(field)?.column(column)?.ty),
    }
}
