//! What a script cannot do, each with its refusal; and that it can always be stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sheaf_analytics::Budget;

use super::table::LONG;
use crate::Host;
use crate::error::MetricError;
use crate::fixture;
use crate::options::Options;
use crate::run::RunContext;

/// Far more than the 50 ms that are promised: the machine of a test may be busy.
const AMPLE: Duration = Duration::from_secs(5);

/// Runs the statements as the body of a metric.
#[track_caller]
fn check(body: &str, expected: Expect) {
    let script = format!("fn run(cx, p) {{ {body}; report(\"end\").done() }}");
    check_script(&script, expected);
}

#[track_caller]
fn check_script(script: &str, expected: Expect) {
    let found = match fixture::run(script) {
        Ok(report) => format!("ran to its end, printed {} lines", report.printed.len()),
        Err(error) => error.to_string(),
    };
    expected.assert_eq(&crate::fixture::folded(&found));
}

#[test]
fn nothing_can_be_loaded() {
    check_script(
        "import \"x\" as y; fn run(cx, p) { report(\"end\").done() }",
        expect![[r#"
        metric.rhai, line 1, column 1: 'import' is a reserved keyword: a metric
        cannot load or run other code (at `import "x" as y; fn run(cx, p) {
        report("end").d…`)"#]],
    );
    check(
        "eval(\"1\")",
        expect![[r#"
        metric.rhai, line 1, column 17: reserved keyword 'eval' is disabled: a
        metric cannot load or run other code (at `eval("1"); report("end").done()
        }`)"#]],
    );
    check(
        "other::name()",
        expect![[r#"
        metric.rhai, line 1, column 17: there is no module `other`; a metric has
        `stats` alone (at `other::name(); report("end").done() }`)"#]],
    );
}

#[test]
fn there_is_no_clock_and_no_waiting() {
    check(
        "sleep(1)",
        expect![[r#"
        metric.rhai, line 1, column 17: there is no function `sleep` for (integer)
        (at `sleep(1); report("end").done() }`)"#]],
    );
    check(
        "timestamp()",
        expect![[r#"
            metric.rhai, line 1, column 17: there is no function `timestamp`; did you
            mean `time`? (at `timestamp(); report("end").done() }`)"#]],
    );
    check(
        "exit()",
        expect![[r#"
            metric.rhai, line 1, column 17: there is no function `exit`; did you mean
            `unit`? (at `exit(); report("end").done() }`)"#]],
    );
}

#[test]
fn loops_and_calls_end() {
    check(
        "loop { }",
        expect![[r#"
            metric.rhai, line 1, column 1: stopped after 20000000 steps; let tables do
            what the loop does (at `fn run(cx, p) { loop { }; report("end").done() }`)"#]],
    );
    check(
        "let x = 0; while true { x += 1; }",
        expect![[r#"
        metric.rhai, line 1, column 41: stopped after 20000000 steps; let tables do
        what the loop does (at `x += 1; }; report("end").done() }`)"#]],
    );
    check_script(
        "fn f(n) { f(n + 1) } fn run(cx, p) { f(0) }",
        expect![[r#"
            metric.rhai, line 1, column 22: stopped: calls are nested more than 24 deep
            (at `fn run(cx, p) { f(0) }`)"#]],
    );
}

#[test]
fn memory_is_bounded() {
    check(
        "let s = \"x\"; loop { s += s; }",
        expect![[r#"
            metric.rhai, line 1, column 1: stopped: the length of string is past its
            limit of 65536 bytes; keep many values in a table or a column (at `fn
            run(cx, p) { let s = "x"; loop { s += s; }; r…`)"#]],
    );
    check(
        "let a = []; loop { a.push(1); }",
        expect![[r#"
            metric.rhai, line 1, column 1: stopped: the size of array/BLOB is past its
            limit of 10000 items; keep many values in a table or a column (at `fn
            run(cx, p) { let a = []; loop { a.push(1); };…`)"#]],
    );
    check(
        "let a = []; a.pad(100000000, 1)",
        expect![[r#"
            metric.rhai, line 1, column 1: stopped: the size of array/BLOB is past its
            limit of 10000 items; keep many values in a table or a column (at `fn
            run(cx, p) { let a = []; a.pad(100000000, 1);…`)"#]],
    );
    check(
        "let s = \"x\"; s.pad(100000000, 'x')",
        expect![[r#"
            metric.rhai, line 1, column 1: stopped: the length of string is past its
            limit of 65536 bytes; keep many values in a table or a column (at `fn
            run(cx, p) { let s = "x"; s.pad(100000000, 'x…`)"#]],
    );
    check(
        "let m = #{}; let i = 0; loop { m[i.to_string()] = i; i += 1; }",
        expect![[r#"
        metric.rhai, line 1, column 48: stopped: its variables hold more than 50000
        items or 16 MB of text; keep many values in a table or a column (at
        `m[i.to_string()] = i; i += 1; }; report("end").d…`)"#]],
    );
    check(
        "let m = #{ x: #{} }; let i = 0; loop { m.x[`k${i}`] = i; i += 1; }",
        expect![[r#"
        metric.rhai, line 1, column 74: stopped: its variables hold more than 50000
        items or 16 MB of text; keep many values in a table or a column (at `i += 1;
        }; report("end").done() }`)"#]],
    );
    check(
        "let a = []; a.pad(9000, 1); let m = #{}; let i = 0; loop { m[`k${i}`] = a; i += 1; }",
        expect![[r#"
            metric.rhai, line 1, column 76: stopped: its variables hold more than 50000
            items or 16 MB of text; keep many values in a table or a column (at
            `m[`k${i}`] = a; i += 1; }; report("end").done()…`)"#]],
    );
    check_script(
        "fn grow() { loop { this[this.len().to_string()] = 1; } } \
         fn run(cx, p) { let m = #{}; m.grow() }",
        expect![[r#"
            metric.rhai, line 1, column 58: stopped: the size of object map is past its
            limit of 2000 entries; keep many values in a table or a column (at `fn
            run(cx, p) { let m = #{}; m.grow() }`)"#]],
    );
}

#[test]
fn printing_is_bounded() {
    check("print(\"once\")", expect!["ran to its end, printed 1 lines"]);
    check(
        "loop { print(\"again\"); }",
        expect![[r#"
            metric.rhai, line 1, column 1: stopped: it printed more than 200 lines or 64
            kB (at `fn run(cx, p) { loop { print("again"); }; report…`)"#]],
    );
    check(
        "let s = \"x\"; s.pad(60000, 'x'); loop { print(s); }",
        expect![[r#"
        metric.rhai, line 1, column 62: stopped: it printed more than 200 lines or
        64 kB (at `s); }; report("end").done() }`)"#]],
    );
}

#[test]
fn sources_are_bounded() {
    check(
        &format!("let x = \"{}\"", "x".repeat(70_000)),
        expect![[r#"
        metric.rhai, line 1, column 25: length of string exceeds the maximum limit
        (65536); split the expression into steps (at
        `"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…`)"#]],
    );
    check(
        &format!("let x = {}1{}", "(".repeat(500), ")".repeat(500)),
        expect![[r#"
        metric.rhai, line 1, column 47: expression exceeds maximum complexity; split
        the expression into steps (at
        `((((((((((((((((((((((((((((((((((((((((((((((((…`)"#]],
    );
    check(
        &format!("let x = {}", vec!["1"; 3000].join(" + ")),
        expect![[r#"
        metric.rhai, line 1, column 195: expression exceeds maximum complexity;
        split the expression into steps (at `+ 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1
        + 1 + 1…`)"#]],
    );
    let long = format!("fn run(cx, p) {{ }} // {}", "x".repeat(300_000));
    check_script(&long, expect!["`metric.rhai` of the metric: 300021 bytes are more than 262144"]);
}

#[test]
fn an_error_in_a_callback_has_its_place() {
    check(
        "[1, 2].map(|x| x.nothing)",
        expect![[r#"
        metric.rhai, line 1, column 34: this integer has no `nothing` (at `nothing);
        report("end").done() }`)"#]],
    );
    check(
        "[3, 1].sort(|a, b| throw \"no\")",
        expect![[r#"
        metric.rhai, line 1, column 24: an array is sorted without a function; order
        a table with `.sort("-n")` (at `sort(|a, b| throw "no");
        report("end").done() }`)"#]],
    );
}

/// What takes the place of functions of the language does what they did.
#[test]
fn mapping_and_replacing_are_as_the_language_has_them() {
    for (expression, expected) in [
        ("[1, 2].map(|x| x * 2).to_string()", "[2, 4]"),
        ("[5, 5].map(|x, i| x * i).to_string()", "[0, 5]"),
        ("[1, 2].map(|| this + 1).to_string()", "[2, 3]"),
        ("#{ a: 1 }.map(|k| this + k.len()).to_string()", "#{\"a\": 2}"),
        ("#{ a: 1 }.map(|k, v| `${k}${v}`).to_string()", "#{\"a\": \"a1\"}"),
        ("{ let s = \"a-b-c\"; s.replace(\"-\", \", \"); s }", "a, b, c"),
        ("{ let s = \"a-b\"; s.replace('-', \"+\"); s }", "a+b"),
        ("{ let s = \"abc\"; s.replace(\"x\", \"y\"); s }", "abc"),
    ] {
        assert_eq!(fixture::text_of(expression), expected, "{expression}");
    }
}

#[test]
fn the_names_of_the_language_cannot_be_taken() {
    check_script(
        "fn col(x) { 1 } fn run(cx, p) { col(\"a\") == 3; report(\"end\").done() }",
        expect![[r#"
            metric.rhai, line 1, column 1: `col` is a name of the language; call the
            function something else (at `fn col(x) { 1 } fn run(cx, p) { col("a") == 3;
            r…`)"#]],
    );
    check("let report = 3; report(\"x\")", expect!["ran to its end, printed 0 lines"]);
    check_script(
        "fn wilson(x, n) { 1 } fn run(cx, p) { report(stats::wilson(8, 20).words).done() }",
        expect![[r#"
            metric.rhai, line 1, column 1: `wilson` is a name of the language; call the
            function something else (at `fn wilson(x, n) { 1 } fn run(cx, p) {
            report(sta…`)"#]],
    );
}

/// Additions are free: a metric that had a function of this name before the word came goes on as
/// it was, and where it has none the word is there.
#[test]
fn a_function_of_a_script_wins_over_a_word_that_was_added() {
    check_script(
        "fn minutes(n) { `${n} minutes` } \
         fn run(cx, p) { print(minutes(3)); report(minutes(3)).done() }",
        expect!["ran to its end, printed 1 lines"],
    );
    let own = "fn minutes(n) { `${n} minutes` } fn run(cx, p) { report(minutes(3)).done() }";
    assert_eq!(fixture::run(own).unwrap().title, "3 minutes");
    let word = "fn run(cx, p) { report(minutes(\"periods\").to_string()).done() }";
    assert_eq!(fixture::run(word).unwrap().title, "pupil-minutes");
    // A word of another number of arguments is another word.
    let other = "fn minutes(a, b) { a + b } \
                 fn run(cx, p) { report(`${minutes(1, 2)} ${minutes(\"periods\")}`).done() }";
    assert_eq!(fixture::run(other).unwrap().title, "3 pupil-minutes");
}

#[test]
fn misspelt_names_are_told_with_the_nearest() {
    check(
        "cx.room_referals",
        expect![[r#"
        metric.rhai, line 1, column 19: there is no table `room_referals`; did you
        mean `room_referrals`? (at `.room_referals; report("end").done() }`)"#]],
    );
    check(
        "cx.incidents.filter(col(\"loction\") == \"x\").collect()",
        expect![[r#"
            metric.rhai, line 1, column 41: table `incidents` has no column `loction`;
            did you mean `location`? (at `"loction") == "x").collect();
            report("end").done…`)"#]],
    );
    check(
        "cx.room_referrals.fliter(col(\"x\") == 1)",
        expect![[r#"
        metric.rhai, line 1, column 35: there is no function `fliter` for (table,
        expression); did you mean `filter`? (at `fliter(col("x") == 1);
        report("end").done() }`)"#]],
    );
    check(
        "p.horizn",
        expect![[r#"
        metric.rhai, line 1, column 18: there is no option `horizn`; did you mean
        `horizon`? (at `.horizn; report("end").done() }`)"#]],
    );
    check(
        "stats::wilsn(1, 2)",
        expect![[r#"
        metric.rhai, line 1, column 24: there is no function `wilsn` for (integer,
        integer); did you mean `wilson`? (at `wilsn(1, 2); report("end").done() }`)"#]],
    );
    check(
        "stats::wilson(8, 20, #{ levle: 0.9 })",
        expect![[r#"
        metric.rhai, line 1, column 24: stats::wilson has no option `levle`; did you
        mean `level`? (at `wilson(8, 20, #{ levle: 0.9 }); report("end").do…`)"#]],
    );
    check(
        "stats::wilson(8, 20).wrods",
        expect![[r#"
        metric.rhai, line 1, column 37: an estimate has no `wrods`; did you mean
        `words`? (at `.wrods; report("end").done() }`)"#]],
    );
}

#[test]
fn names_that_are_not_there_are_told() {
    check(
        "reprot(\"x\")",
        expect![[r#"
        metric.rhai, line 1, column 17: there is no function `reprot` for (text);
        did you mean `report`? (at `reprot("x"); report("end").done() }`)"#]],
    );
    check(
        "let x = horizn",
        expect![[r#"
        metric.rhai, line 1, column 25: there is nothing called `horizn` here (at
        `horizn; report("end").done() }`)"#]],
    );
    check(
        "cx.staff",
        expect![[r#"
        metric.rhai, line 1, column 19: `staff` is not in `reads` of plugin.toml;
        add it there (at `.staff; report("end").done() }`)"#]],
    );
    check(
        "chart(\"pie\")",
        expect![[r#"
            metric.rhai, line 1, column 17: there is no chart `pie`; there is line,
            step, bar, points, forest, spc, phase, heat, pareto, funnel (at
            `chart("pie"); report("end").done() }`)"#]],
    );
    check(
        "report(\"x\").finding(#{ level: \"warn\", text: \"x\" })",
        expect![[r#"
        metric.rhai, line 1, column 29: `level` of finding cannot be `warn`; there
        is info, watch, act, refused (at `finding(#{ level: "warn", text: "x" });
        report("…`)"#]],
    );
}

#[test]
fn expressions_have_no_silent_traps() {
    for other in ["()", "1.5", "[1]", "#{}", "'c'", "count()"] {
        for sign in ["==", "!=", "<", ">="] {
            for body in [
                format!("let c = col(\"severity\") {sign} {other}; print(c)"),
                format!("let c = {other} {sign} col(\"severity\"); print(c)"),
            ] {
                let script = format!("fn run(cx, p) {{ {body}; report(\"end\").done() }}");
                assert!(matches!(fixture::run(&script), Err(MetricError::Script(_))), "{body}");
            }
        }
    }
}

/// The manifest names one column of `pupils`, and no other is there, whatever is done with it.
#[test]
fn a_column_that_reads_does_not_list_is_refused_by_every_verb() {
    let asked = |verb: &str| fixture::text_of(&format!("cx.pupils{verb}.collect().len"));
    for verb in [
        "",
        ".filter(col(\"sen_status\") == \"K\").columns([\"year_group\"])",
        ".group(\"sen_status\").agg(#{ n: count() })",
        ".add(#{ s: col(\"sen_status\") }).columns([\"s\"])",
        ".sort(\"sen_status\").columns([\"year_group\"])",
        ".columns([\"sen_status\"])",
    ] {
        let found = asked(verb);
        assert!(found.contains("is not in `reads` of plugin.toml"), "{verb}: {found}");
    }
    let joined = fixture::text_of("cx.room_referrals.join(cx.pupils, \"pupil\").collect().len");
    assert!(joined.contains("is not in `reads` of plugin.toml"), "{joined}");
    assert_eq!(asked(".columns([\"year_group\"])"), "10");
}

#[test]
fn traps_say_what_to_write_instead() {
    check(
        "col(\"location\") == ()",
        expect![[r#"
        metric.rhai, line 1, column 33: a column is not compared with (); use
        `.is_null()` (at `== (); report("end").done() }`)"#]],
    );
    check(
        "() == col(\"location\")",
        expect![[r#"
        metric.rhai, line 1, column 20: a column is not compared with (); use
        `.is_null()` (at `== col("location"); report("end").done() }`)"#]],
    );
    check(
        "(col(\"a\") == 1) && (col(\"b\") == 2)",
        expect![[r#"
        metric.rhai, line 1, column 27: a condition on columns is not true or false
        by itself: join conditions with `&` and `|`, and choose with
        `when(..).then(..).otherwise(..)` (at `== 1) && (col("b") == 2);
        report("end").done() }`)"#]],
    );
    check(
        "(col(\"a\") == 1) || (col(\"b\") == 2)",
        expect![[r#"
        metric.rhai, line 1, column 27: a condition on columns is not true or false
        by itself: join conditions with `&` and `|`, and choose with
        `when(..).then(..).otherwise(..)` (at `== 1) || (col("b") == 2);
        report("end").done() }`)"#]],
    );
    check(
        "if col(\"a\") == 1 { print(1) }",
        expect![[r#"
        metric.rhai, line 1, column 29: a condition on columns is not true or false
        by itself: join conditions with `&` and `|`, and choose with
        `when(..).then(..).otherwise(..)` (at `== 1 { print(1) };
        report("end").done() }`)"#]],
    );
    check(
        "col(\"a\") / 2",
        expect![[r#"
        metric.rhai, line 1, column 26: `/` does not work on columns: a share or a
        rate keeps its two parts (at `/ 2; report("end").done() }`)"#]],
    );
    check(
        "cx.incidents.filter(true)",
        expect![[r#"
        metric.rhai, line 1, column 30: `filter` needs a condition on columns, as in
        `col("severity") >= 3`, not true or false (at `filter(true);
        report("end").done() }`)"#]],
    );
    check(
        "cx.incidents.filter(1 == 1)",
        expect![[r#"
        metric.rhai, line 1, column 30: `filter` needs a condition on columns, as in
        `col("severity") >= 3`, not true or false (at `filter(1 == 1);
        report("end").done() }`)"#]],
    );
    check(
        "let g = cx.room_referrals.gaps(#{}).collect(); g.gap == 3",
        expect![[r#"
        metric.rhai, line 1, column 70: a whole column is not compared; filter the
        table with `col("name")` instead (at `== 3; report("end").done() }`)"#]],
    );
}

#[test]
fn both_orders_and_in_make_conditions() {
    for condition in [
        "3 <= col(\"severity\")",
        "\"x\" == col(\"location\")",
        "col(\"severity\") in [4, 5]",
        "!(col(\"severity\") in [4, 5])",
        "col(\"location\").is_null() | col(\"severity\") >= 4 & true",
    ] {
        assert_eq!(fixture::text_of(&format!("type_of({condition})")), "expression", "{condition}");
    }
}

/// Whatever it does: in a loop, in functions of the language that take long, in a callback of one.
#[test]
fn a_cancelled_run_stops_at_once() {
    for body in [
        "loop { }",
        "loop { let s = \"\"; s.pad(60000, \"xy\"); }",
        "let a = []; a.pad(9999, 1); loop { a.map(|x| x + 1); }",
        "loop { cx.room_referrals.group(\"year_group\").agg(#{ n: count() }).collect(); }",
        LONG,
    ] {
        cancelled(format!("fn run(cx, p) {{ {body} }}"));
    }
}

fn cancelled(script: String) {
    let switch = Arc::new(AtomicBool::new(false));
    let budget = Budget::cancelled_by(Arc::clone(&switch));
    let run = std::thread::spawn(move || {
        let result = fixture::run_within(&script, budget);
        (result, Instant::now())
    });
    std::thread::sleep(Duration::from_millis(30));
    let thrown = Instant::now();
    switch.store(true, Ordering::Relaxed);
    let (result, stopped) = run.join().unwrap();
    assert_eq!(result.unwrap_err(), MetricError::Cancelled);
    assert!(stopped.duration_since(thrown) < AMPLE);
}

#[test]
fn a_run_ends_at_its_deadline() {
    for body in ["loop { }", LONG] {
        let begun = Instant::now();
        let budget = Budget::default().until(begun + Duration::from_millis(50));
        let error = fixture::run_within(&format!("fn run(cx, p) {{ {body} }}"), budget);
        let error = error.unwrap_err();
        assert!(matches!(error, MetricError::Limit(_)), "{error}");
        assert!(begun.elapsed() < AMPLE, "{body}: {:?}", begun.elapsed());
    }
}

/// Without a deadline of its own a run has that of its patience, in whatever is asked of the data
/// as well.
#[test]
fn a_run_without_a_deadline_has_the_patience_of_whoever_asked() {
    let package = fixture::package(&format!("fn run(cx, p) {{ {LONG} }}"));
    let options = Options::resolve(&package.manifest, &[]).unwrap();
    let context = RunContext::new(fixture::scope(), Budget::default());
    let context = context.within(Duration::from_millis(50));
    let error = Host::new().run(&package, &options, &context).unwrap_err();
    assert!(matches!(error, MetricError::Limit(_)), "{error}");
}

#[test]
fn changed_and_random_scripts_end_without_a_panic() {
    let script = include_str!("../../../../plugins/repeat-referrals/metric.rhai");
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for round in 0..300 {
        let mut bytes = if round % 5 == 0 {
            (0..200).map(|_| random.next_u64() as u8).collect()
        } else {
            script.as_bytes().to_vec()
        };
        for _ in 0..=random.next_u64() % 4 {
            let at = random.next_u64() as usize % bytes.len();
            match random.next_u64() % 4 {
                0 => bytes[at] = random.next_u64() as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"(){}[].,;\"`#"[random.next_u64() as usize % 12]),
                _ => {
                    let to = (at + random.next_u64() as usize % 40).min(bytes.len());
                    let piece: Vec<u8> = bytes[at..to].to_vec();
                    let into = random.next_u64() as usize % bytes.len();
                    bytes.splice(into..into, piece);
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let begun = Instant::now();
        let budget = Budget::default().until(begun + Duration::from_millis(500));
        if let Err(error) = fixture::run_within(&text, budget) {
            assert!(!error.to_string().is_empty());
        }
        assert!(begun.elapsed() < AMPLE, "round {round}: {:?}", begun.elapsed());
    }
}
