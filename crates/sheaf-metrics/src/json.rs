//! Values of a script as JSON: what `metric eval` prints.

use rhai::{Array, Dynamic, FnPtr, Map};
use serde_json::Value;

use crate::column::{Column, number};
use crate::estimate::Estimate;
use crate::eval::CsvTable;
use crate::missing::Missing;
use crate::outcome::Outcome;

/// A value as JSON; statistics as objects with their documented fields.
pub fn of(value: &Dynamic) -> Value {
    if value.is_unit() {
        return Value::Null;
    }
    if let Ok(integer) = value.as_int() {
        return integer.into();
    }
    if let Ok(float) = value.as_float() {
        return number(float);
    }
    if let Ok(flag) = value.as_bool() {
        return flag.into();
    }
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().map(of).collect();
    }
    if let Some(map) = value.read_lock::<Map>() {
        return map.iter().map(|(key, item)| (key.to_string(), of(item))).collect();
    }
    of_ours(value)
}

fn of_ours(value: &Dynamic) -> Value {
    if let Some(estimate) = value.read_lock::<Estimate>() {
        return of_estimate(&estimate);
    }
    if let Some(outcome) = value.read_lock::<Outcome>() {
        return outcome.to_json();
    }
    if let Some(column) = value.read_lock::<Column>() {
        return column.to_json();
    }
    if let Some(table) = value.read_lock::<CsvTable>() {
        return table.to_json();
    }
    if value.is::<Missing>() {
        return Value::Null;
    }
    // Words that wait for the rest of a text have none here.
    crate::estimate::settle_for_author(&value.to_string()).into()
}

/// What there is in a value that has no JSON, as messages call it by these names of types; none if
/// all of it has.
pub fn unprintable(
    value: &Dynamic,
    types: &[(&'static str, &'static str)],
) -> Option<&'static str> {
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().find_map(|item| unprintable(item, types));
    }
    if let Some(map) = value.read_lock::<Map>() {
        return map.values().find_map(|item| unprintable(item, types));
    }
    if value.is::<FnPtr>() {
        return Some("function");
    }
    let is_printed = value.is::<Estimate>()
        || value.is::<Outcome>()
        || value.is::<Column>()
        || value.is::<CsvTable>()
        || value.is::<Missing>();
    let named = types.iter().find(|(name, _)| *name == value.type_name());
    named.filter(|_| !is_printed).map(|(_, shown)| *shown)
}

/// An estimate with its documented fields.
pub fn of_estimate(estimate: &Estimate) -> Value {
    let mut object = serde_json::Map::new();
    object.insert("ok".to_owned(), estimate.numbers().is_some().into());
    if let Some(missing) = estimate.why() {
        object.insert("why".to_owned(), missing.for_author().into());
    }
    if let Ok(Value::Object(fields)) = serde_json::to_value(estimate.view()) {
        object.extend(fields);
    }
    object.into()
}
