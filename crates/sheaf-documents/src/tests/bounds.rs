//! The bounded scan: what it refuses, and that it never expands what it counts.

use super::support::*;
use crate::{Document, DocumentError, Limits, scan_change, split_changes};

const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_KIND: u64 = 0x56;
const VALUE: u64 = 0x57;
const COUNT: u64 = 0x70;
const PREDECESSOR_ACTOR: u64 = 0x71;
const PREDECESSOR_COUNTER: u64 = 0x73;

/// `count` times the same put of null, as columns.
fn puts(count: i64) -> Vec<(u64, Vec<u8>)> {
    let mut insert = Vec::new();
    unsigned(&mut insert, count.unsigned_abs());
    vec![
        (KEY, run(count, &[1, b'k'])),
        (INSERT, insert),
        (ACTION, run(count, &[1])),
        (VALUE_KIND, run(count, &[0])),
        (COUNT, run(count, &[0])),
    ]
}

#[track_caller]
fn scanned(columns: &[(u64, Vec<u8>)]) -> Result<usize, DocumentError> {
    let bytes = chunk(1, &body(columns));
    assert!(bytes.len() < 250);
    scan_change(&bytes, &Limits::STANDARD).map(|facts| facts.op_count)
}

#[test]
fn operations_are_counted_without_expanding_them() {
    assert_eq!(scanned(&puts(1)).unwrap(), 1);
    assert_eq!(scanned(&puts(20_000)).unwrap(), 20_000);
    for count in [20_001, 2_000_000_000, i64::MAX] {
        let refused = scanned(&puts(count));
        assert!(matches!(refused, Err(DocumentError::TooMuch { what: "operations", .. })));
    }
}

#[test]
fn a_run_of_predecessors_cannot_explode() {
    let mut columns = puts(1);
    let mut billions = Vec::new();
    unsigned(&mut billions, 3_000_000_000);
    columns[4].1 = run(1, &billions);
    columns.push((PREDECESSOR_ACTOR, run(3_000_000_000, &[0])));
    columns.push((PREDECESSOR_COUNTER, run(3_000_000_000, &[0])));
    let refused = scanned(&columns);
    assert!(matches!(refused, Err(DocumentError::TooMuch { what: "predecessors", .. })));
}

/// Replaces one column of a sound change and expects a refusal that names a place.
#[track_caller]
fn refused(spec: u64, column: Vec<u8>) {
    let mut columns = puts(3);
    columns.retain(|(other, _)| *other != spec);
    columns.push((spec, column));
    columns.sort();
    let outcome = scanned(&columns);
    let named =
        matches!(outcome, Err(DocumentError::Malformed { .. } | DocumentError::TooMuch { .. }));
    assert!(named, "{outcome:?}");
}

#[test]
fn columns_that_do_not_add_up_are_refused() {
    let endless = run(0, &[0]);
    let mut null_bomb = vec![0];
    unsigned(&mut null_bomb, u64::MAX);
    let cases: Vec<(u64, Vec<u8>)> = vec![
        (ACTION, endless.clone()),
        (ACTION, null_bomb.clone()),
        (ACTION, run(i64::MIN, &[1])),
        (ACTION, run(-3, &[1])),
        (ACTION, run(3, &[])),
        (ACTION, run(3, &[2])),
        (ACTION, run(3, &[7])),
        (ACTION, run(3, &[0x81, 0])),
        (KEY, run(2, &[1, b'k'])),
        (KEY, run(4, &[1, b'k'])),
        (KEY, run(3, &[0])),
        (KEY, run(3, &[1, 0xff])),
        (KEY, run(3, &[9, b'k'])),
        (KEY, null_bomb),
        (KEY, endless),
        (INSERT, vec![0, 3]),
        (INSERT, vec![4]),
        (VALUE_KIND, run(3, &[0x16])),
        (VALUE_KIND, run(3, &[0x05])),
        (VALUE_KIND, run(3, &[0x03])),
        (VALUE_KIND, run(3, &[0x09])),
        (VALUE_KIND, run(3, &[0x0f])),
        (VALUE, vec![1, 2, 3]),
        (COUNT, run(3, &[1])),
        (PREDECESSOR_ACTOR, run(1, &[0])),
        (0x01, run(3, &[9])),
        (0x02, run(3, &[1])),
        (0x11, run(3, &[0])),
        (0x1d, run(3, &[1, b'k'])),
        (0x4a, run(3, &[1])),
        (0x94, vec![0, 3]),
        (0xa5, run(3, &[1, b'k'])),
        (0x200, vec![1]),
    ];
    for (spec, column) in cases {
        refused(spec, column);
    }
}

