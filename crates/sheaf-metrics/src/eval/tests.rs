//! Bare scripts over CSV files, as `metric eval` runs them.

use expect_test::{Expect, expect};
use sheaf_analytics::Budget;

use crate::Host;

/// Remission of acute myelogenous leukaemia, maintained group (Miller 1981).
const MAINTAINED: &str = "time,status,group name\n9,1,a\n13,1,a\n13,0,a\n18,1,a\n23,1,a\n\
                          28,0,a\n31,1,b\n34,1,b\n45,0,b\n48,1,b\n161,0,\"b, too\"\n";

#[track_caller]
fn check(script: &str, expected: Expect) {
    let tables = [("aml".to_owned(), MAINTAINED.as_bytes().to_vec())];
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
        "words":"28 % (95 % interval 10 to 65 %)"}"#]],
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

/// What only a metric can use is called as messages call it.
#[test]
fn what_is_no_value_is_refused_by_its_name() {
    check(
        "col(\"a\") == 1",
        expect![[r#"
        metric.rhai: the script gives `expression`, which is no value to print; end
        it with a number, a text, an array, a map, a table, a column or what a
        function of `stats` gives"#]],
    );
    for (script, kind) in [
        ("report(\"A\").done()", "report"),
        ("count()", "aggregate"),
        ("chart(\"bar\")", "chart"),
        ("#{ a: [1, col(\"a\")] }", "expression"),
        ("|x| x", "function"),
    ] {
        let error = Host::new().eval(script, &[], &Budget::default()).unwrap_err().to_string();
        let start = format!("metric.rhai: the script gives `{kind}`, which is no value");
        assert!(error.starts_with(&start), "{error}");
    }
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
}

/// What becomes of a CSV file: the types of its columns with their values, or the error.
#[track_caller]
fn read(csv: impl AsRef<[u8]>, expected: Expect) {
    let tables = [("t".to_owned(), csv.as_ref().to_vec())];
    let found = match Host::new().eval("t", &tables, &Budget::default()) {
        Ok(value) => value.to_string().replace(',', ", "),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&crate::fixture::folded(&found));
}

#[test]
fn columns_are_numbers_or_text() {
    read("a,b\n1,x\n-2.5,\n1e3,y\n", expect![[r#"{"a":[1, -2.5, 1000], "b":["x", null, "y"]}"#]]);
    read("a,b\n1,\n,\nNA,NA\n", expect![[r#"{"a":[1, null, null], "b":[null, null, null]}"#]]);
    read("a,b\nx,\n,\ny,NA\n", expect![[r#"{"a":["x", null, "y"], "b":[null, null, null]}"#]]);
    read("\u{feff}a\r\n1\r\n\r\n2", expect![[r#"{"a":[1, 2]}"#]]);
    read("a\n", expect![[r#"{"a":[]}"#]]);
    // Lines that end as those of old Macs do.
    read("a,b\r1,x\r2,y\r", expect![[r#"{"a":[1, 2], "b":["x", "y"]}"#]]);
    read(
        "a,b\r\n\"1\",\"x \"\"y\"\"\" \r\n2,\"\"\r\n",
        expect![[r#"{"a":[1, 2], "b":["x \"y\"", null]}"#]],
    );
    // Words among which a number stands are words; so are numbers in quotes beside a word.
    read("year\nR\nN\n1\n", expect![[r#"{"year":["R", "N", "1"]}"#]]);
    read("year\nR\n\"1\"\n\"2\"\n", expect![[r#"{"year":["R", "1", "2"]}"#]]);
    read("a\n\"1\"\n\"2\"\n", expect![[r#"{"a":[1, 2]}"#]]);
    read(
        "a,day\n1,2026-11-20\n2,2026-11-23\n",
        expect![[r#"{"a":[1, 2], "day":["2026-11-20", "2026-11-23"]}"#]],
    );
}

#[test]
fn a_cell_that_is_no_number_among_numbers_is_told_with_its_place() {
    read(
        "who,n\na,1\nb,2\nc,2l\nd,4\n",
        expect![[r#"
        t.csv, line 4, column 2: `2l` under `n` is no number, where 3 of 4 cells
        are; correct it, leave it empty, or put the numbers in quotes to make them
        text"#]],
    );
    read(
        "n\n1\n2\ninf\n",
        expect![[r#"
        t.csv, line 4, column 1: `inf` under `n` is no number, where 2 of 3 cells
        are; correct it, leave it empty, or put the numbers in quotes to make them
        text"#]],
    );
    read(
        "n\n1\nNaN\n3\n",
        expect![[r#"
        t.csv, line 3, column 1: `NaN` under `n` is no number, where 2 of 3 cells
        are; correct it, leave it empty, or put the numbers in quotes to make them
        text"#]],
    );
    read(
        "n\n1\n1e999\n3\n",
        expect![[r#"
        t.csv, line 3, column 1: `1e999` under `n` is no number, where 2 of 3 cells
        are; correct it, leave it empty, or put the numbers in quotes to make them
        text"#]],
    );
    read(
        "n\n1\n0x10\n3\n",
        expect![[r#"
        t.csv, line 3, column 1: `0x10` under `n` is no number, where 2 of 3 cells
        are; correct it, leave it empty, or put the numbers in quotes to make them
        text"#]],
    );
    read(
        format!("n\n1\n2\n{}\n", "a\u{7}1".repeat(40)),
        expect![[r#"
        t.csv, line 4, column 1: `a 1a 1a 1a 1a 1a 1a 1a 1a 1a 1a 1a 1a 1a…` under
        `n` is no number, where 2 of 3 cells are; correct it, leave it empty, or put
        the numbers in quotes to make them text"#]],
    );
}

/// Years of a primary school, as its lists have them.
#[test]
fn a_word_among_numbers_makes_them_names() {
    read("year\nR\n1\n2\n3\n", expect![[r#"{"year":["R", "1", "2", "3"]}"#]]);
}

#[test]
fn rows_and_headings_that_do_not_fit_are_told_with_their_place() {
    read("", expect!["t.csv, line 1, column 1: the file is empty; a heading line is needed"]);
    read("\n\n", expect!["t.csv, line 1, column 1: the file is empty; a heading line is needed"]);
    read(
        "a,b,c\n1,2,3\n1,2\n",
        expect!["t.csv, line 3, column 3: 2 values where the heading has 3"],
    );
    read("a,b\n1,2\n1,2,3\n", expect!["t.csv, line 3, column 3: 3 values where the heading has 2"]);
    read(
        "a,b\n\"1\n2\",3\n4\n",
        expect!["t.csv, line 4, column 2: 1 values where the heading has 2"],
    );
    read("a,b\n1,\"2\n", expect!["t.csv, line 2, column 2: a quote is opened and not closed"]);
    read(
        "n,who,n\n1,a,2\n",
        expect![[r#"
        t.csv, line 1, column 3: the heading `n` stands over column 1 too; rename
        one"#]],
    );
    read(
        "n,,m\n1,2,3\n",
        expect!["t.csv, line 1, column 2: there is no heading; give the column a name"],
    );
    read(
        "a,b\n1,\"x\ny\"\n\"2\"3,z\n",
        expect![[r#"
        t.csv, line 4, column 1: something stands after the closing quote; write a
        quote within a text twice"#]],
    );
    read(
        "a,\"\"\"b\"c\n",
        expect![[r#"
        t.csv, line 1, column 2: something stands after the closing quote; write a
        quote within a text twice"#]],
    );
}

/// What becomes of tables that are called so.
#[track_caller]
fn bind(names: &[&str], expected: Expect) {
    let table = |name: &&str| ((*name).to_owned(), b"n\n1\n".to_vec());
    let tables: Vec<(String, Vec<u8>)> = names.iter().map(table).collect();
    let found = match Host::new().eval("1", &tables, &Budget::default()) {
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&crate::fixture::folded(&found));
}

#[test]
fn a_table_has_a_name_of_its_own_that_a_variable_can_have() {
    bind(&["t", "T", "_x1"], expect!["1"]);
    bind(
        &["t", "u", "t"],
        expect!["t.csv: two tables are called `t`; give each a name of its own"],
    );
    for name in ["", "a b", "1a", "é", "let", "if", "_"] {
        let given = [(name.to_owned(), b"n\n1\n".to_vec())];
        let error = Host::new().eval("1", &given, &Budget::default()).unwrap_err().to_string();
        let start =
            format!("{name}.csv: `{name}` cannot name a table: letters, digits and `_` can");
        assert!(error.starts_with(&start), "{error}");
    }
}

/// A text that is missing is no group of its own.
#[test]
fn a_missing_text_is_refused_where_groups_are_needed() {
    let csv = b"time,event,group\n1,1,a\n2,1,b\n3,0,NA\n4,1,b\n".to_vec();
    let tables = [("t".to_owned(), csv)];
    let error = |script: &str| {
        let found = Host::new().eval(script, &tables, &Budget::default());
        found.unwrap_err().to_string()
    };
    let groups = error("stats::logrank(t.time, t.event, t.group)");
    let why = "`group` of stats::logrank is missing in row 3; leave out the rows in which it is";
    assert!(groups.contains(why), "{groups}");
    let covariates = error("stats::count_regression(t.time, #{ group: t.group }, #{})");
    assert!(covariates.contains("`group` is missing in row 3;"), "{covariates}");
}

#[test]
fn files_in_another_encoding_are_told_with_their_place() {
    read(
        b"who,n\nAna,1\nZo\xeb,2\n",
        expect![[r#"
        t.csv, line 3, column 1: byte 0xeb is not UTF-8: the file may be Latin-1 or
        Windows-1252; save it as CSV UTF-8"#]],
    );
    read(
        b"n,\xa3\n1,2\n",
        expect![[r#"
        t.csv, line 1, column 2: byte 0xa3 is not UTF-8: the file may be Latin-1 or
        Windows-1252; save it as CSV UTF-8"#]],
    );
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    read(
        utf16("\u{feff}a,b\n1,2\n"),
        expect!["t.csv, line 1, column 1: this is UTF-16; save it as CSV UTF-8"],
    );
    read(
        utf16("a,b\n1,2\n"),
        expect![[r#"
        t.csv, line 1, column 1: a zero byte, as in UTF-16 or a workbook; save it as
        CSV UTF-8"#]],
    );
}

#[test]
fn files_that_are_too_large_are_refused_before_they_are_held() {
    read(
        vec![b'1'; crate::limits::MAX_CSV + 1],
        expect!["t.csv: more than 16777216 bytes; split it, or leave columns out"],
    );
    read(
        ",".repeat(1_000_000),
        expect!["t.csv, line 1, column 1001: more than 1000 columns; leave some out"],
    );
    read(
        format!("a\n{}\n", ",".repeat(1_000_000)),
        expect!["t.csv, line 2, column 2: more than 1000 values where the heading has 1"],
    );
    let cells = format!("{}\n", vec!["1"; 1_000].join(",")).repeat(2_001);
    let headings: Vec<String> = (0..1_000).map(|at| format!("c{at}")).collect();
    read(
        format!("{}\n{cells}", headings.join(",")),
        expect![[r#"
        t.csv, line 2002, column 1000: more than 2000000 cells; split it, or leave
        columns out"#]],
    );
}
