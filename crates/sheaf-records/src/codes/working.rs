//! Code lists about the working of the school: caseloads, periods, half-terms, staff.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static CASELOAD_TIER: CodeList = CodeList {
    id: ListId::CaseloadTier,
    title: "How much support",
    source: HOUSE,
    codes: &[
        code("universal", "Universal"),
        code("targeted", "Targeted"),
        code("intensive", "Intensive"),
    ],
};

pub(super) static PERIOD_KIND: CodeList = CodeList {
    id: ListId::PeriodKind,
    title: "What pupils do in a period",
    source: HOUSE,
    codes: &[
        code("registration", "Registration"),
        code("lesson", "Lesson"),
        code("break", "Break"),
        code("lunch", "Lunch"),
        code("after", "After school"),
    ],
};

pub(super) static HALF_TERM: CodeList = CodeList {
    id: ListId::HalfTerm,
    title: "Half-terms",
    source: "The three terms of schools in England and their halves",
    codes: &[
        code("autumn_1", "Autumn 1"),
        code("autumn_2", "Autumn 2"),
        code("spring_1", "Spring 1"),
        code("spring_2", "Spring 2"),
        code("summer_1", "Summer 1"),
        code("summer_2", "Summer 2"),
    ],
};

pub(super) static STAFF_ROLE: CodeList = CodeList {
    id: ListId::StaffRole,
    title: "What kind of work",
    source: HOUSE,
    codes: &[
        code("head", "Head"),
        code("senior_leader", "Senior leader"),
        code("dsl", "Designated safeguarding lead"),
        code("deputy_dsl", "Deputy safeguarding lead"),
        code("senco", "SENCO"),
        code("pastoral_lead", "Pastoral lead or head of year"),
        code("mentor", "Mentor"),
        code("teacher", "Teacher"),
        code("teaching_assistant", "Teaching assistant"),
        code("office", "Office"),
        code("other", "Other"),
    ],
};
