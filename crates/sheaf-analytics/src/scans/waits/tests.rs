//! Waits by hand: who came, who has not come yet, and of what nothing is known.

use jiff::civil::date;
use sheaf_records::{Kind, Record};

use super::*;
use crate::test_school::{calendars, pupil, record};
use crate::{Budget, Dataset, Plan, Provenance, Scope};

fn call(number: u64, pupils: &[&Record], times: &[(&str, i8)]) -> Record {
    let mut call = record(Kind::CallOut, number);
    let at = |minutes: i8| date(2024, 9, 10).at(10, minutes, 0, 0);
    call.set("raised_at", at(10));
    call.set("reason", "disruption");
    call.set("period", if number.is_multiple_of(2) { "p1" } else { "p2" });
    for (field, minutes) in times {
        call.set(field, at(10 + minutes));
    }
    for pupil in pupils {
        call.set_row("pupils", &pupil.id.to_string(), "outcome", "open");
    }
    call
}

#[test]
fn a_wait_ends_when_somebody_is_there_or_goes_on_as_far_as_it_is_known() {
    let (ada, ben) = (pupil(1, "8", date(2024, 9, 1), None), pupil(2, "8", date(2024, 9, 1), None));
    let calls = [
        call(11, &[&ada, &ben], &[("acknowledged_at", 1), ("arrived_at", 4), ("cleared_at", 9)]),
        call(12, &[&ada], &[("acknowledged_at", 2)]),
        call(13, &[], &[("cleared_at", 7)]),
        call(14, &[&ben], &[]),
        call(15, &[&ben], &[("arrived_at", -3)]),
    ];
    let mut dataset = Dataset::default();
    for record in calendars().iter().chain(&calls).chain([&ada, &ben]) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), date(2024, 9, 11));
    let frame = Plan::scan("call_outs").run(&scope, &Budget::default()).unwrap();
    let options = WaitOptions {
        came: "to_arrive".to_owned(),
        seen: vec!["to_acknowledge".to_owned(), "to_clear".to_owned()],
    };
    let waits = frame.waits(&options).unwrap();
    assert_eq!(waits.time(), [4.0, 2.0, 7.0]);
    assert_eq!(waits.came(), [true, false, false]);
    assert_eq!(waits.unknown(), 2);
    // The call without a pupil is nobody's; the first two are of one pupil.
    let units = waits.units();
    assert_eq!(
        units[0] == units[1],
        waits.column("pupil").unwrap().cell(0) == waits.column("pupil").unwrap().cell(1)
    );
    assert!(!units[..2].contains(&units[2]));
    assert!(waits.ids(0).contains(calls[0].id));

    let parts = waits.by("period").unwrap();
    let sizes: Vec<(&str, usize)> =
        parts.iter().map(|part| (part.label.as_str(), part.waits.time().len())).collect();
    assert_eq!(sizes, [("p1", 1), ("p2", 2)]);
    let wrong = WaitOptions { came: "reason".to_owned(), seen: Vec::new() };
    assert!(frame.waits(&wrong).unwrap_err().to_string().contains("whole numbers"));
}
