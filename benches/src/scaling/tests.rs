//! Tests of what needs no measuring.

use super::table::Table;
use super::{Curve, median, steps};
use crate::machine::Machine;

#[test]
fn steps_go_up_to_the_last_and_no_further() {
    assert_eq!(steps(1_000, 100_000), [1_000, 3_000, 10_000, 30_000, 100_000]);
    assert_eq!(steps(1_000, 2_500), [1_000, 2_500]);
    assert_eq!(steps(1_000, 500), [500]);
}

#[test]
fn the_median_is_the_middle_and_nothing_has_none() {
    assert_eq!(median(vec![9.0, 1.0, 2.0]).unwrap(), 2.0);
    assert!(median(Vec::new()).is_err());
}

#[test]
fn curves_against_one_thing_stand_in_one_table() {
    let curve = |what, against, points: &[(f64, f64)]| {
        let (name, unit, points) = ("name", "ms", points.to_vec());
        Curve { name, what, unit, against, points }
    };
    let curves = vec![
        curve("Time", "Entries", &[(1_000.0, 0.5), (3_000.0, 12.34)]),
        curve("Size", "Entries", &[(1_000.0, 401.0), (3_000.0, 402.0)]),
        curve("Time", "Devices", &[(2.0, 5.0)]),
    ];
    let machine = Machine::of_this(std::path::Path::new("."));
    let text = Table { machine, curves }.to_string();
    let (_, tables) = text.split_once("\n\n").unwrap();
    assert_eq!(
        tables,
        "| Entries | Time (ms) | Size (ms) |\n|--:|--:|--:|\n| 1000 | 0.50 | 401 |\n\
         | 3000 | 12.3 | 402 |\n\n| Devices | Time (ms) |\n|--:|--:|\n| 2 | 5.00 |\n"
    );
}
