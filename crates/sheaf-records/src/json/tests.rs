//! Tests of records as JSON.

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::id::RecordId;
use crate::spells::expand_virtual;

const AISHA: &str = "0123456789abcdef0123456789abcdef";
const ULID: &str = "01JCXA0000000000000000000A";

fn record(kind: Kind, json: Json) -> Record {
    let fields = parse_record(kind, &json).unwrap();
    Record { id: RecordId::from_bytes([1; 16]), kind, fields }
}

#[track_caller]
fn refused(kind: Kind, json: Json, expected: &[&str]) {
    let problems = parse_record(kind, &json).expect_err("it is refused");
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(said, expected);
}

#[test]
fn what_was_given_is_shown_again() {
    let json = json!({
        "occurred_at": "2026-11-20T10:15",
        "location": "corridor",
        "category": "disruption",
        "severity": 2,
        "narrative": "called out\ntwice",
        "participants": { AISHA: { "role": "participant" } },
        "follow_ups": { ULID: { "what": "phone home", "due": "2026-11-24", "done": false } },
    });
    let record = record(Kind::Incident, json.clone());
    assert_eq!(record.one("severity"), Some(&Value::Int(2)));
    assert_eq!(Json::Object(to_json(&record)), json);
}

#[test]
fn strings_stand_for_numbers_and_null_for_absent() {
    let json = json!({ "severity": "3", "location": null, "participants": { AISHA: null } });
    let record = record(Kind::Incident, json);
    assert_eq!(record.one("severity"), Some(&Value::Int(3)));
    assert!(record.one("location").is_none());
}

#[test]
fn virtual_fields_are_taken_and_shown_as_on_a_day() {
    let mut pupil = record(Kind::Pupil, json!({ "forename": "A", "year_group": 9 }));
    expand_virtual(&mut pupil.fields, date(2026, 9, 1), &mut || ULID.to_owned());
    let shown = to_json_on(&pupil, date(2026, 9, 1));
    assert_eq!(shown.get("forename"), Some(&json!("A")));
    let before = to_json_on(&pupil, date(2026, 8, 31));
    assert_eq!(before.get("year_group"), Some(&Json::Null));
    assert!(!to_json(&pupil).contains_key("year_group"));
}

#[test]
fn every_problem_is_named_with_its_place() {
    refused(
        Kind::Incident,
        json!({ "severty": 2, "severity": 9, "occurred_at": "2026-02-30T10:00" }),
        &[
            "incident.severty: there is no such field (did you mean `severity`?); \
             `sheaf kind show incident` lists them",
            "incident.severity: 9 is out of range; give a number from 1 to 5",
            "incident.occurred_at: `2026-02-30T10:00` will not do here; give a date and time \
             that exist, as 2026-11-22T10:15",
        ],
    );
    refused(
        Kind::Incident,
        json!({ "participants": { AISHA: { "rol": "witness" } } }),
        &["incident.participants.0123456789abcdef0123456789abcdef.rol: there is no such field \
           (did you mean `role`?); `sheaf kind show incident` lists them"],
    );
    refused(
        Kind::Incident,
        json!({ "participants": ["witness"], "severity": { "a": 1 }, "category": [] }),
        &[
            "incident.participants: holds rows; give them by key",
            "incident.severity: give a whole number",
            "incident.category: give a code",
        ],
    );
    refused(Kind::Staff, json!([]), &["staff: give a JSON object of fields, or of rows by key"]);
}

#[test]
fn a_name_in_the_wrong_place_is_not_repeated() {
    let json = json!({
        "Aisha Khan": 1,
        "participants": { "Aisha Khan": { "role": "witness" }, AISHA: { "Aisha Khan": 1 } },
        "occurred_at": "Aisha Khan",
    });
    for problem in parse_record(Kind::Incident, &json).unwrap_err() {
        assert!(!problem.to_string().contains("Aisha"), "{problem}");
        assert!(!format!("{problem:?}").contains("Aisha"), "{problem:?}");
    }
}

#[test]
fn too_many_rows_are_refused() {
    let rows: Map<String, Json> =
        (0..=MAX_ROWS).map(|n| (format!("{n:032x}"), json!({ "role": "witness" }))).collect();
    let problems = parse_record(Kind::Incident, &json!({ "participants": rows })).unwrap_err();
    assert_eq!(problems[0].error, FieldError::TooManyRows { count: MAX_ROWS + 1, max: MAX_ROWS });
}
