//! Regressions whose answer is known without a computer.

use super::*;

fn group(values: &[f64]) -> Covariate<'_> {
    Covariate { name: "after", values }
}

/// Three rows without and three with.
const AFTER: [f64; 6] = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];

#[test]
fn two_groups_give_the_ratio_of_their_rates() {
    let n = [2.0, 4.0, 6.0, 9.0, 6.0, 9.0];
    let exposure = [1.0, 2.0, 3.0, 2.0, 1.0, 1.0];
    let options = CountOptions { exposure: Some(&exposure), ..Default::default() };
    let found = count_regression(&n, &[group(&AFTER)], &options).unwrap();
    let [intercept, after] = found.coefficients.as_slice() else { panic!("two") };
    assert_eq!((intercept.name.as_str(), after.name.as_str()), ("(Intercept)", "after"));
    assert!((intercept.estimate - 2.0_f64.ln()).abs() < 1e-10);
    assert!((after.estimate - 3.0_f64.ln()).abs() < 1e-10);
    // The variance of a log ratio of two Poisson counts.
    assert!((after.std_error - (1.0 / 12.0 + 1.0 / 24.0_f64).sqrt()).abs() < 1e-10);
}

#[test]
fn a_row_a_cluster_is_the_robust_error_by_hand() {
    let n = [2.0, 4.0, 6.0, 9.0, 6.0, 9.0];
    let options = CountOptions { cluster: Some(&[0, 1, 2, 3, 4, 5]), ..Default::default() };
    let found = count_regression(&n, &[group(&AFTER)], &options).unwrap();
    // Σ(y-ȳ)²/(Σy)² of each group, times 6/5.
    let expected = (8.0 / 144.0 + 6.0 / 576.0_f64) * 1.2;
    assert!((found.coefficients[1].std_error - expected.sqrt()).abs() < 1e-10);
}

#[test]
fn counts_no_wilder_than_poisson_have_no_theta() {
    let n = [4.0, 5.0, 4.0, 9.0, 8.0, 9.0];
    let options = CountOptions { family: Family::NegativeBinomial, ..Default::default() };
    let found = count_regression(&n, &[group(&AFTER)], &options).unwrap();
    let plain = count_regression(&n, &[group(&AFTER)], &CountOptions::default()).unwrap();
    assert_eq!(found.theta, None);
    assert_eq!(found.coefficients, plain.coefficients);
}

#[test]
fn counts_that_never_differ_have_the_errors_of_chance() {
    let of = |family| {
        let options = CountOptions { family, ..Default::default() };
        count_regression(&[6.0; 6], &[group(&AFTER)], &options).unwrap().coefficients
    };
    let (quasi, plain) = (of(Family::QuasiPoisson), of(Family::Poisson));
    assert_eq!(quasi, plain);
    assert!((quasi[1].std_error - (2.0 / 18.0_f64).sqrt()).abs() < 1e-10);
}

#[test]
fn what_has_no_answer_is_refused() {
    let refused = |n: &[f64], covariates: &[Covariate<'_>], options: &CountOptions<'_>| {
        count_regression(n, covariates, options).unwrap_err().to_string()
    };
    let usual = CountOptions::default();
    let twice = [group(&AFTER), group(&AFTER)];
    assert_eq!(
        refused(&[1.0; 6], &twice, &usual),
        "count_regression: column 3 of the model is determined by those before it; leave it out"
    );
    assert_eq!(
        refused(&[1.0, 2.0, 1.0, 0.0, 0.0, 0.0], &[group(&AFTER)], &usual),
        "count_regression: a group or a season of the model has no events; merge it with another"
    );
    assert_eq!(
        refused(&[1.0, 2.0], &[group(&AFTER[2..4])], &usual),
        "count_regression: only 2 observations; 3 are needed"
    );
    let none = "count_regression: there are no events in this selection";
    assert_eq!(refused(&[0.0; 6], &[group(&AFTER)], &usual), none);
    let alone = CountOptions { cluster: Some(&[0, 0, 0, 1, 1, 1]), ..usual };
    assert_eq!(
        refused(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[group(&AFTER)], &alone),
        "count_regression: only 2 clusters; 3 are needed"
    );
    let normal = CountOptions { family: Family::Normal, ..usual };
    assert_eq!(
        refused(&[4.0; 6], &[group(&AFTER)], &normal),
        "count_regression: all values are equal, so there is nothing to explain"
    );
    let both = CountOptions { cluster: Some(&[0, 1, 2, 3, 4, 5]), hac_lag: Some(1), ..usual };
    assert_eq!(
        refused(&[1.0; 6], &[group(&AFTER)], &both),
        "count_regression: `hac_lag` is 1; it cannot be used together with `cluster`"
    );
}
