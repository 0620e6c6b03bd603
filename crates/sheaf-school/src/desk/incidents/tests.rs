//! The table against a small school.

use expect_test::{Expect, expect};
use jiff::civil::date;
use sheaf_charter::Role;
use sheaf_records::{Kind, Record, RecordId};

use super::Incidents;
use crate::desk::{IncidentColumn, IncidentOrder, IncidentQuery, IncidentTable, Sense};
use crate::{Clock, Founding, Protection, School};

/// A school with two pupils in different years and four incidents.
struct Small {
    _dir: tempfile::TempDir,
    school: School,
    incidents: Incidents,
}

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn pupil(number: u8, forename: &str, year: &str) -> Record {
    let mut record = Record { id: id(number), kind: Kind::Pupil, fields: Default::default() };
    record.set("forename", forename);
    record.set("surname", "Example");
    let key = format!("01KA000000000000000000000{number}");
    for (column, value) in [("what", "year_group"), ("value", year)] {
        record.set_row("spells", &key, column, value);
    }
    record.set_row("spells", &key, "from", date(2025, 9, 1));
    record
}

fn incident(number: u8, day: i8, category: &str, who: u8, severity: Option<i64>) -> Record {
    let mut record = Record { id: id(number), kind: Kind::Incident, fields: Default::default() };
    record.set("occurred_at", date(2026, 11, day).at(10, 15, 0, 0));
    record.set("category", category);
    record.set_row("participants", &id(who).to_string(), "role", "aggressor");
    if let Some(severity) = severity {
        record.set("severity", severity);
    }
    record
}

impl Small {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let founding = Founding {
            home: dir.path().join("home"),
            school: "Bramble Vale Academy (invented)".to_owned(),
            person: "Anna Head".to_owned(),
            device: "Anna's laptop".to_owned(),
            role: Role::Head,
            protection: Protection::Demo,
        };
        let school = School::found(&founding, Clock::as_of(date(2026, 11, 20))).unwrap().0;
        let mut corridor = incident(12, 18, "fighting", 1, Some(4));
        corridor.set("location", "corridor");
        corridor.set_row("follow_ups", "01KA0000000000000000000009", "what", "Ring home");
        let records = vec![
            pupil(1, "Amira", "9"),
            pupil(2, "Ben", "7"),
            incident(11, 17, "disruption", 1, Some(2)),
            corridor,
            incident(13, 19, "disruption", 2, None),
            incident(14, 16, "uniform", 2, Some(1)),
        ];
        school.add_all(records, None).unwrap();
        Self { _dir: dir, school, incidents: Incidents::default() }
    }

    fn ask(&self, query: IncidentQuery) -> IncidentTable {
        self.incidents.table(&self.school, query).unwrap()
    }

    #[track_caller]
    fn check(&self, query: IncidentQuery, expected: Expect) {
        let table = self.ask(query);
        let mut shown = format!("{}\n", table.sentence);
        for place in 0..table.len() {
            let row = table.row(place).unwrap();
            let words = IncidentColumn::ALL.map(|column| row.words(column));
            shown.push_str(&format!("{}\n", words.join(" | ")));
        }
        expected.assert_eq(&shown);
    }
}

fn sorted(column: IncidentColumn, sense: Sense) -> IncidentQuery {
    IncidentQuery { order: IncidentOrder { column, sense }, ..IncidentQuery::default() }
}

