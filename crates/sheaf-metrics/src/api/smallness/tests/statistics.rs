//! The same by statistics: of curves, absence, waits, windows, aggregates of aggregates, lists; and
//! the value of a bin that is hidden, by what is worked out of it.

use super::*;
use crate::column::Behind;

const GAPS: &str = ".gaps(#{ by: \"pupil\" }).collect()";
const ABSENT: &str = "cx.attendance.filter(col(\"sen_status\") == \"K\")";
const CALLED: &str =
    "cx.call_outs.filter(col(\"sen_status\") == \"K\").waits(#{ came: \"to_arrive\" })";
const WINDOWS: &str = ".count_in(cx.windows(cx.interventions, #{ anchor: \"start\", before: 4, \
                       after: 4, gap: \"none\" })).exposure(pupil_days(\"enrolled\")).collect()";

/// Scripts that ask for the referrals, the call-outs or the missed sessions of the pupils with SEN
/// support.
pub fn routes() -> [Vec<String>; 2] {
    [[curves(), absence()].concat(), [waits(), windows(), aggregates()].concat()]
}

fn curves() -> Vec<String> {
    let gaps = format!("let g = {K}{GAPS}; ");
    let curve =
        format!("{gaps}let k = stats::kaplan_meier(g.gap, g.repeated, #{{ cluster: g.pupil }}); ");
    let mcf = format!("{gaps}let m = stats::mcf(g.pupil, g.day, g.event); ");
    let chart = |of: &str, y: &str| format!("out.chart(chart(\"step\").x({of}.time).y({of}.{y}));");
    vec![
        format!("{curve}out.caveat(`${{k.n}}`);"),
        format!("{curve}out.caveat(`${{k.failure_at(1).n}}`);"),
        format!("{curve}{}", chart("k", "at_risk")),
        format!("{mcf}{}", chart("m", "events")),
        format!(
            "{gaps}out.caveat(`${{stats::logrank(g.gap, g.repeated, g.column(\"reason\")).estimate.n}}`);"
        ),
        format!(
            "{gaps}let c = stats::concentration(g.count_per_pupil(#{{}})); out.caveat(`${{c.events}}`);"
        ),
        format!(
            "{gaps}out.chart(chart(\"pareto\").value([stats::concentration(g.count_per_pupil(#{{}}))]));"
        ),
        format!(
            "{gaps}out.caveat(`${{g.again(g, 0.1).n}} ${{g.censored}} ${{g.repeats_within(5)}}`);"
        ),
        format!("{gaps}out.list(\"x\", g.top_pupils(3), #{{ audience: \"pastoral\" }});"),
        format!(
            "out.list(\"x\", {K}.group(\"pupil\").agg(#{{ n: count() }}).collect().listed(\"{{n}}\"), \
             #{{ audience: \"pastoral\" }});"
        ),
    ]
}

fn absence() -> Vec<String> {
    let absence = format!("let a = {ABSENT}.absence(); ");
    let sum = "agg(#{ n: sum(col(\"absent\")) })";
    let ratio = "agg(#{ r: ratio(sum(col(\"absent\")), sum(col(\"possible\"))) })";
    vec![
        format!("{absence}out.caveat(`${{a.overall.events}} ${{a.overall.words}}`);"),
        format!("{absence}out.finding(#{{ text: \"x\", estimate: a.overall, why: a.overall.words }});"),
        "for one in cx.attendance.absence().by(\"sen_status\") { out.caveat(`${one.frame.overall.events} \
         ${one.frame.overall.words}`); }"
            .to_owned(),
        say(&format!("{ABSENT}.{sum}.collect().rows()[0].n")),
        format!("out.table(cx.attendance.group(\"sen_status\").{sum}.collect());"),
        format!("for row in cx.attendance.group(\"sen_status\").{ratio}.collect().rows() {{ out.caveat(`${{row.r_n}}`); }}"),
        say(&format!("{ABSENT}.share(col(\"absent\") == 1).events")),
    ]
}

