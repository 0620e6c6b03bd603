//! What few pupils hide, and what must hide with them.

use crate::fixture;
use crate::report::Table;

/// The first table of a script over the small school.
#[track_caller]
fn table(steps: &str) -> Table {
    let script = format!(
        "fn run(cx, p) {{ report(\"t\").table(cx.room_referrals{steps}.collect()).done() }}"
    );
    fixture::run(&script).unwrap().tables.remove(0)
}

fn shown(table: &Table) -> Vec<String> {
    table.rows.iter().map(|row| serde_json::to_string(row).unwrap()).collect()
}

#[test]
fn five_pupils_are_shown_and_labelled() {
    let table = table(".group(\"year_group\").agg(#{ n: count() })");
    assert_eq!(shown(&table), ["[\"Year 9\",6]", "[\"Year 10\",7]"]);
    assert_eq!((table.suppressed, table.ids[0].len()), (0, 6));
}

#[test]
fn fewer_are_hidden_and_so_is_what_would_give_them_away() {
    // Three days have one pupil each or two; no day has five.
    let table =
        table(".filter(col(\"date\") < \"2026-01-15\").group(\"date\").agg(#{ n: count() })");
    assert!(table.rows.iter().all(|row| row[1].is_null()), "{:?}", shown(&table));
    // A characteristic hides one to four pupils, and with one hidden cell its neighbour.
    let table = self::table(".group([\"year_group\", \"weekday\"]).agg(#{ n: count() })");
    assert_eq!(table.suppressed as usize, table.rows.len());
}

#[test]
fn a_script_does_not_read_what_a_table_hides() {
    let script = "fn run(cx, p) {
        let t = cx.room_referrals.group(\"date\").agg(#{ n: count() }).collect();
        let out = report(\"t\");
        for row in t.rows() { out.caveat(`${row.n}`); }
        out.done()
    }";
    let report = fixture::run(script).unwrap();
    assert!(report.caveats.iter().all(|text| text == "hidden"), "{:?}", report.caveats);
    let script = script.replace("`${row.n}`", "if row.n > 0 { \"some\" } else { \"none\" }");
    let report = fixture::run(&script).unwrap();
    assert_eq!(report.findings[0].text, "Nothing can be shown: fewer than 5 pupils");
}

#[test]
fn ids_of_pupils_and_records_are_never_read() {
    for body in [
        "cx.room_referrals.group(\"pupil\").agg(#{ n: count() }).collect().rows()[0].pupil",
        "report(\"t\").table(cx.room_referrals.group(\"pupil\").agg(#{ n: count() }).collect())",
    ] {
        let script = format!("fn run(cx, p) {{ let x = {body}; report(`${{x}}`).done() }}");
        let error = fixture::run(&script).unwrap_err().to_string();
        assert!(error.contains("id"), "{error}");
    }
}

#[test]
fn single_records_are_never_read() {
    for body in
        ["cx.room_referrals.collect().rows()", "report(\"t\").table(cx.room_referrals.collect())"]
    {
        let script = format!("fn run(cx, p) {{ let x = {body}; report(`${{x}}`).done() }}");
        let error = fixture::run(&script).unwrap_err().to_string();
        assert!(error.contains("single records are never read; group them first"), "{error}");
    }
}

#[test]
fn hidden_bars_are_stars_and_their_numbers_are_nowhere() {
    let script = "fn run(cx, p) {
        let t = cx.room_referrals.group(\"date\").agg(#{ n: count() }).collect();
        report(\"t\").chart(chart(\"bar\").x(t.column(\"date\")).y(t.column(\"n\"))).done()
    }";
    let chart = fixture::run(script).unwrap().charts.remove(0);
    let marks = &chart.layers[0].marks;
    assert!(marks.iter().all(|mark| mark.status == sheaf_charts::Status::Suppressed));
    assert!(marks.iter().all(|mark| mark.ids.is_empty() && mark.y.is_none()));
}
