//! Tests of putting values into words.

use serde_json::json;
use sheaf_records::Kind;

use super::super::answer::Answerer;
use super::super::invites::Invites;
use super::super::reply::Reply;
use super::super::request::Request;
use crate::NetworkSlot;
use crate::records::test_school::TestSchool;

#[test]
fn a_period_is_called_as_the_school_calls_it() {
    let here = TestSchool::new();
    let next_year = json!({
        "year": "2027/28", "from": "2027-09-01", "to": "2028-07-21",
        "periods": { "AFTER": {
            "title": "After school", "kind": "after", "starts": "15:05", "ends": "16:05", "order": 9,
        } },
    });
    here.add(Kind::Calendar, next_year);
    let mut desk = Answerer::new(here.school.clone(), NetworkSlot::default(), Invites::default());
    let mut period = |code: &str| {
        let fields = json!({
            "occurred_at": "2026-11-19T15:15", "category": "disruption", "severity": 2,
            "period": code, "participants": { here.pupil.clone(): { "role": "aggressor" } },
        });
        let id = here.add(Kind::Incident, fields).0.parse().unwrap();
        let Reply::Detail(detail) = desk.answer(Request::Open(id)).unwrap() else {
            panic!("no detail")
        };
        detail.rows.iter().find(|row| row.title == "Period").unwrap().value.clone()
    };
    assert_eq!(period("AFTER"), "After school");
    assert_eq!(period("P9"), "P9", "a period that the calendar does not have");
}
