//! Headers, drafts, names and address records: one form each, and limits.

use std::net::SocketAddr;

use crate::act::Act;
use crate::address::{
    AddressRecord, MAX_ADDRESS_RECORDS, MAX_ADDRESSES, records_from, records_to_bytes,
};
use crate::codec::{DecodeError, Reader, Writer};
use crate::draft::{Draft, DraftSection};
use crate::entry::{Entry, EntryError, MAX_BODY_BYTES};
use crate::error::CharterError;
use crate::header::{FORMAT_VERSION, Header, Lane, MAX_ACTS, MAX_HEADS, MAX_SECTIONS};
use crate::ids::{DocumentId, EntryId, EpochId, SchoolId};
use crate::names::{ControlNames, MAX_NAME_BYTES, Subject};
use crate::tests::testing::{Device, NOW_MS, founded, rng};

#[test]
fn a_header_has_one_form() {
    let founded = founded(&mut rng(90));
    for entry in &founded.entries {
        let bytes = entry.header_bytes();
        assert_eq!(Header::from_bytes(bytes).as_ref(), Ok(entry.header()));
        assert_eq!(entry.header().to_bytes(), bytes);
        assert!(bytes.starts_with(&entry.header().prefix_bytes()));
        let mut newer = bytes.to_vec();
        newer[0] = FORMAT_VERSION + 1;
        let (found, known) = (FORMAT_VERSION + 1, FORMAT_VERSION);
        let unknown = DecodeError::UnknownVersion { found, known };
        assert_eq!(Header::from_bytes(&newer), Err(unknown));
        let longer = [bytes, &[0]].concat();
        assert_eq!(Header::from_bytes(&longer), Err(DecodeError::Trailing(1)));
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(header) = Header::from_bytes(&flipped) {
                assert_eq!(header.to_bytes(), flipped, "bit {bit}");
            }
        }
    }
}

#[test]
fn a_section_may_be_gone_and_no_other_takes_its_place() {
    let mut rng = rng(91);
    let founded = founded(&mut rng);
    let space = founded.pastoral;
    let (device, _) = Device::of_founder(founded);
    let entry = device.save(space, b"note", &mut rng);
    let parts =
        |sections| Entry::from_parts(entry.header_bytes().to_vec(), *entry.signature(), sections);
    let erased = parts(vec![None]).unwrap();
    assert_eq!(erased.id(), entry.id());
    assert_eq!(Entry::from_bytes(&erased.to_bytes()).unwrap(), erased);
    let other = device.save(space, b"node", &mut rng).sections()[0].clone();
    assert_eq!(parts(vec![other]), Err(EntryError::WrongSection { index: 0 }));
    assert!(parts(vec![]).is_err());
}

#[test]
fn a_draft_names_the_limit_that_it_breaks() {
    let mut rng = rng(92);
    let founded = founded(&mut rng);
    let space = founded.pastoral;
    let (device, _) = Device::of_founder(founded);
    let (epoch, key) = device.keys.writing_epoch(space, &device.trust).unwrap();
    let section = |length| DraftSection {
        document: DocumentId::from_bytes([1; 16]),
        nonce: [0; 16],
        changes: {
            let mut noise = vec![0; length];
            rand_core::Rng::fill_bytes(&mut crate::tests::testing::rng(93), &mut noise);
            noise
        },
    };
    let base = Draft { epoch, ..device.draft(Lane::data(space)) };
    let heads = (0..=u8::try_from(MAX_HEADS).unwrap()).map(|byte| EntryId::from_bytes([byte; 32]));
    for (draft, what) in [
        (
            Draft { sections: vec![section(1); MAX_SECTIONS + 1], ..base.clone() },
            "the sections of an entry",
        ),
        (Draft { acts: vec![Act::Describe; MAX_ACTS + 1], ..base.clone() }, "the acts of an entry"),
        (Draft { charter_heads: heads.collect(), ..base.clone() }, "the charter heads of an entry"),
        (Draft { sections: vec![section(600_000)], ..base.clone() }, "a sealed section"),
        (
            Draft { sections: vec![section(300_000); 2], ..base.clone() },
            "the sections of an entry together",
        ),
    ] {
        match draft.seal(&device.identity, Some(key), &mut rng) {
            Err(CharterError::TooMuch { what: named, .. }) => assert_eq!(named, what),
            other => panic!("{what}: {other:?}"),
        }
    }
    let full = Draft { sections: vec![section(1); MAX_SECTIONS], ..base.clone() };
    let full = full.seal(&device.identity, Some(key), &mut rng).unwrap();
    assert!(full.to_bytes().len() < MAX_BODY_BYTES);
    assert_eq!(Entry::from_bytes(&full.to_bytes()).unwrap(), full);
    let keyless = Draft { sections: vec![section(1)], ..base.clone() };
    let refused = keyless.seal(&device.identity, None, &mut rng);
    assert_eq!(refused, Err(CharterError::NoEpochKey));
    let wrong =
        Draft { sections: vec![section(1)], epoch: EpochId::from_bytes([1; 16]), ..base.clone() };
    let refused = wrong.seal(&device.identity, Some(key), &mut rng);
    assert_eq!(refused, Err(CharterError::NoEpochKey));
    let stranger = crate::identity::Identity::generate(&mut rng);
    let foreign = base.seal(&stranger, Some(key), &mut rng);
    assert!(matches!(foreign, Err(CharterError::NotAllowed(_))));
}

