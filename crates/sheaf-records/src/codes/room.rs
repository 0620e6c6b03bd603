//! Code lists about the reflection room.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static REASON: CodeList = CodeList {
    id: ListId::RoomReason,
    title: "Why a pupil was referred",
    source: HOUSE,
    codes: &[
        code("persistent_disruption", "Persistent disruption"),
        code("defiance", "Defiance"),
        code("removed_from_lesson", "Removed from a lesson"),
        code("missed_detention", "Missed detention"),
        code("verbal_abuse", "Verbal abuse"),
        code("fighting", "Fighting"),
        code("bullying", "Bullying"),
        code("truancy", "Truancy"),
        code("uniform", "Uniform"),
        code("mobile_phone", "Mobile phone"),
        code("damage", "Damage"),
        code("smoking", "Smoking or vaping"),
        code("unsafe", "Dangerous behaviour"),
        code("investigation", "While an incident is looked into"),
        code("other", "Other"),
    ],
};

pub(super) static STATUS: CodeList = CodeList {
    id: ListId::RoomStatus,
    title: "Where a stay stands",
    source: HOUSE,
    codes: &[
        code("referred", "Referred"),
        code("booked", "Booked"),
        code("in_room", "In the room"),
        code("completed", "Completed"),
        code("not_completed", "Not completed"),
        code("did_not_attend", "Did not attend"),
        code("cancelled", "Cancelled"),
    ],
};

pub(super) static READINESS: CodeList = CodeList {
    id: ListId::Readiness,
    title: "Readiness to return",
    source: HOUSE,
    codes: &[
        code("ready", "Ready"),
        code("ready_with_support", "Ready with support"),
        code("not_ready", "Not ready yet"),
    ],
};
