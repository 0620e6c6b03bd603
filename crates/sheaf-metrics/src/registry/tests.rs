//! The table of the language: its examples run, and its signatures change only on purpose.

use expect_test::expect_file;

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
