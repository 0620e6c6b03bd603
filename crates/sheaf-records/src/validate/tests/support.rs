//! Tests of contradictions in interventions, sessions and positive events.

use jiff::civil::date;
use serde_json::json;

use super::{PUPIL, record, refused, warned};
use crate::kind::Kind;
use crate::record::Record;

fn intervention() -> Record {
    record(
        Kind::Intervention,
        json!({
            "type": "mentoring",
            "title": "Autumn group",
            "delivery": "group",
            "start": "2026-09-14",
            "end": "2026-12-11",
            "planned_sessions": 10,
            "enrolments": { PUPIL: { "decided": "2026-09-10", "start": "2026-09-14" } },
        }),
    )
}

fn session() -> Record {
    record(
        Kind::InterventionSession,
        json!({
            "intervention": "fedcba9876543210fedcba9876543210",
            "date": "2026-09-21",
            "status": "held",
            "minutes": 40,
            "pupils": { PUPIL: { "attended": true, "rating": 4 } },
        }),
    )
}

fn enrolled(column: &str, day: jiff::civil::Date) -> Record {
    let mut one = intervention();
    one.set_row("enrolments", PUPIL, column, day);
    one
}

#[test]
fn an_intervention_and_its_session_may_be_saved() {
    warned(&intervention(), &[]);
    warned(&session(), &[]);
    let mut waiting = intervention();
    waiting.fields.remove("enrolments");
    waiting.set_row("enrolments", PUPIL, "decided", date(2026, 9, 10));
    warned(&waiting, &[]);
}

#[test]
fn nothing_ends_before_it_starts_or_starts_before_it_was_decided() {
    let mut backwards = intervention();
    backwards.set("end", date(2026, 9, 1));
    refused(&backwards, &["intervention.end: is before `start`; one of the two is wrong"]);
    let at = |column: &str| format!("intervention.enrolments.{PUPIL}.{column}");
    refused(
        &enrolled("start", date(2026, 9, 9)),
        &[&format!("{}: is before `decided`; one of the two is wrong", at("start"))],
    );
    refused(
        &enrolled("end", date(2026, 9, 11)),
        &[&format!("{}: is before `start`; one of the two is wrong", at("end"))],
    );
    let mut left_the_list = enrolled("end", date(2026, 9, 9));
    left_the_list.set_row("enrolments", PUPIL, "start", date(2026, 9, 14));
    let said = crate::validate(&left_the_list, &Default::default()).unwrap_err();
    assert_eq!(said.len(), 2, "before its start and before it was decided");
}

#[test]
fn a_place_outside_the_run_and_an_outcome_without_a_start_are_odd() {
    let path = |column: &str| format!("intervention.enrolments.{PUPIL}.{column}");
    warned(
        &enrolled("end", date(2027, 1, 8)),
        &[&format!("{}: is outside the days of the intervention", path("end"))],
    );
    let mut never = intervention();
    never.fields.remove("enrolments");
    never.set_row("enrolments", PUPIL, "decided", date(2026, 9, 10));
    never.set_row("enrolments", PUPIL, "outcome", "met");
    warned(&never, &[&format!("{}: has an outcome without a start", path("outcome"))]);
}

#[test]
fn nobody_attends_a_session_that_was_missed() {
    let mut missed = session();
    missed.set("status", "missed");
    warned(
        &missed,
        &[&format!(
            "intervention_session.pupils.{PUPIL}.attended: attended a session that was not held"
        )],
    );
    missed.set_row("pupils", PUPIL, "attended", false);
    warned(&missed, &[]);
}

#[test]
fn a_dose_has_bounds() {
    let mut run = intervention();
    run.set("planned_sessions", 0_i64);
    run.set("session_minutes", 481_i64);
    refused(
        &run,
        &[
            "intervention.planned_sessions: 0 is out of range; give a number from 1 to 400",
            "intervention.session_minutes: 481 is out of range; give a number from 1 to 480",
        ],
    );
}

#[test]
fn a_positive_event_names_its_pupils_with_their_points() {
    let mut praise = record(
        Kind::PositiveEvent,
        json!({ "occurred_at": "2026-11-20T10:15", "type": "kindness" }),
    );
    warned(&praise, &["positive_event.pupils: no pupil is named"]);
    praise.set_row("pupils", PUPIL, "points", 101_i64);
    refused(
        &praise,
        &[&format!(
            "positive_event.pupils.{PUPIL}.points: 101 is out of range; give a number from 0 to \
             100"
        )],
    );
}
