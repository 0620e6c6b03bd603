//! Running a metric again whenever its files or the records change, until it is ended.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use sheaf_school::{CancelSwitch, MetricReport, School, write_report};
use sheaf_workbench::ThemeName;

use super::print_report;
use crate::args::MetricName;
use crate::output::{json_line, note};
use crate::session::Session;

/// How soon a change is noticed.
const LOOK: Duration = Duration::from_millis(300);

/// What a run depends on: each is a number or a hash, or why it cannot be read.
#[derive(Clone, PartialEq, Eq)]
struct Seen {
    /// The state of the home.
    home: Result<u64, String>,
    /// The files of the metric.
    files: Result<String, String>,
}

/// Runs it now and after every change, and prints what it says if that is not what it said last.
/// An error is told, and the next change waited for.
pub fn watch(
    session: &Session,
    name: &MetricName,
    options: &[(String, String)],
    out: Option<(&Path, ThemeName)>,
) -> Result<()> {
    let school = session.open()?;
    let (mut seen, mut said) = (None, None);
    note("Runs again after every change of the metric or of a record; Ctrl+C ends it");
    loop {
        let now = look(&school, name, seen.as_ref());
        if seen.as_ref() != Some(&now) {
            let report = run(&school, name, options, out).map_err(|error| format!("{error:#}"));
            if said.as_ref() != Some(&report) {
                tell(session, &report)?;
                said = Some(report);
            }
            seen = Some(now);
        }
        sleep(LOOK);
    }
}

/// One run, without how long it took: that differs each time. Its examples may wait until what it
/// says is right.
fn run(
    school: &School,
    name: &MetricName,
    options: &[(String, String)],
    out: Option<(&Path, ThemeName)>,
) -> Result<MetricReport> {
    let package = school.metric_of_version(&name.metric, name.version.as_deref())?;
    let report = school.try_metric(&package, options, CancelSwitch::default())?;
    if let Some((file, theme)) = out {
        write_report(&report, file, theme.ground())?;
    }
    Ok(MetricReport { seconds: None, ..report })
}

fn tell(session: &Session, report: &Result<MetricReport, String>) -> Result<()> {
    match report {
        Ok(report) if session.out.is_json() => json_line(report),
        Ok(report) => print_report(session, report),
        Err(error) if session.out.is_json() => json_line(&json!({ "error": error })),
        Err(error) => {
            note(error);
            Ok(())
        }
    }
}

/// Looks what a run depends on. A metric that is in no folder changes with the home alone.
fn look(school: &School, name: &MetricName, last: Option<&Seen>) -> Seen {
    let home = school.revision().map_err(|error| error.to_string());
    let is_folder = Path::new(&name.metric).is_dir();
    if let Some(last) = last.filter(|last| last.home == home && !is_folder) {
        return last.clone();
    }
    let package = school.metric_of_version(&name.metric, name.version.as_deref());
    let files = package.map(|package| package.hash().to_owned()).map_err(|error| error.to_string());
    Seen { home, files }
}
