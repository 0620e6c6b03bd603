//! Code lists about what goes well.

use super::{CodeList, HOUSE, ListId, code};

pub(super) static TYPE: CodeList = CodeList {
    id: ListId::PositiveType,
    title: "What a pupil did well",
    source: HOUSE,
    codes: &[
        code("effort", "Effort"),
        code("excellent_work", "Excellent work"),
        code("progress", "Progress"),
        code("homework", "Homework"),
        code("contribution", "Contribution to a lesson"),
        code("kindness", "Kindness"),
        code("helpfulness", "Helpfulness"),
        code("resilience", "Resilience"),
        code("leadership", "Leadership"),
        code("turned_round", "Turned a hard day round"),
        code("attendance", "Attendance"),
        code("punctuality", "Punctuality"),
        code("sport", "Sport"),
        code("arts", "Music, drama or art"),
        code("community", "Service to the school"),
        code("other", "Other"),
    ],
};
