//! Code lists about plans.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static TYPE: CodeList = CodeList {
    id: ListId::PlanType,
    title: "What kind of plan",
    source: HOUSE,
    codes: &[
        code("individual_behaviour", "Individual behaviour plan"),
        code("pastoral_support", "Pastoral support programme"),
        code("behaviour_contract", "Behaviour contract"),
        code("behaviour_support", "Behaviour support plan"),
        code("action", "Action plan"),
        code("attendance", "Attendance plan"),
        code("risk_reduction", "Risk reduction plan"),
        code("positive_handling", "Positive handling plan"),
        code("reintegration", "Reintegration plan"),
        code("ehcp_outcomes", "Plan towards EHCP outcomes"),
        code("other", "Other"),
    ],
};

pub(super) static PARTY: CodeList = CodeList {
    id: ListId::PlanParty,
    title: "Who has a part in a plan",
    source: HOUSE,
    codes: &[
        code("pupil", "Pupil"),
        code("home", "Parent or carer"),
        code("school", "School"),
        code("agency", "Agency"),
    ],
};

pub(super) static REVIEW: CodeList = CodeList {
    id: ListId::PlanReview,
    title: "What a review decided",
    source: HOUSE,
    codes: &[
        code("continue", "Goes on as it is"),
        code("change", "Goes on with changes"),
        code("step_up", "More support"),
        code("step_down", "Less support"),
        code("end", "Ends"),
    ],
};

pub(super) static OUTCOME: CodeList = CodeList {
    id: ListId::PlanOutcome,
    title: "What a plan came to",
    source: HOUSE,
    codes: &[
        code("met", "Met"),
        code("partly_met", "Partly met"),
        code("not_met", "Not met"),
        code("replaced", "Replaced by another plan"),
        code("left", "The pupil left"),
    ],
};

pub(super) static MET: CodeList = CodeList {
    id: ListId::TargetMet,
    title: "Whether a target was reached",
    source: HOUSE,
    codes: &[code("met", "Met"), code("partly_met", "Partly met"), code("not_met", "Not met")],
};
