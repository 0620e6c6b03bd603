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
    check(
        "integer",
        expect![[r#"plugin.toml: <option> = { type = "integer", default, min, max, unit? }"#]],
    );
    check("wilsn", expect![[r#"nothing; near Some("wilson")"#]]);
    check("photosynthesis", expect!["nothing; near None"]);
    check("", expect!["nothing; near None"]);
}

#[test]
fn the_whole_reference_has_every_entry_once_and_one_head() {
    let host = Host::new();
    let text = whole(host.items());
    let is_head = |line: &&str| line.starts_with("# ") && !line.starts_with("# gives: ");
    assert_eq!(text.lines().filter(is_head).count(), 1);
    let entries = text.lines().filter(|line| line.starts_with("### ")).count();
    assert_eq!(entries, host.items().len() + manifest::ITEMS.len());
    for item in host.items() {
        assert!(text.contains(&format!("\n`{}`\n\n{}\n", item.signature, item.doc)), "{item:?}");
        assert!(text.contains(item.example), "{item:?}");
    }
    let shown = text.matches("// gives: ").count();
    assert_eq!(shown, host.items().len());
    assert!(text.contains("\n- [plugin.toml](#plugintoml): `id` `name`"), "{text}");
}

#[test]
fn what_a_manifest_holds_is_found_by_its_name_and_by_that_of_its_options() {
    let host = Host::new();
    let names = |wanted: &str| -> Vec<(&'static str, &'static str)> {
        let found = look_up(host.items(), wanted).unwrap();
        let named = |one: &Section| -> Vec<(&'static str, &'static str)> {
            one.items.iter().map(|item| (one.title, item.name)).collect()
        };
        found.iter().flat_map(named).collect()
    };
    let whole = names("plugin.toml");
    assert_eq!(whole.len(), manifest::ITEMS.len());
    let mut types = whole[7..].to_vec();
    assert_eq!((types[0].1, types[3].1), ("options", "number"));
    types.push(("Output", "options"));
    assert_eq!(names("options"), types);
    let number = markdown(&look_up(host.items(), "number").unwrap());
    for part in ["`<option> = { type = \"number\", default, min, max, unit? }`", "```toml\n"] {
        assert!(number.contains(part), "{number}");
    }
    assert_eq!(names("report.options"), [("Output", "options")]);
}

/// The script at the head is one that runs.
#[test]
fn the_script_at_the_head_runs() {
    let script = HEAD.split("```rhai\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let report = crate::fixture::run(script).unwrap();
    assert_eq!(report.tables[0].rows.len(), 2);
}
