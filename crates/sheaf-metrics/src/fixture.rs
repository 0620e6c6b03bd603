//! A small school for tests: ten pupils of two year groups and their referrals.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use sheaf_analytics::{Budget, Scope};

use crate::error::MetricError;
use crate::example::Example;
use crate::host::Host;
use crate::options::Options;
use crate::package::{MANIFEST, Package, SCRIPT};
use crate::report::Report;
use crate::run::RunContext;

const SCHOOL: &str = include_str!("fixture/school.json");

/// The manifest of a metric that may read everything that the tests need.
pub const TEST_MANIFEST: &str = r#"
id = "test"
name = "Test"
version = "1.0.0"
api = 1
question = "Does it work?"
reads = ["room_referrals", "roll", "calendar", "pupils.year_group", "incidents", "interventions",
         "attendance", "clocks", "call_outs", "room_periods", "periods", "scores"]
identify = "if_allowed"

[options]
window  = { type = "period", default = "this_year" }
horizon = { type = "integer", default = 20, min = 5, max = 60, unit = "school day" }
only    = { type = "filter", table = "room_referrals" }
split   = { type = "dimensions", table = "room_referrals", default = [] }
"#;

/// The data of the small school.
pub fn scope() -> Scope {
    serde_json::from_str::<Example>(SCHOOL).unwrap().scope().unwrap()
}

/// The calendar of a school that has one half-term and one lesson a day.
pub fn short_calendar() -> Value {
    let term = json!({ "from": "2025-09-01", "to": "2025-10-24" });
    let lesson = json!({
        "title": "Period 1", "order": 1, "kind": "lesson", "starts": "09:00", "ends": "10:00",
    });
    let year = json!({
        "year": "2025/26", "from": "2025-09-01", "to": "2026-07-31", "terms": { "autumn_1": term },
        "periods": { "P1": lesson },
    });
    json!({ "kind": "calendar", "id": "@year", "fields": year })
}

/// A pupil's referral from its one lesson, on a day of the short calendar.
pub fn referral(id: &str, pupil: &str, day: &str) -> Value {
    json!({
        "kind": "room_stay", "id": id,
        "fields": {
            "pupil": pupil, "reason": "defiance", "referred_at": format!("{day}T10:15"),
            "arrived_at": format!("{day}T10:20"), "periods": { "P1": { "work_set": true } },
        },
    })
}

/// How many metrics come with Sheaf.
const BUNDLED: usize = 13;

/// The folder of the metrics that come with Sheaf.
pub fn plugins() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../plugins")
}

/// The metric of this id that comes with Sheaf.
pub fn bundled(id: &str) -> Package {
    Package::load(&plugins().join(id)).unwrap()
}

/// All metrics that come with Sheaf, by their id.
pub fn all_bundled() -> Vec<Package> {
    let folders = std::fs::read_dir(plugins()).unwrap().map(|folder| folder.unwrap().path());
    let mut packages: Vec<Package> = folders.map(|one| Package::load(&one).unwrap()).collect();
    packages.sort_by(|a, b| a.manifest.id.cmp(&b.manifest.id));
    assert_eq!(packages.len(), BUNDLED);
    packages
}

/// A package of the test manifest and a script.
pub fn package(script: &str) -> Package {
    read(script).unwrap()
}

fn read(script: &str) -> Result<Package, MetricError> {
    let files = [(MANIFEST, TEST_MANIFEST), (SCRIPT, script)];
    let files: BTreeMap<String, String> =
        files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    Package::from_files(files)
}

/// Runs a script over the small school with default options.
pub fn run(script: &str) -> Result<Report, MetricError> {
    run_within(script, Budget::default())
}

/// The same within a budget.
pub fn run_within(script: &str, budget: Budget) -> Result<Report, MetricError> {
    run_over(scope(), script, budget)
}

/// The same over other data.
pub fn run_over(scope: Scope, script: &str, budget: Budget) -> Result<Report, MetricError> {
    let package = read(script)?;
    let options = Options::resolve(&package.manifest, &[])?;
    Host::new().run(&package, &options, &RunContext::new(scope, budget))
}

/// The value of an expression, put into the text of a finding between two marks, because a text
/// begins with a capital.
pub fn text_of(expression: &str) -> String {
    let script = format!(
        "fn run(cx, p) {{ report(\"t\").finding(#{{ text: `|${{{expression}}}|` }}).done() }}"
    );
    match run(&script) {
        Ok(report) => report.findings[0].text.trim_matches('|').to_owned(),
        Err(error) => format!("ERROR {error}"),
    }
}

/// A long line in several, so that what is expected can be read.
pub fn folded(text: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + word.len() < 76 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
