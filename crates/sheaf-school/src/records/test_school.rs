//! A school of one device for tests.

use jiff::civil::date;
use serde_json::{Value as Json, json};
use sheaf_charter::Role;
use sheaf_records::Kind;
use tempfile::TempDir;

use crate::{Clock, Founding, Protection, School};

/// A school, its pupil and the folder that goes with it.
pub(crate) struct TestSchool {
    pub school: School,
    pub pupil: String,
    _dir: TempDir,
}

impl TestSchool {
    /// A school with one half-term, an INSET day on 20 November and one pupil.
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let founding = Founding {
            home: dir.path().join("home"),
            school: "Bramble Vale Academy (invented)".to_owned(),
            person: "Anna Head".to_owned(),
            device: "Anna's laptop".to_owned(),
            role: Role::Head,
            protection: Protection::Demo,
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
