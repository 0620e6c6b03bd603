//! Windows, counts, histories and comparisons of a few invented pupils, reckoned by hand.

use std::sync::Arc;

use jiff::civil::{Date, date};
use sheaf_records::Record;

use super::*;
use crate::events::{PupilEvents, Roll};
use crate::narrowing::Narrowing;
use crate::test_school::{calendars, caseload, pupil, referral};
use crate::{Dataset, Grain, Plan, Provenance, Scope};

const TODAY: Date = date(2025, 4, 4);

struct School {
    scope: Scope,
    windows: Arc<Windows>,
    events: Arc<PupilEvents>,
    roll: Arc<Roll>,
}

/// Caseloads stand in for help that begins on a day: their `date` is the anchor, and the decision
/// is taken on that day.
fn school(records: &[Record], gap: Gap) -> School {
    let mut dataset = Dataset::default();
    let provenance = Provenance::of_space("pastoral");
    for record in calendars().iter().chain(records) {
        dataset.upsert(record, &provenance).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), TODAY);
    let budget = Budget::default();
    let who = Plan::scan("caseloads").run(&scope, &budget).unwrap();
    let options = WindowOptions { anchor: "date".into(), before: 10, after: 10, gap };
    let referrals = Plan::scan("room_referrals").run(&scope, &budget).unwrap();
    School {
        windows: Arc::new(who.windows(&options, &budget).unwrap()),
        events: Arc::new(referrals.pupil_events(&budget).unwrap()),
        roll: Arc::new(Roll::new(&scope, &Narrowing::default(), &budget).unwrap()),
        scope,
    }
}

impl School {
    fn counts(&self) -> PupilCounts {
        self.windows.count(&self.events, &self.roll, &Budget::default()).unwrap()
    }
}

fn span(span: Span) -> (Date, Date) {
    (date_of(span.0).unwrap(), date_of(span.1).unwrap())
}

/// One pupil with help from 3 March 2025, in the second half of the spring term.
fn one_pupil() -> Vec<Record> {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let mut records = vec![caseload(1, &[(&one, date(2025, 3, 3))])];
    let days = [
        // In the window before: the last ten school days before the half-term of 24 February.
        date(2025, 2, 3),
        date(2025, 2, 14),
        date(2025, 1, 31),
        // What triggered the choice.
        date(2025, 2, 25),
        date(2025, 2, 26),
        // After: ten school days from 3 March.
        date(2025, 3, 3),
        date(2025, 3, 14),
        date(2025, 3, 17),
    ];
    records.extend(days.iter().zip(1..).map(|(day, number)| referral(number, &one, *day, "x")));
    records.push(one);
    records
}

#[test]
fn the_baseline_leaves_out_the_half_term_of_the_decision() {
    let school = school(&one_pupil(), Gap::HalfTermOfDecision);
    let window = school.windows.list[0];
    assert_eq!(span(window.before), (date(2025, 2, 3), date(2025, 2, 14)));
    assert_eq!(span(window.after), (date(2025, 3, 3), date(2025, 3, 14)));
    let counts = school.counts();
    let row = counts.rows[0];
    assert_eq!((row.n0, row.e0, row.n1, row.e1, row.followed), (2.0, 10.0, 2.0, 10.0, 1.0));
    assert_eq!(counts.ids(0).len(), 4);
}

#[test]
fn without_a_gap_the_baseline_ends_the_day_before() {
    let school = school(&one_pupil(), Gap::None);
    assert_eq!(span(school.windows.list[0].before), (date(2025, 2, 10), date(2025, 2, 28)));
    assert_eq!(school.counts().rows[0].n0, 3.0);
}

#[test]
fn who_left_or_started_lately_is_left_out_and_counted() {
    let stays = pupil(1, "8", date(2024, 9, 1), None);
    let leaves = pupil(2, "8", date(2024, 9, 1), Some(date(2025, 3, 5)));
    let late = pupil(3, "8", date(2024, 9, 1), None);
    let never = pupil(4, "8", date(2024, 9, 1), None);
    let start = date(2025, 3, 3);
    let helped =
        [(&stays, start), (&leaves, start), (&late, date(2025, 4, 3)), (&never, date(2025, 5, 1))];
    let school = school(&[caseload(1, &helped), stays, leaves, late, never], Gap::None);
    assert_eq!(school.windows.len(), 3);
    let counts = school.counts();
    assert_eq!((counts.rows.len(), counts.left_out), (1, 2));
}

#[test]
fn a_pupil_who_starts_again_has_the_windows_of_the_first_start() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let again = caseload(2, &[(&one, date(2025, 3, 10))]);
    let school = school(&[caseload(1, &[(&one, date(2025, 3, 3))]), again, one], Gap::None);
    assert_eq!((school.windows.len(), school.windows.repeated()), (1, 1));
    assert_eq!(span(school.windows.list[0].after).0, date(2025, 3, 3));
}

