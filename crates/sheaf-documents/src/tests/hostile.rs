//! Changes that lie about their document, and what a failing engine leaves behind.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::model::history_of;
use super::support::*;
use crate::{Applied, Change, Document, DocumentError, Limits, View, scan_change};

fn state(document: &Document) -> (View, Vec<[u8; 32]>, usize) {
    (document.view().unwrap(), document.heads().unwrap(), document.change_count().unwrap())
}

#[test]
fn missing_dependencies_are_reported_and_nothing_is_queued() {
    let (mut document, first) = create(&incident());
    let second = edit(&mut document, ANNA, &[set(one("location"), "hall")]);
    let third = edit(&mut document, BEN, &[set(one("location"), "gym")]);
    let mut other = rebuild(&[&first]);
    let before = state(&other);
    let applied = other.apply(&[&third.bytes]).unwrap();
    assert_eq!(applied, Applied::Missing(vec![second.hash]));
    assert_eq!(state(&other), before);
    // Had the engine kept the third, it would come back with the second.
    apply(&mut other, &[&second]);
    assert_eq!(other.heads().unwrap(), [second.hash]);
    assert_eq!(other.apply(&[&third.bytes, &second.bytes]).unwrap(), Applied::Done { new: 1 });
    assert_eq!(state(&other), state(&document));
    let rebuilt = Document::from_changes(id(1), [&third.bytes[..], &first.bytes[..]]);
    let Err(DocumentError::MissingChanges(missing)) = rebuilt else { panic!() };
    assert_eq!(missing, [second.hash]);
}

#[test]
fn one_bad_change_of_several_leaves_the_document_as_it_was() {
    let (mut document, first) = create(&incident());
    let second = edit(&mut document, ANNA, &[set(one("location"), "hall")]);
    let mut other = rebuild(&[&first]);
    let before = state(&other);
    let mut broken = second.bytes.clone();
    *broken.last_mut().unwrap() ^= 1;
    assert!(other.apply(&[&second.bytes, &broken]).is_err());
    assert_eq!(state(&other), before);
}

#[test]
fn two_changes_of_one_actor_and_number_are_named() {
    let (mut here, first) = create(&incident());
    let mut there = rebuild(&[&first]);
    let mine = edit(&mut here, ANNA, &[set(one("location"), "hall")]);
    let twin = edit(&mut there, ANNA, &[set(one("location"), "gym")]);
    let before = state(&here);
    let refused = here.apply(&[&twin.bytes]);
    let named = matches!(refused, Err(DocumentError::DuplicateSequence { actor: ANNA, seq: 2 }));
    assert!(named, "{refused:?}");
    assert_eq!(state(&here), before);
    let good = edit(&mut rebuild(&[&first, &mine]), BEN, &[set(one("severity"), 5)]);
    assert_eq!(here.apply(&[&good.bytes]).unwrap(), Applied::Done { new: 1 });
    let both = [&first, &mine, &twin].map(|change| change.bytes.as_slice());
    let refused = Document::from_changes(id(1), both);
    assert!(matches!(refused, Err(DocumentError::DuplicateSequence { .. })));
}

/// A change of an actor that claims to follow one which its author never saw.
#[test]
fn a_change_cannot_replace_what_it_was_not_written_on() {
    let (mut anna, first) = create(&incident());
    let mut ben = rebuild(&[&first]);
    let hall = edit(&mut anna, ANNA, &[set(one("location"), "hall")]);
    let gym = edit(&mut ben, BEN, &[set(one("location"), "gym")]);
    apply(&mut anna, &[&gym]);
    let settled = edit(&mut anna, CARA, &[set(one("location"), "yard")]);
    // It keeps both predecessors and hides one of the changes that hold them.
    let hide = if hall.hash < gym.hash { &gym } else { &hall };
    let mut bytes = settled.bytes.clone();
    let at = bytes.windows(32).position(|window| window == hide.hash).unwrap();
    bytes.drain(at..at + 32);
    let body_at = 9 + if bytes[9] & 0x80 == 0 { 1 } else { 2 };
    let mut body = bytes[body_at..].to_vec();
    assert_eq!(body[0], 2);
    body[0] = 1;
    let forged = chunk(1, &body);
    assert!(scan_change(&forged, &Limits::STANDARD).is_ok());
    let mut other = rebuild(&[&first, &hall, &gym]);
    let refused = other.apply(&[&forged]);
    assert!(matches!(refused, Err(DocumentError::Inconsistent { .. })), "{refused:?}");
    // The verdict is the same where the hidden change has not come yet.
    let shown = if hide.hash == hall.hash { &gym } else { &hall };
    let mut early = rebuild(&[&first, shown]);
    let refused = early.apply(&[&forged]);
    assert!(matches!(refused, Err(DocumentError::Inconsistent { .. })), "{refused:?}");
}

