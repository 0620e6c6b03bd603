//! Worked examples by hand; the published ones are read where they are present.

use super::*;

/// Six pupils with ten days each side.
const BEFORE: [f64; 6] = [4.0, 2.0, 6.0, 3.0, 5.0, 0.0];
const AFTER: [f64; 6] = [2.0, 2.0, 3.0, 0.0, 3.0, 0.0];
const DAYS: [f64; 6] = [10.0; 6];

fn rows<'a>(n0: &'a [f64], n1: &'a [f64], days: &'a [f64]) -> BeforeAfter<'a> {
    BeforeAfter { n0, e0: days, n1, e1: days }
}

#[test]
fn the_formula_by_hand() {
    let found = clustered_rate_ratio(&rows(&BEFORE, &AFTER, &DAYS), 0.95).unwrap();
    assert!((found.value - 0.5).abs() < 1e-12);
    // Differences of shares, in twentieths: 0, 2, 0, -3, 1, 0.
    let variance = (4.0 + 9.0 + 1.0) / 400.0 * 6.0 / 5.0;
    assert!((found.log_std_error.unwrap() - f64::sqrt(variance)).abs() < 1e-12);
    assert_eq!(found.df, Some(5.0));
    let half = 2.570_581_835_636_314 * f64::sqrt(variance);
    assert!((found.upper.unwrap() - 0.5 * half.exp()).abs() < 1e-9);
    assert_eq!((found.n, found.events), (6, 30));
}

#[test]
fn a_small_group_is_drawn_again_in_every_way() {
    let found = clustered_rate_ratio(&rows(&BEFORE, &AFTER, &DAYS), 0.95).unwrap();
    let expected = ["very small group: 6 pupils; drawing the pupils again gives 0.27 to 0.70"];
    assert_eq!(found.warnings, expected);
}

#[test]
fn a_pupil_who_was_never_there_does_not_count() {
    let (mut before, mut after, mut days) = (BEFORE.to_vec(), AFTER.to_vec(), DAYS.to_vec());
    before.push(0.0);
    after.push(0.0);
    days.push(0.0);
    let with = clustered_rate_ratio(&rows(&before, &after, &days), 0.95).unwrap();
    let without = clustered_rate_ratio(&rows(&BEFORE, &AFTER, &DAYS), 0.95).unwrap();
    assert_eq!(with, without);
}

#[test]
fn unequal_exposure_that_events_follow_adds_no_spread() {
    // Everybody has one event a day before and one in two days after, however long they stayed.
    let days = [10.0, 20.0, 30.0, 40.0, 50.0];
    let after = [5.0, 10.0, 15.0, 20.0, 25.0];
    let found = clustered_rate_ratio(&rows(&days, &after, &days), 0.95).unwrap();
    assert!((found.value - 0.5).abs() < 1e-12);
    // Five who halved alike are no proof that all do: chance alone is left.
    assert!(found.lower.unwrap() < 0.4 && found.upper.unwrap() > 0.6, "{found:?}");
    assert_eq!(found.warnings, ["all pupils changed alike: the interval is that of chance alone"]);
}

#[test]
fn a_side_without_events_is_told_exactly() {
    let found = clustered_rate_ratio(&rows(&BEFORE, &[0.0; 6], &DAYS), 0.95).unwrap();
    assert_eq!((found.value, found.lower), (0.0, Some(0.0)));
    assert_eq!(found.method, "conditional mid-P rate ratio");
    assert!(clustered_rate_ratio(&rows(&[0.0; 6], &[0.0; 6], &DAYS), 0.95).is_err());
}

#[test]
fn too_few_pupils_and_crooked_columns_are_refused() {
    let few = clustered_rate_ratio(&rows(&BEFORE[..4], &AFTER[..4], &DAYS[..4]), 0.95);
    let text = "clustered_rate_ratio: only 4 pupils; 5 are needed";
    assert_eq!(few.unwrap_err().to_string(), text);
    let crooked = BeforeAfter { n0: &BEFORE, e0: &DAYS, n1: &AFTER[..5], e1: &DAYS };
    let text = "clustered_rate_ratio: `n0` has 6 values but `n1` has 5";
    assert_eq!(clustered_rate_ratio(&crooked, 0.95).unwrap_err().to_string(), text);
}
