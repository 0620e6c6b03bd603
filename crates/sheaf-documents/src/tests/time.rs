//! Reading a document as it was.

use super::support::*;
use crate::DocumentError;

#[test]
fn history_tells_each_change_with_before_and_after() {
    let (mut anna, first) = create(&incident());
    let mut ben = rebuild(&[&first]);
    let by_anna = edit(&mut anna, ANNA, &[set(one("location"), "hall"), set(one("severity"), 3)]);
    let by_ben = edit(&mut ben, BEN, &[set(one("location"), "gym")]);
    apply(&mut anna, &[&by_ben]);
    apply(&mut ben, &[&by_anna]);
    let settled = anna.edit(&[clear(one("location"))], CARA, 9_000).unwrap().unwrap();
    apply(&mut ben, &[&settled]);

    let history = anna.history().unwrap();
    assert_eq!(history, ben.history().unwrap());
    assert_eq!(history.len(), 4);
    assert_eq!((history[0].change, history[0].time_ms), (first.hash, 1_000));
    assert!(history[0].changed.iter().all(|field| field.before.is_none()));
    assert_eq!(history[0].changed.len(), 11);

    let of = |change: &crate::Change| {
        let step = history.iter().find(|step| step.change == change.hash).unwrap();
        let told = step
            .changed
            .iter()
            .map(|field| (field.path.to_string(), field.before.clone(), field.after.clone()));
        told.collect::<Vec<_>>()
    };
    let location = |before: &str, after: Option<&str>| {
        ("location".to_owned(), Some(before.into()), after.map(Into::into))
    };
    assert_eq!(
        of(&by_anna),
        [
            location("corridor", Some("hall")),
            ("severity".to_owned(), Some(2.into()), Some(3.into())),
        ]
    );
    // What the other wrote at once is no part of what this one saw.
    assert_eq!(of(&by_ben), [location("corridor", Some("gym"))]);
    let winner = if ben.view_at(&[by_ben.hash, by_anna.hash]).unwrap().record.text("location")
        == Some("gym")
    {
        "gym"
    } else {
        "hall"
    };
    assert_eq!(of(&settled), [location(winner, None)]);
    assert_eq!(history[3].time_ms, 9_000);
    assert_eq!(history[3].actor, CARA);
}

#[test]
fn history_names_rows() {
    let (mut document, _) = create(&incident());
    let role = row("participants", &id(20).to_string(), "role");
    let notes = row("notes", "k", "text");
    edit(&mut document, BEN, &[set(role.clone(), "victim"), set(notes.clone(), "x")]);
    let history = document.history().unwrap();
    let paths: Vec<_> = history[1].changed.iter().map(|field| field.path.clone()).collect();
    assert_eq!(paths, [notes, role]);
}

#[test]
fn a_document_can_be_read_as_it_was() {
    let (mut document, first) = create(&incident());
    let before = document.view().unwrap();
    let second = edit(&mut document, BEN, &[set(one("location"), "hall")]);
    assert_eq!(document.view_at(&[first.hash]).unwrap(), before);
    assert_eq!(document.view_at(&[second.hash]).unwrap(), document.view().unwrap());
    let unknown = document.view_at(&[[7; 32]]);
    assert!(matches!(unknown, Err(DocumentError::UnknownChange(hash)) if hash == [7; 32]));
}
