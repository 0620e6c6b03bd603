//! Whole runs: the bundled metric over the demo school, and what a run promises.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheaf_analytics::{Dataset, Provenance, Scope as Data};

use super::*;
use crate::fixture::{self, TEST_MANIFEST, bundled};
use crate::limits::MAX_CASES;
use crate::package::MANIFEST;
use crate::report::Level;

/// The two scripts as they were published with API 1: whoever has copied them can go on using them.
const PUBLISHED: &str = include_str!("../fixture/repeat-referrals.rhai");
const PUBLISHED_IMPACT: &str = include_str!("../fixture/intervention-impact.rhai");

fn demo() -> Data {
    let options = sheaf_demo::Options { pupils: 300, years: 1, ..Default::default() };
    let school = sheaf_demo::generate(&options).unwrap();
    let mut dataset = Dataset::default();
    let today = school.today;
    for record in school.records() {
        dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
    }
    Data::new(dataset.snapshot(), today)
}

fn run_demo(given: &[(&str, &str)]) -> Report {
    let package = bundled("repeat-referrals");
    let given: Vec<(String, String)> =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let options = Options::resolve(&package.manifest, &given).unwrap();
    let names = Arc::new(|_| Some("Invented Pupil".to_owned()));
    let context = RunContext::new(demo(), Budget::default()).for_pastoral(names);
    Host::new().run(&package, &options, &context).unwrap()
}

#[test]
fn the_published_script_runs_whole() {
    let mut files = BTreeMap::from([(SCRIPT.to_owned(), PUBLISHED.to_owned())]);
    files.insert(MANIFEST.to_owned(), TEST_MANIFEST.to_owned());
    let package = Package::from_files(files).unwrap();
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let report =
        Host::new().run(&package, &options, &RunContext::new(demo(), Budget::default())).unwrap();
    let bundled = run_demo(&[]);
    assert_eq!(report.findings[0].text, bundled.findings[0].text);
    assert_eq!(report.findings[0].estimate, bundled.findings[0].estimate);
    let check = report.findings[0].check.as_ref().unwrap();
    assert_eq!(check.method, "Wilson score");
    let check = bundled.findings[0].check.as_ref().unwrap();
    assert_eq!(check.method, "Wilson score, clustered by pupil");
}

#[test]
fn the_published_script_says_why_a_period_with_nobody_on_the_roll_has_no_answer() {
    let package = fixture::package(PUBLISHED);
    let given = [("window".to_owned(), "2036-10-26..2036-10-30".to_owned())];
    let options = Options::resolve(&package.manifest, &given).unwrap();
    let context = RunContext::new(fixture::scope(), Budget::default());
    let report = Host::new().run(&package, &options, &context).unwrap();
    let levels: Vec<Level> = report.findings.iter().map(|finding| finding.level).collect();
    assert_eq!(levels, [Level::Refused; 2]);
}

#[test]
fn the_published_script_of_impact_runs_whole() {
    let bundled = bundled("intervention-impact");
    let mut files = BTreeMap::from([(SCRIPT.to_owned(), PUBLISHED_IMPACT.to_owned())]);
    let folder = fixture::plugins().join("intervention-impact");
    files.insert(MANIFEST.to_owned(), std::fs::read_to_string(folder.join(MANIFEST)).unwrap());
    let package = Package::from_files(files).unwrap();
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let run = |package: &Package| {
        Host::new().run(package, &options, &RunContext::new(demo(), Budget::default())).unwrap()
    };
    let (published, ours) = (run(&package), run(&bundled));
    assert_eq!((published.findings, published.tables), (ours.findings, ours.tables));
    assert_eq!(published.charts.len(), 1);
}

#[test]
fn repeat_referrals_over_the_demo_school() {
    let report = run_demo(&[("split", "year_group,pupil_premium")]);
    bundled::look("repeat-referrals", &report);
    assert!(
        report.findings[0]
            .text
            .contains("of referrals are followed by another within 20 school days")
    );
    assert_eq!((report.charts.len(), report.lists.len()), (2, 1));
    assert_eq!(report.lists[0].pupils.len(), 10);
    assert!(report.rows_read > 100);
    assert!(report.findings.iter().all(|finding| !finding.text.contains('\u{e000}')));
}

