//! Homes: what is one, what is not, and who may hold its endpoint.

use std::fs;

use super::*;

#[test]
fn a_home_is_found_again_as_it_was_made() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("new").join("home");
    let mut home = Home::create(&dir, home_file()).unwrap();
    let school = SchoolId::from_bytes([0xab; 32]);
    home.update(|file| file.school = Some(school)).unwrap();
    let found = Home::open(&dir).unwrap();
    assert_eq!(found.file().school, Some(school));
    assert_eq!(found.file().passphrase, home_file().passphrase);
    assert_eq!(found.file().purpose, Purpose::Test);
    let text = fs::read_to_string(dir.join("home.json")).unwrap();
    assert!(text.contains(&format!("\"salt\": \"{}\"", "09".repeat(16))), "{text}");
}

#[test]
fn a_full_drive_is_told_with_what_to_do() {
    let full = std::io::ErrorKind::StorageFull.into();
    let says = crate::files::at(std::path::Path::new("stick/a backup"))(full).to_string();
    assert_eq!(says, "stick/a backup: the drive is full; free some space and try again");
}

#[test]
fn what_is_not_a_home_is_said_to_be_none() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing");
    assert!(matches!(err(Home::open(&missing)), StoreError::NotAHome(dir) if dir == missing));
    assert!(matches!(err(Home::open(folder.path())), StoreError::NotAHome(_)));
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    assert!(matches!(err(Home::open(&file)), StoreError::NotAHome(_)));
}

#[test]
fn damage_in_the_home_file_is_told_from_a_newer_format() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("home");
    drop(Home::create(&dir, home_file()).unwrap());
    let good = fs::read_to_string(dir.join("home.json")).unwrap();
    let cases = [
        (good[..good.len() / 2].to_owned(), "damaged"),
        (String::new(), "damaged"),
        ("[]".to_owned(), "damaged"),
        (good.replace("\"test\"", "\"else\""), "damaged"),
        (good.replace("\"salt\": \"09", "\"salt\": \"zz"), "damaged"),
        (good.replace("\"format\"", "\"more\": 1, \"format\""), "damaged"),
        (" ".repeat(70_000), "damaged"),
        (good.replace("\"format\": 2", "\"format\": 3"), "newer"),
        ("{\"format\": 7, \"else\": {}}".to_owned(), "newer"),
    ];
    for (text, expected) in cases {
        fs::write(dir.join("home.json"), &text).unwrap();
        match (err(Home::open(&dir)), expected) {
            (StoreError::DamagedFile { file: "home.json", .. }, "damaged") => {}
            (StoreError::NewerFormat { known: 2, .. }, "newer") => {}
            (other, _) => panic!("{expected} was expected of {text:?}: {other}"),
        }
    }
}

#[test]
fn a_home_is_not_made_where_something_is() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("letter"), "mine").unwrap();
    assert!(matches!(err(Home::create(folder.path(), home_file())), StoreError::NotEmpty(_)));
    let dir = folder.path().join("home");
    drop(Home::create(&dir, home_file()).unwrap());
    assert!(matches!(err(Home::create(&dir, home_file())), StoreError::NotEmpty(_)));
}

#[test]
fn a_real_school_is_never_plain() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("home");
    let cost = home_file().passphrase;
    let file = HomeFile::new(Purpose::School, cost.clone()).without_cipher();
    assert!(matches!(err(Home::create(&dir, file)), StoreError::PlainRefused));
    assert!(!dir.exists());
    let mut home = Home::create(&dir, HomeFile::new(Purpose::School, cost)).unwrap();
    assert!(matches!(err(home.update(|file| file.plain = true)), StoreError::PlainRefused));
    let text = fs::read_to_string(dir.join("home.json")).unwrap();
    let forged = text.replace("\"plain\": false", "\"plain\": true");
    assert_ne!(text, forged);
    fs::write(dir.join("home.json"), forged).unwrap();
    assert!(matches!(err(Home::open(&dir)), StoreError::PlainRefused));
}

#[test]
fn the_identity_is_kept_as_it_is() {
    let (_folder, home, _store) = encrypted();
    assert_eq!(home.read_identity().unwrap(), None);
    home.write_identity(b"first").unwrap();
    home.write_identity(b"second").unwrap();
    assert_eq!(home.read_identity().unwrap().unwrap(), b"second");
    let names = fs::read_dir(home.dir()).unwrap().map(|file| file.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().ends_with(".new")));
}

#[test]
fn one_process_at_a_time_holds_the_endpoint() {
    let (_folder, home, _store) = encrypted();
    let lock = home.try_network_lock().unwrap().unwrap();
    assert!(home.try_network_lock().unwrap().is_none());
    assert!(Home::open(home.dir()).unwrap().try_network_lock().unwrap().is_none());
    drop(lock);
    assert!(home.try_network_lock().unwrap().is_some());
}

#[test]
fn several_processes_apply_and_one_takes_over_when_none_does() {
    let (_folder, home, _store) = encrypted();
    let one = home.applying_lock().unwrap();
    let other = Home::open(home.dir()).unwrap().applying_lock().unwrap();
    assert!(home.try_take_over().unwrap().is_none());
    drop(one);
    assert!(home.try_take_over().unwrap().is_none());
    drop(other);
    let alone = home.try_take_over().unwrap().unwrap();
    assert!(home.try_take_over().unwrap().is_none());
    drop(alone);
    assert!(home.try_take_over().unwrap().is_some());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_look_in() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, home, store) = encrypted();
    home.write_identity(b"sealed").unwrap();
    let _lock = home.try_network_lock().unwrap();
    store.write(|txn| txn.put_setting("name", b"value")).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.dir()), 0o700);
    let mut seen = 0;
    for file in fs::read_dir(home.dir()).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 5, "home, identity, lock, database and its log");
}
