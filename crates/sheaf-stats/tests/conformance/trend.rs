//! Trends and changes of level.

use sheaf_stats::{
    ChangeOptions, Cost, MannKendall, Penalty, changepoints, mann_kendall, pettitt,
    seasonal_mann_kendall,
};

use super::{close, column, expected, numbers};

#[track_caller]
fn same(found: &MannKendall, expected: &serde_json::Value, names: [&str; 5]) {
    let values = [found.s, found.variance, found.z, found.p, found.slope];
    for (value, name) in values.into_iter().zip(names) {
        super::near(name, value, &expected[name], 1e-9);
    }
}

#[test]
fn m07_mann_kendall_sen() {
    let Some((expected, csv)) = expected("m07_mann_kendall_sen") else { return };
    let found = mann_kendall(&column(&csv, "s"), 0.95).unwrap();
    same(&found, &expected, ["S", "varS", "z_continuity", "p_continuity", "sen_slope"]);
    let ends = [expected["sen_lower"].as_f64().unwrap(), expected["sen_upper"].as_f64().unwrap()];
    close("ends", &[found.slope_lower, found.slope_upper], &ends);
}

#[test]
fn m07b_seasonal_mann_kendall() {
    let Some((expected, csv)) = expected("m07b_seasonal_mann_kendall") else { return };
    let season: Vec<u32> = column(&csv, "month").iter().map(|month| *month as u32).collect();
    let found = seasonal_mann_kendall(&column(&csv, "x"), &season, 0.95).unwrap();
    same(&found, &expected, ["S", "varS", "z", "p", "seasonal_slope"]);
}

#[test]
fn m08c_pelt() {
    let Some((expected, csv)) = expected("m08c_pelt") else { return };
    let x = column(&csv, "GBM29");
    let by = |penalty| {
        let cost = Cost::NormalMean;
        let options = ChangeOptions { cost, penalty, min_segment: 1, ..Default::default() };
        changepoints(&x, &options).unwrap()
    };
    for (penalty, name) in [
        (Penalty::Sic, "SIC"),
        (Penalty::Mbic, "MBIC"),
        (Penalty::Value(2.0 * (x.len() as f64).ln()), "manual_2logn"),
    ] {
        let found = by(penalty);
        let at: Vec<f64> = found.at.iter().map(|at| *at as f64).collect();
        close(name, &at, &numbers(&expected[name]["cpts"]));
        super::near(name, found.penalty, &expected[name]["pen"], 1e-9);
    }
    let means: Vec<f64> = by(Penalty::Sic).segments.iter().map(|one| one.mean).collect();
    close("means", &means, &numbers(&expected["means_SIC"]));
}

#[test]
fn m08_pettitt() {
    let Some((expected, csv)) = expected("m08_pettitt") else { return };
    let found = pettitt(&column(&csv, "x")).unwrap();
    super::near("k", found.k, &expected["K"], 0.0);
    super::near("p", found.p, &expected["p"], 1e-12);
    super::near("at", found.at as f64, &expected["t"], 0.0);
}
