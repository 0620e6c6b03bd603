//! Code lists about safeguarding concerns.

use super::{CodeList, HOUSE, ListId, code, under};

pub(super) static CATEGORY: CodeList = CodeList {
    id: ListId::ConcernCategory,
    title: "What a concern may be about",
    source: "The four categories of abuse and neglect of Keeping children safe in education; below \
             them Sheaf's own starting list, to which a school adds",
    codes: &[
        code("physical", "Physical abuse"),
        code("emotional", "Emotional abuse"),
        code("sexual", "Sexual abuse"),
        code("neglect", "Neglect"),
        under("sexual", "exploitation", "Sexual exploitation"),
        code("criminal", "Criminal exploitation"),
        code("child_on_child", "Between children"),
        code("domestic", "Domestic abuse"),
        code("home", "Family or home"),
        code("mental_health", "Mental health"),
        code("self_harm", "Self-harm"),
        code("online", "Online"),
        code("radicalisation", "Radicalisation"),
        code("missing", "Missing from home or school"),
        code("health", "Health or injury"),
        code("other", "Other"),
    ],
};

pub(super) static STATE: CodeList = CodeList {
    id: ListId::ConcernState,
    title: "Where a concern stands, as its writer is told",
    source: HOUSE,
    codes: &[
        code("received", "Received"),
        code("dealing", "Being dealt with"),
        code("closed", "Closed"),
    ],
};

pub(super) static DECISION: CodeList = CodeList {
    id: ListId::ConcernDecision,
    title: "What was decided on a concern",
    source: HOUSE,
    codes: &[
        code("refer", "Referred to another service"),
        code("early_help", "Early help"),
        code("support", "Support in school"),
        code("monitor", "Watch, and look again"),
        code("no_action", "No further action"),
    ],
};

pub(super) static REFERRED_TO: CodeList = CodeList {
    id: ListId::ReferredTo,
    title: "To whom a concern was referred",
    source: HOUSE,
    codes: &[
        code("social_care", "Children's social care"),
        code("police", "Police"),
        code("early_help", "Early help"),
        code("health", "School nurse or doctor"),
        code("mental_health", "Mental health service"),
        code("lado", "Designated officer of the local authority"),
        code("prevent", "Prevent"),
        code("other", "Other"),
    ],
};
