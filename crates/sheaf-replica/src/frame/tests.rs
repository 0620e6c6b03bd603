//! Frames: one encoding each, and nothing else is read.

use super::*;
use crate::random::Spread;
use crate::sim::device::Device;
use crate::vector::LogTips;
use sheaf_charter::{DeviceId, LogId, SpaceId};

fn entry() -> Entry {
    let founder = DeviceId::from_bytes([1; 32]);
    Device::found(founder, &[founder])
}

fn state(round: u32) -> State {
    let digest = Digest::from_bytes([4; 32]);
    let lane = LaneState { lane: Lane::CHARTER, vector: digest, content: None };
    let data = LaneState {
        lane: Lane::data(SpaceId::from_bytes([9; 16])),
        vector: digest,
        content: Some(digest),
    };
    State { round, lacking: 0, lanes: vec![lane, data] }
}

/// One frame of each kind.
fn frames() -> Vec<Frame> {
    let lane = Lane::data(SpaceId::from_bytes([9; 16]));
    let at = SectionRef { lane, entry: entry().id(), index: 3 };
    let mut vector = Vector::new();
    vector.set(LogId::from_bytes([5; 32]), &LogTips::first(entry().id()));
    let school = SchoolId::from_bytes([2; 32]);
    vec![
        Frame::Hello { school, mode: Mode::Locker, said: Said::Whole(state(0)) },
        Frame::State(state(3)),
        Frame::Vector { lane, vector: Arc::new(vector) },
        Frame::VectorsEnd,
        Frame::Entries { lane: Lane::CHARTER, entries: vec![Arc::new(entry())] },
        Frame::ControlEnd,
        Frame::Wants(vec![at]),
        Frame::Sections(vec![Section { at, sealed: b"sealed".to_vec() }]),
        Frame::RoundEnd,
        Frame::Buckets(vec![(lane, ContentDigest::new())]),
        Frame::Offer { lane, ids: vec![entry().id()] },
        Frame::Want { lane, ids: vec![entry().id()] },
        Frame::Credit { bytes: 77 },
        Frame::Farewell(Farewell::NothingShared),
    ]
}

fn error(bytes: &[u8]) -> SessionError {
    match Frame::from_bytes(bytes) {
        Ok(_) => panic!("a frame was read"),
        Err(error) => error,
    }
}

#[test]
fn every_frame_is_read_back_as_it_was() {
    for (kind, frame) in (0..).zip(frames()) {
        let bytes = frame.to_bytes();
        assert_eq!(bytes[0], kind);
        let read = Frame::from_bytes(&bytes).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(read.to_bytes(), bytes);
    }
}

#[test]
fn a_frame_cut_short_or_with_more_behind_it_is_refused() {
    for frame in frames() {
        let bytes = frame.to_bytes();
        for length in 0..bytes.len() {
            error(&bytes[..length]);
        }
        error(&[&bytes[..], &[0]].concat());
    }
}

#[test]
fn a_flipped_bit_gives_another_frame_or_an_error() {
    for frame in frames() {
        let bytes = frame.to_bytes();
        for bit in 0..bytes.len().min(600) * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = Frame::from_bytes(&flipped) {
                assert_eq!(read.to_bytes(), flipped, "there is one encoding of each frame");
            }
        }
    }
}

#[test]
fn random_bytes_are_read_as_nothing_or_as_what_they_say() {
    let mut random = Spread::new(1);
    for _ in 0..20_000 {
        let length = random.below(120);
        let mut bytes: Vec<u8> = (0..length).map(|_| random.below(256) as u8).collect();
        if let Some(first) = bytes.first_mut() {
            *first %= 16;
        }
        if let Ok(read) = Frame::from_bytes(&bytes) {
            assert_eq!(read.to_bytes(), bytes);
        }
    }
}

