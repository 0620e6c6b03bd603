//! Opening, wrong keys and damage; transactions.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;

use super::*;
use crate::{Cause, Checkpoint, Held, SectionRef};

#[test]
fn what_was_committed_is_there_after_reopening() {
    let (_folder, home, store) = encrypted();
    store.write(|txn| txn.put_setting("name", b"value")).unwrap();
    drop(store);
    let store = Store::open(&home, Some(&KEY)).unwrap();
    assert_eq!(store.read(|snapshot| snapshot.setting("name")).unwrap().unwrap(), b"value");
}

#[test]
fn every_commit_is_synced_and_deletes_overwrite() {
    let (_folder, _home, store) = encrypted();
    let pragma = |name: &str| {
        store.on_writer(|connection| {
            let value: rusqlite::types::Value =
                connection.pragma_query_value(None, name, |row| row.get(0))?;
            Ok(value)
        })
    };
    // FULL: the log is synced with every commit.
    assert_eq!(pragma("synchronous").unwrap(), 2.into());
    assert_eq!(pragma("journal_mode").unwrap(), "wal".to_owned().into());
    assert_eq!(pragma("secure_delete").unwrap(), 1.into());
    assert_eq!(pragma("foreign_keys").unwrap(), 1.into());
    assert_eq!(pragma("mmap_size").unwrap(), 0.into());

    let derived: Result<(), StoreError> = store.write_derived(|txn| {
        txn.put_setting("name", b"value")?;
        Err(StoreError::Unknown("reason"))
    });
    assert!(derived.is_err());
    assert_eq!(pragma("synchronous").unwrap(), 2.into(), "after what need not be synced");
}

#[test]
fn an_error_changes_nothing() {
    let (_folder, _home, store) = encrypted();
    let before = store.revision().unwrap();
    let result = store.write(|txn| -> Result<(), StoreError> {
        txn.put_setting("name", b"value")?;
        txn.put_record(&record(1, "incident", "title"), &[], &[])?;
        Err(StoreError::Unknown("reason"))
    });
    assert!(matches!(err(result), StoreError::Unknown("reason")));
    assert_eq!(store.read(|snapshot| snapshot.setting("name")).unwrap(), None);
    assert_eq!(store.read(|snapshot| snapshot.record(document(1))).unwrap(), None);
    assert_eq!(store.revision().unwrap(), before);
}

#[test]
fn a_panic_in_a_transaction_rolls_back_and_the_store_goes_on() {
    let (_folder, _home, store) = encrypted();
    let inner = store.clone();
    let thread = std::thread::spawn(move || {
        inner.write(|txn| -> Result<(), StoreError> {
            txn.put_setting("name", b"value")?;
            panic!("in the middle of a transaction");
        })
    });
    assert!(thread.join().is_err());
    assert_eq!(store.read(|snapshot| snapshot.setting("name")).unwrap(), None);
    store.write(|txn| txn.put_setting("other", b"value")).unwrap();
}

