//! Every route by which a script might get a number out that few pupils hide.

use serde_json::{Map, Value, json};
use sheaf_analytics::{Audience, Budget};

use crate::example::Example;
use crate::fixture::{package, referral, short_calendar};
use crate::host::Host;
use crate::options::Options;
use crate::report::Report;
use crate::run::RunContext;

mod statistics;

/// Referrals of the three pupils with SEN support; nobody may learn the number.
const SECRET: usize = 17;
/// Referrals of the other 37 pupils, one each: the whole less these is the secret.
const OTHERS: usize = 37;

/// Three pupils' referrals: few for the school's own staff.
const THREE: [usize; 3] = [6, 6, 5];
/// Seven pupils' referrals: few for anybody outside.
const SEVEN: [usize; 7] = [3, 3, 3, 2, 2, 2, 2];

/// Pupils of one year, some of them with SEN support and so many referrals each, and 37 others with
/// one referral each, all in one week. Each referral came after a call-out of its own, and each
/// pupil missed as many sessions of that week; all were chosen for an intervention after it.
fn school(supported: &[usize]) -> Example {
    let mut records = vec![short_calendar(), everybody_helped(supported.len() + OTHERS + 2)];
    let mut referrals = 0;
    for pupil in 0..supported.len() + OTHERS + 2 {
        let status = if pupil < supported.len() { "K" } else { "N" };
        records.push(json!({
            "kind": "pupil", "id": format!("@p{pupil}"), "from": "2025-09-01",
            "fields": {
                "forename": "A", "surname": "Test", "year_group": "9", "sen_status": status,
            },
        }));
        let is_other = pupil < supported.len() + OTHERS;
        let times = supported.get(pupil).copied().unwrap_or(usize::from(is_other));
        for _ in 0..times {
            referrals += 1;
            let day = format!("2025-09-0{}", 2 + referrals % 4);
            let (id, pupil) = (format!("@r{referrals}"), format!("@p{pupil}"));
            records.push(referral(&id, &pupil, &day));
            records.push(call_out(&format!("@c{referrals}"), &pupil, &day));
        }
        records.push(marks(pupil, times));
    }
    assert_eq!(referrals, SECRET + OTHERS);
    let example = json!({
        "says": "few pupils", "as_of": "2025-10-01", "records": records,
        "options": {}, "expect": {},
    });
    serde_json::from_value(example).unwrap()
}

fn everybody_helped(pupils: usize) -> Value {
    let help = json!({ "decided": "2025-09-01", "start": "2025-09-08" });
    let enrolments: Map<String, Value> =
        (0..pupils).map(|pupil| (format!("@p{pupil}"), help.clone())).collect();
    let fields = json!({ "type": "mentoring", "title": "Help", "enrolments": enrolments });
    json!({ "kind": "intervention", "id": "@help", "fields": fields })
}

fn call_out(id: &str, pupil: &str, day: &str) -> Value {
    json!({
        "kind": "call_out", "id": id,
        "fields": {
            "raised_at": format!("{day}T10:05"), "acknowledged_at": format!("{day}T10:06"),
            "arrived_at": format!("{day}T10:09"), "reason": "disruption",
            "pupils": { pupil: { "outcome": "walked" } },
        },
    })
}

/// Five days of two sessions each, of which the first so many were missed.
fn marks(pupil: usize, missed: usize) -> Value {
    let mark = |session: usize, there: &'static str| if session < missed { "O" } else { there };
    let day = |day: usize| {
        let halves = json!({ "am": mark(2 * day, "/"), "pm": mark(2 * day + 1, "\\") });
        (format!("2025-09-{:02}", 8 + day), halves)
    };
    let days: Map<String, Value> = (0..5).map(day).collect();
    let fields = json!({
        "pupil": format!("@p{pupil}"), "year": "2025/26", "half_term": "autumn_1", "marks": days,
    });
    json!({ "kind": "attendance", "id": format!("@m{pupil}"), "fields": fields })
}

/// Everything that a report of this script shows, as one text, or its error.
fn shown(body: &str) -> String {
    shown_to(Audience::Inside, &THREE, body)
}

