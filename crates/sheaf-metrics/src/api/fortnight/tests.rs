//! A fortnight in small schools, reckoned by hand.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sheaf_analytics::Budget;

use crate::example::Example;
use crate::fixture::{referral, run_over};

const PUPILS: [&str; 6] = ["@a", "@b", "@c", "@d", "@e", "@f"];

fn year(id: &str, name: &str, terms: [(&str, Date, Date); 2]) -> Value {
    let terms: serde_json::Map<String, Value> = terms
        .into_iter()
        .map(|(code, from, to)| (code.to_owned(), json!({ "from": from, "to": to })))
        .collect();
    let first = name.split('/').next().unwrap_or_default().parse::<i16>().unwrap();
    let ends = (date(first, 9, 1), date(first + 1, 7, 31));
    let lesson = json!({
        "title": "Period 1", "order": 1, "kind": "lesson", "starts": "09:00", "ends": "10:00",
    });
    let fields = json!({
        "year": name, "from": ends.0, "to": ends.1, "terms": terms, "periods": { "P1": lesson },
    });
    json!({ "kind": "calendar", "id": id, "fields": fields })
}

/// Last year's first half-term had 40 school days and this year's has 30; today is the fifth day
/// of the second.
fn records() -> Vec<Value> {
    let then = [
        ("autumn_1", date(2024, 9, 2), date(2024, 10, 25)),
        ("autumn_2", date(2024, 11, 4), date(2024, 12, 20)),
    ];
    let now = [
        ("autumn_1", date(2025, 9, 8), date(2025, 10, 17)),
        ("autumn_2", date(2025, 11, 3), date(2025, 12, 19)),
    ];
    let mut records = vec![year("@then", "2024/25", then), year("@now", "2025/26", now)];
    records.extend(PUPILS.map(|id| {
        let fields = json!({ "forename": "An", "surname": "Example", "year_group": "9" });
        json!({ "kind": "pupil", "id": id, "from": "2024-09-01", "fields": fields })
    }));
    records
}

/// A referral of each pupil on each weekday from one day to another.
fn daily(from: Date, to: Date) -> Vec<Value> {
    let days = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to);
    let days = days.filter(|day| day.weekday().to_monday_one_offset() <= 5);
    let of_day =
        |day: Date| PUPILS.map(|pupil| referral(&format!("{pupil}{day}"), pupil, &day.to_string()));
    days.flat_map(of_day).collect()
}

fn told(records: Vec<Value>, asked: &str) -> String {
    let example = json!({
        "says": "a school", "as_of": "2025-11-07", "records": records, "options": {}, "expect": {},
    });
    let scope = serde_json::from_value::<Example>(example).unwrap().scope().unwrap();
    let script = format!("fn run(cx, p) {{ report(\"t\").caveat(`${{{asked}}}`).done() }}");
    let report = run_over(scope, &script, Budget::default()).unwrap();
    let refused = report.findings.first().map(|finding| finding.text.clone());
    report.caveats.first().cloned().or(refused).unwrap_or_default()
}

const REFERRALS: &str = "cx.room_referrals.fortnight(#{ days: 10, by: \"reason\" })";

/// Five school days on each side of the holiday. Of last year those count that have the same place
/// in their half-terms, and not the ten days between them.
#[test]
fn last_years_days_are_the_same_days_where_half_terms_are_of_another_length() {
    let mut all = records();
    all.extend(daily(date(2024, 9, 2), date(2024, 10, 25)));
    all.extend(daily(date(2024, 11, 4), date(2024, 12, 20)));
    all.extend(daily(date(2025, 9, 8), date(2025, 10, 17)));
    all.extend(daily(date(2025, 11, 3), date(2025, 11, 7)));
    let total = |asked: &str| told(all.clone(), &format!("{REFERRALS}.total.{asked}"));
    assert_eq!(
        (total("n"), total("before"), total("last_year")),
        ("60".into(), "60".into(), "60".into())
    );
    assert_eq!(total("on_last_year.value"), "1.0");
    assert_eq!((total("year"), total("year_before")), ("210".into(), "210".into()));
    assert_eq!(total("on_the_year_before.value"), "1.0");
}

/// The roll and the calendar of last year are there, but nobody wrote anything down yet.
#[test]
fn a_year_of_which_nothing_is_written_down_is_not_compared() {
    let mut all = records();
    all.extend(daily(date(2025, 9, 8), date(2025, 10, 17)));
    all.extend(daily(date(2025, 11, 3), date(2025, 11, 7)));
    for side in ["on_last_year", "on_the_year_before"] {
        let why = told(all.clone(), &format!("{REFERRALS}.total.{side}.why"));
        assert_eq!(why, "of the same days a year before nothing is written down");
    }
    assert_eq!(told(all, &format!("{REFERRALS}.last_year")), "not known");
}

#[test]
fn an_incident_of_two_pupils_counts_once() {
    let mut all = records();
    all.extend((1..=5).map(|number| {
        let at = format!("2025-11-0{}T11:05", number.min(7) + 2);
        let both = json!({ "@a": { "role": "aggressor" }, "@b": { "role": "participant" } });
        let others = json!({ "@c": { "role": "aggressor" }, "@d": { "role": "aggressor" },
                             "@e": { "role": "aggressor" } });
        let participants = if number == 1 { others } else { both };
        json!({ "kind": "incident", "id": format!("@i{number}"), "fields": {
            "occurred_at": at, "category": "fighting", "participants": participants } })
    }));
    let fortnight = "cx.incidents.fortnight(#{ days: 10 })";
    assert_eq!(told(all.clone(), &format!("{fortnight}.total.n")), "5");
    assert_eq!(told(all, &format!("{fortnight}.total.pupils")), "5");
}

#[test]
fn a_calendar_that_is_too_short_ends_in_a_reason() {
    let why = told(records(), "cx.room_referrals.fortnight(#{ days: 60 }).total.n");
    assert!(why.contains("has no 60 school days before"), "{why}");
}
