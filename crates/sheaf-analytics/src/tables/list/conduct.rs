//! The tables of suspensions, of positive events, of detentions and of call-outs.

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
        plain("governors_told", Date, "The day on which the governors were told"),
        plain("provision_from", Date, "The day from which full-time provision was arranged"),
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

pub(super) const DETENTIONS: TableSpec = TableSpec {
    name: "detentions",
    row: "one detention of one pupil",
    columns: event_columns![
        plain("detention_id", Record, "The detention"),
        PUPIL,
        plain("date", Date, "The day for which it is set"),
        unit("minute", "minute", "When it begins, in minutes after midnight"),
        coded("type", ListId::DetentionType, "At what time of the day it is"),
        coded("reason", ListId::IncidentCategory, "What it is for"),
        unit("minutes", "minute", "How long it is to last"),
        plain("set", Date, "The day on which it was set"),
        plain("set_by", Record, "The member of staff who set it"),
        plain("incident_id", Record, "The incident that led to it"),
        plain("follows", Record, "The missed detention in whose place it stands"),
        coded("location", ListId::Location, "Where it is held"),
        plain("supervisor", Record, "The member of staff in charge of it"),
        plain("home_told", Date, "The day on which home was told"),
        coded("status", ListId::DetentionStatus, "Whether it was served"),
        coded("absence_reason", ListId::DetentionAbsence, "Why the pupil did not come or stay"),
        coded("escalated_to", ListId::DetentionEscalation, "What became of a missed one"),
    ],
};

pub(super) const CALL_OUTS: TableSpec = TableSpec {
    name: "call_outs",
    row: "one call-out and pupil; a call-out without pupils has one row with an empty pupil",
    columns: event_columns![
        plain("call_out_id", Record, "The call-out"),
        PUPIL,
        plain("date", Date, "The day on which help was asked for"),
        unit("minute", "minute", "The time of day, in minutes after midnight"),
        coded("reason", ListId::CallOutReason, "Why help was needed"),
        coded("outcome", ListId::CallOutOutcome, "How it ended for the pupil"),
        plain("period", Text, "The period of the day, by its code"),
        coded("location", ListId::Location, "Where help was needed"),
        plain("requester", Record, "The member of staff who asked for help"),
        plain("responder", Record, "The member of staff who came"),
        plain("incident_id", Record, "The incident that it was part of"),
        unit("to_acknowledge", "minute", "From the call until somebody said they come"),
        unit("to_arrive", "minute", "From the call until somebody was there"),
        unit("to_clear", "minute", "From the call until it was over"),
    ],
};
