//! What is written comes back as it was.

use jiff::civil::date;
use sheaf_records::{Kind, Value};

use super::support::*;
use crate::{Document, DocumentError};

#[test]
fn every_kind_of_value_comes_back() {
    let mut record = incident();
    record.set("home_told", "no");
    record.set("home_told_at", date(2026, 11, 20).at(15, 30, 0, 0));
    let (document, change) = create(&record);
    let view = document.view().unwrap();
    assert_eq!(view.record, record);
    assert_eq!((view.kind, view.schema, view.newer_schema), (Kind::Incident, 1, false));
    assert!(view.conflicts.is_empty() && view.malformed.is_empty());
    assert_eq!(rebuild(&[&change]).view().unwrap(), view);
}

#[test]
fn every_kind_of_record_can_be_empty() {
    for kind in Kind::ALL {
        let (document, change) = create(&record(kind));
        assert_eq!(document.view().unwrap().record, record(kind));
        assert_eq!(rebuild(&[&change]).heads().unwrap(), [change.hash]);
    }
}

#[test]
fn a_value_has_the_change_and_actor_that_wrote_it() {
    let (mut document, first) = create(&incident());
    let second = edit(&mut document, BEN, &[set(one("location"), "hall")]);
    let view = document.view().unwrap();
    let location = view.authors[&one("location")];
    assert_eq!((location.change, location.actor), (second.hash, BEN));
    let role = view.authors[&row("participants", &id(20).to_string(), "role")];
    assert_eq!((role.change, role.actor), (first.hash, ANNA));
}

#[test]
fn fields_and_rows_that_are_unknown_here_are_kept_as_they_are() {
    let mut record = incident();
    record.set("weather", "hail");
    record.set("wind_force", 7);
    record.set("outdoors", true);
    record.set_row("witness_notes", "a", "words", "loud");
    record.set_row("participants", &id(20).to_string(), "shoe_size", 39);
    let (document, _) = Document::create(&record, 7, ANNA, 0).unwrap();
    let view = document.view().unwrap();
    assert_eq!(view.record, record);
    assert_eq!((view.schema, view.newer_schema), (7, true));
    assert!(view.malformed.is_empty());
}

#[test]
fn a_value_that_is_not_of_its_type_stays_text_and_is_named() {
    let mut record = incident();
    record.set("occurred_at", "yesterday");
    let (document, _) = create(&record);
    let view = document.view().unwrap();
    assert_eq!(view.record.one("occurred_at"), Some(&Value::from("yesterday")));
    assert!(view.malformed.iter().eq([&one("occurred_at")]));
}

#[test]
fn an_edit_that_changes_nothing_makes_no_change() {
    let (mut document, first) = create(&incident());
    let edits = [
        set(one("location"), "corridor"),
        clear(one("status")),
        set(row("participants", &id(20).to_string(), "role"), "aggressor"),
    ];
    assert!(document.edit(&edits, ANNA, 5).unwrap().is_none());
    assert_eq!(document.heads().unwrap(), [first.hash]);
    assert_eq!(document.change_count().unwrap(), 1);
}

#[test]
fn of_two_edits_of_one_field_the_later_counts() {
    let (mut document, _) = create(&incident());
    edit(&mut document, ANNA, &[set(one("location"), "gym"), set(one("location"), "hall")]);
    assert_eq!(document.view().unwrap().record.text("location"), Some("hall"));
}

#[test]
fn a_field_and_a_row_can_be_cleared_and_set_again() {
    let (mut document, _) = create(&incident());
    let role = row("participants", &id(20).to_string(), "role");
    edit(&mut document, ANNA, &[clear(one("location")), clear(role.clone())]);
    let view = document.view().unwrap();
    assert_eq!(view.record.one("location"), None);
    assert_eq!(view.record.rows("participants").count(), 1);
    assert!(view.authors.contains_key(&one("location")));
    edit(&mut document, BEN, &[set(one("location"), "hall"), set(role, "victim")]);
    let view = document.view().unwrap();
    assert_eq!(view.record.text("location"), Some("hall"));
    assert_eq!(view.record.rows("participants").count(), 2);
}

#[test]
fn a_row_field_that_the_first_change_did_not_know_works_too() {
    let (mut document, first) = create(&incident());
    let mut other = rebuild(&[&first]);
    let mine = edit(&mut document, ANNA, &[set(row("notes", "k", "text"), "mine")]);
    let theirs = edit(&mut other, BEN, &[set(row("notes", "l", "text"), "theirs")]);
    apply(&mut document, &[&theirs]);
    apply(&mut other, &[&mine]);
    let view = document.view().unwrap();
    assert_eq!(view, other.view().unwrap());
    assert_eq!(view.record.rows("notes").count(), 2);
    assert!(view.conflicts.is_empty());
}

#[test]
fn a_saved_document_loads_goes_on_and_refuses_damage() {
    let (mut document, first) = create(&incident());
    let second = edit(&mut document, BEN, &[set(one("location"), "hall")]);
    let saved = document.save().unwrap();
    let mut loaded = Document::load(id(1), &saved).unwrap();
    assert_eq!(loaded.view().unwrap(), document.view().unwrap());
    let third = edit(&mut loaded, CARA, &[set(one("location"), "gym")]);
    apply(&mut document, &[&third]);
    assert_eq!(loaded.view().unwrap(), document.view().unwrap());
    // What a load did not read it reads from the engine before it takes in a change.
    let mut again = Document::load(id(1), &saved).unwrap();
    apply(&mut again, &[&first, &second, &third]);
    assert_eq!(again.view().unwrap(), document.view().unwrap());
    for cut in 0..saved.len() {
        let loaded = Document::load(id(1), &saved[..cut]);
        assert!(matches!(loaded, Err(DocumentError::Damaged)), "cut at {cut}");
    }
}

#[test]
fn names_that_could_be_mistaken_are_refused_and_change_nothing() {
    let (mut document, first) = create(&incident());
    let long = "x".repeat(300);
    for path in [
        one(""),
        one("kind"),
        one("schema"),
        one("a/b"),
        one(&long),
        one("participants"),
        row("participants", "", "role"),
        row("participants", "k", ""),
        row("participants", "k", "a/b"),
        row("participants", &long, "role"),
        row("schema", "k", "c"),
    ] {
        let refused = document.edit(&[set(path.clone(), "x")], ANNA, 0);
        assert!(matches!(refused, Err(DocumentError::BadField { .. })), "{path}");
    }
    assert_eq!(document.heads().unwrap(), [first.hash]);
    let mut bad = incident();
    bad.set("kind", "x");
    assert!(matches!(Document::create(&bad, 1, ANNA, 0), Err(DocumentError::BadField { .. })));
}

#[test]
fn nothing_that_was_written_shows_in_debug_output_or_errors() {
    let mut record = record(Kind::Incident);
    record.set("narrative", "canary-text");
    let (mut document, change) = create(&record);
    let step = document.history().unwrap();
    let mut shown = format!("{document:?} {change:?} {:?} {step:?}", document.view().unwrap());
    let refused = document.edit(&[set(row("schema", "canary-key", "c"), "canary")], ANNA, 0);
    shown += &format!("{refused:?} {}", refused.as_ref().unwrap_err());
    assert!(!shown.contains("canary"), "{shown}");
}
