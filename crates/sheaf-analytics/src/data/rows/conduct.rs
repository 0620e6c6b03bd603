//! The rows of suspensions, of positive events, of detentions and of call-outs.

use sheaf_records::{Record, Value, reasons_by_rank};

use super::{Raw, Row, field, one_a_pupil, time_of_day};

/// The row of a suspension, its reasons side by side.
pub(super) fn suspension(record: &Record) -> Row<'_> {
    let mut reasons = reasons_by_rank(record).map(Raw::Text);
    let mut reason = || reasons.next().unwrap_or(Raw::Null);
    Row::new(
        "suspensions",
        [
            ("suspension_id", Raw::Id(record.id)),
            ("pupil", field(record, "pupil")),
            ("date", field(record, "start")),
            ("end", field(record, "end")),
            ("type", field(record, "type")),
            ("sessions", field(record, "sessions")),
            ("reason", reason()),
            ("reason_2", reason()),
            ("reason_3", reason()),
            ("incident_id", field(record, "incident")),
            ("decided_by", field(record, "decided_by")),
            ("home_told", field(record, "home_told_at")),
            ("work_set", field(record, "work_set")),
            ("governors_told", field(record, "governors_told")),
            ("provision_from", field(record, "provision_from")),
            ("reintegration", field(record, "reintegration_at")),
        ],
    )
}

/// A row for each pupil of a positive event.
pub(super) fn positive_event(record: &Record) -> Vec<Row<'_>> {
    let shared = [
        ("positive_event_id", Raw::Id(record.id)),
        ("date", field(record, "occurred_at")),
        ("minute", time_of_day(record, "occurred_at")),
        ("type", field(record, "type")),
        ("period", field(record, "period")),
        ("location", field(record, "location")),
        ("staff", field(record, "staff")),
    ];
    one_a_pupil(record, "positive_events", "pupils", &shared, &["points"])
}

/// The row of a detention.
pub(super) fn detention(record: &Record) -> Row<'_> {
    Row::new(
        "detentions",
        [
            ("detention_id", Raw::Id(record.id)),
            ("pupil", field(record, "pupil")),
            ("date", field(record, "starts_at")),
            ("minute", time_of_day(record, "starts_at")),
            ("type", field(record, "type")),
            ("reason", field(record, "reason")),
            ("minutes", field(record, "minutes")),
            ("set", field(record, "set_at")),
            ("set_by", field(record, "set_by")),
            ("incident_id", field(record, "incident")),
            ("follows", field(record, "follows")),
            ("location", field(record, "location")),
            ("supervisor", field(record, "supervisor")),
            ("home_told", field(record, "home_told_at")),
            ("status", field(record, "status")),
            ("absence_reason", field(record, "absence_reason")),
            ("escalated_to", field(record, "escalated_to")),
        ],
    )
}

/// A row for each pupil of a call-out.
pub(super) fn call_out(record: &Record) -> Vec<Row<'_>> {
    let shared = [
        ("call_out_id", Raw::Id(record.id)),
        ("date", field(record, "raised_at")),
        ("minute", time_of_day(record, "raised_at")),
        ("reason", field(record, "reason")),
        ("period", field(record, "period")),
        ("location", field(record, "location")),
        ("requester", field(record, "requester")),
        ("responder", field(record, "responder")),
        ("incident_id", field(record, "incident")),
        ("to_acknowledge", minutes_between(record, "raised_at", "acknowledged_at")),
        ("to_arrive", minutes_between(record, "raised_at", "arrived_at")),
        ("to_clear", minutes_between(record, "raised_at", "cleared_at")),
    ];
    one_a_pupil(record, "call_outs", "pupils", &shared, &["outcome"])
}

/// Minutes from one time of a record to another; null while one of them is not known.
fn minutes_between<'a>(record: &Record, from: &str, to: &str) -> Raw<'a> {
    let time = |name: &str| record.one(name).and_then(Value::as_date_time);
    let Some((from, to)) = time(from).zip(time(to)) else { return Raw::Null };
    let seconds = to.duration_since(from).as_secs();
    Raw::Int(seconds.div_euclid(60))
}
