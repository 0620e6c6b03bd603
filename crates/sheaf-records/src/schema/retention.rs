//! How long the school keeps records of a kind, and what a person decided about one record.

use super::{DefaultSpace, FEW_LINES, FieldSpec, KindSpec, SCHEMA_VERSION, optional, required};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;
use crate::retention::MAX_YEARS;

pub(super) static RULE: KindSpec = KindSpec {
    kind: Kind::RetentionRule,
    title: "Retention rule",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: RULE_FIELDS,
};

const RULE_FIELDS: &[FieldSpec] = &[
    required("applies_to", "Applies to", FieldType::Kind, "The kind of record"),
    optional(
        "safeguarding",
        "Safeguarding",
        FieldType::Bool,
        "Whether it is for records of the safeguarding space instead of all others",
    ),
    required(
        "period",
        "Period",
        FieldType::Code(ListId::RetentionPeriod),
        "A number of years, transfer with the pupil, or none",
    ),
    optional(
        "years",
        "Years",
        FieldType::Int { min: 1, max: MAX_YEARS as i64 },
        "How many; only with a period of years",
    ),
    optional(
        "runs_from",
        "Runs from",
        FieldType::Code(ListId::RetentionBasis),
        "From what day they run; only with a period of years",
    ),
    required("valid_from", "In force from", FieldType::Date, "The first day on which it counts"),
    optional("valid_to", "In force to", FieldType::Date, "The last day on which it counts"),
    required(
        "source",
        "Source",
        FEW_LINES,
        "Where the period comes from: policy, advice, who agreed",
    ),
];

pub(super) static DECISION: KindSpec = KindSpec {
    kind: Kind::RetentionDecision,
    title: "Retention decision",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: DECISION_FIELDS,
};

const DECISION_FIELDS: &[FieldSpec] = &[
    required("record", "Record", FieldType::AnyRecord, "Which record is kept"),
    required("keep_until", "Keep until", FieldType::Date, "The last day on which it is kept"),
    required("reason", "Reason", FEW_LINES, "Why it is needed beyond its period"),
];