#[test]
fn counters_and_sequences_cannot_be_skipped() {
    let (mut anna, first) = create(&incident());
    let second = edit(&mut anna, ANNA, &[set(one("location"), "hall")]);
    // Frame of ten or eleven bytes, one dependency, the actor; then sequence and first operation.
    let frame = 9 + if second.bytes[9] & 0x80 == 0 { 1 } else { 2 };
    let sequence = frame + 1 + 32 + 1 + 16;
    assert_eq!(second.bytes[sequence], 2);
    for at in [sequence, sequence + 1] {
        for step in [1, 5_i8, -1] {
            let mut bytes = second.bytes.clone();
            bytes[at] = bytes[at].wrapping_add_signed(step);
            let forged = with_checksum(bytes);
            assert!(scan_change(&forged, &Limits::STANDARD).is_ok());
            let mut other = rebuild(&[&first]);
            let before = state(&other);
            let refused = other.apply(&[&forged]);
            let named = matches!(
                refused,
                Err(DocumentError::Inconsistent { .. } | DocumentError::DuplicateSequence { .. })
            );
            assert!(named, "{refused:?}");
            assert_eq!(state(&other), before);
        }
    }
}

/// Flips bits, with and without putting the checksum right again. Whatever comes of it, the engine
/// never sees a change that it fails on.
#[test]
fn thousands_of_damaged_changes_do_no_harm() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut refused, mut missing, mut taken) = (0, 0, 0);
    for seed in 0..6 {
        let changes = history_of(seed, 10);
        let (last, earlier) = changes.split_last().unwrap();
        for round in 0..1_000 {
            let (target, base): (&Change, Vec<&Change>) = if round % 5 == 0 {
                (&changes[0], vec![])
            } else {
                (last, earlier.iter().collect())
            };
            let mut bytes = target.bytes.clone();
            for _ in 0..rng.random_range(1..4) {
                let at = rng.random_range(9..bytes.len());
                bytes[at] ^= 1 << rng.random_range(0..8);
            }
            if round % 10 != 9 {
                bytes = with_checksum(bytes);
            }
            let mut document = rebuild(&base);
            let before = (document.heads().unwrap(), document.change_count().unwrap());
            match document.apply(&[&bytes]) {
                Ok(Applied::Done { .. }) => {
                    taken += 1;
                    drop(document.view());
                    drop(document.history());
                    let saved = document.save().unwrap();
                    let loaded = Document::load(id(1), &saved).unwrap();
                    assert_eq!(loaded.view().ok(), document.view().ok());
                    continue;
                }
                Ok(Applied::Missing(_)) => missing += 1,
                Err(DocumentError::Poisoned) => panic!("the engine failed: seed {seed}"),
                Err(_) => refused += 1,
            }
            let after = (document.heads().unwrap(), document.change_count().unwrap());
            assert_eq!(before, after);
        }
    }
    assert!(refused > 1_000 && missing > 100 && taken > 100, "{refused} {missing} {taken}");
}

#[test]
fn random_bytes_are_refused() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for _ in 0..5_000 {
        let mut body: Vec<u8> = (0..rng.random_range(0..120)).map(|_| rng.random()).collect();
        if rng.random_bool(0.5) && body.len() > 40 {
            body[..23].copy_from_slice(&super::support::body(&[])[..23]);
        }
        assert!(scan_change(&chunk(1, &body), &Limits::STANDARD).is_err());
        assert!(Document::load(id(1), &body).is_err());
    }
}

#[test]
fn a_document_whose_engine_failed_says_so_until_it_is_rebuilt() {
    let (mut document, first) = create(&incident());
    let second = edit(&mut document, BEN, &[set(one("location"), "hall")]);
    let failed = document.engine.change(|_| -> Result<(), DocumentError> { panic!("engine") });
    assert!(matches!(failed, Err(DocumentError::Poisoned)));
    assert!(matches!(document.view(), Err(DocumentError::Poisoned)));
    assert!(matches!(document.heads(), Err(DocumentError::Poisoned)));
    assert!(matches!(document.save(), Err(DocumentError::Poisoned)));
    assert!(matches!(document.history(), Err(DocumentError::Poisoned)));
    let edit = document.edit(&[set(one("location"), "gym")], BEN, 0);
    assert!(matches!(edit, Err(DocumentError::Poisoned)));
    assert!(matches!(document.apply(&[&first.bytes]), Err(DocumentError::Poisoned)));
    let rebuilt = rebuild(&[&first, &second]);
    assert_eq!(rebuilt.view().unwrap().record.text("location"), Some("hall"));
}
