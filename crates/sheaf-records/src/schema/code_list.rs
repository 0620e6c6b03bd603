//! The school's own additions to a code list.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, SHORT, optional, required,
};
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::CodeList,
    title: "Code list",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("list", "List", FieldType::List, "Which list these codes belong to"),
    optional("codes", "Codes", FieldType::Rows(&CODES), "Codes that are added or renamed"),
];

static CODES: RowSpec = RowSpec {
    key: RowKey::Text,
    columns: &[
        required("title", "Title", SHORT, "What a reader sees"),
        optional("valid_from", "Valid from", FieldType::Date, "The first day on which it counts"),
        optional("valid_to", "Valid to", FieldType::Date, "The last day on which it counts"),
        optional("sort", "Order", FieldType::Int { min: 0, max: 9_999 }, "Its place in the list"),
        optional("retired", "Retired", FieldType::Bool, "Kept for old records, not offered"),
    ],
};
