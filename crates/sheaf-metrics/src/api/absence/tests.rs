//! Absence in a script: numbers by hand, hidden groups, wrong questions.

use crate::fixture::text_of;

#[test]
fn questions_that_cannot_be_answered_say_why() {
    for (asked, said) in [
        ("cx.incidents.absence()", "`absence` belongs to `cx.attendance`"),
        ("cx.attendance.absence().weekday(6)", "`weekday` takes 1 to 5, not 6"),
        ("cx.attendance.absence().near(0)", "`near` takes 1 to 100, not 0"),
        ("cx.attendance.absence().habits(#{ q: 2.0 })", "between 0 and 1 is needed"),
        ("cx.attendance.absence().around(cx.incidents, #{ days: 0 })", "1 to 60 is needed"),
        ("cx.attendance.absence().around(cx.incidents, #{ ends: \"x\" })", "has no column `x`"),
        ("cx.attendance.absence().overal", "did you mean `overall`?"),
        ("cx.attendance.absence().week.shares", "a week has no `shares`; did you mean `share`?"),
        ("cx.attendance.absence().by(\"yeargroup\")", "did you mean `year_group`?"),
    ] {
        let found = text_of(asked);
        assert!(found.contains(said), "{asked}: {found}");
    }
}

/// Ten pupils, five days each of two sessions; six pupils missed one day and a half of five.
#[test]
fn shares_by_hand() {
    assert_eq!(text_of("cx.attendance.absence().overall.n"), "100");
    assert_eq!(text_of("cx.attendance.absence().overall.value"), "0.15");
    assert_eq!(text_of("cx.attendance.absence().persistent.words"), "6 of 10");
    assert_eq!(text_of("cx.attendance.absence().severe.events"), "0");
}

#[test]
fn groups_of_few_pupils_are_hidden() {
    // Four pupils have pupil premium, a listed characteristic: to show the other six would tell.
    for field in ["pupils", "overall.value", "overall.events", "persistent.events"] {
        let parts =
            format!("cx.attendance.absence().by(\"pupil_premium\").map(|one| one.frame.{field})");
        assert_eq!(text_of(&format!("{parts}.to_string()")), "[hidden, hidden]", "{field}");
    }
    // Three pupils were ill on Monday morning, and ten are in a year group or the other.
    let ill =
        "cx.attendance.filter(col(\"code\") == \"I\" & col(\"date\") == \"2026-01-12\").absence()";
    assert_eq!(text_of(&format!("{ill}.pupils")), "hidden");
    let years =
        "cx.attendance.absence().by(\"year_group\").map(|one| one.frame.pupils).to_string()";
    assert_eq!(text_of(years), "[5, 5]");
}