fn waits() -> Vec<String> {
    let waits = format!("let w = {CALLED}; ");
    vec![
        format!("{waits}out.caveat(`${{w.len}} ${{w.waiting}} ${{w.unknown}}`);"),
        format!("{waits}out.caveat(`${{stats::kaplan_meier(w.time, w.came).n}}`);"),
        format!(
            "{waits}let k = stats::kaplan_meier(w.time, w.came); out.chart(chart(\"step\").x(k.time).y(k.events));"
        ),
        "for one in cx.call_outs.waits(#{ came: \"to_arrive\" }).by(\"sen_status\") \
         { out.caveat(`${one.frame.len}`); }"
            .to_owned(),
        "for one in cx.call_outs.waits(#{ came: \"to_arrive\" }).by(\"sen_status\") \
         { out.caveat(`${stats::kaplan_meier(one.frame.time, one.frame.came).n}`); }"
            .to_owned(),
    ]
}

fn windows() -> Vec<String> {
    let counts = format!("let t = {K}{WINDOWS}; ");
    vec![
        format!("{counts}out.caveat(`${{stats::concentration(t.n0).events}}`);"),
        format!(
            "{counts}out.caveat(`${{stats::rate(t.n0, t.e0, #{{ cluster: t.pupil }}).events}}`);"
        ),
        format!(
            "{counts}out.caveat(`${{stats::clustered_rate_ratio(t.n1, t.e1, t.n0, t.e0).events}}`);"
        ),
        format!(
            "{counts}out.table(t.summary([[\"x\", stats::clustered_rate_ratio(t.n1, t.e1, t.n0, \
             t.e0)]]));"
        ),
        format!(
            "{counts}let c = cx.comparison(\"matched\", t, #{{ on: [\"year_group\"] }}); \
             out.caveat(`${{stats::did_rate_ratio(t, c).events}}`);"
        ),
        format!(
            "{counts}for k in t.pupils_with(#{{ before: 1, after: 1 }}) {{ out.case_row(k, #{{ x: stats::wilson(17, 40) }}); }}"
        ),
        format!(
            "{counts}let r = stats::count_regression(t.n0, #{{ x: t.n1 }}); \
             out.caveat(`${{(r.coefficients[0].estimate).exp() * t.n0.len}}`);"
        ),
    ]
}

/// Of what is counted by group something is worked out again.
fn aggregates() -> Vec<String> {
    let group = format!("{BY_STATUS}.filter(col(\"sen_status\") == \"K\")");
    let flag =
        "cx.room_referrals.add(#{ k: when(col(\"sen_status\") == \"K\").then(1).otherwise(0) })";
    let mut routes: Vec<String> = ["min", "max", "median", "sum"]
        .iter()
        .map(|name| {
            say(&format!("{group}.agg(#{{ m: {name}(col(\"n\")) }}).collect().rows()[0].m"))
        })
        .collect();
    for window in ["running_sum()", "trailing(40)", "lag(1)"] {
        let over = format!("{flag}.add(#{{ s: col(\"k\").{window}.over([], \"date\") }})");
        routes.push(say(&format!("{over}.agg(#{{ m: max(col(\"s\")) }}).collect().rows()[0].m")));
        routes.push(format!("out.table({over}.group(\"s\").agg(#{{ n: count() }}).collect());"));
    }
    for window in ["running_sum()", "lag(1)", "lag(2)"] {
        for order in ["sen_status", "-sen_status", "n", "-n"] {
            let over =
                format!("{BY_STATUS}.add(#{{ b: col(\"n\").{window}.over([], \"{order}\") }})");
            routes.push(format!("out.table({over}.collect());"));
            routes
                .push(format!("out.table({over}.group(\"b\").agg(#{{ g: count() }}).collect());"));
        }
    }
    let numbered = format!("{K}.add(#{{ i: col(\"date\").row_number().over([], \"date\") }})");
    routes.push(format!("out.table({numbered}.group(\"i\").agg(#{{ n: count() }}).collect());"));
    routes.push(say(&format!("{numbered}.agg(#{{ m: max(col(\"i\")) }}).collect().rows()[0].m")));
    routes.push(format!(
        "let t = {BY_STATUS}.agg(#{{ most: max(col(\"n\")), least: min(col(\"n\")) }}).collect(); \
         out.table(t);"
    ));
    routes.push(format!(
        "let m = measure(\"x\").events(cx.room_referrals){MEASURE}.at(\"year\").by(\"sen_status\")\
         .collect(); out.chart(chart(\"funnel\").x(m.exposure).y(m.rate).series(m.split));"
    ));
    routes
}

