//! Proofs: what they show, what they hold back, and that no changed one passes.

use serde_json::json;
use sheaf_charter::{EntryId, SchoolId, SectionKey, SectionPlace, open_section_by_its_key};
use sheaf_records::Kind;

use super::*;
use crate::records::test_school::TestSchool;

/// A school with an incident that was changed once and another that is nobody's business.
struct Proven {
    school: TestSchool,
    incident: String,
    bytes: Vec<u8>,
}

const CANARY: &str = "canary of another record";

impl Proven {
    fn new() -> Self {
        let school = TestSchool::new();
        let id: String = school.incident();
        let set = |field: &str, value: &str| {
            let sets = [(field.to_owned(), Some(value.to_owned()))];
            school.school.amend(&id, &sets, Some("A witness")).unwrap();
        };
        set("narrative", "Shouted across the hall");
        set("severity", "4");
        let other = json!({ "occurred_at": "2026-11-19T10:15", "category": "disruption",
            "severity": 2, "narrative": CANARY,
            "participants": { school.pupil.clone(): { "role": "aggressor" } } });
        school.add(Kind::Incident, other);
        let file = school.school.core.dir().join("proof.json");
        school.school.prove(&id, &file).unwrap();
        let bytes = std::fs::read(&file).unwrap();
        Self { incident: id, bytes, school }
    }

    fn id(&self) -> SchoolId {
        self.school.school.core.school_id()
    }

