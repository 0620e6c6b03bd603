//! Everything that a script was seen or thought to try, and how each ends: what docs/sandbox.md
//! shows. A row that runs to its end fails; so does a page that says something else.

use std::fmt::Write;
use std::time::{Duration, Instant};

use expect_test::expect_file;
use sheaf_analytics::Budget;

use crate::fixture;

/// What is tried, and the statements that try it.
type Row = (&'static str, &'static str);

const OUTSIDE: &[Row] = &[
    ("load other code", "import \"x\" as y;"),
    ("run text as code", "eval(\"1 + 1\")"),
    ("the same by a function pointer", "Fn(\"eval\").call(\"1 + 1\")"),
    ("give names to other code", "let x = 1; export x as y;"),
    ("a module that is not there", "fs::read(\"/etc/passwd\")"),
    ("open a file", "open_file(\"/etc/passwd\")"),
    ("write a file", "write(\"/tmp/x\", \"x\")"),
    ("ask the network", "http_get(\"http://example.org\")"),
    ("read the environment", "env(\"HOME\")"),
    ("start a program", "system(\"ls\")"),
    ("read the clock", "timestamp()"),
    ("wait", "sleep(60)"),
    ("end the program", "exit(1)"),
    ("draw a random number", "rand()"),
    ("read text as data", "parse_json(\"[[[[[[[[1]]]]]]]]\")"),
    ("bytes without a form", "blob(1000000000)"),
    ("a table that the manifest does not name", "cx.staff"),
    (
        "a column that the manifest does not name",
        "cx.pupils.filter(col(\"sen_status\") == \"K\").columns([\"year_group\"]).collect()",
    ),
    ("a column that does not exist", "cx.incidents.filter(col(\"narrative\") == \"x\").collect()"),
    ("the id of a pupil that it made up", "report(\"x\").list(\"All\", [\"Ana\"], #{})"),
];

const TIME: &[Row] = &[
    ("a loop without end", "loop { }"),
    ("the same with something to do", "let x = 0; while true { x += 1; }"),
    ("a loop that catches its end", "loop { try { loop { } } catch { } }"),
    ("a long range", "for x in 0..1000000000000 { }"),
    ("a loop in a choice", "switch 1 { 1 => loop { } }"),
    ("a function that calls itself", "let f = |g| g.call(g); f.call(f)"),
];

/// What no number of steps tells: the deadline ends it, here a short one.
const SLOW: &[Row] = &[
    ("slow work of one function, again and again", "loop { let s = \"\"; s.pad(60000, \"xy\"); }"),
    ("a statistic that takes long", LONG),
];

/// A statistic that takes far longer than any of these tests has time: each of ten thousand events
/// is compared with each.
pub const LONG: &str = "let id = [1, 2, 3, 4, 5, 6, 7]; id.pad(9999, 8); let x = column(id); \
                        let none = [0]; none.pad(9999, 0); let from = column(none); \
                        stats::recurrent_regression(x, from, x, column(id.map(|one| 1)), #{ a: x, \
                        b: x, c: x, d: x, e: x, f: x })";

/// What somebody cancels a moment after it began.
const CANCELLED: &[Row] = &[("a statistic that somebody cancels", LONG)];

