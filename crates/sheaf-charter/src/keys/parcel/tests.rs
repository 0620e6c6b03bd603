//! What opens a parcel, what does not, and what is wrong with one that was tampered with.

use expect_test::{Expect, expect};

use super::*;
use crate::codec::Reader;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::{ParcelId, SchoolId, SpaceId};
use crate::keys::EpochKey;
use crate::tests::testing::rng;

const SCHOOL: SchoolId = SchoolId::from_bytes([1; 32]);
const SPACE: SpaceId = SpaceId::from_bytes([2; 16]);
const ID: ParcelId = ParcelId::from_bytes([3; 32]);

fn identity(seed: u64) -> Identity {
    Identity::generate(&mut rng(seed))
}

fn read(bytes: &[u8]) -> Result<ParcelHead, CharterError> {
    ParcelHead::read(&mut Reader::new(bytes))
}

/// Three pieces, each without the length before it.
fn sealed(pieces: &mut ParcelPieces) -> Vec<(PiecePlace, Vec<u8>)> {
    let texts =
        [("one", PiecePlace::Before), ("two", PiecePlace::Before), ("end", PiecePlace::Last)];
    let sealed = texts.map(|(text, place)| {
        let bytes = pieces.seal(text.as_bytes(), place).unwrap();
        let (length, rest) = bytes.split_first_chunk().unwrap();
        let length = PieceLength::from_bytes(*length).unwrap();
        assert_eq!((length.sealed, length.place), (rest.len(), place));
        (place, rest.to_vec())
    });
    sealed.to_vec()
}

/// What is read of the bytes of a head, whose beginning says how many there are.
fn read_back(head: &ParcelHead) -> ParcelHead {
    let bytes = head.to_bytes();
    assert_eq!(
        ParcelHead::bytes_after(&bytes[..PARCEL_PREFIX_BYTES]),
        Ok(bytes.len() - PARCEL_PREFIX_BYTES)
    );
    read(&bytes).unwrap()
}

#[test]
fn those_it_is_for_open_it_and_nobody_else() {
    let [anna, ben, cem] = [1, 2, 3].map(identity);
    let devices = [anna.certificate(), ben.certificate()];
    let (head, mut pieces) = ParcelHead::for_devices(ID, SCHOOL, &devices, &mut rng(4)).unwrap();
    let sealed = sealed(&mut pieces);
    let head = read_back(&head);
    for known in [&anna, &ben] {
        let mut pieces = head.open(SCHOOL, known).unwrap();
        let opened = sealed.iter().map(|(place, piece)| pieces.open(piece, *place).unwrap());
        assert_eq!(
            opened.map(|plain| plain.to_vec()).collect::<Vec<_>>(),
            [b"one", b"two", b"end"]
        );
    }
    assert!(head.open(SCHOOL, &cem).is_none());
    assert!(head.open(SchoolId::from_bytes([9; 32]), &anna).is_none());
    assert!(head.open_under(SCHOOL, SPACE, &EpochKey::from_bytes([5; 32])).is_none());
}

#[test]
fn whoever_holds_the_epoch_key_opens_it_and_nobody_else() {
    let key = EpochKey::from_bytes([5; 32]);
    let (head, mut pieces) = ParcelHead::under_epoch(ID, SCHOOL, SPACE, &key);
    let sealed = sealed(&mut pieces);
    let head = read_back(&head);
    let mut pieces = head.open_under(SCHOOL, SPACE, &key).unwrap();
    assert_eq!(pieces.open(&sealed[0].1, sealed[0].0).unwrap().as_slice(), b"one");
    assert!(head.open_under(SCHOOL, SPACE, &EpochKey::from_bytes([6; 32])).is_none());
    assert!(head.open(SCHOOL, &identity(1)).is_none());
    let mut other_space = head.open_under(SCHOOL, SpaceId::from_bytes([9; 16]), &key).unwrap();
    assert!(other_space.open(&sealed[0].1, sealed[0].0).is_err());
}

#[test]
fn a_school_is_known_by_those_who_are_in_it_and_parcels_do_not_show_that_they_belong_together() {
    let key = EpochKey::from_bytes([5; 32]);
    let make = |id| ParcelHead::under_epoch(ParcelId::from_bytes(id), SCHOOL, SPACE, &key).0;
    let (one, other) = (make([3; 32]), make([4; 32]));
    assert!(one.is_of(SCHOOL) && other.is_of(SCHOOL));
    assert!(!one.is_of(SchoolId::from_bytes([9; 32])));
    // After magic and version nothing that two parcels say is the same.
    let (one, other) = (one.to_bytes(), other.to_bytes());
    for window in one[9..].windows(8) {
        let shared = other[9..].windows(8).any(|there| there == window);
        assert!(!shared, "both hold {window:?}");
    }
    assert!(!one.windows(8).any(|part| SCHOOL.as_bytes().starts_with(part)));
}

#[test]
fn what_happened_to_a_piece_is_told_apart() {
    let key = EpochKey::from_bytes([5; 32]);
    let (head, mut pieces) = ParcelHead::under_epoch(ID, SCHOOL, SPACE, &key);
    let sealed = sealed(&mut pieces);
    let open = |order: &[usize]| {
        let mut pieces = head.open_under(SCHOOL, SPACE, &key).unwrap();
        order.iter().find_map(|at| pieces.open(&sealed[*at].1, sealed[*at].0).err())
    };
    assert_eq!(open(&[0, 1, 2]), None);
    assert_eq!(open(&[0, 0]), Some(PieceFault::Doubled));
    assert_eq!(open(&[1]), Some(PieceFault::Moved));
    assert_eq!(open(&[0, 2]), Some(PieceFault::Moved));
    let mut flipped = head.open_under(SCHOOL, SPACE, &key).unwrap();
    let mut piece = sealed[0].1.clone();
    piece[1] ^= 4;
    assert_eq!(flipped.open(&piece, PiecePlace::Before), Err(PieceFault::Damaged));
    // One that says of itself that it is the last, and is not.
    let mut early = head.open_under(SCHOOL, SPACE, &key).unwrap();
    assert_eq!(early.open(&sealed[0].1, PiecePlace::Last), Err(PieceFault::Damaged));
    assert_eq!(early.open(&sealed[0].1, PiecePlace::Before).unwrap().as_slice(), b"one");
}

