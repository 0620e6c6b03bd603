//! The examples of a package: a few records, options, and what the report must hold.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use sheaf_analytics::{Budget, Dataset, Provenance, Scope};
use sheaf_records::{Kind, Record, RecordId, expand_virtual, parse_record};

use crate::error::MetricError;
use crate::host::Host;
use crate::options::Options;
use crate::package::Package;
use crate::run::RunContext;

/// Numbers that are nearer than this are the same.
const TOLERANCE: f64 = 1e-6;

/// One example, as its file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    says: String,
    /// The day taken as today.
    as_of: Date,
    /// The records. Ids are short names that begin with `@`; wherever one stands as a value or a
    /// key, it is that id.
    records: Vec<ExampleRecord>,
    /// Options that are not at their default.
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// What the report must hold: objects may hold more, arrays must match item by item.
    expect: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleRecord {
    kind: String,
    id: String,
    /// From when the facts of a pupil hold.
    #[serde(default)]
    from: Option<Date>,
    fields: Value,
}

/// What is wrong with an example; nothing if it passes.
pub fn run(host: &Host, package: &Package, text: &str) -> Result<(), String> {
    let example: Example = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let scope = example.scope()?;
    let given: Vec<(String, String)> = example.options.clone().into_iter().collect();
    let told = |error: MetricError| error.to_string();
    let options = Options::resolve(&package.manifest, &given).map_err(told)?;
    let names = std::sync::Arc::new(|_: RecordId| Some("Invented pupil".to_owned()));
    let context = RunContext::new(scope, Budget::default()).for_pastoral(names);
    let report = host.run(package, &options, &context).map_err(told)?;
    let found = serde_json::to_value(&report).map_err(|error| error.to_string())?;
    differs("report", &example.expect, &found)
        .map_or(Ok(()), |why| Err(format!("{}: {why}", example.says)))
}

impl Example {
    /// The data of the example.
    pub fn scope(&self) -> Result<Scope, String> {
        let ids: BTreeMap<&str, RecordId> =
            self.records.iter().map(|record| (record.id.as_str(), id_of(&record.id))).collect();
        if let Some(id) = ids.keys().find(|id| !id.starts_with('@')) {
            return Err(format!("the id `{id}` of an example needs `@` before it"));
        }
        let mut dataset = Dataset::default();
        for example in &self.records {
            let record = example.record(&ids)?;
            dataset
                .upsert(&record, &Provenance::of_space("pastoral"))
                .map_err(|error| format!("record `{}`: {error}", example.id))?;
        }
        Ok(Scope::new(dataset.snapshot(), self.as_of))
    }
}

impl ExampleRecord {
    fn record(&self, ids: &BTreeMap<&str, RecordId>) -> Result<Record, String> {
        let kind: Kind = self.kind.parse().map_err(|error| format!("{error}"))?;
        let mut fields = parse_record(kind, &named(&self.fields, ids)).map_err(|problems| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            format!("record `{}`: {}", self.id, problems.join("; "))
        })?;
        if kind == Kind::Pupil {
            let from = self.from.ok_or_else(|| format!("record `{}` needs `from`", self.id))?;
            let mut next = 0;
            expand_virtual(&mut fields, from, &mut || {
                next += 1;
                format!("{next:026}")
            });
        }
        Ok(Record { id: id_of(&self.id), kind, fields })
    }
}

fn id_of(name: &str) -> RecordId {
    let hash = blake3::hash(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    RecordId::from_bytes(bytes)
}

/// The value with short names in the place of ids turned into ids.
fn named(value: &Value, ids: &BTreeMap<&str, RecordId>) -> Value {
    let text = |text: &str| ids.get(text).map_or_else(|| text.to_owned(), RecordId::to_string);
    match value {
        Value::String(name) => text(name).into(),
        Value::Array(items) => items.iter().map(|item| named(item, ids)).collect(),
        Value::Object(object) => {
            object.iter().map(|(key, item)| (text(key), named(item, ids))).collect()
        }
        other => other.clone(),
    }
}

/// Where what was found differs from what was expected.
fn differs(place: &str, expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            expected.iter().find_map(|(key, expected)| {
                let place = format!("{place}.{key}");
                match found.get(key) {
                    Some(found) => differs(&place, expected, found),
                    None => Some(format!("{place} is not there")),
                }
            })
        }
        (Value::Array(expected), Value::Array(found)) => {
            if expected.len() != found.len() {
                let (expected, found) = (expected.len(), found.len());
                return Some(format!("{place} has {found} items, not {expected}"));
            }
            let pairs = expected.iter().zip(found).enumerate();
            pairs.into_iter().find_map(|(at, (expected, found))| {
                differs(&format!("{place}[{at}]"), expected, found)
            })
        }
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64()?, other.as_f64()?);
            let near = (one - other).abs() <= TOLERANCE * one.abs().max(1.0);
            (!near).then(|| format!("{place} is {other}, not {one}"))
        }
        _ => (expected != found).then(|| format!("{place} is {found}, not {expected}")),
    }
}

#[cfg(test)]
mod tests;
