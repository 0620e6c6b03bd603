//! One metric, four ways to read it, the same numbers. (Rule 10; Must show 6.)

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sheaf_charts::{ChartSpec, marks_in_svg};
use sheaf_school::desk::{Against, Desk, MetricResult, Notice, Reply, Request, RequestId};
use sheaf_school::{Clock, NetworkSlot, School};

use crate::device::{Demo, Device, string};

const METRIC: &str = "repeat-referrals";

/// The picture, the JSON, the table file and what the workbench is given agree mark by mark.
#[test]
fn picture_table_json_and_screen_show_the_same_numbers() {
    let demo = Demo::new();
    let head = demo.head();
    let screen = on_screen(&head);
    let chart = &*screen.charts[0];
    assert!(chart.layers.iter().any(|layer| layer.marks.len() > 3), "too little to compare");
    same_as_svg(chart, &written(&head, &demo.path().join("chart.svg")));
    same_as_csv(chart, &written(&head, &demo.path().join("chart.csv")));
    // The texts, digit by digit: a reader of JSON may round the last one.
    let text = head.text(&["--format", "json", "metric", "run", METRIC]);
    for chart in &screen.charts {
        assert!(text.contains(&indented(chart)), "{chart:?} is not in {text}");
    }
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["charts"].as_array().unwrap().len(), screen.charts.len());
    let json: Value = serde_json::from_str(&written(&head, &demo.path().join("r.json"))).unwrap();
    assert_eq!(without_seconds(json), without_seconds(report.clone()));

    let findings = report["findings"].as_array().unwrap();
    assert_eq!(screen.findings.len(), findings.len());
    for (line, finding) in screen.findings.iter().zip(findings) {
        assert_eq!(line.text, finding["text"]);
        assert_eq!(line.level, finding["level"]);
        // On screen the estimate is said once: in the sentence, or beside it.
        let words = string(&finding["estimate"]["words"]);
        assert!(line.estimate == words || line.text.contains(&words), "{words}");
        assert!(line.estimate.is_empty() || !line.text.contains(&line.estimate), "said twice");
    }
    assert_eq!(screen.rows_read, report["rows_read"]);
    assert_eq!(screen.as_of.to_string(), string(&report["as_of"]));
}

/// The same data, options and day give the same report; the other device, which replicated, too.
#[test]
fn a_report_depends_on_nothing_else() {
    let demo = Demo::new();
    let run = |device: &Device| without_seconds(device.json(&["metric", "run", METRIC]));
    let report = run(&demo.head());
    assert_eq!(run(&demo.head()), report);
    assert_eq!(run(&demo.dsl()), report);
    let later = demo.head().json(&["--as-of", "2026-10-01", "metric", "run", METRIC]);
    assert_eq!(later["as_of"], "2026-10-01");
    assert_ne!(later["rows_read"], Value::Null);
    assert_ne!(without_seconds(later), report);
    let narrower = ["metric", "run", METRIC, "--set", "horizon=5", "--set", "window=this_term"];
    let narrower = demo.head().json(&narrower);
    assert_eq!(narrower["options"]["horizon"], 5);
}

/// A new referral is counted by the next run of an open school, and by a fresh one the same.
#[test]
fn what_was_just_written_is_counted() {
    let demo = Demo::new();
    let head = demo.head();
    let school = School::open(&head.home, None, Clock::system()).unwrap();
    let school = school.with_clock(Clock::as_of(school.demo_today().unwrap()));
    let run = || {
        let package = school.metric(METRIC).unwrap();
        let report = school.run_metric(&package, &[], Arc::default()).unwrap();
        let text = serde_json::to_string(&report).unwrap();
        without_seconds(serde_json::from_str(&text).unwrap())
    };
    let before = run();
    let stay = head.json(&["record", "list", "room_stay", "--limit", "1"])["records"][0].clone();
    let mut fields = stay["fields"].clone();
    fields["pupil"] = head.pupil().into();
    head.json(&["record", "add", "room_stay", "--json", &fields.to_string()]);
    let after = run();
    let rows = |report: &Value| report["rows_read"].as_u64().unwrap();
    assert!(rows(&after) > rows(&before), "{} {}", rows(&after), rows(&before));
    assert_eq!(after, without_seconds(head.json(&["metric", "run", METRIC])));
}

/// Beside the period before stands what the metric says of those days by themselves.
#[test]
fn what_stands_beside_is_the_answer_for_the_days_before() {
    let demo = Demo::new();
    let head = demo.head();
    let window = |period: &str| vec![("window".to_owned(), period.to_owned())];
    let both = asked(&head, window("last_20_school_days"), Against::PeriodBefore);
    let compared = both.compared.as_ref().unwrap();
    assert_eq!(compared.refused, "");
    let days = compared.words.rsplit("compared with ").next().unwrap();
    let day = |text: &str| jiff::fmt::strtime::parse("%d %b %Y", text).unwrap().to_date().unwrap();
    let (from, to) = days.split_once(" (20 school days)").unwrap().0.split_once(" to ").unwrap();
    let before = window(&format!("{}..{}", day(from), day(to)));
    let before = asked(&head, before, Against::Nothing);
    // Where a text begins with it, it has a capital.
    let said = |line: &sheaf_school::desk::FindingLine, words: &str| {
        line.estimate == words || line.text.to_lowercase().contains(&words.to_lowercase())
    };
    let told: Vec<_> = both.findings.iter().filter_map(|one| one.before.as_ref()).collect();
    assert!(!told.is_empty());
    for line in told {
        assert!(before.findings.iter().any(|one| said(one, &line.estimate)), "{line:?}");
    }
    let earlier: Vec<&sheaf_charts::Layer> = both.charts[0]
        .layers
        .iter()
        .filter(|layer| layer.token == sheaf_charts::Token::Earlier && layer.shape.is_series())
        .collect();
    let alone = before.charts[0].layers.iter().find(|layer| layer.shape.is_series()).unwrap();
    assert_eq!(earlier.len(), 1);
    assert_eq!(earlier[0].marks, alone.marks, "mark by mark the curve of the days before");
}

