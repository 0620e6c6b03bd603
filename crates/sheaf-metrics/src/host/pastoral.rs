//! Clocks, attendance and call-outs over the invented school, whose truth is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use sheaf_analytics::{Dataset, Provenance, Scope as Data};
use sheaf_records::{Kind, Record, RecordId, Value};

use super::*;
use crate::fixture::bundled;

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
    let package = bundled(id);
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

/// The share of an estimate whose sentence has these words.
fn estimate<'r>(report: &'r Report, words: &str) -> &'r crate::report::EstimateView {
    let found = report.findings.iter().find(|finding| finding.text.contains(words));
    found.and_then(|finding| finding.estimate.as_ref()).unwrap_or_else(|| panic!("no `{words}`"))
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

/// The demo makes Fridays 1.2 and Wednesdays 0.88 of a usual day, about a tenth of all is missed,
/// and more where free meals are had.
#[test]
fn attendance_recovers_the_week_of_the_demo() {
    let given = [("window", "2025-09-01..2026-11-20"), ("split", "free_meals")];
    let kinds = [Kind::Attendance, Kind::Suspension, Kind::RoomStay];
    let report = run("attendance-patterns", data(&kinds), &given, true);
    let overall = estimate(&report, "of possible sessions were missed");
    assert!((0.06..0.13).contains(&overall.value.unwrap()), "{overall:?}");
    let others = |own: f64| own / ((1.02 + 0.94 + 0.88 + 0.97 + 1.2 - own) / 4.0);
    for (day, factor) in [("Mondays", 1.02), ("Wednesdays", 0.88), ("Fridays", 1.2)] {
        let found = estimate(&report, &format!("Absence on {day}"));
        let value = found.value.unwrap();
        let truth = others(factor);
        // Spells run on over the days after the one on which they begin, and flatten the week.
        let (low, high) = (truth.min(1.0) - 0.06, truth.max(1.0) + 0.06);
        assert!((low..high).contains(&value), "{day}: {value}, truly {truth}");
    }
    let friday = estimate(&report, "Absence on Fridays");
    assert!(friday.lower.unwrap() > 1.0, "{friday:?}");
    assert!(report.lists.iter().any(|list| list.title.starts_with("Persistently absent")));
    let rows = &report.tables[0].rows;
    assert!(rows.len() >= 2 && rows.iter().any(|row| row[1].as_f64().is_some()), "{rows:?}");
    // Nothing makes a pupil of the demo stay away on one weekday: few are named by chance.
    let own = report.lists.iter().find(|list| list.title == "A weekday of their own");
    let named = own.map_or(0, |list| list.pupils.len());
    assert!(named <= 3, "{named}");
}

/// Somebody is there after an answer, Poisson 0.9, one minute and Poisson 3.2, and of one in twelve
/// some 6 to 18 minutes later: within five minutes 0.92 · P(Poisson(4.1) ≤ 4) = 0.56.
#[test]
fn call_outs_recover_the_wait_of_the_demo() {
    let given = [("window", "2024-09-01..2026-11-20")];
    let report = run("call-out-response", data(&[Kind::CallOut]), &given, false);
    let within = estimate(&report, "had somebody there within 5 minutes");
    let truth = 0.92
        * (0..=4).fold((0.0, 1.0), |(sum, term), k| (sum + term, term * 4.1 / f64::from(k + 1))).0
        * (-4.1_f64).exp();
    let (lower, upper) = (within.lower.unwrap(), within.upper.unwrap());
    assert!((0.54..0.58).contains(&truth) && lower < truth && truth < upper, "{truth} {within:?}");
    assert!(text_of(&report, "Half of all call-outs").contains("within 5 minutes; nine in ten"));
    // Nothing in the demo makes one place or day slower.
    let acts = report.findings.iter().filter(|finding| finding.level > crate::report::Level::Info);
    assert_eq!(acts.count(), 0);
}

#[test]
fn a_school_without_the_records_is_told_which_are_missing() {
    let none = || data(&[]);
    let first = |report: Report| report.findings[0].text.clone();
    let found = first(run("suspension-clocks", none(), &[], true));
    assert_eq!(found, "No suspension of this school year is written down");
    let found = first(run("attendance-patterns", none(), &[], true));
    assert_eq!(found, "No register of this period is here, so nothing is known of absence");
    let found = first(run("call-out-response", none(), &[], true));
    assert_eq!(found, "No call-out of this period has the time at which somebody came");
}
