//! The tables of the reflection room.

use sheaf_records::ListId;

use super::super::TableSpec;
use super::{PUPIL, coded, event_columns, plain, unit};
use crate::data::column::ColumnType::{Bool, Date, Int, Record, Text};

pub(super) const ROOM_REFERRALS: TableSpec = TableSpec {
    name: "room_referrals",
    row: "one referral to the reflection room",
    columns: event_columns![
        plain("referral_id", Record, "The referral"),
        PUPIL,
        plain("date", Date, "The day of the referral"),
        unit("minute", "minute", "The time of day, in minutes after midnight"),
        coded("reason", ListId::RoomReason, "Why the pupil was referred"),
        plain("incident_id", Record, "The incident that led to it"),
        plain("referred_by", Record, "The member of staff who referred the pupil"),
        coded("status", ListId::RoomStatus, "Where the referral stands"),
        plain("ended", Date, "The day on which the pupil left the room; the referral's until then"),
        coded("readiness", ListId::Readiness, "Whether the pupil was ready to return to lessons"),
        unit("periods", "period", "Periods of the stay"),
        unit("work_set", "period", "Periods for which a teacher sent work"),
        unit("work_returned", "period", "Periods of which the work came back done"),
    ],
};

pub(super) const ROOM_PERIODS: TableSpec = TableSpec {
    name: "room_periods",
    row: "one period of a stay in the reflection room to which the pupil came",
    columns: event_columns![
        plain("referral_id", Record, "The referral"),
        PUPIL,
        plain("date", Date, "The day of the stay"),
        plain("period", Text, "The period of the day, by its code"),
        coded("reason", ListId::RoomReason, "Why the pupil was referred"),
        plain("supervisor", Record, "The member of staff in charge of the room"),
        plain("work_set", Bool, "Whether a teacher sent work; empty where nobody wrote it down"),
        plain("work_returned", Bool, "Whether the work came back done; empty as before"),
        plain("effort", Int, "From 1, none, to 5, excellent"),
        plain("behaviour", Int, "From 1, poor, to 5, excellent"),
    ],
};
