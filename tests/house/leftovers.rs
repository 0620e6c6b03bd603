//! Nothing unnamed, undone or unexplained lies about.

use std::collections::BTreeSet;

use crate::{none, root, rust_files};

/// Everything that may stand in the root folder.
const ROOT: [&str; 22] = [
    ".ci",
    ".git",
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "clippy.toml",
    "crates",
    "docs",
    "out",
    "plugins",
    "rustfmt.toml",
    "scripts",
    "target",
    "tests",
    ".gitattributes",
    "kittest.toml",
    ".config",
    ".cargo",
];

#[test]
fn every_file_says_at_its_head_what_it_is() {
    let findings: Vec<String> = rust_files()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(name, _)| name)
        .collect();
    none("each file opens with a `//!` line", &findings);
}

#[test]
fn nothing_is_left_undone_in_silence() {
    // Put together here, so that this file does not find itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["#[ig", "nore"], ["todo", "!("], ["XX", "X:"]]
        .map(|halves| halves.concat());
    let mut findings = Vec::new();
    for (name, text) in rust_files() {
        for (number, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                findings.push(format!("{name}:{}: {word}", number + 1));
            }
        }
    }
    none("what is not finished is left out, and said", &findings);
}

#[test]
fn nothing_unnamed_stands_in_the_root() {
    let known = BTreeSet::from(ROOT);
    let findings: Vec<String> = std::fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    none("each thing in the root has a purpose that this list names", &findings);
}

#[test]
fn every_plugin_has_its_four_parts() {
    let mut findings = Vec::new();
    for entry in std::fs::read_dir(root().join("plugins")).unwrap() {
        let folder = entry.unwrap().path();
        for part in ["plugin.toml", "metric.rhai", "README.md", "examples"] {
            if !folder.join(part).exists() {
                findings.push(format!("{}: no {part}", folder.display()));
            }
        }
    }
    none("a plugin is a folder of four parts", &findings);
}

#[test]
fn every_exception_from_a_lint_has_a_reason() {
    let mut findings = Vec::new();
    for (name, text) in rust_files() {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let starts = ["#[allow(", "#![allow(", "#[expect(", "#![expect("];
        for start in starts {
            for (at, _) in flat.match_indices(start) {
                let rest = &flat[at..];
                let end = rest.find(")]").map_or(rest.len(), |end| end);
                if !rest[..end].contains("reason") && !name.contains("leftovers.rs") {
                    findings.push(format!("{name}: {}", &rest[..end.min(60)]));
                }
            }
        }
    }
    none("`allow` says why", &findings);
}
