//! The examples of Parker, Vannest and Davis (2011), Behavior Modification 35:303, with the values
//! that the SingleCaseES package gives.

use super::*;

struct Case {
    a: &'static [f64],
    b: &'static [f64],
    /// NAP with its ends, Tau-U, PND, PEM, PAND, IRD.
    expected: [f64; 8],
}

const CASES: [Case; 3] = [
    Case {
        a: &[20.0, 20.0, 26.0, 25.0, 22.0, 23.0],
        b: &[28.0, 25.0, 24.0, 27.0, 30.0, 30.0, 29.0],
        expected: [
            0.916_666_666_666_7,
            0.597_340_610_527_3,
            0.986_017_584_590_1,
            0.738_095_238_095_2,
            0.714_285_714_285_7,
            1.0,
            0.846_153_846_153_8,
            0.690_476_190_476_2,
        ],
    },
    Case {
        a: &[3.0, 3.0, 4.0, 5.0],
        b: &[4.0, 5.0, 6.0, 7.0, 7.0],
        expected: [
            0.9,
            0.499_924_869_280_6,
            0.985_963_112_938_8,
            0.55,
            0.6,
            1.0,
            0.777_777_777_777_8,
            0.55,
        ],
    },
    Case {
        a: &[2.0, 3.0, 5.0, 3.0],
        b: &[4.0, 5.0, 5.0, 7.0, 6.0],
        expected: [
            0.9,
            0.499_924_869_280_6,
            0.985_963_112_938_8,
            0.65,
            0.4,
            1.0,
            0.888_888_888_888_9,
            0.775,
        ],
    },
];

fn all(a: &[f64], b: &[f64], better: Improvement) -> [f64; 8] {
    let overlap = nap(a, b, better, 0.95).unwrap();
    let ends = [overlap.value, overlap.lower.unwrap(), overlap.upper.unwrap()];
    let others: Vec<f64> =
        [tau_u, pnd, pem, pand, ird].iter().map(|one| one(a, b, better).unwrap().value).collect();
    [ends.as_slice(), &others].concat().try_into().unwrap()
}

#[test]
fn the_papers_examples_also_turned_upside_down() {
    for case in &CASES {
        let down = |x: &[f64]| x.iter().map(|x| 100.0 - x).collect::<Vec<f64>>();
        for found in [
            all(case.a, case.b, Improvement::Increase),
            all(&down(case.a), &down(case.b), Improvement::Decrease),
        ] {
            for (one, other) in found.into_iter().zip(case.expected) {
                assert!((one - other).abs() < 1e-9, "{one} {other}");
            }
        }
    }
}

#[test]
fn phases_that_do_not_overlap_have_no_interval() {
    let found = nap(&[5.0; 6], &[2.0; 7], Improvement::Decrease, 0.95).unwrap();
    assert_eq!((found.value, found.lower, found.upper), (1.0, None, None));
    assert_eq!(found.warnings, ["all 7 later points better than all 6 earlier ones"]);
    let worse = nap(&[5.0; 6], &[2.0; 7], Improvement::Increase, 0.95).unwrap();
    assert_eq!(worse.warnings, ["all 7 later points worse than all 6 earlier ones"]);
}

#[test]
fn equal_phases_say_nothing_either_way() {
    let found = nap(&[0.0; 5], &[0.0; 5], Improvement::Decrease, 0.95).unwrap();
    assert_eq!(found.value, 0.5);
    assert!(found.lower.unwrap() < 0.5 && found.upper.unwrap() > 0.5);
    assert_eq!(pand(&[0.0; 5], &[0.0; 5], Improvement::Decrease).unwrap().value, 0.5);
}

#[test]
fn short_phases_are_shown_with_a_warning_or_refused() {
    let short = nap(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0], Improvement::Increase, 0.95).unwrap();
    assert_eq!(short.warnings, ["fewer than 5 points in a phase: too few to call"]);
    let text = "pnd: only 2 points after; 3 are needed";
    let found = pnd(&[1.0, 2.0, 3.0], &[2.0, 3.0], Improvement::Increase);
    assert_eq!(found.unwrap_err().to_string(), text);
}
