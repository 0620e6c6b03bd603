//! Every cell is there, and what was there is as it was.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::*;
use crate::test_school::{Random, calendars, incident, pupil};
use crate::{Aggregate, Dataset, Plan, Provenance, Scope, col};

fn scope(random: &mut Random) -> Scope {
    let mut dataset = Dataset::default();
    let pastoral = Provenance::of_space("pastoral");
    calendars().iter().for_each(|year| dataset.upsert(year, &pastoral).unwrap());
    let pupils: Vec<_> = (0..6)
        .map(|n| pupil(n, ["7", "8", "10"][n as usize % 3], date(2024, 9, 1), None))
        .collect();
    pupils.iter().for_each(|pupil| dataset.upsert(pupil, &pastoral).unwrap());
    for number in 0..12 {
        let day = date(2024, 9, 3).checked_add(jiff::Span::new().days(random.below(20) as i64));
        let who = [(random.one_of(&pupils), "aggressor")];
        let mut one =
            incident(number, day.unwrap(), random.pick(&["bullying", "disruption"]), &who);
        if random.below(3) > 0 {
            one.set("severity", 1 + random.below(5) as i64);
        }
        dataset.upsert(&one, &pastoral).unwrap();
    }
    Scope::new(dataset.snapshot(), date(2025, 1, 1))
}

fn key(column: &str, values: &[Cell]) -> KeyValues {
    KeyValues { column: column.to_owned(), values: values.to_vec() }
}

/// The frame as a map from its keys, made by looking at one cell after the other.
fn as_map(frame: &Frame, keys: &[&str]) -> BTreeMap<String, (String, usize)> {
    let cell = |row: usize, name: &str| frame.cell(row, name).unwrap().to_string();
    (0..frame.len())
        .map(|row| {
            let at: Vec<String> = keys.iter().map(|key| cell(row, key)).collect();
            let values = format!("{} {}", cell(row, "n"), cell(row, "most"));
            (at.join("|"), (values, frame.pupils_behind()[row]))
        })
        .collect()
}

#[test]
fn every_combination_is_there_once_and_nothing_else_has_changed() {
    for seed in 0..40 {
        let mut random = Random(seed);
        let scope = scope(&mut random);
        let aggregates = || [("n", Aggregate::Count), ("most", Aggregate::Max(col("severity")))];
        let keys = ["year_group", "weekday"];
        let plan = Plan::scan("incidents").group(keys, aggregates());
        let frame = plan.run(&scope, &Budget::default()).unwrap();
        let days: Vec<Cell> = (1..=5).map(Cell::Int).collect();
        let years = [Cell::Text("9".into())];
        let whole = frame
            .complete(&[key("year_group", &years), key("weekday", &days)], &["n".to_owned()], 500)
            .unwrap();
        let (before, after) = (as_map(&frame, &keys), as_map(&whole, &keys));
        assert_eq!(after.len(), whole.len(), "a combination stands twice");
        let seen: std::collections::BTreeSet<String> = (0..frame.len())
            .map(|row| frame.cell(row, "year_group").unwrap().to_string())
            .collect();
        let weekend: std::collections::BTreeSet<i64> = (0..frame.len())
            .filter_map(|row| match frame.cell(row, "weekday").unwrap() {
                Cell::Int(day) if day > 5 => Some(day),
                _ => None,
            })
            .collect();
        assert_eq!(whole.len(), (seen.len() + 1) * (5 + weekend.len()));
        for (at, values) in after {
            let nothing = ("0 ".to_owned(), 0);
            assert_eq!(&values, before.get(&at).unwrap_or(&nothing), "seed {seed}, {at}");
        }
        assert_eq!(whole.all_ids(), frame.all_ids());
    }
}

#[test]
fn what_cannot_be_completed_is_refused() {
    let scope = scope(&mut Random(1));
    let by = |column: &str| {
        let plan = Plan::scan("incidents").group([column], [("n", Aggregate::Count)]);
        plan.run(&scope, &Budget::default()).unwrap()
    };
    let why = |column: &str, values: &[Cell], most| {
        by(column).complete(&[key(column, values)], &[], most).unwrap_err().to_string()
    };
    let one = Cell::Int(1);
    assert_eq!(
        why("pupil", &[], 500),
        "`complete` needs codes, days or whole numbers, but `pupil` was given"
    );
    assert_eq!(
        why("year_group", &[one], 500),
        "`complete`: `1` is no value of `year_group`, which is text"
    );
    assert_eq!(
        why("weekday", &[Cell::Int(1), Cell::Int(9)], 1),
        "`complete`: 7 rows are more than 1; complete fewer keys"
    );
}
