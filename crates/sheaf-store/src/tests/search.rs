//! Full-text search, also for what nobody means.

use super::*;

fn corpus() -> (TempDir, Store) {
    let (folder, _home, store) = encrypted();
    let mut first = record(1, "incident", "Corridor argument");
    first.body = "Zoë O'Brien pushed past the door; Müller stepped in".to_owned();
    let mut second = record(2, "incident", "Canteen");
    second.body = "An argument over a chair in the corridor".to_owned();
    let mut third = record(3, "concern", "Corridor talk");
    third.space = SAFEGUARDING;
    let mut fourth = record(4, "incident", "Corridor, withdrawn");
    fourth.state = RecordState::Withdrawn;
    put(&store, &[first, second, third, fourth]);
    (folder, store)
}

#[track_caller]
fn check(store: &Store, text: &str, expected: &[u32]) {
    let hits = store.read(|snapshot| snapshot.search(text, &[PASTORAL], 10)).unwrap();
    let found: Vec<_> = hits.iter().map(|hit| hit.record).collect();
    let expected: Vec<_> = expected.iter().copied().map(document).collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn words_are_found_by_their_beginnings_the_title_first() {
    let (_folder, store) = corpus();
    check(&store, "corridor", &[1, 2]);
    check(&store, "corr arg", &[1, 2]);
    check(&store, "CHAIR", &[2]);
    check(&store, "zoe", &[1]);
    check(&store, "muller", &[1]);
    check(&store, "o'brien", &[1]);
    check(&store, "door;", &[1]);
    check(&store, "ridor", &[]);
    check(&store, "corridor nowhere", &[]);
}

#[test]
fn nothing_typed_is_taken_for_an_operator() {
    let (_folder, store) = corpus();
    let hostile = [
        "'\"*; DROP TABLE records; --",
        "\"",
        "*",
        "corridor\" OR \"chair",
        "title:corridor",
        "NEAR(corridor chair)",
        "corridor AND",
        "NOT corridor",
        "^corridor",
        "{title body}: x",
        "corridor\0chair",
        "- + ( ) : ^ { }",
        "",
        "   ",
    ];
    for text in hostile {
        let hits = store.read(|snapshot| snapshot.search(text, &[PASTORAL], 10));
        assert!(hits.is_ok(), "{text:?}");
    }
    check(&store, "corridor\" \"chair", &[2]);
    check(&store, "corridor OR", &[]);
    check(&store, "* corridor *", &[1, 2]);
    let long = "corridor ".repeat(100_000);
    check(&store, &long, &[1, 2]);
    assert!(store.integrity().unwrap().is_sound());
}

#[test]
fn only_the_spaces_named_are_searched() {
    let (_folder, store) = corpus();
    let search = |spaces: &[SpaceId], limit: u32| {
        let hits = store.read(|snapshot| snapshot.search("corridor", spaces, limit)).unwrap();
        hits.iter().map(|hit| hit.record).collect::<Vec<_>>()
    };
    assert_eq!(search(&[SAFEGUARDING], 10), [document(3)]);
    assert_eq!(search(&[], 10), []);
    assert_eq!(search(&[PASTORAL, SAFEGUARDING], 10).len(), 3);
    assert_eq!(search(&[PASTORAL, SAFEGUARDING], 1).len(), 1);
}

#[test]
fn the_search_index_follows_every_change() {
    let (_folder, store) = corpus();
    put(&store, &[record(1, "incident", "Library")]);
    check(&store, "corridor", &[2]);
    check(&store, "library", &[1]);
    check(&store, "muller", &[]);
    store.write(|txn| txn.drop_record(document(1))).unwrap();
    check(&store, "library", &[]);
    assert!(store.integrity().unwrap().is_sound());
}

#[test]
fn a_hit_shows_where_it_was_found() {
    let (_folder, store) = corpus();
    let hits = store.read(|snapshot| snapshot.search("chair", &[PASTORAL], 10)).unwrap();
    assert_eq!(hits[0].title, "Canteen");
    assert_eq!(hits[0].excerpt, "An argument over a chair in the corridor");
}
