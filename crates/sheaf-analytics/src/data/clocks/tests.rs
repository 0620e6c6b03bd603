//! Clocks as a table: what is behind each, who may see it, and that it follows its inputs.

use std::collections::BTreeSet;

use jiff::civil::date;
use sheaf_records::Record;

use crate::test_school::{calendars, pupil, suspension};
use crate::{Aggregate, Budget, Dataset, Frame, Plan, Provenance, Rights, Scope, col};

fn school(records: &[(&Record, &str)]) -> Dataset {
    let mut dataset = Dataset::default();
    for calendar in &calendars() {
        dataset.upsert(calendar, &Provenance::of_space("pastoral")).unwrap();
    }
    for (record, space) in records {
        dataset.upsert(record, &Provenance::of_space(*space)).unwrap();
    }
    dataset
}

fn run(dataset: &mut Dataset, plan: &Plan) -> Frame {
    let scope = Scope::new(dataset.snapshot(), date(2024, 11, 20));
    plan.run(&scope, &Budget::default()).unwrap()
}

fn scan(rule: &str) -> Plan {
    Plan::scan("clocks").filter(col("rule").equals(rule))
}

fn used(frame: &Frame) -> Vec<String> {
    (0..frame.len()).map(|row| frame.cell(row, "used").unwrap().to_string()).collect()
}

#[test]
fn a_total_has_all_its_suspensions_behind_it_and_follows_them() {
    let ada = pupil(1, "8", date(2024, 9, 1), None);
    let (first, second) =
        (suspension(1, &ada, date(2024, 9, 9), 4), suspension(2, &ada, date(2024, 11, 11), 6));
    let mut dataset = school(&[(&ada, "pastoral"), (&first, "pastoral")]);
    let before = run(&mut dataset, &scan("year_45"));
    assert_eq!((used(&before), before.ids(0).len()), (vec!["4".to_owned()], 1));

    dataset.upsert(&second, &Provenance::of_space("pastoral")).unwrap();
    let after = run(&mut dataset, &scan("year_45"));
    assert_eq!(used(&after), ["10"]);
    assert!(after.ids(0).contains(first.id) && after.ids(0).contains(second.id));
    assert_eq!(after.pupils_behind(), [1]);
    assert_eq!(after.cell(0, "year_group").unwrap().to_string(), "8");

    dataset.remove(first.id).unwrap();
    let left = run(&mut dataset, &scan("year_45"));
    assert_eq!((used(&left), left.ids(0).len()), (vec!["6".to_owned()], 1));
}

#[test]
fn the_same_columns_on_another_day_are_others() {
    let ada = pupil(1, "8", date(2024, 9, 1), None);
    let out = suspension(1, &ada, date(2024, 9, 9), 4);
    let mut dataset = school(&[(&ada, "pastoral"), (&out, "pastoral")]);
    let snapshot = dataset.snapshot();
    let len = |day| {
        let scope = Scope::new(snapshot.clone(), day);
        scan("year_45").run(&scope, &Budget::default()).unwrap().len()
    };
    assert_eq!(
        [len(date(2024, 11, 20)), len(date(2024, 8, 1)), len(date(2024, 11, 20))],
        [1, 0, 1]
    );
}

#[test]
fn counts_group_by_rule_and_pupils() {
    let pupils: Vec<Record> = (1..=3).map(|n| pupil(n, "8", date(2024, 9, 1), None)).collect();
    let outs: Vec<Record> =
        (0..3).map(|n| suspension(n as u64 + 1, &pupils[n], date(2024, 11, 11), 12)).collect();
    let all: Vec<(&Record, &str)> =
        pupils.iter().chain(&outs).map(|record| (record, "pastoral")).collect();
    let plan = Plan::scan("clocks")
        .filter(col("rule").is_in(["term_5", "sixth_day"]))
        .group(["rule"], [("pupils", Aggregate::NUnique(col("pupil")))]);
    let frame = run(&mut school(&all), &plan);
    let pupils: Vec<String> =
        (0..frame.len()).map(|row| frame.cell(row, "pupils").unwrap().to_string()).collect();
    assert_eq!((pupils, frame.ids(0).len()), (vec!["3".to_owned(), "3".to_owned()], 3));
}

#[test]
fn a_total_over_two_spaces_is_for_those_who_hold_both() {
    let ada = pupil(1, "8", date(2024, 9, 1), None);
    let (here, there) =
        (suspension(1, &ada, date(2024, 9, 9), 4), suspension(2, &ada, date(2024, 11, 11), 6));
    let mut dataset = school(&[(&ada, "pastoral"), (&here, "pastoral"), (&there, "safeguarding")]);
    let spaces = BTreeSet::from(["pastoral".to_owned()]);
    let may = |rule| scan(rule).with_rights(Rights::Spaces(spaces.clone()));
    assert_eq!(used(&run(&mut dataset, &may("year_45"))), Vec::<String>::new());
    // What is of one suspension alone is seen with it.
    assert_eq!(run(&mut dataset, &may("home_told")).len(), 1);
    assert_eq!(used(&run(&mut dataset, &scan("year_45"))), ["10"]);
}

#[test]
fn a_pupil_who_has_left_leaves_only_the_governors() {
    let gone = pupil(1, "8", date(2024, 9, 1), Some(date(2024, 11, 18)));
    let out = suspension(1, &gone, date(2024, 11, 4), 14);
    let mut dataset = school(&[(&gone, "pastoral"), (&out, "pastoral")]);
    let frame = run(&mut dataset, &Plan::scan("clocks"));
    let rules: Vec<String> =
        (0..frame.len()).map(|row| frame.cell(row, "rule").unwrap().to_string()).collect();
    assert_eq!(rules, ["term_5"]);
}
