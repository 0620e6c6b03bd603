//! From what a script said to the report: tests adjusted as a family, words chosen, names shown to
//! those who may see them, sources written down.

pub mod floats;
mod sentence;

use std::collections::BTreeMap;

use sheaf_analytics::TopPupil;
use sheaf_charts::{ChartSpec, IdSet, Layer, Provenance, Shape, decimal};
use sheaf_records::CodeLists;
use sheaf_stats::{Adjustment, adjust};

use crate::api::gaps::TopPupils;
use crate::api::output::{DraftCase, DraftFinding, DraftList, DraftTable, Listing, Parts};
use crate::api::people::SaidPupil;
use crate::error::MetricError;
use crate::estimate::{Estimate, settle};
use crate::missing::Missing;
use crate::options::{OptionKind, OptionSpec, Options};
use crate::package::Package;
use crate::report::{Case, Finding, Level, List, Listed, Report, Table};
use crate::run::{Audience, Run, RunContext};
use crate::words::{capitalised, counted, singular};

/// What a report needs to know of the run that it comes from.
pub struct Source<'a> {
    /// The metric.
    pub package: &'a Package,
    /// Its options.
    pub options: &'a Options,
    /// For whom it ran.
    pub context: &'a RunContext,
    /// What it used.
    pub run: &'a Run,
    /// What it printed.
    pub printed: Vec<String>,
}

/// The report of what a script said.
pub fn report(parts: Parts, source: &Source<'_>) -> Result<Report, MetricError> {
    let findings = family(parts.findings, parts.adjustment)?;
    let tests: Vec<Estimate> =
        findings.iter().filter_map(|finding| finding.estimate.clone()).collect();
    let codes = codes(source);
    let words = |text: &str| {
        codes.iter().fold(settle(text, &tests), |text, (code, title)| text.replace(code, title))
    };
    let subtitle = sentence::sentence(source)?;
    let title = words(&parts.title);
    let mut caveats: Vec<String> = parts.caveats.iter().map(|text| words(text)).collect();
    let may_name = source.context.audience == Audience::Pastoral && source.package.may_identify();
    let has_names = !parts.lists.is_empty() || !parts.cases.is_empty();
    if has_names && !may_name {
        caveats.push("Names of pupils are shown only to those who may see them".to_owned());
    }
    caveats.extend(source.run.notes());
    if let Some(conflicts) = conflict_words(source.run.conflicts()) {
        caveats.push(conflicts);
    }
    let (lists, cases) = match may_name {
        true => (parts.lists, parts.cases),
        false => (Vec::new(), Vec::new()),
    };
    Ok(Report {
        title: title.clone(),
        findings: findings.into_iter().map(|one| finding(one, &words)).collect(),
        tables: parts.tables.into_iter().map(|one| table(one, &words)).collect(),
        charts: parts.charts.into_iter().map(|one| chart(one, &title, &subtitle, source)).collect(),
        lists: named(lists, source.context),
        cases: cases.into_iter().map(|one| case(one, &subtitle, source)).collect(),
        caveats,
        subtitle,
        ..empty(source)
    })
}

/// The report of a run that needed a number which may not be shown.
pub fn refused(missing: &Missing, source: &Source<'_>) -> Result<Report, MetricError> {
    let mut parts = Parts { title: source.package.manifest.name.clone(), ..Parts::default() };
    parts.findings.push(DraftFinding {
        level: Level::Refused,
        text: format!("Nothing can be shown: {}", missing.why),
        estimate: None,
        check: None,
        why: missing.why.to_string(),
        caveats: Vec::new(),
    });
    report(parts, source)
}

fn empty(source: &Source<'_>) -> Report {
    let manifest = &source.package.manifest;
    let options: BTreeMap<String, serde_json::Value> =
        source.options.iter().map(|(name, value)| (name.to_owned(), value.to_json())).collect();
    Report {
        metric: manifest.id.clone(),
        version: manifest.version.clone(),
        script_hash: source.package.hash().to_owned(),
        title: String::new(),
        subtitle: String::new(),
        options,
        as_of: source.context.scope.as_of(),
        findings: Vec::new(),
        tables: Vec::new(),
        charts: Vec::new(),
        lists: Vec::new(),
        cases: Vec::new(),
        caveats: Vec::new(),
        printed: source.printed.clone(),
        seconds: None,
        rows_read: source.run.rows_read(),
    }
}