#[test]
fn names_have_one_form() {
    let person = Subject::Person(crate::ids::PersonId::from_bytes([1; 16]));
    let names = ControlNames::new()
        .with(Subject::Space, "Year 8")
        .and_then(|names| names.with(person, "Zoë Ng"))
        .and_then(|names| names.with(Subject::Reason, "moved here"))
        .unwrap();
    let changes = names.to_section().changes;
    assert_eq!(ControlNames::from_changes(&changes), Ok(names));
    for length in 0..changes.len() {
        assert!(ControlNames::from_changes(&changes[..length]).is_err());
    }
    let longest = "x".repeat(MAX_NAME_BYTES);
    assert!(ControlNames::new().with(Subject::Space, &longest).is_ok());
    for bad in ["", "  ", "a\nb", &"x".repeat(MAX_NAME_BYTES + 1)] {
        assert!(ControlNames::new().with(Subject::Space, bad).is_err(), "{bad:?}");
    }
    let mut out = Writer::new();
    out.u8(1).u16(2).u8(3).bytes(b"b").u8(0).bytes(b"a");
    let unordered = ControlNames::from_changes(out.as_bytes());
    assert_eq!(unordered, Err(DecodeError::NotCanonical("names")));
    let mut out = Writer::new();
    out.u8(1).u16(1).u8(3).bytes(b"\xff");
    let not_text = ControlNames::from_changes(out.as_bytes());
    assert_eq!(not_text, Err(DecodeError::NotCanonical("name")));
}

#[test]
fn an_address_record_is_of_its_device_and_school() {
    let founded = founded(&mut rng(94));
    let school = founded.trust.school().unwrap();
    let addresses: Vec<SocketAddr> =
        vec!["10.4.7.22:4455".parse().unwrap(), "[2001:db8::1]:4455".parse().unwrap()];
    let record = AddressRecord::sign(&founded.identity, school, &addresses, NOW_MS).unwrap();
    let mut out = Writer::new();
    record.write(&mut out);
    let read = AddressRecord::read(&mut Reader::new(out.as_bytes())).unwrap();
    assert_eq!(read, record);
    assert_eq!(read.verify(school), Ok(()));
    assert!(read.verify(SchoolId::ZERO).is_err());
    for bit in 0..out.as_bytes().len() * 8 {
        let mut flipped = out.as_bytes().to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let mut reader = Reader::new(&flipped);
        if let Ok(other) = AddressRecord::read(&mut reader)
            && reader.end().is_ok()
        {
            assert!(other.verify(school).is_err(), "bit {bit}");
        }
    }
    let many = vec![addresses[0]; MAX_ADDRESSES + 1];
    assert!(AddressRecord::sign(&founded.identity, school, &many, NOW_MS).is_err());
}

#[test]
fn a_message_of_address_records_has_one_form_and_a_bound() {
    let founded = founded(&mut rng(95));
    let school = founded.trust.school().unwrap();
    let addresses: Vec<SocketAddr> = vec!["10.4.7.22:47820".parse().unwrap(); MAX_ADDRESSES];
    let record = AddressRecord::sign(&founded.identity, school, &addresses, NOW_MS).unwrap();
    let two = vec![record.clone(), record.clone()];
    let bytes = records_to_bytes(&two);
    assert_eq!(records_from(&bytes), Ok(two));
    for length in 0..bytes.len() {
        assert!(records_from(&bytes[..length]).is_err(), "{length}");
    }
    assert_eq!(records_from(&[&bytes[..], &[0]].concat()), Err(DecodeError::Trailing(1)));
    let newer = records_from(&[&[2], &bytes[1..]].concat());
    assert_eq!(newer, Err(DecodeError::UnknownVersion { found: 2, known: 1 }));
    let most = records_to_bytes(&vec![record.clone(); MAX_ADDRESS_RECORDS]);
    assert!(most.len() <= 64 * 1024, "{} bytes are too long for one message", most.len());
    let more = records_to_bytes(&vec![record; MAX_ADDRESS_RECORDS + 1]);
    let (what, limit) = ("address records", MAX_ADDRESS_RECORDS);
    assert_eq!(records_from(&more), Err(DecodeError::TooMuch { what, limit }));
}
