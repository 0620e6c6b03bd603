//! Tests of dated spells.

use jiff::civil::date;

use super::*;
use crate::codes::CodeLists;
use crate::id::RecordId;
use crate::validate::{validate, validate_edits};

/// Keys that look like ULIDs and count up.
fn keys() -> impl FnMut() -> String {
    let mut next = 0;
    move || {
        next += 1;
        format!("{next:026}")
    }
}

fn pupil() -> Record {
    let mut fields = Fields::new();
    let mut set = |name: &str, value: &str| {
        fields.insert(name.to_owned(), Field::One(value.into()));
    };
    set("forename", "Invented");
    set("surname", "Pupil");
    set("year_group", "8");
    set("reg_group", "8B");
    set("sen_status", "N");
    expand_virtual(&mut fields, date(2025, 9, 1), &mut keys());
    Record { id: RecordId::from_bytes([1; 16]), kind: Kind::Pupil, fields }
}

fn change(pupil: &mut Record, name: &str, value: Option<&str>, from: Date, key: &str) {
    let mut make = || format!("{key:0>26}");
    let edits = virtual_edit(pupil, name, value.map(Value::from), from, &mut make).unwrap();
    validate_edits(pupil, &edits, &CodeLists::default()).unwrap();
    edits.iter().for_each(|edit| pupil.apply(edit));
}

fn history<'a>(pupil: &'a Record, what: &str) -> Vec<(&'a str, String, String)> {
    let view = PupilView::new(pupil);
    let show = |spell: &Spell<'a>| {
        let to = spell.to.map(|to| to.to_string()).unwrap_or_default();
        (spell.value, spell.from.to_string(), to)
    };
    view.spells_of(what).map(show).collect()
}

#[test]
fn a_new_pupil_is_on_the_roll_with_what_was_given() {
    let pupil = pupil();
    assert!(validate(&pupil, &CodeLists::default()).is_ok());
    assert!(pupil.one("year_group").is_none(), "virtual fields are not stored");
    let view = PupilView::new(&pupil);
    let day = view.on(date(2025, 9, 1));
    assert_eq!((day.year_group, day.reg_group, day.roll), (Some("8"), Some("8B"), Some("C")));
    assert_eq!(day.pupil_premium, None);
    assert!(day.is_on_roll());
    assert!(!view.on(date(2025, 8, 31)).is_on_roll());
}

#[test]
fn a_change_ends_one_spell_and_begins_the_next() {
    let mut pupil = pupil();
    change(&mut pupil, "year_group", Some("9"), date(2026, 9, 1), "A");
    assert_eq!(
        history(&pupil, "year_group"),
        [
            ("8", "2025-09-01".into(), "2026-08-31".into()),
            ("9", "2026-09-01".into(), String::new())
        ]
    );
    let view = PupilView::new(&pupil);
    assert_eq!(view.on(date(2026, 8, 31)).year_group, Some("8"));
    assert_eq!(view.on(date(2026, 9, 1)).year_group, Some("9"));
}

#[test]
fn a_change_before_a_known_one_lasts_until_it() {
    let mut pupil = pupil();
    change(&mut pupil, "sen_status", Some("E"), date(2026, 9, 1), "A");
    change(&mut pupil, "sen_status", Some("K"), date(2026, 1, 5), "B");
    assert_eq!(
        history(&pupil, "sen_status"),
        [
            ("N", "2025-09-01".into(), "2026-01-04".into()),
            ("K", "2026-01-05".into(), "2026-08-31".into()),
            ("E", "2026-09-01".into(), String::new())
        ]
    );
}

#[test]
fn a_change_on_the_day_a_spell_began_corrects_it() {
    let mut pupil = pupil();
    change(&mut pupil, "reg_group", Some("8R"), date(2025, 9, 1), "A");
    assert_eq!(history(&pupil, "reg_group"), [("8R", "2025-09-01".into(), String::new())]);
    change(&mut pupil, "reg_group", None, date(2025, 9, 1), "B");
    assert_eq!(history(&pupil, "reg_group"), []);
}

#[test]
fn a_leaver_is_off_the_roll_from_that_day() {
    let mut pupil = pupil();
    change(&mut pupil, "roll", None, date(2026, 3, 2), "A");
    let view = PupilView::new(&pupil);
    assert!(view.on(date(2026, 3, 1)).is_on_roll() && !view.on(date(2026, 3, 2)).is_on_roll());
}

#[test]
fn no_change_makes_no_edit_and_an_unknown_field_is_refused() {
    let pupil = pupil();
    let mut keys = keys();
    let mut edits = |name, value: &str| {
        virtual_edit(&pupil, name, Some(value.into()), date(2026, 1, 1), &mut keys)
    };
    assert_eq!(edits("year_group", "8"), Ok(Vec::new()));
    let error = edits("year_grup", "8").unwrap_err().to_string();
    assert!(error.contains("did you mean `year_group`?"), "{error}");
}

#[test]
fn a_roll_that_was_given_is_kept() {
    let mut fields = Fields::from([("roll".to_owned(), Field::One("G".into()))]);
    expand_virtual(&mut fields, date(2026, 1, 5), &mut keys());
    let pupil = Record { id: RecordId::from_bytes([2; 16]), kind: Kind::Pupil, fields };
    assert_eq!(history(&pupil, "roll"), [("G", "2026-01-05".into(), String::new())]);
    assert!(!PupilView::new(&pupil).on(date(2026, 1, 5)).is_on_roll(), "a guest");
}