/// The codes among the options, with what people call them: `check_in` is no word of a sentence.
fn codes(source: &Source<'_>) -> Vec<(String, String)> {
    let title = |spec: &OptionSpec| {
        let OptionKind::ValueOf { table, column, .. } = &spec.kind else { return None };
        let code = source.options.get(&spec.name)?.to_string();
        let list = sheaf_analytics::table(table).ok()?.column(column).ok()?.codes?;
        let title = CodeLists::built_in().title(list, &code).to_lowercase();
        (code.contains('_') && title != code).then_some((code, title))
    };
    source.package.manifest.options.iter().filter_map(title).collect()
}

fn conflict_words(rows: u64) -> Option<String> {
    match rows {
        0 => None,
        1 => Some("One row holds a value that two people wrote at once".to_owned()),
        rows => {
            let rows = decimal(rows as f64, 0);
            Some(format!("{rows} rows hold a value that two people wrote at once"))
        }
    }
}

/// What a family may err: a tenth of the discoveries where splits are explored, a twentieth of all
/// claims about interventions.
const fn threshold(adjustment: Adjustment) -> f64 {
    match adjustment {
        Adjustment::Holm => 0.05,
        _ => 0.10,
    }
}

/// The findings with their tests adjusted as one family. A test that does not stand is told as
/// information, whatever the script called it.
fn family(
    mut findings: Vec<DraftFinding>,
    adjustment: Option<Adjustment>,
) -> Result<Vec<DraftFinding>, MetricError> {
    let Some(adjustment) = adjustment else { return Ok(findings) };
    let p_of = |finding: &DraftFinding| finding.estimate.as_ref().and_then(Estimate::p);
    let p: Vec<f64> = findings.iter().filter_map(p_of).collect();
    let adjusted = adjust(&p, adjustment).map_err(|error| {
        let problem = crate::error::Problem::of_file(crate::package::SCRIPT, error.to_string());
        MetricError::Script(problem)
    })?;
    let tests = findings.iter_mut().filter(|finding| p_of(finding).is_some());
    for (finding, p) in tests.zip(adjusted) {
        finding.estimate = finding.estimate.as_ref().map(|estimate| estimate.adjusted(p));
        if p >= threshold(adjustment) && finding.level > Level::Info {
            finding.level = Level::Info;
            finding.why = "the difference does not stand after adjustment".to_owned();
        }
    }
    Ok(findings)
}

fn finding(draft: DraftFinding, words: &impl Fn(&str) -> String) -> Finding {
    let missing = draft.estimate.as_ref().and_then(Estimate::why);
    let (level, why) = match missing {
        Some(missing) => (Level::Refused, missing.why.to_string()),
        None => (draft.level, words(&draft.why)),
    };
    Finding {
        level,
        text: capitalised(&words(&draft.text)),
        estimate: draft.estimate.as_ref().map(Estimate::view),
        check: draft.check.as_ref().map(Estimate::view),
        why,
        caveats: draft.caveats.iter().map(|text| capitalised(&words(text))).collect(),
    }
}

fn table(draft: DraftTable, words: &impl Fn(&str) -> String) -> Table {
    let hidden = hidden_cells(&draft.rows);
    let shown = |cell: Option<serde_json::Value>| match cell {
        Some(serde_json::Value::String(text)) => words(&text).into(),
        Some(value) => value,
        None => serde_json::Value::Null,
    };
    // How many records stand behind a row is what its hidden cells would say.
    let is_hidden = |row: &[Option<serde_json::Value>]| row.iter().any(Option::is_none);
    let ids = draft.ids.into_iter().zip(&draft.rows);
    let ids = ids.map(|(ids, row)| if is_hidden(row) { IdSet::default() } else { ids }).collect();
    Table {
        title: words(&draft.title),
        columns: draft.columns,
        rows: draft.rows.into_iter().map(|row| row.into_iter().map(shown).collect()).collect(),
        suppressed: u32::try_from(hidden.len()).unwrap_or(u32::MAX),
        hidden,
        ids,
    }
}

