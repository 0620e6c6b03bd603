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
fn a_check_tells_what_should_be_mended_in_a_manifest() {
    let mut files = crate::fixture::bundled("repeat-referrals").files().clone();
    let manifest = files.get_mut(crate::package::MANIFEST).unwrap();
    *manifest = manifest.replace("\"Repeat referrals\"", "\"\"");
    let report = Host::new().check(&Package::from_files(files).unwrap());
    let found: Vec<(&str, usize, &str)> = (report.problems.iter())
        .map(|one| (one.file.as_str(), one.line, one.message.as_str()))
        .collect();
    assert_eq!(found, [("plugin.toml", 2, "`name` is empty; it is what people read")]);
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
