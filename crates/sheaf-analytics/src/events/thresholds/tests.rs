//! Thresholds held to small stories counted by hand.

use std::sync::Arc;

use jiff::civil::{Date, date};
use sheaf_records::Record;

use super::*;
use crate::narrowing::Narrowing;
use crate::test_school::{calendars, incident, pupil};
use crate::{Dataset, Plan, Provenance, Scope};

/// What each threshold gives for incidents of one pupil on these days, within ten school days.
fn triggers(days: &[Date], thresholds: &[u32]) -> Vec<u32> {
    let ann = pupil(1, "9", date(2024, 9, 1), None);
    let mut records: Vec<Record> = (1..)
        .zip(days)
        .map(|(number, day)| incident(number, *day, "disruption", &[(&ann, "aggressor")]))
        .collect();
    records.push(ann);
    let found = run(&records, thresholds);
    found.rungs.iter().map(Rung::total).collect()
}

fn run(records: &[Record], thresholds: &[u32]) -> Thresholds {
    let mut dataset = Dataset::default();
    for record in calendars().iter().chain(records) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), date(2025, 7, 22));
    let budget = Budget::default();
    let frame = Plan::scan("incidents").run(&scope, &budget).unwrap();
    let events = Arc::new(frame.pupil_events(&budget).unwrap());
    let roll = Roll::new(&scope, &Narrowing::default(), &budget).unwrap();
    let options = ThresholdOptions {
        thresholds: thresholds.to_vec(),
        within: 10,
        period: Period { from: date(2024, 9, 1), to: date(2025, 7, 22) },
    };
    Thresholds::new(&events, &roll, &options, &budget).unwrap()
}

#[test]
fn counting_begins_anew_after_a_rule_applied() {
    // Six days in a row: twice three, once four and two left over, once five.
    let days: Vec<Date> = (9..=13).chain([16]).map(|day| date(2024, 9, day)).collect();
    assert_eq!(triggers(&days, &[3, 4, 5, 7]), [2, 1, 1, 0]);
}

#[test]
fn the_window_is_of_school_days_with_both_ends() {
    // Monday to the Friday of the next week is ten school days, the Monday after it the eleventh.
    let (first, tenth, eleventh) = (date(2024, 9, 9), date(2024, 9, 20), date(2024, 9, 23));
    assert_eq!(triggers(&[first, tenth], &[2]), [1]);
    assert_eq!(triggers(&[first, eleventh], &[2]), [0]);
}

#[test]
fn everybody_on_the_roll_is_there_and_the_week_with_most_is_known() {
    let ann = pupil(1, "9", date(2024, 9, 1), None);
    let ben = pupil(2, "9", date(2024, 9, 1), None);
    let days = [date(2024, 9, 9), date(2024, 9, 10), date(2024, 9, 11), date(2024, 9, 12)];
    let mut records: Vec<Record> = (1..)
        .zip(days)
        .map(|(number, day)| incident(number, day, "disruption", &[(&ann, "aggressor")]))
        .collect();
    records.extend([ann, ben]);
    let found = run(&records, &[2, 5]);
    assert_eq!(found.pupils, 2);
    assert_eq!(found.rungs.first().unwrap().caught().len(), 1);
    assert_eq!((found.busiest_week(0), found.busiest_week(1)), (2, 0));
    assert_eq!(found.ids(0).len(), 2);
}
