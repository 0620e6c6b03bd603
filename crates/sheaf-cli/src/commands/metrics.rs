//! Listing, showing, running, checking, beginning and sharing metrics.

mod reference;
mod sharing;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;
use sheaf_school::{
    CancelSwitch, MetricReport, MetricShape, MetricState, MetricVerdict, School, TableShape,
    check_metric, eval_metric, new_metric, report_rows, shown_tables, table_shapes, write_report,
};
use sheaf_workbench::ThemeName;

use crate::args::{MetricCommand, MetricName};
use crate::output;
use crate::session::Session;

/// `sheaf metric …`.
pub fn metric(session: &Session, command: MetricCommand) -> Result<()> {
    match command {
        MetricCommand::List { all } => list(session, all),
        MetricCommand::Show(metric) => show(session, &metric),
        MetricCommand::Run { metric, set, out, theme, watch, lakes, ballista } => {
            let options = options_of(&set)?;
            let out = out.as_deref().map(|file| (file, theme));
            if watch {
                return watch::watch(session, &metric, &options, out);
            }
            let report = match lakes.as_slice() {
                [] => run(&session.open()?, &metric, &options)?,
                lakes => {
                    if metric.version.is_some() {
                        bail!(
                            "over a lake a metric that is bundled or in a folder runs, as it is; leave --version out"
                        );
                    }
                    let (name, ballista) = (metric.metric.as_str(), ballista.as_deref());
                    super::lake::run(session, name, &options, lakes, ballista)?
                }
            };
            show_report(session, &report, out)
        }
        MetricCommand::Eval { script, tables } => eval(session, &script, &tables),
        MetricCommand::Reference { name } => reference::reference(session, name.as_deref()),
        MetricCommand::Check { folder } => check(session, &folder),
        MetricCommand::New { folder } => {
            let made = new_metric(&folder)?;
            session.out.value(&json!({ "folder": made }), |_| {
                format!("Began a metric in {0}\nTry: sheaf metric check {0}", made.display())
            })
        }
        MetricCommand::Sign { folder } => {
            sharing::done(session, "Signed", |school| school.sign_metric(&folder))
        }
        MetricCommand::Share { folder, note } => {
            sharing::done(session, "Shared", |school| school.share_metric(&folder, note.as_deref()))
        }
        MetricCommand::Review { metric, set } => sharing::review(session, &metric, &set),
        MetricCommand::Approve { metric, reason } => {
            sharing::decide(session, &metric, &MetricVerdict::Approve(reason))
        }
        MetricCommand::Refuse { metric, reason } => {
            sharing::decide(session, &metric, &MetricVerdict::Refuse(reason))
        }
        MetricCommand::Withdraw { metric, reason } => {
            sharing::done(session, "Withdrew", |school| {
                school.withdraw_metric(&metric.metric, metric.version.as_deref(), &reason)
            })
        }
        MetricCommand::Export { metric, to } => sharing::done(session, "Wrote", |school| {
            school.export_metric(&metric.metric, metric.version.as_deref(), &to)
        }),
        MetricCommand::Import { from, note } => {
            sharing::done(session, "Took in", |school| school.import_metric(&from, note.as_deref()))
        }
    }
}

/// `sheaf tables`.
pub fn tables(session: &Session) -> Result<()> {
    let tables = json!({ "tables": table_shapes() });
    session.out.rows(&tables, &["table", "column", "type", "meaning"], |_| {
        let rows = |table: &TableShape| -> Vec<Vec<String>> {
            let row = |column: &sheaf_school::TableColumn| {
                vec![
                    table.name.to_owned(),
                    column.name.to_owned(),
                    column.ty.clone(),
                    column.meaning.to_owned(),
                ]
            };
            table.columns.iter().map(row).collect()
        };
        table_shapes().iter().flat_map(rows).collect()
    })
}

fn list(session: &Session, all: bool) -> Result<()> {
    let mut metrics = session.open()?.metric_shapes()?;
    let is_past = |state| {
        use MetricState::{Refused, Superseded, Withdrawn};
        matches!(state, Refused | Superseded | Withdrawn)
    };
    metrics.retain(|one| all || !is_past(one.state));
    let columns = ["id", "version", "question", "state", "author"];
    session.out.rows(&json!({ "metrics": metrics }), &columns, |_| {
        let row = |one: &MetricShape| {
            let author = match (&one.shared, one.state) {
                (Some(shared), _) => shared.by.clone(),
                (None, MetricState::Bundled) => "Sheaf".to_owned(),
                (None, _) => "you".to_owned(),
            };
            let question = one.manifest.as_ref().map(|manifest| manifest.question.clone());
            let last = question.or_else(|| one.why.clone()).unwrap_or_default();
            let (id, version) = (one.id().to_owned(), one.version().to_owned());
            vec![id, version, last, one.state.name().to_owned(), author]
        };
        metrics.iter().map(row).collect()
    })
}

