//! The table of the language: its examples run, and its signatures change only on purpose.

use expect_test::expect_file;

use crate::api;
use crate::fixture::text_of;
use crate::host::Host;

#[test]
fn every_example_gives_what_it_says() {
    let mut wrong = Vec::new();
    for item in Host::new().items() {
        let found = text_of(item.example);
        if found != item.gives {
            wrong
                .push(format!("{}: {} gives {found}, not {}", item.name, item.example, item.gives));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_entry_has_an_example() {
    let host = Host::new();
    let without: Vec<&str> = (host.items().iter())
        .filter(|item| item.example.is_empty())
        .map(|item| item.signature)
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}

#[test]
fn the_signatures_of_api_1() {
    let mut lines: Vec<String> = Host::new()
        .items()
        .iter()
        .map(|item| format!("{}: {}", item.group.title(), item.signature))
        .collect();
    lines.sort();
    expect_file!["signatures.txt"].assert_eq(&(lines.join("\n") + "\n"));
}

/// What every value can do, and what is registered so that it is refused with advice.
const OF_EVERY_VALUE: [&str; 5] = ["to_string", "to_debug", "contains", "sort", "!"];

/// Operators are items by the first of their kind.
const OPERATORS: [&str; 18] = [
    "==", "!=", "<", "<=", ">", ">=", "&", "|", "&&", "||", "+", "-", "*", "/", "%", "**", "+=",
    "-=",
];

#[test]
fn every_function_has_an_entry() {
    let api = api::build();
    let is_known = |name: &str| api.items.iter().any(|item| item.name == name);
    let without: Vec<_> = (api.natives.iter())
        .filter(|(name, _)| !is_known(name))
        .filter(|(name, _)| !OF_EVERY_VALUE.contains(name) && !OPERATORS.contains(name))
        .collect();
    assert!(without.is_empty(), "{without:#?}");
}

/// The types of all arguments: an overload that changes is a change of the API, whichever entry of
/// the reference tells of it.
#[test]
fn the_arguments_of_api_1() {
    let api = api::build();
    let words = |types: &str| -> String {
        let paths = types.split(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
        let names = paths.filter_map(|path| path.rsplit("::").next());
        let names = names.filter(|name| !name.is_empty() && *name != "Mut" && *name != "mut");
        names.collect::<Vec<_>>().join(", ")
    };
    let line = |(name, types): &(&str, &str)| format!("{name}({})", words(types));
    let mut lines: Vec<String> = api.natives.iter().map(line).collect();
    lines.sort();
    lines.dedup();
    expect_file!["arguments.txt"].assert_eq(&(lines.join("\n") + "\n"));
}
