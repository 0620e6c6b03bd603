//! An incident: what happened, who had a part in it, and what was done.

use super::{
    DefaultSpace, FEW_LINES, FieldSpec, KindSpec, ONE_TO_FIVE, RowKey, RowSpec, SCHEMA_VERSION,
    STAFF, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Incident,
    title: "Incident",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("occurred_at", "When", FieldType::DateTime, "When it happened, in school time"),
    optional("period", "Period", FieldType::Text { max: 32 }, "The period of the day, by its code"),
    optional("location", "Where", FieldType::Code(ListId::Location), "Where it happened"),
    required("category", "What", FieldType::Code(ListId::IncidentCategory), "What it was"),
    optional("severity", "Severity", ONE_TO_FIVE, "From 1, slight, to 5, grave"),
    optional("narrative", "What happened", FieldType::Narrative, "In plain words, facts first"),
    optional("participants", "Pupils", FieldType::Rows(&PARTICIPANTS), "Who had a part in it"),
    optional("reporter", "Reported by", STAFF, "Who saw or reported it"),
    optional(
        "action_taken",
        "Action taken",
        FieldType::Code(ListId::ActionTaken),
        "What was done at once",
    ),
    optional("status", "Status", FieldType::Code(ListId::IncidentStatus), "Where it stands"),
    optional("follow_ups", "Follow-ups", FieldType::Rows(&FOLLOW_UPS), "What is still to be done"),
    optional("home_told", "Home told", FieldType::Code(ListId::HomeTold), "Whether home knows"),
    optional(
        "home_told_how",
        "How home was told",
        FieldType::Code(ListId::ContactMethod),
        "By what means",
    ),
    optional("home_told_at", "When home was told", FieldType::DateTime, "In school time"),
];

static PARTICIPANTS: RowSpec = RowSpec {
    key: RowKey::Record(Kind::Pupil),
    columns: &[
        required("role", "Role", FieldType::Code(ListId::IncidentRole), "What part they had"),
        optional(
            "outcome",
            "Outcome",
            FieldType::Code(ListId::IncidentOutcome),
            "What followed for them",
        ),
    ],
};

static FOLLOW_UPS: RowSpec = RowSpec {
    key: RowKey::Ulid,
    columns: &[
        required("what", "What", FEW_LINES, "What is to be done"),
        optional("owner", "Owner", STAFF, "Who does it"),
        optional("due", "Due", FieldType::Date, "By which day"),
        optional("done", "Done", FieldType::Bool, "Whether it is done"),
    ],
};
