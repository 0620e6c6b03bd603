//! Sections open where they were sealed, and nowhere else.

use super::{
    MAX_CHANGES_BYTES, NONCE_BYTES, SectionKey, SectionPlace, TAG_BYTES, context, open_section,
    open_section_by_its_key, padme, seal_section,
};
use crate::codec::Writer;
use crate::entry::MAX_BODY_BYTES;
use crate::error::CharterError;
use crate::ids::DocumentId;
use crate::keys::EpochKey;
use crate::tests::testing::rng;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead, Payload};

const PLACE: SectionPlace<'static> = SectionPlace {
    header_prefix: b"header up to the table",
    index: 3,
    document: DocumentId::from_bytes([4; 16]),
};

fn key(byte: u8) -> EpochKey {
    EpochKey::from_bytes([byte; 32])
}

/// Incompressible bytes.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    rand_core::Rng::fill_bytes(&mut rng(60), &mut bytes);
    bytes
}

/// A section with any plaintext.
fn seal_plain(plain: &[u8]) -> Vec<u8> {
    let nonce = [5; NONCE_BYTES];
    let context = context(&PLACE);
    let payload = Payload { msg: plain, aad: &context };
    let sealed = SectionKey::derive(&key(1), &PLACE, &nonce)
        .cipher()
        .encrypt(&XNonce::from(nonce), payload)
        .unwrap();
    [nonce.as_slice(), &sealed].concat()
}

#[test]
fn changes_come_back() {
    for length in [0, 1, 150, 200, 300, 5_000, 100_000] {
        let changes = noise(length);
        let sealed = seal_section(&key(1), &PLACE, &[7; 16], &changes, &mut rng(61)).unwrap();
        let opened = open_section(&key(1), &PLACE, &sealed).unwrap();
        assert_eq!((opened.nonce, opened.changes), ([7; 16], changes));
    }
    let zeros = vec![0; MAX_CHANGES_BYTES];
    let sealed = seal_section(&key(1), &PLACE, &[7; 16], &zeros, &mut rng(61)).unwrap();
    assert!(sealed.len() < MAX_BODY_BYTES);
    assert_eq!(open_section(&key(1), &PLACE, &sealed).unwrap().changes, zeros);
}

#[test]
fn lengths_say_little() {
    let length =
        |bytes| seal_section(&key(1), &PLACE, &[0; 16], &noise(bytes), &mut rng(62)).unwrap().len();
    assert_eq!([length(0), length(100), length(180)], [256, 256, 256]);
    let lengths: std::collections::BTreeSet<_> = (200..1_200).step_by(7).map(length).collect();
    assert!(lengths.len() < 40, "{lengths:?}");
    // By hand from the paper's algorithm.
    assert_eq!(
        [padme(9), padme(500), padme(513), padme(1_000), padme(1_025)],
        [10, 512, 544, 1_024, 1_088]
    );
}

#[test]
fn another_key_or_place_opens_nothing() {
    let sealed = seal_section(&key(1), &PLACE, &[7; 16], b"note", &mut rng(63)).unwrap();
    let refused = Err(CharterError::Unopened);
    assert_eq!(open_section(&key(2), &PLACE, &sealed), refused);
    let document = DocumentId::from_bytes([5; 16]);
    for place in [
        SectionPlace { header_prefix: b"another header", ..PLACE },
        SectionPlace { index: 4, ..PLACE },
        SectionPlace { document, ..PLACE },
    ] {
        assert_eq!(open_section(&key(1), &place, &sealed), refused);
    }
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open_section(&key(1), &PLACE, &flipped), refused, "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert_eq!(open_section(&key(1), &PLACE, &sealed[..length]), refused);
    }
}

#[test]
fn what_a_careless_member_seals_is_refused_by_name() {
    let block = lz4_flex::block::compress(b"note");
    let plain = |length: u32, block: &[u8], total: usize| {
        let mut out = Writer::new();
        out.raw(&[0; 16]).u32(length).bytes(block);
        let mut plain = out.finish();
        plain.resize(total - NONCE_BYTES - TAG_BYTES, 0);
        plain
    };
    let open = |plain: &[u8]| open_section(&key(1), &PLACE, &seal_plain(plain));
    assert_eq!(open(&plain(4, &block, 256)).unwrap().changes, b"note");
    let bad = |what| Err(CharterError::BadSection(what));
    assert_eq!(open(&plain(4, &block, 255)), bad("padding"));
    assert_eq!(open(&plain(4, &block, 257)), bad("padding"));
    let mut dirty = plain(4, &block, 256);
    *dirty.last_mut().unwrap() = 1;
    assert_eq!(open(&dirty), bad("padding"));
    assert_eq!(open(&plain(3, &block, 256)), bad("compression"));
    assert_eq!(open(&plain(5, &block, 256)), bad("compression"));
    assert_eq!(open(&plain(4, b"\xff\xff\xff", 256)), bad("compression"));
    assert_eq!(open(&[0; 10]), bad("lengths"));
    let limit = MAX_CHANGES_BYTES;
    let found = limit + 1;
    let bomb = plain(u32::try_from(found).unwrap(), &block, 256);
    assert_eq!(open(&bomb), Err(CharterError::TooMuch { what: "the changes", limit, found }));
}

#[test]
fn too_much_is_refused_before_it_is_sealed() {
    let too_long = vec![0; MAX_CHANGES_BYTES + 1];
    let incompressible = noise(MAX_BODY_BYTES);
    for changes in [too_long, incompressible] {
        let refused = seal_section(&key(1), &PLACE, &[0; 16], &changes, &mut rng(64));
        assert!(matches!(refused, Err(CharterError::TooMuch { .. })));
    }
}

#[test]
fn the_key_of_one_section_opens_that_one_alone() {
    let mut rng = rng(65);
    let seal = |place: &SectionPlace<'_>, rng: &mut _| {
        seal_section(&key(1), place, &[7; 16], b"note", rng).unwrap()
    };
    let sealed = seal(&PLACE, &mut rng);
    let own = SectionKey::of(&key(1), &PLACE, &sealed).unwrap();
    assert_eq!(open_section_by_its_key(&own, &PLACE, &sealed).unwrap().changes, b"note");
    let again = seal(&PLACE, &mut rng);
    let beside = SectionPlace { index: PLACE.index + 1, ..PLACE };
    let other = SectionPlace { document: DocumentId::from_bytes([5; 16]), ..PLACE };
    for place in [&PLACE, &beside, &other] {
        let sealed = if place.index == PLACE.index && place.document == PLACE.document {
            again.clone()
        } else {
            seal(place, &mut rng)
        };
        let refused = open_section_by_its_key(&own, place, &sealed);
        assert_eq!(refused, Err(CharterError::Unopened));
    }
    assert!(SectionKey::of(&key(1), &PLACE, &sealed[..NONCE_BYTES - 1]).is_none());
    assert_eq!(format!("{own:?}"), "SectionKey(…)");
}
