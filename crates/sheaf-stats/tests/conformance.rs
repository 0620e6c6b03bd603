//! Published data that may not be committed, read where it is present.
//!
//! Looked for in the folder that `SHEAF_CONFORMANCE` names, then in `shared/conformance` beside the
//! repository. Where a case is absent its test says by name that it was not run.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::io::Write;
use std::path::PathBuf;

use sheaf_stats::{MeanCumulativeOptions, logrank, mcf};

/// The file of a case, or `None` after saying that the case was not run.
fn case(name: &str) -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let folder = std::env::var_os("SHEAF_CONFORMANCE").map_or(beside, PathBuf::from);
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        // Past the capture of the test harness, so that the run always shows it.
        let _ = writeln!(std::io::stderr(), "not run here: conformance {name} is not present");
    }
    text
}

/// The rows of a small file of comma-separated values without quoted commas, head left out.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells =
        |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    text.lines().skip(1).map(cells).collect()
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn close(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (one, other)) in found.iter().zip(expected).enumerate() {
        assert!((one - other).abs() <= 1e-6 * other.abs().max(1.0), "{what}[{at}]: {one} {other}");
    }
}

#[test]
fn m05_mean_cumulative_function() {
    let (Some(json), Some(csv)) =
        (case("m05_mean_cumulative_function.json"), case("m05_mean_cumulative_function.csv"))
    else {
        return;
    };
    let expected = &serde_json::from_str::<serde_json::Value>(&json).unwrap()["expected"];
    let rows = rows(&csv);
    let id: Vec<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    let time: Vec<f64> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
    let events: Vec<f64> = rows.iter().map(|row| row[2].parse().unwrap()).collect();
    let found = mcf(&id, &time, &events, &MeanCumulativeOptions::default()).unwrap();
    close("time", &found.time, &numbers(&expected["time"]));
    let at_risk: Vec<f64> = found.at_risk.iter().map(|n| *n as f64).collect();
    close("n_risk", &at_risk, &numbers(&expected["n_risk"]));
    close("mcf", &found.value, &numbers(&expected["mcf"]));
    close("se", &found.std_error, &numbers(&expected["se_lawless_nadeau"]));
    close("lower", &found.lower, &numbers(&expected["ci_log_lower"]));
    close("upper", &found.upper, &numbers(&expected["ci_log_upper"]));
}

#[test]
fn m04b_logrank_of_lung_by_sex() {
    let Some(csv) = case("m04b_logrank.csv") else { return };
    let rows = rows(&csv);
    let time: Vec<f64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    let event: Vec<bool> = rows.iter().map(|row| row[1] == "2").collect();
    let group: Vec<u32> = rows.iter().map(|row| row[2].parse().unwrap()).collect();
    let found = logrank(&time, &event, &group, &Default::default()).unwrap();
    close(
        "chi_squared",
        &[found.chi_squared, found.p],
        &[10.326_741_954_886, 0.001_311_164_520_356],
    );
}
