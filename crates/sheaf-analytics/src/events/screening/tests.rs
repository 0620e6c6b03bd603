//! Screening held to small stories counted by hand.

use std::sync::Arc;

use jiff::civil::{Date, date};
use sheaf_records::Record;

use super::*;
use crate::narrowing::Narrowing;
use crate::test_school::{calendars, incident, pupil, suspension};
use crate::{Dataset, Plan, Provenance, Scope};

/// Checks after five school days that look five ahead, from Monday 9 to Friday 27 September 2024.
const OPTIONS: ScreenOptions = ScreenOptions {
    within: 5,
    ahead: 5,
    at_least: 1,
    period: Period { from: date(2024, 9, 9), to: date(2024, 9, 27) },
};

fn screen(records: &[Record], outcome: &str, today: Date) -> Screening {
    let mut dataset = Dataset::default();
    for record in calendars().iter().chain(records) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), today);
    let budget = Budget::default();
    let events = |table: &str| {
        let frame = Plan::scan(table).run(&scope, &budget).unwrap();
        frame.pupil_events(&budget).unwrap()
    };
    let roll = Roll::new(&scope, &Narrowing::default(), &budget).unwrap();
    Screening::new(&Arc::new(events("incidents")), &events(outcome), &roll, &OPTIONS, &budget)
        .unwrap()
}

/// Of each row: events before the check, and whether what followed was a concern.
fn rows(found: &Screening) -> Vec<(u32, bool)> {
    found.rows.iter().map(|row| (row.events, row.is_concern)).collect()
}

#[test]
fn what_is_before_a_check_flags_and_what_is_after_it_is_the_concern() {
    let ann = pupil(1, "9", date(2024, 9, 1), None);
    let days = [date(2024, 9, 9), date(2024, 9, 13), date(2024, 9, 16), date(2024, 9, 27)];
    let mut records: Vec<Record> = (1..)
        .zip(days)
        .map(|(number, day)| incident(number, day, "disruption", &[(&ann, "aggressor")]))
        .collect();
    records.push(ann);
    let found = screen(&records, "incidents", date(2025, 7, 22));
    assert_eq!(found.school_days, 15);
    assert_eq!(found.checks, [date(2024, 9, 20), date(2024, 9, 13)]);
    // On the 20th: one in that week, one more on the 27th. On the 13th: two, and one on the 16th.
    assert_eq!(rows(&found), [(1, true), (2, true)]);
    assert_eq!((found.ids(|row| row.events == 1).len(), found.ids(|_| true).len()), (1, 3));
    // Nothing of the future is known: from the 20th on only the first check has its days.
    let found = screen(&records, "incidents", date(2024, 9, 20));
    assert_eq!(rows(&found), [(2, true)]);
}

#[test]
fn the_concern_may_be_of_another_kind() {
    let ann = pupil(1, "9", date(2024, 9, 1), None);
    let records = [
        incident(1, date(2024, 9, 10), "disruption", &[(&ann, "aggressor")]),
        incident(2, date(2024, 9, 18), "disruption", &[(&ann, "aggressor")]),
        suspension(3, &ann, date(2024, 9, 26), 2),
        ann,
    ];
    assert_eq!(rows(&screen(&records, "suspensions", date(2025, 7, 22))), [(1, true), (1, false)]);
}

#[test]
fn who_comes_or_leaves_between_is_left_out_and_counted() {
    let stays = pupil(1, "9", date(2024, 9, 1), None);
    let leaves = pupil(2, "9", date(2024, 9, 1), Some(date(2024, 9, 24)));
    let comes = pupil(3, "9", date(2024, 9, 11), None);
    let found = screen(&[stays, leaves, comes], "incidents", date(2025, 7, 22));
    // On the 20th the leaver is not followed, on the 13th the newcomer was not seen whole.
    assert_eq!((found.rows.len(), found.left_out), (4, 2));
}

#[test]
fn who_is_flagged_today_is_on_the_roll_today() {
    let ann = pupil(1, "9", date(2024, 9, 1), None);
    let ben = pupil(2, "9", date(2024, 9, 1), Some(date(2024, 9, 30)));
    let day = |number: u64, day: i8, pupil: &Record| {
        incident(number, date(2024, 9, day), "disruption", &[(pupil, "aggressor")])
    };
    let records =
        [day(1, 25, &ann), day(2, 27, &ann), day(3, 25, &ben), day(4, 26, &ben), ann, ben];
    let found = screen(&records, "incidents", date(2024, 10, 1));
    let now = found.flagged_now(2, 10);
    assert_eq!(
        now.iter().map(|one| (one.count, one.last)).collect::<Vec<_>>(),
        [(2, date(2024, 9, 27))]
    );
    assert_eq!(now[0].ids.len(), 2);
    assert!(found.flagged_now(3, 10).is_empty());
}