const MEMORY: &[Row] = &[
    ("a text that doubles", "let s = \"x\"; loop { s += s; }"),
    ("the same in a text with holes", "let s = \"x\"; loop { s = `${s}${s}`; }"),
    ("one long text", "let s = \"x\"; s.pad(100000000, 'x')"),
    (
        "a text put into itself at each letter",
        "let s = \"\"; s.pad(60000, 'x'); let t = s; s.replace(\"x\", t)",
    ),
    ("the same by a letter", "let s = \"\"; s.pad(60000, 'x'); let t = s; s.replace('x', t)"),
    (
        "a text between all letters",
        "let s = \"\"; s.pad(60000, 'x'); let t = s; s.replace(\"\", t)",
    ),
    ("a text taken apart", "let s = \"\"; s.pad(60000, 'x'); s.split(\"\")"),
    ("an array that grows", "let a = []; loop { a.push(1); }"),
    ("an array that doubles", "let a = [1]; loop { a += a; }"),
    ("one long array", "let a = []; a.pad(100000000, 1)"),
    ("an array of itself", "let a = []; loop { a = [a, a]; }"),
    ("arrays in arrays", "let a = []; loop { a = [a]; }"),
    ("a map that grows", "let m = #{}; let i = 0; loop { m[`k${i}`] = i; i += 1; }"),
    (
        "a map in a map that grows",
        "let m = #{ x: #{} }; let i = 0; loop { m.x[`k${i}`] = i; i += 1; }",
    ),
    ("a map of itself", "let m = #{}; loop { m = #{ a: m, b: m }; }"),
    (
        "large arrays in a map",
        "let a = []; a.pad(9000, 1); let m = #{}; let i = 0; loop { m[`k${i}`] = a; i += 1; }",
    ),
    (
        "large arrays made one for each item",
        "let a = []; a.pad(9999, 1); a.map(|x| { let r = []; r.pad(9999, 1); r })",
    ),
    (
        "long texts made one for each item",
        "let a = []; a.pad(9999, 1); let s = \"\"; s.pad(60000, 'x'); a.map(|x| `${x}${s}`)",
    ),
    (
        "large arrays made one for each entry",
        "let m = #{}; for i in 0..1000 { m[`k${i}`] = i; } \
         m.map(|k| { let r = []; r.pad(9999, 1); r })",
    ),
    ("a function that carries itself", "let f = Fn(\"abs\"); loop { f = f.curry(f); }"),
    ("closures in closures", "let f = || 1; loop { let g = f; f = || g; }"),
    ("two closures in each closure", "let f = || 1; loop { let g = f; let h = f; f = || [g, h]; }"),
    (
        "a closure that holds what holds it",
        "let a = [1]; let f = || a; a.push(f); loop { a.push(f); }",
    ),
    ("printing without end", "loop { print(\"x\"); }"),
    ("printing long texts", "let s = \"\"; s.pad(60000, 'x'); loop { print(s); }"),
    ("a report without end", "let out = report(\"x\"); loop { out.caveat(\"x\"); }"),
    (
        "a statistic with a group for each value",
        "let g = []; for i in 0..2000 { g.push(i); } let e = g.map(|x| 1); \
         throw stats::logrank(g, e, g).why",
    ),
    ("an expression that doubles", "let e = col(\"severity\"); loop { e = e + e; }"),
    (
        "the same in a choice",
        "let e = col(\"severity\") > 1; loop { e = when(e).then(e).otherwise(e); }",
    ),
    ("an expression that grows", "let e = col(\"severity\"); loop { e = e + 1; }"),
    ("a condition on a condition", "let e = col(\"in_conflict\"); loop { e = !e; }"),
    (
        "large expressions in an array",
        "let v = []; v.pad(4000, 1); let e = col(\"severity\").is_in(v); let a = []; \
         loop { a.push(e); }",
    ),
    ("a ratio of ratios", "let r = count(); loop { r = ratio(r, r); }"),
    (
        "a table with more and more steps",
        "let t = cx.incidents; loop { t = t.filter(col(\"severity\") > 1); }",
    ),
    (
        "a table looked up in itself",
        "let t = cx.incidents; loop { t = t.join(t, \"incident_id\"); }",
    ),
    (
        "large tables in an array",
        "let v = []; v.pad(4000, 1); let t = cx.incidents.filter(col(\"severity\").is_in(v)); \
         let a = []; loop { a.push(t); }",
    ),
    (
        "measures of large tables in an array",
        "let v = []; v.pad(4000, 1); let t = cx.incidents.filter(col(\"severity\").is_in(v)); \
         let a = []; loop { a.push(measure(\"x\").events(t)); }",
    ),
    ("variables without end", "let s = \"x\"; s.pad(60000, 'x'); let a = [s]; loop { a.push(s); }"),
];

