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

use serde_json::Value;

mod compare;
mod control;
mod regression;
mod survival;
mod trend;

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

/// A column of a small file by its heading, as numbers.
fn column(text: &str, name: &str) -> Vec<f64> {
    texts(text, name).iter().map(|cell| cell.parse().unwrap()).collect()
}

/// The same as texts.
fn texts(text: &str, name: &str) -> Vec<String> {
    let mut heads = text.lines().next().unwrap().split(',').map(|head| head.trim_matches('"'));
    let at = heads.position(|head| head == name).unwrap();
    rows(text).into_iter().map(|mut row| row.swap_remove(at)).collect()
}

/// What a case expects, and its data.
fn expected(name: &str) -> Option<(Value, String)> {
    let json: Value = serde_json::from_str(&case(&format!("{name}.json"))?).unwrap();
    Some((json["expected"].clone(), case(&format!("{name}.csv"))?))
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn near(what: &str, found: f64, expected: &Value, tolerance: f64) {
    let expected = expected.as_f64().unwrap();
    let is_near = (found - expected).abs() <= tolerance * expected.abs().max(1.0);
    assert!(is_near, "{what}: {found} {expected}");
}

#[track_caller]
fn close(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (at, (one, other)) in found.iter().zip(expected).enumerate() {
        assert!((one - other).abs() <= 1e-6 * other.abs().max(1.0), "{what}[{at}]: {one} {other}");
    }
}
