//! Exposures in scripts: rates by hand, what is told beside them, and what few pupils hide.

use serde_json::json;
use sheaf_analytics::Budget;

use crate::error::MetricError;
use crate::example::Example;
use crate::fixture::{TEST_MANIFEST, package};
use crate::host::Host;
use crate::options::Options;
use crate::package::{MANIFEST, Package, SCRIPT};
use crate::report::Report;
use crate::run::RunContext;

/// Ten pupils of year 9 and three of year 10, there for the four school days of one week, in a
/// lesson of 60 minutes and a break of 20 a day; two incidents of year 9 in the lesson, one of
/// year 10 in the break. Everybody is marked present on the first morning, and year 9 in all
/// other sessions too.
fn school() -> Example {
    let year = json!({
        "year": "2025/26", "from": "2025-09-01", "to": "2026-07-31",
        "terms": { "autumn_1": { "from": "2025-09-02", "to": "2025-09-05" } },
        "periods": {
            "P1": { "title": "1", "order": 1, "kind": "lesson", "starts": "09:00", "ends": "10:00" },
            "BR": { "title": "B", "order": 2, "kind": "break", "starts": "10:00", "ends": "10:20" },
        },
    });
    let mut records = vec![json!({ "kind": "calendar", "id": "@year", "fields": year })];
    for pupil in 0..13 {
        let year_group = if pupil < 10 { "9" } else { "10" };
        records.push(json!({
            "kind": "pupil", "id": format!("@p{pupil}"), "from": "2025-09-01",
            "fields": { "forename": "A", "surname": "Test", "year_group": year_group },
        }));
        let mut marks = json!({ "2025-09-02": { "am": "/" } });
        if pupil < 10 {
            marks["2025-09-02"]["pm"] = json!("L");
            for day in ["2025-09-03", "2025-09-04", "2025-09-05"] {
                marks[day] = json!({ "am": "/", "pm": "\\" });
            }
        }
        records.push(json!({
            "kind": "attendance", "id": format!("@a{pupil}"),
            "fields": {
                "pupil": format!("@p{pupil}"), "year": "2025/26", "half_term": "autumn_1",
                "marks": marks,
            },
        }));
    }
    for (at, (pupil, period)) in [(0, "P1"), (1, "P1"), (10, "BR")].iter().enumerate() {
        records.push(json!({
            "kind": "incident", "id": format!("@i{at}"),
            "fields": {
                "occurred_at": "2025-09-03T09:10", "category": "defiance", "period": period,
                "participants": { format!("@p{pupil}"): { "role": "aggressor" } },
            },
        }));
    }
    let example = json!({
        "says": "thirteen pupils and a week", "as_of": "2025-10-01", "records": records,
        "options": {}, "expect": {},
    });
    serde_json::from_value(example).unwrap()
}

fn run_package(package: &Package) -> Result<Report, MetricError> {
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let context = RunContext::new(school().scope().unwrap(), Budget::default());
    Host::new().run(package, &options, &context)
}

fn run(body: &str) -> Result<Report, MetricError> {
    let script = format!("fn run(cx, p) {{ let out = report(\"t\"); {body} out.done() }}");
    run_package(&package(&script))
}

/// The marks of a bar for each group of a measure, hidden ones as none.
fn bars(measure: &str) -> Vec<Option<f64>> {
    let report = run(&format!(
        "let m = measure(\"incidents\").{measure}.at(\"year\").over(p.window).collect(); \
         out.chart(chart(\"bar\").x(m.series).y(m.rate));"
    ));
    let report = report.unwrap();
    let marks = report.charts[0].layers.iter().flat_map(|one| one.marks.clone());
    marks.map(|mark| mark.y.map(|y| (y * 1e6).round() / 1e6)).collect()
}

#[test]
fn rates_are_over_lessons_minutes_and_days_in_school() {
    let lesson = "events(cx.incidents.filter(col(\"period\") == \"P1\"))";
    // Thirteen pupils and four days: 52 lessons, 3,120 minutes of lessons, 4,160 of all periods.
    for (exposure, expected) in [
        (".exposure(lessons(\"timetabled\"))", 100.0 * 2.0 / 52.0),
        (".exposure(minutes(\"periods\")).per(6000)", 6000.0 * 2.0 / 3120.0),
        // Seventy-two half-days in school of year 9's eighty, and three of year 10's.
        (".exposure(pupil_days(\"present\"))", 100.0 * 2.0 / (83.0 / 2.0)),
    ] {
        let expected = (expected * 1e6_f64).round() / 1e6;
        assert_eq!(bars(&format!("{lesson}{exposure}")), [Some(expected)], "{exposure}");
    }
    let all = "events(cx.incidents).exposure(minutes(\"periods\")).per(6000).by(\"period\")";
    // BR over 13 * 4 * 20 minutes, P1 over three times as many.
    let expected = [6000.0 / 1040.0, 6000.0 * 2.0 / 3120.0].map(|y: f64| (y * 1e6).round() / 1e6);
    assert_eq!(bars(all), expected.map(Some));
}