/// Sources that are made here, because they are long.
fn sources() -> Vec<(&'static str, String)> {
    vec![
        ("a long text in the source", format!("let x = \"{}\"", "x".repeat(70_000))),
        ("deep brackets", format!("let x = {}1{}", "(".repeat(500), ")".repeat(500))),
        ("deep arrays", format!("let x = {}1{}", "[".repeat(500), "]".repeat(500))),
        ("deep blocks", format!("{}{}", "{".repeat(500), "}".repeat(500))),
        ("deep conditions", format!("{} 1 {}", "if true {".repeat(500), "}".repeat(500))),
        ("a long sum", format!("let x = {}", vec!["1"; 3000].join(" + "))),
        ("a chain of calls", format!("let x = 1{}", ".abs()".repeat(3000))),
        ("a long array in the source", format!("let x = [{}]", "1,".repeat(20_000))),
        ("a source that is too long", format!("// {}\n", "x".repeat(300_000))),
        ("signs that are no text of the language", "\u{0}\u{1}\u{feff}\u{202e}".to_owned()),
    ]
}

/// How statements end as the body of a metric.
#[track_caller]
fn ends(what: &str, body: &str, budget: Budget) -> String {
    let script = format!("fn run(cx, p) {{ {body}; report(\"end\").done() }}");
    match fixture::run_within(&script, budget) {
        Ok(_) => panic!("{what}: it ran to its end"),
        // The page needs no place: each script is one line.
        Err(error) => {
            let text = error.to_string();
            let text = text.split(" (at `").next().unwrap_or_default();
            let place = text.find(": ").map_or(0, |at| at + 2);
            let shown = |letter: char| match letter.is_control() {
                true => letter.escape_unicode().to_string(),
                false => letter.to_string(),
            };
            text[place..].chars().map(shown).collect()
        }
    }
}

/// A budget that is cancelled while the script runs.
fn cancelled_soon() -> Budget {
    let budget = Budget::default();
    let switch = budget.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        switch.cancel();
    });
    budget
}

fn section(page: &mut String, title: &str, columns: &[&str]) {
    let line = "---|".repeat(columns.len());
    write!(page, "\n## {title}\n\n| {} |\n|{line}\n", columns.join(" | ")).unwrap();
}

fn rows(page: &mut String, rows: &[Row], budget: &dyn Fn() -> Budget) {
    for (what, body) in rows {
        let cell = |text: &str| text.replace('|', "\\|");
        let code = format!("`` {} ``", cell(body));
        writeln!(page, "| {what} | {code} | {} |", cell(&ends(what, body, budget()))).unwrap();
    }
}

#[test]
fn the_page_says_what_comes_of_each() {
    let mut page = "# What a metric cannot do\n\n\
        Each row is run by a test, and this page is what came of it: `scripts/sandbox` writes it.\n\
        A script has an engine with nothing of the outside in it, and every limit below is set in \
        `crates/sheaf-metrics/src/limits.rs`.\n\
        A run that is cancelled ends at the next step, whatever it does; statistics look at the \
        switch and the clock while they work.\n\
        None of this makes a script right: that is what review, approval and examples are for.\n"
        .to_owned();
    let columns = ["what is tried", "script", "what comes back"];
    let soon = || Budget::default().until(Instant::now() + Duration::from_millis(300));
    section(&mut page, "Reaching outside", &columns);
    rows(&mut page, OUTSIDE, &Budget::default);
    section(&mut page, "Taking time", &columns);
    rows(&mut page, TIME, &Budget::default);
    rows(&mut page, SLOW, &soon);
    rows(&mut page, CANCELLED, &cancelled_soon);
    section(&mut page, "Taking memory", &columns);
    rows(&mut page, MEMORY, &Budget::default);
    section(&mut page, "Sources", &["what is tried", "what comes back"]);
    for (what, source) in sources() {
        let end = ends(what, &source, Budget::default()).replace('|', "\\|");
        writeln!(page, "| {what} | {end} |").unwrap();
    }
    expect_file!["../../../../docs/sandbox.md"].assert_eq(&page);
}
