//! A caseload from its first pupil on.

use jiff::civil::date;
use sheaf_charter::Role;
use sheaf_records::{Kind, Record, RecordId};

use super::{add, caseload, close};
use crate::{Clock, Founding, Protection, School};

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn pupil(number: u8, forename: &str) -> Record {
    let mut record = Record { id: id(number), kind: Kind::Pupil, fields: Default::default() };
    record.set("forename", forename);
    record.set("surname", "Example");
    record
}

fn incident(number: u8, day: i8, pupil: u8, role: &str) -> Record {
    let mut record = Record { id: id(number), kind: Kind::Incident, fields: Default::default() };
    record.set("occurred_at", date(2026, 11, day).at(10, 15, 0, 0));
    record.set("category", "disruption");
    record.set_row("participants", &id(pupil).to_string(), "role", role);
    record
}

fn school(dir: &tempfile::TempDir) -> School {
    let founding = Founding {
        home: dir.path().join("home"),
        school: "Bramble Vale Academy (invented)".to_owned(),
        person: "Anna Head".to_owned(),
        device: "Anna's laptop".to_owned(),
        role: Role::Head,
        protection: Protection::Demo,
    };
    let school = School::found(&founding, Clock::as_of(date(2026, 11, 20))).unwrap().0;
    let records = vec![
        pupil(1, "Amira"),
        pupil(2, "Ben"),
        pupil(3, "Chloé"),
        incident(11, 3, 1, "aggressor"),
        incident(12, 17, 1, "participant"),
        incident(13, 18, 1, "target"),
        incident(14, 19, 2, "aggressor"),
    ];
    school.add_all(records, None).unwrap();
    school
}

fn names(school: &School) -> Vec<String> {
    caseload(school).unwrap().lines.into_iter().map(|line| line.name).collect()
}

#[test]
fn the_first_pupil_begins_it_and_pupils_come_and_go() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    let empty = caseload(&school).unwrap();
    assert!(empty.lines.is_empty() && empty.may_change);
    add(&school, id(2)).unwrap();
    add(&school, id(1)).unwrap();
    add(&school, id(1)).unwrap();
    assert_eq!(names(&school), ["Amira Example", "Ben Example"]);
    let lists = |kind: Kind| {
        let query = sheaf_store::Query::of_kind(kind.name());
        school.core.store.read(|snapshot| snapshot.list(&query)).unwrap().records.len()
    };
    assert_eq!((lists(Kind::Caseload), lists(Kind::Staff)), (1, 1), "one of each is enough");

    let line = caseload(&school).unwrap().lines[0].clone();
    close(&school, line.caseload, line.pupil).unwrap();
    assert_eq!(names(&school), ["Ben Example"]);
    add(&school, id(1)).unwrap();
    assert_eq!(names(&school), ["Amira Example", "Ben Example"], "back again");
}

#[test]
fn weeks_count_active_parts_and_the_last_record_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    add(&school, id(1)).unwrap();
    add(&school, id(3)).unwrap();
    let page = caseload(&school).unwrap();
    assert_eq!(page.weeks.len(), 4);
    assert_eq!(page.lines[0].weeks, [0, 1, 0, 1], "a target does not count");
    let last = page.lines[0].last.clone().unwrap();
    assert_eq!(last, (date(2026, 11, 18), "Disruption".to_owned()));
    assert_eq!(page.lines[1].last, None);
}

#[test]
fn overdue_reviews_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    for pupil in 1..=3 {
        add(&school, id(pupil)).unwrap();
    }
    let caseload_id = caseload(&school).unwrap().lines[0].caseload.to_string();
    let review = |pupil: u8, day: &str| {
        let path = format!("pupils.{}.next_review", id(pupil));
        school.edit(&caseload_id, &[(path, Some(day.to_owned()))]).unwrap();
    };
    review(3, "2026-11-12");
    review(2, "2026-12-01");
    assert_eq!(names(&school), ["Chloé Example", "Ben Example", "Amira Example"]);
    let page = caseload(&school).unwrap();
    let overdue: Vec<bool> =
        page.lines.iter().map(|line| line.is_overdue(date(2026, 11, 20))).collect();
    assert_eq!(overdue, [true, false, false]);
}
