//! A first change written by hand is what the engine would have written, and reads the same.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ObjType, ROOT};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sheaf_records::{Field, Kind, Record};

use super::support::*;
use crate::layout::Scalar;
use crate::{DocumentError, first_change, schema, view_of_single_change};

/// The same change by a transaction of the engine.
fn by_engine(record: &Record, time_ms: i64) -> Vec<u8> {
    let mut automerge = Automerge::new().with_actor(ActorId::from(ANNA));
    automerge
        .transact_with(
            |()| CommitOptions::default().with_time(time_ms),
            |tx| -> Result<(), automerge::AutomergeError> {
                tx.put(ROOT, "kind", record.kind.name())?;
                tx.put(ROOT, "schema", 1_i64)?;
                for (name, field) in &record.fields {
                    match field {
                        Field::One(value) => tx.put(ROOT, name, Scalar::of_value(value))?,
                        Field::Many(rows) => {
                            let map = tx.put_object(ROOT, name, ObjType::Map)?;
                            for (key, row) in rows {
                                for (column, value) in row {
                                    let key = format!("{key}/{column}");
                                    tx.put(&map, key, Scalar::of_value(value))?;
                                }
                            }
                        }
                    }
                }
                for name in schema::row_fields(record.kind) {
                    if !record.fields.contains_key(name) {
                        tx.put_object(ROOT, name, ObjType::Map)?;
                    }
                }
                Ok(())
            },
        )
        .unwrap();
    automerge.get_changes(&[])[0].raw_bytes().to_vec()
}

fn random_record(rng: &mut ChaCha8Rng) -> Record {
    let mut record = record(*Kind::ALL.choose(rng).unwrap());
    let names = ["a", "b", "location", "narrative", "zone"];
    for _ in 0..rng.random_range(0..8) {
        let name = *names.choose(rng).unwrap();
        match rng.random_range(0..4) {
            0 => record.set(name, rng.random::<i64>() >> rng.random_range(0..64)),
            1 => record.set(name, rng.random_bool(0.5)),
            2 => record.set(name, "ü".repeat(rng.random_range(0..300))),
            _ => record.set(name, id(rng.random())),
        }
    }
    for _ in 0..rng.random_range(0..12) {
        let name = *["participants", "rows", "spells"].choose(rng).unwrap();
        let key = format!("k{}", rng.random_range(0..5));
        let column = *["role", "what", "n"].choose(rng).unwrap();
        if rng.random_bool(0.5) {
            record.set_row(name, &key, column, "x");
        } else {
            record.set_row(name, &key, column, rng.random_range(-200_i64..200));
        }
    }
    record
}

#[test]
fn it_is_what_the_engine_writes_byte_for_byte() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for _ in 0..400 {
        let record = random_record(&mut rng);
        let time_ms = rng.random::<i64>() >> rng.random_range(0..64);
        let change = first_change(&record, 1, ANNA, time_ms).unwrap();
        assert_eq!(change.bytes, by_engine(&record, time_ms));
    }
}

#[test]
fn the_quick_view_is_the_view_of_the_document() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for _ in 0..200 {
        let (document, change) = create(&random_record(&mut rng));
        let quick = view_of_single_change(id(1), &change.bytes).unwrap();
        assert_eq!(quick, document.view().unwrap());
    }
}

#[test]
fn the_quick_view_refuses_a_later_change() {
    let (mut document, first) = create(&incident());
    let second = edit(&mut document, BEN, &[set(one("location"), "hall")]);
    let refused = view_of_single_change(id(1), &second.bytes);
    let Err(DocumentError::MissingChanges(missing)) = refused else { panic!() };
    assert_eq!(missing, [first.hash]);
}

/// Damaged first changes: the two ways of reading one come to the same verdict and view.
#[test]
fn the_quick_view_agrees_on_damaged_changes() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (_, change) = create(&incident());
    let mut read = 0;
    for _ in 0..3_000 {
        let mut bytes = change.bytes.clone();
        for _ in 0..rng.random_range(1..3) {
            let at = rng.random_range(9..bytes.len());
            bytes[at] ^= 1 << rng.random_range(0..8);
        }
        let bytes = with_checksum(bytes);
        let slow = crate::Document::from_changes(id(1), [bytes.as_slice()])
            .and_then(|document| document.view());
        let quick = view_of_single_change(id(1), &bytes);
        assert_eq!(quick.is_ok(), slow.is_ok());
        if let (Ok(quick), Ok(slow)) = (quick, slow) {
            assert_eq!(quick, slow);
            read += 1;
        }
    }
    assert!(read > 300, "{read}");
}