fn shown_to(audience: Audience, supported: &[usize], body: &str) -> String {
    let script = format!("fn run(cx, p) {{ let out = report(\"t\"); {body} out.done() }}");
    let package = package(&script);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let scope = school(supported).scope().unwrap().for_audience(audience);
    match Host::new().run(&package, &options, &RunContext::new(scope, Budget::default())) {
        Ok(report) => {
            let texts = report.findings.iter().map(|one| one.text.clone());
            let texts: Vec<String> = texts.chain(report.caveats.iter().cloned()).collect();
            let tables: Vec<&Vec<Vec<Value>>> =
                report.tables.iter().map(|table| &table.rows).collect();
            let marks: Vec<f64> = (report.charts.iter())
                .flat_map(|chart| &chart.layers)
                .flat_map(|layer| layer.marks.iter().filter_map(|mark| mark.y))
                .collect();
            let estimates: Vec<Option<f64>> = (report.findings.iter())
                .filter_map(|one| one.estimate.as_ref().map(|estimate| estimate.value))
                .collect();
            let lists: Vec<&String> = report.lists.iter().flat_map(whys).collect();
            let cases = report.cases.iter().flat_map(|case| case.estimates.values());
            let cases: Vec<&String> = cases.map(|one| &one.words).collect();
            format!("{texts:?} {tables:?} {marks:?} {estimates:?} {lists:?} {cases:?}")
        }
        Err(error) => error.to_string(),
    }
}

fn whys(list: &crate::report::List) -> impl Iterator<Item = &String> {
    list.pupils.iter().map(|pupil| &pupil.why)
}

const K: &str = "cx.room_referrals.filter(col(\"sen_status\") == \"K\")";
const RENAMED: &str = "cx.room_referrals.add(#{ s: col(\"sen_status\") })";
const BY_STATUS: &str = "cx.room_referrals.group(\"sen_status\").agg(#{ n: count() })";
/// What says a value.
fn say(value: &str) -> String {
    format!("out.caveat(`${{{value}}}`);")
}

const MEASURE: &str = ".exposure(pupil_days(\"enrolled\")).per(100).over(cx.period)";

/// Scripts that ask for the referrals of the pupils with SEN support, each by another way.
fn routes_by_rows() -> Vec<String> {
    let lagged =
        "cx.room_referrals.add(#{ s: col(\"sen_status\").lag(1).over(\"pupil\", \"date\") })";
    vec![
        // Counts of rows and of groups.
        say(&format!("{K}.collect().len")),
        say(&format!("{K}.share(col(\"reason\") == \"defiance\").events")),
        say("cx.room_referrals.share(col(\"sen_status\") == \"K\").events"),
        say("cx.room_periods.filter(col(\"sen_status\") == \"K\").share(col(\"work_set\") == \
             true).events"),
        say(&format!("{K}.collect()")),
        say(&format!("{K}.agg(#{{ n: count() }}).collect().rows()[0].n")),
        say(&format!("{BY_STATUS}.collect().rows()[0].n")),
        format!("for row in {BY_STATUS}.collect().rows() {{ out.caveat(`${{row.n}}`); }}"),
        // What is worked out, under the name of a column that is shown.
        format!(
            "for row in cx.room_referrals.group(\"sen_status\").agg(#{{ reason: count() }})\
             .collect().rows() {{ out.caveat(`${{row.reason}}`); }}"
        ),
        // A ratio and its parts.
        say(&format!(
            "{K}.agg(#{{ r: ratio(count(), n_unique(col(\"reason\"))) }}).collect().rows()[0].r"
        )),
        format!(
            "for row in cx.room_referrals.group(\"sen_status\").agg(#{{ r: ratio(count(), \
             n_unique(col(\"reason\"))) }}).collect().rows() \
             {{ out.caveat(`${{row.r_n}} ${{row.r}}`); }}"
        ),
        // The characteristic under another name.
        say(&format!("{RENAMED}.filter(col(\"s\") == \"K\").collect().len")),
        format!(
            "for row in {RENAMED}.group(\"s\").agg(#{{ n: count() }}).collect().rows() \
             {{ out.caveat(`${{row.n}}`); }}"
        ),
        say(&format!("{lagged}.filter(col(\"s\") == \"K\").collect().len")),
        // A number made of it and added up, or a share of it.
        "let t = cx.room_referrals.add(#{ k: when(col(\"sen_status\") == \"K\").then(1)\
         .otherwise(0) }).agg(#{ n: sum(col(\"k\")) }).collect(); out.caveat(`${t.rows()[0].n}`);"
            .to_owned(),
        "let t = cx.room_referrals.agg(#{ n: share(col(\"sen_status\") == \"K\") }).collect(); \
         out.caveat(`${t.rows()[0].n * 54.0}`);"
            .to_owned(),
        // One record after the other.
        "let n = 0; for row in cx.room_referrals.collect().rows() { if row.sen_status == \"K\" \
         { n += 1; } } out.caveat(`${n}`);"
            .to_owned(),
        "out.table(cx.room_referrals.collect(), #{ columns: [\"sen_status\", \"reason\"] });"
            .to_owned(),
        // A search by what is hidden.
        format!(
            "for n in 0..60 {{ if {BY_STATUS}.filter(col(\"n\") == n & col(\"sen_status\") == \
             \"K\").collect().len == 1 {{ out.caveat(`${{n}}`); }} }}"
        ),
        format!(
            "for n in 0..60 {{ if {BY_STATUS}.filter(col(\"n\") == n & col(\"sen_status\") == \
             \"K\").collect().rows().len() == 1 {{ out.caveat(`${{n}}`); }} }}"
        ),
    ]
}

