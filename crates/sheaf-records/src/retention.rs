//! How long records are kept: the built-in rules with source and mark, and the school's own.
//!
//! A rule makes nothing happen. It says from which day on a person should look whether a record is
//! still needed. No built-in rule is law: each says where it comes from, and whether that was seen.

mod built_in;
mod due;
mod own;
mod pupil_dates;

use std::fmt;

use jiff::civil::Date;

pub use due::{Due, RecordDates, Undue, due, event_day};
pub use pupil_dates::{PupilDates, Roll};

use crate::id::RecordId;
use crate::kind::Kind;
use crate::nearest::nearest;
use crate::problem::FieldError;
use crate::record::Record;

/// The longest period in years: a life, and then some.
pub const MAX_YEARS: u8 = 120;

/// The kinds of record that a period can be set for: those about pupils.
pub const KEPT_KINDS: [Kind; 15] = [
    Kind::Pupil,
    Kind::Incident,
    Kind::Caseload,
    Kind::RoomStay,
    Kind::Intervention,
    Kind::InterventionSession,
    Kind::Suspension,
    Kind::PositiveEvent,
    Kind::Detention,
    Kind::CallOut,
    Kind::Attendance,
    Kind::Score,
    Kind::Plan,
    Kind::Concern,
    Kind::ConcernDecision,
];

/// Whether records of a kind have a day of their own, from which a period can run.
pub const fn has_day(kind: Kind) -> bool {
    !matches!(kind, Kind::Pupil | Kind::Caseload)
}

/// The kind of this name, if a period can be set for it.
pub(crate) fn kept_kind(name: &str) -> Result<Kind, FieldError> {
    KEPT_KINDS
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| FieldError::NotKept { nearest: nearest(name, KEPT_KINDS.map(Kind::name)) })
}

/// The names of those kinds, for messages.
pub(crate) fn kept_kinds() -> String {
    KEPT_KINDS.map(Kind::name).join(", ")
}

/// From what day a number of years runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// The pupil's date of birth.
    Birth,
    /// The day of what is recorded.
    Event,
    /// The day on which the pupil left.
    Leaving,
}

impl Basis {
    const ALL: [Self; 3] = [Self::Birth, Self::Event, Self::Leaving];

    /// The code, as the list `retention_basis` has it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::Event => "event",
            Self::Leaving => "leaving",
        }
    }

    /// The one of this code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.code() == code)
    }
}

/// How long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Period {
    /// So many years.
    Years {
        /// How many.
        years: u8,
        /// From what day.
        from: Basis,
    },
    /// Until the pupil has left: the record goes with them, and the copy is destroyed.
    Transfer,
    /// No period is known: never due by itself.
    None,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Years { years, from } => {
                let noun = if *years == 1 { "year" } else { "years" };
                let from = match from {
                    Basis::Birth => "the pupil's date of birth",
                    Basis::Event => "the day of what is recorded",
                    Basis::Leaving => "the day on which the pupil left",
                };
                write!(f, "{years} {noun} from {from}")
            }
            Self::Transfer => f.write_str("transfer with the pupil, then destroy the copy"),
            Self::None => f.write_str("no period: never due by itself"),
        }
    }
}

/// Where a record lies, as far as its period depends on it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Setting {
    /// Any space but the one for safeguarding.
    General,
    /// The space for safeguarding.
    Safeguarding,
}

/// How sure a rule is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Its source was seen. It may be advice: that does not make it law.
    Verified,
    /// It is told from memory, and has to be checked before anybody relies on it.
    Uncertain,
    /// The school has decided it.
    School,
}

impl Mark {
    /// Its name, for faces.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Uncertain => "uncertain",
            Self::School => "school",
        }
    }
}

/// Whether a rule counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Between its days.
    InForce,
    /// Only where a school makes it its own.
    Offered,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetentionRule {
    /// A name that stays: a word of a built-in rule, the record's id of a school's own.
    pub id: String,
    /// What it is about, for a reader.
    pub title: String,
    /// The kinds of record that it applies to.
    pub kinds: Vec<Kind>,
    /// Where they lie.
    pub setting: Setting,
    /// How long they are kept.
    pub period: Period,
    /// Where that comes from.
    pub source: String,
    /// What else a reader should know; may be empty.
    pub note: String,
    /// How sure it is.
    pub mark: Mark,
    /// The first day on which it counts; `None`: since ever.
    pub valid_from: Option<Date>,
    /// The last day on which it counts; `None`: still.
    pub valid_to: Option<Date>,
    /// Whether it counts by itself.
    pub standing: Standing,
    /// The record that holds it; none of a built-in one.
    pub record: Option<RecordId>,
}

impl RetentionRule {
    /// Whether it counts on a day.
    pub fn counts_on(&self, day: Date) -> bool {
        self.standing == Standing::InForce
            && self.valid_from.is_none_or(|from| from <= day)
            && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Whether it is about records of a kind that lie there.
    pub fn covers(&self, kind: Kind, setting: Setting) -> bool {
        self.setting == setting && self.kinds.contains(&kind)
    }
}

/// The rules of one school: the built-in ones, and its own in their place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetentionRules {
    rules: Vec<RetentionRule>,
}

impl RetentionRules {
    /// The built-in rules with the school's own: records of kind `retention_rule`. Others, those
    /// withdrawn and those that do not say how long or from when, are passed over.
    pub fn new<'a>(own: impl IntoIterator<Item = &'a Record>) -> Self {
        let own = own.into_iter().filter(|record| record.withdrawn().is_none());
        let mut own: Vec<RetentionRule> = own.filter_map(RetentionRule::of_school).collect();
        // The one that began last goes first; of two that began on one day every device takes the
        // same.
        own.sort_by_key(|rule| std::cmp::Reverse((rule.valid_from, rule.record)));
        own.extend(built_in::rules());
        Self { rules: own }
    }

    /// Every rule, in force or not: the school's own first.
    pub fn all(&self) -> &[RetentionRule] {
        &self.rules
    }

    /// The rule that counts on a day for records of a kind: the school's own, or the built-in one.
    pub fn in_force(&self, kind: Kind, setting: Setting, day: Date) -> Option<&RetentionRule> {
        self.rules.iter().find(|rule| rule.covers(kind, setting) && rule.counts_on(day))
    }

    /// Whether a rule is the one that counts on a day for any of its kinds.
    pub fn is_in_force(&self, rule: &RetentionRule, day: Date) -> bool {
        let counts = |kind| self.in_force(kind, rule.setting, day).map(|one| &one.id);
        rule.kinds.iter().any(|kind| counts(*kind) == Some(&rule.id))
    }
}

#[cfg(test)]
mod tests;
