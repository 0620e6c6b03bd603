//! Code lists about interventions and their sessions.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static TYPE: CodeList = CodeList {
    id: ListId::InterventionType,
    title: "What kind of support",
    source: HOUSE,
    codes: &[
        code("mentoring", "Mentoring"),
        code("check_in", "Check-in and check-out"),
        code("social_skills", "Social skills group"),
        code("emotional_literacy", "Emotional literacy"),
        code("managing_anger", "Managing anger"),
        code("self_regulation", "Self-regulation"),
        code("restorative", "Restorative work"),
        code("nurture", "Nurture group"),
        code("counselling", "Counselling"),
        code("art_therapy", "Art or play therapy"),
        code("sport", "Sport and mentoring"),
        code("in_class", "Support in lessons"),
        code("attendance", "Attendance support"),
        code("off_site", "Off-site provision"),
        code("transition", "Transition support"),
        code("other", "Other"),
    ],
};

pub(super) static DELIVERY: CodeList = CodeList {
    id: ListId::InterventionDelivery,
    title: "One by one or together",
    source: HOUSE,
    codes: &[code("one_to_one", "One to one"), code("group", "Group")],
};

pub(super) static SESSION_STATUS: CodeList = CodeList {
    id: ListId::SessionStatus,
    title: "Whether a session took place",
    source: HOUSE,
    codes: &[code("planned", "Planned"), code("held", "Held"), code("missed", "Missed")],
};

pub(super) static EXIT_REASON: CodeList = CodeList {
    id: ListId::ExitReason,
    title: "Why a pupil's part ended",
    source: HOUSE,
    codes: &[
        code("completed", "Completed"),
        code("goal_met", "Goal met early"),
        code("did_not_engage", "Did not engage"),
        code("declined", "Pupil or parent declined"),
        code("moved_on", "Moved to other support"),
        code("left_school", "Left the school"),
        code("withdrawn", "Withdrawn by staff"),
        code("other", "Other"),
    ],
};

pub(super) static OUTCOME: CodeList = CodeList {
    id: ListId::InterventionOutcome,
    title: "What it led to",
    source: HOUSE,
    codes: &[
        code("met", "Aim met"),
        code("partly_met", "Aim partly met"),
        code("not_met", "Aim not met"),
        code("too_soon", "Too soon to tell"),
    ],
};