#[test]
fn commits_are_synced_again_after_a_panic_in_what_need_not_be() {
    let (_folder, _home, store) = encrypted();
    let derived = catch_unwind(AssertUnwindSafe(|| {
        store.write_derived(|txn| -> Result<(), StoreError> {
            txn.put_setting("name", b"value")?;
            panic!("in the middle of a transaction");
        })
    }));
    assert!(derived.is_err());
    let synchronous: i64 = store
        .on_writer(|connection| {
            Ok(connection.pragma_query_value(None, "synchronous", |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(synchronous, 2);
    assert_eq!(store.read(|snapshot| snapshot.setting("name")).unwrap(), None);
}

#[test]
fn callers_may_use_errors_of_their_own() {
    #[derive(Debug)]
    enum Mine {
        Refused,
        Store,
    }
    impl From<StoreError> for Mine {
        fn from(_: StoreError) -> Self {
            Self::Store
        }
    }
    let (_folder, _home, store) = encrypted();
    let refused: Result<(), Mine> = store.write(|_| Err(Mine::Refused));
    assert!(matches!(refused, Err(Mine::Refused)));
    let section = crate::SectionRef { entry: EntryId::ZERO, index: 0 };
    let unknown: Result<_, Mine> = store.read(|snapshot| Ok(snapshot.section(section)?));
    assert!(matches!(unknown, Err(Mine::Store)));
}

#[test]
fn a_wrong_key_and_a_damaged_file_are_told_apart() {
    let (_folder, home, store) = encrypted();
    store.write(|txn| txn.put_setting("name", b"value")).unwrap();
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    drop(store);
    assert!(matches!(err(Store::open(&home, Some(&[41; 32]))), StoreError::WrongKey));
    assert!(matches!(err(Store::open(&home, None)), StoreError::KeyNeeded));
    let path = home.dir().join("school.db");
    let good = fs::read(&path).unwrap();
    let mut broken = good.clone();
    broken[100] ^= 1;
    fs::write(&path, &broken).unwrap();
    assert!(matches!(err(Store::open(&home, Some(&KEY))), StoreError::DamagedStore(_)));
    fs::write(&path, &good[..2000]).unwrap();
    assert!(matches!(err(Store::open(&home, Some(&KEY))), StoreError::DamagedStore(_)));
    fs::write(&path, b"").unwrap();
    let error = err(Store::open(&home, Some(&KEY)));
    assert!(matches!(error, StoreError::DamagedFile { file: "school.db", .. }), "{error}");
    fs::remove_file(&path).unwrap();
    assert!(matches!(err(Store::open(&home, Some(&KEY))), StoreError::NoStore));
    fs::write(&path, &good).unwrap();
    Store::open(&home, Some(&KEY)).unwrap();
}

#[test]
fn a_damaged_page_shows_in_the_check() {
    let (_folder, home, store) = encrypted();
    append(&store, &chain(Lane::data(PASTORAL), log(1), 200));
    assert!(store.integrity().unwrap().is_sound());
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    drop(store);
    let path = home.dir().join("school.db");
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() - 2000;
    bytes[at] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let store = Store::open(&home, Some(&KEY)).unwrap();
    let found = store.integrity().unwrap();
    assert!(!found.is_sound());
}

#[test]
fn a_search_index_that_does_not_match_shows_in_the_check() {
    let (_folder, _home, store) = plain();
    put(&store, &[record(1, "incident", "corridor")]);
    store
        .on_writer(|connection| {
            Ok(connection.execute_batch(
                "INSERT INTO search (search, rowid, title, body)
                     VALUES ('delete', 1, 'corridor', '')",
            )?)
        })
        .unwrap();
    let problems = store.integrity().unwrap().problems;
    assert_eq!(problems, ["the search index does not match the records"]);
}

#[test]
fn a_plain_store_takes_no_key() {
    let (_folder, home, store) = plain();
    assert!(store.integrity().unwrap().is_sound());
    drop(store);
    assert!(matches!(err(Store::open(&home, Some(&KEY))), StoreError::KeyNotWanted));
    Store::open(&home, None).unwrap();
}

#[test]
fn a_store_is_made_once() {
    let (_folder, home, _store) = encrypted();
    assert!(matches!(err(Store::create(&home, Some(&KEY))), StoreError::StoreExists));
}

#[test]
fn a_store_that_was_half_made_is_made_anew() {
    let folder = TempDir::new().unwrap();
    let home = Home::create(folder.path().join("home"), home_file()).unwrap();
    assert!(matches!(err(Store::open(&home, Some(&KEY))), StoreError::NoStore));
    fs::write(home.dir().join("school.new"), "half").unwrap();
    let store = Store::create(&home, Some(&KEY)).unwrap();
    assert!(store.integrity().unwrap().is_sound());
    assert!(!home.dir().join("school.new").exists());
}

#[test]
fn a_stale_handle_of_the_home_keeps_the_key_check() {
    let folder = TempDir::new().unwrap();
    let mut home = Home::create(folder.path().join("home"), home_file()).unwrap();
    drop(Store::create(&home, Some(&KEY)).unwrap());
    home.update(|file| file.school = Some(SchoolId::from_bytes([1; 32]))).unwrap();
    Store::open(&home, Some(&KEY)).unwrap();
    assert!(matches!(err(Store::open(&home, Some(&[0; 32]))), StoreError::WrongKey));
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let (_folder, home, store) = plain();
    drop(store);
    let path = home.dir().join("school.db");
    let raw = Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    drop(raw);
    let error = err(Store::open(&home, None));
    assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
}

#[test]
fn an_older_schema_is_brought_up_to_date_and_its_digests_forgotten() {
    let (_folder, home, store) = plain();
    store.write(|txn| txn.put_bucket(PASTORAL, 3, &[7; 32])).unwrap();
    drop(store);
    let raw = Connection::open(home.dir().join("school.db")).unwrap();
    raw.execute_batch("DROP TABLE parts; PRAGMA user_version = 1").unwrap();
    drop(raw);
    let store = Store::open(&home, None).unwrap();
    assert_eq!(store.read(|snapshot| snapshot.bucket(PASTORAL, 3)).unwrap(), Some(Vec::new()));
    store.write(|txn| txn.put_parts(PASTORAL, 3, b"parts")).unwrap();
    assert_eq!(store.read(|snapshot| snapshot.bucket(PASTORAL, 4)).unwrap(), None);
}

#[test]
fn what_an_older_schema_holds_has_its_cause_by_its_words() {
    let (_folder, home, store) = plain();
    let entries = chain(Lane::data(PASTORAL), log(1), 3);
    append(&store, &entries);
    let reasons = [
        ("its author's device was removed", Cause::Verdict),
        ("actor 00 wrote two changes numbered 2", Cause::Content),
        (
            "it could not be applied; this device stopped each time it was tried",
            Cause::EndsProcesses,
        ),
    ];
    let held = |(entry, (reason, cause)): (&Entry, (&str, Cause))| {
        let section = SectionRef { entry: entry.id(), index: 0 };
        Held { section, document: document(1), reason: reason.to_owned(), cause }
    };
    let all: Vec<Held> = entries.iter().zip(reasons).map(held).collect();
    store.write(|txn| all.iter().try_for_each(|one| txn.put_held(one))).unwrap();
    drop(store);
    let raw = Connection::open(home.dir().join("school.db")).unwrap();
    raw.execute_batch("ALTER TABLE held DROP COLUMN cause; PRAGMA user_version = 2").unwrap();
    drop(raw);
    let store = Store::open(&home, None).unwrap();
    assert_eq!(store.read(|snapshot| snapshot.held(PASTORAL)).unwrap(), all);
}

#[test]
fn a_snapshot_does_not_see_what_is_written_meanwhile() {
    let (_folder, _home, store) = encrypted();
    store
        .read(|snapshot| -> Result<(), StoreError> {
            store.write(|txn| txn.put_setting("name", b"value"))?;
            assert_eq!(snapshot.setting("name")?, None);
            Ok(())
        })
        .unwrap();
    assert!(store.read(|snapshot| snapshot.setting("name")).unwrap().is_some());
}

#[test]
fn a_reader_cannot_write() {
    let (_folder, _home, store) = encrypted();
    let written = store.read(|snapshot| {
        Ok::<_, StoreError>(snapshot.connection().execute("DELETE FROM settings", []).is_ok())
    });
    assert!(!written.unwrap());
}

#[test]
fn nothing_is_said_of_the_contents() {
    let (_folder, home, store) = encrypted();
    let row = record(1, "incident", "zebra");
    let state = crate::DocumentState {
        document: document(1),
        space: PASTORAL,
        changes: 1,
        heads: b"zebra".to_vec(),
        stored: Some(b"zebra".to_vec()),
    };
    put(&store, std::slice::from_ref(&row));
    let hits = store.read(|snapshot| snapshot.search("zebra", &[PASTORAL], 1)).unwrap();
    assert_eq!(hits.len(), 1);
    let text = format!("{row:?} {state:?} {store:?} {home:?} {hits:?}");
    assert!(!text.contains("zebra") && !text.contains("122, 101"), "{text}");
    assert!(!text.contains("42"), "{text}");
}

#[test]
fn a_log_that_is_folded_in_is_written_from_its_beginning_again() {
    let (_folder, home, store) = encrypted();
    let bytes = |name: &str| fs::metadata(home.dir().join(name)).unwrap().len();
    let write = |round: u8| {
        for _ in 0..20 {
            store.write(|txn| txn.put_setting("name", &[round; 20_000])).unwrap();
        }
    };
    write(1);
    let (file, log) = (bytes("school.db"), bytes("school.db-wal"));
    for round in 2..6 {
        assert!(store.fold().unwrap());
        write(round);
    }
    assert!(bytes("school.db") > file, "it is in the file");
    assert_eq!(bytes("school.db-wal"), log, "the log is no longer than after the first round");
    let kept = store.read(|snapshot| snapshot.setting("name")).unwrap().unwrap();
    assert_eq!(kept, [5; 20_000]);
}

#[test]
fn folding_waits_for_nobody_and_keeps_what_is_being_read() {
    let (_folder, _home, store) = encrypted();
    store.write(|txn| txn.put_setting("name", b"old")).unwrap();
    let read = store.read(|snapshot| {
        store.write(|txn| txn.put_setting("name", b"new"))?;
        assert!(!store.fold()?, "what is new has to wait");
        store.write(|txn| {
            txn.put_setting("other", b"value")?;
            store.fold()
        })?;
        snapshot.setting("name")
    });
    assert_eq!(read.unwrap().unwrap(), b"old");
    assert_eq!(store.read(|snapshot| snapshot.setting("name")).unwrap().unwrap(), b"new");
}
