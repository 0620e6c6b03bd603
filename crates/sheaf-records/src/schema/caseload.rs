//! A caseload: the pupils whom one key worker looks after.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, SHORT, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Caseload,
    title: "Caseload",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("key_worker", "Key worker", FieldType::Record(Kind::Staff), "Who looks after them"),
    optional("title", "Title", SHORT, "What the caseload is called"),
    optional("pupils", "Pupils", FieldType::Rows(&PUPILS), "Who is on it"),
];

static PUPILS: RowSpec = RowSpec {
    key: RowKey::Record(Kind::Pupil),
    columns: &[
        required("opened", "Opened", FieldType::Date, "When the work began"),
        optional("tier", "Tier", FieldType::Code(ListId::CaseloadTier), "How much support"),
        optional("closed", "Closed", FieldType::Date, "When the work ended"),
        optional("next_review", "Next review", FieldType::Date, "When it is looked at again"),
        optional("note", "Note", FieldType::Narrative, "What colleagues should know"),
    ],
};
