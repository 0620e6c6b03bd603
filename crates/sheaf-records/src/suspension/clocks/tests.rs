//! Clocks reckoned by hand over a year of three terms.

use expect_test::{Expect, expect};
use jiff::civil::date;

use super::*;
use crate::id::RecordId;
use crate::kind::Kind;

/// 2026/27 with a first half-term of 2025/26 to look back to; 26 October to 30 October is a
/// holiday, 23 November an INSET day.
fn calendar() -> SchoolCalendar {
    let half_terms = [
        ("autumn_1", date(2026, 9, 1), date(2026, 10, 23)),
        ("autumn_2", date(2026, 11, 2), date(2026, 12, 18)),
        ("spring_1", date(2027, 1, 4), date(2027, 2, 12)),
        ("spring_2", date(2027, 2, 22), date(2027, 3, 25)),
        ("summer_1", date(2027, 4, 12), date(2027, 5, 28)),
        ("summer_2", date(2027, 6, 7), date(2027, 7, 21)),
    ];
    let mut year = year(1, "2026/27", date(2026, 9, 1), date(2027, 7, 21));
    for (code, from, to) in half_terms {
        year.set_row("terms", code, "from", from);
        year.set_row("terms", code, "to", to);
    }
    year.set_row("inset", "2026-11-23", "title", "INSET");
    let mut before = self::year(2, "2025/26", date(2025, 9, 1), date(2026, 7, 21));
    before.set_row("terms", "summer_2", "from", date(2026, 6, 1));
    before.set_row("terms", "summer_2", "to", date(2026, 7, 21));
    SchoolCalendar::new([&year, &before]).unwrap()
}

fn year(number: u8, name: &str, from: Date, to: Date) -> Record {
    let (id, kind) = (RecordId::from_bytes([number; 16]), Kind::Calendar);
    let mut year = Record { id, kind, fields: Default::default() };
    year.set("year", name);
    year.set("from", from);
    year.set("to", to);
    year
}

fn out(start: Date, end: Date, sessions: i64) -> Suspended {
    Suspended { start, end: Some(end), sessions, ..Suspended::default() }
}

#[track_caller]
fn check(suspensions: &[Suspended], today: Date, rules: &[ClockRule], expected: Expect) {
    let mut text = String::new();
    for clock in clocks(suspensions, &calendar(), today) {
        if !rules.contains(&clock.rule) {
            continue;
        }
        let number = |value: Option<i64>| value.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let due = clock.due.map_or_else(|| "-".to_owned(), |due| due.to_string());
        let done = clock.is_done.map_or("", |done| if done { " done" } else { " open" });
        let (rule, why, of) = (clock.rule.code(), &clock.why, &clock.of);
        let (used, limit) = (number(clock.used), number(clock.limit));
        text.push_str(&format!("{rule} {used}/{limit} {due}{done} {of:?} {why}\n"));
    }
    expected.assert_eq(&text);
}

const TERM: [ClockRule; 2] = [ClockRule::TermOver5, ClockRule::TermOver15];

