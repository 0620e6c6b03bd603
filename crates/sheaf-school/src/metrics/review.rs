//! The version that waits beside the one that runs: what each says of this school, and how the
//! files differ.

use std::collections::BTreeSet;
use std::time::Duration;

use sheaf_metrics::{Host, Identify, Package, Report};
use similar::{ChangeTag, TextDiff};

use super::CancelSwitch;
use super::compare::pairs;
use super::shared::Shared;
use super::sharing::Verdict;
use super::view::table_of;
use crate::error::{Result, SchoolError};
use crate::school::School;
use crate::shape::{
    FileChange, FindingPair, LineChange, MetricReview, MetricState, ReviewSide, TablePair,
};

/// Lines that are shown around a change.
const CONTEXT: usize = 3;
/// Lines of one file that a review shows: a whole script of the usual length many times over.
const MOST_LINES: usize = 2_000;
/// How long the differences of one file are looked for; after that they are told more coarsely.
const DIFF_PATIENCE: Duration = Duration::from_millis(500);

impl School {
    /// Looks at the version that waits, or at the one that is named, beside the one that runs, with
    /// these options where they have them.
    pub fn review_metric(
        &self,
        name: &str,
        version: Option<&str>,
        given: &[(String, String)],
        cancel: &CancelSwitch,
    ) -> Result<MetricReview> {
        let new = match version {
            Some(version) => self.named_version(name, version)?,
            None => self.to_decide(name, None, &Verdict::Approve(None))?,
        };
        self.review(&new, given, cancel)
    }

    /// The same of a version that is known.
    pub(super) fn review(
        &self,
        new: &Shared,
        given: &[(String, String)],
        cancel: &CancelSwitch,
    ) -> Result<MetricReview> {
        if new.stamp.person != self.person().to_string() && !self.may_review_metrics() {
            return Err(SchoolError::NotAllowed(
                "reviewing what others share is for leads and above".to_owned(),
            ));
        }
        let package = new.package.as_ref().map_err(|why| SchoolError::Refused(why.clone()))?;
        let old = self.shared()?.into_iter().find(|one| {
            one.state == MetricState::Approved
                && one.id != new.id
                && one.of(&package.manifest.id).is_some()
        });
        let old_package = old.as_ref().and_then(|one| one.package.as_ref().ok());
        let (new_side, new_report) = self.side(new, package, given, cancel)?;
        let (old_side, old_report) = match (&old, old_package) {
            (Some(one), Some(package)) => {
                let (side, report) = self.side(one, package, given, cancel)?;
                (Some(side), report)
            }
            _ => (None, None),
        };
        let checked = Host::new().check(package);
        Ok(MetricReview {
            metric: package.manifest.id.clone(),
            findings: findings(old_report.as_ref(), new_report.as_ref()),
            tables: tables(old_report.as_ref(), new_report.as_ref()),
            old: old_side,
            new: new_side,
            passed: checked.passed,
            failed: checked.failed,
            problems: checked.problems,
            reads_more: reads_more(old_package, package),
            names_pupils: names_pupils(package) && !old_package.is_some_and(names_pupils),
            files: files(old_package, package),
        })
    }

    fn named_version(&self, name: &str, version: &str) -> Result<Shared> {
        let mut all = self.shared()?.into_iter();
        let found = all.find(|one| one.of(name).is_some_and(|p| p.manifest.version == version));
        found.ok_or_else(|| SchoolError::NotFound {
            what: "shared metric",
            name: format!("{name} {version}"),
            hint: ": `sheaf metric list` names what was shared".to_owned(),
        })
    }