/// The cells that are hidden, as row and column.
fn hidden_cells(rows: &[Vec<Option<serde_json::Value>>]) -> Vec<(usize, usize)> {
    let of_row = |(row, cells): (usize, &Vec<Option<serde_json::Value>>)| -> Vec<(usize, usize)> {
        let hidden = cells.iter().enumerate().filter(|(_, cell)| cell.is_none());
        hidden.map(|(column, _)| (row, column)).collect()
    };
    rows.iter().enumerate().flat_map(of_row).collect()
}

fn chart(mut spec: ChartSpec, title: &str, subtitle: &str, source: &Source<'_>) -> ChartSpec {
    let manifest = &source.package.manifest;
    if spec.title.is_empty() {
        title.clone_into(&mut spec.title);
    }
    let n = cases_behind(&spec);
    spec.provenance = Provenance {
        source: format!("{} {}", manifest.id, manifest.version),
        script_hash: source.package.hash().to_owned(),
        n,
        as_of: source.context.scope.as_of(),
        ..spec.provenance
    };
    subtitle.clone_into(&mut spec.subtitle);
    spec
}

/// How many cases are behind a chart: of a curve those at its start, of lines and bars those of all
/// marks together.
fn cases_behind(spec: &ChartSpec) -> u64 {
    let is_curve = |layer: &Layer| layer.shape == Shape::Step;
    if spec.layers.iter().any(is_curve) {
        let marks = spec.layers.iter().flat_map(|layer| &layer.marks);
        return marks.map(|mark| u64::from(mark.n)).max().unwrap_or_default();
    }
    let lines = spec.layers.iter().filter(|layer| layer.shape != Shape::Points);
    let lines = lines.filter(|layer| layer.shape.is_series());
    lines.flat_map(|layer| &layer.marks).map(|mark| u64::from(mark.n)).sum()
}

/// The lists with anybody on them: a finding says that there is nobody, not a bare title.
fn named(lists: Vec<DraftList>, context: &RunContext) -> Vec<List> {
    let lists = lists.into_iter().map(|one| list(one, context));
    lists.filter(|list| !list.pupils.is_empty()).collect()
}

fn list(draft: DraftList, context: &RunContext) -> List {
    let name = |pupil| (context.names)(pupil).unwrap_or_else(|| "Name not known here".to_owned());
    let mut title = settle(&draft.title, &[]);
    let pupils = match draft.pupils {
        Listing::Top(top, show) => {
            let one = |pupil: &TopPupil| Listed {
                id: pupil.pupil,
                name: name(pupil.pupil),
                why: top_words(&top, pupil, &show),
                ids: crate::ids::shown(pupil.ids.clone()),
            };
            top.pupils.iter().map(one).collect()
        }
        Listing::Said(said) => {
            if let Some(cut) = said.cut_words() {
                title = format!("{title}, {cut}");
            }
            let one = |pupil: &SaidPupil| Listed {
                id: pupil.pupil,
                name: name(pupil.pupil),
                why: pupil.why.clone(),
                ids: pupil.ids.clone(),
            };
            said.pupils.iter().map(one).collect()
        }
    };
    List { title, pupils }
}

/// `7 referrals, last 12 Nov 2026, usually 6 school days apart`
fn top_words(top: &TopPupils, pupil: &TopPupil, show: &[String]) -> String {
    let mut why = Vec::new();
    for show in show {
        match show.as_str() {
            "count" => why.push(counted(pupil.count as u64, &top.noun)),
            "last" => why.push(format!("last {}", pupil.last.strftime("%-d %b %Y"))),
            _ => why.extend(pupil.median_gap.map(|gap| {
                let places = usize::from(gap.fract() != 0.0);
                let unit = if gap == 1.0 { singular(top.unit) } else { top.unit.to_owned() };
                format!("usually {} {unit} apart", decimal(gap, places))
            })),
        }
    }
    why.join(", ")
}

fn case(draft: DraftCase, subtitle: &str, source: &Source<'_>) -> Case {
    let name = (source.context.names)(draft.pupil);
    let name = name.unwrap_or_else(|| "Name not known here".to_owned());
    Case {
        id: draft.pupil,
        name: name.clone(),
        estimates: draft.estimates.into_iter().map(|(name, one)| (name, one.view())).collect(),
        chart: draft.chart.map(|spec| chart(spec, &name, subtitle, source)),
    }
}
