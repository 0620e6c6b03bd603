//! A report as faces show it, and the tables that metrics read as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::DateTime;
use serde::Serialize;
use serde_json::Value as Json;
use sheaf_analytics::{TableSpec, tables};
use sheaf_metrics::{
    Case, EstimateView, Finding, List, OptionKind, OptionSpec, Package, Report, Table, digits,
};
use sheaf_records::{CodeLists, ListId};

use crate::desk::{
    CaseLine, Choice, FilterColumn, FindingLine, FormField, FormKind, ListedPupil, MetricCard,
    MetricResult, ResultTable, Sketch,
};
use crate::shape::{MetricState, ReviewTable};

/// What stands in a cell that is hidden, because too few pupils are behind it or because it would
/// tell another that is; what is missing is empty.
pub(super) const HIDDEN: &str = "hidden";

/// One table that a metric can read.
#[derive(Clone, Debug, Serialize)]
pub struct TableShape {
    /// The name that scripts use.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Its columns.
    pub columns: Vec<TableColumn>,
}

/// One column of a table.
#[derive(Clone, Debug, Serialize)]
pub struct TableColumn {
    /// The name that scripts use.
    pub name: &'static str,
    /// What its values are.
    #[serde(rename = "type")]
    pub ty: String,
    /// The unit of a number.
    pub unit: Option<&'static str>,
    /// The code list of a text.
    pub codes: Option<&'static str>,
    /// What it means.
    pub meaning: &'static str,
}

impl TableShape {
    pub(super) fn of(table: &TableSpec) -> Self {
        let columns = table.columns.iter().map(|column| TableColumn {
            name: column.name,
            ty: column.ty.to_string(),
            unit: column.unit,
            codes: column.codes.map(ListId::name),
            meaning: column.meaning,
        });
        Self { name: table.name, row: table.row, columns: columns.collect() }
    }
}

/// A metric as a face offers it.
pub(super) fn card_of(package: &Package) -> MetricCard {
    let manifest = &package.manifest;
    MetricCard {
        id: manifest.id.clone(),
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        question: manifest.question.clone(),
        origin: "Comes with Sheaf".to_owned(),
        state: MetricState::Bundled,
        record: None,
        may_withdraw: false,
        reads: manifest.reads.iter().map(|read| read_words(read)).collect(),
        sketch: sketch_of(&package.script),
        form: manifest.options.iter().map(form_field).collect(),
    }
}

/// `pupils.year_group` as `year group of pupils`.
fn read_words(read: &str) -> String {
    let plain = |name: &str| name.replace('_', " ");
    match read.split_once('.') {
        Some((table, column)) => format!("{} of {}", plain(column), plain(table)),
        None => plain(read),
    }
}

/// The kind of the first chart that a script draws.
fn sketch_of(script: &str) -> Sketch {
    let kind = script.split("chart(\"").nth(1).and_then(|rest| rest.split('"').next());
    match kind {
        Some("step") => Sketch::Step,
        Some("bar") => Sketch::Bars,
        Some("points" | "forest") => Sketch::Forest,
        Some("spc") => Sketch::Control,
        Some("phase") => Sketch::Phase,
        Some("heat") => Sketch::Heat,
        _ => Sketch::Line,
    }
}

fn form_field(option: &OptionSpec) -> FormField {
    FormField {
        name: option.name.clone(),
        title: option.title.clone(),
        help: form_help(&option.kind),
        unit: option.kind.unit().to_owned(),
        kind: form_kind(&option.kind),
        default: option.kind.default_text().unwrap_or_default(),
    }
}

/// What to write, where something is to be written: what is picked shows by itself what there is.
fn form_help(kind: &OptionKind) -> String {
    match kind {
        OptionKind::Period { .. } => "Days of your own as 2026-09-01..2026-12-18".to_owned(),
        OptionKind::Filter { .. } => "A condition, such as year_group == \"9\"".to_owned(),
        OptionKind::Integer { .. }
        | OptionKind::Number { .. }
        | OptionKind::Choice { .. }
        | OptionKind::Boolean { .. }
        | OptionKind::Dimensions { .. } => String::new(),
        typed => typed.help(),
    }
}