fn show(session: &Session, name: &MetricName) -> Result<()> {
    let school = session.open()?;
    let package = school.metric_of_version(&name.metric, name.version.as_deref())?;
    let standing = school.metric_standing(&package)?;
    let value = json!({
        "manifest": package.manifest,
        "script_hash": package.hash(),
        "state": standing.state,
        "signature": standing.signature,
        "shared": standing.shared,
        "decided": standing.decided,
        "record": standing.record,
        "readme": package.readme,
        "script": package.script,
    });
    session.out.value(&value, |_| {
        let manifest = &package.manifest;
        let mut text = format!("{} {}\n{}\n\n", manifest.name, manifest.version, manifest.question);
        for option in &manifest.options {
            let default = option.kind.default_text().unwrap_or_default();
            text.push_str(&format!("  --set {}={default}  {}\n", option.name, option.kind.help()));
        }
        text.push_str(&format!("\nReads {}\n", manifest.reads.join(", ")));
        text.push_str(&sharing::standing_text(&standing));
        text
    })
}

fn run(school: &School, name: &MetricName, options: &[(String, String)]) -> Result<MetricReport> {
    let package = school.metric_of_version(&name.metric, name.version.as_deref())?;
    Ok(school.run_metric(&package, options, CancelSwitch::default())?)
}

fn show_report(
    session: &Session,
    report: &MetricReport,
    out: Option<(&Path, ThemeName)>,
) -> Result<()> {
    if let Some((file, theme)) = out {
        write_report(report, file, theme.ground())?;
        output::note(&format!("Wrote {}", file.display()));
    }
    print_report(session, report)
}

/// The whole report in the format that was asked for.
fn print_report(session: &Session, report: &MetricReport) -> Result<()> {
    session.out.tables(report, report_rows, report_text)
}

fn report_text(report: &MetricReport) -> String {
    let mut text = format!("{}\n{}\n\n", report.title, report.subtitle);
    for finding in &report.findings {
        text.push_str(&format!("{:>7}  {}\n", finding.level.name(), finding.text));
        for caveat in &finding.caveats {
            text.push_str(&format!("         - {caveat}\n"));
        }
    }
    for table in shown_tables(&report.tables) {
        text.push_str(&format!("\n{}\n", table.title));
        text.push_str(&output::indented(&table.columns, &table.rows, "  "));
    }
    for chart in &report.charts {
        text.push_str(&format!("\n{}\n", chart_line(&chart.title, &chart.summary)));
    }
    for list in &report.lists {
        text.push_str(&format!("\n{}\n", list.title));
        for pupil in &list.pupils {
            text.push_str(&format!("  {}: {}\n", pupil.name, pupil.why));
        }
    }
    for caveat in &report.caveats {
        text.push_str(&format!("\nNote: {caveat}\n"));
    }
    text
}

/// What a chart shows, under its title unless its words begin with that.
fn chart_line(title: &str, summary: &str) -> String {
    let goes_on = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    match summary.strip_prefix(title) {
        Some(rest) if goes_on(rest) => summary.to_owned(),
        _ => format!("{title}: {summary}"),
    }
}

fn eval(session: &Session, script: &Path, tables: &[String]) -> Result<()> {
    let table = |text: &String| -> Result<(String, PathBuf)> {
        let (name, file) = text
            .split_once('=')
            .with_context(|| format!("`{text}`: write --table NAME=FILE.csv"))?;
        Ok((name.to_owned(), PathBuf::from(file)))
    };
    let tables = tables.iter().map(table).collect::<Result<Vec<_>>>()?;
    let file = script.display().to_string();
    let text = std::fs::read_to_string(script).with_context(|| file.clone())?;
    session.out.json(&eval_metric((&file, &text), &tables)?)
}

fn check(session: &Session, folder: &Path) -> Result<()> {
    let checked = check_metric(folder)?;
    session.out.value(&checked, |checked| {
        let passed = output::counted(checked.passed.len() as u64, "example", "examples");
        let mut text = format!("{}: {passed} passed\n", checked.metric);
        for one in &checked.problems {
            text.push_str(&problem_line(&one.file, (one.line, one.column), &one.message));
        }
        for one in &checked.failed {
            text.push_str(&format!("  {}: {}\n", one.file, one.why));
        }
        text
    })?;
    let folder = folder.display();
    match checked.problems.len() + checked.failed.len() {
        0 => Ok(()),
        1 => bail!("{folder}: 1 thing is wrong"),
        wrong => bail!("{folder}: {wrong} things are wrong"),
    }
}

/// What is wrong with a file, with the place as far as it has one.
fn problem_line(file: &str, (line, column): (usize, usize), message: &str) -> String {
    match line {
        0 => format!("  {file}: {message}\n"),
        _ => format!("  {file}:{line}:{column}: {message}\n"),
    }
}

fn options_of(set: &[String]) -> Result<Vec<(String, String)>> {
    set.iter().map(|text| split_option(text)).collect()
}

fn split_option(text: &str) -> Result<(String, String)> {
    let (name, value) =
        text.split_once('=').with_context(|| format!("`{text}`: write --set OPTION=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}
