//! Events of periods, held against the same found one period after the other.

use jiff::civil::{Date, date};
use sheaf_records::Record;

use crate::narrowing::Narrowing;
use crate::plan::Step;
use crate::test_school::{calendars, incident, pupil};
use crate::{Budget, Dataset, DaySet, Frame, PairedDays, Period, Plan, Provenance, Roll, Scope};

const TODAY: Date = date(2024, 10, 1);

/// Incidents on these days of September 2024, of the first or the second pupil or of nobody.
const INCIDENTS: [(i8, Option<usize>); 9] = [
    (3, Some(0)),
    (10, Some(0)),
    (10, Some(0)),
    (10, Some(1)),
    (11, None),
    (12, Some(1)),
    (16, Some(0)),
    (20, Some(1)),
    (30, Some(1)),
];

/// Two pupils, of whom the second came on 12 September.
fn scope() -> Scope {
    let pupils = [pupil(1, "9", date(2024, 9, 1), None), pupil(2, "9", date(2024, 9, 12), None)];
    let incidents: Vec<Record> = (0..)
        .zip(INCIDENTS)
        .map(|(number, (day, of))| {
            let of = of.and_then(|of| pupils.get(of)).map(|pupil| (pupil, "aggressor"));
            incident(number, date(2024, 9, day), "disruption", of.as_slice())
        })
        .chain([incident(99, date(2024, 10, 2), "disruption", &[(&pupils[0], "aggressor")])])
        .collect();
    let mut dataset = Dataset::default();
    for record in calendars().iter().chain(&pupils).chain(&incidents) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    Scope::new(dataset.snapshot(), TODAY)
}

fn days(from: i8, to: i8) -> Period {
    Period { from: date(2024, 9, from), to: date(2024, 9, to) }
}

fn frame(scope: &Scope) -> Frame {
    Plan::scan("incidents").run(scope, &Budget::default()).unwrap()
}

#[test]
fn each_period_has_what_it_has_by_itself() {
    let scope = scope();
    let frame = frame(&scope);
    let periods = [
        days(3, 30),
        days(10, 12),
        days(11, 11),
        days(21, 29),
        Period { from: date(2024, 9, 20), to: date(2024, 12, 20) },
    ];
    let sets = periods.map(DaySet::from);
    let found = frame.in_periods(&sets, &Budget::default()).unwrap();
    let sizes: Vec<(usize, usize)> = found.iter().map(|one| (one.rows.len(), one.pupils)).collect();
    // The last ends today: an incident of tomorrow is not counted.
    assert_eq!(sizes, [(9, 2), (5, 2), (1, 0), (0, 0), (2, 1)]);
    for (period, found) in periods.iter().zip(&found) {
        let to = period.to.min(TODAY);
        let within = Step::Within(Period { to, ..*period });
        let alone = frame.apply(&[within], &Budget::default()).unwrap();
        assert_eq!(frame.behind_rows(&found.rows).1, alone.all_ids());
        assert_eq!(found.pupils, alone.pupils_in_all());
        assert_eq!(found.records, alone.all_ids().len());
    }
}

#[test]
fn who_was_not_on_the_roll_is_not_counted() {
    let scope = scope();
    let budget = Budget::default();
    let roll = Roll::new(&scope, &Narrowing::default(), &budget).unwrap();
    let sets = [days(16, 20), days(9, 11)].map(DaySet::from);
    let [events_now, events_before] =
        [0, 1].map(|at| frame(&scope).in_periods(&sets, &budget).unwrap().remove(at));
    let (n1, e1, n0, e0) =
        PairedDays::new(&roll, &sets[0], &sets[1]).count(&events_now, &events_before);
    assert_eq!((n1, e1), (vec![1.0, 1.0], vec![5.0, 5.0]));
    // The second pupil had an incident before coming.
    assert_eq!((n0, e0), (vec![2.0, 0.0], vec![3.0, 0.0]));
}

#[test]
fn an_incident_of_two_pupils_is_one_record_of_two_rows() {
    let pupils = [1, 2].map(|number| pupil(number, "9", date(2024, 9, 1), None));
    let both = [(&pupils[0], "aggressor"), (&pupils[1], "participant")];
    let mut dataset = Dataset::default();
    let fight = incident(1, date(2024, 9, 10), "fighting", &both);
    for record in calendars().iter().chain(&pupils).chain([&fight]) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), TODAY);
    let sets = [DaySet::from(days(9, 13))];
    let found = frame(&scope).in_periods(&sets, &Budget::default()).unwrap().remove(0);
    assert_eq!((found.rows.len(), found.records, found.pupils), (2, 1, 2));
}

/// Days between those that are asked for are not counted, nor are their school days.
#[test]
fn days_that_are_no_neighbours_are_counted_alone() {
    let scope = scope();
    let budget = Budget::default();
    let roll = Roll::new(&scope, &Narrowing::default(), &budget).unwrap();
    let sets = [[10, 12], [3, 20]].map(|days| DaySet::of(&days.map(|day| date(2024, 9, day))));
    let found = frame(&scope).in_periods(&sets, &budget).unwrap();
    let (n1, e1, n0, e0) = PairedDays::new(&roll, &sets[0], &sets[1]).count(&found[0], &found[1]);
    assert_eq!((n1, e1), (vec![2.0, 2.0], vec![2.0, 1.0]));
    assert_eq!((n0, e0), (vec![1.0, 1.0], vec![2.0, 1.0]));
}