fn form_kind(kind: &OptionKind) -> FormKind {
    let plain = |code: &str| Choice { code: code.to_owned(), title: code.replace('_', " ") };
    match kind {
        OptionKind::Period { .. } => {
            let names = sheaf_analytics::PeriodSpec::NAMES;
            let mut offered: Vec<Choice> = names.iter().map(|name| plain(name)).collect();
            let own = kind.default_text().filter(|own| !names.contains(&own.as_str()));
            offered.extend(own.map(|own| plain(&own)));
            FormKind::Period(offered)
        }
        OptionKind::Integer { min, max, .. } => FormKind::Integer { min: *min, max: *max },
        OptionKind::Number { min, max, .. } => FormKind::Number { min: *min, max: *max },
        OptionKind::Choice { values, .. } => {
            FormKind::Choice(values.iter().map(|value| plain(value)).collect())
        }
        OptionKind::Boolean { .. } => FormKind::Boolean,
        OptionKind::Filter { table, .. } => FormKind::Filter { columns: columns_of(table) },
        OptionKind::Dimensions { table, .. } => FormKind::Several(dimensions_of(table)),
        _ => FormKind::Text,
    }
}

fn columns_of(table: &str) -> Vec<FilterColumn> {
    let found = tables().iter().find(|one| one.name == table);
    let columns = found.map(|one| one.columns).unwrap_or_default();
    let codes = CodeLists::built_in();
    let value =
        |(code, title): (&str, &str)| Choice { code: code.to_owned(), title: title.to_owned() };
    let column = |column: &sheaf_analytics::ColumnSpec| FilterColumn {
        name: column.name.to_owned(),
        meaning: column.meaning.to_owned(),
        values: column.codes.iter().flat_map(|list| codes.titles(*list)).map(value).collect(),
    };
    columns.iter().map(column).collect()
}

/// The columns by which one can split: those with a code list.
fn dimensions_of(table: &str) -> Vec<Choice> {
    let found = tables().iter().find(|one| one.name == table);
    let columns = found.map(|one| one.columns).unwrap_or_default();
    let choice = |column: &sheaf_analytics::ColumnSpec| Choice {
        code: column.name.to_owned(),
        title: column.name.replace('_', " "),
    };
    columns.iter().filter(|column| column.codes.is_some()).map(choice).collect()
}

/// A report as a face shows it.
pub(super) fn result_of(report: Report, ran_at: DateTime) -> MetricResult {
    let options: BTreeMap<String, String> =
        report.options.iter().map(|(name, value)| (name.clone(), words(value))).collect();
    MetricResult {
        metric: report.metric,
        title: report.title,
        subtitle: report.subtitle,
        as_of: report.as_of,
        options,
        findings: report.findings.into_iter().map(finding_line).collect(),
        charts: report.charts.into_iter().map(Arc::new).collect(),
        tables: shown_tables(&report.tables),
        lists: report.lists.into_iter().map(listed).collect(),
        cases: report.cases.into_iter().map(case_line).collect(),
        caveats: report.caveats,
        ran_at,
        compared: None,
        seconds: report.seconds.unwrap_or_default(),
        rows_read: report.rows_read,
    }
}

fn finding_line(finding: Finding) -> FindingLine {
    let mut caveats = finding.caveats;
    if !finding.why.is_empty() {
        caveats.insert(0, finding.why);
    }
    if let Some(check) = finding.check {
        // A script may have said itself what the plain figure is of.
        if !caveats.iter().any(|caveat| is_said(caveat, &check.words)) {
            caveats.push(format!("Counted plainly: {}", check.words));
        }
    }
    let estimate = finding.estimate.map(|estimate| {
        caveats.extend(estimate.warnings);
        estimate.words
    });
    let estimate = estimate.filter(|words| !is_said(&finding.text, words));
    FindingLine {
        level: finding.level.name().to_owned(),
        text: finding.text,
        estimate: estimate.unwrap_or_default(),
        before: None,
        caveats,
    }
}

/// Whether a sentence gives an estimate itself, however it words it: it has all its numbers.
fn is_said(text: &str, estimate: &str) -> bool {
    let said: Vec<&str> = numbers(text).collect();
    let mut wanted = numbers(estimate).peekable();
    wanted.peek().is_some() && wanted.all(|number| said.contains(&number))
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let parts = parts.map(|part| part.trim_matches('.'));
    // The level of the interval is no part of the answer.
    parts.filter(|part| !part.is_empty() && *part != "95")
}

