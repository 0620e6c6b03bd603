//! Grids held to small schools counted by hand.

use jiff::civil::{Date, date};
use sheaf_records::Record;

use super::*;
use crate::test_school::{calendars, incident, pupil};
use crate::{Dataset, Plan, Provenance, Scope};

fn at(number: u64, day: Date, place: &str, of: &[(&Record, &str)]) -> Record {
    let mut one = incident(number, day, "disruption", of);
    one.set("location", place);
    one
}

fn frame(records: &[Record]) -> Frame {
    let mut dataset = Dataset::default();
    for record in calendars().iter().chain(records) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    let scope = Scope::new(dataset.snapshot(), date(2025, 7, 22));
    Plan::scan("incidents").run(&scope, &Budget::default()).unwrap()
}

fn grid(records: &[Record], least: usize) -> Grid {
    let options = GridOptions { rows: "location".to_owned(), columns: "weekday".to_owned(), least };
    frame(records).grid(&options, &Budget::default()).unwrap()
}

/// Two pupils in one incident on a Monday, one of them again on that Tuesday and by the gate.
fn three() -> Vec<Record> {
    let ann = pupil(1, "9", date(2024, 9, 1), None);
    let ben = pupil(2, "9", date(2024, 9, 1), None);
    vec![
        at(1, date(2024, 9, 9), "corridor", &[(&ann, "aggressor"), (&ben, "participant")]),
        at(2, date(2024, 9, 10), "corridor", &[(&ann, "aggressor")]),
        at(3, date(2024, 9, 10), "gate", &[(&ann, "aggressor")]),
        incident(4, date(2024, 9, 10), "disruption", &[(&ben, "aggressor")]),
        ann,
        ben,
    ]
}

#[test]
fn an_incident_of_two_pupils_is_one_and_one_without_a_place_is_left_out() {
    let grid = grid(&three(), 0);
    let names: Vec<String> = grid.rows.iter().map(|row| row.key.to_string()).collect();
    assert_eq!(names, ["corridor", "gate"]);
    let counts = |row, column| grid.cell(row, column).map(|cell| (cell.events, cell.pupils));
    assert_eq!(counts(0, 0), Some((1, 2)));
    assert_eq!(counts(0, 1), Some((1, 1)));
    assert_eq!(counts(1, 0), Some((0, 0)));
    assert_eq!(counts(1, 1), Some((1, 1)));
    assert_eq!(counts(0, 2), None);
    assert_eq!((grid.events(), grid.pupils(), grid.left_out), (3, 2, 1));
    assert_eq!(grid.ids(0, 0).len(), 1);
}

#[test]
fn sparse_places_are_merged_but_one_alone_keeps_its_name() {
    let mut records = three();
    let ann = records.get(4).cloned().unwrap();
    assert_eq!(grid(&records, 2).rows.len(), 2, "the gate alone is no merger");
    records.push(at(5, date(2024, 9, 10), "field", &[(&ann, "aggressor")]));
    let merged = grid(&records, 2);
    let keys: Vec<Cell> = merged.rows.iter().map(|row| row.key.clone()).collect();
    assert_eq!(keys, [Cell::Text("corridor".into()), Cell::Null]);
    assert_eq!(merged.cell(1, 1).unwrap().events, 2);
}

#[test]
fn the_events_of_a_pupil_divide_between_a_cell_and_its_block() {
    let shares = grid(&three(), 0).pupil_shares(0, 0);
    let mut rows: Vec<(f64, f64)> = shares.here.into_iter().zip(shares.in_all).collect();
    rows.sort_by(|a, b| a.1.total_cmp(&b.1));
    assert_eq!(rows, [(1.0, 1.0), (1.0, 3.0)]);
}
