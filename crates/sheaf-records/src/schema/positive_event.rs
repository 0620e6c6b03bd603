//! A positive event: what one or several pupils did well.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, STAFF, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::PositiveEvent,
    title: "Positive event",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("occurred_at", "When", FieldType::DateTime, "When it happened, in school time"),
    required("type", "What", FieldType::Code(ListId::PositiveType), "What went well"),
    optional("reason", "Reason", FieldType::Narrative, "What they did, in plain words"),
    optional("pupils", "Pupils", FieldType::Rows(&PUPILS), "Who did it"),
    optional("period", "Period", FieldType::Text { max: 32 }, "The period of the day, by its code"),
    optional("location", "Where", FieldType::Code(ListId::Location), "Where it happened"),
    optional("staff", "Given by", STAFF, "Who saw it"),
];

static PUPILS: RowSpec = RowSpec {
    key: RowKey::Record(Kind::Pupil),
    columns: &[required("points", "Points", FieldType::Int { min: 0, max: 100 }, "How many")],
};
