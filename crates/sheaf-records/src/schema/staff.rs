//! A member of staff.

use super::{DefaultSpace, FieldSpec, KindSpec, SCHEMA_VERSION, SHORT, optional, required};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Staff,
    title: "Member of staff",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("forename", "Forename", SHORT, "The forename"),
    required("surname", "Surname", SHORT, "The surname"),
    optional("staff_code", "Staff code", SHORT, "The short code on the timetable"),
    optional("job_title", "Job title", SHORT, "As on the contract"),
    optional("role", "Role", FieldType::Code(ListId::StaffRole), "What kind of work they do"),
    optional("person", "Person", SHORT, "Their person id in this school's charter, if they use it"),
    optional("active", "Active", FieldType::Bool, "Whether they still work here"),
];