/// In year 10 there are three pupils: their rate is hidden over whatever it is, and that of year 9
/// with it, because the sum would tell.
#[test]
fn few_pupils_hide_every_exposure() {
    for exposure in ["lessons(\"timetabled\")", "minutes(\"periods\")", "pupil_days(\"present\")"] {
        let found = bars(&format!("events(cx.incidents).exposure({exposure}).by(\"year_group\")"));
        assert_eq!(found, [None, None], "{exposure}");
        let measure = format!(
            "measure(\"x\").events(cx.incidents.filter(col(\"year_group\") == \"10\"))\
             .exposure({exposure}).over(p.window).collect()"
        );
        let report = run(&format!("out.caveat({measure}.overall.words);")).unwrap();
        let told = format!("{:?} {:?}", report.caveats, report.findings);
        assert!(told.contains("fewer than 5 pupils"), "{told}");
    }
}

#[test]
fn the_reader_is_told_what_is_not_narrowed_or_not_marked() {
    let caveats = |measure: &str| {
        let body = format!("measure(\"incidents\").{measure}.over(p.window).collect();");
        run(&body).unwrap().caveats.join("; ")
    };
    let told = caveats("events(cx.incidents).exposure(lessons(\"timetabled\"))");
    assert!(told.contains("Some incidents were not in a lesson"), "{told}");
    let lesson = "events(cx.incidents.filter(col(\"period\") == \"P1\"))";
    let told = caveats(&format!("{lesson}.exposure(lessons(\"timetabled\"))"));
    assert_eq!(told, "");
    let told = caveats(&format!("{lesson}.exposure(pupil_days(\"enrolled\"))"));
    assert!(told.contains("all pupils on the roll: the condition on period narrows"), "{told}");
    let grave = "events(cx.incidents.filter(col(\"category\") == \"defiance\"))";
    let told = caveats(&format!("{grave}.exposure(minutes(\"periods\"))"));
    assert!(
        told.contains("all minutes of pupils on the roll: the condition on category"),
        "{told}"
    );
    // Of 104 sessions 83 are marked.
    let told = caveats("events(cx.incidents).exposure(pupil_days(\"present\"))");
    assert!(told.contains("20 % of the sessions of pupils on the roll have no mark"), "{told}");
}

#[test]
fn windows_are_counted_over_the_same_exposures() {
    let counts = |exposure: &str| {
        let body = format!(
            "let w = cx.windows(cx.interventions, #{{ anchor: \"start\", before: 10, after: 10 }}); \
             let t = cx.room_referrals.count_in(w).exposure({exposure}).collect(); \
             out.caveat(`${{stats::rate(t.n1, t.e1, #{{ cluster: t.pupil }}).value}}`);"
        );
        let script = format!("fn run(cx, p) {{ let out = report(\"t\"); {body} out.done() }}");
        crate::fixture::run(&script).map(|report| report.caveats.join(" "))
    };
    let rate = |exposure: &str| counts(exposure).unwrap().parse::<f64>().unwrap();
    let (a_day, a_lesson) = (rate("pupil_days(\"enrolled\")"), rate("lessons(\"timetabled\")"));
    // A text has four digits.
    assert!((a_day / a_lesson - 2.0).abs() < 1e-3, "two lessons a day: {a_day} {a_lesson}");
    let error = counts("pupil_days(\"present\")").unwrap_err().to_string();
    assert!(error.contains("have no attendance mark"), "{error}");
}

#[test]
fn what_is_read_is_named_in_the_manifest() {
    for (exposure, table, kept) in [
        ("lessons(\"timetabled\")", "periods", "\"clocks\""),
        ("pupil_days(\"present\")", "attendance", "\"clocks\""),
    ] {
        let manifest = TEST_MANIFEST.replace(&format!("\"{table}\""), kept);
        let script = format!(
            "fn run(cx, p) {{ measure(\"x\").events(cx.incidents).exposure({exposure})\
             .over(p.window).collect(); report(\"t\").done() }}"
        );
        let files = [(MANIFEST, manifest), (SCRIPT, script)];
        let files = files.map(|(name, text)| (name.to_owned(), text));
        let error = run_package(&Package::from_files(files.into()).unwrap()).unwrap_err();
        let told = error.to_string();
        assert!(told.contains(&format!("`{table}.")), "{told}");
        assert!(told.contains("not in `reads` of plugin.toml"), "{told}");
    }
}