/// The same by tables, charts, statistics, measures and gaps.
fn routes_by_what_is_shown() -> Vec<String> {
    let measured =
        |table: &str, rest: &str| format!("measure(\"x\").events({table}){MEASURE}{rest}");
    vec![
        // What is worked out as the key of a group, and looked up.
        format!(
            "for row in {BY_STATUS}.group(\"n\").agg(#{{ m: count() }}).collect().rows() \
             {{ out.caveat(`${{row.n}}`); }}"
        ),
        format!("out.table({BY_STATUS}.group(\"n\").agg(#{{ m: count() }}).collect());"),
        format!(
            "out.table(cx.room_referrals.join({BY_STATUS}, \"sen_status\").group(\"n\")\
             .agg(#{{ m: count() }}).collect());"
        ),
        format!(
            "out.caveat(`${{cx.room_referrals.join({K}.group(\"pupil\").agg(#{{ k: count() }}), \
             \"pupil\").filter(!col(\"k\").is_null()).collect().len}}`);"
        ),
        // Tables and charts.
        format!("out.table({BY_STATUS}.collect());"),
        format!("out.table({BY_STATUS}.top(1, \"sen_status\").collect());"),
        format!(
            "let t = {BY_STATUS}.collect(); out.chart(chart(\"bar\").x(t.column(\"sen_status\"))\
             .y(t.column(\"n\")));"
        ),
        // Statistics of few rows.
        format!("out.finding(#{{ text: \"x\", estimate: stats::rate({K}.collect().len, 1) }});"),
        say(&format!("stats::rate({K}.collect().len, 1).words")),
        // Measures.
        format!(
            "out.chart(chart(\"bar\").x([1]).y({}.n));",
            measured(K, ".at(\"year\").collect()")
        ),
        say(&measured(K, ".at(\"year\").collect().overall.words")),
        format!(
            "for one in {}.parts() {{ out.chart(chart(\"bar\").x([1]).y(one.frame.n)); }}",
            measured("cx.room_referrals", ".at(\"year\").by(\"sen_status\").collect()")
        ),
        format!(
            "for one in {}.parts() {{ out.chart(chart(\"bar\").x([1]).y(one.frame.n)); }}",
            measured(RENAMED, ".at(\"year\").by(\"s\").collect()")
        ),
        say(&format!("stats::concentration({}.n).events", measured(K, ".at(\"year\").collect()"))),
        format!(
            "let m = {}; out.chart(chart(\"bar\").x(m.start).y(m.n));",
            measured(K, ".trailing(4, \"school_day\").collect()")
        ),
        // Gaps.
        say(&format!("{K}.gaps(#{{ by: \"pupil\" }}).collect().index_events")),
        format!(
            "for one in cx.room_referrals.gaps(#{{ by: \"pupil\" }}).collect().by(\"sen_status\") \
             {{ out.caveat(`${{one.label}}: ${{one.frame.index_events}}`); }}"
        ),
    ]
}