#[test]
fn exactly_five_days_in_a_term_ask_for_nothing_and_half_a_day_more_does() {
    let today = date(2026, 11, 20);
    let five = out(date(2026, 11, 9), date(2026, 11, 13), 10);
    check(
        &[five],
        today,
        &TERM,
        expect![[r#"
        term_5 10/10 - [0] 5 days in the autumn term of 2026/27: at the limit of 5 days, not past it
        term_15 10/30 - [0] 5 days in the autumn term of 2026/27: 10 days short of the limit of 15 days
    "#]],
    );
    // A lunchtime is half a day. After Wednesday 18 November 50 school days: 21 to 18 December
    // (23 November is none), 29 from 4 January on to Thursday 11 February.
    let lunchtime =
        Suspended { is_lunchtimes: true, ..out(date(2026, 11, 18), date(2026, 11, 18), 1) };
    check(
        &[five, lunchtime],
        today,
        &TERM,
        expect![[r#"
        term_5 11/10 2027-02-11 [0, 1] 5.5 days in the autumn term of 2026/27: if home asks, the governors meet within 50 school days (counted from 18 Nov 2026, as no day on which they were told is written down)
        term_15 11/30 - [0, 1] 5.5 days in the autumn term of 2026/27: 9.5 days short of the limit of 15 days
    "#]],
    );
}

#[test]
fn more_than_fifteen_days_in_a_term_oblige_the_governors() {
    let today = date(2026, 12, 1);
    let told = Suspended {
        governors_told: Some(date(2026, 11, 26)),
        ..out(date(2026, 11, 9), date(2026, 11, 30), 30)
    };
    let fifteen = out(date(2026, 9, 7), date(2026, 9, 7), 1);
    // 9 to 30 November are 15 school days without the 23rd: 15.5 with the half day before.
    check(
        &[told, fifteen],
        today,
        &TERM,
        expect![[r#"
        term_5 31/10 - [1, 0] 15.5 days in the autumn term of 2026/27: past 15 days too
        term_15 31/30 2026-12-17 [1, 0] 15.5 days in the autumn term of 2026/27: the governors have to meet within 15 school days (told on 26 Nov 2026)
    "#]],
    );
}

#[test]
fn a_suspension_over_two_terms_counts_in_each_by_its_days() {
    let both = out(date(2026, 12, 16), date(2027, 1, 6), 11);
    check(
        &[both],
        date(2027, 1, 5),
        &[ClockRule::Year, ClockRule::TermOver5, ClockRule::SixthDay, ClockRule::Reintegration],
        expect![[r#"
            year_45 11/90 - [0] 5.5 days of the 45 school days that are allowed in 2026/27
            term_5 6/10 - [0] 3 days in the autumn term of 2026/27: 2 days short of the limit of 5 days
            term_5 5/10 - [0] 2.5 days in the spring term of 2026/27: 2.5 days short of the limit of 5 days
            sixth_day -/- 2027-01-06 open [0] the sixth day is 6 Jan 2027: no full-time provision is written down
            reintegration -/- 2027-01-07 open [0] back on 7 Jan 2027: no meeting is written down; the return does not wait for it
        "#]],
    );
}

#[test]
fn five_days_reach_no_sixth_and_ten_days_do() {
    let rules = [ClockRule::SixthDay, ClockRule::WorkSet, ClockRule::HomeTold];
    let five = Suspended {
        home_told: Some(date(2026, 11, 6)),
        work_set: Some(true),
        ..out(date(2026, 11, 9), date(2026, 11, 13), 10)
    };
    check(
        &[five],
        date(2026, 11, 10),
        &rules,
        expect![[r#"
        home_told -/- 2026-11-09 done [0] home was told on 6 Nov 2026
        work_set -/- 2026-11-09 done [0] suspended from 9 Nov 2026: work was set
    "#]],
    );
    let ten = Suspended {
        provision_from: Some(date(2026, 11, 17)),
        work_set: Some(false),
        ..out(date(2026, 11, 9), date(2026, 11, 20), 20)
    };
    // Provision from the seventh day is a day late.
    check(
        &[ten],
        date(2026, 11, 10),
        &rules,
        expect![[r#"
        home_told -/- 2026-11-09 open [0] suspended from 9 Nov 2026: no day on which home was told
        work_set -/- 2026-11-09 open [0] suspended from 9 Nov 2026: work was not set
        sixth_day -/- 2026-11-16 open [0] the sixth day is 16 Nov 2026: provision is arranged from 17 Nov 2026
    "#]],
    );
}

#[test]
fn a_permanent_exclusion_uses_no_days_and_obliges_governors_and_provision() {
    let start = date(2026, 11, 9);
    let out = Suspended { is_permanent: true, start, ..Suspended::default() };
    check(
        &[out],
        date(2026, 11, 10),
        &ClockRule::ALL,
        expect![[r#"
        permanent -/- 2026-12-01 [0] excluded for good from 9 Nov 2026: the governors have to meet within 15 school days (counted from 9 Nov 2026, as no day on which they were told is written down)
        home_told -/- 2026-11-09 open [0] suspended from 9 Nov 2026: no day on which home was told
        work_set -/- 2026-11-09 open [0] suspended from 9 Nov 2026: not written down whether work was set
        sixth_day -/- 2026-11-16 open [0] the sixth day is 16 Nov 2026: no full-time provision is written down
    "#]],
    );
}

#[test]
fn only_this_year_counts_but_what_is_still_due_is_kept() {
    // 5.5 days in July; of 50 school days after the 13th 6 are left in July, 39 lie before the
    // holiday of October, and 5 after it.
    let july = out(date(2026, 7, 6), date(2026, 7, 13), 11);
    check(
        &[july],
        date(2026, 9, 10),
        &ClockRule::ALL,
        expect![[r#"
        term_5 11/10 2026-11-06 [0] 5.5 days in the summer term of 2025/26: if home asks, the governors meet within 50 school days (counted from 13 Jul 2026, as no day on which they were told is written down)
    "#]],
    );
    check(&[july], date(2026, 12, 10), &ClockRule::ALL, expect![[r#""#]]);
    // In the holidays the year that has begun last is the year.
    let found = clocks(&[july], &calendar(), date(2026, 8, 10));
    assert!(found.iter().any(|clock| clock.rule == ClockRule::Year && clock.used == Some(11)));
}

#[test]
fn more_sessions_than_days_have_room_for_are_all_counted() {
    let odd = out(date(2026, 11, 9), date(2026, 11, 9), 5);
    let found = clocks(&[odd], &calendar(), date(2026, 11, 10));
    assert_eq!((found[0].used, found[0].ends), (Some(5), Some(date(2027, 7, 21))));
    assert_eq!(found[1].ends, Some(date(2026, 12, 18)));
    // Wholly in the holidays: no school day, so no term, and no panic.
    let holiday = out(date(2026, 10, 26), date(2026, 10, 28), 4);
    let found = clocks(&[holiday], &calendar(), date(2026, 11, 10));
    assert!(found.iter().all(|clock| clock.used.is_none()), "{found:?}");
    assert!(clocks(&[odd], &SchoolCalendar::default(), date(2026, 11, 10)).is_empty());
    assert!(clocks(&[], &calendar(), date(2026, 11, 10)).is_empty());
}

#[test]
fn a_record_says_what_the_clocks_need() {
    let id = RecordId::from_bytes([7; 16]);
    let mut record = Record { id, kind: Kind::Suspension, fields: Default::default() };
    assert_eq!(Suspended::of(&record), None);
    record.set("type", "LNCH");
    record.set("start", date(2026, 11, 9));
    record.set("sessions", 3_i64);
    record.set("home_told_at", date(2026, 11, 9).at(9, 30, 0, 0));
    let one = Suspended::of(&record).unwrap();
    assert_eq!((one.is_lunchtimes, one.sessions), (true, 3));
    assert_eq!(one.home_told, Some(date(2026, 11, 9)));
}
