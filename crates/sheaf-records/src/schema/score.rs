//! A wellbeing measure or another scale on one day: its totals, never the questions and answers,
//! which most licences keep from being copied.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, SHORT, STAFF, optional,
    required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Score,
    title: "Score",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

/// What any scale may come to; each measure has bounds of its own.
const TOTAL: FieldType = FieldType::Int { min: 0, max: 1_000 };

const FIELDS: &[FieldSpec] = &[
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Whose score it is"),
    required("date", "Date", FieldType::Date, "The day on which it was filled in"),
    required("measure", "Measure", FieldType::Code(ListId::Measure), "Which measure"),
    required("informant", "Filled in by", FieldType::Code(ListId::Informant), "Who answered"),
    required("totals", "Totals", FieldType::Rows(&TOTALS), "What each scale came to"),
    optional(
        "occasion",
        "Occasion",
        FieldType::Code(ListId::ScoreOccasion),
        "Before, during or after support",
    ),
    optional(
        "intervention",
        "Intervention",
        FieldType::Record(Kind::Intervention),
        "The support that it goes with",
    ),
    optional("scored_by", "Scored by", STAFF, "Who added it up"),
    optional("licence", "Licence", SHORT, "By what permission the school uses the measure"),
    optional("note", "Note", FieldType::Narrative, "What else is to be known; no answers"),
];

static TOTALS: RowSpec = RowSpec {
    key: RowKey::Code(ListId::ScoreScale),
    columns: &[required("score", "Score", TOTAL, "As the measure's key adds it up")],
};
