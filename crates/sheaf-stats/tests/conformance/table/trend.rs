//! Trends and changes of level.

use sheaf_stats::{
    ChangeOptions, Changes, Cost, MannKendall, Penalty, changepoints, mann_kendall as test,
    pettitt as one_change, seasonal_mann_kendall,
};

use super::csv::{codes, numbers};
use super::{Folder, Sheet};

fn same(sheet: &mut Sheet, found: &MannKendall, names: [&str; 5]) {
    let expected = sheet.expected.clone();
    let ours = [
        ("s", found.s),
        ("variance", found.variance),
        ("z", found.z),
        ("p", found.p),
        ("slope", found.slope),
    ];
    for ((what, value), name) in ours.into_iter().zip(names) {
        sheet.one(what, value, &expected[name]);
    }
}

pub fn mann_kendall(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m07_mann_kendall_sen.csv");
    let found = test(&numbers(&csv, "s"), 0.95).unwrap();
    same(sheet, &found, ["S", "varS", "z_continuity", "p_continuity", "sen_slope"]);
    let expected = sheet.expected.clone();
    sheet.one("slope_lower", found.slope_lower, &expected["sen_lower"]);
    sheet.one("slope_upper", found.slope_upper, &expected["sen_upper"]);
}

pub fn seasonal(folder: &Folder, sheet: &mut Sheet) {
    let csv = folder.text("m07b_seasonal_mann_kendall.csv");
    let season = codes(&csv, "month");
    let found = seasonal_mann_kendall(&numbers(&csv, "x"), &season, 0.95).unwrap();
    same(sheet, &found, ["S", "varS", "z", "p", "seasonal_slope"]);
}

pub fn pettitt(folder: &Folder, sheet: &mut Sheet) {
    let found = one_change(&numbers(&folder.text("m08_pettitt.csv"), "x")).unwrap();
    let expected = sheet.expected.clone();
    sheet.one("k", found.k, &expected["K"]);
    sheet.one("p", found.p, &expected["p"]);
    sheet.places("at", &[found.at], &expected["t"]);
}

/// Squares about the levels that were found.
fn squares(x: &[f64], found: &Changes) -> f64 {
    let part = |one: &sheaf_stats::Segment| -> f64 {
        x[one.from - 1..one.to].iter().map(|x| (x - one.mean).powi(2)).sum()
    };
    found.segments.iter().map(part).sum()
}

/// Least squares with one change and with none, and where the change lies; the reference's interval
/// for the place and its choices of more changes than help are not ours.
pub fn breakpoints(folder: &Folder, sheet: &mut Sheet) {
    let x = numbers(&folder.text("m08b_breakpoints.csv"), "flow");
    let expected = sheet.expected.clone();
    let by = |penalty, spread| {
        let (cost, min_segment) = (Cost::NormalMean, 15);
        let options = ChangeOptions { cost, penalty, min_segment, spread, ..Default::default() };
        changepoints(&x, &options).unwrap()
    };
    let level = by(Penalty::Value(f64::MAX), 1.0);
    sheet.one("squares without a change", squares(&x, &level), &expected["rss"][0]);
    // The spread about the two levels, by which a further change is weighed.
    let spread = (expected["rss"][1].as_f64().unwrap() / x.len() as f64).sqrt();
    let found = by(Penalty::Sic, spread);
    sheet.places("at", &found.at, &expected["breakpoint_index"]);
    sheet.one("squares with one change", squares(&x, &found), &expected["rss"][1]);
}

pub fn pelt(folder: &Folder, sheet: &mut Sheet) {
    let x = numbers(&folder.text("m08c_pelt.csv"), "GBM29");
    let expected = sheet.expected.clone();
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
        sheet.places(&format!("at {name}"), &found.at, &expected[name]["cpts"]);
        sheet.one(&format!("penalty {name}"), found.penalty, &expected[name]["pen"]);
    }
    let means: Vec<f64> = by(Penalty::Sic).segments.iter().map(|one| one.mean).collect();
    sheet.all("mean", &means, &expected["means_SIC"]);
}
