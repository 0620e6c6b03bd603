//! The rows of suspensions and of positive events.

use sheaf_records::{Record, reasons_by_rank};

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