    fn proof(&self) -> Proof {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// What a check says of the proof with something changed in it.
    fn refused(&self, change: impl Fn(&mut Proof)) -> String {
        let mut proof = self.proof();
        change(&mut proof);
        assert_ne!(proof, self.proof());
        check_proof(&serde_json::to_vec(&proof).unwrap(), self.id()).unwrap_err().to_string()
    }
}

/// Rule 6.
#[test]
fn a_proof_shows_who_wrote_what_and_when() {
    let proven = Proven::new();
    let checked = check_proof(&proven.bytes, proven.id()).unwrap();
    assert_eq!(
        (checked.record.as_str(), checked.kind.as_str()),
        (proven.incident.as_str(), "incident")
    );
    assert_eq!(checked.values, proven.school.school.show(&proven.incident).unwrap().fields);
    let history = proven.school.school.history(&proven.incident).unwrap();
    assert_eq!(checked.changes.len(), 3);
    for (change, step) in checked.changes.iter().zip(&history) {
        assert_eq!(change.entry, step.entry);
        assert_eq!((&change.person_id, &change.device_id), (&step.person_id, &step.device_id));
    }
    let said = |field: &str, value: Json| Said { field: field.to_owned(), value };
    assert_eq!(checked.changes[1].says, [said("narrative", json!("Shouted across the hall"))]);
    assert_eq!(checked.changes[2].says, [said("severity", json!(4))]);
}

#[test]
fn a_proof_holds_against_the_founding_hash_alone() {
    let proven = Proven::new();
    let other = check_proof(&proven.bytes, SchoolId::from_bytes([7; 32])).unwrap_err();
    assert_eq!(
        other.to_string(),
        "the proof does not hold: the school: it is another than the one asked for"
    );
    let other = TestSchool::new().school.core.school_id();
    let foreign = |proof: &mut Proof| proof.school = other.to_string();
    let mut proof = proven.proof();
    foreign(&mut proof);
    let refused = check_proof(&serde_json::to_vec(&proof).unwrap(), other).unwrap_err().to_string();
    assert!(refused.contains("control entry 0: the entry belongs to another school"), "{refused}");
}

#[test]
fn a_changed_proof_is_refused_with_the_place() {
    let proven = Proven::new();
    let flip = |bytes: &mut Vec<u8>| {
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
    };
    type Change<'a> = Box<dyn Fn(&mut Proof) + 'a>;
    let cases: [(Change<'_>, &str); 17] = [
        (Box::new(|proof| flip(&mut proof.control[1].header)), "control entry 1: "),
        (Box::new(|proof| flip(&mut proof.control[1].signature)), "control entry 1: the signature"),
        (Box::new(|proof| drop(proof.control.remove(0))), "control entry 0: it names"),
        (Box::new(|proof| drop(proof.control.pop())), "change 0: control entries that it names"),
        (
            Box::new(|proof| proof.control[1].signer = proof.school.clone()),
            "control entry 1: it names another key",
        ),
        (
            Box::new(|proof| proof.changes[1].signer = proof.school.clone()),
            "change 1: it names another key",
        ),
        (Box::new(|proof| proof.control[1].signature.truncate(63)), "another length than 64"),
        (
            Box::new(|proof| flip(&mut proof.changes[1].header)),
            "change 1: the signature of the entry does not fit",
        ),
        (
            Box::new(|proof| flip(&mut proof.changes[1].signature)),
            "change 1: the signature of the entry does not fit",
        ),
        (Box::new(|proof| flip(&mut proof.changes[1].sealed)), "change 1: its section is not one"),
        (Box::new(|proof| flip(&mut proof.changes[1].key)), "change 1: a section does not open"),
        (Box::new(|proof| proof.changes[1].section = 1), "change 1: its section is not one"),
        (Box::new(|proof| proof.changes[1].says.clear()), "change 1: it does not do what"),
        (Box::new(|proof| drop(proof.changes.remove(0))), "the changes: "),
        (Box::new(|proof| drop(proof.values.remove("severity"))), "the values: "),
        (Box::new(|proof| proof.kind = "pupil".to_owned()), "the values: "),
        (Box::new(|proof| proof.record = proof.space.clone()), "change 0: its section is not one"),
    ];
    for (change, named) in cases {
        let refused = proven.refused(&change);
        assert!(refused.contains(named), "{named}: {refused}");
    }
}

/// Rule 5. Of other records neither content nor a key goes out, though they lie in the same space
/// under the same epoch key.
#[test]
fn a_proof_gives_away_one_record_and_no_key_of_another() {
    let proven = Proven::new();
    let core = &proven.school.school.core;
    let proof = proven.proof();
    let keys: Vec<SectionKey> = proof
        .changes
        .iter()
        .map(|change| SectionKey::from_bytes(change.key.as_slice().try_into().unwrap()))
        .collect();
    let mut given = proven.bytes.clone();
    for part in proof
        .control
        .iter()
        .map(|part| &part.header)
        .chain(proof.changes.iter().map(|one| &one.sealed))
    {
        given.extend(part);
    }
    let own: Vec<EntryId> = check_proof(&proven.bytes, proven.id())
        .unwrap()
        .changes
        .iter()
        .map(|one| one.entry.parse().unwrap())
        .collect();
    let control = core.control();
    let (mut opened, mut closed) = (0, 0);
    core.store
        .read(|snapshot| {
            for id in snapshot.all_entry_ids()? {
                let entry = snapshot.entry(id)?.unwrap();
                let header = entry.header();
                let epoch = control.keys.key(header.lane.space, header.epoch);
                if let Some(epoch) = epoch {
                    assert!(!holds(&given, epoch.as_bytes()), "an epoch key is in the file");
                }
                let prefix = header.prefix_bytes();
                for (index, row) in (0..).zip(&header.table) {
                    let sealed =
                        entry.sections()[usize::try_from(index).unwrap()].as_ref().unwrap();
                    let place =
                        SectionPlace { header_prefix: &prefix, index, document: row.document };
                    let opens =
                        keys.iter().any(|key| open_section_by_its_key(key, &place, sealed).is_ok());
                    assert_eq!(opens, own.contains(&id));
                    if opens { opened += 1 } else { closed += 1 }
                }
            }
            Ok::<_, SchoolError>(())
        })
        .unwrap();
    assert_eq!(opened, 3);
    assert!(closed > 3);
    for word in [CANARY, "Anna Head", "Anna's laptop", "Bramble Vale", "Noor", "pastoral"] {
        assert!(!holds(&given, word.as_bytes()), "{word}");
    }
    assert!(holds(&given, b"Shouted across the hall"));
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_newer_proof_and_a_damaged_file_are_refused_by_name() {
    let proven = Proven::new();
    let text = String::from_utf8(proven.bytes.clone()).unwrap();
    let refused = |text: &str| check_proof(text.as_bytes(), proven.id()).unwrap_err().to_string();
    let newer = text.replace("\"sheaf_proof\": 1", "\"sheaf_proof\": 2, \"more\": 1");
    assert_eq!(
        refused(&newer),
        "the proof does not hold: version 2: it was written by a newer version of Sheaf, this one reads version 1; update this device"
    );
    let older = text.replace("\"sheaf_proof\": 1", "\"sheaf_proof\": 0");
    assert!(refused(&older).contains("version 0: there is no such version"));
    for cut in [0, 1, 40, text.len() / 2, text.len() - 3] {
        assert!(refused(&text[..cut]).contains("the file: it is damaged"), "{cut}");
    }
    let more = text.replace("\"kind\"", "\"more\": 1, \"kind\"");
    assert!(refused(&more).contains("unknown field `more`"));
    let deep = "[".repeat(100_000);
    assert!(refused(&deep).contains("the file: it is damaged"));
    let long = vec![b' '; MAX_PROOF_BYTES + 1];
    assert!(check_proof(&long, proven.id()).unwrap_err().to_string().contains("at most"));
}

#[test]
fn a_proof_replaces_no_file() {
    let proven = Proven::new();
    let file = proven.school.school.core.dir().join("proof.json");
    let refused = proven.school.school.prove(&proven.incident, &file).unwrap_err().to_string();
    assert!(refused.ends_with("is there already; name a new file"), "{refused}");
    assert_eq!(std::fs::read(&file).unwrap(), proven.bytes);
}

/// Frozen: a proof that was given away once is good for ever.
#[test]
fn a_proof_made_by_the_first_version_still_holds() {
    let school = "927881915c3d374986057846df169b77116fe04b53e9e19f9592aab128c4c6a2";
    let sample = include_bytes!("sample.json");
    let checked = check_proof(sample, school.parse().unwrap()).unwrap();
    assert_eq!(checked.changes.len(), 2);
    assert_eq!(checked.values["narrative"], "Zoë shouted");
    assert_eq!(checked.changes[1].at, "2026-11-27T10:53:57.949Z");
}
