//! A detention of one pupil: what for, when, and whether it was served.

use super::{DefaultSpace, FieldSpec, KindSpec, SCHEMA_VERSION, STAFF, optional, required};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Detention,
    title: "Detention",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

/// A few minutes of break, or at most a morning at the weekend.
const MINUTES: FieldType = FieldType::Int { min: 1, max: 240 };

const FIELDS: &[FieldSpec] = &[
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Who is to come"),
    required("starts_at", "Begins", FieldType::DateTime, "When it begins, in school time"),
    required("type", "Type", FieldType::Code(ListId::DetentionType), "At what time of the day"),
    required("reason", "What for", FieldType::Code(ListId::IncidentCategory), "What it is for"),
    optional("minutes", "Minutes", MINUTES, "How long it is to last"),
    optional("set_at", "Set", FieldType::DateTime, "When it was set"),
    optional("set_by", "Set by", STAFF, "Who set it"),
    optional("incident", "Incident", FieldType::Record(Kind::Incident), "What led to it"),
    optional(
        "follows",
        "Instead of",
        FieldType::Record(Kind::Detention),
        "The one that was missed",
    ),
    optional("location", "Where", FieldType::Code(ListId::Location), "Where it is held"),
    optional("supervisor", "Supervisor", STAFF, "Who is in charge of it"),
    optional("home_told_at", "Home told", FieldType::DateTime, "When home was told of it"),
    optional("status", "Status", FieldType::Code(ListId::DetentionStatus), "Whether it was served"),
    optional(
        "absence_reason",
        "Why it was missed",
        FieldType::Code(ListId::DetentionAbsence),
        "Why the pupil did not come or stay",
    ),
    optional(
        "escalated_to",
        "What followed",
        FieldType::Code(ListId::DetentionEscalation),
        "What became of one that was missed",
    ),
    optional("note", "Note", FieldType::Narrative, "What else is to be known, facts first"),
];
