//! A safeguarding concern about one pupil, as it is handed over, and what was decided about it.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, SHORT, STAFF, optional,
    required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

/// Whoever is outside safeguarding writes it in their hand-off space: what it says is theirs.
pub(super) static CONCERN: KindSpec = KindSpec {
    kind: Kind::Concern,
    title: "Safeguarding concern",
    version: SCHEMA_VERSION,
    space: DefaultSpace::HandOff,
    fields: CONCERN_FIELDS,
};

/// Only who is in safeguarding learns of it.
pub(super) static DECISION: KindSpec = KindSpec {
    kind: Kind::ConcernDecision,
    title: "Decision on a concern",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Safeguarding,
    fields: DECISION_FIELDS,
};

const CONCERN_FIELDS: &[FieldSpec] = &[
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Whom it is about"),
    required(
        "words",
        "In the child's own words",
        FieldType::Narrative,
        "What the child said, word for word, or what you saw; facts, not guesses",
    ),
    optional(
        "category",
        "Category",
        FieldType::Code(ListId::ConcernCategory),
        "What it may be about; leave it open if in doubt",
    ),
    optional("danger", "In danger now", FieldType::Bool, "Whether the child is in danger now"),
    required("seen_at", "Seen or heard", FieldType::DateTime, "When, in school time"),
    required("written_at", "Written", FieldType::DateTime, "When it was written down"),
    optional("told", "Told", SHORT, "Whom you have told in person"),
    optional("reporter", "Reporter", STAFF, "Who saw or heard it"),
    optional("receipts", "Receipts", FieldType::Rows(&RECEIPTS), "What whoever received it says"),
];

static RECEIPTS: RowSpec = RowSpec {
    key: RowKey::Ulid,
    columns: &[
        required("state", "State", FieldType::Code(ListId::ConcernState), "Where it stands"),
        required("at", "At", FieldType::DateTime, "From when on, in school time"),
    ],
};

const DECISION_FIELDS: &[FieldSpec] = &[
    required("concern", "Concern", FieldType::Record(Kind::Concern), "What it was decided on"),
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Whom it is about"),
    required("decided_at", "Decided", FieldType::DateTime, "When, in school time"),
    required("decision", "Decision", FieldType::Code(ListId::ConcernDecision), "What was decided"),
    required(
        "rationale",
        "Rationale",
        FieldType::Narrative,
        "Why; where nothing was referred, why not",
    ),
    optional(
        "referred_to",
        "Referred to",
        FieldType::Code(ListId::ReferredTo),
        "Which service, where it was referred",
    ),
    optional("referred_whom", "Whom there", SHORT, "Name and team of whoever took it"),
    optional("outcome", "Outcome", FieldType::Narrative, "What came of it"),
];
