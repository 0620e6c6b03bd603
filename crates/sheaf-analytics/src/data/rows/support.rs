//! The rows of interventions and of their sessions.

use sheaf_records::Record;

use super::{Raw, Row, field, key, one_a_pupil};

/// A row for each pupil who is in an intervention or waits for it.
pub(super) fn intervention(record: &Record) -> Vec<Row<'_>> {
    record
        .rows("enrolments")
        .map(|(pupil, row)| {
            let own = |column: &str| Raw::of(row.get(column));
            let date = match own("start") {
                Raw::Null => own("decided"),
                start => start,
            };
            Row::new(
                "interventions",
                [
                    ("intervention_id", Raw::Id(record.id)),
                    ("pupil", key(pupil)),
                    ("date", date),
                    ("type", field(record, "type")),
                    ("delivery", field(record, "delivery")),
                    ("lead", field(record, "lead")),
                    ("decided", own("decided")),
                    ("start", own("start")),
                    ("end", own("end")),
                    ("exit_reason", own("exit_reason")),
                    ("outcome", own("outcome")),
                    ("sessions_planned", field(record, "planned_sessions")),
                    ("session_minutes", field(record, "session_minutes")),
                ],
            )
        })
        .collect()
}

/// A row for each pupil of a session.
pub(super) fn session(record: &Record) -> Vec<Row<'_>> {
    let shared = [
        ("session_id", Raw::Id(record.id)),
        ("intervention_id", field(record, "intervention")),
        ("date", field(record, "date")),
        ("status", field(record, "status")),
        ("minutes", field(record, "minutes")),
        ("led_by", field(record, "led_by")),
    ];
    one_a_pupil(record, "intervention_sessions", "pupils", &shared, &["attended", "rating"])
}
