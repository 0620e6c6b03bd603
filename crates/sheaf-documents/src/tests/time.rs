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

#[test]
fn a_reason_belongs_to_its_change_and_is_no_field() {
    let (mut document, first) = create(&incident());
    let reasons = [Some("a witness came"), Some("a witness came"), None, Some("a slip")];
    for (number, reason) in (3_i64..).zip(reasons) {
        let edits = [set(one("severity"), number)];
        document.edit_because(&edits, reason, BEN, 2_000).unwrap().unwrap();
    }
    let told: Vec<_> = document.history().unwrap().into_iter().map(|step| step.because).collect();
    let reasons = reasons.map(|reason| reason.map(str::to_owned));
    assert_eq!(told, [vec![None], reasons.to_vec()].concat());
    let view = document.view().unwrap();
    assert!(view.record.one("because").is_none() && view.conflicts.is_empty());
    let copy = crate::Document::load(id(1), &document.save().unwrap()).unwrap();
    assert_eq!(copy.history().unwrap(), document.history().unwrap());
    // A reason alone is no change, and nobody writes one as a field.
    let same = [set(one("severity"), 6)];
    assert!(document.edit_because(&same, Some("again"), BEN, 3_000).unwrap().is_none());
    assert!(document.edit(&[set(one("because"), "x")], BEN, 3_000).is_err());
    assert_eq!(document.history().unwrap()[0].change, first.hash);
}

#[test]
fn reasons_given_at_once_are_no_conflict() {
    let (mut anna, first) = create(&incident());
    let mut ben = rebuild(&[&first]);
    let by_anna = [set(one("severity"), 3)];
    let by_anna = anna.edit_because(&by_anna, Some("worse"), ANNA, 2_000).unwrap().unwrap();
    let by_ben = [set(one("location"), "gym")];
    let by_ben = ben.edit_because(&by_ben, Some("elsewhere"), BEN, 2_000).unwrap().unwrap();
    apply(&mut anna, &[&by_ben]);
    apply(&mut ben, &[&by_anna]);
    let next = [set(one("severity"), 4)];
    let next = anna.edit_because(&next, Some("worse"), ANNA, 3_000).unwrap().unwrap();
    apply(&mut ben, &[&next]);
    assert!(anna.view().unwrap().conflicts.is_empty());
    let history = anna.history().unwrap();
    assert_eq!(history, ben.history().unwrap());
    let reason = |change: &crate::Change| {
        history.iter().find(|step| step.change == change.hash).unwrap().because.clone()
    };
    assert_eq!(reason(&by_anna).as_deref(), Some("worse"));
    assert_eq!(reason(&by_ben).as_deref(), Some("elsewhere"));
    assert_eq!(reason(&next).as_deref(), Some("worse"));
}

#[test]
fn history_tells_what_was_written_at_once_and_what_settled_it() {
    let (mut anna, first) = create(&incident());
    let mut ben = rebuild(&[&first]);
    let by_anna = edit(&mut anna, ANNA, &[set(one("location"), "hall"), set(one("severity"), 3)]);
    let by_ben = edit(&mut ben, BEN, &[set(one("location"), "gym"), set(one("severity"), 3)]);
    let again = edit(&mut ben, BEN, &[set(one("narrative"), "later")]);
    apply(&mut anna, &[&by_ben, &again]);
    let settled = edit(&mut anna, ANNA, &[set(one("location"), "hall")]);
    let history = anna.history().unwrap();
    let field = |change: &crate::Change, name: &str| {
        let step = history.iter().find(|step| step.change == change.hash).unwrap();
        step.changed.iter().find(|field| field.path == one(name)).unwrap().clone()
    };
    assert_eq!(field(&by_anna, "location").at_once, [by_ben.hash]);
    assert_eq!(field(&by_ben, "location").at_once, [by_anna.hash]);
    // Both wrote the same, one wrote what the other left alone: neither is a conflict.
    assert!(field(&by_anna, "severity").at_once.is_empty());
    assert!(field(&again, "narrative").at_once.is_empty());
    let choice = field(&settled, "location");
    let mut of = choice.settled.clone();
    of.sort();
    assert_eq!(of, [Some("gym".into()), Some("hall".into())]);
    assert!(choice.at_once.is_empty() && field(&by_ben, "location").settled.is_empty());
}
