//! Tests of suspensions: their length, their reasons and their days.

use jiff::civil::date;
use serde_json::json;

use super::{PUPIL, record, refused, warned};
use crate::kind::Kind;
use crate::record::Record;
use crate::{SchoolCalendar, check_days};

fn suspension() -> Record {
    record(
        Kind::Suspension,
        json!({
            "pupil": PUPIL,
            "type": "SUSP",
            "start": "2026-11-16",
            "end": "2026-11-17",
            "sessions": 4,
            "reasons": { "DB": { "rank": 1 }, "VA": { "rank": 2 } },
        }),
    )
}

#[test]
fn a_suspension_may_be_saved() {
    warned(&suspension(), &[]);
    let mut permanent = suspension();
    permanent.set("type", "PERM");
    permanent.fields.remove("end");
    permanent.fields.remove("sessions");
    warned(&permanent, &[]);
}

#[test]
fn forty_five_days_are_the_most() {
    let mut long = suspension();
    long.set("end", date(2027, 2, 12));
    long.set("sessions", 90_i64);
    warned(&long, &[]);
    long.set("sessions", 91_i64);
    refused(
        &long,
        &["suspension.sessions: 91 sessions are more than the 45 school days (90 sessions) for \
           which a pupil may be suspended in a school year"],
    );
}

#[test]
fn a_length_is_needed_but_for_a_permanent_exclusion() {
    let mut open = suspension();
    open.fields.remove("sessions");
    refused(
        &open,
        &["suspension.sessions: is missing; give how many half-days it takes, as a whole number"],
    );
    let mut permanent = suspension();
    permanent.set("type", "PERM");
    let what = "is not for a permanent exclusion, which has no end; clear it, or change the type";
    refused(
        &permanent,
        &[&format!("suspension.end: {what}"), &format!("suspension.sessions: {what}")],
    );
}

#[test]
fn it_does_not_end_before_it_starts() {
    let mut backwards = suspension();
    backwards.set("end", date(2026, 11, 13));
    refused(&backwards, &["suspension.end: is before `start`; one of the two is wrong"]);
}

#[test]
fn one_to_three_reasons_of_the_list_of_the_day() {
    let mut none = suspension();
    none.fields.remove("reasons");
    refused(&none, &["suspension.reasons: is missing; give rows by key"]);
    let mut four = suspension();
    four.set_row("reasons", "BU", "rank", 3_i64);
    warned(&four, &[]);
    four.set_row("reasons", "TH", "rank", 3_i64);
    refused(&four, &["suspension.reasons: has 4 reasons; give 3 at most, the main ones"]);
    let mut early = suspension();
    early.set_row("reasons", "MP", "rank", 3_i64);
    warned(&early, &[]);
    early.set("start", date(2025, 11, 17));
    early.set("end", date(2025, 11, 18));
    refused(
        &early,
        &["suspension.reasons.MP: `MP` of the list `suspension_reason` did not count on \
           2025-11-17; it counts from 2026-05-01"],
    );
    let mut unknown = suspension();
    unknown.set_row("reasons", "DQ", "rank", 3_i64);
    refused(
        &unknown,
        &["suspension.reasons: `DQ` is not in the list `suspension_reason` (did you mean `DS`?); \
           `sheaf codes suspension_reason` shows it"],
    );
}

#[test]
fn one_reason_is_the_main_one() {
    let mut two = suspension();
    two.set_row("reasons", "VA", "rank", 1_i64);
    warned(&two, &["suspension.reasons: 2 reasons are marked as the main one (rank 1)"]);
}

fn calendar() -> SchoolCalendar {
    let mut year = record(
        Kind::Calendar,
        json!({ "year": "2026/27", "from": "2026-09-01", "to": "2027-07-21" }),
    );
    year.set_row("terms", "autumn_2", "from", date(2026, 11, 2));
    year.set_row("terms", "autumn_2", "to", date(2026, 12, 18));
    year.set_row("inset", "2026-11-20", "title", "INSET");
    SchoolCalendar::new(&[year]).unwrap()
}

#[track_caller]
fn odd(record: &Record, expected: &[&str]) {
    let said: Vec<_> = check_days(record, &calendar()).iter().map(ToString::to_string).collect();
    assert_eq!(said, expected);
}

#[test]
fn closed_days_are_told_by_the_calendar() {
    odd(&suspension(), &[]);
    let mut late = suspension();
    late.set("start", date(2026, 11, 19));
    late.set("end", date(2026, 11, 20));
    odd(
        &late,
        &[
            "suspension.end: 2026-11-20 is not a school day",
            "suspension.sessions: more sessions than the 2 from its first to its last day",
        ],
    );
    let mut stay = record(Kind::RoomStay, json!({ "pupil": PUPIL }));
    stay.set("arrived_at", date(2026, 11, 20).at(9, 0, 0, 0));
    stay.set("left_at", date(2026, 11, 20).at(15, 0, 0, 0));
    odd(&stay, &["room_stay.arrived_at: 2026-11-20 is not a school day"]);
    let mut session = record(Kind::InterventionSession, json!({ "date": "2026-11-21" }));
    odd(&session, &["intervention_session.date: 2026-11-21 is not a school day"]);
    session.set("date", date(2031, 11, 22));
    odd(&session, &[]);
}
