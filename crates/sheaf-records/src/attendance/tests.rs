//! Tests of marks of attendance: how they are counted, and in what order they come.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::*;
use crate::codes::ListId;
use crate::id::RecordId;
use crate::kind::Kind;

fn attendance(marks: &[(&str, &str, &str)]) -> Record {
    let id = RecordId::from_bytes([1; 16]);
    let mut record = Record { id, kind: Kind::Attendance, fields: Default::default() };
    for (day, column, code) in marks {
        record.set_row("marks", day, column, *code);
    }
    record
}

#[test]
fn every_code_is_counted_in_one_class() {
    let classes: BTreeSet<_> =
        ListId::AttendanceClass.built_in().codes.iter().map(|code| code.code).collect();
    let of = |code: &str| attendance_class(code).map(AttendanceClass::code);
    for code in ListId::AttendanceCode.built_in().codes {
        assert!(classes.contains(of(code.code).unwrap()), "{}", code.code);
    }
    assert_eq!(of("XX"), None);
    // What some systems file under authorised absence is no possible session.
    for code in ["D", "Q", "X", "Y1", "Y7", "Z", "#"] {
        assert_eq!(of(code), Some("not_possible"), "{code}");
    }
}

#[test]
fn marks_come_in_the_order_of_their_sessions() {
    let mut record = attendance(&[
        ("2026-11-20", "pm", "\\"),
        ("2026-11-20", "am", "L"),
        ("2026-11-19", "pm", "I"),
    ]);
    record.set_row("marks", "2026-11-20", "am_late", 12_i64);
    record.set_row("marks", "2026-11-21", "note", "rang home");
    let told: Vec<_> = marks(&record).map(|m| (m.day, m.session, m.code, m.late)).collect();
    assert_eq!(
        told,
        [
            (date(2026, 11, 19), Session::Pm, "I", None),
            (date(2026, 11, 20), Session::Am, "L", Some(12)),
            (date(2026, 11, 20), Session::Pm, "\\", None),
        ]
    );
}

#[test]
fn totals_leave_out_what_does_not_count() {
    let record = attendance(&[
        ("2026-11-16", "am", "/"),
        ("2026-11-16", "pm", "V"),
        ("2026-11-17", "am", "L"),
        ("2026-11-17", "pm", "M"),
        ("2026-11-18", "am", "U"),
        ("2026-11-18", "pm", "Y1"),
        ("2026-11-19", "am", "unknown"),
    ]);
    let sum = Attendance::of(marks(&record));
    let expected = Attendance { possible: 5, attended: 3, authorised: 1, unauthorised: 1, late: 1 };
    assert_eq!(sum, expected);
    assert!(sum.is_persistently_absent() && !sum.is_severely_absent());
    assert!(!Attendance::default().is_persistently_absent(), "nothing is missed of nothing");
}

#[test]
fn a_session_is_read_as_people_write_it() {
    for text in ["AM", "am", " Morning ", "a"] {
        assert_eq!(text.parse(), Ok(Session::Am), "{text}");
    }
    assert_eq!("P".parse(), Ok(Session::Pm));
    assert_eq!("noon".parse::<Session>(), Err(UnknownSession));
}
