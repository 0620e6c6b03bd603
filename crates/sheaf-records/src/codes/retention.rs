//! Code lists about how long records are kept.

use super::{CodeList, ListId, code};

/// The source of both lists: they are the words in which rules are told, not rules themselves.
const WORDS: &str = "Sheaf's own words for periods; how long is for the school to decide";

pub(super) static PERIOD: CodeList = CodeList {
    id: ListId::RetentionPeriod,
    title: "How long records are kept",
    source: WORDS,
    codes: &[
        code("years", "A number of years"),
        code("transfer", "Transfer with the pupil, then destroy the copy"),
        code("none", "No period: never due by itself"),
    ],
};

pub(super) static BASIS: CodeList = CodeList {
    id: ListId::RetentionBasis,
    title: "From what day a number of years runs",
    source: WORDS,
    codes: &[
        code("birth", "The pupil's date of birth"),
        code("event", "The day of what is recorded"),
        code("leaving", "The day on which the pupil left"),
    ],
};
