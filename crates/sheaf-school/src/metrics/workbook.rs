//! What a metric said as rows: what it found, its tables, the numbers of its charts, its lists, and
//! what is counted, as sheets of a workbook or as texts.

use std::path::Path;

use jiff::civil::Date;
use serde_json::Value;
use sheaf_charts::{ChartSpec, Row, Scale, Status};
use sheaf_exchange::{Sheet, SheetCell, workbook_xlsx};
use sheaf_metrics::{Finding, List, Report, Table};

use super::view::HIDDEN;
use super::write_file;
use crate::desk::ResultTable;
use crate::error::{Result, SchoolError};

/// The sheet that says where the numbers come from.
const ABOUT: &str = "About this export";

/// A whole report as a workbook.
pub(super) fn write_report(report: &Report, path: &Path) -> Result<()> {
    let mut sheets = vec![findings(&report.findings)];
    sheets.extend(report.tables.iter().map(of_table));
    sheets.extend(report.charts.iter().map(numbers));
    sheets.extend(report.lists.iter().map(of_list));
    sheets.push(about_report(report));
    write(&sheets, report.as_of, path)
}

/// What a report found, its tables and its lists as programs read them: numbers with all their
/// digits, what is hidden by that word and what is missing empty.
pub fn report_rows(report: &Report) -> Vec<ResultTable> {
    let found = [findings(&report.findings)];
    let tables = report.tables.iter().map(of_table);
    let lists = report.lists.iter().map(of_list);
    found.into_iter().chain(tables).chain(lists).map(as_texts).collect()
}

fn as_texts(sheet: Sheet) -> ResultTable {
    let cell = |cell: SheetCell| match cell {
        SheetCell::Empty => String::new(),
        SheetCell::Number(number) => number.to_string(),
        SheetCell::Date(day) => day.to_string(),
        SheetCell::Text(words) => words,
    };
    let rows = sheet.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
    ResultTable { title: sheet.name, columns: sheet.heading, rows }
}

fn of_table(table: &Table) -> Sheet {
    let row = |(row, values): (usize, &Vec<Value>)| -> Vec<SheetCell> {
        let hidden = |column: usize| table.is_hidden(row, column).then(|| text(HIDDEN));
        let cells = values.iter().enumerate();
        cells.map(|(column, value)| hidden(column).unwrap_or_else(|| cell(value))).collect()
    };
    Sheet {
        name: table.title.clone(),
        heading: table.columns.clone(),
        rows: table.rows.iter().enumerate().map(row).collect(),
    }
}

fn of_list(list: &List) -> Sheet {
    Sheet {
        name: list.title.clone(),
        heading: ["Pupil", "Why"].map(str::to_owned).into(),
        rows: list.pupils.iter().map(|one| vec![text(&one.name), text(&one.why)]).collect(),
    }
}

/// A chart as a workbook.
pub(super) fn write_chart(spec: &ChartSpec, path: &Path) -> Result<()> {
    write(&[numbers(spec), about_chart(spec)], spec.provenance.as_of, path)
}

fn write(sheets: &[Sheet], as_of: Date, path: &Path) -> Result<()> {
    let bytes = workbook_xlsx(sheets, as_of);
    write_file(path, &bytes.map_err(|error| SchoolError::Refused(error.to_string()))?)
}

fn findings(all: &[Finding]) -> Sheet {
    let heading = [
        "Level",
        "Finding",
        "Value",
        "Lower",
        "Upper",
        "Interval",
        "n",
        "Events",
        "Method",
        "To keep in mind",
    ];
    let row = |finding: &Finding| {
        let estimate = finding.estimate.as_ref();
        let of = |pick: fn(&sheaf_metrics::EstimateView) -> Option<f64>| {
            estimate.and_then(pick).map_or(SheetCell::Empty, SheetCell::Number)
        };
        let count = |pick: Option<u64>| {
            pick.map_or(SheetCell::Empty, |count| SheetCell::Number(count as f64))
        };
        let mut mind = finding.caveats.clone();
        if !finding.why.is_empty() {
            mind.insert(0, finding.why.clone());
        }
        mind.extend(estimate.iter().flat_map(|one| one.warnings.iter().cloned()));
        vec![
            text(finding.level.name()),
            text(&finding.text),
            of(|one| one.value),
            of(|one| one.lower),
            of(|one| one.upper),
            of(|one| one.lower.or(one.upper).map(|_| one.level)),
            count(estimate.and_then(|one| one.n)),
            count(estimate.and_then(|one| one.events)),
            estimate.map_or(SheetCell::Empty, |one| text(&one.method)),
            text(&mind.join("\n")),
        ]
    };
    Sheet {
        name: "Findings".to_owned(),
        heading: heading.map(str::to_owned).into(),
        rows: all.iter().map(row).collect(),
    }
}