#[test]
fn counts_beyond_their_limit_are_refused_before_anything_is_reserved() {
    let lane = {
        let mut out = Writer::new();
        Lane::CHARTER.write(&mut out);
        out.finish()
    };
    let cases: [(&str, Vec<u8>); 6] = [
        ("lanes", [&[1][..], &[0; 8], &[0xff; 2]].concat()),
        ("logs", [&[2][..], &lane, &[0xff; 2]].concat()),
        ("entries", [&[4][..], &lane, &[0xff; 2]].concat()),
        ("wanted sections", [&[6][..], &[0xff; 2]].concat()),
        ("lanes", [&[9][..], &[0xff; 2]].concat()),
        ("entry ids", [&[10][..], &lane, &[0xff; 2]].concat()),
    ];
    for (named, bytes) in cases {
        let text = error(&bytes).to_string();
        assert!(text.contains("too much") & text.contains(named), "{text}");
        assert_eq!(error(&bytes).farewell(), Farewell::TooMuch);
    }
    let large = vec![0; MAX_FRAME_BYTES + 1];
    let limit = MAX_FRAME_BYTES;
    assert_eq!(error(&large), SessionError::TooMuch { what: "bytes in a frame", limit });
}

#[test]
fn another_version_is_named() {
    let mut bytes = frames()[0].to_bytes();
    bytes[9] = 9;
    assert_eq!(error(&bytes), SessionError::WrongVersion { theirs: 9 });
}

#[test]
fn the_length_of_an_entry_is_that_of_its_encoding() {
    assert_eq!(encoded_len(&entry()), entry().to_bytes().len());
}

/// Frozen vectors: if one of these changes, devices of different versions of Sheaf no longer
/// understand each other, and the version of the protocol must change with it.
#[test]
fn frames_are_frozen() {
    let lines: Vec<String> = frames()
        .iter()
        // The entry in some of them is frozen where entries are made.
        .filter(|frame| !matches!(frame, Frame::Entries { .. }))
        .map(|frame| {
            let bytes = frame.to_bytes();
            let digest = blake3::hash(&bytes).to_hex();
            format!("{}: {} bytes, {digest}", frame.kind(), bytes.len())
        })
        .collect();
    expect_test::expect![[r#"
        0: 186 bytes, a754d4c1e829548fc33a0560591191b6037828e72ad0ac391d3e888e254186e0
        1: 143 bytes, 64aa9c86593af7df5df2813ae591ef8bd67755c54cdac844dfddf024ea96580e
        2: 93 bytes, 4464cb3f90dc6074012668773e89202d06bae3e7b811b2402a76c5651825011e
        3: 1 bytes, e1e0e81d6ea39b0cf8b86ffd440921011f57400cbc3f76a8a171906a9b8d7505
        5: 1 bytes, 84cb40e74f0e856bb4bb91233e3cb74113533dca78a74f36f59edaa41895c946
        6: 54 bytes, 72c6ceea7e80835e8723b5978a0d78f701c6825ecc00ed93f72e3d58ca4af8de
        7: 64 bytes, db899849aa0c8c636638ef22366f37009de1909efa1eb0f68a9096d48b23be1c
        8: 1 bytes, 2ef3e0dda5293bda965d0adcedfc7d387244ac736a6014a720c1d63fa0ede02f
        9: 8212 bytes, 2a221e5a0b5804546dd3482cb587333e3eeb7ae182d1f82952158a3d232a718c
        10: 52 bytes, 51c90a386cff2fb9ece89017cba95731e8e345117a276e6998dc81a320e3f7de
        11: 52 bytes, 1553a3a5ae5b6d5be34ee479dcee6df579c04db08805ae7c28b51bb1c609347d
        12: 5 bytes, 0711c43b60e017b81dc1dc3a10fd57eb17c79876324b65fba567e8f465da8c56
        13: 2 bytes, 0db4a8aafda7da7b8c4a30bde768ffd866721c8f2efc7fed7bc21b083a35baaf"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn a_newer_version_is_refused_before_anything_else_of_it_is_read() {
    let mut bytes = frames()[0].to_bytes();
    bytes[9] = PROTOCOL_VERSION + 1;
    bytes.truncate(10);
    let said = error(&[&bytes[..], &[0xff; 300]].concat());
    assert_eq!(said, SessionError::WrongVersion { theirs: PROTOCOL_VERSION + 1 });
    assert!(said.to_string().ends_with("update the older of the two"), "{said}");
}
