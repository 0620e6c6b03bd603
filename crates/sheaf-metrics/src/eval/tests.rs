//! Bare scripts over CSV files, as `metric eval` runs them.

use expect_test::{Expect, expect};
use sheaf_analytics::Budget;

use crate::Host;

/// Remission of acute myelogenous leukaemia, maintained group (Miller 1981).
const MAINTAINED: &str = "time,status,group name\n9,1,a\n13,1,a\n13,0,a\n18,1,a\n23,1,a\n\
                          28,0,a\n31,1,b\n34,1,b\n45,0,b\n48,1,b\n161,0,\"b, too\"\n";

#[track_caller]
fn check(script: &str, expected: Expect) {
    let tables = [("aml".to_owned(), MAINTAINED.to_owned())];
    let found = match Host::new().eval(script, &tables, &Budget::default()) {
        Ok(value) => value.to_string().replace(',', ", "),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&crate::fixture::folded(&found));
}

#[test]
fn statistics_are_objects_with_their_fields() {
    check(
        "stats::kaplan_meier(aml.time, aml.status, #{ ci: \"plain\" }).survival",
        expect![[r#"
        [0.9090909090909091, 0.8181818181818181, 0.7159090909090908,
        0.6136363636363636, 0.49090909090909096, 0.3681818181818182,
        0.1840909090909091]"#]],
    );
    check("stats::kaplan_meier(aml.time, aml.status).median", expect!["31"]);
    check(
        "stats::kaplan_meier(aml.time, aml.status).failure_at(20)",
        expect![[r#"
        {"ok":true, "value":0.28409090909090917, "lower":0.1009760258089466,
        "upper":0.6498096140920616, "level":0.95, "n":11, "events":3,
        "method":"Kaplan-Meier,  Greenwood", "assumptions":["those who leave are
        like those who stay"], "warnings":["only 7 were followed that long"],
        "words":"3 of 11"}"#]],
    );
    check(
        "stats::wilson(81, 263)",
        expect![[r#"
        {"ok":true, "value":0.30798479087452474, "lower":0.2552885198782742,
        "upper":0.36620957698280004, "level":0.95, "n":263, "events":81,
        "method":"Wilson score", "assumptions":["observations are independent of
        each other"], "warnings":[], "words":"31 % (95 % interval 26 to 37 %)"}"#]],
    );
    check(
        "stats::logrank(aml.time, aml.status, aml[\"group name\"])",
        expect![[r#"
        {"ok":true, "chi_squared":6.554794151794479, "df":2,
        "p":0.037726327884178505, "estimate":{"ok":true, "value":6.554794151794479,
        "lower":null, "upper":null, "level":0.95, "p":0.037726327884178505, "n":11,
        "events":7, "method":"log-rank", "assumptions":["those who leave are like
        those who stay,  in each group"], "warnings":["3 of 3 groups have few
        events"], "words":"a difference shows (p 0.038 before adjustment)"}}"#]],
    );
    check(
        "stats::concentration([0, 1, 2, 7])",
        expect![[r#"
            {"ok":true, "gini":0.55, "gini_without_zeros":0.4, "pupils":4, "events":10,
            "any":3, "once":1, "repeat_count":2, "repeat_share":0.9, "half_from":1,
            "gini_words":"Gini coefficient 0.55 over all pupils,  0.40 over those with
            any"}"#]],
    );
    check(
        "stats::mcf([1, 1, 2], [5, 9, 9], [1, 0, 0])",
        expect![[r#"
        {"ok":true, "time":[5], "at_risk":[2], "events":[1], "value":[0.5],
        "std_error":[0.3535533905932738], "lower":[0.1250488266299532],
        "upper":[1.9992190789586903], "n":2}"#]],
    );
    check("stats::adjust([0.01, 0.04, 0.03], \"holm\")", expect!["[0.03, 0.06, 0.06]"]);
    check(
        "[1, 2.5, true, \"x\", (), #{ a: 1 }]",
        expect![[r#"[1, 2.5, true, "x", null, {"a":1}]"#]],
    );
}

#[test]
fn a_bad_script_or_table_is_refused_at_its_place() {
    check(
        "aml.tmie",
        expect![[r#"
        metric.rhai, line 1, column 4: the table has no column `tmie`; did you mean
        `time`? (at `.tmie`)"#]],
    );
    check("let x = ;", expect!["metric.rhai, line 1, column 9: unexpected ';' (at `;`)"]);
    check(
        "stats::kaplan_meier(aml.time, aml.time)",
        expect![[r#"
        metric.rhai, line 1, column 8: `event` of stats::kaplan_meier needs true and
        false, or 1 and 0, not 9 (at `kaplan_meier(aml.time, aml.time)`)"#]],
    );
    check(
        "stats::kaplan_meier([], [])",
        expect![[r#"
        {"ok":false, "why":"kaplan_meier: there are no observations", "time":[],
        "at_risk":[], "events":[], "survival":[], "std_error":[], "lower":[],
        "upper":[], "failure":[], "failure_lower":[], "failure_upper":[],
        "median":null, "median_lower":null, "median_upper":null, "n":null,
        "censored":null}"#]],
    );
    check(
        "stats::wilson(-1, 3)",
        expect![[r#"
        metric.rhai, line 1, column 8: `x` of stats::wilson is -1; a whole number
        from 0 is needed (at `wilson(-1, 3)`)"#]],
    );
    check(
        "stats::wilson(\"a\", 3)",
        expect![[r#"
        metric.rhai, line 1, column 8: `x` of stats::wilson needs numbers, but this
        is text (at `wilson("a", 3)`)"#]],
    );
    let host = Host::new();
    let error = host.eval("1", &[("t".to_owned(), "a,b\n1\n".to_owned())], &Budget::default());
    assert_eq!(
        error.unwrap_err().to_string(),
        "t.csv, line 2, column 1: 1 values where the heading has 2"
    );
}
