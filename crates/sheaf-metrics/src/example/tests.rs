//! The bundled metrics and the first metric that `metric new` writes pass their own examples.

use super::*;

#[test]
fn a_new_metric_passes_its_check() {
    let parent = tempfile::tempdir().unwrap();
    let folder = crate::scaffold(parent.path(), "late-to-lessons").unwrap();
    let package = Package::load(&folder).unwrap();
    assert_eq!(package.manifest.name, "Late to lessons");
    let report = Host::new().check(&package);
    assert_eq!((report.problems, report.failed), (Vec::new(), Vec::new()));
    assert_eq!(report.passed.len(), 1);
}

#[test]
fn every_bundled_metric_passes_its_check() {
    for package in crate::fixture::all_bundled() {
        let report = Host::new().check(&package);
        let metric = &package.manifest.id;
        assert_eq!((report.problems, report.failed), (Vec::new(), Vec::new()), "{metric}");
        assert!(report.passed.len() >= 2, "{metric}");
    }
}
