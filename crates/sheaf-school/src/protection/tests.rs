//! A real home: what its passphrase costs, and another passphrase in its place.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sheaf_charter::Role;
use tempfile::TempDir;

use super::*;
use crate::clock::Clock;
use crate::founding::Founding;
use crate::school::School;

const OLD: &str = "four words of old";
const NEW: &str = "four words of new";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

struct Real {
    _folder: TempDir,
    dir: PathBuf,
    school: School,
}

fn real() -> Real {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("home");
    let founding = Founding {
        home: dir.clone(),
        school: "Ashdown".to_owned(),
        person: "Mary Wells".to_owned(),
        device: "laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Passphrase(passphrase(OLD)),
    };
    let (school, _) = School::found(&founding, Clock::system()).unwrap();
    Real { _folder: folder, dir, school }
}

fn opens(dir: &Path, text: &str) -> bool {
    match School::open(dir, Some(&passphrase(text)), Clock::system()) {
        Ok(_) => true,
        Err(SchoolError::Locked(why)) => {
            assert_eq!(why, "the passphrase is wrong");
            false
        }
        Err(other) => panic!("{other}"),
    }
}

/// Every file of the home but those of the database, which each opening touches.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = fs::read_dir(dir).unwrap().map(|file| file.unwrap());
    let named = all.map(|file| (file.file_name().into_string().unwrap(), file.path()));
    let kept = named.filter(|(name, _)| !name.starts_with("school.db"));
    kept.map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

#[test]
fn a_real_home_costs_what_was_measured_and_an_invented_one_little() {
    let real = real();
    let cost = Home::open(&real.dir).unwrap().file().passphrase.clone();
    assert!(cost.memory_kib >= Argon2Cost::LEAST.memory_kib, "{cost:?}");
    assert!(cost.memory_kib <= Argon2Cost::MOST_MEMORY_KIB, "{cost:?}");
    assert!(cost.passes >= Argon2Cost::LEAST.passes, "{cost:?}");
    let (file, _) = Protection::Demo.home_file().unwrap();
    assert_eq!(file.passphrase.memory_kib, Argon2Cost::FLOOR.memory_kib);
}

#[test]
fn a_crash_at_any_moment_of_a_change_leaves_one_passphrase_that_opens() {
    let Real { _folder, dir, school } = real();
    let before = files(&dir);
    let change = |old: &str, new: &str| {
        let mut home = Home::open(&dir).unwrap();
        change_passphrase(&mut home, &passphrase(old), &passphrase(new), || Argon2Cost::FLOOR)
    };
    change(OLD, NEW).unwrap();
    let after = files(&dir);
    // The change is one file that takes another's place: what a crash can leave is the old one,
    // with any beginning of the new one beside it, or the new one.
    let changed: Vec<&String> =
        after.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
    assert_eq!(changed, ["home.json"]);
    assert!(before.keys().eq(after.keys()), "nothing is left beside it: {:?}", after.keys());
    let (old_file, new_file) = (&before["home.json"], &after["home.json"]);
    for part in [0, 1, new_file.len() / 2, new_file.len()] {
        fs::write(dir.join("home.json"), old_file).unwrap();
        fs::write(dir.join(".home.json.1.0.new"), &new_file[..part]).unwrap();
        assert!(opens(&dir, OLD), "with {part} bytes of the new file beside it");
        assert!(!opens(&dir, NEW), "with {part} bytes of the new file beside it");
    }
    fs::write(dir.join("home.json"), new_file).unwrap();
    assert!(opens(&dir, NEW));
    assert!(!opens(&dir, OLD));
    // Whoever had it open before goes on.
    assert_eq!(school.card().unwrap().person, "Mary Wells");
    school.core.store.write(|txn| txn.put_setting("after", b"yes")).unwrap();
}

#[test]
fn a_change_that_is_refused_changes_nothing() {
    let Real { _folder, dir, .. } = real();
    let before = files(&dir);
    for (old, new, words) in [
        (NEW, "four words of else", "this home is locked: the passphrase is wrong"),
        (OLD, "short", "the passphrase is too short: 12 characters are the least, four words do"),
        (OLD, OLD, "the new passphrase is the old one; nothing was changed"),
    ] {
        let (old, new) = (passphrase(old), passphrase(new));
        let refused = School::change_passphrase(&dir, &old, &new).unwrap_err();
        assert_eq!(refused.to_string(), words);
        assert_eq!(files(&dir), before);
    }
}

#[test]
fn a_home_of_the_first_format_opens_and_takes_another_passphrase() {
    let Real { _folder, dir, school } = real();
    drop(school);
    // As the first format had it: what the passphrase gives is the home's key itself.
    fs::remove_dir_all(&dir).unwrap();
    let file = HomeFile::new(Purpose::School, cost(Argon2Cost::FLOOR));
    let keys = derive(&file, &passphrase(OLD)).unwrap();
    let founded = sheaf_charter::found(
        sheaf_charter::FoundingNames { school: "Ashdown", person: "Mary", device: "laptop" },
        0,
        &mut entropy::rng(),
    )
    .unwrap();
    let home = Home::create(&dir, file).unwrap();
    let sealed = founded.identity.to_sealed(&keys.identity, &mut entropy::rng()).unwrap();
    home.write_identity(&sealed).unwrap();
    let store = Store::create(&home, keys.database.as_deref()).unwrap();
    drop(crate::core::Core::begin(home, store, founded.identity, 0, &founded.entries).unwrap());
    let text = fs::read_to_string(dir.join("home.json")).unwrap();
    fs::write(dir.join("home.json"), text.replace("\"format\": 2", "\"format\": 1")).unwrap();
    assert!(opens(&dir, OLD));
    School::change_passphrase(&dir, &passphrase(OLD), &passphrase(NEW)).unwrap();
    assert!(opens(&dir, NEW));
    assert!(!opens(&dir, OLD));
}
