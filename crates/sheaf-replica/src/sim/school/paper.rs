//! What is in a section: the change that begins a record, written and read as a device does it.

use sheaf_charter::{ActorId, DocumentId, LogId, Opened};
use sheaf_documents::{Limits, first_change, scan_change, split_changes, view_of_single_change};
use sheaf_records::{Fields, Kind, Record, RecordId, Value};

/// The nonce of every actor here: a device has one process.
pub(super) const NONCE: [u8; 16] = [9; 16];
const FIELD: &str = "narrative";

/// The change that begins a record with this text, by the actor of a log.
pub(super) fn change(document: DocumentId, log: LogId, text: &[u8]) -> Vec<u8> {
    let id = RecordId::from_bytes(document.to_bytes());
    let mut record = Record { id, kind: Kind::Incident, fields: Fields::new() };
    record.set(FIELD, String::from_utf8(text.to_vec()).unwrap());
    first_change(&record, 1, ActorId::derive(log, NONCE).to_bytes(), 0).unwrap().bytes
}

/// What an opened section says; none where a device holds it as unreadable: it is no change within
/// the limits, or not one of its author's.
pub(super) fn text(document: DocumentId, log: LogId, opened: &Opened) -> Option<Vec<u8>> {
    let actor = ActorId::derive(log, opened.nonce).to_bytes();
    let changes = split_changes(&opened.changes, &Limits::STANDARD).ok()?;
    let [only] = changes.as_slice() else { return None };
    let facts = scan_change(only, &Limits::STANDARD).ok()?;
    let id = RecordId::from_bytes(document.to_bytes());
    let view = view_of_single_change(id, only).ok().filter(|_| facts.actor == actor)?;
    match view.record.one(FIELD)? {
        Value::Text(text) => Some(text.clone().into_bytes()),
        _ => None,
    }
}
