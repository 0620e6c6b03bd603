//! One school year: half-terms, INSET days, closures, weeks A and B, the periods of the day.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, SHORT, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Calendar,
    title: "School year",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("year", "Year", FieldType::SchoolYear, "As `2026/27`"),
    required("from", "From", FieldType::Date, "The first day of the school year"),
    required("to", "To", FieldType::Date, "The last day of the school year"),
    optional("terms", "Half-terms", FieldType::Rows(&TERMS), "The six half-terms"),
    optional("inset", "INSET days", FieldType::Rows(&DAYS_OFF), "Days for staff alone"),
    optional("closures", "Closures", FieldType::Rows(&DAYS_OFF), "Bank holidays, snow, polling"),
    optional(
        "week_a_from",
        "Week A from",
        FieldType::Date,
        "Any day of one week A; empty where weeks are all alike",
    ),
    optional("periods", "Periods", FieldType::Rows(&PERIODS), "The periods of the day"),
];

static TERMS: RowSpec = RowSpec {
    key: RowKey::Code(ListId::HalfTerm),
    columns: &[
        optional("name", "Name", SHORT, "What the school calls it"),
        required("from", "From", FieldType::Date, "Its first day"),
        required("to", "To", FieldType::Date, "Its last day"),
    ],
};

static DAYS_OFF: RowSpec = RowSpec {
    key: RowKey::Date,
    columns: &[required("title", "Title", SHORT, "Why pupils stay at home")],
};

static PERIODS: RowSpec = RowSpec {
    key: RowKey::Text,
    columns: &[
        required("title", "Title", SHORT, "What the school calls it"),
        required("order", "Order", FieldType::Int { min: 0, max: 99 }, "Its place in the day"),
        required("kind", "Kind", FieldType::Code(ListId::PeriodKind), "What pupils do in it"),
        required("starts", "Starts", FieldType::Time, "As `08:40`"),
        required("ends", "Ends", FieldType::Time, "As `09:40`"),
        optional("follows", "Follows", FieldType::Text { max: 32 }, "The period before it"),
    ],
};
