//! A session of an intervention: whether it took place, and who was there.

use super::{
    DefaultSpace, FEW_LINES, FieldSpec, KindSpec, MINUTES, ONE_TO_FIVE, RowKey, RowSpec,
    SCHEMA_VERSION, STAFF, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::InterventionSession,
    title: "Intervention session",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required(
        "intervention",
        "Intervention",
        FieldType::Record(Kind::Intervention),
        "The run of which it is a session",
    ),
    required("date", "Day", FieldType::Date, "The day of the session"),
    required("status", "Status", FieldType::Code(ListId::SessionStatus), "Whether it took place"),
    optional("minutes", "Minutes", MINUTES, "How long it lasted"),
    optional("led_by", "Led by", STAFF, "Who led it"),
    optional("focus", "Focus", FEW_LINES, "What it was about"),
    optional("pupils", "Pupils", FieldType::Rows(&PUPILS), "Who was to come, and how it went"),
    optional("next_step", "Next step", FEW_LINES, "What is to be done until the next one"),
];

static PUPILS: RowSpec = RowSpec {
    key: RowKey::Record(Kind::Pupil),
    columns: &[
        required("attended", "Attended", FieldType::Bool, "Whether they were there"),
        optional("rating", "Rating", ONE_TO_FIVE, "How it went, from 1, poorly, to 5, very well"),
        optional("voice", "Pupil voice", FieldType::Narrative, "What the pupil said of it"),
    ],
};