#[test]
fn a_run_is_the_same_byte_for_byte() {
    let script = bundled("repeat-referrals").script;
    let run = || serde_json::to_string(&fixture::run(&script).unwrap()).unwrap();
    assert_eq!(run(), run());
}

#[test]
fn names_are_for_a_permitted_audience_alone() {
    let report = fixture::run(&bundled("repeat-referrals").script).unwrap();
    assert!(report.lists.is_empty());
    assert!(report.caveats.iter().any(|text| text.starts_with("Names of pupils")));
}

#[test]
fn a_script_must_give_back_its_report() {
    let error = fixture::run("fn run(cx, p) { 42 }").unwrap_err();
    assert_eq!(
        error.to_string(),
        "metric.rhai: `run` must give back the report: end it with `.done()`"
    );
    let error = fixture::run("fn other() { 42 }").unwrap_err();
    assert_eq!(error.to_string(), "metric.rhai: a metric is a function `fn run(cx, p) { … }`");
}

#[test]
fn a_number_over_few_pupils_ends_the_run_with_a_refusal() {
    let report = fixture::run(
        r#"fn run(cx, p) {
             let g = cx.room_referrals.filter(col("year_group") == "9").within(p.window)
                       .filter(col("pupil_premium") == "true").gaps(#{}).collect();
             let out = report("x");
             if g.index_events < 20 { out.caveat("few"); }
             out.done()
           }"#,
    );
    let report = report.unwrap();
    assert_eq!(report.findings[0].level, Level::Refused);
    assert_eq!(report.findings[0].text, "Nothing can be shown: fewer than 5 pupils");
    assert!(report.caveats.is_empty());
}

#[test]
fn a_table_tells_what_is_hidden_from_what_is_missing() {
    let report = fixture::run(
        r#"fn run(cx, p) {
             let g = cx.room_referrals.filter(col("year_group") == "9").within(p.window)
                       .filter(col("pupil_premium") == "true").gaps(#{}).collect();
             let q = stats::logrank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "b", "a", "b"]);
             report("x").row("No interval", q).row("Few pupils", g.index_events).done()
           }"#,
    );
    let report = report.unwrap();
    let table = &report.tables[0];
    assert!(table.rows[0][2].is_null() && table.rows[1][2].is_null(), "{:?}", table.rows);
    assert!(!table.is_hidden(0, 2) && table.is_hidden(1, 2), "{:?}", table.hidden);
    assert_eq!(table.hidden, [(1, 1), (1, 2), (1, 3), (1, 4)]);
    assert_eq!(table.suppressed, 4);
}

#[test]
fn a_test_that_does_not_stand_is_no_warning() {
    let report = fixture::run(
        r#"fn run(cx, p) {
             let q = stats::logrank([1, 2, 3, 4], [1, 1, 1, 1], ["a", "b", "a", "b"]);
             report("x").finding(#{ level: "act", estimate: q, text: `It differs: ${q.words}` })
               .adjust("bh").done()
           }"#,
    );
    let finding = report.unwrap().findings.remove(0);
    assert_eq!(finding.level, Level::Info);
    assert!(finding.text.starts_with("It differs: cannot tell yet (p 0."), "{}", finding.text);
    assert!(finding.text.ends_with("after adjustment)"), "{}", finding.text);
}

#[test]
fn a_share_reads_well_however_many_it_is_of() {
    let said = |text: &str| {
        let script = format!(
            "fn run(cx, p) {{
               let few = stats::wilson(7, 12); let many = stats::wilson(48, 100);
               report(\"x\").finding(#{{ text: `{text}` }}).done()
             }}"
        );
        fixture::run(&script).unwrap().findings[0].text.clone()
    };
    assert_eq!(said("${few.words} of pupils missed a day"), "7 of 12 pupils missed a day");
    assert_eq!(said("${few.words} of the pupils on the roll"), "7 of the 12 pupils on the roll");
    assert_eq!(
        said("Flagged: ${few.words}; missed: ${few.words}"),
        "Flagged: 7 of 12; missed: 7 of 12"
    );
    let many = "48 % (95 % interval 38 to 58 %) of pupils";
    assert_eq!(said("${many.words} of pupils"), many);
    assert_eq!(said("fewer than 5 pupils came"), "Fewer than 5 pupils came");
}

