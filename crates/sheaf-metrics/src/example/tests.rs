//! The bundled metrics and the first metric that `metric new` writes pass their own examples.

use std::path::Path;

use super::*;

fn bundled(id: &str) -> Package {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins").join(id);
    Package::load(&folder).unwrap()
}

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
fn repeat_referrals_passes_its_check() {
    let report = Host::new().check(&bundled("repeat-referrals"));
    assert_eq!((report.problems, report.failed), (Vec::new(), Vec::new()));
    assert!(report.passed.len() >= 2);
}

#[test]
fn clocks_attendance_and_call_outs_pass_their_checks() {
    for metric in ["suspension-clocks", "attendance-patterns", "call-out-response"] {
        let report = Host::new().check(&bundled(metric));
        assert_eq!((report.problems, report.failed), (Vec::new(), Vec::new()), "{metric}");
        assert!(report.passed.len() >= 2);
    }
}

#[test]
fn trends_and_impact_pass_their_checks() {
    for metric in ["behaviour-trends", "intervention-impact"] {
        let report = Host::new().check(&bundled(metric));
        assert_eq!((report.problems, report.failed), (Vec::new(), Vec::new()), "{metric}");
        assert_eq!(report.passed.len(), 2);
    }
}
