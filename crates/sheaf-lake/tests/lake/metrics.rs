//! Whole metrics over many schools, in this process and by DataFusion.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sheaf_analytics::{Budget, Scope};
use sheaf_lake::Cluster;
use sheaf_metrics::{Host, MetricError, Options, Package, Report, RunContext};

use crate::support::{engine, local};

fn plugins() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins")
}

fn run(id: &str, given: &[(&str, &str)], scope: Scope) -> Result<Report, MetricError> {
    let folder = plugins().join(id);
    let package = Package::load(&folder).unwrap();
    let given: Vec<(String, String)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let options = Options::resolve(&package.manifest, &given).unwrap();
    let context = RunContext::new(scope, Budget::default()).within(Duration::from_secs(300));
    Host::new().run(&package, &options, &context)
}

#[track_caller]
fn same(id: &str, given: &[(&str, &str)]) -> Report {
    let embedded = Arc::new(engine(&Cluster::Embedded));
    let there = run(id, given, local().run_by(embedded)).unwrap();
    let here = run(id, given, local()).unwrap();
    assert_eq!(here.findings, there.findings);
    assert_eq!(here.tables, there.tables);
    assert_eq!(here.charts.len(), there.charts.len());
    assert_eq!(here.caveats, there.caveats);
    there
}

#[test]
fn behaviour_trends_over_three_schools() {
    let report = same("behaviour-trends", &[("split", "school")]);
    assert!(report.findings.len() > 3, "{:?}", report.findings);
    assert!(report.rows_read > 0);
}

#[test]
fn repeat_referrals_over_three_schools() {
    let report = same("repeat-referrals", &[("split", "year_group")]);
    assert!(!report.findings.is_empty());
    assert!(report.lists.iter().all(|list| list.pupils.is_empty()), "no pupil is named");
}

/// What needs more than a lake holds.
const WITHIN_ONE_SCHOOL: [&str; 1] = ["suspension-clocks"];

#[test]
fn every_bundled_metric_runs_over_three_schools_or_says_why_not() {
    for entry in std::fs::read_dir(plugins()).unwrap() {
        let id = entry.unwrap().file_name().into_string().unwrap();
        if WITHIN_ONE_SCHOOL.contains(&id.as_str()) {
            let error = run(&id, &[], local()).unwrap_err().to_string();
            assert!(error.contains("are worked out within one school"), "{id}: {error}");
            continue;
        }
        let report = same(&id, &[]);
        assert!(!report.findings.is_empty(), "{id}");
        assert!(report.lists.iter().all(|list| list.pupils.is_empty()), "{id}: a pupil is named");
    }
}