/// The same by the verbs that count in the host.
fn routes_by_what_the_host_counts() -> Vec<String> {
    let ladder = "ladder(#{ thresholds: [1, 2, 3], within: 10, period: cx.period })";
    let days = "fortnight(#{ days: 10, categories: \"\", by: \"reason\", most: 8 })";
    let screen = "screen(#{ thresholds: [1, 2, 3], within: 1, ahead: 1, outcome: \
                  cx.room_referrals, at_least: 1, period: cx.period })";
    let all = "cx.room_referrals";
    vec![
        format!(
            "for rule in {K}.{screen}.rules {{ out.caveat(`${{rule.a_check}} ${{rule.now}} \
             ${{rule.right.events}} ${{rule.found.n}} ${{rule.flagged.n}}`); }}"
        ),
        format!("out.table({K}.{screen});"),
        format!(
            "let s = {K}.{screen}; out.chart(chart(\"line\").x(s.rule).y(s.share)\
             .series(s.what)); out.caveat(`${{s.pupils}} ${{s.base.n}} ${{s.base.events}}`);"
        ),
        say(&format!("{K}.pivot(\"reason\", \"weekday\", count()).collect().events")),
        format!(
            "out.table(stats::hotspots({K}.pivot(\"reason\", \"weekday\", count()).collect()));"
        ),
        format!(
            "out.table(stats::hotspots({all}.pivot(\"sen_status\", \"reason\", count()).collect()));"
        ),
        format!(
            "for one in stats::hotspots({all}.pivot(\"sen_status\", \"weekday\", count())\
             .collect()).busiest {{ out.caveat(`${{one.n}} of ${{one.label}}`); }}"
        ),
        format!(
            "for rung in {K}.{ladder}.rungs {{ out.caveat(`${{rung.pupils}} ${{rung.a_week}}`); }}"
        ),
        format!("out.table({K}.{ladder});"),
        say(&format!("{K}.{days}.total.n")),
        format!("out.table({K}.{days});"),
        format!("for one in {K}.{days}.lines {{ out.caveat(`${{one.n}} ${{one.before}}`); }}"),
        format!("out.table({K}.gaps(#{{}}).collect().bands([1, 2, 5]));"),
        format!("out.table({all}.risks(#{{ by: \"sen_status\", period: cx.period, years: 1 }}));"),
        format!(
            "let r = {all}.risks(#{{ by: \"sen_status\", period: cx.period, years: 1 }}); for g in \
             r.groups {{ out.caveat(`${{g.affected}} ${{g.rate.words}}`); }}"
        ),
        say(&format!("{K}.collect().pupils")),
        say(&format!("{K}.risks(#{{ by: \"year_group\", period: cx.period, years: 1 }}).events")),
    ]
}

/// The same by what is done with a frame.
fn routes_by_frames() -> Vec<String> {
    let grouped = format!("{BY_STATUS}.collect()");
    let complete = "complete(#{ sen_status: [\"E\", \"K\", \"N\"] })";
    vec![
        say(&format!("{grouped}.{complete}.rows()[1].n")),
        format!("out.table({grouped}.{complete});"),
        format!("for row in {grouped}.{complete}.rows() {{ out.caveat(`${{row.n}}`); }}"),
        format!("out.table({grouped}.columns([\"n\"]));"),
        format!("out.table({grouped}.add(#{{ m: col(\"n\") + 0 }}).columns([\"m\"]));"),
        format!("out.table({grouped}.add(#{{ sen_status: col(\"n\") }}));"),
        format!("let t = {grouped}; out.table(t.add(#{{ m: t.column(\"n\") }}));"),
        format!(
            "let t = {grouped}; let u = cx.room_referrals.group(\"weekday\").agg(#{{ n: count() }})\
             .top(2, \"n\").collect(); out.table(u.add(#{{ m: t.column(\"n\") }}));"
        ),
        format!("out.table({BY_STATUS}.columns([\"n\"]).collect());"),
    ]
}

/// The same by how many rows, values or parts there are.
fn routes_by_how_many() -> Vec<String> {
    let gaps = format!("{K}.gaps(#{{ by: \"pupil\" }}).collect()");
    let waits = "cx.call_outs.filter(col(\"sen_status\") == \"K\").waits(#{ came: \"to_arrive\" })";
    vec![
        say(&gaps),
        say(&format!("{gaps}.gap.len")),
        say(&format!("{gaps}.gap")),
        say(&format!("{gaps}.by(\"referral_id\").len()")),
        say(&format!("{waits}.time.len")),
        say(&format!("{waits}.by(\"call_out_id\").len()")),
        say(&format!("{K}.column(\"date\").len")),
        say(&format!("{K}.collect().column(\"date\").len")),
        say(&format!("{K}.values(\"referral_id\").len()")),
        say(&format!("{K}.group(\"referral_id\").agg(#{{ n: count() }}).collect().rows().len()")),
        say(&format!("{K}.collect().by(\"referral_id\").len()")),
        say(&format!(
            "measure(\"x\").events({K}){MEASURE}.by(\"referral_id\").collect().parts().len()"
        )),
    ]
}