#[test]
fn a_head_that_was_changed_is_refused_and_every_piece_is_tied_to_it() {
    let key = EpochKey::from_bytes([5; 32]);
    let (head, _) = ParcelHead::under_epoch(ID, SCHOOL, SPACE, &key);
    let bytes = head.to_bytes();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let refused = read(&changed).unwrap_err();
        match at {
            0..8 => assert_eq!(refused, CharterError::NotAParcel),
            8 => assert_eq!(refused, CharterError::DamagedParcelHead),
            _ => {}
        }
        assert!(read(&bytes[..at]).is_err(), "the first {at} bytes");
    }
    // A capsule taken out, the sum made good: the pieces do not open any more.
    let [anna, ben] = [1, 2].map(identity);
    let both = [anna.certificate(), ben.certificate()];
    let (head, mut pieces) = ParcelHead::for_devices(ID, SCHOOL, &both, &mut rng(4)).unwrap();
    let sealed = sealed(&mut pieces);
    let whole = head.to_bytes();
    let mut shorter = [&whole[..58], &1_u16.to_be_bytes(), &whole[60..140]].concat();
    shorter.extend_from_slice(&blake3::derive_key("sheaf/1/parcel-sum", &shorter)[..16]);
    let mut pieces = read(&shorter).unwrap().open(SCHOOL, &anna).unwrap();
    assert_eq!(pieces.open(&sealed[0].1, sealed[0].0), Err(PieceFault::Damaged));
}

#[test]
fn a_newer_version_is_told_before_anything_else() {
    let (head, _) = ParcelHead::under_epoch(ID, SCHOOL, SPACE, &EpochKey::from_bytes([5; 32]));
    let mut bytes = head.to_bytes();
    bytes[8] = 2;
    assert_eq!(read(&bytes[..9]), Err(CharterError::NewerParcel { found: 2, known: 1 }));
}

#[test]
fn the_word_of_one_parcel_is_not_taken_for_that_of_another() {
    let anna = identity(1);
    let key = EpochKey::from_bytes([5; 32]);
    let head = |id| ParcelHead::under_epoch(ParcelId::from_bytes(id), SCHOOL, SPACE, &key).0;
    let signature = sign_parcel(&anna, &head([3; 32]), b"what it says");
    let verify = |head, says: &[u8]| verify_parcel(anna.device(), &head, says, &signature);
    assert!(verify(head([3; 32]), b"what it says"));
    assert!(!verify(head([4; 32]), b"what it says"));
    assert!(!verify(head([3; 32]), b"what it does not say"));
    assert!(!verify_parcel(identity(2).device(), &head([3; 32]), b"what it says", &signature));
}

#[test]
fn lengths_that_no_piece_has_are_refused() {
    for bytes in [[0; 4], [0, 0, 0, 15], [0, 0x10, 0, 17], [0xff; 4]] {
        assert_eq!(PieceLength::from_bytes(bytes), None, "{bytes:?}");
    }
    let last = PieceLength { sealed: MAX_PIECE_BYTES + 16, place: PiecePlace::Last };
    assert_eq!(PieceLength::from_bytes([0x80, 0x10, 0, 16]), Some(last));
}

/// Frozen: if one of these changes, nobody can read the bundles and folders that there are.
#[test]
fn frozen_forms() {
    #[track_caller]
    fn check(bytes: &[u8], expected: Expect) {
        expected.assert_eq(&format!("{} bytes, {}", bytes.len(), blake3::hash(bytes).to_hex()));
    }
    let anna = identity(1);
    let devices = [anna.certificate()];
    let (head, mut pieces) = ParcelHead::for_devices(ID, SCHOOL, &devices, &mut rng(4)).unwrap();
    check(
        &head.to_bytes(),
        expect!["156 bytes, 79e055c55b6a56d16c9d900adaf50e9a71d88feb1aa3b19a8e36e17e4eaced56"],
    );
    check(
        &pieces.seal(b"one", PiecePlace::Before).unwrap(),
        expect!["23 bytes, d6a5e420b3e115dbb5db7aa56957c9d23e44ff401d17c4062e8974a1ffa59182"],
    );
    check(
        &pieces.seal(b"end", PiecePlace::Last).unwrap(),
        expect!["23 bytes, 4997540bf19ab4a5d22affb8619980ed195cb768b612c2756bd10aa16c71b90a"],
    );
    check(
        &sign_parcel(&anna, &head, b"what it says"),
        expect!["64 bytes, 8be6819ce9b84eeda078127d81e43b96232712a70d15a304724c5a9d83752713"],
    );
    let key = EpochKey::from_bytes([5; 32]);
    let (head, mut pieces) = ParcelHead::under_epoch(ID, SCHOOL, SPACE, &key);
    check(
        &head.to_bytes(),
        expect!["90 bytes, dbde65772d35d18fefc1675395d70a927e0f8bfd818a17f65595c1e27268b618"],
    );
    check(
        &pieces.seal(b"one", PiecePlace::Last).unwrap(),
        expect!["23 bytes, e5cba465a3d1398d3c29705ed7826efdf3c68c5b2639857d4c7496b54c1a553c"],
    );
}
