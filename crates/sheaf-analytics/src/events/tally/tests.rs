//! Groups held to a small school counted by hand.

use jiff::civil::date;

use super::*;
use crate::narrowing::Narrowing;
use crate::test_school::{calendars, incident, pupil, spell};
use crate::{Dataset, Plan, Provenance, Scope};

#[test]
fn each_pupil_is_in_the_group_of_their_last_day_and_leavers_count_for_their_days() {
    let mut ann = pupil(1, "9", date(2024, 9, 1), None);
    spell(&mut ann, "sen_status", "N", date(2024, 9, 1), Some(date(2024, 12, 1)));
    spell(&mut ann, "sen_status", "K", date(2024, 12, 2), None);
    // Ben leaves after the first two of the four weeks, before he comes to need support.
    let mut ben = pupil(2, "9", date(2024, 9, 1), Some(date(2024, 9, 20)));
    spell(&mut ben, "sen_status", "N", date(2024, 9, 1), Some(date(2024, 12, 1)));
    spell(&mut ben, "sen_status", "K", date(2024, 12, 2), None);
    let cam = pupil(3, "9", date(2024, 9, 1), None);
    let of = [(&ann, "aggressor"), (&ben, "participant")];
    let records = [
        incident(1, date(2024, 9, 10), "disruption", &of),
        incident(2, date(2024, 9, 11), "disruption", &[(&ann, "aggressor")]),
    ];
    let mut dataset = Dataset::default();
    for record in calendars().iter().chain(&records).chain([&ann, &ben, &cam]) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), date(2025, 7, 22));
    let budget = Budget::default();
    let events = Plan::scan("incidents").run(&scope, &budget).unwrap();
    let events = events.pupil_events(&budget).unwrap();
    let roll = Roll::new(&scope, &Narrowing::default(), &budget).unwrap();
    let tally = |to| {
        let period = Period { from: date(2024, 9, 9), to };
        Tally::new(&events, &roll, "sen_status", period, &budget).unwrap()
    };
    let early = tally(date(2024, 10, 4));
    let groups: Vec<String> = early.groups.iter().map(Cell::to_string).collect();
    assert_eq!(groups, ["N", ""]);
    let none = early.totals(|row| row.group == 0);
    assert_eq!((none.pupils, none.with_event, none.events), (2, 2, 3.0));
    assert!((none.roll - 1.5).abs() < 1e-9, "{}", none.roll);
    let late = tally(date(2025, 1, 31));
    let groups: Vec<String> = late.groups.iter().map(Cell::to_string).collect();
    assert_eq!(groups, ["K", "N", ""]);
    assert_eq!(late.totals(|row| row.group == 1).pupils, 1, "Ben left as one without support");
    let end = date(2024, 10, 4);
    let wrong = Tally::new(&events, &roll, "sexx", Period { from: end, to: end }, &budget);
    assert!(wrong.unwrap_err().to_string().contains("sex"));
}