#[test]
fn the_newest_stands_first_and_every_column_in_words() {
    Small::new().check(
        IncidentQuery::default(),
        expect![[r#"
            Every incident in the spaces that this device is in
            2026-11-19 10:15 | Ben Example | Disruption |  |  |  | Anna Head | 
            2026-11-18 10:15 | Amira Example | Fighting | Corridor | 4 |  | Anna Head | 1 follow-up open
            2026-11-17 10:15 | Amira Example | Disruption |  | 2 |  | Anna Head | 
            2026-11-16 10:15 | Ben Example | Uniform |  | 1 |  | Anna Head | 
        "#]],
    );
}

#[test]
fn what_is_empty_comes_last_whichever_way_round() {
    let small = Small::new();
    let severities = |sense| {
        let table = small.ask(sorted(IncidentColumn::Severity, sense));
        (0..table.len()).map(|place| table.row(place).unwrap().severity).collect::<Vec<_>>()
    };
    assert_eq!(severities(Sense::Falling), [Some(4), Some(2), Some(1), None]);
    assert_eq!(severities(Sense::Rising), [Some(1), Some(2), Some(4), None]);
    let places = |sense| {
        let table = small.ask(sorted(IncidentColumn::Place, sense));
        table.row(0).unwrap().words(IncidentColumn::Place)
    };
    assert_eq!([places(Sense::Rising), places(Sense::Falling)], ["Corridor", "Corridor"]);
}

#[test]
fn chips_and_a_written_filter_hold_together() {
    let small = Small::new();
    let query = IncidentQuery {
        filter: "severity >= 2".to_owned(),
        year_group: Some("9".to_owned()),
        period: Some("2026-11-17..2026-11-17".to_owned()),
        ..IncidentQuery::default()
    };
    small.check(
        query,
        expect![[r#"
        Year 9, 17 November 2026 to 17 November 2026, where severity >= 2
        2026-11-17 10:15 | Amira Example | Disruption |  | 2 |  | Anna Head | 
    "#]],
    );
    let query = IncidentQuery { category: Some("uniform".to_owned()), ..IncidentQuery::default() };
    assert_eq!(small.ask(query).len(), 1);
    let query = IncidentQuery { place: Some("corridor".to_owned()), ..IncidentQuery::default() };
    assert_eq!(small.ask(query).row(0).unwrap().record, id(12));
}

#[test]
fn a_filter_that_cannot_be_read_is_refused_with_its_place() {
    let small = Small::new();
    for (filter, period, message) in [
        ("severity = 3", None, "line 1, column 10: write `==` to compare"),
        ("", Some("next_year"), "`next_year` is no period"),
        ("", Some("this_year"), "this_year"),
    ] {
        let query = IncidentQuery {
            filter: filter.to_owned(),
            period: period.map(str::to_owned),
            ..IncidentQuery::default()
        };
        let error = small.incidents.table(&small.school, query).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn what_changes_later_is_seen_and_the_rest_stays_as_it_is() {
    let small = Small::new();
    let before = small.ask(IncidentQuery::default());
    let again = small.ask(IncidentQuery::default());
    assert!(std::sync::Arc::ptr_eq(&before.rows, &again.rows), "nothing is made twice");
    small.school.add_all(vec![incident(15, 20, "bullying", 1, Some(5))], None).unwrap();
    let after = small.ask(IncidentQuery::default());
    assert_eq!(after.row(0).unwrap().record, id(15));
    let kept = after.rows.iter().filter(|row| before.rows.iter().any(|one| same(one, row)));
    assert_eq!(kept.count(), before.rows.len());

    let name = [("forename".to_owned(), Some("Amina".to_owned()))];
    small.school.edit(&id(1).to_string(), &name).unwrap();
    let renamed = small.ask(IncidentQuery::default());
    assert_eq!(renamed.row(0).unwrap().pupils, "Amina Example");
}

fn same<T>(one: &std::sync::Arc<T>, other: &std::sync::Arc<T>) -> bool {
    std::sync::Arc::ptr_eq(one, other)
}

#[test]
fn rows_become_csv_with_heads_and_no_formula() {
    let small = Small::new();
    let name = [("forename".to_owned(), Some("=Amira".to_owned()))];
    small.school.edit(&id(1).to_string(), &name).unwrap();
    let table = small.ask(IncidentQuery::default());
    expect![[r#"
        When,Pupils,Category,Place,Severity,Action,Written by,Labels,Record
        2026-11-18 10:15,'=Amira Example,Fighting,Corridor,4,,Anna Head,1 follow-up open,0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c
        2026-11-17 10:15,'=Amira Example,Disruption,,2,,Anna Head,,0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b
    "#]].assert_eq(&super::csv(&table, 1..3).replace("\r\n", "\n"));
}
