//! Measures held to a constructed school whose answers were worked out by other means, to a plain
//! reckoning over pupils and days, and to small stories.

use jiff::civil::{Date, date};
use sheaf_records::Record;

use super::*;
use crate::data::snapshot::Scope;
use crate::plan::Step;
use crate::plan::expr::{Expr, col};
use crate::test_school::{calendars, constructed, incident, pupil, referral, spell};
use crate::{Dataset, Plan, Provenance};

fn scope(records: &[Record], as_of: Date) -> Scope {
    let mut dataset = Dataset::default();
    let provenance = Provenance::of_space("pastoral");
    for record in calendars().iter().chain(records) {
        dataset.upsert(record, &provenance).unwrap();
    }
    Scope::new(dataset.snapshot(), as_of)
}

fn options(grain: Grain, by: &[&str], filters: &[Expr]) -> MeasureOptions {
    let mut narrowing = Narrowing::default();
    filters.iter().for_each(|one| narrowing.add(&Step::Filter(one.clone())));
    MeasureOptions {
        grain,
        by: by.iter().map(|&name| name.to_owned()).collect(),
        period: Period { from: date(2024, 9, 1), to: date(2025, 7, 22) },
        narrowing,
        exposure: Exposure::EnrolledDays,
    }
}

fn run(
    table: &str,
    records: &[Record],
    grain: Grain,
    by: &[&str],
    filters: &[Expr],
) -> Result<Measure, AnalyticsError> {
    let scope = scope(records, date(2025, 7, 22));
    let plan = filters.iter().fold(Plan::scan(table), |plan, one| plan.filter(one.clone()));
    let frame = plan.run(&scope, &Budget::default())?;
    frame.measure(&options(grain, by, filters), &Budget::default())
}

fn measure(grain: Grain, by: &[&str], filters: &[Expr]) -> Measure {
    run("room_referrals", &constructed(), grain, by, filters).unwrap()
}

/// Pupil-days are whole.
fn pupil_days(measure: &Measure, group: usize) -> Vec<u64> {
    measure.exposure(group).into_iter().map(|days| days as u64).collect()
}

/// Events and pupil-days by half-term: 41 over 34 days and 26 over 28, 113 pupils (m29, m35).
#[test]
fn half_terms_of_the_constructed_school() {
    let all = measure(Grain::HalfTerm, &[], &[]);
    assert_eq!(all.groups().len(), 1);
    let days: Vec<u32> = all.bins().iter().map(|bin| bin.school_days).collect();
    assert_eq!(days, [39, 34, 28, 30, 23, 35]);
    assert_eq!(all.events(0)[1..3], [41, 26]);
    assert_eq!(pupil_days(&all, 0).iter().sum::<u64>(), 21_466);
    assert_eq!((all.groups()[0].pupils, all.groups()[0].with_event), (120, 52));
    assert_eq!(all.ids(0, 1).len(), 41);
}

#[test]
fn weekdays_split_events_and_pupil_days() {
    let days = measure(Grain::Year, &["weekday"], &[]);
    let found: Vec<(u32, u64)> =
        (0..5).map(|group| (days.events(group)[0], pupil_days(&days, group)[0])).collect();
    assert_eq!(found, [(43, 3859), (48, 4432), (36, 4318), (30, 4429), (29, 4428)]);
    assert!(days.is_shared());
}

#[test]
fn a_condition_on_the_pupil_or_the_day_narrows_both() {
    let free = measure(Grain::Year, &[], &[col("free_meals").equals("FSM")]);
    assert_eq!((free.events(0)[0], pupil_days(&free, 0)[0]), (43, 5671));
    let monday = measure(Grain::Year, &[], &[col("weekday").equals(1)]);
    assert_eq!((monday.events(0)[0], pupil_days(&monday, 0)[0]), (43, 3859));
    let place = measure(Grain::Year, &[], &[col("reason").equals("corridor")]);
    assert_eq!(pupil_days(&place, 0)[0], 21_466);
    assert!(place.events(0)[0] < 186);
}

#[test]
fn split_parts_add_up_and_zero_cells_are_there() {
    let all = measure(Grain::SchoolWeek, &[], &[]);
    let split = measure(Grain::SchoolWeek, &["year_group", "reason"], &[]);
    assert!(!split.is_shared());
    for bin in 0..all.bins().len() {
        let parts: u32 = (0..split.groups().len()).map(|group| split.events(group)[bin]).sum();
        assert_eq!(parts, all.events(0)[bin]);
    }
    let years = measure(Grain::SchoolWeek, &["year_group"], &[]);
    for bin in 0..all.bins().len() {
        let parts: u64 =
            (0..years.groups().len()).map(|group| pupil_days(&years, group)[bin]).sum();
        assert_eq!(parts, pupil_days(&all, 0)[bin]);
    }
    assert!(split.events(0).contains(&0));
}

