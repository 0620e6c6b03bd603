//! A pupil's attendance in one half-term: a mark for each session, so that a mark is one small
//! change of one record.

use super::{
    DefaultSpace, FEW_LINES, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, optional,
    required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Attendance,
    title: "Attendance",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

/// How late somebody can be for one session, in minutes.
const LATE: FieldType = FieldType::Int { min: 1, max: 240 };

const MARK: FieldType = FieldType::Code(ListId::AttendanceCode);

const FIELDS: &[FieldSpec] = &[
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Whose attendance it is"),
    required("year", "School year", FieldType::SchoolYear, "As `2026/27`"),
    required("half_term", "Half-term", FieldType::Code(ListId::HalfTerm), "Of that year"),
    optional("marks", "Marks", FieldType::Rows(&MARKS), "The marks of each day"),
];

static MARKS: RowSpec = RowSpec {
    key: RowKey::Date,
    columns: &[
        optional("am", "Morning", MARK, "The mark of the morning"),
        optional("pm", "Afternoon", MARK, "The mark of the afternoon"),
        optional("am_late", "Minutes late, morning", LATE, "With `L` or `U` in the morning"),
        optional("pm_late", "Minutes late, afternoon", LATE, "With `L` or `U` in the afternoon"),
        optional("note", "Note", FEW_LINES, "What else is known of the day"),
    ],
};
