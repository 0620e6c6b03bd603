//! What few pupils hide, and what must hide with them.

use expect_test::{Expect, expect};

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

/// What a script over the small school prints.
#[track_caller]
fn printed(body: &str, expected: Expect) {
    let script = format!("fn run(cx, p) {{ {body} report(\"t\").done() }}");
    let text = match fixture::run(&script) {
        Ok(report) => report.printed.join("\n"),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&text);
}

const BY_YEAR: &str = "cx.room_referrals.group(\"year_group\").agg(#{ n: count() })";

#[test]
fn empty_groups_appear_with_zeros() {
    let whole = "collect().complete(#{ year_group: [\"8\", \"9\", \"10\"] })";
    printed(
        &format!("print({BY_YEAR}.{whole});"),
        expect![[r#"
            year_group  n
            Year 8      0
            Year 9      6
            Year 10     7"#]],
    );
    let two = "cx.room_referrals.group([\"year_group\", \"status\"]).agg(#{ n: count(), \
               days: n_unique(col(\"date\")), last: max(col(\"date\")) })";
    printed(
        &format!("print({two}.{});", whole.replace('8', "11")),
        expect![[r#"
            year_group  status  days  last        n
            Year 11             0                 0
            Year 9              6     2026-01-19  6
            Year 10             7     2026-02-24  7"#]],
    );
}

#[test]
fn more_columns_and_a_choice_of_them() {
    let more = "let t = {}.collect().add(#{ twice: col(\"n\") * 2, rank: [2, 1] });";
    let more = more.replace("{}", BY_YEAR);
    printed(
        &format!("{more} print(t.columns([\"rank\", \"year_group\", \"twice\"]));"),
        expect![[r#"
            rank  year_group  twice
            2     Year 9      12
            1     Year 10     14"#]],
    );
    let own = "print(t.add(#{ again: t.column(\"n\") }));";
    printed(
        &format!("{more} {own}"),
        expect![[r#"
            year_group  n  rank  twice  again
            Year 9      6  2     12     6
            Year 10     7  1     14     7"#]],
    );
    let script = format!(
        "fn run(cx, p) {{ {more} report(\"t\").table(t.columns([\"rank\", \"n\"])).done() }}"
    );
    let table = fixture::run(&script).unwrap().tables.remove(0);
    assert_eq!(table.columns, ["Rank", "N"]);
    assert_eq!(shown(&table), ["[2,6]", "[1,7]"]);
}

// A line is a case: what is asked of a frame, and the line that comes back.
#[test]
#[rustfmt::skip]
fn what_does_not_fit_a_frame_is_told() {
    let by = format!("{BY_YEAR}.collect()");
    for (body, expected) in [
        ("T.complete(\"weekday\")", expect![[r#"metric.rhai, line 1, column 94: the frame is not grouped by `weekday`; there is year_group (at `complete("weekday"); report("t").done() }`)"#]]),
        ("T.complete(#{ year_group: \"9\" })", expect![[r#"metric.rhai, line 1, column 94: `year_group` of complete needs an array of its values (at `complete(#{ year_group: "9" }); report("t").done…`)"#]]),
        ("T.complete(#{ year_group: [9] })", expect![[r#"metric.rhai, line 1, column 94: `complete`: `9` is no value of `year_group`, which is text (at `complete(#{ year_group: [9] }); report("t").done…`)"#]]),
        ("cx.room_referrals.collect().complete(\"year_group\")", expect![[r#"metric.rhai, line 1, column 53: `complete` needs groups, as in `.group("weekday").agg(..)` (at `complete("year_group"); report("t").done() }`)"#]]),
        ("B.sort(\"-n\").collect().complete(\"year_group\")", expect![[r#"metric.rhai, line 1, column 105: `complete` comes before groups are picked or put in order: some that are left out would stand there as 0 (at `complete("year_group"); report("t").done() }`)"#]]),
        ("T.add(#{ year_group: col(\"n\") })", expect![[r#"metric.rhai, line 1, column 94: `year_group` is a key of the groups; call the new column something else (at `add(#{ year_group: col("n") }); report("t").done…`)"#]]),
        ("T.add(#{ n: [1, 2] })", expect![[r#"metric.rhai, line 1, column 94: there is a column `n`; call the new one otherwise (at `add(#{ n: [1, 2] }); report("t").done() }`)"#]]),
        ("T.add(#{ m: [1, 2, 3] })", expect![[r#"metric.rhai, line 1, column 94: `m` has 3 values for 2 rows (at `add(#{ m: [1, 2, 3] }); report("t").done() }`)"#]]),
        ("T.add(#{ m: cx.room_referrals.gaps(#{}).collect().gap })", expect!["metric.rhai, line 1, column 94: `m` has 13 values for 2 rows (at `add(#{ m: cx.room_referrals.gaps(#{}).collect().…`)"]),
        ("T.add(#{ m: stats::adjust([0.1, 0.2], \"bh\") })", expect![[r#"metric.rhai, line 1, column 94: `m` may hold a value for each pupil; take an array, or a column of a frame of groups (at `add(#{ m: stats::adjust([0.1, 0.2], "bh") }); re…`)"#]]),
        ("T.columns([\"m\"])", expect![[r#"metric.rhai, line 1, column 103: this frame has no column `m`; did you mean `n`? (at `"m"]); report("t").done() }`)"#]]),
        ("print(cx.room_referrals.collect())", expect!["frame of 13 rows"]),
    ] {
        let body = body.replace('T', &by).replace('B', BY_YEAR);
        printed(&format!("let x = {body};"), expected);
    }
}

/// Whole numbers are never divided as whole numbers, and nothing is divided by nothing.
#[test]
fn a_ratio_keeps_its_parts() {
    let rows = "cx.room_referrals.group(\"year_group\").agg(#{ r: ratio(count(), \
                n_unique(col(\"pupil\"))) }).collect().rows()";
    // Year 9: six referrals of five pupils; year 10: seven of five.
    for (row, expected) in [(0, "6 of 5: 1.2"), (1, "7 of 5: 1.4")] {
        let text = format!("{{ let r = {rows}[{row}]; `${{r.r_n}} of ${{r.r_of}}: ${{r.r}}` }}");
        assert_eq!(crate::fixture::text_of(&text), expected);
    }
    let nothing = "cx.room_referrals.agg(#{ r: ratio(count(), sum(col(\"date\").day_index() * 0)) \
                   }).collect().rows()[0].r";
    assert_eq!(crate::fixture::text_of(&format!("type_of({nothing})")), "()");
    let wrong = [
        ("ratio(count(), median(col(\"date\").day_index()))", "counts or sums"),
        ("ratio(count(), ratio(count(), count()))", "counts or sums"),
        ("count() / count()", "is `ratio(a, b)`"),
    ];
    for (aggregate, why) in wrong {
        let told = crate::fixture::text_of(&format!(
            "cx.room_referrals.agg(#{{ r: {aggregate} }}).collect().len"
        ));
        assert!(told.contains(why), "{told}");
    }
    let clash =
        "cx.room_referrals.agg(#{ r: ratio(count(), count()), r_n: count() }).collect().len";
    assert!(crate::fixture::text_of(clash).contains("a part of the ratio"));
}
