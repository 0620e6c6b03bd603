//! A school of one device for tests.

use jiff::civil::date;
use rusqlite::types::Value;
use serde_json::{Value as Json, json};
use sheaf_charter::Role;
use sheaf_records::{Kind, Record, RecordId};
use tempfile::TempDir;

use crate::{Clock, Founding, Protection, School};

/// A pupil whose id repeats one byte.
pub(crate) fn pupil(id: u8) -> Record {
    let id = RecordId::from_bytes([id; 16]);
    let mut record = Record { id, kind: Kind::Pupil, fields: Default::default() };
    record.set("forename", "Invented");
    record.set("surname", "Pupil");
    record
}

/// A school, its pupil and the folder that goes with it.
pub(crate) struct TestSchool {
    pub school: School,
    pub pupil: String,
    _dir: TempDir,
}

impl TestSchool {
    /// A school with one half-term, an INSET day on 20 November and one pupil.
    pub(crate) fn new() -> Self {
        Self::protected(Protection::Demo)
    }

    /// The same with its page cipher off, so that its file can be damaged on purpose.
    pub(crate) fn plain() -> Self {
        Self::protected(Protection::Plain)
    }

    fn protected(protection: Protection) -> Self {
        let dir = TempDir::new().unwrap();
        let founding = Founding {
            home: dir.path().join("home"),
            school: "Bramble Vale Academy (invented)".to_owned(),
            person: "Anna Head".to_owned(),
            device: "Anna's laptop".to_owned(),
            role: Role::Head,
            protection,
        };
        let school = School::found(&founding, Clock::as_of(date(2026, 11, 20))).unwrap().0;
        let year = json!({
            "year": "2026/27", "from": "2026-09-01", "to": "2027-07-21",
            "terms": { "autumn_2": { "from": "2026-11-02", "to": "2026-12-18" } },
            "inset": { "2026-11-20": { "title": "INSET" } },
        });
        school.add(Kind::Calendar, None, &year).unwrap();
        let pupil = json!({ "forename": "Noor", "surname": "Example" });
        let pupil = school.add(Kind::Pupil, None, &pupil).unwrap().id;
        Self { school, pupil, _dir: dir }
    }

    /// Does something to the file behind the store's back.
    #[track_caller]
    pub(crate) fn damage(&self, sql: &str) {
        let file = self.school.core.dir().join("school.db");
        let connection = rusqlite::Connection::open(file).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        assert!(connection.execute(sql, []).unwrap() > 0, "nothing was damaged by {sql}");
    }

    /// Flips one bit of a value in the file: in its middle.
    #[track_caller]
    pub(crate) fn flip(&self, table: &str, column: &str, condition: &str) {
        let file = self.school.core.dir().join("school.db");
        let connection = rusqlite::Connection::open(file).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let select = format!("SELECT rowid, {column} FROM {table} WHERE {condition}");
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (row, value): (i64, Value) = connection.query_row(&select, [], read).unwrap();
        let flip = |mut bytes: Vec<u8>| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            bytes
        };
        let flipped = match value {
            Value::Blob(bytes) => Value::Blob(flip(bytes)),
            Value::Text(text) => Value::Text(String::from_utf8(flip(text.into())).unwrap()),
            other => panic!("{table}.{column} is {other:?}"),
        };
        let update = format!("UPDATE {table} SET {column} = ? WHERE rowid = ?");
        assert_eq!(connection.execute(&update, (flipped, row)).unwrap(), 1);
    }

    /// Adds a record; gives its id and its warnings.
    #[track_caller]
    pub(crate) fn add(&self, kind: Kind, fields: Json) -> (String, Vec<String>) {
        let shape = self.school.add(kind, None, &fields).unwrap();
        (shape.id, shape.warnings)
    }

    /// An incident of the pupil.
    pub(crate) fn incident(&self) -> String {
        let fields = json!({
            "occurred_at": "2026-11-19T10:15", "category": "disruption", "severity": 2,
            "participants": { self.pupil.clone(): { "role": "aggressor" } },
        });
        self.add(Kind::Incident, fields).0
    }
}