#[test]
fn words_that_wait_for_a_text_are_told_wherever_they_stand() {
    let script = "fn run(cx, p) {
        let told = `${stats::wilson(7, 12).words} of pupils`;
        print(told);
        let c = chart(\"line\").title(told).note(told).x([1, 2]).y([3, 4]);
        report(told).caveat(told).chart(c).done()
    }";
    let report = fixture::run(script).unwrap();
    let chart = &report.charts[0];
    let found = [&report.title, &report.caveats[0], &report.printed[0], &chart.title];
    assert_eq!(found, ["7 of 12 pupils"; 4]);
    assert!(chart.notes.contains(&"7 of 12 pupils".to_owned()), "{:?}", chart.notes);
}

#[test]
fn a_code_is_told_by_its_title() {
    let package = bundled("intervention-impact");
    let given = [("kind".to_owned(), "check_in".to_owned())];
    let options = Options::resolve(&package.manifest, &given).unwrap();
    let context = RunContext::new(fixture::scope(), Budget::default());
    let report = Host::new().run(&package, &options, &context).unwrap();
    assert_eq!(report.title, "Impact of check-in and check-out");
}

#[test]
fn only_what_is_worse_asks_for_something() {
    let fall = "stats::rate_ratio(20, 100, 60, 100)";
    let rise = "stats::rate_ratio(60, 100, 20, 100)";
    let probably = "stats::rate_ratio(150, 100, 110, 100)";
    for (ratio, worse, level) in [
        (rise, "", Level::Act),
        (probably, "", Level::Watch),
        (fall, "", Level::Info),
        (rise, "worse: \"lower\",", Level::Info),
        (fall, "worse: \"lower\",", Level::Act),
    ] {
        let script = format!(
            "fn run(cx, p) {{
               let q = {ratio};
               let one = #{{ level: q.level, {worse} estimate: q, text: \"It changed\" }};
               report(\"x\").finding(one).done()
             }}"
        );
        assert_eq!(fixture::run(&script).unwrap().findings[0].level, level, "{ratio} {worse}");
    }
    let error = fixture::run(
        r#"fn run(cx, p) {
             report("x").finding(#{ level: "act", worse: "lower", text: "It fell" }).done()
           }"#,
    );
    let error = error.unwrap_err().to_string();
    assert!(error.contains("`worse` of finding goes with `level: estimate.level`"), "{error}");
}

#[test]
fn a_report_has_room_for_the_cases_of_a_large_school() {
    let cases = |count: usize| {
        let package = fixture::package(&format!(
            "fn run(cx, p) {{
               let o = #{{ anchor: \"start\", before: 10, after: 10 }};
               let w = cx.windows(cx.interventions, o);
               let t = cx.room_referrals.count_in(w).exposure(pupil_days(\"enrolled\")).collect();
               let one = t.pupils_with(#{{ before: 2, after: 2 }})[0];
               let out = report(\"Cases\");
               for n in 0..{count} {{ out.case_row(one, #{{}}); }}
               out.done()
             }}"
        ));
        let options = Options::resolve(&package.manifest, &[]).unwrap();
        let run = RunContext::new(fixture::scope(), Budget::default());
        Host::new().run(
            &package,
            &options,
            &run.for_pastoral(Arc::new(|_| Some("Noor".to_owned()))),
        )
    };
    assert_eq!(cases(900).unwrap().cases.len(), 900);
    let error = cases(MAX_CASES + 1).unwrap_err().to_string();
    assert!(error.contains("a report has room for 2000 cases"), "{error}");
}

#[test]
fn for_outside_the_school_more_is_hidden() {
    // Five pupils: enough for the school's own staff.
    let script = r#"fn run(cx, p) {
        let n = cx.room_referrals.filter(col("year_group") == "9").agg(#{ n: count() }).collect();
        report("x").finding(#{ text: `${n.rows()[0].n} referrals` }).done()
    }"#;
    let package = fixture::package(script);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let said = |scope: Data| {
        let context = RunContext::new(scope, Budget::default());
        Host::new().run(&package, &options, &context).unwrap().findings[0].text.clone()
    };
    let inside = said(fixture::scope());
    assert_eq!(inside, "6 referrals");
    let outside = said(fixture::scope().for_audience(sheaf_analytics::Audience::Outside));
    assert_eq!(outside, "Hidden referrals");
}
