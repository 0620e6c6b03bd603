//! Incidents that are likely to be the one that is being typed, by whomever they were written.

use jiff::civil::DateTime;
use sheaf_records::RecordId;
use sheaf_school::desk::PastIncident;

/// The same pupil within so many minutes is likely to be the same incident.
const MINUTES: i64 = 10;

/// At most so many are shown.
const MOST: usize = 3;

/// What is known of the incident that is being typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// Who was in it.
    pub pupils: &'a [RecordId],
    /// When it happened.
    pub at: DateTime,
    /// The period's code; empty for none.
    pub period: &'a str,
    /// The category's code; empty while none is chosen.
    pub category: &'a str,
}

/// The places of the incidents that are likely to be the same: a pupil within ten minutes, or a
/// pupil with the same category in the same period.
pub fn twins(typed: Typed<'_>, past: &[PastIncident]) -> Vec<usize> {
    let is_twin = |one: &PastIncident| {
        let shares = one.pupils.iter().any(|pupil| typed.pupils.contains(pupil));
        shares && (is_near(typed.at, one.at) || is_same_lesson(typed, one))
    };
    let found = past.iter().enumerate().filter(|(_, one)| is_twin(one));
    found.map(|(place, _)| place).take(MOST).collect()
}

fn is_near(one: DateTime, other: DateTime) -> bool {
    let apart = one.duration_since(other).as_mins();
    apart.abs() <= MINUTES
}

fn is_same_lesson(typed: Typed<'_>, past: &PastIncident) -> bool {
    !typed.category.is_empty()
        && past.category == typed.category
        && past.at.date() == typed.at.date()
        && !typed.period.is_empty()
        && past.period == typed.period
}
