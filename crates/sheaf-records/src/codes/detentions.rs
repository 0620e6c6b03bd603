//! Code lists about detentions.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static TYPE: CodeList = CodeList {
    id: ListId::DetentionType,
    title: "When a detention is",
    source: HOUSE,
    codes: &[
        code("break", "Break detention"),
        code("lunch", "Lunch detention"),
        code("after_school", "After-school detention"),
        code("leadership", "Leadership detention"),
        code("weekend", "Weekend or INSET day detention"),
    ],
};

pub(super) static STATUS: CodeList = CodeList {
    id: ListId::DetentionStatus,
    title: "Whether a detention was served",
    source: HOUSE,
    codes: &[
        code("set", "Set"),
        code("attended", "Attended"),
        code("left_early", "Left early"),
        code("not_attended", "Not attended"),
        code("cancelled", "Cancelled"),
    ],
};

pub(super) static ABSENCE: CodeList = CodeList {
    id: ListId::DetentionAbsence,
    title: "Why a detention was missed",
    source: HOUSE,
    codes: &[
        code("absent_from_school", "Absent from school"),
        code("elsewhere_in_school", "Elsewhere in school with leave"),
        code("suspended", "Suspended"),
        code("agreed_with_home", "Agreed with home"),
        code("forgot", "Forgot"),
        code("refused", "Refused"),
        code("not_known", "Not known"),
    ],
};

pub(super) static ESCALATION: CodeList = CodeList {
    id: ListId::DetentionEscalation,
    title: "What follows a missed detention",
    source: HOUSE,
    codes: &[
        code("none", "Nothing: it was missed for a good reason"),
        code("set_again", "Set again"),
        code("next_level", "A detention of the next level"),
        code("reflection_room", "Reflection room"),
        code("home_called_in", "Home called in"),
        code("suspension", "Suspension"),
    ],
};
