//! Regressions.

use serde_json::Value;
use sheaf_stats::{
    CountOptions, CountRegression, Covariate, DidErrors, Family, ItsChange, ItsOptions,
    RecurrentModel, Spells, count_regression, did, its, recurrent_regression,
};

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

#[test]
fn m18_interrupted_series() {
    let Some((expected, csv)) = expected("m18_its_poisson") else { return };
    let (aces, exposure) = (column(&csv, "aces"), column(&csv, "stdpop"));
    let level = ItsOptions {
        at: 37,
        family: Family::Poisson,
        exposure: Some(&exposure),
        change: ItsChange::Level,
        ..Default::default()
    };
    let of = |options: &ItsOptions<'_>| its(&aces, options).unwrap();
    let found = of(&level);
    let case = &expected["model1_poisson"];
    near("level", found.level.estimate, &case["coef"]["smokban"], 1e-6);
    near("level", found.level.std_error, &case["se"]["smokban"], 1e-6);
    near("slope", found.slope_before.estimate, &case["coef"]["time"], 1e-6);
    near("lower", found.level.lower.exp(), &case["rr"]["lower"], 1e-6);
    let robust = of(&ItsOptions { hac_lag: Some(3), ..level });
    let errors = &expected["model1_neweywest_lag3"]["se"];
    near("robust", robust.level.std_error, &errors["smokban"], 1e-4);
    near("robust", robust.slope_before.std_error, &errors["time"], 1e-4);
    let quasi = of(&ItsOptions { family: Family::QuasiPoisson, ..level });
    near("dispersion", quasi.dispersion, &expected["model2_quasi"]["dispersion"], 1e-4);
    near("upper", quasi.level.upper.exp(), &expected["model2_quasi"]["rr"]["upper"], 1e-4);
    let waves = of(&ItsOptions { family: Family::QuasiPoisson, harmonics: 2, ..level });
    let case = &expected["model3_quasi_harmonic"];
    near("level", waves.level.estimate, &case["coef"]["smokban"], 1e-6);
    near("lower", waves.level.lower.exp(), &case["rr"]["lower"], 1e-4);
    let bent = of(&ItsOptions { change: ItsChange::LevelAndSlope, ..level });
    let (coef, errors) =
        (&expected["model_slope_change"]["coef"], &expected["model_slope_change"]["se"]);
    let change = bent.slope_change.unwrap();
    near("slope", bent.slope_before.estimate, &coef["time"], 1e-6);
    near("change", change.estimate, &coef["smokban:time"], 1e-6);
    near("change", change.std_error, &errors["smokban:time"], 1e-6);
    // The case counts the jump from time 0, and we from the first point after.
    near("level", bent.level.estimate - 37.0 * change.estimate, &coef["smokban"], 1e-6);
}

#[test]
fn m20_difference_in_differences() {
    let Some((expected, csv)) = expected("m20_difference_in_differences") else { return };
    let flags =
        |name: &str| -> Vec<bool> { column(&csv, name).iter().map(|flag| *flag == 1.0).collect() };
    let (near_by, after) = (flags("nearinc"), flags("y81"));
    let price = column(&csv, "rprice");
    for (errors, name) in [(DidErrors::Model, "se"), (DidErrors::Robust, "hc1")] {
        let found = did(&price, &near_by, &after, errors, 0.95).unwrap();
        near("difference", found.difference.value, &expected["coef"]["y81:nearinc"], 1e-6);
        near(name, found.std_error, &expected[name]["y81:nearinc"], 1e-6);
    }
}

#[test]
fn m06_recurrent_regression() {
    let Some((expected, csv)) = expected("m06_recurrent_regression") else { return };
    let of = |name: &str| column(&csv, name);
    let id: Vec<u32> = of("id").iter().map(|id| *id as u32).collect();
    let (start, stop) = (of("start"), of("stop"));
    let event: Vec<bool> = of("event").iter().map(|event| *event == 1.0).collect();
    let spells = Spells { id: &id, start: &start, stop: &stop, event: &event };
    let values = ["rx", "size", "number"].map(|name| (name, of(name)));
    let columns: Vec<Covariate<'_>> =
        values.iter().map(|(name, values)| Covariate { name, values }).collect();
    for (model, name) in [
        (RecurrentModel::AndersenGill, "AG_efron"),
        (RecurrentModel::PwpTotal, "PWP_total_time"),
        (RecurrentModel::PwpGap, "PWP_gap_time"),
    ] {
        let case = &expected[name];
        let found = recurrent_regression(&spells, &columns, model, 0.95).unwrap();
        near(name, found.log_likelihood_null, &case["loglik"][0], 1e-9);
        near(name, found.log_likelihood, &case["loglik"][1], 1e-9);
        for one in &found.coefficients {
            near(name, one.estimate, &case["coef"][&one.name], 1e-6);
            near(name, one.std_error, &case["naive_se"][&one.name], 1e-6);
            near(name, one.robust_std_error, &case["robust_se"][&one.name], 1e-6);
        }
    }
}
