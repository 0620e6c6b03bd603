//! The tables of suspensions and of positive events.

use sheaf_records::ListId;

use super::super::TableSpec;
use super::{PUPIL, coded, event_columns, plain, unit};
use crate::data::column::ColumnType::{Bool, Date, Record, Text};

pub(super) const SUSPENSIONS: TableSpec = TableSpec {
    name: "suspensions",
    row: "one suspension, permanent exclusion or lunchtime suspension",
    columns: event_columns![
        plain("suspension_id", Record, "The suspension"),
        PUPIL,
        plain("date", Date, "Its first day"),
        plain("end", Date, "Its last day; empty for a permanent exclusion"),
        coded("type", ListId::SuspensionType, "Of what kind it is"),
        unit("sessions", "session", "Half-days lost; empty for a permanent exclusion"),
        coded("reason", ListId::SuspensionReason, "The main reason"),
        coded("reason_2", ListId::SuspensionReason, "A second reason"),
        coded("reason_3", ListId::SuspensionReason, "A third reason"),
        plain("incident_id", Record, "The incident that led to it"),
        plain("decided_by", Record, "The member of staff who decided it"),
        plain("home_told", Date, "The day on which home was told"),
        plain("work_set", Bool, "Whether work for the first five days was set"),
        plain("reintegration", Date, "The day of the reintegration meeting"),
    ],
};

pub(super) const POSITIVE_EVENTS: TableSpec = TableSpec {
    name: "positive_events",
    row: "one positive event and pupil; an event without pupils has one row with an empty pupil",
    columns: event_columns![
        plain("positive_event_id", Record, "The event"),
        PUPIL,
        plain("date", Date, "The day on which it happened"),
        unit("minute", "minute", "The time of day, in minutes after midnight"),
        coded("type", ListId::PositiveType, "What went well"),
        unit("points", "point", "How many the pupil was given"),
        plain("period", Text, "The period of the day, by its code"),
        coded("location", ListId::Location, "Where it happened"),
        plain("staff", Record, "The member of staff who saw it"),
    ],
};
