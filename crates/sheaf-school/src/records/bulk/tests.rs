//! Tests of adding many records at once.

use jiff::civil::date;
use sheaf_charter::Role;
use sheaf_records::{Kind, Record, RecordId};

use crate::{Clock, Founding, Protection, School, SchoolError};

fn school(dir: &tempfile::TempDir) -> School {
    let founding = Founding {
        home: dir.path().join("home"),
        school: "Bramble Vale Academy (invented)".to_owned(),
        person: "Anna Head".to_owned(),
        device: "Anna's laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    School::found(&founding, Clock::as_of(date(2026, 11, 20))).unwrap().0
}

fn record(kind: Kind, id: u8) -> Record {
    Record { id: RecordId::from_bytes([id; 16]), kind, fields: Default::default() }
}

fn pupil(id: u8) -> Record {
    let mut record = record(Kind::Pupil, id);
    record.set("forename", "Invented");
    record.set("surname", "Pupil");
    record
}

fn incident(id: u8, pupil: u8) -> Record {
    let mut record = record(Kind::Incident, id);
    record.set("occurred_at", date(2026, 11, 19).at(10, 15, 0, 0));
    record.set("category", "disruption");
    let pupil = RecordId::from_bytes([pupil; 16]);
    record.set_row("participants", &pupil.to_string(), "role", "aggressor");
    record
}

fn suspension(id: u8, pupil: u8, sessions: i64) -> Record {
    let mut record = record(Kind::Suspension, id);
    record.set("pupil", RecordId::from_bytes([pupil; 16]));
    record.set("type", "SUSP");
    record.set("start", date(2026, 11, 2));
    record.set("sessions", sessions);
    record.set_row("reasons", "DB", "rank", 1_i64);
    record
}

fn documents(school: &School) -> u64 {
    school.status().unwrap().spaces.iter().map(|space| space.documents).sum()
}

#[track_caller]
fn refused(school: &School, records: Vec<Record>) -> SchoolError {
    let before = documents(school);
    let error = school.add_all(records, None).unwrap_err();
    assert_eq!(documents(school), before, "nothing is written");
    error
}

#[test]
fn records_that_name_each_other_come_in_one_entry() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let entries = |school: &School| -> u64 {
        school.status().unwrap().spaces.iter().map(|space| space.entries).sum()
    };
    let before = entries(&school);
    school.add_all(vec![incident(2, 1), pupil(1)], None).unwrap();
    assert_eq!(entries(&school), before + 1);
    let shown = school.show(&RecordId::from_bytes([2; 16]).to_string()).unwrap();
    assert_eq!(shown.fields["category"], "disruption");
}

#[test]
fn one_that_is_not_valid_refuses_all() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let mut wrong = incident(2, 1);
    wrong.set("category", "disruptoin");
    let error = refused(&school, vec![pupil(1), wrong]);
    assert!(matches!(error, SchoolError::Invalid(problems) if problems.len() == 1));
}

#[test]
fn one_that_names_what_is_not_here_refuses_all() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let error = refused(&school, vec![pupil(1), incident(2, 9)]);
    assert!(matches!(error, SchoolError::NotFound { what: "record", .. }), "{error}");
}

#[test]
fn one_that_is_here_already_or_comes_twice_refuses_all() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    school.add_all(vec![pupil(1)], None).unwrap();
    for records in [vec![pupil(2), pupil(1)], vec![pupil(2), pupil(2)]] {
        let error = refused(&school, records);
        assert!(error.to_string().contains("is here already"), "{error}");
    }
}

#[test]
fn suspensions_that_are_too_long_together_refuse_all() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    school.add_all(vec![pupil(1), pupil(2), suspension(3, 1, 60)], None).unwrap();
    let error = refused(&school, vec![suspension(4, 1, 20), suspension(5, 1, 11)]);
    assert!(
        error.to_string().contains("with 80 sessions already in 2026/27 this makes 91"),
        "{error}"
    );
    let others = vec![suspension(4, 1, 20), suspension(5, 1, 10), suspension(6, 2, 90)];
    school.add_all(others, None).unwrap();
}
