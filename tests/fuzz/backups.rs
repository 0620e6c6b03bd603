//! What lies inside a backup that was sealed well by somebody hostile: what it says of itself, the
//! identity, and every page of the store. An invented school's backup may have its pages in the
//! clear, so nothing but the checks of restoring stands between these bytes and a home.

use std::path::{Path, PathBuf};

use sheaf_charter::{Argon2Cost, BackupHead, BackupKind, Role, passphrase_key};
use sheaf_records::Kind;
use sheaf_school::{Clock, Founding, Passphrase, Protection, Restoring, School, Verify};
use sheaf_store::{BackupReader, BackupWriter};

use super::decoders::{Decoder, MIB, decoder};
use super::seeds::rng;

/// The passphrase of every invented school.
const INVENTED: &str = "invented";
const SALT: [u8; 16] = [5; 16];
/// Each case makes a home and reads all of it.
const CASES_A_ROUND: usize = 60;

/// What a backup holds, opened: all before the store, and the store.
struct Inside {
    before: Vec<u8>,
    store: Vec<u8>,
}

pub fn all() -> Vec<Decoder> {
    let folder = tempfile::TempDir::new().unwrap();
    let Inside { before, store } = inside(folder.path());
    let length = u32::from_be_bytes(before[..4].try_into().unwrap()) as usize;
    let (said, after) = (before[4..4 + length].to_vec(), before[4 + length..].to_vec());
    let whole = store.clone();
    let first = decoder("backup-inside", vec![before], 64 * MIB, move |bytes| {
        restore(&[bytes, &whole].concat())
    });
    // With the length that it says, so that its pages are looked at.
    let pages = decoder("backup-pages", vec![store], 64 * MIB, move |bytes| {
        let mut said: serde_json::Value = serde_json::from_slice(&said).unwrap();
        said["store_bytes"] = bytes.len().into();
        let said = serde_json::to_vec(&said).unwrap();
        let length = u32::try_from(said.len()).unwrap().to_be_bytes();
        restore(&[&length[..], &said, &after, bytes].concat())
    });
    [first, pages].map(|decoder| Decoder { cases_a_round: CASES_A_ROUND, ..decoder }).into()
}

/// A school with a pupil and an incident, backed up and opened again.
fn inside(folder: &Path) -> Inside {
    let founding = Founding {
        home: folder.join("home"),
        school: "Ashdown".to_owned(),
        person: "Mary Wells".to_owned(),
        device: "laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Plain,
    };
    let (school, _) = School::found(&founding, Clock::system()).unwrap();
    let pupil = serde_json::json!({ "forename": "Noor", "surname": "Example" });
    let pupil = school.add(Kind::Pupil, None, &pupil).unwrap().id;
    let incident = serde_json::json!({
        "occurred_at": "2026-11-19T10:15", "category": "disruption", "severity": 2,
        "participants": { pupil: { "role": "aggressor" } },
    });
    school.add(Kind::Incident, None, &incident).unwrap();
    let (file, nothing) = (folder.join("backup"), Passphrase::new(String::new()));
    school.back_up(&file, &nothing, &nothing).unwrap();
    let mut reader = BackupReader::open(&file).unwrap();
    let key = passphrase_key(INVENTED, &reader.head().salt, Argon2Cost::FLOOR).unwrap();
    assert!(reader.unlock(&key));
    let mut before = reader.take(4).unwrap().to_vec();
    let length = u32::from_be_bytes(before[..].try_into().unwrap()) as usize;
    let text = reader.take(length).unwrap();
    let said: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let size = |name: &str| usize::try_from(said[name].as_u64().unwrap()).unwrap();
    before.extend_from_slice(&text);
    let rest = reader.take(32 + size("identity_bytes") + size("face_bytes")).unwrap();
    before.extend_from_slice(&rest);
    let store = reader.take(size("store_bytes")).unwrap().to_vec();
    reader.end().unwrap();
    Inside { before, store }
}

/// Seals what is inside, restores it and reads all of it. What is refused leaves no home.
fn restore(inside: &[u8]) -> bool {
    let folder = tempfile::TempDir::new().unwrap();
    let file: PathBuf = folder.path().join("backup");
    let key = passphrase_key(INVENTED, &SALT, Argon2Cost::FLOOR).unwrap();
    let cost = Argon2Cost::FLOOR;
    let head = BackupHead::new(BackupKind::Invented, cost, SALT, &key, &mut rng(1));
    let mut writer = BackupWriter::create(&file, &head, head.chunks(&key).unwrap()).unwrap();
    writer.write(inside).unwrap();
    writer.finish().unwrap();
    let restoring =
        Restoring { file, home: folder.path().join("home"), opens: None, protects: None };
    let Ok((school, _)) = School::restore_home(&restoring, Clock::system()) else {
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "half a home was left");
        return false;
    };
    let _ = school.status();
    school.verify(Verify::Check, &|_| {}).is_ok_and(|verified| verified.ok)
}
