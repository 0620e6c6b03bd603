//! The reference says everything once, and finds what is asked for.

use expect_test::{Expect, expect};

use super::*;
use crate::host::Host;

/// Headings and names of what is found for a word.
#[track_caller]
fn check(wanted: &str, expected: Expect) {
    let host = Host::new();
    let found = match look_up(host.items(), wanted) {
        Ok(found) => {
            let line = |one: &Section| {
                let signatures: Vec<&str> = one.items.iter().map(|item| item.signature).collect();
                format!("{}: {}", one.title, signatures.join("; "))
            };
            found.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Err(near) => format!("nothing; near {near:?}"),
    };
    expected.assert_eq(&found);
}

#[test]
fn a_name_is_found_however_it_is_written() {
    for wanted in ["wilson", "stats::wilson", "stats::wilson(48, 100)"] {
        check(wanted, expect!["Statistics: stats::wilson(x, n, #{level}) -> estimate"]);
    }
    check("table.filter", expect!["Tables: table.filter(condition) -> table"]);
    check(".filter", expect!["Tables: table.filter(condition) -> table"]);
    check(
        "school_days",
        expect![[r#"
        Expressions: school_days(from, to) -> expression
        Calendar: calendar.school_days(period) -> integer"#]],
    );
    check("calendar.school_days", expect!["Calendar: calendar.school_days(period) -> integer"]);
    check("==", expect!["Expressions: expression == value -> condition"]);
    check("wilsn", expect![[r#"nothing; near Some("wilson")"#]]);
    check("photosynthesis", expect!["nothing; near None"]);
    check("", expect!["nothing; near None"]);
}

#[test]
fn the_whole_reference_has_every_entry_once_and_one_head() {
    let host = Host::new();
    let text = whole(host.items());
    assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 1);
    let entries = text.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(entries, host.items().len());
    for item in host.items() {
        assert!(text.contains(&format!("\n`{}`\n\n{}\n", item.signature, item.doc)), "{item:?}");
        assert!(text.contains(item.example), "{item:?}");
    }
    let shown = text.matches("// gives: ").count();
    assert_eq!(shown, entries);
}

/// The script at the head is one that runs.
#[test]
fn the_script_at_the_head_runs() {
    let script = HEAD.split("```rhai\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let report = crate::fixture::run(script).unwrap();
    assert_eq!(report.tables[0].rows.len(), 2);
}
