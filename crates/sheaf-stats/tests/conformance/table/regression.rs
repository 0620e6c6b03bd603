//! Regressions.

use serde_json::Value;
use sheaf_stats::{
    CountOptions, CountRegression, Covariate, DidErrors, Family, ItsChange, ItsOptions, Pace,
    RecurrentModel, Spells, count_regression, did, its, recurrent_regression,
};

use super::csv::{codes, numbers, texts};
use super::{Folder, Sheet};

/// Coefficients by their names in the case, in our order, with their errors.
fn same(
    sheet: &mut Sheet,
    title: &str,
    found: &CountRegression,
    (coefficients, errors): (&Value, &Value),
    names: &[&str],
) {
    assert_eq!(found.coefficients.len(), names.len());
    for (one, name) in found.coefficients.iter().zip(names) {
        sheet.one(&format!("{title} {name}"), one.estimate, &coefficients[name]);
        sheet.one(&format!("{title} {name}, std_error"), one.std_error, &errors[name]);
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

pub fn counts(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m17_count_regression.csv");
    let expected = sheet.expected.clone();
    let days = numbers(&csv, "Days");
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
    let case = &expected["poisson"];
    same(sheet, "poisson", &poisson, (&case["coef"], &case["se"]), &names);
    sheet.one("poisson deviance", poisson.deviance, &case["deviance"]);
    sheet.one("poisson log_likelihood", poisson.log_likelihood, &case["loglik"]);
    let dispersion = &expected["quasipoisson_dispersion"];
    sheet.one("dispersion", poisson.dispersion, dispersion);
    let quasi = by(Family::QuasiPoisson);
    same(sheet, "quasi_poisson", &quasi, (&case["coef"], &expected["quasi_se"]), &names);
    let found = by(Family::NegativeBinomial);
    let case = &expected["nb"];
    same(sheet, "negative_binomial", &found, (&case["coef"], &case["se"]), &names);
    sheet.one("theta", found.theta.unwrap(), &case["theta"]);
    sheet.one("theta std_error", found.theta_std_error.unwrap(), &case["theta_se"]);
    sheet.one("negative_binomial log_likelihood", found.log_likelihood, &case["loglik"]);
    sheet.one("negative_binomial deviance", found.deviance, &case["deviance"]);
}

pub fn newey_west(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m18b_newey_west.csv");
    let expected = sheet.expected.clone();
    // The first year has no real interest.
    let kept = |at: usize| at != 1;
    let rest: Vec<&str> =
        csv.lines().enumerate().filter(|(at, _)| kept(*at)).map(|(_, line)| line).collect();
    let rest = rest.join("\n");
    let columns = ["RealInv", "RealGNP", "RealInt"].map(|name| numbers(&rest, name));
    let [investment, product, interest] = &columns;
    let covariates = [
        Covariate { name: "RealGNP", values: product },
        Covariate { name: "RealInt", values: interest },
    ];
    let names = ["(Intercept)", "RealGNP", "RealInt"];
    for (hac_lag, errors) in [(None, "ols_se"), (Some(4), "nw_se_lag4")] {
        let options = CountOptions { family: Family::Normal, hac_lag, ..Default::default() };
        let found = count_regression(investment, &covariates, &options).unwrap();
        same(sheet, errors, &found, (&expected["coef"], &expected[errors]), &names);
    }
}

pub fn interrupted(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m18_its_poisson.csv");
    let expected = sheet.expected.clone();
    let (aces, exposure) = (numbers(&csv, "aces"), numbers(&csv, "stdpop"));
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
    sheet.one("level", found.level.estimate, &case["coef"]["smokban"]);
    sheet.one("level std_error", found.level.std_error, &case["se"]["smokban"]);
    sheet.one("slope_before", found.slope_before.estimate, &case["coef"]["time"]);
    sheet.one("level lower", found.level.lower.exp(), &case["rr"]["lower"]);
    let robust = of(&ItsOptions { hac_lag: Some(3), ..level });
    let errors = &expected["model1_neweywest_lag3"]["se"];
    let (one, other) = (robust.level.std_error, robust.slope_before.std_error);
    sheet.one("level std_error, neighbours", one, &errors["smokban"]);
    sheet.one("slope_before std_error, neighbours", other, &errors["time"]);
    let quasi = of(&ItsOptions { family: Family::QuasiPoisson, ..level });
    let case = &expected["model2_quasi"];
    sheet.one("dispersion", quasi.dispersion, &case["dispersion"]);
    sheet.one("level upper, quasi", quasi.level.upper.exp(), &case["rr"]["upper"]);
    let waves = of(&ItsOptions { family: Family::QuasiPoisson, harmonics: 2, ..level });
    let case = &expected["model3_quasi_harmonic"];
    sheet.one("level, waves", waves.level.estimate, &case["coef"]["smokban"]);
    sheet.one("level lower, waves", waves.level.lower.exp(), &case["rr"]["lower"]);
    let bent = of(&ItsOptions { change: ItsChange::LevelAndSlope, ..level });
    let (coef, errors) =
        (&expected["model_slope_change"]["coef"], &expected["model_slope_change"]["se"]);
    let change = bent.slope_change.unwrap();
    sheet.one("slope_before, bent", bent.slope_before.estimate, &coef["time"]);
    sheet.one("slope_change", change.estimate, &coef["smokban:time"]);
    sheet.one("slope_change std_error", change.std_error, &errors["smokban:time"]);
    // The case counts the jump from time 0, and we from the first point after.
    let from_zero = bent.level.estimate - 37.0 * change.estimate;
    sheet.one("level, bent", from_zero, &coef["smokban"]);
}

pub fn differences(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m20_difference_in_differences.csv");
    let expected = sheet.expected.clone();
    let flags =
        |name: &str| -> Vec<bool> { numbers(&csv, name).iter().map(|flag| *flag == 1.0).collect() };
    let (near_by, after) = (flags("nearinc"), flags("y81"));
    let price = numbers(&csv, "rprice");
    for (errors, name) in [(DidErrors::Model, "se"), (DidErrors::Robust, "hc1")] {
        let found = did(&price, &near_by, &after, errors, 0.95).unwrap();
        let title = format!("{name}:");
        let coefficient = &expected["coef"]["y81:nearinc"];
        sheet.one(&format!("{title} estimate"), found.difference.value, coefficient);
        let error = &expected[name]["y81:nearinc"];
        sheet.one(&format!("{title} std_error"), found.std_error, error);
    }
}

pub fn recurrent(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m06_recurrent_regression.csv");
    let expected = sheet.expected.clone();
    let of = |name: &str| numbers(&csv, name);
    let id = codes(&csv, "id");
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
        let found = recurrent_regression(&spells, &columns, model, 0.95, Pace::default()).unwrap();
        let title = format!("{name}:");
        sheet.one(&format!("{title} null"), found.log_likelihood_null, &case["loglik"][0]);
        sheet.one(&format!("{title} log_likelihood"), found.log_likelihood, &case["loglik"][1]);
        for one in &found.coefficients {
            let title = format!("{title} {}", one.name);
            sheet.one(&title, one.estimate, &case["coef"][&one.name]);
            let (plain, robust) = (&case["naive_se"], &case["robust_se"]);
            sheet.one(&format!("{title}, std_error"), one.std_error, &plain[&one.name]);
            let error = one.robust_std_error;
            sheet.one(&format!("{title}, robust_std_error"), error, &robust[&one.name]);
        }
    }
}