/// Of ten pupils with SEN support so many were referred on the second Monday of September and from
/// the 25th on; on the first Thursday seven were, and on every other school day all of them.
const HIDDEN_DAY: f64 = 3.0;
/// The place of that Monday among the days.
const HIDDEN_PLACE: usize = 5;

/// Where a mark stands, its value, and the ends of its interval.
type Drawn = (f64, Option<f64>, Option<(f64, f64)>);

/// The marks of a chart of `y`, in a script that has the referrals of pupils with SEN support by
/// school day as `m`.
fn by_day(body: &str) -> Vec<Drawn> {
    let report = of_days(body);
    let layers = report.charts.iter().flat_map(|chart| &chart.layers);
    layers.flat_map(|layer| &layer.marks).map(|mark| (mark.x, mark.y, mark.interval)).collect()
}

/// What a script reports that has these referrals as `m`, a one and a place for each day as `ones`
/// and `t`, and which day is the hidden one as `that`.
fn of_days(body: &str) -> Report {
    let script = format!(
        "fn run(cx, p) {{ let m = measure(\"x\").events({K}){MEASURE}.per(1).at(\"school_day\").collect(); \
         let ones = []; let t = []; let that = []; for i in 0..m.len {{ ones.push(1); t.push(i); \
         that.push(if i == {HIDDEN_PLACE} {{ 1 }} else {{ 0 }}); }} {body} }}"
    );
    let package = package(&script);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let context = RunContext::new(days().scope().unwrap(), Budget::default());
    Host::new().run(&package, &options, &context).unwrap()
}

fn days() -> Example {
    let mut records = vec![short_calendar()];
    for pupil in 0..10 {
        records.push(json!({
            "kind": "pupil", "id": format!("@p{pupil}"), "from": "2025-09-01",
            "fields": {
                "forename": "A", "surname": "Test", "year_group": "9", "sen_status": "K",
            },
        }));
        let is_there = |day: usize| match day {
            3 => pupil < 7,
            7 | 24.. => pupil < 3,
            _ => true,
        };
        for day in (0..33).filter(|day| is_there(*day)) {
            let date =
                jiff::civil::date(2025, 9, 1).saturating_add(jiff::Span::new().days(day as i64));
            if date.weekday().to_monday_one_offset() < 6 {
                let (id, pupil) = (format!("@r{pupil}_{day}"), format!("@p{pupil}"));
                records.push(referral(&id, &pupil, &date.to_string()));
            }
        }
    }
    let example = json!({
        "says": "a day of few pupils", "as_of": "2025-10-03", "records": records,
        "options": {}, "expect": {},
    });
    serde_json::from_value(example).unwrap()
}

