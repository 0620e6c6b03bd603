//! Clocks, attendance and call-outs over the invented school, whose truth is known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use sheaf_analytics::{Dataset, Provenance, Scope as Data};
use sheaf_records::{Kind, Record, RecordId, Value};

use super::*;

static SCHOOL: LazyLock<sheaf_demo::DemoSchool> = LazyLock::new(|| {
    let options = sheaf_demo::Options { pupils: 500, years: 1, ..Default::default() };
    sheaf_demo::generate(&options).unwrap()
});

/// The columns of pupils, days and these kinds of records.
fn data(kinds: &[Kind]) -> Data {
    let mut dataset = Dataset::default();
    let always = [Kind::Pupil, Kind::Calendar];
    let keep = |kind: &Kind| always.contains(kind) || kinds.contains(kind);
    for record in SCHOOL.records().filter(|record| keep(&record.kind)) {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    Data::new(dataset.snapshot(), SCHOOL.today)
}

fn run(id: &str, data: Data, given: &[(&str, &str)], is_pastoral: bool) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins").join(id);
    let package = Package::load(&folder).unwrap();
    let given: Vec<(String, String)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let options = Options::resolve(&package.manifest, &given).unwrap();
    let mut context = RunContext::new(data, Budget::default());
    if is_pastoral {
        context = context.for_pastoral(Arc::new(|_| Some("Invented Pupil".to_owned())));
    }
    let report = Host::new().run(&package, &options, &context).unwrap();
    super::bundled::look(id, &report);
    report
}

fn text_of<'r>(report: &'r Report, start: &str) -> &'r str {
    let found = report.findings.iter().find(|finding| finding.text.starts_with(start));
    let all: Vec<&str> = report.findings.iter().map(|one| one.text.as_str()).collect();
    &found.unwrap_or_else(|| panic!("no `{start}` in {all:#?}")).text
}

fn sum_of(record: &Record) -> (RecordId, i64) {
    let pupil = record.one("pupil").and_then(Value::as_record).unwrap();
    (pupil, sheaf_records::suspended_sessions(record))
}

/// The records themselves, added up another way: by the year of the first day, as the demo never
/// suspends across a summer.
#[test]
fn clocks_count_the_days_of_the_records() {
    let year = "2026-09-01".parse::<jiff::civil::Date>().unwrap();
    let suspended = SCHOOL.records().filter(|record| record.kind == Kind::Suspension);
    let this_year = suspended.filter(|record| {
        record.one("start").and_then(Value::as_date).is_some_and(|day| day >= year)
    });
    let mut sums: BTreeMap<RecordId, i64> = BTreeMap::new();
    this_year.map(sum_of).for_each(|(pupil, sessions)| *sums.entry(pupil).or_default() += sessions);
    sums.retain(|_, sessions| *sessions > 0);
    assert!(sums.len() > 5, "{}", sums.len());
    let report = run("suspension-clocks", data(&[Kind::Suspension]), &[("split", "")], true);
    let first = &report.findings[0].text;
    let counted: usize = first.split(' ').next().unwrap().parse().unwrap();
    // Whoever has left the roll is no longer counted.
    let gone = sums.len() - counted;
    assert!(gone <= 3, "{first}, of {}", sums.len());
    let bars: f64 = report.charts[0].layers[0].marks.iter().filter_map(|mark| mark.y).sum();
    assert!(bars <= counted as f64);
    assert!(text_of(&report, "Nobody for: ").len() > 20);
    // Lists name whom a finding counts, each with its reckoning.
    for list in &report.lists {
        let named: BTreeSet<RecordId> = list.pupils.iter().map(|one| one.id).collect();
        let said = text_of(&report, &list.title);
        let count = said.rsplit_once(": ").unwrap().1;
        let told = if named.len() < 5 {
            "fewer than 5 pupils".to_owned()
        } else {
            format!("{} pupils", named.len())
        };
        assert_eq!(count, told, "{}", list.title);
    }
    let report = run("suspension-clocks", data(&[Kind::Suspension]), &[], false);
    assert!(report.lists.is_empty());
    let tables: Vec<&str> = report.tables.iter().map(|table| table.title.as_str()).collect();
    assert_eq!(tables, ["Suspended this school year"]);
}

#[test]
fn a_school_without_the_records_is_told_which_are_missing() {
    let none = || data(&[]);
    let first = |report: Report| report.findings[0].text.clone();
    let found = first(run("suspension-clocks", none(), &[], true));
    assert_eq!(found, "No suspension of this school year is written down");
}
