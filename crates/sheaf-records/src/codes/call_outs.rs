//! Code lists about call-outs.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static REASON: CodeList = CodeList {
    id: ListId::CallOutReason,
    title: "Why help was needed",
    source: HOUSE,
    codes: &[
        code("disruption", "Disruption that does not stop"),
        code("refusal", "Refuses to follow instructions"),
        code("dysregulated", "Dysregulated"),
        code("walked_out", "Walked out"),
        code("verbal_abuse", "Verbal abuse"),
        code("fighting", "Fighting"),
        code("unsafe", "Danger to self or others"),
        code("wellbeing", "Worry about wellbeing"),
        code("medical", "Accident or illness"),
        code("other", "Other"),
    ],
};

pub(super) static OUTCOME: CodeList = CodeList {
    id: ListId::CallOutOutcome,
    title: "How a call-out ended for a pupil",
    source: HOUSE,
    codes: &[
        code("open", "Open"),
        code("settled_in_class", "Settled in class"),
        code("walked", "Walked and returned to class"),
        code("parked", "Parked in another class"),
        code("removed", "Removed from the lesson"),
        code("reflection_room", "Reflection room"),
        code("medical", "Medical room"),
        code("home", "Went home"),
    ],
};