/// The numbers of a chart, as its CSV file has them.
fn numbers(spec: &ChartSpec) -> Sheet {
    let heading = spec.row_heading().map(str::to_owned).into();
    let number = |value: Option<f64>| value.map_or(SheetCell::Empty, SheetCell::Number);
    let row = |row: Row| {
        vec![
            text(&row.series),
            match spec.x.scale {
                Scale::Category { .. } => text(&row.x),
                _ => row.x.parse().map_or_else(|_| dated(&row.x), SheetCell::Number),
            },
            number(row.y),
            number(row.lower),
            number(row.upper),
            number(row.n.map(f64::from)),
            text(match row.status {
                Status::Shown => "shown",
                Status::Suppressed => "hidden",
                Status::NoData => "no data",
            }),
        ]
    };
    Sheet { name: spec.title.clone(), heading, rows: spec.rows().into_iter().map(row).collect() }
}

fn about_report(report: &Report) -> Sheet {
    let mut rows = vec![
        ("Metric", text(&format!("{} {}", report.metric, report.version))),
        ("Hash of its files", text(&report.script_hash)),
        ("Title", text(&report.title)),
        ("Counted", text(&report.subtitle)),
        ("As of", SheetCell::Date(report.as_of)),
        ("Rows read", SheetCell::Number(report.rows_read as f64)),
    ];
    let options = report.options.iter();
    let options = options.map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        ("Option", text(&format!("{name} = {value}")))
    });
    rows.extend(options);
    rows.extend(report.caveats.iter().map(|caveat| ("To keep in mind", text(caveat))));
    let hidden: u32 = report.tables.iter().map(|table| table.suppressed).sum::<u32>()
        + report.charts.iter().map(|chart| chart.provenance.suppressed).sum::<u32>();
    rows.push(hidden_row(hidden));
    let own = report.cases.iter().filter_map(|case| case.chart.as_ref());
    rows.extend(report.charts.iter().chain(own).find_map(notice));
    about(rows)
}

fn about_chart(spec: &ChartSpec) -> Sheet {
    let mut rows = vec![
        ("Title", text(&spec.title)),
        ("Counted", text(&spec.subtitle)),
        ("As of", SheetCell::Date(spec.provenance.as_of)),
        ("From", text(&spec.provenance.source)),
        ("Hash of its files", text(&spec.provenance.script_hash)),
        ("Cases", SheetCell::Number(spec.provenance.n as f64)),
        hidden_row(spec.provenance.suppressed),
    ];
    rows.extend(notice(spec));
    about(rows)
}

fn hidden_row(count: u32) -> (&'static str, SheetCell) {
    ("Values hidden, as too few pupils are behind them", SheetCell::Number(f64::from(count)))
}

/// What every copy must say.
fn notice(spec: &ChartSpec) -> Option<(&'static str, SheetCell)> {
    let words = &spec.provenance.notice;
    (!words.is_empty()).then(|| ("Note", text(words)))
}

fn about(rows: Vec<(&'static str, SheetCell)>) -> Sheet {
    Sheet {
        name: ABOUT.to_owned(),
        heading: ["What", ""].map(str::to_owned).into(),
        rows: rows.into_iter().map(|(what, value)| vec![text(what), value]).collect(),
    }
}

fn text(words: &str) -> SheetCell {
    if words.is_empty() { SheetCell::Empty } else { SheetCell::Text(words.to_owned()) }
}

/// A value of a table; one that is missing is empty.
fn cell(value: &Value) -> SheetCell {
    match value {
        Value::Null => SheetCell::Empty,
        Value::Number(number) => number.as_f64().map_or(SheetCell::Empty, SheetCell::Number),
        Value::Bool(flag) => text(if *flag { "yes" } else { "no" }),
        Value::String(words) => dated(words),
        other => text(&other.to_string()),
    }
}

/// A text that is a day in ISO 8601, and nothing more, is a day.
fn dated(words: &str) -> SheetCell {
    let day = words.parse::<Date>().ok().filter(|day| day.to_string() == words);
    day.map_or_else(|| text(words), SheetCell::Date)
}