#[test]
fn the_history_is_of_the_whole_school_and_ends_with_the_decision() {
    let mut records = one_pupil();
    let other = pupil(2, "8", date(2024, 9, 1), None);
    records.push(referral(20, &other, date(2024, 11, 6), "x"));
    records.push(other);
    let school = school(&records, Gap::HalfTermOfDecision);
    let history =
        school.counts().history(&school.events, &school.roll, 3, &Budget::default()).unwrap();
    let of = |pupil: usize| -> Vec<(f64, f64)> {
        let codes: std::collections::BTreeSet<u32> = history.pupil.iter().copied().collect();
        let code = codes.into_iter().nth(pupil).unwrap();
        let rows = history.pupil.iter().zip(history.n.iter().zip(&history.e));
        rows.filter(|(pupil, _)| **pupil == code).map(|(_, (n, e))| (*n, *e)).collect()
    };
    let found = [of(0), of(1)];
    // Autumn 2, spring 1, spring 2: 34, 28 and 30 school days.
    assert!(found.contains(&vec![(0.0, 34.0), (3.0, 28.0), (5.0, 30.0)]), "{found:?}");
    assert!(found.contains(&vec![(1.0, 34.0), (0.0, 28.0), (0.0, 30.0)]), "{found:?}");
    // Help began on 3 March, five school days after spring 2 did; the decision was in it.
    let helped = history.n.iter().zip(&history.courses).filter(|(_, courses)| **courses > 0.0);
    assert_eq!(helped.collect::<Vec<_>>(), [(&5.0, &(25.0 / 30.0))]);
    assert!(history.past.iter().all(|past| *past), "{:?}", history.past);
}

#[test]
fn a_series_has_the_weeks_of_both_windows() {
    let school = school(&one_pupil(), Gap::HalfTermOfDecision);
    let counts = school.counts();
    let pupil = counts.rows[0].pupil;
    let series = counts.series(pupil, Grain::SchoolWeek).unwrap();
    let points: Vec<(Date, Phase, f64)> =
        series.points.iter().map(|one| (one.from, one.phase, one.n)).collect();
    assert_eq!(
        points,
        [
            (date(2025, 2, 3), Phase::Before, 1.0),
            (date(2025, 2, 10), Phase::Before, 1.0),
            (date(2025, 3, 3), Phase::After, 1.0),
            (date(2025, 3, 10), Phase::After, 1.0),
        ]
    );
    assert_eq!(series.start, date(2025, 3, 3));
    assert_eq!(counts.pupils_with(2, 2, Grain::SchoolWeek), [pupil]);
    assert!(counts.pupils_with(3, 2, Grain::SchoolWeek).is_empty());
}

/// Two helped pupils of Year 8 with 2 and 3 referrals before; of the others one is of another year,
/// one had more, and two are alike.
#[test]
fn matched_pupils_are_alike_and_used_once() {
    let pupils: Vec<Record> = (1..=6)
        .map(|number| pupil(number, if number == 3 { "9" } else { "8" }, date(2024, 9, 1), None))
        .collect();
    let helped = [(&pupils[0], date(2025, 3, 3)), (&pupils[1], date(2025, 3, 3))];
    let mut records = vec![caseload(1, &helped)];
    for (place, one) in pupils.iter().enumerate() {
        let before = if place == 3 { 7 } else { 2 + (place % 2) };
        for number in 0..before as u64 {
            let day = date(2025, 2, 3 + i8::try_from(number).unwrap());
            records.push(referral(100 * (place as u64 + 1) + number, one, day, "x"));
        }
    }
    records.extend(pupils);
    let school = school(&records, Gap::HalfTermOfDecision);
    let options =
        MatchOptions { on: vec!["year_group".into(), "n0_band".into()], ratio: 3, caliper: 0.2 };
    let kind = ComparisonKind::Matched;
    let found = school.counts().comparison(kind, &options, &Budget::default()).unwrap();
    let before =
        |counts: &PupilCounts| -> Vec<f64> { counts.rows.iter().map(|row| row.n0).collect() };
    assert_eq!(before(&found.treated), [2.0, 3.0]);
    assert_eq!(before(&found.control), [2.0, 3.0]);
    let wrong = MatchOptions { on: vec!["shoe_size".into()], ..options };
    let error = school.counts().comparison(kind, &wrong, &Budget::default()).unwrap_err();
    assert!(error.to_string().starts_with("a match has no column `shoe_size`"), "{error}");
}

