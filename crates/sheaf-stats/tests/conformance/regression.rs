//! Regressions.

use serde_json::Value;
use sheaf_stats::{CountOptions, CountRegression, Covariate, Family, count_regression};

use super::{column, expected, near, texts};

/// The names of a case's coefficients beside ours, in our order.
#[track_caller]
fn same(found: &CountRegression, coefficients: &Value, errors: &Value, names: &[&str]) {
    assert_eq!(found.coefficients.len(), names.len());
    for (one, name) in found.coefficients.iter().zip(names) {
        near(name, one.estimate, &coefficients[name], 1e-6);
        near(name, one.std_error, &errors[name], 1e-6);
    }
}

const QUINE: [(&str, &str, &str); 6] = [
    ("Eth", "N", "EthN"),
    ("Sex", "M", "SexM"),
    ("Age", "F1", "AgeF1"),
    ("Age", "F2", "AgeF2"),
    ("Age", "F3", "AgeF3"),
    ("Lrn", "SL", "LrnSL"),
];

#[test]
fn m17_count_regression() {
    let Some((expected, csv)) = expected("m17_count_regression") else { return };
    let days = column(&csv, "Days");
    let dummies: Vec<(&str, Vec<f64>)> = QUINE
        .iter()
        .map(|(name, level, title)| {
            let is_level = |cell: &String| f64::from(u8::from(cell == level));
            (*title, texts(&csv, name).iter().map(is_level).collect())
        })
        .collect();
    let covariates: Vec<Covariate<'_>> =
        dummies.iter().map(|(name, values)| Covariate { name, values }).collect();
    let by = |family| {
        let options = CountOptions { family, ..Default::default() };
        count_regression(&days, &covariates, &options).unwrap()
    };
    let names: Vec<&str> =
        std::iter::once("(Intercept)").chain(QUINE.iter().map(|one| one.2)).collect();
    let poisson = by(Family::Poisson);
    let (case, quasi) = (&expected["poisson"], &expected["quasi_se"]);
    same(&poisson, &case["coef"], &case["se"], &names);
    near("deviance", poisson.deviance, &case["deviance"], 1e-9);
    near("log likelihood", poisson.log_likelihood, &case["loglik"], 1e-9);
    // R takes the weights of its last round but one, and so differs in the sixth digit.
    near("dispersion", poisson.dispersion, &expected["quasipoisson_dispersion"], 1e-5);
    same(&by(Family::QuasiPoisson), &case["coef"], quasi, &names);
    let found = by(Family::NegativeBinomial);
    let case = &expected["nb"];
    same(&found, &case["coef"], &case["se"], &names);
    near("theta", found.theta.unwrap(), &case["theta"], 1e-6);
    near("theta error", found.theta_std_error.unwrap(), &case["theta_se"], 1e-4);
    near("log likelihood", found.log_likelihood, &case["loglik"], 1e-8);
    near("deviance", found.deviance, &case["deviance"], 1e-6);
}

#[test]
fn m18b_newey_west() {
    let Some((expected, csv)) = expected("m18b_newey_west") else { return };
    // The first year has no real interest.
    let rest: String = csv
        .lines()
        .enumerate()
        .filter(|(at, _)| *at != 1)
        .map(|(_, line)| format!("{line}\n"))
        .collect();
    let (investment, product, interest) =
        (column(&rest, "RealInv"), column(&rest, "RealGNP"), column(&rest, "RealInt"));
    let covariates = [
        Covariate { name: "RealGNP", values: &product },
        Covariate { name: "RealInt", values: &interest },
    ];
    let names = ["(Intercept)", "RealGNP", "RealInt"];
    for (hac_lag, errors) in [(None, "ols_se"), (Some(4), "nw_se_lag4")] {
        let options = CountOptions { family: Family::Normal, hac_lag, ..Default::default() };
        let found = count_regression(&investment, &covariates, &options).unwrap();
        same(&found, &expected["coef"], &expected[errors], &names);
    }
}
