//! An invented example worked out with whole matrices by another program, and what must be refused;
//! the published example is read where it is present.

use super::*;

/// Four pupils, two pairs of phases each.
const PUPILS: [[&[f64]; 4]; 4] = [
    [&[9., 7., 8., 9.], &[4., 5., 3., 4., 5.], &[8., 8., 6.], &[2., 3., 4., 3.]],
    [&[12., 11., 13.], &[8., 6., 9., 7.], &[10., 12., 11., 9.], &[7., 8., 6.]],
    [&[6., 8., 7., 5.], &[3., 2., 4.], &[6., 7., 7.], &[1., 2., 3., 2.]],
    [&[10., 8., 9., 11., 10.], &[6., 7., 5., 6.], &[9., 9., 10.], &[5., 4., 6.]],
];

#[derive(Clone, Default)]
struct Rows {
    case: Vec<u32>,
    pair: Vec<u32>,
    treated: Vec<bool>,
    time: Vec<f64>,
    y: Vec<f64>,
}

impl Rows {
    /// The rows of these pupils; the second of them misses two occasions.
    fn of(pupils: &[[&[f64]; 4]]) -> Self {
        let mut rows = Self::default();
        for (case, phases) in pupils.iter().enumerate() {
            let mut time = 0.0;
            for (phase, values) in phases.iter().enumerate() {
                for value in *values {
                    time += if case == 1 && time == 5.0 { 3.0 } else { 1.0 };
                    rows.case.push(case as u32);
                    rows.pair.push(phase as u32 / 2);
                    rows.treated.push(phase % 2 == 1);
                    rows.time.push(time);
                    rows.y.push(*value);
                }
            }
        }
        rows
    }

    fn found(&self) -> Result<BetweenCase, Refusal> {
        let Self { case, pair, treated, time, y } = self;
        bc_smd(&CaseSeries { case, pair, treated, time, y }, 0.95)
    }

    #[track_caller]
    fn refused(&self, text: &str) {
        assert_eq!(self.found().unwrap_err().to_string(), text);
    }
}

/// The formulas of Hedges, Pustejovsky and Shadish (2012) with whole design matrices in numpy
/// 2.4.6, checked there with the paper's own first example.
#[test]
fn an_invented_example_by_whole_matrices() {
    let found = Rows::of(&PUPILS).found().unwrap();
    for (what, one, other) in [
        ("g", found.g.value, -1.456_512_122_652_295),
        ("unadjusted", found.unadjusted, -1.776_817_927_683_727),
        ("variance", found.variance, 0.503_069_378_714_348_6),
        ("phi", found.phi, -0.023_122_923_588_039_91),
        ("rho", found.rho, 0.807_521_363_265_818_9),
        ("df", found.df, 4.410_441_131_037_331),
    ] {
        assert!((one - other).abs() < 1e-12, "{what}: {one} {other}");
    }
    assert_eq!((found.cases, found.g.n, found.g.events), (4, 4, 59));
    assert_eq!(found.g.warnings, ["hardly anything is known of how pupils differ"]);
}

#[test]
fn the_order_of_rows_does_not_matter_and_turned_round_it_is_the_opposite() {
    let mut rows = Rows::of(&PUPILS);
    let found = rows.found().unwrap();
    rows.case.reverse();
    rows.pair.reverse();
    rows.treated.reverse();
    rows.time.reverse();
    rows.y.reverse();
    assert!((rows.found().unwrap().g.value - found.g.value).abs() < 1e-12);
    rows.treated.iter_mut().for_each(|treated| *treated = !*treated);
    let turned = rows.found().unwrap();
    assert!((turned.g.value + found.g.value).abs() < 1e-12);
    assert!((turned.g.lower.unwrap() + found.g.upper.unwrap()).abs() < 1e-12);
}

#[test]
fn where_pupils_differ_only_by_chance_none_of_the_variance_is_between_them() {
    let same: [&[f64]; 4] = [&[3., 5., 4., 6.], &[1., 3., 2., 2.], &[4., 6., 5.], &[2., 3., 1.]];
    let other: [&[f64]; 4] = [&[6., 4., 5., 3.], &[2., 2., 3., 1.], &[6., 4., 5.], &[1., 2., 3.]];
    let found = Rows::of(&[same, other, same, other]).found().unwrap();
    assert_eq!(found.rho, 0.0);
    assert!(found.g.value < 0.0 && found.variance > 0.0);
}

#[test]
fn what_says_nothing_of_how_pupils_differ_is_refused() {
    Rows::of(&[]).refused("bc_smd: there are no pupils with both phases; 3 are needed");
    Rows::of(&PUPILS[..2]).refused("bc_smd: only 2 pupils with both phases; 3 are needed");
    let level: [&[f64]; 4] = [&[4.; 4], &[4.; 4], &[4.; 4], &[4.; 4]];
    let text = "bc_smd: value 1 of `y` is 4; values that vary within phases and between pupils \
                are needed";
    Rows::of(&[level, level, level]).refused(text);
    // One pupil begins with help: no phase of the first pair is one that all have.
    let mut apart = Rows::of(&PUPILS);
    for row in 0..apart.pair.len() {
        apart.pair[row] += apart.case[row] * 2;
    }
    apart.refused("bc_smd: there are no occasions that all pupils have; 1 is needed");
}

#[test]
fn odd_rows_are_refused_by_their_place() {
    let mut rows = Rows::of(&PUPILS);
    rows.time[2] = 2.0;
    rows.refused("bc_smd: value 3 of `time` is 2; each time once a pupil is needed");
    rows.time[2] = 2.5;
    rows.refused("bc_smd: value 3 of `time` is 2.5; a whole number is needed");
    rows.y[0] = f64::NAN;
    rows.refused("bc_smd: value 1 of `y` is NaN; a finite number is needed");
    rows.pair.pop();
    rows.refused("bc_smd: `y` has 59 values but `pair` has 58");
    let many = CaseSeries {
        case: &[0; 2_001],
        pair: &[0; 2_001],
        treated: &[true; 2_001],
        time: &[0.0; 2_001],
        y: &[0.0; 2_001],
    };
    let text = "bc_smd: at most 1000 values, there are 2001; narrow it, or use a coarser grain";
    assert_eq!(bc_smd(&many, 0.95).unwrap_err().to_string(), text);
}
