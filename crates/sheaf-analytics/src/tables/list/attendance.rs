//! The table of attendance.

use sheaf_records::ListId;

use super::super::TableSpec;
use super::{PUPIL, coded, event_columns, plain, unit};
use crate::data::column::ColumnType::{Date, Record};

pub(super) const ATTENDANCE: TableSpec = TableSpec {
    name: "attendance",
    row: "one session of one pupil that has a mark; sum `possible` and `absent`, as `count()` counts \
          half-terms of pupils",
    columns: event_columns![
        plain("attendance_id", Record, "The half-term of the pupil in which the mark stands"),
        PUPIL,
        plain("date", Date, "The day"),
        coded("session", ListId::Session, "The half of the day"),
        coded("code", ListId::AttendanceCode, "The mark"),
        coded("class", ListId::AttendanceClass, "How the mark is counted by the DfE"),
        unit(
            "possible",
            "session",
            "1 where the session counts, 0 where it does not: the sum is what absence is a share of",
        ),
        unit("absent", "session", "1 where the session counts and was missed, else 0"),
        unit("late_minutes", "minute", "By how much the pupil was late, where it was written down"),
    ],
};
