//! Listing, showing, running, checking and beginning metrics.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::json;
use sheaf_school::{
    CancelSwitch, MetricReport, TableShape, check_metric, eval_metric, new_metric, table_shapes,
    write_chart, write_file,
};

use crate::args::MetricCommand;
use crate::output;
use crate::session::Session;

/// `sheaf metric …`.
pub fn metric(session: &Session, command: MetricCommand) -> Result<()> {
    match command {
        MetricCommand::List => list(session),
        MetricCommand::Show { metric } => show(session, &metric),
        MetricCommand::Run { metric, set, out } => run(session, &metric, &set, out.as_deref()),
        MetricCommand::Eval { script, tables } => eval(session, &script, &tables),
        MetricCommand::Check { folder } => check(session, &folder),
        MetricCommand::New { folder } => {
            let made = new_metric(&folder)?;
            session.out.value(&json!({ "folder": made }), |_| {
                format!("Began a metric in {0}\nTry: sheaf metric check {0}", made.display())
            })
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

fn list(session: &Session) -> Result<()> {
    let metrics = session.open()?.metrics()?;
    let manifests: Vec<_> = metrics.iter().map(|package| &package.manifest).collect();
    session.out.rows(&json!({ "metrics": manifests }), &["id", "version", "question"], |_| {
        let row = |one: &&sheaf_school::Manifest| {
            vec![one.id.clone(), one.version.clone(), one.question.clone()]
        };
        manifests.iter().map(row).collect()
    })
}

fn show(session: &Session, name: &str) -> Result<()> {
    let package = session.open()?.metric(name)?;
    let value = json!({
        "manifest": package.manifest,
        "script_hash": package.hash(),
        "signature": null,
        "readme": package.readme,
    });
    session.out.value(&value, |_| {
        let manifest = &package.manifest;
        let mut text = format!("{} {}\n{}\n\n", manifest.name, manifest.version, manifest.question);
        for option in &manifest.options {
            let default = option.kind.default_text().unwrap_or_default();
            text.push_str(&format!("  --set {}={default}  {}\n", option.name, option.kind.help()));
        }
        text.push_str(&format!("\nReads {}\n", manifest.reads.join(", ")));
        text
    })
}

fn run(session: &Session, name: &str, set: &[String], out: Option<&Path>) -> Result<()> {
    let school = session.open()?;
    let package = school.metric(name)?;
    let options = set.iter().map(|text| split_option(text)).collect::<Result<Vec<_>>>()?;
    let report = school.run_metric(&package, &options, CancelSwitch::default())?;
    if let Some(file) = out {
        write_report(&report, file)?;
        output::note(&format!("Wrote {}", file.display()));
    }
    session.out.value(&report, report_text)
}

fn write_report(report: &MetricReport, file: &Path) -> Result<()> {
    if file.extension().is_some_and(|ending| ending == "json") {
        return Ok(write_file(file, serde_json::to_string_pretty(report)?.as_bytes())?);
    }
    let chart = report.charts.first().context("the report has no chart to write")?;
    Ok(write_chart(chart, file)?)
}

fn report_text(report: &MetricReport) -> String {
    let mut text = format!("{}\n{}\n\n", report.title, report.subtitle);
    for finding in &report.findings {
        text.push_str(&format!("{:>7}  {}\n", finding.level.name(), finding.text));
        for caveat in &finding.caveats {
            text.push_str(&format!("         - {caveat}\n"));
        }
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

fn eval(session: &Session, script: &Path, tables: &[String]) -> Result<()> {
    let read =
        |path: &Path| std::fs::read_to_string(path).with_context(|| path.display().to_string());
    let table = |text: &String| -> Result<(String, String)> {
        let (name, file) = text
            .split_once('=')
            .with_context(|| format!("`{text}`: write --table NAME=FILE.csv"))?;
        Ok((name.to_owned(), read(Path::new(file))?))
    };
    let tables = tables.iter().map(table).collect::<Result<Vec<_>>>()?;
    session.out.json(&eval_metric(&read(script)?, &tables)?)
}

fn check(session: &Session, folder: &Path) -> Result<()> {
    let checked = check_metric(folder)?;
    session.out.value(&checked, |checked| {
        let mut text = format!("{}: {} examples passed\n", checked.metric, checked.passed.len());
        for problem in &checked.problems {
            let (file, line, column) = (&problem.file, problem.line, problem.column);
            text.push_str(&format!("  {file}:{line}:{column}: {}\n", problem.message));
        }
        for one in &checked.failed {
            text.push_str(&format!("  {}: {}\n", one.file, one.why));
        }
        text
    })?;
    let wrong = checked.problems.len() + checked.failed.len();
    if wrong > 0 {
        bail!("{}: {wrong} things are wrong", folder.display());
    }
    Ok(())
}

fn split_option(text: &str) -> Result<(String, String)> {
    let (name, value) =
        text.split_once('=').with_context(|| format!("`{text}`: write --set OPTION=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}
