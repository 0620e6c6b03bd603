//! Code lists about pupils.

use jiff::civil::date;

use super::{Code, CodeList, HOUSE, ListId, code, until};

pub(super) static SPELL_KIND: CodeList = CodeList {
    id: ListId::SpellKind,
    title: "Dated facts of a pupil",
    source: HOUSE,
    codes: &[
        code("year_group", "Year group"),
        code("reg_group", "Reg group"),
        code("sen_status", "SEN status"),
        code("pupil_premium", "Pupil premium"),
        code("free_meals", "Free school meals"),
        code("roll", "Roll"),
    ],
};

pub(super) static YEAR_GROUP: CodeList = CodeList {
    id: ListId::YearGroup,
    title: "National curriculum years",
    source: "DfE common basic data set, national curriculum year actual",
    codes: &[
        code("N1", "Nursery 1"),
        code("N2", "Nursery 2"),
        code("R", "Reception"),
        code("1", "Year 1"),
        code("2", "Year 2"),
        code("3", "Year 3"),
        code("4", "Year 4"),
        code("5", "Year 5"),
        code("6", "Year 6"),
        code("7", "Year 7"),
        code("8", "Year 8"),
        code("9", "Year 9"),
        code("10", "Year 10"),
        code("11", "Year 11"),
        code("12", "Year 12"),
        code("13", "Year 13"),
        code("14", "Year 14"),
        code("X", "Not by national curriculum year"),
    ],
};

pub(super) static SEX: CodeList = CodeList {
    id: ListId::Sex,
    title: "Sex",
    source: "DfE common basic data set, as in the school census",
    codes: &[code("F", "Female"), code("M", "Male")],
};

/// The last day of the school year in which School Action and its kin were still in use.
const OLD_SEN: jiff::civil::Date = date(2015, 8, 31);

pub(super) static SEN_STATUS: CodeList = CodeList {
    id: ListId::SenStatus,
    title: "SEN provision",
    source: "DfE common basic data set CS096, May 2026; old codes as met in exports, \
             their last day by the SEND reform of 2014/15",
    codes: &[
        code("N", "No special educational need"),
        code("K", "SEN support"),
        code("E", "Education, health and care plan"),
        until(OLD_SEN, "A", "School or early years action"),
        until(OLD_SEN, "P", "School or early years action plus"),
        until(OLD_SEN, "Q", "School action plus and statutory assessment"),
        until(date(2018, 8, 31), "S", "Statement"),
    ],
};

pub(super) static SEN_NEED: CodeList = CodeList {
    id: ListId::SenNeed,
    title: "Types of special educational need",
    source: "DfE common basic data set, May 2026",
    codes: &[
        code("SPLD", "Specific learning difficulty"),
        code("MLD", "Moderate learning difficulty"),
        code("SLD", "Severe learning difficulty"),
        code("PMLD", "Profound and multiple learning difficulty"),
        code("SEMH", "Social, emotional and mental health"),
        code("SLCN", "Speech, language and communication needs"),
        code("HI", "Hearing impairment"),
        code("VI", "Vision impairment"),
        code("MSI", "Multi-sensory impairment"),
        code("PD", "Physical disability"),
        code("ASD", "Autistic spectrum disorder"),
        code("DS", "Down syndrome"),
        code("OTH", "Other difficulty or disability"),
        code("NSA", "SEN support without an assessed type of need"),
    ],
};

pub(super) static PUPIL_PREMIUM: CodeList = CodeList {
    id: ListId::PupilPremium,
    title: "Pupil premium",
    source: "DfE common basic data set CS106, May 2026",
    codes: &[
        code("DPP", "Deprivation pupil premium"),
        code("SCP", "Service child premium"),
        code("LAP", "Looked-after premium"),
        code("AFC", "Adopted from care premium"),
        code("EYP", "Early years pupil premium"),
    ],
};

pub(super) static FREE_MEALS: CodeList = CodeList {
    id: ListId::FreeMeals,
    title: "Free school meals",
    source: "DfE common basic data set CS133, May 2026",
    codes: &[
        code("TFSM", "Targeted free school meals"),
        code("EFSM", "Expanded free school meals"),
        code("OFSM", "Other free school meals"),
    ],
};

pub(super) static ROLL_STATUS: CodeList = CodeList {
    id: ListId::RollStatus,
    title: "Roll",
    source: "DfE common basic data set, enrolment status",
    codes: ENROLMENT,
};

const ENROLMENT: &[Code] = &[
    code("C", "Current, single registration"),
    code("M", "Current main, dual registration"),
    code("S", "Current subsidiary, dual registration"),
    code("F", "Further education college"),
    code("O", "Other provider"),
    code("G", "Guest"),
    code("P", "Previous"),
];
