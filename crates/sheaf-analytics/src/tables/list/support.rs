//! The tables of interventions and of their sessions.

use sheaf_records::ListId;

use super::super::TableSpec;
use super::{PUPIL, coded, event_columns, of_sessions, plain, unit};
use crate::data::column::ColumnType::{Bool, Date, Int, Record};
use crate::tables::SessionPart;

pub(super) const INTERVENTIONS: TableSpec = TableSpec {
    name: "interventions",
    row: "one pupil in an intervention, or on its waiting list",
    columns: event_columns![
        plain("intervention_id", Record, "The intervention"),
        PUPIL,
        plain("date", Date, "The pupil's first day, or the day of the decision while they wait"),
        coded("type", ListId::InterventionType, "What kind of support"),
        coded("delivery", ListId::InterventionDelivery, "Whether one to one or in a group"),
        plain("lead", Record, "The member of staff who leads it"),
        plain("decided", Date, "The day on which it was decided that the pupil needs it"),
        plain("start", Date, "The pupil's first day; empty while they wait"),
        plain("end", Date, "The pupil's last day; empty while they are in it"),
        coded("exit_reason", ListId::ExitReason, "Why the pupil's part ended"),
        coded("outcome", ListId::InterventionOutcome, "What it led to for the pupil"),
        unit("sessions_planned", "session", "Sessions that a pupil was to have"),
        of_sessions(
            SessionPart::Attended,
            "session",
            "Sessions that the pupil attended, of those recorded in the space of the intervention",
        ),
        of_sessions(
            SessionPart::Minutes,
            "minute",
            "Minutes in those sessions, as long as planned where it was not written down; empty \
             where neither is known",
        ),
        unit("session_minutes", "minute", "How long each session was to last"),
    ],
};

pub(super) const INTERVENTION_SESSIONS: TableSpec = TableSpec {
    name: "intervention_sessions",
    row: "one session and pupil; a session without pupils has one row with an empty pupil",
    columns: event_columns![
        plain("session_id", Record, "The session"),
        plain("intervention_id", Record, "The intervention"),
        PUPIL,
        plain("date", Date, "The day of the session"),
        coded("status", ListId::SessionStatus, "Whether it took place"),
        unit("minutes", "minute", "How long it lasted"),
        plain("led_by", Record, "The member of staff who led it"),
        plain("attended", Bool, "Whether the pupil was there"),
        plain("rating", Int, "How it went for the pupil, from 1, poorly, to 5, very well"),
    ],
};
