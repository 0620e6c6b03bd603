//! Vectors that are longer than a frame: a hostile member has forked logs without end.

use sheaf_charter::LogId;

use super::*;
use crate::LogTips;
use crate::limits::{MAX_FRAME_BYTES, MAX_VECTOR_BYTES};

/// What a frame with a vector begins with.
const VECTOR: u8 = 2;
/// More than are named in a vector.
const BRANCHES: u32 = 17;

/// The tips of a log that forked at its first entry.
fn forked(number: u32) -> (LogId, LogTips) {
    let hash = |branch: u32| {
        let bytes = [number.to_be_bytes(), branch.to_be_bytes()].concat();
        *blake3::hash(&bytes).as_bytes()
    };
    let first = |branch| EntryId::from_bytes(hash(branch));
    let mut tips = LogTips::first(first(0));
    for branch in 1..BRANCHES {
        tips.join(0, EntryId::ZERO, first(branch));
    }
    (LogId::from_bytes(hash(BRANCHES)), tips)
}

/// Two who both hold so many logs that forked without end, and of whom one has written more.
fn with_forked_logs(count: u32) -> Pair {
    let mut pair = Pair::new();
    for device in &mut pair.devices {
        let tips = device.disk.tips.entry(Lane::data(SPACE)).or_default();
        tips.extend((0..count).map(forked));
    }
    pair.devices[0].write(Lane::data(SPACE), text(1, "one"));
    pair
}

#[test]
fn vectors_longer_than_a_frame_are_said_in_several() {
    let mut pair = with_forked_logs(1_536);
    pair.start();
    for side in [0, 1] {
        let vectors = pair.sent[side].iter().filter(|frame| frame[0] == VECTOR);
        let bytes: usize = vectors.clone().map(Vec::len).sum();
        assert!(bytes > MAX_FRAME_BYTES && vectors.clone().count() > 1, "{bytes} bytes");
        assert!(vectors.clone().all(|frame| frame.len() <= MAX_FRAME_BYTES));
        assert_eq!(pair.outcome(side), &Outcome::Equal);
        assert_eq!(pair.closed[side], None);
    }
    pair.assert_same(SPACE);
}

/// Of its entries nothing can be compared; all else is level, and the session goes on.
#[test]
fn a_vector_longer_than_can_be_said_keeps_back_its_own_lane_alone() {
    let mut pair = with_forked_logs(12_000);
    pair.start();
    for side in [0, 1] {
        let Outcome::Different(differences) = pair.outcome(side) else { panic!("level") };
        let [Difference { lane, kind: DifferenceKind::TooLong { bytes } }] = &differences[..]
        else {
            panic!("{differences:?}")
        };
        assert!(*lane == Lane::data(SPACE) && *bytes > MAX_VECTOR_BYTES);
        assert_eq!(pair.closed[side], None);
    }
    let control = |side: usize| pair.devices[side].disk.tips.get(&Lane::control(SPACE));
    assert_eq!(control(0), control(1));
}

#[test]
fn more_of_vectors_than_a_round_may_have_is_refused() {
    let (mut pair, hello) = hostile();
    pair.sessions[0].receive(&hello);
    pair.settle(0);
    let mut vector = Vector::new();
    (0..12_000).map(forked).for_each(|(log, tips)| vector.set(log, &tips));
    for vector in Arc::new(vector).parts(MAX_FRAME_BYTES / 2) {
        let frame = Frame::Vector { lane: Lane::CHARTER, vector };
        pair.sessions[0].receive(&frame.to_bytes());
        pair.settle(0);
    }
    let limit = MAX_VECTOR_BYTES;
    let fault = SessionError::TooMuch { what: "bytes of vectors", limit };
    assert_eq!(pair.closed[0], Some(Closing::Fault(fault)));
}
