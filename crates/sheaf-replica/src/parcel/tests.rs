//! What parcels hold together, and their forms.

use std::collections::BTreeSet;
use std::convert::Infallible;

use expect_test::expect;
use sheaf_charter::{
    DeviceId, DocumentId, EntryId, EpochId, Header, Lane, LogId, ParcelId, SchoolId, SpaceId,
};

use super::*;
use crate::limits::MAX_PARCEL_DOCUMENTS;
use crate::vector::{LogTips, Vector};

const LANE: Lane = Lane::data(SpaceId::from_bytes([7; 16]));
const LOG: LogId = LogId::from_bytes([9; 32]);

/// The entry of a place on a branch.
fn entry(branch: u8, seq: u8) -> EntryId {
    let mut id = [branch; 32];
    id[0] = seq;
    EntryId::from_bytes(id)
}

/// A log of so many entries that never forked.
fn straight(next: u8) -> LogTips {
    let mut tips = LogTips::first(entry(0, 0));
    for seq in 1..next {
        tips.join(seq.into(), entry(0, seq - 1), entry(0, seq));
    }
    tips
}

/// The same with a second branch from a place on.
fn forked(next: u8, at: u8, other: u8) -> LogTips {
    let mut tips = straight(next);
    let mut before = entry(0, at - 1);
    for seq in at..other {
        tips.join(seq.into(), before, entry(1, seq));
        before = entry(1, seq);
    }
    tips
}

fn vector(tips: Option<&LogTips>) -> Vector {
    let mut vector = Vector::new();
    if let Some(tips) = tips {
        vector.set(LOG, tips);
    }
    vector
}

fn stretch(base: Option<&LogTips>, reach: &LogTips) -> Stretch {
    Stretch { lane: LANE, base: vector(base), reach: vector(Some(reach)) }
}

fn all(stretches: &[Stretch]) -> Vector {
    let Ok(covered) = covered(stretches, |_| Ok::<_, Infallible>(true));
    covered
}

#[test]
fn stretches_join_whatever_their_order_and_overlap() {
    let [three, five, nine] = [3, 5, 9].map(straight);
    let mut stretches =
        [stretch(Some(&five), &nine), stretch(None, &three), stretch(Some(&three), &five)];
    for _ in 0..3 {
        stretches.rotate_left(1);
        assert_eq!(all(&stretches), vector(Some(&nine)));
    }
    let overlapping = [stretch(None, &five), stretch(Some(&three), &nine)];
    assert_eq!(all(&overlapping), vector(Some(&nine)));
    let twice = [stretch(None, &five), stretch(None, &five)];
    assert_eq!(all(&twice), vector(Some(&five)));
}

#[test]
fn nothing_past_a_gap_is_counted() {
    let [three, five, nine] = [3, 5, 9].map(straight);
    assert_eq!(all(&[stretch(None, &three), stretch(Some(&five), &nine)]), vector(Some(&three)));
    assert_eq!(all(&[stretch(Some(&five), &nine)]), vector(None));
}

#[test]
fn what_ends_in_entries_that_are_not_here_is_not_counted() {
    let [three, nine] = [3, 9].map(straight);
    let here = BTreeSet::from([entry(0, 2)]);
    let stretches = [stretch(None, &three), stretch(Some(&three), &nine)];
    let Ok(covered) = covered(&stretches, |id| Ok::<_, Infallible>(here.contains(&id)));
    assert_eq!(covered, vector(Some(&three)));
}

#[test]
fn a_branch_is_covered_once_it_was_carried_too() {
    let (straight, forked) = (straight(9), forked(9, 4, 6));
    let (before, whole) = ([stretch(None, &straight)], vector(Some(&forked)));
    let Ok(missing) = whole.missing_from(&all(&before), |_| Ok::<_, Infallible>(true));
    assert_eq!(missing.len(), 1, "the branch is missing");
    let after = [stretch(None, &straight), stretch(Some(&straight), &forked)];
    let Ok(missing) = whole.missing_from(&all(&after), |_| Ok::<_, Infallible>(true));
    assert_eq!(missing, []);
}

