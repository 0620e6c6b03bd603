//! The built-in rules.
//!
//! None of them is law. What was read in a public page is marked as verified, with whose advice it
//! is; everything else is told from memory and marked as uncertain.

use super::{Basis, KEPT_KINDS, Mark, Period, RetentionRule, Setting, Standing};
use crate::kind::Kind;

struct BuiltIn {
    id: &'static str,
    title: &'static str,
    kinds: &'static [Kind],
    setting: Setting,
    period: Period,
    source: &'static str,
    note: &'static str,
    mark: Mark,
    standing: Standing,
}

const TO_AGE_25: Period = Period::Years { years: 25, from: Basis::Birth };

static RULES: [BuiltIn; 4] = [
    BuiltIn {
        id: "safeguarding-file",
        title: "Safeguarding file",
        kinds: &KEPT_KINDS,
        setting: Setting::Safeguarding,
        period: TO_AGE_25,
        source: "Advice of North Northamptonshire Council: to age 25, at the last known school",
        note: "75 years are said to have been recommended for records of child sexual abuse (not \
               verified): put a legal hold on those, or keep them by a decision",
        mark: Mark::Verified,
        standing: Standing::InForce,
    },
    BuiltIn {
        id: "attendance",
        title: "Attendance register",
        kinds: &[Kind::Attendance],
        setting: Setting::General,
        period: Period::Years { years: 6, from: Basis::Event },
        source: "Explanatory note to SI 2024/208: every entry is kept for at least six years",
        note: "Six years are the least, from the last mark of a half-term; a mark that was amended \
               keeps what stood before, when it was changed, by whom and why",
        mark: Mark::Verified,
        standing: Standing::InForce,
    },
    BuiltIn {
        id: "pupil-file",
        title: "Pupil file, behaviour included",
        kinds: &KEPT_KINDS,
        setting: Setting::General,
        period: TO_AGE_25,
        source: "From memory of the IRMS toolkit: date of birth + 25, at the last statutory school",
        note: "For special educational needs some say 31 or 35 years (not verified)",
        mark: Mark::Uncertain,
        standing: Standing::InForce,
    },
    BuiltIn {
        id: "behaviour-log",
        title: "Behaviour log at a school that is not the pupil's last",
        kinds: &[
            Kind::Incident,
            Kind::RoomStay,
            Kind::PositiveEvent,
            Kind::Detention,
            Kind::CallOut,
        ],
        setting: Setting::General,
        period: Period::Transfer,
        source: "From memory of common practice",
        note: "`sheaf retention set incident --transfer` makes it the school's own",
        mark: Mark::Uncertain,
        standing: Standing::Offered,
    },
];

pub(super) fn rules() -> impl Iterator<Item = RetentionRule> {
    RULES.iter().map(|rule| RetentionRule {
        id: rule.id.to_owned(),
        title: rule.title.to_owned(),
        kinds: rule.kinds.to_vec(),
        setting: rule.setting,
        period: rule.period,
        source: rule.source.to_owned(),
        note: rule.note.to_owned(),
        mark: rule.mark,
        valid_from: None,
        valid_to: None,
        standing: rule.standing,
        record: None,
    })
}
