//! Metrics: which there are, what they take, and running them on this home's columns.

mod bundled;
mod compare;
mod desk;
mod drafts;
mod examples;
mod reference;
mod review;
mod shared;
mod sharing;
mod shelf;
#[cfg(test)]
mod tests;
mod view;
mod workbook;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde::Serialize;
use sheaf_analytics::{Budget, FilterExpr, Plan, Scope, tables};
use sheaf_charts::{ChartSpec, Size, Theme, to_png, to_svg};
use sheaf_metrics::{Host, Level, MAX_CSV, Options, Package, Report, RunContext, scaffold};
use sheaf_records::{Kind, RecordId};

use crate::error::{Result, SchoolError};
use crate::exchange::read_bounded;
use crate::school::School;

pub use sheaf_metrics::{Manifest, Report as MetricReport};

pub use reference::{
    MetricVocabulary, MetricWord, ReferenceSection, metric_reference, metric_vocabulary,
    metric_words,
};
pub use sharing::Verdict as MetricVerdict;

pub(crate) use compare::run_against;
pub(crate) use examples::Held;
pub use view::{TableColumn, TableShape, shown_tables};
pub use workbook::report_rows;

/// What every copy of a chart of an invented school says.
const INVENTED: &str = "Invented school: nothing here is real";

/// How long a run over many schools may take: nobody waits for it before a window.
const PATIENCE_OVER_SCHOOLS: Duration = Duration::from_secs(1_800);

/// The switch by which a run is stopped.
pub type CancelSwitch = Arc<AtomicBool>;

/// What a check of a metric's folder found.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// The metric.
    pub metric: String,
    /// Examples that gave what they should.
    pub passed: Vec<String>,
    /// Examples that did not, with the reason.
    pub failed: Vec<FailedExample>,
    /// What is wrong, with file, line and column.
    pub problems: Vec<ProblemShape>,
}

/// An example that did not give what it should.
#[derive(Clone, Debug, Serialize)]
pub struct FailedExample {
    /// Its file.
    pub file: String,
    /// What was different.
    pub why: String,
}

/// One thing that is wrong with a metric.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemShape {
    /// In which of its files.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl School {
    /// Runs a metric on every record that this device holds, if its examples give what they say.
    pub fn run_metric(
        &self,
        package: &Package,
        given: &[(String, String)],
        cancel: CancelSwitch,
    ) -> Result<Report> {
        self.core.examples.check(package)?;
        self.try_metric(package, given, cancel)
    }

    /// The same whatever its examples give: for who writes a metric or reviews it, and is told
    /// of its examples beside.
    pub fn try_metric(
        &self,
        package: &Package,
        given: &[(String, String)],
        cancel: CancelSwitch,
    ) -> Result<Report> {
        let started = Instant::now();
        self.core.refresh()?;
        let options = Options::resolve(&package.manifest, given)?;
        let context = self.context(cancel)?;
        let mut report = Host::new().run(package, &options, &context)?;
        report.seconds = Some(started.elapsed().as_secs_f64());
        if self.core.is_demo() {
            mark_invented(&mut report);
        }
        Ok(report)
    }

    /// Whoever uses this device is of the pastoral team: names of pupils may be shown to them.
    fn context(&self, cancel: CancelSwitch) -> Result<RunContext> {
        let snapshot = self.core.columns.snapshot(&self.core)?;
        let scope = Scope::new(snapshot, self.clock.today());
        let school = self.clone();
        let names = Arc::new(move |id: RecordId| {
            school.get(id).ok().map(|found| sheaf_records::pupil_name(&found.record))
        });
        let context = RunContext::new(scope, Budget::cancelled_by(cancel)).for_pastoral(names);
        let context = context.with_codes(self.core.lists().codes.clone());
        Ok(context.keeping(Arc::clone(&self.core.reports)))
    }

    /// The records of a kind for which a filter holds, by id.
    pub(crate) fn matching(&self, kind: Kind, filter: &str) -> Result<Vec<RecordId>> {
        let table = match kind {
            Kind::Incident => "incidents",
            Kind::RoomStay => "room_referrals",
            Kind::Intervention => "interventions",
            Kind::InterventionSession => "intervention_sessions",
            Kind::Suspension => "suspensions",
            Kind::PositiveEvent => "positive_events",
            Kind::Detention => "detentions",
            Kind::CallOut => "call_outs",
            Kind::Attendance => "attendance",
            Kind::Score => "scores",
            Kind::Plan => "plans",
            Kind::Pupil => "pupils",
            Kind::Staff => "staff",
            Kind::Caseload => "caseloads",
            other => {
                return Err(SchoolError::Refused(format!("records of {other} cannot be filtered")));
            }
        };
        let refused = |error: sheaf_analytics::AnalyticsError| {
            SchoolError::Refused(format!("--where: {error}"))
        };
        let filter = FilterExpr::parse(filter).map_err(refused)?;
        filter.check(sheaf_analytics::table(table).map_err(refused)?).map_err(refused)?;
        let snapshot = self.core.columns.snapshot(&self.core)?;
        let scope = Scope::new(snapshot, self.clock.today());
        let mut plan = Plan::scan(table);
        if let Some(condition) = filter.expr() {
            plan = plan.filter(condition.clone());
        }
        let frame = plan.run(&scope, &Budget::default()).map_err(refused)?;
        Ok(frame.all_ids().iter().collect())
    }
}

