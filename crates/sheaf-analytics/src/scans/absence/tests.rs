//! Absence by hand, and over the constructed register.

use jiff::civil::date;
use sheaf_records::{Kind, Record};

use super::*;
use crate::test_school::{attendance, calendars, pupil, suspension};
use crate::{Dataset, Plan, Provenance, Scope};

fn scope(records: &[Record]) -> Scope {
    let mut dataset = Dataset::default();
    for record in calendars().iter().chain(records) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    Scope::new(dataset.snapshot(), date(2025, 7, 1))
}

fn absence(scope: &Scope) -> Absence {
    let frame = Plan::scan("attendance").run(scope, &Budget::default()).unwrap();
    frame.absence(&Budget::default()).unwrap()
}

fn missed(possible: u32, absent: u32) -> Missed {
    Missed { possible, absent }
}

#[test]
fn exactly_a_tenth_is_persistent_and_how_far_it_is_away() {
    assert!(missed(100, 10).reaches(10) && !missed(100, 9).reaches(10));
    assert!(missed(100, 50).reaches(2) && !missed(101, 50).reaches(2));
    assert!(!missed(0, 0).reaches(10));
    // Checked one by one: all missed until it is reached, all attended until it is not.
    for possible in 1..60 {
        for absent in 0..=possible {
            for one_in in [2, 10] {
                let now = missed(possible, absent);
                let until = (0..).find(|s| missed(possible + s, absent + s).reaches(one_in));
                assert_eq!(Some(now.until(one_in)), until, "{now:?} {one_in}");
                let out = (0..).find(|s| !missed(possible + s, absent).reaches(one_in));
                assert_eq!(Some(now.until_out(one_in)), out, "{now:?} {one_in}");
            }
        }
    }
}

#[test]
fn days_and_sessions_fall_on_their_weekdays() {
    let ada = pupil(1, "8", date(2024, 9, 1), None);
    // Monday 9 September: morning missed; Tuesday: both; Wednesday: one not required, one there;
    // Saturday: no school day.
    let marks = [
        (date(2024, 9, 9), "am", "I"),
        (date(2024, 9, 9), "pm", "\\"),
        (date(2024, 9, 10), "am", "O"),
        (date(2024, 9, 10), "pm", "O"),
        (date(2024, 9, 11), "am", "X"),
        (date(2024, 9, 11), "pm", "\\"),
        (date(2024, 9, 14), "am", "I"),
    ];
    let absence = absence(&scope(&[attendance(1, &ada, &marks), ada.clone()]));
    assert_eq!(absence.totals(), [missed(6, 4)]);
    let week = absence.weekdays(0);
    assert_eq!(week[..3], [missed(1, 1), missed(1, 1), missed(1, 0)]);
    assert_eq!(week[3..], [missed(0, 0), missed(0, 0)]);
    assert_eq!(absence.slot(0, 0), [missed(1, 1)]);
    assert_eq!(absence.slot(0, 1), [missed(1, 0)]);
    assert_eq!(absence.slot(2, 0), [missed(0, 0)]);
    assert_eq!((absence.pupils(), absence.ids(&[0])[0].len()), (1, 1));
    assert_eq!(absence.pupil_id(0), Some(ada.id));
}

#[test]
fn days_around_an_event_leave_the_event_out() {
    let ada = pupil(1, "8", date(2024, 9, 1), None);
    let day = |n: i8| date(2024, 9, n);
    let mut marks = Vec::new();
    for n in [9, 10, 11, 12, 13, 16, 17, 18, 19, 20] {
        // Suspended on the 12th and the 13th; away on the 10th and all day on the 16th and 17th.
        let code = match n {
            12 | 13 => "E",
            10 | 16 | 17 => "I",
            _ => "/",
        };
        marks.push((day(n), "am", code));
    }
    let mut out = suspension(1, &ada, day(12), 4);
    out.set("end", day(13));
    let scope = scope(&[attendance(1, &ada, &marks), ada, out]);
    let frame = Plan::scan("suspensions").run(&scope, &Budget::default()).unwrap();
    let events = frame.pupil_events(&Budget::default()).unwrap();
    let around = absence(&scope).around(&events, 3, "end").unwrap();
    // 9, 10, 11 before; 16, 17, 18 after.
    assert_eq!(around, [(0, missed(3, 1), missed(3, 2))]);
    let around = absence(&scope).around(&events, 3, "date").unwrap();
    // Without its end the 13th is after it.
    assert_eq!(around, [(0, missed(3, 1), missed(3, 3))]);
}

/// The constructed register: what was published of it, by pupil.
#[test]
fn the_constructed_register() {
    let mut records: Vec<Record> = Vec::new();
    let lines = include_str!("../../../testdata/register.csv").lines().skip(1);
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let number: u64 = cells[0].parse().unwrap();
        let at = usize::try_from(number).unwrap() - 1;
        while records.len() <= at {
            let number = records.len() as u64 + 1;
            let one = pupil(number, "8", date(2024, 9, 1), None);
            records.push(attendance(number, &one, &[]));
        }
        let session = cells[2].to_lowercase();
        records[at].set_row("marks", cells[1], &session, cells[3]);
    }
    assert!(records.iter().all(|record| record.kind == Kind::Attendance));
    let absence = absence(&scope(&records));
    let all: Vec<Missed> = absence.totals().to_vec();
    let [persistent, severe] =
        [10, 2].map(|one_in| all.iter().filter(|one| one.reaches(one_in)).count());
    assert_eq!((persistent, severe), (5, 2));
    let sum = |of: fn(&Missed) -> u32| f64::from(all.iter().map(of).sum::<u32>());
    let rate = sum(|one| one.absent) / sum(|one| one.possible);
    assert!((rate - 0.189_743_589_743_589_74).abs() < 1e-12, "{rate}");
    assert!(absence.frame().len() > 700);
}
