//! A record: its id, its kind and its fields; and the edits that change one.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::id::RecordId;
use crate::kind::Kind;
use crate::schema::WITHDRAWN;
use crate::value::Value;

/// One thing that a school writes down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its id, which is also that of its document.
    pub id: RecordId,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its fields by name; one that was never set is absent.
    pub fields: Fields,
}

/// Fields by name.
pub type Fields = BTreeMap<String, Field>;

/// The rows of a field that several people add to: key (a ULID, a record id, a period code, a
/// date) to the named values of that row.
pub type Rows = BTreeMap<String, BTreeMap<String, Value>>;

/// What one field holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Field {
    /// One value.
    One(Value),
    /// Rows by key, such as the participants of an incident.
    Many(Rows),
}

impl Record {
    /// The single value of a field.
    pub fn one(&self, name: &str) -> Option<&Value> {
        match self.fields.get(name)? {
            Field::One(value) => Some(value),
            Field::Many(_) => None,
        }
    }

    /// The rows of a field, none where it was never set.
    pub fn rows(&self, name: &str) -> impl Iterator<Item = (&str, &BTreeMap<String, Value>)> {
        let rows = match self.fields.get(name) {
            Some(Field::Many(rows)) => Some(rows),
            _ => None,
        };
        rows.into_iter().flatten().map(|(key, row)| (key.as_str(), row))
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.one(name)?.as_text()
    }

    /// Why it no longer counts; `None` if it does.
    pub fn withdrawn(&self) -> Option<&str> {
        self.text(WITHDRAWN)
    }

    /// Sets a single value, for building a new record.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), Field::One(value.into()));
    }

    /// Sets one value of one row, for building a new record.
    pub fn set_row(&mut self, name: &str, key: &str, column: &str, value: impl Into<Value>) {
        let field = self.fields.entry(name.to_owned()).or_insert_with(|| Field::Many(Rows::new()));
        if let Field::Many(rows) = field {
            rows.entry(key.to_owned()).or_default().insert(column.to_owned(), value.into());
        }
    }

    /// Makes one change. A row whose last value is cleared is gone; an edit of a row where a
    /// single value stands, or the other way round, replaces it.
    pub fn apply(&mut self, edit: &Edit) {
        match (&edit.path, &edit.value) {
            (FieldPath::One(name), Some(value)) => self.set(name, value.clone()),
            (FieldPath::One(name), None) => drop(self.fields.remove(name)),
            (FieldPath::Row { field, key, column }, Some(value)) => {
                if matches!(self.fields.get(field), Some(Field::One(_))) {
                    self.fields.remove(field);
                }
                self.set_row(field, key, column, value.clone());
            }
            (FieldPath::Row { field, key, column }, None) => {
                if let Some(Field::Many(rows)) = self.fields.get_mut(field)
                    && let Some(row) = rows.get_mut(key)
                {
                    row.remove(column);
                    if row.is_empty() {
                        rows.remove(key);
                    }
                }
            }
        }
    }
}

/// Where in a record a value stands: `severity`, or `participants.<key>.role`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FieldPath {
    /// A single value.
    One(String),
    /// One value of one row.
    Row {
        /// The field.
        field: String,
        /// The key of the row.
        key: String,
        /// The column in the row.
        column: String,
    },
}

impl FieldPath {
    /// The name of the field, without row and column.
    pub fn field(&self) -> &str {
        match self {
            Self::One(field) | Self::Row { field, .. } => field,
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(field) => f.write_str(field),
            Self::Row { field, key, column } => write!(f, "{field}.{key}.{column}"),
        }
    }
}

/// The text does not name a field: `name` or `name.key.column` is needed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not name a field: write `name`, or `name.key.column`")]
pub struct InvalidFieldPath(pub String);

impl FromStr for FieldPath {
    type Err = InvalidFieldPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            [field] if !field.is_empty() => Ok(Self::One((*field).to_owned())),
            [field, key, column] if parts.iter().all(|part| !part.is_empty()) => Ok(Self::Row {
                field: (*field).to_owned(),
                key: (*key).to_owned(),
                column: (*column).to_owned(),
            }),
            _ => Err(InvalidFieldPath(text.to_owned())),
        }
    }
}

/// One change of one value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Where.
    pub path: FieldPath,
    /// What it becomes; `None` clears it.
    pub value: Option<Value>,
}