#[test]
fn only_whole_uncompressed_changes_are_read() {
    let (_, change) = create(&incident());
    let limits = Limits::STANDARD;
    for cut in 0..change.bytes.len() {
        assert!(scan_change(&change.bytes[..cut], &limits).is_err(), "cut at {cut}");
    }
    for at in 4..8 {
        let mut wrong = change.bytes.clone();
        wrong[at] ^= 1;
        assert!(scan_change(&wrong, &limits).is_err(), "checksum byte {at}");
    }
    let mut trailing = change.bytes.clone();
    trailing.push(0);
    assert!(scan_change(&trailing, &limits).is_err());
    for kind in [0, 2, 3, 4] {
        assert!(scan_change(&chunk(kind, &body(&puts(1))), &limits).is_err(), "type {kind}");
    }
    let compressed = automerge::Change::try_from(change.bytes.as_slice()).unwrap().bytes().to_vec();
    assert_ne!(compressed, change.bytes);
    assert!(scan_change(&compressed, &limits).is_err());
    let saved = create(&incident()).0.save().unwrap();
    assert!(scan_change(&saved, &limits).is_err());
}

#[test]
fn extra_bytes_messages_and_declared_lengths_are_refused() {
    let limits = Limits::STANDARD;
    let sound = body(&puts(1));
    assert!(scan_change(&chunk(1, &sound), &limits).is_ok());
    let mut extra = sound.clone();
    extra.extend_from_slice(&[1, 1, 7]);
    assert!(scan_change(&chunk(1, &extra), &limits).is_err());
    // Byte 0 counts dependencies, 21 is the length of the message, 22 counts actors, 23 columns.
    for (at, value) in [(0, 1), (1, 15), (18, 0), (19, 0), (21, 1), (22, 1), (23, 6), (23, 4)] {
        let mut broken = sound.clone();
        broken[at] = value;
        assert!(scan_change(&chunk(1, &broken), &limits).is_err(), "byte {at}");
    }
}

#[test]
fn limits_hold_for_bytes_and_dependencies() {
    let (_, change) = create(&incident());
    let tight = Limits { bytes: change.bytes.len() - 1, ..Limits::STANDARD };
    let refused = scan_change(&change.bytes, &tight);
    assert!(matches!(refused, Err(DocumentError::TooMuch { what: "bytes", .. })));
    let mut many = vec![65];
    (0..65_u8).for_each(|n| many.extend_from_slice(&[n; 32]));
    many.extend_from_slice(&body(&puts(1))[1..]);
    let refused = scan_change(&chunk(1, &many), &Limits::STANDARD);
    assert!(matches!(refused, Err(DocumentError::TooMuch { what: "dependencies", .. })));
}

#[test]
fn our_own_changes_stay_within_the_limits() {
    let mut record = incident();
    record.set("narrative", "x".repeat(600_000));
    let refused = Document::create(&record, 1, ANNA, 0);
    assert!(matches!(refused, Err(DocumentError::TooMuch { what: "bytes", .. })));
    let (mut document, first) = create(&incident());
    let refused = document.edit(&[set(one("narrative"), "x".repeat(600_000))], ANNA, 0);
    assert!(matches!(refused, Err(DocumentError::TooMuch { .. })));
    assert_eq!(document.heads().unwrap(), [first.hash]);
    let large = edit(&mut document, ANNA, &[set(one("narrative"), "x".repeat(490_000))]);
    assert!(scan_change(&large.bytes, &Limits::STANDARD).is_ok());
}

#[test]
fn a_section_body_is_split_into_its_changes() {
    let (mut document, first) = create(&incident());
    let second = edit(&mut document, ANNA, &[set(one("location"), "hall")]);
    let limits = Limits::STANDARD;
    let both = [first.bytes.clone(), second.bytes.clone()].concat();
    assert_eq!(split_changes(&both, &limits).unwrap(), [&first.bytes[..], &second.bytes[..]]);
    assert!(split_changes(&both[..both.len() - 1], &limits).is_err());
    assert!(split_changes(&[&both[..], &[0]].concat(), &limits).is_err());
    assert!(split_changes(&[], &limits).is_err());
}
