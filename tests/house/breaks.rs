//! The breaks that `scripts/breaks` tries: each rule has one, and each still fits the code.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{none, root};

/// The rules of the design.
const RULES: std::ops::RangeInclusive<u8> = 1..=10;

#[test]
fn every_rule_has_a_break_that_still_fits() {
    let mut rules = BTreeSet::new();
    let mut findings = Vec::new();
    for file in std::fs::read_dir(root().join("tests/breaks")).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let said = |what: &str| text.lines().find_map(|line| line.strip_prefix(what));
        let rule = said("Rule: ").and_then(|rule| rule.parse::<u8>().ok());
        if said("Break: ").is_none() || said("Test: -p ").is_none() || rule.is_none() {
            findings.push(format!("{name}: says no rule, break or test"));
        }
        rules.extend(rule);
        let Some(broken) = said("+++ b/") else {
            findings.push(format!("{name}: breaks no file"));
            continue;
        };
        findings.extend(misfit(&name, &text, &root().join(broken)));
    }
    let missing = RULES.filter(|rule| !rules.contains(rule));
    findings.extend(missing.map(|rule| format!("rule {rule} has no break")));
    none("the table of breaks is true", &findings);
}

/// What a break takes away must be in the file as it is, between the lines that stand around it.
fn misfit(name: &str, text: &str, file: &Path) -> Option<String> {
    let code = std::fs::read_to_string(file).unwrap_or_default();
    let code: Vec<&str> = code.lines().collect();
    let mut hunks = text.split("\n@@").skip(1);
    let lost = hunks.find(|hunk| {
        let lines = hunk.lines().skip(1).filter(|line| !line.starts_with('+'));
        let old: Vec<&str> = lines.map(|line| line.get(1..).unwrap_or_default()).collect();
        !code.windows(old.len()).any(|place| place == old)
    })?;
    let taken = lost.lines().find(|line| line.starts_with('-')).unwrap_or_default();
    Some(format!("{name}: does not fit any more, around: {}", taken.trim()))
}