/// Every mark leads to the records behind it, and to none that is not here.
#[test]
fn every_mark_leads_to_its_records() {
    let demo = Demo::new();
    let head = demo.head();
    let report = head.json(&["metric", "run", METRIC]);
    let charts: Vec<ChartSpec> = serde_json::from_value(report["charts"].clone()).unwrap();
    let stays = head.json(&["record", "list", "room_stay", "--limit", "100000"]);
    let known: Vec<String> =
        stays["records"].as_array().unwrap().iter().map(|one| string(&one["id"])).collect();
    let marks = charts.iter().flat_map(|chart| &chart.layers).flat_map(|layer| &layer.marks);
    let ids: Vec<String> =
        marks.flat_map(|mark| mark.ids.as_slice().to_vec()).map(|id| id.to_string()).collect();
    assert!(!ids.is_empty(), "no mark says what is behind it");
    assert!(ids.iter().all(|id| known.contains(id)));
}

#[track_caller]
fn same_as_svg(chart: &ChartSpec, svg: &str) {
    let drawn = marks_in_svg(svg);
    let below = svg.split("class=\"footer\"").nth(1).unwrap();
    for words in
        ["Counted: Room referrals of all pupils, ", "Invented school: nothing here is real"]
    {
        assert!(below.contains(words), "{words} is not under the chart");
    }
    let labels = |ticks: &[sheaf_charts::Tick]| -> Vec<String> {
        ticks.iter().map(|tick| tick.label.clone()).collect()
    };
    assert_eq!(drawn.x_ticks, labels(&chart.x.ticks));
    assert_eq!(drawn.y_ticks, labels(&chart.y.ticks));
    assert_eq!(drawn.layers.len(), chart.layers.len());
    for (drawn, layer) in drawn.layers.iter().zip(&chart.layers) {
        assert_eq!(drawn.shape, layer.shape.name());
        let shown = layer.marks.iter().filter_map(|mark| Some((mark.x, mark.y?)));
        let shown: Vec<(f64, f64)> = shown.collect();
        assert_eq!(drawn.shown, shown.len());
        let drawn: Vec<(f64, f64)> = drawn.marks.iter().map(|mark| (mark.x, mark.y)).collect();
        if !drawn.is_empty() {
            assert_eq!(drawn, shown);
        }
    }
}

/// Each row of the file is a mark of the chart, in its order.
#[track_caller]
fn same_as_csv(chart: &ChartSpec, csv: &str) {
    assert_eq!(csv, chart.to_csv());
    assert!(csv.contains("# Counted: Room referrals of all pupils; 1 Sep 2026 to "), "{csv}");
    assert!(csv.contains("# Invented school: nothing here is real"), "{csv}");
    let values = chart.layers.iter().filter(|layer| layer.shape.is_series());
    let marks = values.flat_map(|layer| &layer.marks).count();
    assert!(csv.lines().count() > marks, "{csv}");
}

/// A chart as it stands in the JSON of a report.
fn indented(chart: &ChartSpec) -> String {
    serde_json::to_string_pretty(chart).unwrap().replace('\n', "\n    ")
}

fn written(device: &Device, file: &Path) -> String {
    device.text(&["metric", "run", METRIC, "--out", file.to_str().unwrap()]);
    std::fs::read_to_string(file).unwrap()
}

/// What a face gets for the same metric.
fn on_screen(device: &Device) -> Arc<MetricResult> {
    asked(device, Vec::new(), Against::Nothing)
}

fn asked(device: &Device, options: Vec<(String, String)>, against: Against) -> Arc<MetricResult> {
    let school = School::open(&device.home, None, Clock::system()).unwrap();
    let school = school.with_clock(Clock::as_of(school.demo_today().unwrap()));
    let desk = Desk::open(&school, &NetworkSlot::default(), Arc::new(|| {})).unwrap();
    let run = Request::Run { metric: METRIC.to_owned(), options, against };
    desk.sender().send(RequestId(1), run).unwrap();
    loop {
        match desk.notices.recv_timeout(Duration::from_secs(60)).unwrap() {
            Notice::Reply(RequestId(1), Reply::Result(result)) => return result,
            Notice::Reply(RequestId(1), other) => panic!("{other:?}"),
            _ => {}
        }
    }
}

fn without_seconds(mut report: Value) -> Value {
    report["seconds"] = Value::Null;
    report
}
