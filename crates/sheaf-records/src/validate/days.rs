//! What is odd about a record's days, by the calendar of the school.

use jiff::civil::Date;

use crate::kind::Kind;
use crate::problem::{Oddity, Warning};
use crate::record::Record;
use crate::school_calendar::SchoolCalendar;
use crate::suspension::suspended_sessions;
use crate::value::Value;

/// Sessions in a school day.
const SESSIONS_A_DAY: i64 = 2;

/// The days of a kind on which the school has to be open.
const fn school_days_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::RoomStay => &["booked_from", "arrived_at", "left_at"],
        Kind::InterventionSession => &["date"],
        Kind::Suspension => &["start", "end"],
        Kind::Detention => &["starts_at"],
        Kind::CallOut => &["raised_at"],
        _ => &[],
    }
}

/// Whether it is meant for days on which the school is closed.
fn is_off_days(record: &Record) -> bool {
    record.kind == Kind::Detention && record.text("type") == Some("weekend")
}

/// What the calendar finds odd about a record: a stay, a session, a detention … on a day on which
/// the school is closed, more sessions than a suspension has school days for. Days of years that
/// the calendar does not know are passed over.
pub fn check_days(record: &Record, calendar: &SchoolCalendar) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |path: &str, oddity| {
        warnings.push(Warning { kind: record.kind, path: path.to_owned(), oddity });
    };
    let day = |field: &str| record.one(field).and_then(Value::as_date);
    let known = |day: Date| calendar.year(day).is_some();
    let mut told = None;
    for field in school_days_of(record.kind).iter().filter(|_| !is_off_days(record)) {
        let Some(day) = day(field).filter(|day| known(*day) && !calendar.is_open(*day)) else {
            continue;
        };
        if told != Some(day) {
            warn(field, Oddity::ClosedDay(day));
            told = Some(day);
        }
    }
    if let (Kind::Suspension, Some(from), Some(to)) = (record.kind, day("start"), day("end"))
        && known(from)
        && known(to)
    {
        let room = SESSIONS_A_DAY * i64::from(calendar.school_days(from, to));
        if suspended_sessions(record) > room && from <= to {
            warn("sessions", Oddity::MoreSessionsThanDays { room });
        }
    }
    warnings
}
