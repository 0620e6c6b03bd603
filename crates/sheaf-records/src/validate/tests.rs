//! Tests of what may be saved.

mod attendance;
mod conduct;
mod plans;
mod support;
mod suspensions;

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::json::parse_record;

const PUPIL: &str = "0123456789abcdef0123456789abcdef";
const ULID: &str = "01JCXA0000000000000000000A";

fn record(kind: Kind, json: serde_json::Value) -> Record {
    let fields = parse_record(kind, &json).expect("the form is right");
    Record { id: RecordId::from_bytes([1; 16]), kind, fields }
}

fn incident() -> Record {
    record(
        Kind::Incident,
        json!({
            "occurred_at": "2026-11-20T10:15",
            "category": "disruption",
            "participants": { PUPIL: { "role": "participant" } },
        }),
    )
}

#[track_caller]
fn refused(record: &Record, expected: &[&str]) {
    let problems = validate(record, &CodeLists::default()).expect_err("it is refused");
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(said, expected);
}

#[track_caller]
fn warned(record: &Record, expected: &[&str]) {
    let warnings = validate(record, &CodeLists::default()).expect("it may be saved");
    let said: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(said, expected);
}

#[test]
fn a_whole_record_may_be_saved() {
    warned(&incident(), &[]);
}

#[test]
fn what_is_missing_is_named_with_what_to_give() {
    let empty = record(Kind::Incident, json!({}));
    refused(
        &empty,
        &[
            "incident.occurred_at: is missing; give a date and time as 2026-11-22T10:15",
            "incident.category: is missing; give a code",
        ],
    );
    let mut no_role = incident();
    no_role.set_row("follow_ups", ULID, "due", date(2026, 11, 24));
    refused(&no_role, &[&format!("incident.follow_ups.{ULID}.what: is missing; give text")]);
}

#[test]
fn codes_are_held_to_their_list_on_the_day() {
    let mut incident = incident();
    incident.set("location", "canten");
    refused(
        &incident,
        &["incident.location: `canten` is not in the list `location` (did you \
           mean `canteen`?); `sheaf codes location` shows it"],
    );
    let mut own = record(Kind::CodeList, json!({ "list": "location" }));
    own.set_row("codes", "shed", "title", "Bike shed");
    own.set_row("codes", "shed", "valid_to", date(2026, 7, 31));
    let lists = CodeLists::new([&own]);
    incident.set("location", "shed");
    let problems = validate(&incident, &lists).unwrap_err();
    assert!(matches!(problems[0].error, FieldError::CodeNotValid { .. }));
    incident.set("occurred_at", date(2026, 7, 31).at(9, 0, 0, 0));
    assert!(validate(&incident, &lists).is_ok());
}

#[test]
fn wrong_types_bounds_and_names_are_refused() {
    let mut wrong = incident();
    wrong.set("severity", 6_i64);
    wrong.set("period", true);
    wrong.set("colour", "red");
    wrong.set_row("narrative", "key", "column", "x");
    refused(
        &wrong,
        &[
            "incident.colour: there is no such field; `sheaf kind show incident` lists them",
            "incident.period: give text",
            "incident.severity: 6 is out of range; give a number from 1 to 5",
            "incident.narrative: holds one value, not rows",
        ],
    );
    let mut blank = record(Kind::Staff, json!({ "forename": " ", "surname": "B" }));
    refused(&blank, &["staff.forename: is empty; give text, or leave the field out"]);
    blank.set("forename", "x".repeat(200));
    refused(&blank, &["staff.forename: is too long, at 200 characters; shorten it to 120"]);
}

#[test]
fn malformed_keys_are_refused_and_not_repeated() {
    for (field, key, column, expected) in [
        ("participants", "Aisha Khan", "role", "a record id of 32 hexadecimal digits"),
        ("participants", "0123456789ABCDEF0123456789ABCDEF", "role", "in lower case"),
        ("follow_ups", "first", "what", "a ULID of 26 characters"),
        ("follow_ups", "81JCXA0000000000000000000A", "what", "a ULID of 26 characters"),
    ] {
        let mut wrong = incident();
        wrong.set_row(field, key, column, "witness");
        let problems = validate(&wrong, &CodeLists::default()).unwrap_err();
        let said = problems[0].to_string();
        assert!(said.contains(expected) && !said.contains(key), "{said}");
    }
}

#[test]
fn what_is_odd_is_said_and_allowed() {
    let mut odd = incident();
    odd.fields.remove("participants");
    odd.set_row("follow_ups", ULID, "what", "phone home");
    odd.set_row("follow_ups", ULID, "due", date(2026, 11, 19));
    odd.set("home_told_at", date(2026, 11, 20).at(9, 0, 0, 0));
    warned(
        &odd,
        &[
            "incident.participants: no pupil is named",
            "incident.home_told_at: is before the incident happened",
            &format!("incident.follow_ups.{ULID}.due: is due before the incident happened"),
        ],
    );
}

fn pupil() -> Record {
    record(Kind::Pupil, json!({ "forename": "A", "surname": "B" }))
}

fn add_spell(pupil: &mut Record, key: char, what: &str, value: &str, from: Date, to: Date) {
    let key = format!("{key:0>26}");
    pupil.set_row("spells", &key, "what", what);
    pupil.set_row("spells", &key, "value", value);
    pupil.set_row("spells", &key, "from", from);
    pupil.set_row("spells", &key, "to", to);
}