    fn side(
        &self,
        one: &Shared,
        package: &Package,
        given: &[(String, String)],
        cancel: &CancelSwitch,
    ) -> Result<(ReviewSide, Option<Report>)> {
        let has = |name: &str| package.manifest.options.iter().any(|spec| spec.name == name);
        let given: Vec<(String, String)> =
            given.iter().filter(|(name, _)| has(name)).cloned().collect();
        let ran = self.try_metric(package, &given, CancelSwitch::clone(cancel));
        if cancel.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(sheaf_metrics::MetricError::Cancelled.into());
        }
        let (report, refused) = match ran {
            Ok(report) => (Some(report), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let side = ReviewSide {
            shape: self.metric_shape(one),
            refused,
            seconds: report.as_ref().and_then(|one| one.seconds).unwrap_or_default(),
            rows_read: report.as_ref().map(|one| one.rows_read).unwrap_or_default(),
        };
        Ok((side, report))
    }
}

fn names_pupils(package: &Package) -> bool {
    package.manifest.identify == Identify::IfAllowed
}

fn reads_more(old: Option<&Package>, new: &Package) -> Vec<String> {
    let known = old.map(|old| old.manifest.reads.as_slice()).unwrap_or_default();
    new.manifest.reads.iter().filter(|read| !known.contains(read)).cloned().collect()
}

/// Sentences in the order of the new version; what only the old one says comes last.
fn findings(old: Option<&Report>, new: Option<&Report>) -> Vec<FindingPair> {
    let of = |report: Option<&Report>| report.map(|one| one.findings.clone()).unwrap_or_default();
    let (old, new) = (of(old), of(new));
    let text = |finding: &sheaf_metrics::Finding| {
        let estimate = finding.estimate.as_ref().map(|one| one.words.as_str()).unwrap_or_default();
        match estimate.is_empty() || finding.text.contains(estimate) {
            true => format!("{}: {}", finding.level.name(), finding.text),
            false => format!("{}: {} ({estimate})", finding.level.name(), finding.text),
        }
    };
    let places = pairs(&new, &old);
    let mut all: Vec<FindingPair> = new
        .iter()
        .zip(&places)
        .map(|(finding, place)| {
            let old = place.and_then(|place| old.get(place)).map(text);
            let new = Some(text(finding));
            FindingPair { same: old == new, old, new }
        })
        .collect();
    let alone = old.iter().enumerate().filter(|(place, _)| !places.contains(&Some(*place)));
    all.extend(alone.map(|(_, one)| FindingPair { old: Some(text(one)), new: None, same: false }));
    all
}

/// Tables by their title.
fn tables(old: Option<&Report>, new: Option<&Report>) -> Vec<TablePair> {
    let of = |report: Option<&Report>| report.map(|one| one.tables.clone()).unwrap_or_default();
    let (old, new) = (of(old), of(new));
    let mut titles: Vec<&str> = Vec::new();
    for table in new.iter().chain(&old) {
        if !titles.contains(&table.title.as_str()) {
            titles.push(&table.title);
        }
    }
    let pair = |title: &str| {
        let one = |tables: &[sheaf_metrics::Table]| {
            tables.iter().find(|table| table.title == title).map(table_of)
        };
        let (old, new) = (one(&old), one(&new));
        TablePair { title: title.to_owned(), same: old == new, old, new }
    };
    titles.into_iter().map(pair).collect()
}

/// Every file that is not the same in both.
fn files(old: Option<&Package>, new: &Package) -> Vec<FileChange> {
    let none = std::collections::BTreeMap::new();
    let old = old.map_or(&none, Package::files);
    let names: BTreeSet<&String> = old.keys().chain(new.files().keys()).collect();
    let change = |name: &&String| {
        let (before, after) = (old.get(*name), new.files().get(*name));
        let change = match (before, after) {
            (None, Some(_)) => "added",
            (Some(_), None) => "removed",
            (Some(one), Some(other)) if one != other => "changed",
            _ => return None,
        };
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        let lines = lines(&text(before), &text(after));
        Some(FileChange { file: (*name).clone(), change, lines })
    };
    names.iter().filter_map(change).collect()
}

fn lines(before: &str, after: &str) -> Vec<LineChange> {
    let diff = TextDiff::configure().timeout(DIFF_PATIENCE).diff_lines(before, after);
    let mut lines = Vec::new();
    for (place, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if place > 0 {
            lines.push(LineChange { sign: '…', text: String::new() });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let text = visible(change.value().trim_end_matches(['\r', '\n']));
            lines.push(LineChange { sign, text });
        }
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        lines.push(LineChange { sign: '…', text: "more is not shown".to_owned() });
    }
    lines
}

/// A line as a reviewer must see it: signs that steer a terminal or turn the order of letters
/// round are written out.
fn visible(line: &str) -> String {
    let shown = |letter: char| match is_hidden(letter) {
        true => letter.escape_unicode().to_string(),
        false => letter.to_string(),
    };
    line.chars().map(shown).collect()
}

/// Whether a letter steers what is shown, or cannot be seen.
fn is_hidden(letter: char) -> bool {
    let is_mark = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{2069}' | '\u{feff}');
    is_mark || (letter.is_control() && letter != '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_hides_something_shows_it() {
        let hidden = "if a { /* \u{202e} } */ b } \u{1b}[2J";
        assert_eq!(visible(hidden), "if a { /* \\u{202e} } */ b } \\u{1b}[2J");
        assert_eq!(visible("\tlet café = “x”;"), "\tlet café = “x”;");
    }

    #[test]
    fn lines_that_stay_are_left_out() {
        let before: String = (0..40).map(|line| format!("line {line}\n")).collect();
        let after = before.replace("line 2\n", "line two\n").replace("line 30\n", "");
        let signs: String = lines(&before, &after).iter().map(|line| line.sign).collect();
        assert_eq!(signs, "  -+   …   -   ");
    }
}
