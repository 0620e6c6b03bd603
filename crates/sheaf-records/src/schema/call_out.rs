//! A call-out: somebody asked for help at once; who came, when, and how it ended.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, STAFF, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::CallOut,
    title: "Call-out",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("raised_at", "Raised", FieldType::DateTime, "When help was asked for"),
    required("reason", "Reason", FieldType::Code(ListId::CallOutReason), "Why help was needed"),
    optional(
        "acknowledged_at",
        "Acknowledged",
        FieldType::DateTime,
        "When somebody said they come",
    ),
    optional("arrived_at", "Arrived", FieldType::DateTime, "When they were there"),
    optional("cleared_at", "Cleared", FieldType::DateTime, "When it was over"),
    optional("period", "Period", FieldType::Text { max: 32 }, "The period of the day, by its code"),
    optional("location", "Where", FieldType::Code(ListId::Location), "Where help was needed"),
    optional("room", "Room", FieldType::Text { max: 32 }, "The room, as its door says"),
    optional("pupils", "Pupils", FieldType::Rows(&PUPILS), "Whom it was about"),
    optional("requester", "Asked by", STAFF, "Who asked for help"),
    optional("responder", "Answered by", STAFF, "Who came"),
    optional("tried", "Tried first", FieldType::Narrative, "What was tried to settle it"),
    optional("incident", "Incident", FieldType::Record(Kind::Incident), "What it was part of"),
    optional("note", "Note", FieldType::Narrative, "What happened, facts first"),
];

static PUPILS: RowSpec = RowSpec {
    key: RowKey::Record(Kind::Pupil),
    columns: &[required(
        "outcome",
        "Outcome",
        FieldType::Code(ListId::CallOutOutcome),
        "How it ended for them; open until then",
    )],
};