#[test]
fn spells_hold_values_of_their_fact_and_end_after_they_begin() {
    let mut pupil = pupil();
    add_spell(&mut pupil, 'A', "sen_status", "A", date(2026, 9, 1), date(2026, 9, 30));
    add_spell(&mut pupil, 'B', "year_group", "9", date(2026, 9, 1), date(2026, 8, 31));
    let row = |key: char| format!("pupil.spells.{key:0>26}");
    refused(
        &pupil,
        &[
            &format!("{}.to: is before `from`; one of the two is wrong", row('B')),
            &format!(
                "{}.value: `A` of the list `sen_status` did not count on 2026-09-01; it counts \
                 until 2015-08-31",
                row('A')
            ),
        ],
    );
}

#[test]
fn spells_that_share_a_day_and_temporary_upns_are_odd() {
    let mut pupil = pupil();
    pupil.set("upn", "G80120000101A");
    add_spell(&mut pupil, 'A', "year_group", "8", date(2025, 9, 1), date(2026, 9, 1));
    add_spell(&mut pupil, 'B', "year_group", "9", date(2026, 9, 1), date(2027, 8, 31));
    warned(
        &pupil,
        &[
            "pupil.upn: is a temporary UPN",
            "pupil.spells.0000000000000000000000000B.from: two spells of `year_group` share a \
             day; the later one counts",
        ],
    );
}

#[test]
fn a_wrong_upn_is_refused_without_repeating_it() {
    let mut pupil = pupil();
    pupil.set("upn", "Q207000016049");
    let problems = validate(&pupil, &CodeLists::default()).unwrap_err();
    let said = problems[0].to_string();
    assert!(said.starts_with("pupil.upn: the check letter is Q"), "{said}");
    assert!(!said.contains("207000016049"), "{said}");
}

#[test]
fn half_terms_follow_one_another() {
    let mut year = record(
        Kind::Calendar,
        json!({ "year": "2026/27", "from": "2026-09-01", "to": "2027-08-31" }),
    );
    for (code, from, to) in [
        ("autumn_1", date(2026, 9, 1), date(2026, 10, 23)),
        ("autumn_2", date(2026, 10, 23), date(2026, 12, 18)),
    ] {
        year.set_row("terms", code, "from", from);
        year.set_row("terms", code, "to", to);
    }
    refused(
        &year,
        &["calendar.terms.autumn_2.from: shares days with `autumn_1`; half-terms follow one \
           another"],
    );
    year.set_row("terms", "winter_1", "from", date(2027, 1, 4));
    let said = validate(&year, &CodeLists::default()).unwrap_err()[0].to_string();
    assert!(said.contains("not in the list `half_term`"), "{said}");
}

fn edit(path: &str, value: Option<Value>) -> Edit {
    Edit { path: path.parse().unwrap(), value }
}

#[track_caller]
fn edit_says(path: &str, value: Option<Value>, expected: &str) {
    let problems = validate_edit(&incident(), &edit(path, value), &CodeLists::default());
    let said = problems.map(|_| String::new()).unwrap_or_else(|all| all[0].to_string());
    assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{said}");
}

#[test]
fn one_edit_is_looked_at_by_itself() {
    edit_says("severity", Some(Value::Int(3)), "");
    edit_says("severity", None, "");
    edit_says("severity", Some("high".into()), "give a whole number");
    edit_says("category", None, "is missing");
    edit_says("severty", Some(Value::Int(3)), "did you mean `severity`?");
    edit_says("category", Some("disrupt".into()), "did you mean `disruption`?");
    edit_says("participants", Some("x".into()), "holds rows");
    edit_says("severity.a.b", Some("x".into()), "holds one value, not rows");
    edit_says(&format!("participants.{PUPIL}.role"), Some("witness".into()), "");
    edit_says(&format!("participants.{PUPIL}.rol"), Some("witness".into()), "mean `role`?");
    edit_says("participants.Aisha.role", Some("witness".into()), "malformed");
}

#[test]
fn a_virtual_field_is_not_edited_as_if_it_were_stored() {
    let edit = edit("year_group", Some("9".into()));
    let problems = validate_edit(&pupil(), &edit, &CodeLists::default()).unwrap_err();
    assert_eq!(problems[0].error, FieldError::Virtual);
}

#[test]
fn several_edits_are_looked_at_as_a_whole() {
    let lists = CodeLists::default();
    let row =
        |column: &str, value: Value| edit(&format!("follow_ups.{ULID}.{column}"), Some(value));
    let whole = [row("what", "phone home".into()), row("due", date(2026, 11, 24).into())];
    assert!(validate_edits(&incident(), &whole, &lists).is_ok());
    let half = validate_edits(&incident(), &whole[1..], &lists).unwrap_err();
    assert!(half[0].to_string().contains("what: is missing"), "{}", half[0]);
}

#[test]
fn edits_are_not_blamed_for_what_was_wrong_before() {
    let mut old = incident();
    old.set("location", "a_place_long_gone");
    let lists = CodeLists::default();
    assert!(validate_edits(&old, &[edit("severity", Some(Value::Int(2)))], &lists).is_ok());
    let clears = [edit("location", None)];
    assert!(validate_edits(&old, &clears, &lists).is_ok());
}

#[test]
fn clearing_a_whole_row_is_allowed() {
    let lists = CodeLists::default();
    let clear = [edit(&format!("participants.{PUPIL}.role"), None)];
    let warnings = validate_edits(&incident(), &clear, &lists).unwrap();
    assert_eq!(warnings[0].oddity, Oddity::NobodyNamed);
}
