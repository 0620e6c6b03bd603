//! The bundled metrics and the first metric that `metric new` writes pass their own examples.

use std::path::Path;

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
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let mut checked = 0;
    for entry in std::fs::read_dir(plugins).unwrap() {
        let package = Package::load(&entry.unwrap().path()).unwrap();
        let report = Host::new().check(&package);
        let metric = &package.manifest.id;
        assert_eq!((report.problems, report.failed), (Vec::new(), Vec::new()), "{metric}");
        assert!(report.passed.len() >= 2, "{metric}");
        checked += 1;
    }
    assert!(checked >= 11);
}
