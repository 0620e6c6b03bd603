//! Every bundled metric where there is nothing, or next to nothing, to count: a school without a
//! record, one that has only begun, one of thirty pupils, and options that cannot be meant.

use std::sync::Arc;

use jiff::civil::date;
use sheaf_analytics::{Dataset, Provenance, Scope as Data};
use sheaf_records::{Kind, Record};

use super::*;
use crate::fixture::all_bundled;
use crate::options::OptionKind;
use crate::report::Level;

fn columns<'a>(records: impl Iterator<Item = &'a Record>, today: jiff::civil::Date) -> Data {
    let mut dataset = Dataset::default();
    for record in records {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    Data::new(dataset.snapshot(), today)
}

/// The usual options, with a value wherever one must be given.
fn usual(package: &Package) -> Options {
    let needed = package.manifest.options.iter().filter(|one| one.kind.default_text().is_none());
    let given: Vec<(String, String)> =
        needed.map(|one| (one.name.clone(), "mentoring".to_owned())).collect();
    Options::resolve(&package.manifest, &given).unwrap()
}

fn run(package: &Package, data: &Data) -> Result<Report, MetricError> {
    let names = Arc::new(|_| Some("Invented Pupil".to_owned()));
    let context = RunContext::new(data.clone(), Budget::default()).for_pastoral(names);
    Host::new().run(package, &usual(package), &context)
}

/// What must hold of every report: it says something, and no number that is none.
#[track_caller]
fn check_sane(id: &str, report: &Report) {
    assert!(!report.findings.is_empty(), "{id} says nothing");
    for finding in &report.findings {
        assert!(!finding.text.trim().is_empty(), "{id}");
        if finding.level == Level::Refused {
            assert!(finding.text.contains(' '), "{id}: {}", finding.text);
        }
        let Some(one) = &finding.estimate else { continue };
        for number in [one.value, one.lower, one.upper].into_iter().flatten() {
            assert!(!number.is_nan(), "{id}: {}", finding.text);
        }
        if let (Some(value), Some(lower), Some(upper)) = (one.value, one.lower, one.upper) {
            assert!(lower <= value && value <= upper, "{id}: {}", finding.text);
        }
    }
    let said = serde_json::to_string(report).unwrap();
    for odd in ["NaN", "nan %", "Infinity", "inf "] {
        assert!(!said.contains(odd), "{id} says {odd}: {said}");
    }
    let marks = report.charts.iter().flat_map(|chart| &chart.layers).flat_map(|one| &one.marks);
    for mark in marks {
        assert!(mark.x.is_finite() && mark.y.is_none_or(f64::is_finite), "{id}");
    }
}

/// The error of a run that gives no report, in words a teacher can use.
#[track_caller]
fn check_clear(id: &str, error: &MetricError) {
    let said = error.to_string();
    assert!(said.len() > 20 && !said.contains("NaN") && !said.contains("panicked"), "{id}: {said}");
}

#[test]
fn a_school_without_a_record_is_told_so() {
    let data = columns(std::iter::empty(), date(2026, 2, 13));
    for package in all_bundled() {
        match run(&package, &data) {
            Ok(report) => check_sane(&package.manifest.id, &report),
            Err(error) => check_clear(&package.manifest.id, &error),
        }
    }
}

/// With nobody and nothing but a calendar no metric tells a number: not even zero.
#[test]
fn a_school_that_has_only_begun_gets_no_number() {
    let school =
        sheaf_demo::generate(&sheaf_demo::Options { pupils: 30, years: 1, ..Default::default() });
    let school = school.unwrap();
    let begun = school.records().filter(|one| [Kind::Calendar, Kind::CodeList].contains(&one.kind));
    let data = columns(begun, school.today);
    for package in all_bundled() {
        let id = &package.manifest.id;
        let report = match run(&package, &data) {
            Ok(report) => report,
            Err(error) => {
                check_clear(id, &error);
                continue;
            }
        };
        check_sane(id, &report);
        for finding in &report.findings {
            let value = finding.estimate.as_ref().and_then(|one| one.value);
            assert_eq!(value, None, "{id}: {}", finding.text);
        }
        assert!(report.lists.iter().all(|list| list.pupils.is_empty()), "{id}");
    }
}

#[test]
fn a_school_of_thirty_pupils_gets_counts_or_a_reason() {
    for seed in 1..=3 {
        let options = sheaf_demo::Options { pupils: 30, years: 2, seed, ..Default::default() };
        let school = sheaf_demo::generate(&options).unwrap();
        let data = columns(school.records(), school.today);
        for package in all_bundled() {
            match run(&package, &data) {
                Ok(report) => check_sane(&package.manifest.id, &report),
                Err(error) => check_clear(&package.manifest.id, &error),
            }
        }
    }
}

/// Each option of each metric with a value that it cannot take: the message names the option.
#[test]
fn an_option_that_cannot_be_meant_is_named() {
    let mut tried = 0;
    for package in all_bundled() {
        for option in &package.manifest.options {
            let wrong = match &option.kind {
                OptionKind::Integer { max, .. } => (max + 1).to_string(),
                OptionKind::Number { max, .. } => (max + 1.0).to_string(),
                OptionKind::Text { .. } => "x".repeat(2_000),
                OptionKind::ValueOf { .. } => continue,
                OptionKind::Filter { .. } => "no_such_column == 3".to_owned(),
                _ => "no_such_thing".to_owned(),
            };
            let given = [(option.name.clone(), wrong)];
            let error = Options::resolve(&package.manifest, &given).unwrap_err().to_string();
            let named = format!("option `{}`", option.name);
            assert!(error.contains(&named), "{}: {error}", package.manifest.id);
            tried += 1;
        }
        let given = [("no_such_option".to_owned(), "1".to_owned())];
        let error = Options::resolve(&package.manifest, &given).unwrap_err().to_string();
        assert!(error.contains("no_such_option"), "{}: {error}", package.manifest.id);
    }
    assert!(tried > 40);
}
