//! What the tests share: records, edits, replicas, and changes made by hand.

use sha2::{Digest, Sha256};
use sheaf_records::{Edit, FieldPath, Fields, Kind, Record, RecordId, Value};

use crate::{ActorBytes, Applied, Change, ChangeHash, Document};

pub(super) const ANNA: ActorBytes = [0xa1; 16];
pub(super) const BEN: ActorBytes = [0xb2; 16];
pub(super) const CARA: ActorBytes = [0xc3; 16];

pub(super) fn id(byte: u8) -> RecordId {
    RecordId::from_bytes([byte; 16])
}

pub(super) fn record(kind: Kind) -> Record {
    Record { id: id(1), kind, fields: Fields::new() }
}

/// An incident of about the size that is common, with two participants and a follow-up.
pub(super) fn incident() -> Record {
    let mut record = record(Kind::Incident);
    record.set("occurred_at", jiff::civil::date(2026, 11, 20).at(10, 15, 0, 0));
    record.set("location", "corridor");
    record.set("category", "disruption");
    record.set("severity", 2);
    record.set("narrative", "Shouted across the corridor and would not move on when asked twice.");
    record.set("reporter", id(9));
    record.set_row("participants", &id(20).to_string(), "role", "aggressor");
    record.set_row("participants", &id(21).to_string(), "role", "witness");
    record.set_row("follow_ups", "01JD000000000000000000000A", "what", "Ring home");
    record.set_row("follow_ups", "01JD000000000000000000000A", "done", false);
    record.set_row(
        "follow_ups",
        "01JD000000000000000000000A",
        "due",
        jiff::civil::date(2026, 11, 23),
    );
    record
}

pub(super) fn one(field: &str) -> FieldPath {
    FieldPath::One(field.to_owned())
}

pub(super) fn row(field: &str, key: &str, column: &str) -> FieldPath {
    FieldPath::Row { field: field.to_owned(), key: key.to_owned(), column: column.to_owned() }
}

pub(super) fn set(path: FieldPath, value: impl Into<Value>) -> Edit {
    Edit { path, value: Some(value.into()) }
}

pub(super) fn clear(path: FieldPath) -> Edit {
    Edit { path, value: None }
}

/// A document of `record` on one device, and its first change.
#[track_caller]
pub(super) fn create(record: &Record) -> (Document, Change) {
    Document::create(record, 1, ANNA, 1_000).unwrap()
}

/// The document that another device makes of these changes.
#[track_caller]
pub(super) fn rebuild(changes: &[&Change]) -> Document {
    Document::from_changes(id(1), changes.iter().map(|change| change.bytes.as_slice())).unwrap()
}

#[track_caller]
pub(super) fn edit(document: &mut Document, actor: ActorBytes, edits: &[Edit]) -> Change {
    document.edit(edits, actor, 2_000).unwrap().expect("an edit that changes something")
}

#[track_caller]
pub(super) fn apply(document: &mut Document, changes: &[&Change]) {
    let bytes: Vec<&[u8]> = changes.iter().map(|change| change.bytes.as_slice()).collect();
    assert!(matches!(document.apply(&bytes).unwrap(), Applied::Done { .. }));
}

/// Gives a chunk the checksum that its contents have now, if it is framed at all.
pub(super) fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() > 9 {
        let hash: ChangeHash = Sha256::digest(&bytes[8..]).into();
        bytes[4..8].copy_from_slice(&hash[..4]);
    }
    bytes
}

/// A chunk of this type around these contents.
pub(super) fn chunk(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, kind];
    unsigned(&mut bytes, body.len() as u64);
    bytes.extend_from_slice(body);
    with_checksum(bytes)
}

/// The contents of a first change by Anna with these columns of operations.
pub(super) fn body(columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut body = vec![0, 16];
    body.extend_from_slice(&ANNA);
    // Sequence 1, first operation 1, time 0, no message, no other actors.
    body.extend_from_slice(&[1, 1, 0, 0, 0]);
    unsigned(&mut body, columns.len() as u64);
    for (spec, column) in columns {
        unsigned(&mut body, *spec);
        unsigned(&mut body, column.len() as u64);
    }
    columns.iter().for_each(|(_, column)| body.extend_from_slice(column));
    body
}

pub(super) fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        out.push(if value == 0 { byte } else { byte | 0x80 });
        if value == 0 {
            return;
        }
    }
}

pub(super) fn signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        let done = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
        out.push(if done { byte } else { byte | 0x80 });
        if done {
            return;
        }
    }
}

/// A run of one repeated item.
pub(super) fn run(count: i64, item: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    signed(&mut out, count);
    out.extend_from_slice(item);
    out
}
