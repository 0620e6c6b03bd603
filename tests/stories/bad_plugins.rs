//! Scripts that do not compile, do not end, or want too much: one line that names the place, and a
//! home in which nothing has changed. (Rules 9 and 10.)

use std::path::PathBuf;

use expect_test::{Expect, expect};
use tempfile::TempDir;

use crate::device::{Demo, Device};

/// A new metric whose script is this.
fn plugin(dir: &TempDir, script: &str) -> PathBuf {
    let folder = dir.path().join("bad-metric");
    if !folder.exists() {
        let made = Device::invented(dir.path()).json(&["metric", "new", folder.to_str().unwrap()]);
        assert_eq!(made["folder"], folder.to_str().unwrap());
        // They are of the script that it is begun with.
        std::fs::remove_dir_all(folder.join("examples")).unwrap();
    }
    std::fs::write(folder.join("metric.rhai"), script).unwrap();
    folder
}

fn body(lines: &str) -> String {
    format!("fn run(cx, p) {{\n{lines}\n}}\n")
}

// A line is a case: a script, and the line that comes back.
#[test]
#[rustfmt::skip]
fn a_script_that_will_not_do_is_refused_by_line_and_column() {
    let demo = Demo::new();
    let (head, dir) = (demo.head(), TempDir::new().unwrap());
    let before = head.digests();
    let table = |verbs: &str| body(&format!("  let t = cx.room_referrals{verbs}.collect();"));
    let cases: [(String, Expect); 16] = [
        (body("  let x = ;"), expect!["metric.rhai, line 2, column 11: unexpected ';' (at `;`)"]),
        ("fn run(cx, p) {".to_owned(), expect!["metric.rhai, line 1, column 16: expecting '}' to terminate this block"]),
        ("fn walk(cx, p) { 1 }".to_owned(), expect!["metric.rhai: a metric is a function `fn run(cx, p) { … }`"]),
        (String::new(), expect!["metric.rhai: a metric is a function `fn run(cx, p) { … }`"]),
        (body("  loop { }"), expect!["metric.rhai, line 1, column 1: stopped after 20000000 steps; let tables do what the loop does (at `fn run(cx, p) {`)"]),
        (body("  let x = 1;\n  loop { x += 1; }"), expect!["metric.rhai, line 3, column 10: stopped after 20000000 steps; let tables do what the loop does (at `x += 1; }`)"]),
        (body("  let a = [1];\n  loop { a += a; }"), expect!["metric.rhai, line 1, column 1: stopped: the size of array/BLOB is past its limit of 10000 items; keep many values in a table or a column (at `fn run(cx, p) {`)"]),
        (body("  let a = [1];\n  loop { a.push(1); }"), expect!["metric.rhai, line 1, column 1: stopped: the size of array/BLOB is past its limit of 10000 items; keep many values in a table or a column (at `fn run(cx, p) {`)"]),
        (body("  let s = \"x\";\n  loop { s += s; }"), expect!["metric.rhai, line 1, column 1: stopped: the length of string is past its limit of 65536 bytes; keep many values in a table or a column (at `fn run(cx, p) {`)"]),
        (body("  run(cx, p)"), expect!["metric.rhai, line 1, column 1: stopped: calls are nested more than 24 deep (at `fn run(cx, p) {`)"]),
        (body("  import \"os\" as os;"), expect![[r#"metric.rhai, line 2, column 3: 'import' is a reserved keyword: a metric cannot load or run other code (at `import "os" as os;`)"#]]),
        (body("  eval(\"1\")"), expect![[r#"metric.rhai, line 2, column 3: reserved keyword 'eval' is disabled: a metric cannot load or run other code (at `eval("1")`)"#]]),
        (body("  fn_that_is_not(1)"), expect!["metric.rhai, line 2, column 3: there is no function `fn_that_is_not` for (integer) (at `fn_that_is_not(1)`)"]),
        (table(".group(\"yeer_group\").agg(#{ n: count() })"), expect![[r#"metric.rhai, line 2, column 35: table `room_referrals` has no column `yeer_group`; did you mean `year_group`? (at `"yeer_group").agg(#{ n: count() }).collect();`)"#]]),
        (table(".filter(col(\"outcom\") == \"x\")"), expect![[r#"metric.rhai, line 2, column 40: table `room_referrals` has no column `outcom` (at `"outcom") == "x").collect();`)"#]]),
        (body("  let t = cx.incidents;"), expect!["metric.rhai, line 2, column 13: `incidents` is not in `reads` of plugin.toml; add it there (at `.incidents;`)"]),
    ];
    for (script, expected) in cases {
        let folder = plugin(&dir, &script);
        expected.assert_eq(&head.refused(&["metric", "run", folder.to_str().unwrap()]));
    }
    assert_eq!(head.digests(), before);
}

// A line is a case: what is changed in a manifest that will do, and the line that comes back.
#[test]
#[rustfmt::skip]
fn a_manifest_that_will_not_do_is_refused_by_line_and_column() {
    let demo = Demo::new();
    let (head, dir) = (demo.head(), TempDir::new().unwrap());
    let folder = plugin(&dir, &body("  report(\"x\").done()"));
    let file = folder.join("plugin.toml");
    let whole = std::fs::read_to_string(&file).unwrap();
    let cases: [(&str, &str, Expect); 6] = [
        ("api = 1", "api = 2", expect!["plugin.toml, line 4, column 7: the metric is written for version 2 of the language; this program speaks 1"]),
        ("api = 1", "api =", expect!["plugin.toml, line 4, column 6: string values must be quoted, expected literal string"]),
        ("room_referrals\"]", "room_referals\"]", expect!["plugin.toml, line 6, column 10: there is no table `room_referals`; did you mean `room_referrals`?; `sheaf tables` lists them"]),
        ("type = \"period\"", "type = \"perod\"", expect!["plugin.toml, line 9, column 19: unknown variant `perod`, expected one of `period`, `integer`, `number`, `integers`, `choice`, `text`, `boolean`, `value_of`, `filter`, `dimensions`"]),
        ("version =", "verson =", expect!["plugin.toml, line 3, column 1: unknown field `verson`, expected one of `id`, `name`, `version`, `api`, `question`, `reads`, `identify`, `options`"]),
        ("bad-metric", "../elsewhere", expect!["plugin.toml, line 1, column 6: an id has small letters, digits and hyphens, at most 64, as in `repeat-referrals`"]),
    ];
    for (from, to, expected) in cases {
        assert!(whole.contains(from), "{whole}");
        std::fs::write(&file, whole.replacen(from, to, 1)).unwrap();
        expected.assert_eq(&head.refused(&["metric", "run", folder.to_str().unwrap()]));
    }
}

/// `check` says the same without a school, and a metric that is begun passes its own examples.
#[test]
fn check_finds_what_run_would_find() {
    let dir = TempDir::new().unwrap();
    let nowhere = Device::invented(dir.path());
    let folder = dir.path().join("new-metric");
    nowhere.json(&["metric", "new", folder.to_str().unwrap()]);
    let checked = nowhere.json(&["metric", "check", folder.to_str().unwrap()]);
    assert_eq!(checked["metric"], "new-metric");
    assert!(!checked["passed"].as_array().unwrap().is_empty(), "{checked:#}");
    assert_eq!(checked["failed"], serde_json::json!([]));
    assert_eq!(checked["problems"], serde_json::json!([]));
    let again = nowhere.refused(&["metric", "new", folder.to_str().unwrap()]);
    assert!(again.contains("new-metric"), "{again}");

    // What is wrong with a file as a whole has no place in it.
    let readme = folder.join("README.md");
    let words = std::fs::read_to_string(&readme).unwrap();
    std::fs::write(&readme, "").unwrap();
    let ran = nowhere.run(&["metric", "check", folder.to_str().unwrap()]);
    assert!(ran.out.contains("\n  README.md: missing: say the question"), "{ran:?}");
    assert!(ran.out.starts_with("new-metric: 1 example passed\n"), "{ran:?}");
    assert!(ran.err.ends_with("/new-metric: 1 thing is wrong\n"), "{ran:?}");
    std::fs::write(&readme, words).unwrap();

    std::fs::write(folder.join("metric.rhai"), body("  let x = ;")).unwrap();
    let ran = nowhere.run(&["--format", "json", "metric", "check", folder.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    let checked: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let problem = &checked["problems"][0];
    assert_eq!(problem["file"], "metric.rhai");
    assert_eq!((&problem["line"], &problem["column"]), (&2.into(), &11.into()), "{checked:#}");
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
}

/// Who changes a metric or its example is told where they differ, before it runs on any record.
#[test]
fn a_metric_that_fails_its_example_does_not_run() {
    let demo = Demo::new();
    let (head, dir) = (demo.head(), TempDir::new().unwrap());
    let folder = dir.path().join("my-metric");
    let run = ["metric", "run", folder.to_str().unwrap()];
    head.json(&["metric", "new", folder.to_str().unwrap()]);
    head.json(&run);
    let file = folder.join("examples/small-groups.json");
    let example = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, example.replace("6, 6", "7, 6")).unwrap();
    let why = head.refused(&run);
    let names = "`my-metric` does not give what its example examples/small-groups.json says (";
    assert!(why.starts_with(names), "{why}");
    assert!(why.contains("is 6, not 7"), "{why}");
    std::fs::write(&file, example).unwrap();
    head.json(&run);
}

/// Without a chart there is none to write, and it is told why there is none.
#[test]
fn a_refused_report_has_no_chart_and_says_why() {
    let demo = Demo::new();
    let (head, dir) = (demo.head(), TempDir::new().unwrap());
    let folder = plugin(&dir, &body("  report(\"x\").refuse(\"Only 3 pupils\").done()"));
    let out =
        |file: &str| head.refused(&["metric", "run", folder.to_str().unwrap(), "--out", file]);
    assert_eq!(out("x.csv"), "the report has no chart to write: Only 3 pupils");
    plugin(&dir, &body("  report(\"x\").finding(#{ text: \"Nothing\" }).done()"));
    let whole = "the report has no chart to write; .xlsx and .json hold the whole report";
    assert_eq!(out("x.svg"), whole);
    assert_eq!(out("x.txt"), "x.txt: a report is written as .svg, .png, .csv, .xlsx or .json");
}

/// Bare scripts have the same limits.
#[test]
#[rustfmt::skip]
fn eval_prints_a_value_or_one_line() {
    let dir = TempDir::new().unwrap();
    let nowhere = Device::invented(dir.path());
    let script = dir.path().join("bare.rhai");
    let write = |text: &str| std::fs::write(&script, text).unwrap();
    let path = script.to_str().unwrap();
    write("stats::wilson(8, 10)");
    let value = nowhere.json(&["metric", "eval", path]);
    assert!((value["value"].as_f64().unwrap() - 0.8).abs() < 1e-12, "{value:#}");
    let table = dir.path().join("t.csv");
    std::fs::write(&table, "n,who\n1,a\n2,b\n4,a\n").unwrap();
    write("stats::concentration(t.n)");
    let bound = format!("t={}", table.display());
    let value = nowhere.json(&["metric", "eval", path, "--table", &bound]);
    assert!(value["gini"].is_number(), "{value:#}");
    write("t");
    let value = nowhere.json(&["metric", "eval", path, "--table", &bound]);
    assert_eq!(value, serde_json::json!({ "n": [1, 2, 4], "who": ["a", "b", "a"] }));
    for (text, expected) in [
        ("1 +", expect!["HOME/bare.rhai, line 1, column 4: script is incomplete"]),
        ("loop { }", expect!["HOME/bare.rhai, line 1, column 6: stopped after 20000000 steps; let tables do what the loop does (at `{ }`)"]),
        ("let a = [1]; loop { a += a; }", expect!["HOME/bare.rhai, line 1, column 23: stopped: the size of array/BLOB is past its limit of 10000 items; keep many values in a table or a column (at `+= a; }`)"]),
        ("t.n", expect!["HOME/bare.rhai, line 1, column 1: there is nothing called `t` here (at `t.n`)"]),
        ("stats::wilsn(8, 10)", expect!["HOME/bare.rhai, line 1, column 8: there is no function `wilsn` for (integer, integer); did you mean `wilson`? (at `wilsn(8, 10)`)"]),
    ] {
        write(text);
        expected.assert_eq(&nowhere.refused(&["metric", "eval", path]));
    }
    std::fs::write(&table, "n,who\n1,a\n\"2\"3,b\n").unwrap();
    expect!["HOME/t.csv, line 3, column 1: something stands after the closing quote; write a quote within a text twice"]
        .assert_eq(&nowhere.refused(&["metric", "eval", path, "--table", &bound]));
    let twice = ["metric", "eval", path, "--table", &bound, "--table", &bound];
    std::fs::write(&table, "n,who\n1,a\n").unwrap();
    expect!["HOME/t.csv: two tables are called `t`; give each a name of its own"].assert_eq(&nowhere.refused(&twice));
    let missing = nowhere.refused(&["metric", "eval", "missing.rhai"]);
    assert_eq!(missing, "missing.rhai: No such file or directory (os error 2)");
}