/// A table as a review shows it.
pub(super) fn table_of(table: &Table) -> ReviewTable {
    let shown = result_table(table);
    ReviewTable { columns: shown.columns, rows: shown.rows }
}

/// The tables of a report as people read them: numbers with three digits, what is hidden by that
/// word and what is missing empty.
pub fn shown_tables(tables: &[Table]) -> Vec<ResultTable> {
    tables.iter().map(result_table).collect()
}

fn result_table(table: &Table) -> ResultTable {
    let cell = |(row, column): (usize, usize), value: &Json| match value {
        _ if table.is_hidden(row, column) => HIDDEN.to_owned(),
        Json::Number(number) if number.as_i64().is_none() => {
            number.as_f64().map_or_else(|| words(value), digits)
        }
        _ => words(value),
    };
    let row = |(row, cells): (usize, &Vec<Json>)| -> Vec<String> {
        cells.iter().enumerate().map(|(column, value)| cell((row, column), value)).collect()
    };
    ResultTable {
        title: table.title.clone(),
        columns: table.columns.clone(),
        rows: table.rows.iter().enumerate().map(row).collect(),
    }
}

fn listed(list: List) -> (String, Vec<ListedPupil>) {
    let pupil = |one: sheaf_metrics::Listed| ListedPupil {
        id: one.id,
        name: one.name,
        why: one.why,
        behind: one.ids.as_slice().to_vec(),
    };
    (list.title, list.pupils.into_iter().map(pupil).collect())
}

fn case_line(case: Case) -> CaseLine {
    let estimate = |(name, one): (String, EstimateView)| {
        let what = if one.method.is_empty() { name } else { one.method };
        (what, one.words)
    };
    CaseLine {
        id: case.id,
        name: case.name,
        estimates: case.estimates.into_iter().map(estimate).collect(),
        chart: case.chart.map(Arc::new),
    }
}

fn words(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_said_once() {
        let text = "Rate on the same 52 school days: clearly lower than last year (0.58 \
                    times, 95 % interval 0.42 to 0.71)";
        assert!(is_said(text, "0.58 times (95 % interval 0.42 to 0.71)"));
        assert!(!is_said(text, "0.58 times (95 % interval 0.41 to 0.71)"));
        assert!(!is_said("15 pupils account for half", "47 % (95 % interval 38 to 56 %)"));
        assert!(!is_said("The level changed", "not known"), "no number is no repetition");
    }

    #[test]
    fn a_cell_of_a_table_has_three_digits_and_counts_are_whole() {
        let rows = vec![vec!["Year 8".into(), 92.into(), 1.082_251_08.into()]];
        let table = table(&["Group", "Number", "Estimate"], rows, Vec::new());
        assert_eq!(result_table(&table).rows, [["Year 8", "92", "1.08"]]);
    }

    fn table(columns: &[&str], rows: Vec<Vec<Json>>, hidden: Vec<(usize, usize)>) -> Table {
        Table {
            title: "By group".to_owned(),
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            rows,
            suppressed: u32::try_from(hidden.len()).unwrap(),
            hidden,
            ids: Vec::new(),
        }
    }

    #[test]
    fn what_is_hidden_is_told_from_what_is_missing() {
        let rows = vec![
            vec!["Year 7".into(), Json::Null, Json::Null],
            vec!["Year 8".into(), 12.into(), Json::Null],
        ];
        let table = table(&["Group", "Number", "Upper"], rows, vec![(0, 1), (0, 2)]);
        let expected = [["Year 7", "hidden", "hidden"], ["Year 8", "12", ""]];
        assert_eq!(result_table(&table).rows, expected);
        assert_eq!(table_of(&table).rows, expected);
    }

    #[test]
    fn a_card_says_what_is_read_and_which_chart_comes_first() {
        let packages = crate::metrics::bundled::packages().unwrap();
        let cards: Vec<MetricCard> = packages.iter().map(card_of).collect();
        let of = |id: &str| cards.iter().find(|card| card.id == id).unwrap();
        let repeat = of("repeat-referrals");
        assert_eq!(repeat.sketch, Sketch::Step);
        assert_eq!(repeat.reads.first().map(String::as_str), Some("room referrals"));
        assert!(repeat.reads.contains(&"year group of pupils".to_owned()), "{:?}", repeat.reads);
        assert_eq!(of("behaviour-trends").sketch, Sketch::Control);
        assert_eq!(of("intervention-impact").sketch, Sketch::Forest);
    }
}
