//! Trailing windows by hand; what they hide is in the tests of smallness.

use serde_json::json;
use sheaf_analytics::Budget;

use crate::error::MetricError;
use crate::example::Example;
use crate::fixture::{self, referral, short_calendar};
use crate::host::Host;
use crate::options::Options;
use crate::report::Report;
use crate::run::RunContext;

fn run(body: &str) -> Result<Report, MetricError> {
    fixture::run(&format!("fn run(cx, p) {{ let out = report(\"t\"); {body} out.done() }}"))
}

const MEASURE: &str = "let m = measure(\"referrals\").events(cx.room_referrals)\
                       .exposure(pupil_days(\"enrolled\"))";

/// The twenty school days up to 27 February begin on 26 January: four referrals of ten pupils.
#[test]
fn a_trailing_value_is_over_the_days_up_to_its_own() {
    let report = run(&format!(
        "{MEASURE}.trailing(20, \"school_day\").over(p.window).collect(); \
         out.chart(chart(\"line\").x(m.start).y(m.rate)); \
         out.chart(chart(\"line\").x(m.start).y(m.n)); \
         out.caveat(`${{m.when(1)}}, ${{m.when(91)}}, ${{m.overall.events}}`);"
    ));
    let report = report.unwrap();
    let marks = |chart: usize| &report.charts[chart].layers[0].marks;
    assert_eq!((marks(0).len(), marks(1).len()), (91, 91));
    let last = marks(0).last().unwrap();
    assert_eq!((last.y, last.ids.len()), (Some(100.0 * 4.0 / 200.0), 4));
    assert_eq!(marks(1).last().unwrap().y, Some(4.0));
    // The first window is from 1 to 26 September; overall each referral counts once.
    assert!(report.caveats.contains(&"26 Sep 2025, 27 Feb 2026, 13".to_owned()), "{report:?}");
    let daily = format!("{MEASURE}.at(\"school_day\").over(p.window).collect();");
    let daily = run(&format!("{daily} out.chart(chart(\"line\").x(m.start).y(m.n));")).unwrap();
    let days: Vec<f64> =
        daily.charts[0].layers[0].marks.iter().map(|mark| mark.y.unwrap()).collect();
    let sums: Vec<Option<f64>> = days.windows(20).map(|days| Some(days.iter().sum())).collect();
    assert_eq!(marks(1).iter().map(|mark| mark.y).collect::<Vec<_>>(), sums);
}

/// Ten pupils of whom five are referred every other day of the first 15 school days and five of the
/// next ten: stretches alone see a steady school. What a script sees of it that has the measure by
/// school day as `m` and the week of each day as `week`.
fn of_two_halves(body: &str) -> Result<String, MetricError> {
    let mut records = vec![short_calendar()];
    for pupil in 0..10_i64 {
        records.push(json!({
            "kind": "pupil", "id": format!("@p{pupil}"), "from": "2025-09-01",
            "fields": { "forename": "A", "surname": "Test", "year_group": "9" },
        }));
        for day in (0..25_i64).filter(|day| (*day < 15) == (pupil < 5) && (day + pupil) % 2 == 0) {
            let date =
                jiff::civil::date(2025, 9, 1) + jiff::Span::new().days(day / 5 * 7 + day % 5);
            let (id, pupil) = (format!("@r{pupil}_{day}"), format!("@p{pupil}"));
            records.push(referral(&id, &pupil, &date.to_string()));
        }
    }
    let example = json!({
        "says": "two halves", "as_of": "2025-10-03", "records": records, "options": {},
        "expect": {},
    });
    let example: Example = serde_json::from_value(example).unwrap();
    let package = fixture::package(&format!(
        "fn run(cx, p) {{ let out = report(\"t\"); {MEASURE}.at(\"school_day\").over(p.window).collect(); \
         let week = []; for i in 0..m.len {{ week.push(i / 5); }} {body} out.done() }}"
    ));
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let context = RunContext::new(example.scope().unwrap(), Budget::default());
    let report = Host::new().run(&package, &options, &context)?;
    Ok(report.caveats.first().cloned().unwrap_or_default())
}

#[test]
fn a_trend_allows_for_pupils_of_its_own_measure() {
    let trend = |options: &str| {
        of_two_halves(&format!(
            "let t = stats::trend_rate(m.n, m.exposure, week, #{{ {options} }}); \
             out.caveat(if t.ok {{ `${{t.per_unit.log_std_error}} ${{t.per_unit.method}}` }} \
             else {{ t.why }});"
        ))
    };
    let error = |told: String| -> (f64, String) {
        let (error, method) = told.split_once(' ').unwrap();
        (error.parse().unwrap(), method.to_owned())
    };
    let (alone, method) = error(trend("cluster: week").unwrap());
    assert_eq!(method, "quasi-Poisson trend over stretches");
    let (with, method) = error(trend("cluster: week, pupils: m.by_pupil").unwrap());
    assert_eq!(method, "quasi-Poisson trend over stretches and pupils");
    assert!(with > 1.5 * alone, "{alone} {with}");
    for (options, why) in [
        ("pupils: m.by_pupil", "`pupils` of stats::trend_rate needs `cluster`"),
        ("cluster: week, pupils: 3", "is the `by_pupil` of a measure"),
        (
            "cluster: week, pupils: measure(\"a\").events(cx.room_referrals)\
             .exposure(pupil_days(\"enrolled\")).at(\"school_day\").over(p.window)\
             .collect().by_pupil",
            "is the `by_pupil` of the measure whose `n` it is given",
        ),
    ] {
        let error = trend(options).unwrap_err().to_string();
        assert!(error.contains(why), "{options}: {error}");
    }
}

#[test]
fn values_that_share_days_have_no_statistic() {
    let trailing = format!("{MEASURE}.trailing(5, \"school_day\").over(p.window).collect();");
    for statistic in ["u_chart(m.n, m.exposure).why", "mann_kendall(m.rate).why", "xmr(m.n).why"] {
        let report = run(&format!("{trailing} out.caveat(`${{stats::{statistic}}}`);")).unwrap();
        let told = format!("{:?} {:?}", report.caveats, report.findings);
        assert!(told.contains("trailing values share days"), "{told}");
    }
}

#[test]
fn trailing_windows_that_make_no_sense_say_so() {
    for (rest, why) in [
        (".trailing(20, \"school_week\")", "no trailing window in `school_week`"),
        (".trailing(1, \"school_day\")", "takes 2 to 200 school days"),
        (".at(\"term\").trailing(20, \"school_day\")", "leave `.at(\"term\")` out"),
        (
            ".trailing(20, \"school_day\").ratio_to(cx.calendar.same_bins_last_year(p.window))",
            "leave `trailing` out",
        ),
    ] {
        let error = run(&format!("{MEASURE}{rest}.over(p.window).collect();")).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    let early = format!(
        "{MEASURE}.trailing(20, \"school_day\").over(cx.calendar.last_school_days(9)).collect(); \
         out.caveat(`${{m.len}} values`);"
    );
    let told = run(&early).unwrap().caveats.join("; ");
    assert!(told.contains("0 values") && told.contains("No 20 school days"), "{told}");
}
