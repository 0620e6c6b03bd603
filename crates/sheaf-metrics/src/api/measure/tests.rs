//! Trailing windows by hand; what they hide is in the tests of smallness.

use crate::error::MetricError;
use crate::fixture;
use crate::report::Report;

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
