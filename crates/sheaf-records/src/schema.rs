//! The schema: which fields each kind of record has, and what each of them holds.

mod attendance;
mod calendar;
mod call_out;
mod caseload;
mod code_list;
mod concern;
mod detention;
mod incident;
mod intervention;
mod intervention_session;
mod metric;
mod plan;
mod positive_event;
mod pupil;
mod retention;
mod room_stay;
mod score;
mod staff;
mod suspension;

use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

/// The version of the schema, stored in every document.
pub const SCHEMA_VERSION: u32 = 1;

/// The longest a title, a name or another short text may be, in characters.
pub const MAX_SHORT_TEXT: usize = 120;

/// The longest a narrative may be, in characters: some ten pages, so that one note cannot fill
/// the bound of a section.
pub const MAX_NARRATIVE: usize = 20_000;

/// The largest package of a metric, in bytes: well below the bound of a section, however badly it
/// packs.
pub const MAX_PACKAGE: usize = 384 * 1024;

/// The most rows one field may hold: far above any real record, far below what hurts a device.
pub const MAX_ROWS: usize = 2_000;

/// What a kind of record is and which fields it has.
#[derive(Debug)]
pub struct KindSpec {
    /// The kind.
    pub kind: Kind,
    /// Its name for a reader.
    pub title: &'static str,
    /// The version of this schema.
    pub version: u32,
    /// The space in which a new record of this kind goes unless another is named.
    pub space: DefaultSpace,
    /// Its stored fields, in the order in which faces show them.
    pub fields: &'static [FieldSpec],
}

impl KindSpec {
    /// The stored field of this name.
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The rows of this name.
    pub fn rows(&self, name: &str) -> Option<&'static RowSpec> {
        match self.field(name)?.ty {
            FieldType::Rows(rows) => Some(rows),
            _ => None,
        }
    }
}

/// The space in which a new record goes unless another is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum DefaultSpace {
    /// The space of everybody in the school but lockers.
    Pastoral,
    /// The space through which whoever writes it hands concerns over; safeguarding for those in it.
    HandOff,
    /// The space of those who look after safeguarding.
    Safeguarding,
}

impl DefaultSpace {
    /// The name of the space.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pastoral => "pastoral",
            Self::HandOff => "hand-off",
            Self::Safeguarding => "safeguarding",
        }
    }
}

/// One field of a kind, or one column of a row.
#[derive(Debug)]
pub struct FieldSpec {
    /// The name that files and commands use.
    pub name: &'static str,
    /// The name that a reader sees.
    pub title: &'static str,
    /// What belongs in it, in one sentence.
    pub help: &'static str,
    /// Whether a record is complete without it.
    pub required: Need,
    /// What it holds.
    pub ty: FieldType,
}

/// Whether a record is complete without a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// A record without it is refused.
    Required,
    /// It may be absent.
    Optional,
}

/// The rows of a field that several people add to.
#[derive(Debug)]
pub struct RowSpec {
    /// What the key of a row is.
    pub key: RowKey,
    /// What each row holds.
    pub columns: &'static [FieldSpec],
}

impl RowSpec {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&'static FieldSpec> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// What the key of a row is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RowKey {
    /// A ULID that the caller makes: 26 Crockford characters.
    Ulid,
    /// The id of a record of this kind.
    Record(Kind),
    /// A code of this list.
    Code(ListId),
    /// A day, as `2026-11-22`.
    Date,
    /// A short code of the school's own: letters, digits, `-` and `_`.
    Text,
}

impl RowKey {
    /// What such a key looks like, for messages and `sheaf kinds`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ulid => "ulid",
            Self::Record(_) => "record",
            Self::Code(_) => "code",
            Self::Date => "date",
            Self::Text => "text",
        }
    }
}

/// The schema of a kind.
pub fn spec(kind: Kind) -> &'static KindSpec {
    match kind {
        Kind::Pupil => &pupil::SPEC,
        Kind::Staff => &staff::SPEC,
        Kind::Incident => &incident::SPEC,
        Kind::Caseload => &caseload::SPEC,
        Kind::RoomStay => &room_stay::SPEC,
        Kind::Intervention => &intervention::SPEC,
        Kind::InterventionSession => &intervention_session::SPEC,
        Kind::Suspension => &suspension::SPEC,
        Kind::PositiveEvent => &positive_event::SPEC,
        Kind::Detention => &detention::SPEC,
        Kind::CallOut => &call_out::SPEC,
        Kind::Attendance => &attendance::SPEC,
        Kind::Score => &score::SPEC,
        Kind::Plan => &plan::SPEC,
        Kind::Concern => &concern::CONCERN,
        Kind::ConcernDecision => &concern::DECISION,
        Kind::Calendar => &calendar::SPEC,
        Kind::CodeList => &code_list::SPEC,
        Kind::RetentionRule => &retention::RULE,
        Kind::RetentionDecision => &retention::DECISION,
        Kind::Metric => &metric::METRIC,
        Kind::MetricDecision => &metric::DECISION,
    }
}

/// The field of a record that says why it no longer counts. It is no field of a form: a record is
/// withdrawn and restored as a whole.
pub const WITHDRAWN: &str = "withdrawn";

static COMMON: [FieldSpec; 1] = [optional(
    WITHDRAWN,
    "Withdrawn",
    FEW_LINES,
    "Why the record no longer counts; empty if it does",
)];

/// A field of this name that every kind of record has beside its own.
pub fn common_field(name: &str) -> Option<&'static FieldSpec> {
    COMMON.iter().find(|field| field.name == name)
}

/// The fields of a kind that are computed for a day from its dated spells, and that are given and
/// shown as if they were single values. They are not stored under these names.
pub fn virtual_fields(kind: Kind) -> &'static [FieldSpec] {
    match kind {
        Kind::Pupil => pupil::VIRTUAL,
        _ => &[],
    }
}

const fn required(
    name: &'static str,
    title: &'static str,
    ty: FieldType,
    help: &'static str,
) -> FieldSpec {
    FieldSpec { name, title, help, required: Need::Required, ty }
}

const fn optional(
    name: &'static str,
    title: &'static str,
    ty: FieldType,
    help: &'static str,
) -> FieldSpec {
    FieldSpec { name, title, help, required: Need::Optional, ty }
}

/// A short text.
const SHORT: FieldType = FieldType::Text { max: MAX_SHORT_TEXT };

/// Text of a few lines.
const FEW_LINES: FieldType = FieldType::Text { max: 4 * MAX_SHORT_TEXT };

/// The length of one session, in minutes: at most eight hours.
const MINUTES: FieldType = FieldType::Int { min: 1, max: 480 };

/// A reference to a member of staff.
const STAFF: FieldType = FieldType::Record(Kind::Staff);

/// A mark of 1 (poor) to 5 (excellent), or a severity of 1 (slight) to 5 (grave).
const ONE_TO_FIVE: FieldType = FieldType::Int { min: 1, max: 5 };

#[cfg(test)]
mod tests;
