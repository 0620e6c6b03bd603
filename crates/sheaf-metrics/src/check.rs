//! `metric check`: what is wrong with a package before anybody runs it.

use serde::Serialize;

use crate::error::{MetricError, Problem};
use crate::example;
use crate::host::Host;
use crate::manifest::doubts;
use crate::package::{MANIFEST, Package, README};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CheckReport {
    /// What must be mended.
    pub problems: Vec<CheckProblem>,
    /// The examples that gave what they say.
    pub passed: Vec<String>,
    /// The examples that did not, with the reason.
    pub failed: Vec<FailedExample>,
}

/// Something that must be mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckProblem {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// An example that did not give what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedExample {
    /// The file.
    pub file: String,
    /// What was different.
    pub why: String,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty() && self.failed.is_empty()
    }
}

/// Checks a package whose manifest could be read.
pub fn check(host: &Host, package: &Package) -> CheckReport {
    let manifest = package.files().get(MANIFEST).map(String::as_str).unwrap_or_default();
    let problems = doubts(manifest).iter().map(problem).collect();
    let mut report = CheckReport { problems, ..CheckReport::default() };
    if let Err(error) = host.read(&package.script) {
        report.problems.push(problem(&error));
        return report;
    }
    if package.readme.trim().is_empty() {
        let why = "missing: say the question, how to read the answer, and its limits";
        report.problems.push(whole(README, why));
    }
    if package.examples.is_empty() {
        let why = "there is no example: without one nobody knows that the metric is right";
        report.problems.push(whole(crate::package::EXAMPLES, why));
    }
    for (file, text) in &package.examples {
        match example::run(host, package, text) {
            Ok(()) => report.passed.push(file.clone()),
            Err(why) => report.failed.push(FailedExample { file: file.clone(), why }),
        }
    }
    report
}

fn whole(file: &str, message: &str) -> CheckProblem {
    CheckProblem { file: file.to_owned(), line: 0, column: 0, message: message.to_owned() }
}

impl From<&MetricError> for CheckProblem {
    fn from(error: &MetricError) -> Self {
        problem(error)
    }
}

/// An error as a check tells it.
pub fn problem(error: &MetricError) -> CheckProblem {
    match error {
        MetricError::Script(Problem { file, line, column, message, .. })
        | MetricError::Limit(Problem { file, line, column, message, .. }) => CheckProblem {
            file: file.clone(),
            line: *line,
            column: *column,
            message: message.clone(),
        },
        MetricError::Manifest { line, column, why } => {
            CheckProblem { line: *line, column: *column, ..whole(MANIFEST, why) }
        }
        MetricError::Package { file, why } => whole(file, why),
        other => whole(crate::package::SCRIPT, &other.to_string()),
    }
}
