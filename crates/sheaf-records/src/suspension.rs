//! What the law says of suspensions, as far as one record can tell.

mod clocks;

use crate::record::Record;
use crate::value::Value;

pub use clocks::{Clock, ClockRule, Suspended, TERM_SESSIONS_ASKED, TERM_SESSIONS_MEET, clocks};

/// The most reasons of one suspension, as the school census takes them.
pub const MAX_REASONS: usize = 3;

/// The most days for which a pupil may be suspended in one school year, over all schools.
pub const MAX_DAYS_A_YEAR: i64 = 45;

/// The same in sessions: a day has two, and a lunchtime counts as half a day.
pub const MAX_SESSIONS_A_YEAR: i64 = 2 * MAX_DAYS_A_YEAR;

/// The code of a permanent exclusion.
pub(crate) const PERMANENT: &str = "PERM";

/// The sessions that a suspension takes; none for a permanent exclusion.
pub fn suspended_sessions(suspension: &Record) -> i64 {
    if suspension.text("type") == Some(PERMANENT) {
        return 0;
    }
    suspension.one("sessions").and_then(Value::as_int).unwrap_or(0)
}

/// The codes of the reasons of a suspension, the main one first.
pub fn reasons_by_rank(suspension: &Record) -> impl Iterator<Item = &str> {
    let rank = |row: Option<&Value>| row.and_then(Value::as_int).unwrap_or(i64::MAX);
    let mut reasons: Vec<(i64, &str)> =
        suspension.rows("reasons").map(|(code, row)| (rank(row.get("rank")), code)).collect();
    reasons.sort_unstable();
    reasons.into_iter().map(|(_, code)| code)
}