/// No statistic gives back the value of a day that is hidden: not as a value, not as the end of an
/// interval, not as a place on an axis, and not by the difference of two.
#[test]
fn no_statistic_tells_the_value_of_a_bin_that_is_hidden() {
    let chart =
        |y: &str| format!("return report(\"t\").chart(chart(\"line\").x(m.start).y({y})).done();");
    let is_hidden = |marks: &[Drawn]| marks.iter().filter(|(_, y, _)| y.is_none()).count();
    let plain = by_day(&chart("m.n"));
    assert!(is_hidden(&plain) >= 1 && is_hidden(&plain) < plain.len() / 2, "{plain:?}");
    for y in [
        "stats::ewma(m.n, #{ target: 0, lambda: 1, sd: 1 }).value",
        "stats::cusum(m.n, #{ target: 0, k: 0 }).upper",
        "stats::xmr(m.n).z",
        "stats::hotspots(m.n, m.exposure).ratio",
        "stats::hotspots(m.exposure, m.n).expected",
        "stats::empirical_bayes(m.n, m.exposure).shrunk",
        "stats::empirical_bayes(m.exposure, m.n).weight",
        "stats::adjust(m.rate, \"bh\")",
        "stats::u_chart(m.n, m.exposure).z",
        "stats::u_chart(m.exposure, m.n).value",
        "stats::u_chart(m.exposure, m.n).upper",
        "stats::p_chart(m.rate, m.n).lower",
        "stats::funnel(m.n, #{ level: 0.0001 }).lower",
    ] {
        let marks = by_day(&chart(y));
        for ((_, plain, _), (at, y_there, _)) in plain.iter().zip(&marks) {
            assert!(plain.is_some() || y_there.is_none(), "{y} at {at}: {y_there:?}");
        }
    }
    for y in [
        "stats::ewma(m.n, #{ target: 0, lambda: 0.5, sd: 1 }).value",
        "stats::cusum(m.n, #{ target: 0 }).upper",
    ] {
        let marks = by_day(&chart(y));
        let first = plain.iter().position(|(_, y, _)| y.is_none()).unwrap();
        assert!(marks[first..].iter().all(|(_, y, _)| y.is_none()), "{y}: {marks:?}");
    }
}

/// Beside hidden values a script chooses nothing: the model would be the hidden value.
#[test]
fn no_statistic_takes_what_a_script_chooses_beside_a_hidden_value() {
    for statistic in [
        "u_chart(m.n, ones)",
        "u_chart(ones, m.n)",
        "u_chart(m.n, column(ones))",
        "u_chart(m.n, m.exposure, #{ baseline: 12 })",
        "p_chart(m.n, ones)",
        "hotspots(ones, m.n)",
        "empirical_bayes(m.n, ones)",
        "count_regression(m.n, #{ x: that })",
        "count_regression(that, #{ x: m.n })",
        "count_regression(m.exposure, #{ x: m.time }, #{ exposure: m.n, cluster: that })",
        "did(m.n, that, ones)",
        "its(m.n, #{ at: 10 })",
        "its(m.n, #{ at: 10, season: that })",
        "trend_rate(m.n, m.exposure, that)",
        "trend_rate(m.n, ones, m.time)",
        "trend_rate(m.n, m.exposure, m.time, #{ season: that })",
        "changepoints(m.n, #{ exposure: ones })",
        "changepoints(m.n, #{ min_segment: 1, penalty: 0 })",
        "changepoints(m.n, #{ spread: 2.0 })",
        "seasonal_mann_kendall(m.n, that)",
        "expected_table([m.n, ones])",
        "nap(m.n, ones, \"increase\")",
        "kaplan_meier(m.n, ones)",
        "logrank(m.n, ones, that)",
        "mcf(that, m.n, ones)",
        "bc_smd(#{ pupil: that, treated: that, time: t, y: m.n })",
        "reliable_change(m.n, ones, #{ sd: 1.0, reliability: 0.5 })",
        "recurrent_regression(t, ones, t, ones, #{ x: m.n })",
        "rate(m.n, m.exposure, #{ cluster: that })",
        "clustered_rate_ratio(m.n, ones, ones, ones)",
    ] {
        let report = of_days(&format!(
            "let out = report(\"t\"); let r = stats::{statistic}; out.caveat(`${{r.ok}} ${{r.why}}`); out.done()"
        ));
        let told = report.caveats.concat();
        assert!(told.contains("false some of the values are hidden"), "{statistic}: {told}");
    }
    let whole = "trend_rate(m.n, m.exposure, m.time)";
    let report = of_days(&format!(
        "let out = report(\"t\"); out.caveat(`${{stats::{whole}.ok}} ${{stats::u_chart(m.n, m.exposure).ok}}`); out.done()"
    ));
    assert_eq!(report.caveats, ["true true"]);
}

