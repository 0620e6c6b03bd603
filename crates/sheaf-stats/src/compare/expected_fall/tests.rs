//! Invented schools in which nothing helps, and one by hand.

use super::*;

/// Draws for tests: the same on every run.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    fn poisson(&mut self, mean: f64) -> f64 {
        let mut left = mean;
        let mut count = -1.0;
        while left >= 0.0 {
            left -= self.exponential();
            count += 1.0;
        }
        count
    }
}

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
    let history =
        History { pupil: &school.pupil, period: &school.period, n: &school.n, e: &school.e };
    regression_to_mean(&history, &codes, &table, 0.95).unwrap()
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

#[test]
fn parts_multiply_to_the_raw_ratio() {
    let found = chosen(&invented(7, 1.0));
    let product = found.expected.value * found.adjusted.value;
    assert!((product - found.observed_ratio).abs() < 1e-12);
    assert!(found.weight > 0.0 && found.weight < 1.0);
}

#[test]
fn equal_pupils_are_all_expected_at_the_mean() {
    let pupil: Vec<u32> = (0..60).map(|row| row / 3).collect();
    let period: Vec<u32> = (0..60).map(|row| row % 3).collect();
    let history = History { pupil: &pupil, period: &period, n: &[2.0; 60], e: &[10.0; 60] };
    let table = BeforeAfter { n0: &[4.0; 5], e0: &[10.0; 5], n1: &[2.0; 5], e1: &[10.0; 5] };
    let found = regression_to_mean(&history, &[0, 1, 2, 3, 4], &table, 0.95).unwrap();
    assert_eq!((found.between, found.weight), (0.0, 0.0));
    assert!((found.expected.value - 0.5).abs() < 1e-12);
    assert!((found.adjusted.value - 1.0).abs() < 1e-12);
    assert_eq!(found.events, [2.0; 5]);
}

#[test]
fn two_half_terms_are_too_few() {
    let pupil: Vec<u32> = (0..60).map(|row| row / 2).collect();
    let period: Vec<u32> = (0..60).map(|row| row % 2).collect();
    let history = History { pupil: &pupil, period: &period, n: &[2.0; 60], e: &[10.0; 60] };
    let table = BeforeAfter { n0: &[4.0; 5], e0: &[10.0; 5], n1: &[2.0; 5], e1: &[10.0; 5] };
    let found = regression_to_mean(&history, &[0, 1, 2, 3, 4], &table, 0.95);
    let text = "regression_to_mean: only 2 earlier periods; 3 are needed";
    assert_eq!(found.unwrap_err().to_string(), text);
}
