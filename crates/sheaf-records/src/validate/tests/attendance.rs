//! Tests of contradictions in attendance.

use jiff::civil::date;
use serde_json::json;

use super::{PUPIL, record, refused, warned};
use crate::kind::Kind;
use crate::record::{Edit, FieldPath, Record};
use crate::school_calendar::SchoolCalendar;
use crate::validate::{check_days, validate_edits};

fn attendance(marks: serde_json::Value) -> Record {
    let fields = json!({
        "pupil": PUPIL, "year": "2026/27", "half_term": "autumn_2", "marks": marks,
    });
    record(Kind::Attendance, fields)
}

fn calendar() -> SchoolCalendar {
    let mut year = record(
        Kind::Calendar,
        json!({ "year": "2026/27", "from": "2026-09-01", "to": "2027-08-31" }),
    );
    year.set_row("terms", "autumn_1", "from", date(2026, 9, 1));
    year.set_row("terms", "autumn_1", "to", date(2026, 10, 23));
    year.set_row("terms", "autumn_2", "from", date(2026, 11, 2));
    year.set_row("terms", "autumn_2", "to", date(2026, 12, 18));
    year.set_row("inset", "2026-11-02", "title", "INSET day");
    SchoolCalendar::new([&year]).expect("a calendar")
}

#[test]
fn the_marks_of_a_day_may_be_saved() {
    warned(&attendance(json!({ "2026-11-20": { "am": "/", "pm": "\\" } })), &[]);
    warned(&attendance(json!({ "2026-11-20": { "am": "L", "am_late": 12, "pm": "I" } })), &[]);
    let mut code = attendance(json!({}));
    code.set_row("marks", "2026-11-20", "am", "#");
    warned(&code, &[]);
}

#[test]
fn what_is_no_mark_of_that_session_or_day_is_refused() {
    refused(
        &attendance(json!({ "2026-11-20": { "am": "\\", "pm": "XX" } })),
        &[
            "attendance.marks.2026-11-20.pm: `XX` is not in the list `attendance_code` (did you \
             mean `X`?); `sheaf codes attendance_code` shows it",
            "attendance.marks.2026-11-20.am: is the mark of the other half of the day; here it is \
             `/`",
        ],
    );
    // H went out and J1 came in on 19 August 2024.
    refused(
        &attendance(json!({ "2026-11-20": { "am": "H" }, "2024-06-03": { "am": "J1" } })),
        &[
            "attendance.marks.2024-06-03.am: `J1` of the list `attendance_code` did not count on \
             2024-06-03; it counts from 2024-08-19",
            "attendance.marks.2026-11-20.am: `H` of the list `attendance_code` did not count on \
             2026-11-20; it counts until 2024-08-18",
        ],
    );
    refused(
        &attendance(json!({ "2026-11-20": { "am": "I", "am_late": 12, "pm_late": 3 } })),
        &[
            "attendance.marks.2026-11-20.am_late: is only for `L` and `U`; clear it, or change the \
             mark",
            "attendance.marks.2026-11-20.pm_late: is only for `L` and `U`; clear it, or change the \
             mark",
        ],
    );
}

#[test]
fn a_code_of_the_school_s_own_is_no_mark() {
    let mut own = record(Kind::CodeList, json!({ "list": "attendance_code" }));
    own.set_row("codes", "XX", "title", "Our own");
    let lists = crate::codes::CodeLists::new([&own]);
    let marked = attendance(json!({ "2026-11-20": { "am": "XX" } }));
    let problems = crate::validate(&marked, &lists).expect_err("it is refused");
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["attendance.marks.2026-11-20.am: is no mark that is counted in England; give one of the \
          DfE's codes"]
    );
}

#[test]
fn one_mark_is_changed_and_held_to_its_own_day() {
    let marked = attendance(json!({ "2026-11-20": { "am": "N" } }));
    let edit = |key: &str, code: &str| Edit {
        path: FieldPath::Row {
            field: "marks".to_owned(),
            key: key.to_owned(),
            column: "am".to_owned(),
        },
        value: Some(code.into()),
    };
    let lists = Default::default();
    assert_eq!(validate_edits(&marked, &[edit("2026-11-20", "I")], &lists), Ok(vec![]));
    assert!(validate_edits(&marked, &[edit("2026-11-20", "H")], &lists).is_err());
    assert_eq!(validate_edits(&marked, &[edit("2024-07-01", "H")], &lists), Ok(vec![]));
}

#[test]
fn a_mark_on_a_closed_day_or_outside_the_half_term_is_odd() {
    let odd = attendance(json!({
        "2026-10-05": { "am": "/" },
        "2026-11-02": { "am": "/", "pm": "\\" },
        "2026-11-03": { "am": "/" },
        "2026-11-07": { "am": "#" },
    }));
    let told: Vec<String> = check_days(&odd, &calendar()).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "attendance.marks.2026-10-05.am: 2026-10-05 is not in that half-term",
            "attendance.marks.2026-11-02.am: 2026-11-02 is not a school day",
        ]
    );
}
