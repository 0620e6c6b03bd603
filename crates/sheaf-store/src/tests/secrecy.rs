//! What a scan of the raw bytes of every file of a home finds.

use std::fs;

use super::*;
use crate::{Checkpoint, DocumentState};

/// In lower case, as the search index keeps words, and like no other word here.
const CANARY: &str = "qzvxkjwmplth";

/// Writes a word wherever content can be: a record, a document, a section, a setting.
fn write_everywhere(store: &Store) -> Entry {
    let sections = [
        (document(1), format!("sealed {CANARY}").into_bytes()),
        (document(2), b"sealed, another".to_vec()),
    ];
    let lane = Lane::data(PASTORAL);
    let whole = entry(lane, log(1), 0, EntryId::ZERO, &sections);
    append(store, std::slice::from_ref(&whole));
    for number in 0..200 {
        let mut row = record(number, "incident", &format!("an ordinary title {number}"));
        row.body = format!("plain words {number} {}", "more ".repeat(60));
        if number == 1 {
            row.title = format!("it was {CANARY}");
            row.body = format!("{CANARY} {}", format!("{CANARY}x").repeat(500));
            row.json = format!("{{\"note\":\"{CANARY}\"}}");
        }
        put(store, &[row]);
    }
    let state = DocumentState {
        document: document(1),
        space: PASTORAL,
        changes: 2,
        heads: Vec::new(),
        stored: Some(CANARY.repeat(1000).into_bytes()),
    };
    store.write(|txn| txn.put_document(&state)).unwrap();
    whole
}

/// The files of the home in which the word is, whatever its case.
fn files_with(home: &Home, word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for file in fs::read_dir(home.dir()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
        if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn with_a_key_no_file_shows_anything() {
    let (_folder, home, store) = encrypted();
    write_everywhere(&store);
    assert_eq!(files_with(&home, CANARY), Vec::<String>::new());
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    assert_eq!(files_with(&home, CANARY), Vec::<String>::new());
    assert_eq!(files_with(&home, "sqlite format"), Vec::<String>::new());
    // The words are there for those with the key.
    let hits = store.read(|snapshot| snapshot.search(CANARY, &[PASTORAL], 5)).unwrap();
    assert_eq!(hits.len(), 1);
}

#[test]
fn after_an_erasure_and_a_checkpoint_no_byte_is_left() {
    let (_folder, home, store) = plain();
    let whole = write_everywhere(&store);
    assert!(files_with(&home, CANARY).contains(&"school.db-wal".to_owned()));
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    assert_eq!(files_with(&home, CANARY), ["school.db"]);
    store.write(|txn| txn.erase(PASTORAL, document(1))).unwrap();
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    // Part of the word too: the search index keeps what words have in common only once.
    assert_eq!(files_with(&home, &CANARY[3..]), Vec::<String>::new());
    store
        .read(|snapshot| -> Result<(), StoreError> {
            assert_eq!(snapshot.record(document(1))?, None);
            assert_eq!(snapshot.document(document(1))?, None);
            assert_eq!(snapshot.search(CANARY, &[PASTORAL], 5)?, []);
            let left = snapshot.entry(whole.id())?.unwrap();
            assert_eq!(left.sections(), [None, Some(b"sealed, another".to_vec())]);
            assert_eq!(left.header(), whole.header());
            Ok(())
        })
        .unwrap();
    assert!(store.integrity().unwrap().is_sound());
}

#[test]
fn a_changed_record_leaves_nothing_of_its_former_words() {
    let (_folder, home, store) = plain();
    let mut row = record(1, "incident", CANARY);
    put(&store, std::slice::from_ref(&row));
    row.title = "reworded".to_owned();
    put(&store, &[row]);
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    assert_eq!(files_with(&home, &CANARY[3..]), Vec::<String>::new());
}

#[test]
fn an_index_made_anew_leaves_nothing_of_the_old_one() {
    let (_folder, home, store) = plain();
    write_everywhere(&store);
    store.write(|txn| txn.drop_sections(PASTORAL, document(1))).unwrap();
    store.write(|txn| txn.clear_index()).unwrap();
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    assert_eq!(files_with(&home, &CANARY[3..]), Vec::<String>::new());
}

#[test]
fn a_checkpoint_says_when_a_reader_keeps_older_bytes() {
    let (_folder, home, store) = plain();
    write_everywhere(&store);
    let other = Store::open(&home, None).unwrap();
    // Another process is reading. Waiting for it would take as long as it pleases.
    store.on_writer(|connection| Ok(connection.busy_timeout(std::time::Duration::ZERO)?)).unwrap();
    other
        .read(|_| -> Result<(), StoreError> {
            store.write(|txn| txn.erase(PASTORAL, document(1)))?;
            assert_eq!(store.checkpoint()?, Checkpoint::Busy);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.checkpoint().unwrap(), Checkpoint::Done);
    assert_eq!(files_with(&home, &CANARY[3..]), Vec::<String>::new());
}
