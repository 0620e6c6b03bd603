//! What stands at the head of a pupil's view.

use jiff::civil::Date;
use sheaf_records::RecordId;

/// One fact about a pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub title: String,
    /// What it is today.
    pub value: String,
}

/// What happened in one school week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeekMarks {
    /// Its Monday.
    pub monday: Date,
    /// Incidents in which the pupil had an active part; witnesses and targets do not count.
    pub incidents: u32,
    /// Positive events.
    pub positives: u32,
}

/// How a pupil stands in an intervention; in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupportState {
    /// In it.
    Running,
    /// On the waiting list.
    Waiting,
    /// It has ended for them.
    Ended,
}

/// A pupil's part in one intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportLine {
    /// The record.
    pub record: RecordId,
    /// What it is.
    pub title: String,
    /// How they stand in it.
    pub state: SupportState,
    /// When it was decided, or began, or ended: what the state speaks of.
    pub since: Option<Date>,
    /// School days on the waiting list up to now, while they wait.
    pub waited_days: Option<u32>,
    /// Sessions at which they were.
    pub attended: u32,
    /// Sessions that took place and to which they were to come.
    pub offered: u32,
    /// Sessions that they are to have.
    pub planned: Option<u32>,
    /// Minutes of the sessions at which they were, where they are known.
    pub minutes: u32,
    /// What it led to, in words; empty while it is not known.
    pub outcome: String,
}

/// Days between two, with the words for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPeriod {
    /// `This half-term`.
    pub title: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// A pupil today, and in the weeks before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PupilCard {
    /// The pupil.
    pub pupil: RecordId,
    /// What is known of them.
    pub facts: Vec<Fact>,
    /// The last school weeks, the oldest first.
    pub weeks: Vec<WeekMarks>,
    /// Interventions: running ones, then waiting, then ended, the newest first.
    pub support: Vec<SupportLine>,
    /// Sessions of suspension in this school year, and how many suspensions.
    pub suspended: Suspended,
    /// Stays in the reflection room in this school year.
    pub stays: u32,
    /// Periods by which the chronology can be filtered.
    pub periods: Vec<NamedPeriod>,
}

/// Suspensions in this school year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suspended {
    /// How many.
    pub times: u32,
    /// Half-days lost.
    pub sessions: u32,
}
