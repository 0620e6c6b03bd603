//! A key worker's caseload as a face shows it.

use jiff::civil::Date;
use sheaf_records::RecordId;

/// One pupil on the caseload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseloadLine {
    /// The record of the caseload.
    pub caseload: RecordId,
    /// The pupil.
    pub pupil: RecordId,
    /// Their name.
    pub name: String,
    /// Year group as of today, such as `Year 9`; empty if not on roll.
    pub year_group: String,
    /// Registration group as of today.
    pub reg_group: String,
    /// How much support, in words.
    pub tier: String,
    /// When the work began.
    pub opened: Option<Date>,
    /// What colleagues should know.
    pub note: String,
    /// The newest record about them: its day and its line.
    pub last: Option<(Date, String)>,
    /// Incidents in which they had an active part, in each of the last school weeks, the oldest
    /// first; witnesses and targets do not count.
    pub weeks: Vec<u32>,
    /// When the work is looked at again.
    pub next_review: Option<Date>,
}

impl CaseloadLine {
    /// Whether the review should have been before today.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.next_review.is_some_and(|review| review < today)
    }
}

/// The pupils of whoever uses this device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caseload {
    /// Overdue reviews first, then the next ones, then those without one; by name among equals.
    pub lines: Vec<CaseloadLine>,
    /// The Mondays of the school weeks that are counted, the oldest first.
    pub weeks: Vec<Date>,
    /// Whether pupils may be added and taken off here.
    pub may_change: bool,
}