/// What a script prints is shown to whoever writes it.
#[test]
fn what_is_printed_is_hidden_too() {
    let grouped = format!("{BY_STATUS}.collect()");
    for body in [
        format!("print({grouped});"),
        format!("print({grouped}.complete(\"sen_status\"));"),
        format!("print({grouped}.add(#{{ m: col(\"n\") * 1 }}).columns([\"m\"]));"),
        format!("print(`${{{grouped}.rows()[0].n}}`);"),
    ] {
        let script = format!("fn run(cx, p) {{ {body} report(\"t\").done() }}");
        let package = package(&script);
        let options = Options::resolve(&package.manifest, &[]).unwrap();
        let context = RunContext::new(school(&THREE).scope().unwrap(), Budget::default());
        let printed = Host::new().run(&package, &options, &context).unwrap().printed.join("\n");
        assert!(printed.contains("hidden"), "{body}\n{printed}");
        for number in [SECRET, OTHERS] {
            assert!(!printed.contains(&number.to_string()), "{body}\n{printed}");
        }
    }
}

fn routes() -> Vec<String> {
    let shown = [routes_by_rows(), routes_by_what_is_shown()];
    let counted = [routes_by_what_the_host_counts(), routes_by_frames()];
    let many = [routes_by_how_many(), statistics::routes().concat()];
    [shown, counted, many].concat().concat()
}

#[test]
fn no_route_tells_how_many_referrals_few_pupils_have() {
    for body in routes() {
        let shown = shown(&body);

        assert!(!shown.contains(&SECRET.to_string()), "{body}\n{shown}");
    }
}

/// Seven are enough for the school's own staff, and few for anybody outside.
#[test]
fn no_route_tells_anybody_outside_how_many_referrals_seven_pupils_have() {
    let mut told_inside = 0;
    for body in routes() {
        let outside = shown_to(Audience::Outside, &SEVEN, &body);
        let inside = shown_to(Audience::Inside, &SEVEN, &body);

        assert!(!outside.contains(&SECRET.to_string()), "{body}\n{outside}");
        told_inside += usize::from(inside.contains(&SECRET.to_string()));
    }
    assert!(told_inside > routes().len() / 2, "only {told_inside} are told inside");
}

/// The rest of a whole that is shown tells the secret by the difference.
#[test]
fn the_others_are_hidden_where_the_difference_would_tell() {
    let all = shown("out.caveat(`${cx.room_referrals.collect().len}`);");
    assert!(all.contains(&(SECRET + OTHERS).to_string()), "{all}");
    let others = "cx.room_referrals.filter(col(\"sen_status\") != \"K\")";
    for body in [
        format!("out.caveat(`${{{others}.collect().len}}`);"),
        format!("out.caveat(`${{{others}.agg(#{{ n: count() }}).collect().rows()[0].n}}`);"),
        format!("out.table({others}.group(\"year_group\").agg(#{{ n: count() }}).collect());"),
        format!(
            "out.chart(chart(\"bar\").x([1]).y(measure(\"x\").events({others}){MEASURE}\
             .at(\"year\").collect().n));"
        ),
        format!(
            "for one in measure(\"x\").events({others}){MEASURE}.at(\"school_week\")\
             .by(\"year_group\").collect().parts() {{ out.chart(chart(\"bar\").x([1, 2, 3, 4, 5])\
             .y(one.frame.n)); }}"
        ),
        "for row in cx.room_referrals.group(\"sen_status\").agg(#{ n: count() }).collect().rows() \
         { out.caveat(`${row.n}`); }"
            .to_owned(),
        "out.table(cx.room_referrals.group(\"sen_status\").agg(#{ n: count() })\
         .top(1, \"sen_status\").collect());"
            .to_owned(),
        "out.table(cx.room_referrals.group(\"sen_status\").agg(#{ n: count() })\
         .filter(col(\"sen_status\") == \"N\").collect());"
            .to_owned(),
        // A group whose keys are gone, or hold something else, is hidden as it was.
        "out.table(cx.room_referrals.group(\"sen_status\").agg(#{ n: count() })\
         .filter(col(\"sen_status\") == \"N\").columns([\"n\"]).collect());"
            .to_owned(),
        "out.table(cx.room_referrals.group(\"sen_status\").agg(#{ n: count() })\
         .filter(col(\"sen_status\") == \"N\").collect().columns([\"n\"]));"
            .to_owned(),
        "out.table(cx.room_referrals.group(\"sen_status\").agg(#{ n: count() })\
         .top(1, \"n\").columns([\"n\"]).collect());"
            .to_owned(),
        format!(
            "out.table({others}.group(\"year_group\").agg(#{{ n: count() }}).add(#{{ year_group: \
             col(\"n\") }}).collect());"
        ),
        format!(
            "out.table({others}.group(\"year_group\").agg(#{{ n: count() }}).collect()\
             .complete(#{{ year_group: [\"8\", \"9\"] }}));"
        ),
        "for one in cx.room_referrals.gaps(#{ by: \"pupil\" }).collect().by(\"sen_status\") \
         { out.caveat(`${one.frame.index_events}`); }"
            .to_owned(),
        "for one in cx.room_referrals.collect().by(\"sen_status\") \
         { out.caveat(`${one.frame.len}`); }"
            .to_owned(),
        "out.table(cx.room_referrals.risks(#{ by: \"sen_status\", period: cx.period, years: 1 }));"
            .to_owned(),
        "let r = cx.room_referrals.risks(#{ by: \"sen_status\", period: cx.period, years: 1 }); \
         for g in r.groups { out.caveat(`${g.affected} ${g.rate.words} ${g.share.words}`); }"
            .to_owned(),
        "out.table(stats::hotspots(cx.room_referrals.pivot(\"sen_status\", \"weekday\", count())\
         .collect()));"
            .to_owned(),
        say(&format!("{others}.share(col(\"reason\") == \"defiance\").events")),
        say("cx.room_referrals.share(col(\"sen_status\") == \"N\").events"),
        say("cx.room_referrals.share(col(\"sen_status\") != \"K\").events"),
    ] {
        let shown = shown(&body);
        assert!(!shown.contains(&OTHERS.to_string()), "{body}\n{shown}");
    }
}