/// A pupil-day belongs to the value that holds on that day.
#[test]
fn pupil_days_follow_dated_facts() {
    let mut one = pupil(1, "8", date(2024, 9, 1), None);
    spell(&mut one, "sen_status", "K", date(2024, 9, 10), Some(date(2024, 9, 12)));
    let records = [referral(1, &one, date(2024, 9, 11), "x"), one];
    let split = run("room_referrals", &records, Grain::HalfTerm, &["sen_status"], &[]).unwrap();
    let keys: Vec<String> = split.groups().iter().map(|group| group.keys[0].to_string()).collect();
    assert_eq!(keys, ["K", ""]);
    assert_eq!((split.events(0)[0], pupil_days(&split, 0)[0]), (1, 3));
    assert_eq!((split.events(1)[0], pupil_days(&split, 1)[0]), (0, 36));
}

#[test]
fn an_incident_with_two_pupils_counts_once() {
    let (a, b) = (pupil(1, "8", date(2024, 9, 1), None), pupil(2, "9", date(2024, 9, 1), None));
    let both = incident(1, date(2024, 9, 11), "x", &[(&a, "aggressor"), (&b, "participant")]);
    let records = [both, a, b];
    let all = run("incidents", &records, Grain::HalfTerm, &[], &[]).unwrap();
    assert_eq!((all.events(0)[0], all.with_event(0)[0]), (1, 2));
    let split = run("incidents", &records, Grain::HalfTerm, &["year_group"], &[]).unwrap();
    assert_eq!((split.events(0)[0], split.events(1)[0]), (1, 1));
}

#[test]
fn events_in_holidays_are_counted_apart_and_weekends_with_their_week() {
    let one = pupil(1, "8", date(2024, 9, 1), None);
    let day = |number, day| referral(number, &one, day, "x");
    let records = [
        day(1, date(2024, 10, 26)),
        day(2, date(2024, 10, 30)),
        day(3, date(2024, 11, 4)),
        one.clone(),
    ];
    let weeks = run("room_referrals", &records, Grain::SchoolWeek, &[], &[]).unwrap();
    let at = |from| weeks.bins().iter().position(|bin| bin.from == from).unwrap();
    assert_eq!(weeks.events(0)[at(date(2024, 10, 21))], 1);
    assert_eq!(weeks.events(0)[at(date(2024, 11, 5))], 1);
    assert_eq!(weeks.outside(), 1);
}

#[test]
fn a_period_without_a_school_day_is_told_from_one_that_the_calendar_has_not() {
    let scope = scope(&constructed(), date(2025, 3, 12));
    let frame = Plan::scan("room_referrals").run(&scope, &Budget::default()).unwrap();
    let why = |from: Date, to: Date| {
        let period = Period { from, to };
        let options = MeasureOptions { period, ..options(Grain::SchoolWeek, &[], &[]) };
        frame.measure(&options, &Budget::default()).unwrap_err().to_string()
    };
    // The half-term holiday, a Saturday, the summer between two school years, and days to come.
    for (from, to) in [
        (date(2024, 10, 26), date(2024, 11, 3)),
        (date(2024, 11, 16), date(2024, 11, 16)),
        (date(2024, 8, 1), date(2024, 8, 20)),
        (date(2025, 6, 10), date(2025, 6, 20)),
    ] {
        let said = format!("there is no school day in {from}..{to};");
        assert!(why(from, to).starts_with(&said), "{}", why(from, to));
    }
    let unknown = why(date(2036, 9, 1), date(2036, 9, 30));
    assert!(unknown.contains("does not cover 2036-09-01..2036-09-30"), "{unknown}");
}

#[test]
fn limits_and_the_switch_are_minded() {
    let records = constructed();
    let scope = scope(&records, date(2025, 7, 22));
    let frame = Plan::scan("room_referrals").run(&scope, &Budget::default()).unwrap();
    let many = ["pupil", "date", "reason"];
    let error = frame.measure(&options(Grain::SchoolDay, &many, &[]), &Budget::default());
    assert!(error.unwrap_err().to_string().contains("choose a coarser grain or fewer columns"));
    let stopped = Budget::default();
    stopped.cancel();
    let error = frame.measure(&options(Grain::SchoolWeek, &[], &[]), &stopped);
    assert_eq!(error.unwrap_err(), AnalyticsError::Cancelled);
    let error = frame.measure(&options(Grain::SchoolWeek, &["reson"], &[]), &Budget::default());
    assert!(error.unwrap_err().to_string().contains("did you mean `reason`?"));
}
