//! What the columns need of a stored row: the values without narratives, and which are in conflict.
//! Stamps and texts are passed over, so that building the columns of a whole school is quick.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use sheaf_records::{
    Field, FieldSpec, FieldType, Fields, Kind, KindSpec, RowSpec, Rows, Value, spec,
};

use crate::indexed::text_value;

/// A stored row, as far as the columns need it.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The values.
    pub fields: Fields,
    /// The names of the fields that have several values at once.
    pub conflicts: BTreeSet<String>,
}

impl Reading {
    /// Reads a row of a kind.
    pub fn of(kind: Kind, json: &str) -> Result<Self, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let reading = RowSeed(spec(kind)).deserialize(&mut reader)?;
        reader.end()?;
        Ok(reading)
    }
}

struct RowSeed(&'static KindSpec);

impl<'de> DeserializeSeed<'de> for RowSeed {
    type Value = Reading;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Reading, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed {
    type Value = Reading;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reading, A::Error> {
        let mut reading = Reading::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "fields" => reading.fields = map.next_value_seed(FieldsSeed(self.0))?,
                "conflicts" => {
                    let paths: BTreeMap<String, IgnoredAny> = map.next_value()?;
                    let fields = paths.keys().filter_map(|path| path.split('.').next());
                    reading.conflicts = fields.map(str::to_owned).collect();
                }
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(reading)
    }
}

struct FieldsSeed(&'static KindSpec);

impl<'de> DeserializeSeed<'de> for FieldsSeed {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Fields, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldsSeed {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::new();
        while let Some(name) = map.next_key::<String>()? {
            let field = self.0.field(&name);
            if field.is_some_and(|field| matches!(field.ty, FieldType::Narrative)) {
                map.next_value::<IgnoredAny>()?;
            } else if let Some(value) = map.next_value_seed(FieldSeed(field))? {
                fields.insert(name, value);
            }
        }
        Ok(fields)
    }
}

/// One field: a value, rows, or none for null.
struct FieldSeed(Option<&'static FieldSpec>);

impl<'de> DeserializeSeed<'de> for FieldSeed {
    type Value = Option<Field>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<Field>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FieldSeed {
    type Value = Option<Field>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a field")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<Field>, E> {
        Ok(Some(Field::One(Value::Bool(value))))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<Field>, E> {
        Ok(Some(Field::One(Value::Int(value))))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<Field>, E> {
        Ok(i64::try_from(value).ok().map(|value| Field::One(Value::Int(value))))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Option<Field>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Field>, E> {
        Ok(Some(Field::One(text_value(self.0, text))))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Field>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Field>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Field>, A::Error> {
        let spec = self.0.and_then(|field| match field.ty {
            FieldType::Rows(rows) => Some(rows),
            _ => None,
        });
        let mut rows = Rows::new();
        while let Some(key) = map.next_key::<String>()? {
            rows.insert(key, map.next_value_seed(CellsSeed(spec))?);
        }
        Ok(Some(Field::Many(rows)))
    }
}

/// The cells of one row.
struct CellsSeed(Option<&'static RowSpec>);

type Cells = BTreeMap<String, Value>;

impl<'de> DeserializeSeed<'de> for CellsSeed {
    type Value = Cells;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Cells, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for CellsSeed {
    type Value = Cells;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cells of a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
        let mut cells = Cells::new();
        while let Some(name) = map.next_key::<String>()? {
            let column = self.0.and_then(|rows| rows.column(&name));
            if let Some(Field::One(value)) = map.next_value_seed(FieldSeed(column))? {
                cells.insert(name, value);
            }
        }
        Ok(cells)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sheaf_records::RecordId;

    use super::*;

    #[test]
    fn reads_what_the_columns_need_and_passes_over_the_rest() {
        let pupil = RecordId::from_bytes([7; 16]).to_string();
        let stamp = json!({ "person": "p", "device": "d", "at_ms": 1, "entry": "e" });
        let row = json!({
            "fields": {
                "occurred_at": "2026-11-20T10:15", "category": "disruption", "severity": 3,
                "home_told": true, "narrative": "left out", "status": null, "newer": [1, [2]],
                "participants": { pupil.clone(): { "role": "aggressor", "odd": 1.5 } },
            },
            "created": stamp, "changed": stamp,
            "conflicts": {
                "category": [{ "value": "theft", "stamp": stamp }],
                "participants.x/role": [],
            },
        });
        let reading = Reading::of(Kind::Incident, &row.to_string()).unwrap();
        assert_eq!(reading.conflicts, ["category", "participants"].map(str::to_owned).into());
        let names: Vec<&str> = reading.fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["category", "home_told", "occurred_at", "participants", "severity"]);
        let Some(Field::One(at)) = reading.fields.get("occurred_at") else { panic!("no time") };
        assert_eq!(at.as_date_time(), Some("2026-11-20T10:15".parse().unwrap()));
        let Some(Field::Many(rows)) = reading.fields.get("participants") else { panic!("no rows") };
        let role = Value::Text("aggressor".to_owned());
        assert_eq!(rows[&pupil], BTreeMap::from([("role".to_owned(), role)]));
    }

    #[test]
    fn a_damaged_row_is_an_error() {
        for row in ["", "[]", "{\"fields\":3}", "{\"fields\":{}} more"] {
            assert!(Reading::of(Kind::Incident, row).is_err(), "{row}");
        }
    }
}
