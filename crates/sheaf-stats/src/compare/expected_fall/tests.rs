//! Invented schools in which nothing helps, and one by hand.

use super::*;
use crate::draws::Draws;

struct Invented {
    pupil: Vec<u32>,
    period: Vec<u32>,
    n: Vec<f64>,
    e: Vec<f64>,
    after: Vec<f64>,
}

/// 400 pupils whose lasting and passing factors are both exponential (variance 1), over three
/// half-terms and the one after.
fn invented(seed: u64, effect: f64) -> Invented {
    let mut draws = Draws(seed);
    let (mut pupil, mut period, mut n, mut after) = (vec![], vec![], vec![], vec![]);
    for code in 0..400_u32 {
        let lasting = draws.exponential();
        for half_term in 0..3_u32 {
            pupil.push(code);
            period.push(half_term);
            let mean = lasting * draws.exponential();
            n.push(draws.poisson(mean));
        }
        let mean = lasting * draws.exponential() * effect;
        after.push(draws.poisson(mean));
    }
    let e = vec![30.0; n.len()];
    Invented { pupil, period, n, e, after }
}

/// Chooses those with four or more in the last half-term, which is also the baseline here.
fn chosen(school: &Invented) -> ExpectedFall {
    let last = |code: usize| school.n[3 * code + 2];
    let group: Vec<usize> = (0..400).filter(|code| last(*code) >= 4.0).collect();
    let codes: Vec<u32> = group.iter().map(|code| *code as u32).collect();
    let n0: Vec<f64> = group.iter().map(|code| last(*code)).collect();
    let n1: Vec<f64> = group.iter().map(|code| school.after[*code]).collect();
    let days = vec![30.0; group.len()];
    let table = BeforeAfter { n0: &n0, e0: &days, n1: &n1, e1: &days };
    let history = History {
        pupil: &school.pupil,
        period: &school.period,
        n: &school.n,
        e: &school.e,
        ..Default::default()
    };
    regression_to_mean(&history, &codes, &table, 0.95, Pace::default()).unwrap()
}

#[test]
fn with_no_effect_the_raw_fall_is_expected_and_the_adjusted_ratio_is_one() {
    let found: Vec<ExpectedFall> = (1..=60).map(|seed| chosen(&invented(seed, 1.0))).collect();
    let mean = |of: fn(&ExpectedFall) -> f64| {
        (found.iter().map(|one| of(one).ln()).sum::<f64>() / found.len() as f64).exp()
    };
    let raw = mean(|one| one.observed_ratio);
    let adjusted = mean(|one| one.adjusted.value);
    assert!(raw < 0.6, "raw {raw}");
    assert!((0.93..1.07).contains(&adjusted), "adjusted {adjusted}");
    let covered = found
        .iter()
        .filter(|one| one.adjusted.lower.unwrap() <= 1.0 && one.adjusted.upper.unwrap() >= 1.0);
    assert!(covered.count() >= 53, "of 60, 57 are due");
}

#[test]
fn a_true_halving_is_found() {
    let found: Vec<f64> =
        (1..=40).map(|seed| chosen(&invented(seed, 0.5)).adjusted.value.ln()).collect();
    let mean = (found.iter().sum::<f64>() / 40.0).exp();
    assert!((0.45..0.56).contains(&mean), "{mean}");
}

/// Eight half-terms of such pupils; at the end of five of them the twelve worst who were not chosen
/// before are, and what they come into is multiplied from then on. The rows and whether each was
/// known, the codes chosen, and counts in the half-term before and after the choice.
fn rolling(seed: u64, effect: f64) -> (Invented, Vec<bool>, Vec<u32>, [Vec<f64>; 2]) {
    let mut draws = Draws(seed);
    let lasting: Vec<f64> = (0..400).map(|_| draws.exponential()).collect();
    let (mut chosen, mut n0, mut n1): (Vec<u32>, _, _) = (vec![], vec![], vec![]);
    let (mut pupil, mut period, mut n, mut past) = (vec![], vec![], vec![], vec![]);
    for half_term in 0..8_u32 {
        let (mut counts, followed) = (Vec::new(), n1.len());
        for (code, lasting) in (0..400_u32).zip(&lasting) {
            let place = chosen.iter().position(|one| *one == code);
            let factor = if place.is_some() { effect } else { 1.0 };
            let mean = lasting * draws.exponential() * factor;
            let count = draws.poisson(mean);
            if place.is_some_and(|place| place >= followed) {
                n1.push((code, count));
            }
            counts.push((count, code));
            pupil.push(code);
            period.push(half_term);
            n.push(count);
            past.push(place.is_none());
        }
        n1.sort_by_key(|(code, _)| chosen.iter().position(|one| one == code));
        if (2..7).contains(&half_term) {
            counts.retain(|(_, code)| !chosen.contains(code));
            counts.sort_by(|one, other| other.0.total_cmp(&one.0));
            for (count, code) in counts.into_iter().take(12) {
                chosen.push(code);
                n0.push(count);
            }
        }
    }
    let e = vec![30.0; n.len()];
    let n1 = n1.into_iter().map(|(_, count)| count).collect();
    (Invented { pupil, period, n, e, after: vec![] }, past, chosen, [n0, n1])
}

