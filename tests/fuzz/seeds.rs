//! Good inputs of every form, from which the hostile ones are made.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sheaf_charter::codec::Writer;
use sheaf_charter::{
    ControlNames, Draft, DraftSection, Entry, EntryId, Founded, FoundingNames, Lane, SpaceId,
    Subject, found,
};
use sheaf_documents::{Document, first_change};
use sheaf_records::{Edit, FieldPath, Fields, Kind, Record, RecordId};
use sheaf_replica::{LogTips, Vector};

/// When everything here happens.
pub const NOW_MS: i64 = 1_788_220_800_000;

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn founded() -> Founded {
    let names = FoundingNames { school: "Ashdown", person: "Mary Wells", device: "laptop" };
    found(names, NOW_MS, &mut rng(1)).unwrap()
}

/// The entries of a founding, and a data entry of two sections.
pub fn entries() -> Vec<Entry> {
    let Founded { identity, trust, keys, pastoral, entries, .. } = founded();
    let (epoch, key) = keys.writing_epoch(pastoral, &trust).unwrap();
    let section = |document: u8| DraftSection {
        document: sheaf_charter::DocumentId::from_bytes([document; 16]),
        nonce: [9; 16],
        changes: b"changes of a document".to_vec(),
    };
    let draft = Draft {
        school: trust.school().unwrap(),
        lane: Lane::data(pastoral),
        log: identity.log(),
        seq: 0,
        previous: EntryId::ZERO,
        charter_heads: trust.heads(Lane::CHARTER),
        control_heads: trust.heads(Lane::control(pastoral)),
        epoch,
        claimed_ms: NOW_MS,
        acts: Vec::new(),
        sections: vec![section(7), section(8)],
    };
    let data = draft.seal(&identity, Some(key), &mut rng(2)).unwrap();
    entries.into_iter().chain([data]).collect()
}

/// The payload of a sealed part with names.
pub fn names() -> Vec<u8> {
    let person = Subject::Person(sheaf_charter::PersonId::from_bytes([1; 16]));
    let names = ControlNames::new().with(Subject::Space, "Year 8").unwrap();
    names.with(person, "Zoë Ng").unwrap().to_section().changes
}

/// A first change and one on top of it.
pub fn changes() -> Vec<Vec<u8>> {
    let id = RecordId::from_bytes([1; 16]);
    let mut record = Record { id, kind: Kind::Incident, fields: Fields::new() };
    record.set("location", "corridor");
    record.set("narrative", "Shouted across the hall");
    record.set("severity", 3);
    let first = first_change(&record, 1, [7; 16], 1_000).unwrap();
    let mut document = Document::from_changes(id, [first.bytes.as_slice()]).unwrap();
    let edit = Edit { path: FieldPath::One("location".into()), value: Some("hall".into()) };
    let second = document.edit(&[edit], [7; 16], 2_000).unwrap().unwrap();
    vec![first.bytes, second.bytes]
}

/// The tips of a log that never forked, of one that did once, and of one that did all the time.
pub fn tips() -> [LogTips; 3] {
    let entries = entries();
    let once = LogTips::first(entries[0].id());
    let mut twice = once.clone();
    twice.join(0, EntryId::ZERO, entries[1].id());
    let mut often = once.clone();
    for number in 0..40 {
        often.join(0, EntryId::ZERO, EntryId::from_bytes([number; 32]));
    }
    [once, twice, often]
}

/// How far such logs of a lane have got.
pub fn vector() -> Vector {
    let mut vector = Vector::new();
    for (number, tips) in (5..).zip(&tips()) {
        vector.set(sheaf_charter::LogId::from_bytes([number; 32]), tips);
    }
    vector
}

/// Frames of each kind, written by hand: the crate that reads them shows none.
pub fn frames() -> Vec<Vec<u8>> {
    let lane = Lane::data(SpaceId::from_bytes([9; 16]));
    let entry = entries().pop().unwrap();
    let frame = |kind: u8, write: &dyn Fn(&mut Writer)| {
        let mut out = Writer::new();
        out.u8(kind);
        write(&mut out);
        out.finish()
    };
    let state = |out: &mut Writer| {
        out.u32(0).u32(0).u16(2);
        for (lane, content) in [(Lane::CHARTER, 0), (lane, 1)] {
            lane.write(out);
            out.raw(&[4; 32]).u8(content).raw(&vec![5; 32 * usize::from(content)]);
        }
    };
    let at = |out: &mut Writer| {
        lane.write(out);
        out.raw(entry.id().as_bytes()).u16(3);
    };
    let ids = |out: &mut Writer| {
        lane.write(out);
        out.u16(1).raw(entry.id().as_bytes());
    };
    vec![
        frame(0, &|out| {
            out.raw(b"sheaf/rp").u8(1).raw(&[2; 32]).u8(0);
            state(out);
        }),
        frame(1, &state),
        frame(2, &|out| {
            lane.write(out);
            vector().write(out);
        }),
        frame(3, &|_| {}),
        frame(4, &|out| {
            lane.write(out);
            out.u16(1).raw(&entry.to_bytes());
        }),
        frame(6, &|out| {
            out.u16(1);
            at(out);
        }),
        frame(7, &|out| {
            out.u16(1);
            at(out);
            out.bytes(b"sealed");
        }),
        frame(9, &|out| {
            out.u16(1);
            lane.write(out);
            out.raw(&[0; 256 * 32]);
        }),
        frame(10, &ids),
        frame(11, &ids),
        frame(12, &|out| {
            out.u32(77);
        }),
        frame(13, &|out| {
            out.u8(2);
        }),
    ]
}
