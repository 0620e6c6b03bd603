//! Records as JSON: what `record add --json` takes and what the `fields` of a record show.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use crate::field_type::FieldType;
use crate::kind::Kind;
use crate::nearest::nearest;
use crate::problem::{FieldError, Problem};
use crate::record::{Field, Fields, Record, Rows};
use crate::schema::{FieldSpec, MAX_ROWS, RowSpec, spec, virtual_fields};
use crate::spells::PupilView;
use crate::validate::check_key;
use crate::value::Value;

/// The fields that a JSON object gives for a record of this kind: single values as strings,
/// numbers or booleans, rows as an object by key. `null` is as good as absent. Virtual fields stay
/// as single values, for [`expand_virtual`](crate::expand_virtual).
///
/// # Errors
/// Every problem of form, with its field: unknown names, wrong types, malformed keys. Codes and
/// required fields are looked at by [`validate`](crate::validate).
pub fn parse_record(kind: Kind, json: &Json) -> Result<Fields, Vec<Problem>> {
    let mut reader = Reader { kind, problems: Vec::new() };
    let Json::Object(object) = json else {
        reader.refuse("", FieldError::NotAnObject);
        return Err(reader.problems);
    };
    let mut fields = Fields::new();
    for (name, json) in object {
        if let Some(field) = reader.field(name, json) {
            fields.insert(name.clone(), field);
        }
    }
    if reader.problems.is_empty() { Ok(fields) } else { Err(reader.problems) }
}

struct Reader {
    kind: Kind,
    problems: Vec<Problem>,
}

impl Reader {
    fn refuse(&mut self, path: &str, error: FieldError) {
        self.problems.push(Problem { kind: self.kind, path: path.to_owned(), error });
    }

    fn field(&mut self, name: &str, json: &Json) -> Option<Field> {
        let Some(field) = field_or_virtual(self.kind, name) else {
            self.refuse(&shown_name(name), unknown_field(self.kind, name));
            return None;
        };
        match (&field.ty, json) {
            (_, Json::Null) => None,
            (FieldType::Rows(rows), Json::Object(object)) => {
                Some(Field::Many(self.rows(name, rows, object)))
            }
            (FieldType::Rows(_), _) => {
                self.refuse(name, FieldError::RowsNeeded);
                None
            }
            (ty, json) => match scalar(ty, json) {
                Ok(value) => Some(Field::One(value)),
                Err(error) => {
                    self.refuse(name, error);
                    None
                }
            },
        }
    }

    fn rows(&mut self, name: &str, spec: &RowSpec, object: &Map<String, Json>) -> Rows {
        let mut rows = Rows::new();
        if object.len() > MAX_ROWS {
            self.refuse(name, FieldError::TooManyRows { count: object.len(), max: MAX_ROWS });
            return rows;
        }
        for (key, json) in object {
            if let Err(error) = check_key(spec.key, key) {
                self.refuse(name, error);
                continue;
            }
            let path = format!("{name}.{key}");
            match json {
                Json::Null => {}
                Json::Object(columns) => {
                    rows.insert(key.clone(), self.row(&path, spec, columns));
                }
                _ => self.refuse(&path, FieldError::NotAnObject),
            }
        }
        rows
    }

    fn row(
        &mut self,
        path: &str,
        spec: &RowSpec,
        columns: &Map<String, Json>,
    ) -> BTreeMap<String, Value> {
        let mut row = BTreeMap::new();
        for (name, json) in columns.iter().filter(|(_, json)| !json.is_null()) {
            let path = format!("{path}.{}", shown_name(name));
            let parsed = match spec.column(name) {
                Some(column) => scalar(&column.ty, json),
                None => Err(unknown_column(self.kind, spec, name)),
            };
            match parsed {
                Ok(value) => drop(row.insert(name.clone(), value)),
                Err(error) => self.refuse(&path, error),
            }
        }
        row
    }
}

fn scalar(ty: &FieldType, json: &Json) -> Result<Value, FieldError> {
    match json {
        Json::String(text) => ty.parse(text),
        Json::Number(number) => ty.parse(&number.to_string()),
        Json::Bool(answer) => ty.parse(if *answer { "true" } else { "false" }),
        Json::Null | Json::Array(_) | Json::Object(_) => {
            Err(FieldError::wrong_type(ty.expected(), ""))
        }
    }
}

fn field_or_virtual(kind: Kind, name: &str) -> Option<&'static FieldSpec> {
    spec(kind).field(name).or_else(|| virtual_fields(kind).iter().find(|field| field.name == name))
}

/// The refusal of a field name that the kind does not have.
pub(crate) fn unknown_field(kind: Kind, name: &str) -> FieldError {
    let names = spec(kind).fields.iter().chain(virtual_fields(kind)).map(|field| field.name);
    FieldError::UnknownField { kind, nearest: nearest(name, names) }
}

/// The refusal of a column that the rows do not have.
pub(crate) fn unknown_column(kind: Kind, rows: &RowSpec, name: &str) -> FieldError {
    let names = rows.columns.iter().map(|column| column.name);
    FieldError::UnknownField { kind, nearest: nearest(name, names) }
}

/// A name that was given for a field, if it has the look of one: anything else is not repeated.
pub(crate) fn shown_name(name: &str) -> String {
    let harmless = !name.is_empty()
        && name.len() <= 40
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if harmless { name.to_owned() } else { "?".to_owned() }
}

/// The fields of a record as a JSON object, rows as objects by key.
pub fn to_json(record: &Record) -> Map<String, Json> {
    let known = spec(record.kind).fields.iter().map(|field| field.name);
    let mut map = Map::new();
    for name in known {
        if let Some(field) = record.fields.get(name) {
            map.insert(name.to_owned(), field_json(field));
        }
    }
    // What a later version of the schema wrote is shown too, after what is known here.
    for (name, field) in &record.fields {
        if !map.contains_key(name) {
            map.insert(name.clone(), field_json(field));
        }
    }
    map
}

/// As [`to_json`], with the virtual fields of the kind as they are on a day; `null` where no spell
/// says.
pub fn to_json_on(record: &Record, on: Date) -> Map<String, Json> {
    let mut map = to_json(record);
    if record.kind == Kind::Pupil {
        let day = PupilView::new(record).on(on);
        for field in virtual_fields(record.kind) {
            let value = day.get(field.name).map_or(Json::Null, Json::from);
            map.insert(field.name.to_owned(), value);
        }
    }
    map
}

fn field_json(field: &Field) -> Json {
    match field {
        Field::One(value) => value_json(value),
        Field::Many(rows) => {
            Json::Object(rows.iter().map(|(key, row)| (key.clone(), row_json(row))).collect())
        }
    }
}

fn row_json(row: &BTreeMap<String, Value>) -> Json {
    Json::Object(row.iter().map(|(column, value)| (column.clone(), value_json(value))).collect())
}

/// One value as JSON: booleans and numbers as such, everything else in its stored form.
pub fn value_json(value: &Value) -> Json {
    match value {
        Value::Bool(answer) => Json::Bool(*answer),
        Value::Int(number) => Json::from(*number),
        other => Json::String(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
