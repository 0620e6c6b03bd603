//! Absence in a script: numbers by hand, hidden groups, wrong questions.

use std::sync::Arc;

use jiff::Span;
use jiff::civil::date;
use serde_json::{Map, Value, json};
use sheaf_analytics::{Budget, Scope};

use crate::example::Example;
use crate::fixture::{package, short_calendar, text_of};
use crate::host::Host;
use crate::options::Options;
use crate::report::{List, Report};
use crate::run::RunContext;

/// So many pupils who missed the first of twenty days: three sessions more make them persistent.
fn near(pupils: usize) -> Scope {
    let days = date(2025, 9, 1).series(Span::new().days(1)).take(26);
    let days = days.filter(|day| day.weekday().to_monday_zero_offset() < 5);
    let mut marks: Map<String, Value> =
        days.map(|day| (day.to_string(), json!({ "am": "/", "pm": "\\" }))).collect();
    marks.insert("2025-09-01".to_owned(), json!({ "am": "I", "pm": "I" }));
    let mut records = vec![short_calendar()];
    for pupil in 0..pupils {
        records.push(json!({
            "kind": "pupil", "id": format!("@p{pupil}"), "from": "2025-09-01",
            "fields": { "forename": "A", "surname": "Test", "year_group": "9" },
        }));
        records.push(json!({
            "kind": "attendance", "id": format!("@a{pupil}"),
            "fields": {
                "pupil": format!("@p{pupil}"), "year": "2025/26", "half_term": "autumn_1",
                "marks": marks,
            },
        }));
    }
    let example = json!({
        "says": "near a limit", "as_of": "2025-09-26", "records": records, "expect": {},
    });
    serde_json::from_value::<Example>(example).unwrap().scope().unwrap()
}

/// The report of a script as the pastoral team sees it.
fn for_pastoral(scope: Scope, script: &str) -> Report {
    let package = package(script);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let context = RunContext::new(scope, Budget::default())
        .for_pastoral(Arc::new(|_| Some("Noor".to_owned())));
    Host::new().run(&package, &options, &context).unwrap()
}

#[test]
fn a_list_that_is_cut_says_so_and_everybody_is_counted() {
    let script = "fn run(cx, p) {
        let near = cx.attendance.absence().near(3);
        let rows = cx.attendance.filter(col(\"date\") == \"2025-09-02\").collect();
        let both = rows.listed(\"{session}\");
        let text = `${counted(near.pupils, \"pupil\")} near, ${counted(both.pupils, \"pupil\")}`;
        report(\"t\").finding(#{ text: text })
          .list(\"Near\", near, #{ audience: \"pastoral\" })
          .list(\"Marks\", both, #{ audience: \"pastoral\" }).done()
    }";
    let said = |pupils: usize| {
        let report = for_pastoral(near(pupils), script);
        let list = |one: &List| format!("{} {}", one.pupils.len(), one.title);
        [report.findings[0].text.clone(), list(&report.lists[0]), list(&report.lists[1])]
    };
    assert_eq!(
        said(120),
        [
            "120 pupils near, 120 pupils",
            "100 Near, the first 100 of 120",
            "100 Marks, the first 100 of 240"
        ]
    );
    assert_eq!(said(50), ["50 pupils near, 50 pupils", "50 Near", "100 Marks"]);
}

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
