//! One version of a metric that is shared, and what a lead decided about it.

use super::{
    DefaultSpace, FEW_LINES, FieldSpec, KindSpec, SCHEMA_VERSION, SHORT, optional, required,
};
use crate::field_type::FieldType;
use crate::kind::Kind;

/// It never changes: another version is another record.
pub(super) static METRIC: KindSpec = KindSpec {
    kind: Kind::Metric,
    title: "Metric",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: METRIC_FIELDS,
};

const METRIC_FIELDS: &[FieldSpec] = &[
    required("metric", "Metric", SHORT, "Its id"),
    required("name", "Name", SHORT, "What it is called"),
    required("version", "Version", SHORT, "Which version, as 1.0.0"),
    required("package", "Package", FieldType::Package, "Its files and who signed them"),
    optional("note", "What is new", FEW_LINES, "What the author says to those who review it"),
];

pub(super) static DECISION: KindSpec = KindSpec {
    kind: Kind::MetricDecision,
    title: "Decision on a metric",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: DECISION_FIELDS,
};

/// More decisions on one metric than anybody makes.
const MAX_TURN: i64 = 10_000;

const DECISION_FIELDS: &[FieldSpec] = &[
    required("about", "Metric", FieldType::Record(Kind::Metric), "What was decided on"),
    required("hash", "Files", SHORT, "The hash of the files that were looked at"),
    required("approved", "Approved", FieldType::Bool, "Whether others may run it"),
    optional("reason", "Reason", FEW_LINES, "Why; where it was refused, what to change"),
    required(
        "turn",
        "Turn",
        FieldType::Int { min: 1, max: MAX_TURN },
        "One more than the decisions that were known: the last one counts",
    ),
];
