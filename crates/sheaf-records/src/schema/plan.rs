//! A plan for one pupil: needs, targets, what everybody does, reviews and who has agreed.

use super::{
    DefaultSpace, FEW_LINES, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, SHORT, STAFF,
    optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Plan,
    title: "Plan",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Whose plan it is"),
    required("type", "Type", FieldType::Code(ListId::PlanType), "What kind of plan"),
    optional("title", "Title", SHORT, "What this one is called"),
    required("start", "Start", FieldType::Date, "Its first day"),
    optional("end", "End", FieldType::Date, "Its last day; empty while it goes on"),
    optional("next_review", "Next review", FieldType::Date, "When it is looked at again"),
    optional("lead", "Lead", STAFF, "Who looks after it"),
    optional("takes_place_of", "In place of", FieldType::Record(Kind::Plan), "The one before it"),
    optional("trigger", "What led to it", FieldType::Narrative, "Facts first"),
    optional("needs", "Needs", FieldType::Narrative, "What lies behind, as far as is known"),
    optional("targets", "Targets", FieldType::Rows(&TARGETS), "What is to be reached, by when"),
    optional("strategies", "Strategies", FieldType::Rows(&STRATEGIES), "What staff do"),
    optional("rewards", "Rewards", FieldType::Narrative, "What reaching a target brings"),
    optional("consequences", "Consequences", FieldType::Narrative, "What else follows"),
    optional("views", "Views", FieldType::Rows(&VIEWS), "What each party says, and that it agrees"),
    optional("reviews", "Reviews", FieldType::Rows(&REVIEWS), "Each review by its day"),
    optional("outcome", "Outcome", FieldType::Code(ListId::PlanOutcome), "What it came to"),
];

/// A figure that a target is measured by.
const FIGURE: FieldType = FieldType::Int { min: 0, max: 100_000 };

static TARGETS: RowSpec = RowSpec {
    key: RowKey::Ulid,
    columns: &[
        required("what", "What", FEW_LINES, "What the pupil will do"),
        optional("measured_by", "Measured by", SHORT, "Where the figure comes from"),
        optional("baseline", "Baseline", FIGURE, "The figure at the start"),
        optional("target", "Target", FIGURE, "The figure to reach"),
        optional("due", "Due", FieldType::Date, "By which day"),
        optional("met", "Met", FieldType::Code(ListId::TargetMet), "Whether it was reached"),
    ],
};

static STRATEGIES: RowSpec = RowSpec {
    key: RowKey::Ulid,
    columns: &[
        required("what", "What", FEW_LINES, "What is done"),
        optional("who", "Who", STAFF, "Who does it"),
    ],
};

static VIEWS: RowSpec = RowSpec {
    key: RowKey::Code(ListId::PlanParty),
    columns: &[
        optional("view", "View", FEW_LINES, "What they say of it"),
        optional("agreed", "Agreed", FieldType::Date, "The day on which they agreed to it"),
    ],
};

static REVIEWS: RowSpec = RowSpec {
    key: RowKey::Date,
    columns: &[
        required("decision", "Decision", FieldType::Code(ListId::PlanReview), "What was decided"),
        optional("note", "Note", FEW_LINES, "What was found"),
    ],
};