/// The bundled metric of that id, or the one in that folder, without a home.
pub fn metric_without_home(name: &str) -> Result<Package> {
    let folder = Path::new(name);
    if folder.join("plugin.toml").is_file() {
        return Ok(Package::load(folder)?);
    }
    let packages = bundled::packages()?;
    let ids: Vec<String> = packages.iter().map(|one| one.manifest.id.clone()).collect();
    packages.into_iter().find(|one| one.manifest.id == name).ok_or_else(|| SchoolError::NotFound {
        what: "metric",
        name: name.to_owned(),
        hint: format!(": there are {}; a folder may be named too", ids.join(", ")),
    })
}

/// Runs a metric over the schools of a lake, for people who may see numbers alone.
///
/// # Errors
/// An example does not give what it says, an option makes no sense, or the script or the data
/// fails.
pub fn run_over_schools(
    package: &Package,
    given: &[(String, String)],
    scope: Scope,
    is_invented: bool,
) -> Result<Report> {
    examples::hold(package)?;
    let started = Instant::now();
    let options = Options::resolve(&package.manifest, given)?;
    let context = RunContext::new(scope, Budget::default()).within(PATIENCE_OVER_SCHOOLS);
    let mut report = Host::new().run(package, &options, &context)?;
    report.seconds = Some(started.elapsed().as_secs_f64());
    if is_invented {
        mark_invented(&mut report);
    }
    Ok(report)
}

fn mark_invented(report: &mut Report) {
    let own = report.cases.iter_mut().filter_map(|case| case.chart.as_mut());
    for chart in report.charts.iter_mut().chain(own) {
        INVENTED.clone_into(&mut chart.provenance.notice);
    }
}

/// Reads a metric's folder, compiles it and runs its examples.
pub fn check_metric(folder: &Path) -> Result<Checked> {
    Ok(check_package(&Package::load(folder)?))
}

fn check_package(package: &Package) -> Checked {
    let report = Host::new().check(package);
    let problem = |one: sheaf_metrics::CheckProblem| ProblemShape {
        file: one.file,
        line: one.line,
        column: one.column,
        message: one.message,
    };
    let failed = |one: sheaf_metrics::FailedExample| FailedExample { file: one.file, why: one.why };
    Checked {
        metric: package.manifest.id.clone(),
        passed: report.passed,
        failed: report.failed.into_iter().map(failed).collect(),
        problems: report.problems.into_iter().map(problem).collect(),
    }
}

/// Begins a metric in a new folder, whose name becomes its id.
pub fn new_metric(folder: &Path) -> Result<PathBuf> {
    let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    Ok(scaffold(parent.unwrap_or_else(|| Path::new(".")), id)?)
}

/// Runs a bare script with CSV files as tables; errors name the file that it is from.
pub fn eval_metric(
    (file, script): (&str, &str),
    tables: &[(String, PathBuf)],
) -> Result<serde_json::Value> {
    // One byte more than the limit, so that the reader of tables can tell.
    let bytes =
        |(name, path): &(String, PathBuf)| Ok((name.clone(), read_bounded(path, MAX_CSV + 1)?));
    let read = tables.iter().map(bytes).collect::<Result<Vec<_>>>()?;
    let value = Host::new().eval(script, &read, &Budget::default());
    let files = |(name, path): &(String, PathBuf)| (name.clone(), path.display().to_string());
    let files: Vec<(String, String)> = tables.iter().map(files).collect();
    Ok(value.map_err(|error| error.in_files(file, &files))?)
}

/// Every table and column that a metric can read.
pub fn table_shapes() -> Vec<TableShape> {
    tables().iter().map(TableShape::of).collect()
}

/// A whole report as a file if its name ends in `.json` or `.xlsx`, or its first chart if it ends
/// as that of a chart does.
pub fn write_report(report: &MetricReport, path: &Path, theme: Theme) -> Result<()> {
    match ending(path).as_str() {
        "json" => {
            let text = serde_json::to_vec_pretty(report);
            write_file(path, &text.map_err(|error| SchoolError::Refused(error.to_string()))?)
        }
        "xlsx" => workbook::write_report(report, path),
        "svg" | "png" | "csv" => {
            let none = || SchoolError::Refused(no_chart(report));
            write_chart(report.charts.first().ok_or_else(none)?, path, theme)
        }
        _ => Err(SchoolError::Refused(format!(
            "{}: a report is written as .svg, .png, .csv, .xlsx or .json",
            path.display()
        ))),
    }
}

/// Why a report has no chart, as far as it says.
fn no_chart(report: &MetricReport) -> String {
    let refused = report.findings.iter().find(|finding| finding.level == Level::Refused);
    let hint = match refused {
        Some(finding) if finding.why.is_empty() => format!(": {}", finding.text),
        Some(finding) => format!(": {}", finding.why),
        None => "; .xlsx and .json hold the whole report".to_owned(),
    };
    format!("the report has no chart to write{hint}")
}

/// A chart as a file: the ending of the name chooses SVG, PNG, CSV or a workbook. A picture stands
/// on the ground of a theme.
pub fn write_chart(spec: &ChartSpec, path: &Path, theme: Theme) -> Result<()> {
    let size = Size::PAGE;
    let bytes = match ending(path).as_str() {
        "svg" => to_svg(spec, size, theme)?.into_bytes(),
        "png" => to_png(spec, size, theme)?,
        "csv" => spec.to_csv().into_bytes(),
        "xlsx" => return workbook::write_chart(spec, path),
        _ => {
            return Err(SchoolError::Refused(format!(
                "{}: a chart is written as .svg, .png, .csv or .xlsx",
                path.display()
            )));
        }
    };
    write_file(path, &bytes)
}

/// What the name of a file ends in, in small letters.
fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// Writes a file; the error names it.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes)
        .map_err(|source| SchoolError::File { path: path.display().to_string(), source })
}