/// The geometric mean of the adjusted ratio over forty schools, with the later rows or without.
fn mean_of_rolling(effect: f64, with_later: bool) -> f64 {
    let one = |seed: u64| {
        let (school, past, group, [n0, n1]) = rolling(seed, effect);
        let kept = |row: &usize| with_later || past[*row];
        let rows: Vec<usize> = (0..past.len()).filter(kept).collect();
        let codes = |values: &[u32]| rows.iter().map(|row| values[*row]).collect::<Vec<u32>>();
        let numbers = |values: &[f64]| rows.iter().map(|row| values[*row]).collect::<Vec<f64>>();
        let (pupil, period) = (codes(&school.pupil), codes(&school.period));
        let (n, e) = (numbers(&school.n), numbers(&school.e));
        let past: Vec<bool> = rows.iter().map(|row| past[*row]).collect();
        let days = vec![30.0; group.len()];
        let table = BeforeAfter { n0: &n0, e0: &days, n1: &n1, e1: &days };
        let history = History {
            pupil: &pupil,
            period: &period,
            n: &n,
            e: &e,
            past: Some(&past),
            ..Default::default()
        };
        regression_to_mean(&history, &group, &table, 0.95, Pace::default())
            .unwrap()
            .adjusted
            .value
            .ln()
    };
    ((1..=40).map(one).sum::<f64>() / 40.0).exp()
}

#[test]
fn pupils_who_are_chosen_one_half_term_after_another_are_not_missed_by_the_school() {
    let found = mean_of_rolling(1.0, true);
    assert!((0.93..1.07).contains(&found), "nothing helps: {found}");
    let found = mean_of_rolling(0.5, true);
    // Were the exposure of helped pupils made less, who do most, it would be 0.54.
    assert!((0.47..0.53).contains(&found), "half is spared: {found}");
    let without = mean_of_rolling(1.0, false);
    assert!(without > 1.07, "without the later rows: {without}");
}

#[test]
fn parts_multiply_to_the_raw_ratio() {
    let found = chosen(&invented(7, 1.0));
    let product = found.expected.value * found.adjusted.value;
    assert!((product - found.observed_ratio).abs() < 1e-12);
    assert!(found.weight > 0.0 && found.weight < 1.0);
}

/// What is expected of five pupils where all sixty rows of so many half-terms are equal.
fn of_equal_pupils(half_terms: u32) -> Result<ExpectedFall, Refusal> {
    let pupil: Vec<u32> = (0..60).map(|row| row / half_terms).collect();
    let period: Vec<u32> = (0..60).map(|row| row % half_terms).collect();
    let (n, e) = (&[2.0; 60], &[10.0; 60]);
    let history = History { pupil: &pupil, period: &period, n, e, ..Default::default() };
    let table = BeforeAfter { n0: &[4.0; 5], e0: &[10.0; 5], n1: &[2.0; 5], e1: &[10.0; 5] };
    regression_to_mean(&history, &[0, 1, 2, 3, 4], &table, 0.95, Pace::default())
}

#[test]
fn equal_pupils_are_all_expected_at_the_mean() {
    let found = of_equal_pupils(3).unwrap();
    assert_eq!((found.between, found.weight), (0.0, 0.0));
    assert!((found.expected.value - 0.5).abs() < 1e-12);
    assert!((found.adjusted.value - 1.0).abs() < 1e-12);
    assert_eq!(found.events, [2.0; 5]);
}

#[test]
fn two_half_terms_are_too_few() {
    let text = "regression_to_mean: only 2 earlier periods; 3 are needed";
    assert_eq!(of_equal_pupils(2).unwrap_err().to_string(), text);
}