/// Of pupils the same: what is written beside their values picks one of them, and so does a column
/// of their table that only few of them have.
#[test]
fn no_statistic_singles_out_a_pupil() {
    let first = "let that = []; for i in 0..g.gap.len { that.push(if i == 0 { 1 } else { 0 }); } ";
    for statistic in [
        "count_regression(g.gap, #{ x: that })",
        "count_regression(g.gap, #{ x: column(that) })",
        "count_regression(g.gap, #{ x: g.column(\"one\") })",
        "count_regression(g.gap, #{ x: g.column(\"far\") })",
        "recurrent_regression(g.pupil, g.day, g.day, g.repeated, #{ x: g.column(\"one\") })",
        "empirical_bayes(g.gap, that)",
        "kaplan_meier(g.gap, that)",
    ] {
        let report = of_days(&format!(
            "let one = col(\"date\") == \"2025-09-08\"; \
             let g = cx.room_referrals.add(#{{ one: when(one).then(1).otherwise(0), \
             far: when(one).then(1000000).otherwise(when(col(\"date\") == \"2025-09-09\").then(1)\
             .otherwise(0)) \
             }}){GAPS}; {first} let out = report(\"t\"); \
             let r = stats::{statistic}; out.caveat(`${{r.ok}} ${{r.why}}`); out.done()"
        ));
        let told = report.caveats.concat();
        let is_told = told.starts_with("false") && (told.contains("single"));
        assert!(is_told, "{statistic}: {told} {:?}", report.findings);
    }
}

#[test]
fn no_chart_draws_what_is_hidden_as_an_end_or_as_a_place() {
    let drawn = |marks: Vec<Drawn>| {
        let ends =
            marks.iter().filter_map(|(_, _, ends)| *ends).flat_map(|(low, high)| [low, high]);
        let places = marks.iter().map(|(x, ..)| *x);
        places.chain(ends).filter(|value| *value == HIDDEN_DAY).count()
    };
    for kind in ["line", "spc", "bar"] {
        let body = format!(
            "return report(\"t\").chart(chart(\"{kind}\").x(m.start).y(ones).lower(m.n).upper(m.n)).done();"
        );
        assert_eq!(drawn(by_day(&body)), 0, "{kind}");
        let body = format!("return report(\"t\").chart(chart(\"{kind}\").x(m.n).y(ones)).done();");
        assert_eq!(drawn(by_day(&body)), 0, "{kind}");
    }
}

#[test]
fn the_mean_of_a_segment_with_a_hidden_bin_is_hidden() {
    let body = "let c = stats::changepoints(m.n); let out = report(\"t\"); \
                for s in c.segments { out.caveat(`mean ${s.mean}`); } out.done()";
    let report = of_days(body);
    assert!(report.caveats.iter().any(|one| one == "mean hidden"), "{:?}", report.caveats);
    assert!(report.caveats.iter().all(|one| !one.starts_with("mean 3")), "{:?}", report.caveats);
}

/// Ten pupils who leave a curve one after the other: of its last steps nothing is drawn.
#[test]
fn no_column_of_a_curve_is_drawn_where_few_are_left() {
    for y in ["at_risk", "events", "survival", "std_error", "lower", "upper", "failure_upper"] {
        let body = format!(
            "let g = cx.room_referrals{GAPS}; let k = stats::kaplan_meier(g.day, g.event); \
             let ones = []; for i in 0..k.time.len {{ ones.push(i); }} \
             return report(\"t\").chart(chart(\"line\").x(ones).y(k.{y})).done();"
        );
        let marks = by_day(&body);
        assert!(
            !marks.is_empty() && marks.last().is_some_and(|(_, y, _)| y.is_none()),
            "{y}: {marks:?}"
        );
    }
}

/// Thirty pupils, of whom one has a value so far from the others that what it explains is theirs.
#[test]
fn a_column_that_varies_by_few_pupils_singles_them_out() {
    let source = Behind {
        pupils: (0..30).collect(),
        records: std::sync::Arc::new(|_| Vec::new()),
        on_roll: Vec::new(),
        split: sheaf_analytics::Sensitivity::Plain,
        audience: Audience::Inside,
    };
    let with = |first: f64| {
        let value = |pupil: u32| if pupil == 0 { first } else { f64::from(pupil % 3) };
        let values: Vec<f64> = (0..30).map(value).collect();
        super::super::singled_out(&source, &values).is_some()
    };
    assert!(!with(2.0));
    assert!(with(1000.0));
}