/// Ten pupils of Year 8, of whom every other one is helped from 3 March and one more from 14 March.
/// Who begins later is compared until then, and who began before is not.
#[test]
fn who_had_no_help_yet_is_compared_until_it_begins() {
    let pupils: Vec<Record> =
        (1..=10).map(|number| pupil(number, "8", date(2024, 9, 1), None)).collect();
    let mut helped: Vec<(&Record, Date)> =
        pupils.iter().step_by(2).map(|one| (one, date(2025, 3, 3))).collect();
    helped.push((&pupils[1], date(2025, 3, 14)));
    let mut records = vec![caseload(1, &helped)];
    for (place, one) in (0..).zip(&pupils) {
        let days = [date(2025, 2, 3), date(2025, 2, 4), date(2025, 3, 13), date(2025, 3, 14)];
        let events = (0..).zip(days);
        records.extend(events.map(|(at, day)| referral(100 + 10 * place + at, one, day, "x")));
    }
    records.extend(pupils);
    let school = school(&records, Gap::HalfTermOfDecision);
    let options = MatchOptions { on: vec!["year_group".into()], ratio: 1, caliper: 0.2 };
    let kind = ComparisonKind::Matched;
    let found = school.counts().comparison(kind, &options, &Budget::default()).unwrap();
    let matching = found.matching.unwrap();
    assert_eq!((matching.tried, matching.others), (6, 5));
    // Two referrals in the ten days after; of who begins on 14 March only the one before, in nine
    // days; and beside that pupil stands one of the others, in the days from 14 March.
    let mut after: Vec<(i32, i32)> =
        found.control.rows.iter().map(|row| (row.n1 as i32, row.e1 as i32)).collect();
    after.sort_unstable();
    assert_eq!(after, [(1, 9), (1, 10), (2, 10), (2, 10), (2, 10)]);
}

/// Eight helped pupils with free meals and eight others without: nobody is equal in both, so that
/// free meals are let go and it is told.
#[test]
fn what_is_let_go_is_told() {
    let (mut helped, mut others) = (Vec::new(), Vec::new());
    for number in 1..=8 {
        let mut one = pupil(number, "8", date(2024, 9, 1), None);
        one.set_row("spells", "meals", "what", "free_meals");
        one.set_row("spells", "meals", "value", "TFSM");
        one.set_row("spells", "meals", "from", date(2024, 9, 1));
        helped.push(one);
        others.push(pupil(10 + number, "8", date(2024, 9, 1), None));
    }
    let start = date(2025, 3, 3);
    let mut records = vec![caseload(1, &helped.iter().map(|one| (one, start)).collect::<Vec<_>>())];
    records.extend(helped.into_iter().chain(others));
    let school = school(&records, Gap::HalfTermOfDecision);
    let on = vec!["year_group".into(), "free_meals".into()];
    let options = MatchOptions { on, ratio: 3, caliper: 0.2 };
    let kind = ComparisonKind::Matched;
    let found = school.counts().comparison(kind, &options, &Budget::default()).unwrap();
    let matching = found.matching.unwrap();
    assert_eq!(matching.let_go, ["free_meals"]);
    assert_eq!((matching.tried, matching.others, matching.caliper), (8, 8, 0.4));
}

#[test]
fn the_same_days_of_last_year_are_those_of_the_same_place_in_the_half_term() {
    let calendar = crate::test_school::calendar();
    // 3 September 2024 is the first school day after an INSET day; 4 September 2023 was the first.
    let period = crate::Period { from: date(2024, 9, 1), to: date(2024, 9, 6) };
    let same = SameDays::of(&calendar, period, TODAY);
    assert_eq!(same.now[..2], [date(2024, 9, 3), date(2024, 9, 4)]);
    assert_eq!(same.before[..2], [date(2023, 9, 4), date(2023, 9, 5)]);
    // Autumn 1 had 35 days then and has 39 now: four have no counterpart.
    let period = crate::Period { from: date(2024, 9, 1), to: date(2024, 10, 31) };
    assert_eq!(SameDays::of(&calendar, period, TODAY).len(), 35);
    let first = crate::Period { from: date(2023, 9, 1), to: date(2024, 7, 23) };
    assert!(SameDays::of(&calendar, first, TODAY).is_empty());
}

/// The clustered change of m35 looks at half-terms; here the same pupils on the same days.
#[test]
fn counts_on_the_same_days_know_who_was_there() {
    let stays = pupil(1, "8", date(2023, 9, 1), None);
    let joins = pupil(2, "8", date(2024, 9, 1), None);
    let records = [
        referral(1, &stays, date(2023, 9, 5), "x"),
        // Before this day nothing was written down, so that 4 September has no counterpart.
        referral(2, &stays, date(2024, 9, 4), "x"),
        referral(3, &joins, date(2024, 9, 4), "x"),
        referral(4, &joins, date(2024, 9, 20), "x"),
        stays,
        joins,
    ];
    let school = school(&records, Gap::None);
    let period = crate::Period { from: date(2024, 9, 1), to: date(2024, 9, 6) };
    let budget = Budget::default();
    let days = SameDays::of(school.scope.calendar(), period, TODAY);
    let days = days.recorded(&school.scope, "room_referrals", &budget).unwrap();
    let counts = PupilCounts::same_days(&school.events, &school.roll, &days, &budget).unwrap();
    let mut rows: Vec<[f64; 4]> =
        counts.rows.iter().map(|row| [row.n0, row.e0, row.n1, row.e1]).collect();
    rows.sort_by(|a, b| b[1].total_cmp(&a[1]));
    assert_eq!(counts.pairs, 3);
    assert_eq!(rows, [[1.0, 3.0, 1.0, 3.0], [0.0, 0.0, 1.0, 3.0]]);
}