#[test]
fn what_grows_entry_by_entry_reaches_as_far_as_the_log_that_holds_them() {
    let [three, nine] = [3, 9].map(straight);
    let mut growing = Growing::after(&vector(Some(&three)));
    let header = |seq: u8| Header {
        school: SchoolId::ZERO,
        lane: LANE,
        log: LOG,
        seq: seq.into(),
        previous: seq.checked_sub(1).map_or(EntryId::ZERO, |before| entry(0, before)),
        charter_heads: Vec::new(),
        control_heads: Vec::new(),
        epoch: EpochId::ZERO,
        claimed_ms: 0,
        acts: Vec::new(),
        table: Vec::new(),
    };
    (3..9).for_each(|seq| growing.add(&header(seq), entry(0, seq)));
    assert_eq!(growing.reach(), vector(Some(&nine)));
    let mut whole = Growing::after(&vector(None));
    (0..9).for_each(|seq| whole.add(&header(seq), entry(0, seq)));
    let mut branch = header(4);
    branch.claimed_ms = 7;
    whole.add(&branch, entry(1, 4));
    assert_eq!(whole.reach(), vector(Some(&forked(9, 4, 5))));
}

#[test]
fn several_have_what_each_of_them_has() {
    let [three, nine] = [3, 9].map(straight);
    let (near, far) = (vector(Some(&three)), vector(Some(&nine)));
    let least = Vector::least(&[far.clone(), near.clone(), far.clone()]);
    assert_eq!(least, near);
    assert_eq!(Vector::least(std::slice::from_ref(&far)), far);
    assert_eq!(Vector::least(&[far.clone(), vector(None)]), vector(None));
    // Of a log that forked it cannot be said without its entries.
    let branches = vector(Some(&forked(9, 4, 6)));
    assert_eq!(Vector::least(&[far.clone(), branches]), vector(None));
    let mut known = near.clone();
    known.advance(&far);
    known.advance(&near);
    assert_eq!(known, far);
}

fn manifest() -> Manifest {
    let (three, nine) = (straight(3), forked(9, 4, 6));
    Manifest {
        purpose: Use::Data,
        school: SchoolId::from_bytes([1; 32]),
        writer: DeviceId::from_bytes([2; 32]),
        written_ms: 1_788_220_800_000,
        stretches: vec![stretch(Some(&three), &nine)],
        recipients: vec![DeviceId::from_bytes([6; 32])],
        parts: vec![ParcelId::from_bytes([3; 32])],
        documents: vec![DocumentId::from_bytes([4; 16]), DocumentId::from_bytes([5; 16])],
    }
}

#[test]
fn a_manifest_has_one_form() {
    let manifest = manifest();
    let bytes = manifest.to_bytes();
    assert_eq!(Manifest::from_bytes(&bytes), Ok(manifest.clone()));
    let digest = blake3::hash(&bytes).to_hex();
    expect!["392 bytes, 1685669532c8323d2f42bb8aef96e6a8281d3057b43044c7dee49d375a9250e8"]
        .assert_eq(&format!("{} bytes, {digest}", bytes.len()));
    for cut in 0..bytes.len() {
        assert!(Manifest::from_bytes(&bytes[..cut]).is_err());
    }
    let mut turned = manifest;
    turned.documents.reverse();
    assert!(Manifest::from_bytes(&turned.to_bytes()).is_err());
}

#[test]
fn the_first_piece_is_the_manifest_and_the_others_hold_entries() {
    let says = manifest().to_bytes();
    let piece = manifest_piece(&says, &[8; 64]);
    let (read, bytes, signature) = manifest_of_piece(&piece).unwrap();
    assert_eq!((read, bytes, signature), (manifest(), says.as_slice(), [8; 64]));
    assert!(entries_of_piece(&piece).is_err());
    assert!(manifest_of_piece(&[1, 0, 1]).is_err());
    assert!(entries_of_piece(&[1, 0, 0]).is_err(), "no writer makes an empty piece");
    assert!(EntryPiece::default().take().is_none());
}

/// All that a manifest may name fits into one piece with room for the vectors.
const _: () = assert!(MAX_PARCEL_DOCUMENTS * DocumentId::LENGTH <= MAX_ENTRY_BYTES / 2);