/// The same with the characteristic in one condition with something else.
#[test]
fn the_others_are_hidden_however_the_condition_is_written() {
    let others = "cx.room_referrals.filter(col(\"sen_status\") != \"K\")";
    let condition = "(col(\"reason\") == \"defiance\") & (col(\"sen_status\") != \"K\")";
    let both = format!("cx.room_referrals.filter({condition})");
    for body in [
        say(&format!("{both}.collect().len")),
        say(&format!("{both}.agg(#{{ n: count() }}).collect().rows()[0].n")),
        say(&format!("{both}.gaps(#{{ by: \"pupil\" }}).collect().index_events")),
        say(&format!(
            "cx.room_referrals.add(#{{ x: {condition} }}).filter(col(\"x\")).collect().len"
        )),
        say(&format!("{others}.gaps(#{{ by: \"pupil\" }}).collect().index_events")),
    ] {
        let shown = shown(&body);
        assert!(!shown.contains(&OTHERS.to_string()), "{body}\n{shown}");
    }
}

/// Of five pupils with SEN support one has thirteen referrals: the five may be told, and the one
/// not by what is counted of them under a condition.
#[test]
fn what_few_of_a_group_have_is_hidden_where_it_is_counted_by_itself() {
    let supported = [13, 1, 1, 1, 1];
    let times = "cx.room_referrals.join(cx.room_referrals.group(\"pupil\").agg(#{ times: count() }), \
                 \"pupil\")";
    let by = |aggregate: &str| {
        format!("out.table({times}.group(\"sen_status\").agg(#{{ s: {aggregate} }}).collect());")
    };
    let many = "col(\"times\") > 5";
    let whole = shown_to(Audience::Inside, &supported, &by("count()"));
    assert!(whole.contains("17"), "{whole}");
    for aggregate in [
        format!("sum(when({many}).then(1).otherwise(0))"),
        format!("share({many})"),
        format!("n_unique(when({many}).then(col(\"date\")).otherwise(\"2025-09-02\"))"),
        format!("ratio(sum(when({many}).then(1).otherwise(0)), count())"),
    ] {
        let shown = shown_to(Audience::Inside, &supported, &by(&aggregate));
        let tells = |number: &str| shown.contains(number);
        assert!(!tells("13") && !tells("0.76"), "{aggregate}\n{shown}");
    }
    // Outside the school a group by anything is such a group.
    let year = format!(
        "out.table({times}.group(\"year_group\").agg(#{{ s: sum(when({many}).then(1)\
         .otherwise(0)) }}).collect());"
    );
    assert!(shown_to(Audience::Inside, &supported, &year).contains("13"));
    assert!(!shown_to(Audience::Outside, &supported, &year).contains("13"));
}

/// The same by an earlier group, by other values than 1 and 0, and without the key.
#[test]
fn what_few_of_a_group_have_is_hidden_however_it_is_added_up() {
    let supported = [13, 1, 1, 1, 1];
    let times = "cx.room_referrals.join(cx.room_referrals.group(\"pupil\").agg(#{ times: count() }), \
                 \"pupil\")";
    let many = "sum(when(col(\"times\") > 5).then(1).otherwise(0))";
    let other = "sum(when(col(\"times\") > 5).then(2).otherwise(1))";
    let by = "group(\"sen_status\")";
    for table in [
        format!("{times}.{by}.agg(#{{ n: count(), s: {many} }}).columns([\"n\", \"s\"])"),
        format!(
            "{times}.group([\"sen_status\", \"year_group\"]).agg(#{{ s: {many} }}).{by}\
             .agg(#{{ t: sum(col(\"s\")) }})"
        ),
        format!("{times}.{by}.agg(#{{ s: {other} }})"),
    ] {
        let shown =
            shown_to(Audience::Inside, &supported, &format!("out.table({table}.collect());"));
        assert!(!shown.contains("13") && !shown.contains("30"), "{table}\n{shown}");
    }
}

