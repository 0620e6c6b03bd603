//! An intervention: one run of a programme, one to one or in a group, and who is in it.

use super::{
    DefaultSpace, FEW_LINES, FieldSpec, KindSpec, MINUTES, RowKey, RowSpec, SCHEMA_VERSION, SHORT,
    STAFF, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Intervention,
    title: "Intervention",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

/// The most sessions of one run: one each day of a school year, and two on some.
const SESSIONS: FieldType = FieldType::Int { min: 1, max: 400 };

const FIELDS: &[FieldSpec] = &[
    required("type", "Type", FieldType::Code(ListId::InterventionType), "What kind of support"),
    required("title", "Title", SHORT, "What this run is called"),
    optional(
        "delivery",
        "Delivery",
        FieldType::Code(ListId::InterventionDelivery),
        "Whether pupils are supported one by one or together",
    ),
    optional("lead", "Lead", STAFF, "Who leads it"),
    optional("start", "Start", FieldType::Date, "Its first day"),
    optional("end", "End", FieldType::Date, "Its last day; empty while it goes on"),
    optional("planned_sessions", "Planned sessions", SESSIONS, "How many a pupil is to have"),
    optional("session_minutes", "Minutes a session", MINUTES, "How long each is to last"),
    optional("aim", "Aim", FieldType::Narrative, "What is to be better afterwards, and by what"),
    optional(
        "enrolments",
        "Pupils",
        FieldType::Rows(&ENROLMENTS),
        "Who is in it or waits for it; whoever has no start is on the waiting list",
    ),
];

static ENROLMENTS: RowSpec = RowSpec {
    key: RowKey::Record(Kind::Pupil),
    columns: &[
        required("decided", "Decided", FieldType::Date, "When it was decided that they need it"),
        optional("why", "Why", FEW_LINES, "What made staff decide so"),
        optional("start", "Start", FieldType::Date, "Their first day; empty while they wait"),
        optional("end", "End", FieldType::Date, "Their last day; empty while they are in it"),
        optional(
            "exit_reason",
            "Reason for the end",
            FieldType::Code(ListId::ExitReason),
            "Why their part ended",
        ),
        optional(
            "outcome",
            "Outcome",
            FieldType::Code(ListId::InterventionOutcome),
            "What it led to for them",
        ),
    ],
};
