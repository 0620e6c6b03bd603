//! The card of one pupil with something of everything.

use expect_test::expect;
use jiff::civil::date;
use sheaf_charter::Role;
use sheaf_records::{Kind, Record, RecordId};

use super::{SupportState, card};
use crate::{Clock, Founding, Protection, School};

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn record(kind: Kind, number: u8) -> Record {
    Record { id: id(number), kind, fields: Default::default() }
}

fn amira() -> Record {
    let mut pupil = record(Kind::Pupil, 1);
    pupil.set("forename", "Amira");
    pupil.set("surname", "Example");
    for (number, what, value) in [(1, "year_group", "9"), (2, "reg_group", "9KB"), (3, "roll", "C")]
    {
        let key = format!("01KA000000000000000000000{number}");
        pupil.set_row("spells", &key, "what", what);
        pupil.set_row("spells", &key, "value", value);
        pupil.set_row("spells", &key, "from", date(2025, 9, 1));
    }
    pupil
}

fn incident(number: u8, day: i8, role: &str) -> Record {
    let mut record = record(Kind::Incident, number);
    record.set("occurred_at", date(2026, 11, day).at(10, 15, 0, 0));
    record.set("category", "disruption");
    record.set_row("participants", &id(1).to_string(), "role", role);
    record
}

fn intervention(number: u8, title: &str, decided: i8, start: Option<i8>) -> Record {
    let mut record = record(Kind::Intervention, number);
    record.set("type", "mentoring");
    record.set("title", title);
    record.set("start", date(2026, 11, 1));
    record.set("planned_sessions", 6_i64);
    let key = id(1).to_string();
    record.set_row("enrolments", &key, "decided", date(2026, 11, decided));
    if let Some(start) = start {
        record.set_row("enrolments", &key, "start", date(2026, 11, start));
    }
    record
}

fn session(number: u8, of: u8, status: &str, attended: bool) -> Record {
    let mut record = record(Kind::InterventionSession, number);
    record.set("intervention", id(of));
    record.set("date", date(2026, 11, 10));
    record.set("status", status);
    record.set("minutes", 30_i64);
    record.set_row("pupils", &id(1).to_string(), "attended", attended);
    record
}

fn calendar() -> Record {
    let mut year = record(Kind::Calendar, 90);
    year.set("year", "2026/27");
    year.set("from", date(2026, 9, 1));
    year.set("to", date(2027, 7, 21));
    year.set_row("terms", "autumn_2", "from", date(2026, 11, 2));
    year.set_row("terms", "autumn_2", "to", date(2026, 12, 18));
    year
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
    let mut praise = record(Kind::PositiveEvent, 30);
    praise.set("occurred_at", date(2026, 11, 12).at(9, 0, 0, 0));
    praise.set("type", "kindness");
    praise.set_row("pupils", &id(1).to_string(), "points", 1_i64);
    let records = vec![
        calendar(),
        amira(),
        incident(11, 4, "aggressor"),
        incident(12, 17, "participant"),
        incident(13, 18, "witness"),
        intervention(21, "Lunchtime mentoring", 2, Some(9)),
        intervention(22, "Spring group", 13, None),
        session(23, 21, "held", true),
        session(24, 21, "held", false),
        session(25, 21, "missed", true),
        praise,
    ];
    school.add_all(records, None).unwrap();
    school
}

#[test]
fn facts_weeks_and_support_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let school = school(&dir);
    crate::desk::caseload::add(&school, id(1)).unwrap();
    let card = card(&school, id(1)).unwrap();
    let facts: Vec<String> =
        card.facts.iter().map(|fact| format!("{}: {}", fact.title, fact.value)).collect();
    expect!["Key worker: Anna Head"].assert_eq(&facts.join("\n"));
    let weeks: Vec<(u32, u32)> =
        card.weeks.iter().map(|week| (week.incidents, week.positives)).collect();
    assert_eq!(weeks, [(1, 0), (0, 1), (1, 0)], "a witness does not count");
    let [running, waiting] = card.support.as_slice() else { panic!("{:?}", card.support) };
    assert_eq!((running.state, waiting.state), (SupportState::Running, SupportState::Waiting));
    assert_eq!((running.attended, running.offered, running.minutes), (1, 2, 30));
    assert_eq!(running.planned, Some(6));
    assert_eq!(waiting.waited_days, Some(5), "from Friday to the Friday after");
    let titles: Vec<&str> = card.periods.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["This half-term", "This term", "This year"]);
}
