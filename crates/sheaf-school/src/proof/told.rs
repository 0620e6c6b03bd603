//! What opened sections say: the record that their changes make, and what each of them did.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use sheaf_documents::{Document, DocumentError, HistoryStep, Limits, scan_change, split_changes};
use sheaf_records::{RecordId, Value, to_json, value_json};

use super::Said;

/// The record that some sections make.
pub(super) struct Told {
    pub(super) kind: &'static str,
    pub(super) values: Map<String, Json>,
    pub(super) conflicts: BTreeMap<String, Vec<Json>>,
    /// What each section did, in the order in which they were given.
    pub(super) says: Vec<Vec<Said>>,
}

/// Reads the changes of all these sections as one record.
pub(super) fn told(record: RecordId, sections: &[Vec<u8>]) -> Result<Told, DocumentError> {
    let mut chunks = Vec::new();
    let mut by_section = Vec::new();
    for section in sections {
        let own = split_changes(section, &Limits::STANDARD)?;
        let hashes = own.iter().map(|one| Ok(scan_change(one, &Limits::STANDARD)?.hash));
        by_section.push(hashes.collect::<Result<Vec<_>, DocumentError>>()?);
        chunks.extend(own);
    }
    let document = Document::from_changes(record, chunks)?;
    let (view, steps) = (document.view()?, document.history()?);
    let conflicts = view.conflicts.iter().map(|(path, all)| {
        (path.to_string(), all.iter().map(|one| json(one.value.as_ref())).collect())
    });
    let says = by_section
        .iter()
        .map(|hashes| steps.iter().filter(|step| hashes.contains(&step.change)).flat_map(said));
    Ok(Told {
        kind: view.record.kind.name(),
        values: to_json(&view.record),
        conflicts: conflicts.collect(),
        says: says.map(Iterator::collect).collect(),
    })
}

fn said(step: &HistoryStep) -> impl Iterator<Item = Said> {
    let field = |one: &sheaf_documents::ChangedField| Said {
        field: one.path.to_string(),
        value: json(one.after.as_ref()),
    };
    step.changed.iter().map(field)
}

fn json(value: Option<&Value>) -> Json {
    value.map_or(Json::Null, value_json)
}
