//! Two who write at once: nothing is lost and everybody sees the same.

use super::support::*;
use crate::{Author, Change, Document};

/// Anna and Ben with the same incident, each having written something apart.
fn apart(mine: &[sheaf_records::Edit], theirs: &[sheaf_records::Edit]) -> Pair {
    let (mut anna, first) = create(&incident());
    let mut ben = rebuild(&[&first]);
    let by_anna = edit(&mut anna, ANNA, mine);
    let by_ben = edit(&mut ben, BEN, theirs);
    apply(&mut anna, &[&by_ben]);
    apply(&mut ben, &[&by_anna]);
    Pair { anna, ben, by_anna, by_ben }
}

struct Pair {
    anna: Document,
    ben: Document,
    by_anna: Change,
    by_ben: Change,
}

impl Pair {
    #[track_caller]
    fn agreed(&self) -> crate::View {
        let view = self.anna.view().unwrap();
        assert_eq!(view, self.ben.view().unwrap());
        view
    }
}

#[test]
fn two_values_of_one_field_are_both_kept_and_shown_alike() {
    let pair = apart(&[set(one("location"), "hall")], &[set(one("location"), "gym")]);
    let view = pair.agreed();
    let contenders = &view.conflicts[&one("location")];
    assert_eq!(view.conflicts.len(), 1);
    let authors: Vec<Author> = contenders.iter().map(|contender| contender.author).collect();
    // Both wrote their first operation on top of the same change: the greater actor wins.
    assert_eq!(
        authors,
        [
            Author { change: pair.by_ben.hash, actor: BEN },
            Author { change: pair.by_anna.hash, actor: ANNA },
        ]
    );
    assert_eq!(contenders[0].value, Some("gym".into()));
    assert_eq!(contenders[1].value, Some("hall".into()));
    assert_eq!(view.record.text("location"), Some("gym"));
}

#[test]
fn choosing_either_value_settles_it_everywhere() {
    for chosen in ["hall", "gym", "somewhere else"] {
        let mut pair = apart(&[set(one("location"), "hall")], &[set(one("location"), "gym")]);
        let choice = edit(&mut pair.anna, ANNA, &[set(one("location"), chosen)]);
        apply(&mut pair.ben, &[&choice]);
        let view = pair.agreed();
        assert!(view.conflicts.is_empty(), "{chosen}");
        assert_eq!(view.record.text("location"), Some(chosen));
        assert_eq!(view.authors[&one("location")].change, choice.hash);
        let again = pair.ben.edit(&[set(one("location"), chosen)], BEN, 0).unwrap();
        assert!(again.is_none(), "what is settled needs no change");
    }
}

#[test]
fn clearing_and_writing_at_once_is_a_conflict_too() {
    let pair = apart(&[set(one("location"), "hall")], &[clear(one("location"))]);
    let view = pair.agreed();
    let values: Vec<_> =
        view.conflicts[&one("location")].iter().map(|contender| &contender.value).collect();
    assert_eq!(values, [&None, &Some("hall".into())]);
    assert_eq!(view.record.one("location"), None);
}

#[test]
fn a_conflict_can_be_settled_by_clearing() {
    let mut pair = apart(&[set(one("location"), "hall")], &[set(one("location"), "gym")]);
    let choice = edit(&mut pair.ben, BEN, &[clear(one("location"))]);
    apply(&mut pair.anna, &[&choice]);
    let view = pair.agreed();
    assert!(view.conflicts.is_empty());
    assert_eq!(view.record.one("location"), None);
}

#[test]
fn the_same_value_from_both_is_no_conflict() {
    let mut pair = apart(&[set(one("location"), "hall")], &[set(one("location"), "hall")]);
    assert!(pair.agreed().conflicts.is_empty());
    assert!(pair.anna.edit(&[set(one("location"), "hall")], ANNA, 0).unwrap().is_none());
}

#[test]
fn different_fields_merge_without_a_word() {
    let pair = apart(&[set(one("location"), "hall")], &[set(one("severity"), 4)]);
    let view = pair.agreed();
    assert!(view.conflicts.is_empty());
    assert_eq!(view.record.text("location"), Some("hall"));
    assert_eq!(view.record.one("severity").and_then(|value| value.as_int()), Some(4));
}

#[test]
fn participants_that_two_add_at_once_are_both_there() {
    let pair = apart(
        &[set(row("participants", &id(30).to_string(), "role"), "victim")],
        &[set(row("participants", &id(31).to_string(), "role"), "witness")],
    );
    let view = pair.agreed();
    assert!(view.conflicts.is_empty());
    assert_eq!(view.record.rows("participants").count(), 4);
}

#[test]
fn two_settle_one_conflict_differently_and_that_shows_again() {
    let mut pair = apart(&[set(one("location"), "hall")], &[set(one("location"), "gym")]);
    let by_anna = edit(&mut pair.anna, ANNA, &[set(one("location"), "hall")]);
    let by_ben = edit(&mut pair.ben, BEN, &[set(one("location"), "gym")]);
    apply(&mut pair.anna, &[&by_ben]);
    apply(&mut pair.ben, &[&by_anna]);
    assert_eq!(pair.agreed().conflicts[&one("location")].len(), 2);
}

#[test]
fn a_document_that_was_begun_twice_loses_nothing() {
    let (mut anna, first) = create(&incident());
    let mut other = incident();
    other.set("location", "gym");
    other.set_row("participants", &id(40).to_string(), "role", "victim");
    let (mut ben, second) = Document::create(&other, 1, BEN, 0).unwrap();
    apply(&mut anna, &[&second]);
    apply(&mut ben, &[&first]);
    let view = anna.view().unwrap();
    assert_eq!(view, ben.view().unwrap());
    assert_eq!(view.record.rows("participants").count(), 3);
    assert!(view.conflicts.keys().eq([&one("location")]));
    let role = row("participants", &id(20).to_string(), "role");
    let settled = edit(&mut anna, CARA, &[set(role.clone(), "victim")]);
    apply(&mut ben, &[&settled]);
    let view = ben.view().unwrap();
    assert_eq!(view, anna.view().unwrap());
    assert_eq!(view.authors[&role].change, settled.hash);
}

/// Each has made a map of its own for the rows: what stands in one of them is changed there alone.
#[test]
fn a_row_of_a_document_that_was_begun_twice_is_changed_without_a_conflict() {
    let key = |byte: u8| id(byte).to_string();
    let begun = |byte: u8, actor| {
        let mut record = record(sheaf_records::Kind::Incident);
        record.set_row("participants", &key(byte), "role", "witness");
        Document::create(&record, 1, actor, 0).unwrap()
    };
    let ((mut anna, first), (_, second)) = (begun(40, ANNA), begun(41, BEN));
    apply(&mut anna, &[&second]);
    let mut ben = rebuild(&[&second, &first]);
    for byte in [40, 41] {
        let role = row("participants", &key(byte), "role");
        let change = edit(&mut anna, CARA, &[set(role.clone(), "target")]);
        apply(&mut ben, &[&change]);
        let view = ben.view().unwrap();
        assert_eq!(view, anna.view().unwrap());
        assert!(view.conflicts.is_empty(), "{byte}");
        assert_eq!(view.authors[&role].change, change.hash);
    }
}
