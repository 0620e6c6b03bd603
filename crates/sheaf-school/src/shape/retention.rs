//! Rules, the review queue and decisions about retention as JSON.

use serde::Serialize;

use super::Governed;

/// A rule about how long records are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RetentionRuleShape {
    /// A word of a built-in rule, the record's id of a school's own.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The kinds of record that it is for.
    pub kinds: Vec<String>,
    /// Those of them for which it counts on the day.
    pub in_force_for: Vec<String>,
    /// Why it counts for none; null where it counts.
    pub why_not: Option<String>,
    /// Whether it is for records of the safeguarding space, or for all others.
    pub safeguarding: bool,
    /// `years`, `transfer` or `none`.
    pub period: String,
    /// How many years.
    pub years: Option<u8>,
    /// From what day they run: `birth`, `event` or `leaving`.
    pub runs_from: Option<String>,
    /// The period in words.
    pub says: String,
    /// Where it comes from.
    pub source: String,
    /// What else a reader should know; may be empty.
    pub note: String,
    /// `verified`: its source was seen; `uncertain`: it was not; `school`: the school decided it.
    pub certainty: String,
    /// The first day on which it counts; null: since ever.
    pub valid_from: Option<String>,
    /// The last day on which it counts; null: still.
    pub valid_to: Option<String>,
}

/// Every rule.
#[derive(Clone, Debug, Serialize)]
pub struct RetentionRuleShapes {
    /// The day for which it is told which of them count.
    pub as_of: String,
    /// The school's own first.
    pub rules: Vec<RetentionRuleShape>,
}

/// The school's own period was set.
#[derive(Clone, Debug, Serialize)]
pub struct RetentionSet {
    /// The records that hold it, one a kind.
    pub rules: Vec<String>,
    /// What has changed, in words.
    pub effect: String,
}

/// A record past the time that it may be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DueShape {
    /// The record.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its space.
    pub space: String,
    /// Its line.
    pub title: String,
    /// The day of what it tells; null where it has none.
    pub day: Option<String>,
    /// The pupils whom it names, as far as their records are here; empty for a pupil's own.
    pub pupils: Vec<String>,
    /// The first day on which it was due; null where there is none.
    pub due_since: Option<String>,
    /// Why there is none; null where there is.
    pub why_undated: Option<String>,
    /// The id of the rule.
    pub rule: Option<String>,
    /// How sure the rule is.
    pub certainty: Option<String>,
    /// Whether a legal hold keeps it.
    pub on_hold: bool,
    /// Of a pupil's record: how many other records here name the pupil.
    pub named_by: u64,
    /// Until when it was to be kept, by a decision that is over.
    pub kept_until: Option<String>,
    /// Why it was to be kept.
    pub kept_because: Option<String>,
    /// Who decided it.
    pub kept_by: Option<String>,
    /// The erasure that waits for a second signature.
    pub erasure: Option<String>,
}

/// How many records are due by a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DueByRule {
    /// The rule's id.
    pub rule: String,
    /// What it is about.
    pub title: String,
    /// Its period in words.
    pub says: String,
    /// Where it comes from.
    pub source: String,
    /// What else a reader should know; may be empty.
    pub note: String,
    /// How sure it is.
    pub certainty: String,
    /// How many.
    pub count: u64,
}

/// How many records have no day on which they are due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UndatedCount {
    /// Why: a name.
    pub why: String,
    /// Why, in words.
    pub says: String,
    /// The first of them.
    pub records: Vec<String>,
    /// How many.
    pub count: u64,
}

/// The review queue, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RetentionPage {
    /// The day on which it is so.
    pub as_of: String,
    /// The records of this page.
    pub records: Vec<DueShape>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many are due, by rule.
    pub by_rule: Vec<DueByRule>,
    /// How many are due.
    pub due: u64,
    /// How many of those a legal hold keeps.
    pub on_hold: u64,
    /// How many would be due and wait for a second signature.
    pub waiting: u64,
    /// How many would be due and are kept by a decision.
    pub kept: u64,
    /// How many have no day, by reason.
    pub undated: Vec<UndatedCount>,
}

/// Records are kept beyond their period.
#[derive(Clone, Debug, Serialize)]
pub struct RetentionKept {
    /// The records that hold the decision, one for each that is kept.
    pub decisions: Vec<String>,
    /// What has changed, in words.
    pub effect: String,
}

/// Records at the end of their period are to be erased.
#[derive(Clone, Debug, Serialize)]
pub struct RetentionProposed {
    /// The erasures, as many as the spaces and the bounds of one need.
    pub erasures: Vec<String>,
    /// What has changed, in words.
    pub effect: String,
}

impl RetentionProposed {
    /// From what was written.
    pub(crate) fn of(done: Governed) -> Self {
        Self { erasures: done.entries, effect: done.effect }
    }
}