/// A group that is hidden by itself is looked up as nothing.
#[test]
fn a_hidden_group_is_not_told_by_looking_it_up() {
    let looked_up = format!(
        "cx.interventions.group(\"year_group\").agg(#{{ p: count() }}).join({K}\
         .group(\"year_group\").agg(#{{ n: count() }}), \"year_group\")"
    );
    let shown = shown(&format!("out.table({looked_up}.collect());"));
    assert!(shown.contains('9') && !shown.contains(&SECRET.to_string()), "{shown}");
}

/// Two conditions on listed characteristics with a group between them.
#[test]
fn conditions_before_and_after_a_group_are_taken_together() {
    let shown = shown_to(
        Audience::Inside,
        &SEVEN,
        "out.table(cx.room_referrals.filter(col(\"sex\").is_null()).group(\"sen_status\")\
         .agg(#{ n: count() }).filter(col(\"sen_status\") != \"E\").collect());",
    );
    assert!(shown.contains(&SECRET.to_string()), "{shown}");
}

/// How many records stand behind a hidden row is what is hidden.
#[test]
fn a_hidden_row_names_no_records() {
    let script = format!("fn run(cx, p) {{ report(\"t\").table({BY_STATUS}.collect()).done() }}");
    let package = package(&script);
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    for (supported, records) in [(&THREE[..], 0), (&SEVEN[..], SECRET)] {
        let context = RunContext::new(school(supported).scope().unwrap(), Budget::default());
        let report = Host::new().run(&package, &options, &context).unwrap();
        let table = &report.tables[0];
        let supported = table.rows.iter().position(|row| row[0] == "SEN support").unwrap();
        assert_eq!(table.ids[supported].len(), records, "{table:?}");
    }
}

/// The values of `school` look like ids, so no other column may take that name.
#[test]
fn an_id_under_the_name_of_a_school_is_refused() {
    let shown = shown("out.caveat(`${cx.room_referrals.add(#{ school: col(\"pupil\") })}`);");
    assert!(shown.contains("call the new column something else"), "{shown}");
}

/// An id that somebody was told singles out one pupil, whatever is worked out of it.
#[test]
fn no_pupil_is_singled_out_by_a_typed_id() {
    let id = "f7aa081de00887efd750566b87675cb5";
    for body in [
        format!(
            "out.caveat(`${{cx.room_referrals.filter(col(\"pupil\") != \"{id}\").collect().len}}`);"
        ),
        format!(
            "out.table(cx.room_referrals.group(\"year_group\").agg(#{{ k: sum(when(col(\"pupil\") \
             == \"{id}\").then(1).otherwise(0)) }}).collect());"
        ),
        format!(
            "out.caveat(`${{cx.room_referrals.filter(col(\"pupil\").is_in([\"{id}\"])).collect().len}}`);"
        ),
        format!(
            "out.table(cx.room_referrals.add(#{{ x: col(\"pupil\") == \"{id}\" }}).group(\"x\").agg(#{{ n: count() }}).collect());"
        ),
    ] {
        let shown = shown(&body);
        assert!(shown.contains("cannot be written in a condition"), "{body}\n{shown}");
    }
}

#[test]
fn what_five_pupils_stand_behind_is_shown_by_the_same_ways() {
    let year = "cx.room_referrals.filter(col(\"year_group\") == \"9\")";
    for body in [
        format!("out.caveat(`${{{year}.collect().len}}`);"),
        format!("out.caveat(`${{{year}.agg(#{{ n: count() }}).collect().rows()[0].n}}`);"),
        format!("out.table({year}.group(\"year_group\").agg(#{{ n: count() }}).collect());"),
        format!("out.caveat(`${{{year}.gaps(#{{ by: \"pupil\" }}).collect().index_events}}`);"),
        say(&format!("{year}.share(col(\"reason\") == \"defiance\").events")),
        format!(
            "out.chart(chart(\"bar\").x([1]).y(measure(\"x\").events({year}){MEASURE}\
             .at(\"year\").collect().n));"
        ),
    ] {
        let shown = shown(&body);
        assert!(shown.contains(&(SECRET + OTHERS).to_string()), "{body}\n{shown}");
    }
}

