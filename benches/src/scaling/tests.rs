//! Tests of what needs no measuring.

use jiff::civil::Date;
use sheaf_charts::{ChartData, Scale};

use super::picture;
use super::table::Table;
use super::{Against, Curve, median, steps};
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
        let (name, points) = ("name", points.to_vec());
        let unit = if what == "Rounds" { "" } else { "ms" };
        Curve { name, what, unit, against, points }
    };
    let curves = vec![
        curve("Time", Against::Entries, &[(1_000.0, 0.5), (3_000.0, 12.34)]),
        curve("Rounds", Against::Entries, &[(1_000.0, 401.0), (3_000.0, 402.0)]),
        curve("Time", Against::Devices, &[(2.0, 5.0)]),
    ];
    let machine = Machine::of_this(std::path::Path::new("."));
    let text = Table { machine, curves }.to_string();
    let (_, tables) = text.split_once("\n\n").unwrap();
    assert_eq!(
        tables,
        "| Entries | Time (ms) | Rounds |\n|--:|--:|--:|\n| 1000 | 0.50 | 401 |\n\
         | 3000 | 12.3 | 402 |\n\n| Devices | Time (ms) |\n|--:|--:|\n| 2 | 5.00 |\n"
    );
}

#[test]
fn entries_stand_one_beside_the_other_and_devices_where_their_number_is() {
    let curve = |against, points: &[(f64, f64)]| {
        let (name, what, unit, points) = ("name", "Time", "ms", points.to_vec());
        picture::chart(&Curve { name, what, unit, against, points }, Date::constant(2026, 11, 28))
    };
    let places = |chart: &ChartData| -> Vec<f64> {
        chart.layers[0].marks.iter().map(|mark| mark.x).collect()
    };
    let entries = curve(Against::Entries, &[(1_006.0, 1.0), (1_000_007.0, 1.0)]);
    assert_eq!(places(&entries), [0.0, 1.0]);
    let names = ["1,006", "1,000,007"].map(str::to_owned).to_vec();
    assert_eq!(entries.x.scale, Scale::Category { names });
    let devices = curve(Against::Devices, &[(2.0, 5.0), (30.0, 6.0)]);
    assert_eq!(places(&devices), [2.0, 30.0]);
}
