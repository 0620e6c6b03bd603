//! A suspension, a permanent exclusion or a lunchtime suspension of one pupil.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, STAFF, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;
use crate::suspension::MAX_REASONS;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Suspension,
    title: "Suspension",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

/// Sessions are bounded by law, not by form: what is too much is refused with the reason.
const SESSIONS: FieldType = FieldType::Int { min: 1, max: 9_999 };

const FIELDS: &[FieldSpec] = &[
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Who is suspended"),
    required("type", "Type", FieldType::Code(ListId::SuspensionType), "Of what kind it is"),
    required("start", "Start", FieldType::Date, "Its first day"),
    optional("end", "End", FieldType::Date, "Its last day; none for a permanent exclusion"),
    optional(
        "sessions",
        "Sessions",
        SESSIONS,
        "Half-days lost: a day has two, a lunchtime counts as one; none for a permanent exclusion",
    ),
    required("reasons", "Reasons", FieldType::Rows(&REASONS), "One to three reasons, by code"),
    optional("circumstances", "Circumstances", FieldType::Narrative, "What led to it, facts first"),
    optional("incident", "Incident", FieldType::Record(Kind::Incident), "What led to it"),
    optional("decided_by", "Decided by", STAFF, "The head, or who acts as head"),
    optional("home_told_at", "Home told", FieldType::DateTime, "When home was told, without delay"),
    optional(
        "home_told_how",
        "How home was told",
        FieldType::Code(ListId::ContactMethod),
        "By what means",
    ),
    optional("letter_sent", "Letter sent", FieldType::Date, "When the letter with reasons went"),
    optional("authority_told", "Local authority told", FieldType::Date, "When, where it has to be"),
    optional("social_worker_told", "Social worker told", FieldType::Date, "When, if there is one"),
    optional("virtual_head_told", "Virtual school head told", FieldType::Date, "When, if any"),
    optional("governors_told", "Governors told", FieldType::Date, "When, where they have to be"),
    optional("work_set", "Work set", FieldType::Bool, "Whether work for days 1 to 5 was set"),
    optional(
        "provision_from",
        "Provision from",
        FieldType::Date,
        "The day from which full-time provision was arranged, the sixth at the latest",
    ),
    optional(
        "reintegration_at",
        "Reintegration meeting",
        FieldType::DateTime,
        "When pupil, home and school meet about the return",
    ),
    optional(
        "reintegration_note",
        "Reintegration plan",
        FieldType::Narrative,
        "What was agreed for the return",
    ),
];

static REASONS: RowSpec = RowSpec {
    key: RowKey::Code(ListId::SuspensionReason),
    columns: &[required(
        "rank",
        "Rank",
        FieldType::Int { min: 1, max: MAX_REASONS as i64 },
        "1 for the main reason",
    )],
};