/// How full a room is tells how many of few pupils were in it.
#[test]
fn nothing_is_told_of_a_room_with_few_pupils() {
    let asked = |of: &str| {
        let table = format!("cx.room_periods{of}.occupancy(#{{ places: 1, period: cx.period }})");
        format!(
            "let o = {table}; out.caveat(`${{o.ok}} ${{o.average}} ${{o.most}} ${{o.over}} \
             ${{o.busiest.len()}}`); out.table(o); out.chart(chart(\"heat\").value(o));"
        )
    };
    // Three pupils on each of four days and the 37 others on one each: 49 in 23 lessons.
    let whole = shown(&asked(""));
    assert!(whole.starts_with("[\"true 2.1 13 4 4\"]"), "{whole}");
    let nothing = "[\"false hidden hidden hidden 0\"] [[]] [] [] [] []";
    for of in [".filter(col(\"sen_status\") == \"K\")", ".filter(col(\"sen_status\") != \"K\")"] {
        assert_eq!(shown(&asked(of)), nothing, "{of}");
    }
    let outside =
        shown_to(Audience::Outside, &SEVEN, &asked(".filter(col(\"sen_status\") == \"K\")"));
    assert_eq!(outside, nothing);
    // Two pupils are more than one place: too few to be told outside.
    let all = shown_to(Audience::Outside, &THREE, &asked(""));
    assert!(all.contains("true 2.1 13 hidden"), "{all}");
}

/// What single pupils have is in columns for statistics alone.
#[test]
fn no_chart_draws_what_single_pupils_have() {
    let counts = "let t = cx.room_referrals.count_in(cx.windows(cx.interventions, #{ anchor: \
                  \"start\", before: 10, after: 10 })).exposure(pupil_days(\"enrolled\")).collect();";
    for (columns, name) in [
        ("x(t.e0).y(t.n1)", "x"),
        ("x([1]).y(t.n1)", "y"),
        ("x([1]).y([1]).lower(t.n0).upper([2])", "lower"),
        ("x([1]).y(cx.room_referrals.history(t.pupil, #{ half_terms: 1 }).n)", "y"),
        ("x([1]).y(cx.room_referrals.gaps(#{ by: \"pupil\" }).collect().gap)", "y"),
    ] {
        let shown = shown(&format!("{counts} out.chart(chart(\"bar\").{columns});"));
        let refused = format!("`{name}` holds a value for each pupil");
        assert!(shown.contains(&refused), "{columns}\n{shown}");
    }
}

#[test]
fn what_comes_of_the_values_of_single_pupils_is_hidden() {
    for value in ["stats::ewma(d, #{}).value", "stats::cusum(d, #{}).upper", "stats::xmr(d).z"] {
        let script = format!(
            "fn run(cx, p) {{ let d = cx.room_referrals.gaps(#{{ by: \"pupil\" }}).collect().gap; \
             let v = {value}; let xs = []; for i in 0..v.len {{ xs.push(i); }} \
             report(\"t\").chart(chart(\"line\").x(xs).y(v)).done() }}"
        );
        let report = crate::fixture::run(&script).unwrap();
        let marks: Vec<_> = report.charts[0].layers.iter().flat_map(|one| &one.marks).collect();
        assert!(marks.len() > 5, "{value}");
        assert!(marks.iter().all(|mark| mark.y.is_none()), "{value}: {marks:?}");
    }
}

/// Four days together have seventeen pupils and each day about four: what trails would tell the
/// days by its differences.
#[test]
fn a_trailing_value_is_hidden_where_one_of_its_days_is() {
    let marks = |grain: &str| {
        let measure = format!("measure(\"x\").events({K}){MEASURE}{grain}.collect()");
        let body = format!("let m = {measure}; out.chart(chart(\"bar\").x(m.start).y(m.n));");
        shown_to(Audience::Inside, &[1; SECRET], &body)
    };
    assert!(marks(".at(\"year\")").contains("[17.0]"));
    let trailing = marks(".trailing(4, \"school_day\")");
    assert!(!trailing.contains("17") && !trailing.contains(".at"), "{trailing}");
    let whole = "measure(\"x\").events(cx.room_referrals)";
    let body = format!(
        "let m = {whole}{MEASURE}.trailing(4, \"school_day\").collect(); \
         out.chart(chart(\"bar\").x(m.start).y(m.n));"
    );
    assert!(shown_to(Audience::Inside, &[1; SECRET], &body).contains("54.0"));
}
