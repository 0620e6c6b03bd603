//! What is odd about a record's days, by the calendar of the school.

use jiff::civil::Date;

use crate::attendance::{is_closure, marks};
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
    warnings.extend(odd_marks(record, calendar));
    warnings
}

/// Marks of days on which the school is closed, unless they say just that, and of days outside the
/// half-term.
fn odd_marks(record: &Record, calendar: &SchoolCalendar) -> Vec<Warning> {
    if record.kind != Kind::Attendance {
        return Vec::new();
    }
    let (year, half_term) = (record.text("year"), record.text("half_term"));
    let mut warnings: Vec<Warning> = Vec::new();
    for mark in marks(record).filter(|mark| calendar.year(mark.day).is_some()) {
        let within = calendar.half_term(mark.day).is_some_and(|one| {
            Some(one.year.as_str()) == year && Some(one.code.as_str()) == half_term
        });
        let oddity = if !within {
            Oddity::OtherHalfTerm(mark.day)
        } else if !calendar.is_open(mark.day) && !is_closure(mark.code) {
            Oddity::ClosedDay(mark.day)
        } else {
            continue;
        };
        let path = format!("marks.{}.{}", mark.day, mark.session.column());
        if !warnings.iter().any(|told| told.oddity == oddity) {
            warnings.push(Warning { kind: record.kind, path, oddity });
        }
    }
    warnings
}
