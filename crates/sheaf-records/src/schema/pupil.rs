//! A pupil: who they are, and the dated spells of what changes.

use super::{
    DefaultSpace, FieldSpec, KindSpec, RowKey, RowSpec, SCHEMA_VERSION, SHORT, optional, required,
};
use crate::codes::ListId;
use crate::field_type::FieldType;
use crate::kind::Kind;

pub(super) static SPEC: KindSpec = KindSpec {
    kind: Kind::Pupil,
    title: "Pupil",
    version: SCHEMA_VERSION,
    space: DefaultSpace::Pastoral,
    fields: FIELDS,
};

const FIELDS: &[FieldSpec] = &[
    required("forename", "Forename", SHORT, "The legal forename"),
    required("surname", "Surname", SHORT, "The legal surname"),
    optional("preferred_name", "Preferred name", SHORT, "What the pupil is called in school"),
    optional("upn", "UPN", FieldType::Upn, "The unique pupil number, with its check letter"),
    optional("date_of_birth", "Date of birth", FieldType::Date, "As on the admission form"),
    optional("sex", "Sex", FieldType::Code(ListId::Sex), "As in the school census"),
    optional("ethnicity", "Ethnicity", FieldType::Code(ListId::Ethnicity), "As the family said"),
    optional(
        "spells",
        "Spells",
        FieldType::Rows(&SPELLS),
        "Year group, reg group, SEN, disadvantage and roll, each with the days it held",
    ),
];

static SPELLS: RowSpec = RowSpec {
    key: RowKey::Ulid,
    columns: &[
        required("what", "What", FieldType::Code(ListId::SpellKind), "Which fact this spell is of"),
        required("value", "Value", SHORT, "What it was; a code where the fact has a code list"),
        required("from", "From", FieldType::Date, "The first day on which it held"),
        optional("to", "To", FieldType::Date, "The last day on which it held; empty while it does"),
    ],
};

pub(super) const VIRTUAL: &[FieldSpec] = &[
    optional(
        "year_group",
        "Year group",
        FieldType::Code(ListId::YearGroup),
        "The national curriculum year in which the pupil is taught",
    ),
    optional("reg_group", "Reg group", SHORT, "The registration or tutor group"),
    optional(
        "sen_status",
        "SEN status",
        FieldType::Code(ListId::SenStatus),
        "The SEN provision that the pupil has",
    ),
    optional(
        "pupil_premium",
        "Pupil premium",
        FieldType::Code(ListId::PupilPremium),
        "Why the pupil attracts the pupil premium; empty where they do not",
    ),
    optional(
        "free_meals",
        "Free school meals",
        FieldType::Code(ListId::FreeMeals),
        "Why the pupil may have free meals; empty where they may not",
    ),
    optional(
        "roll",
        "Roll",
        FieldType::Code(ListId::RollStatus),
        "How the pupil is on the school's roll; empty where they are not",
    ),
];
