//! A referral to the reflection room and the stay of one day that followed.

use super::{
    DefaultSpace, FieldSpec, KindSpec, ONE_TO_FIVE, RowKey, RowSpec, SCHEMA_VERSION, STAFF,
    optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::RoomStay,
    title: "Reflection room stay",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("pupil", "Pupil", FieldType::Record(Kind::Pupil), "Who was referred"),
    required("referred_at", "Referred", FieldType::DateTime, "When, in school time"),
    required("reason", "Reason", FieldType::Code(ListId::RoomReason), "Why"),
    optional("incident", "Incident", FieldType::Record(Kind::Incident), "What led to it"),
    optional("referred_by", "Referred by", STAFF, "Who referred them"),
    optional("status", "Status", FieldType::Code(ListId::RoomStatus), "Where it stands"),
    optional("booked_from", "Booked from", FieldType::DateTime, "From when the place is kept"),
    optional("arrived_at", "Arrived", FieldType::DateTime, "When the pupil came"),
    optional("left_at", "Left", FieldType::DateTime, "When the pupil went"),
    optional("supervisor", "Supervisor", STAFF, "Who was in charge of the room"),
    optional("periods", "Periods", FieldType::Rows(&PERIODS), "Each period of the stay"),
    optional("reflection", "Reflection", FieldType::Narrative, "What the pupil made of it"),
    optional(
        "readiness",
        "Readiness to return",
        FieldType::Code(ListId::Readiness),
        "Whether the pupil is ready for lessons",
    ),
    optional("recommended_by", "Recommended by", STAFF, "Who recommended that"),
    optional("decided_by", "Decided by", STAFF, "Who decided it"),
    optional("decided_at", "Decided", FieldType::DateTime, "When it was decided"),
];

static PERIODS: RowSpec = RowSpec {
    key: RowKey::Text,
    columns: &[
        optional("work_set", "Work set", FieldType::Bool, "Whether the teacher sent work"),
        optional("work_returned", "Work returned", FieldType::Bool, "Whether it came back done"),
        optional("effort", "Effort", ONE_TO_FIVE, "From 1, none, to 5, excellent"),
        optional("behaviour", "Behaviour", ONE_TO_FIVE, "From 1, poor, to 5, excellent"),
    ],
};
