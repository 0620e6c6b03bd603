//! `chart(..)`: what a script says of a picture. The layout says the rest.

mod control;
mod funnel;
mod heat;
mod pareto;

pub use heat::HeatCells;

use std::collections::BTreeSet;

use rhai::{Array, Dynamic};
use sheaf_charts::{AxisData, ChartData, LayerData, Mark, Scale, ShapeData, Status};

use super::grid::Spots;
use super::occupancy::Occupancy;
use crate::column::{About, Backing, Column, Values, codes, kind_of, single};
use crate::estimate::{Estimate, settle};
use crate::fault::{fault, unknown};
use crate::outcome::Outcome;
use crate::registry::{Answer, Group, Registry};
use crate::settle::floats::checked;

/// The kinds of chart that API 1 draws.
const KINDS: [&str; 10] =
    ["line", "step", "bar", "points", "forest", "spc", "phase", "heat", "pareto", "funnel"];

/// A chart that is being put together.
#[derive(Clone)]
pub struct Chart {
    kind: &'static str,
    title: String,
    x: Option<Column>,
    y: Option<Column>,
    lower: Option<Column>,
    upper: Option<Column>,
    series: Option<Column>,
    estimates: Vec<Estimate>,
    rules_x: Vec<f64>,
    rules_y: Vec<f64>,
    notes: Vec<String>,
    x_title: Option<String>,
    y_title: Option<String>,
    /// The points that a rule of a control chart names, from 1.
    signals: Vec<usize>,
    /// Where lines are broken: days of holidays.
    gaps: Vec<(f64, f64)>,
    /// Words at a place.
    annotations: Vec<(f64, String)>,
    /// The cells of a heat chart.
    cells: Option<HeatCells>,
    /// The curves of a Pareto chart.
    concentrations: Vec<Outcome>,
}

/// Registers charts.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Chart>("chart");
    registry.function(
        Group::Chart.item(
            "chart",
            "chart(\"line\" | \"step\" | \"bar\" | \"points\" | \"forest\" | \"spc\" | \"phase\" | \
             \"heat\" | \"pareto\" | \"funnel\") -> chart",
            "A chart of this kind. Ticks, colours, number formats and hidden values are the \
             host's, and so are the limits of a funnel: `x` is an exposure, `y` the rate for one \
             of it, `series` the name of each group.",
            "chart(\"line\").x([1, 2]).y([3, 4]).to_string()",
            "line chart",
        ),
        |kind: &str| start(kind),
    );
    registry.overload("to_string", |chart: &mut Chart| format!("{} chart", chart.kind));
    texts(registry);
    data(registry);
    control::register(registry);
}

fn start(kind: &str) -> Answer<Chart> {
    let kind = KINDS
        .into_iter()
        .find(|known| *known == kind)
        .ok_or_else(|| unknown("there is no chart", kind, KINDS))?;
    Ok(Chart {
        kind,
        title: String::new(),
        x: None,
        y: None,
        lower: None,
        upper: None,
        series: None,
        estimates: Vec::new(),
        rules_x: Vec::new(),
        rules_y: Vec::new(),
        notes: Vec::new(),
        x_title: None,
        y_title: None,
        signals: Vec::new(),
        gaps: Vec::new(),
        annotations: Vec::new(),
        cells: None,
        concentrations: Vec::new(),
    })
}

fn texts(registry: &mut Registry) {
    let mut text = |name, signature, doc, example, set: fn(&mut Chart, String)| {
        registry.function(
            Group::Chart.item(name, signature, doc, example, "line chart"),
            move |chart: &mut Chart, text: &str| {
                let mut chart = chart.clone();
                set(&mut chart, settle(&checked(text)?, &[]));
                Answer::Ok(chart)
            },
        );
    };
    text(
        "title",
        "chart.title(text) -> chart",
        "What the chart shows, in a few words.",
        "chart(\"line\").title(\"Incidents\").to_string()",
        |chart, text| chart.title = text,
    );
    text(
        "x_title",
        "chart.x_title(text) -> chart",
        "What the horizontal axis measures, where the column does not say.",
        "chart(\"line\").x_title(\"Week\").to_string()",
        |chart, text| chart.x_title = Some(text),
    );
    text(
        "y_title",
        "chart.y_title(text) -> chart",
        "What the vertical axis measures, where the column does not say.",
        "chart(\"line\").y_title(\"Incidents\").to_string()",
        |chart, text| chart.y_title = Some(text),
    );
    text(
        "note",
        "chart.note(text) -> chart",
        "A line below the chart.",
        "chart(\"line\").note(\"Two snow days\").to_string()",
        |chart, text| chart.notes.push(text),
    );
}

fn data(registry: &mut Registry) {
    let mut column = |name, signature, doc, example, set: fn(&mut Chart, Column)| {
        registry.function(
            Group::Chart.item(name, signature, doc, example, "line chart"),
            move |chart: &mut Chart, values: Dynamic| {
                let mut chart = chart.clone();
                set(&mut chart, as_column(name, &values)?);
                Answer::Ok(chart)
            },
        );
    };
    column(
        "x",
        "chart.x(column) -> chart",
        "Where the values stand: numbers, school days or names.",
        "chart(\"line\").x([1, 2]).to_string()",
        |chart, column| chart.x = Some(column),
    );
    column(
        "y",
        "chart.y(column) -> chart",
        "The values.",
        "chart(\"line\").y([1, 2]).to_string()",
        |chart, column| chart.y = Some(column),
    );
    column(
        "lower",
        "chart.lower(column) -> chart",
        "The lower ends of the intervals.",
        "chart(\"line\").lower([1, 2]).to_string()",
        |chart, column| chart.lower = Some(column),
    );
    column(
        "upper",
        "chart.upper(column) -> chart",
        "The upper ends of the intervals.",
        "chart(\"line\").upper([1, 2]).to_string()",
        |chart, column| chart.upper = Some(column),
    );
    column(
        "series",
        "chart.series(column) -> chart",
        "The series that each value belongs to; of a forest, the name of each estimate.",
        "chart(\"line\").series([\"a\", \"b\"]).to_string()",
        |chart, column| chart.series = Some(column),
    );
    registry.function(
        Group::Chart.item(
            "value",
            "chart.value([estimates]) -> chart",
            "The estimates of a forest chart; of a heat chart what `stats::hotspots` found in a \
             grid, or an occupancy; of a Pareto chart results of `stats::concentration`.",
            "chart(\"forest\").value([stats::wilson(8, 20)]).to_string()",
            "forest chart",
        ),
        |chart: &mut Chart, values: Array| set_estimates(chart, &values),
    );
    registry.overload("value", |chart: &mut Chart, spots: Spots| Chart {
        cells: Some(spots.heat()),
        ..chart.clone()
    });
    registry.overload("value", |chart: &mut Chart, occupancy: Occupancy| Chart {
        cells: Some(occupancy.heat()),
        ..chart.clone()
    });
    rules(registry);
}

fn rules(registry: &mut Registry) {
    registry.function(
        Group::Chart.item(
            "mark",
            "chart.mark(x) -> chart",
            "A vertical line at `x`, with the value there.",
            "chart(\"line\").mark(20).to_string()",
            "line chart",
        ),
        |chart: &mut Chart, at: Dynamic| {
            let mut chart = chart.clone();
            chart.rules_x.push(single("`mark`", &at)?);
            Answer::Ok(chart)
        },
    );
    registry.function(
        Group::Chart.item(
            "reference",
            "chart.reference(y) -> chart",
            "A horizontal line at `y`, such as 1.0 for no difference.",
            "chart(\"line\").reference(1.0).to_string()",
            "line chart",
        ),
        |chart: &mut Chart, at: Dynamic| {
            let mut chart = chart.clone();
            chart.rules_y.push(single("`reference`", &at)?);
            Answer::Ok(chart)
        },
    );
}

fn as_column(name: &str, values: &Dynamic) -> Answer<Column> {
    if let Some(column) = values.read_lock::<Column>() {
        return Ok(column.clone());
    }
    match values.read_lock::<Array>() {
        Some(array) => {
            let texts = array.iter().filter(|one| one.is_string());
            texts.map(|one| checked(&one.to_string())).try_for_each(|one| one.map(drop))?;
            super::columns::from_array(&array)
        }
        None => Err(fault(format!("`{name}` needs a column, not {}", kind_of(values)))),
    }
}

fn set_estimates(chart: &mut Chart, values: &Array) -> Answer<Chart> {
    let mut chart = chart.clone();
    if chart.kind == "pareto" {
        let wrong = || fault("`value` of a Pareto chart needs results of stats::concentration");
        chart.concentrations = pareto::results(values).ok_or_else(wrong)?;
        return Ok(chart);
    }
    chart.estimates = values
        .iter()
        .map(|value| {
            super::output::as_estimate(value).ok_or_else(|| fault("`value` needs estimates"))
        })
        .collect::<Answer<_>>()?;
    Ok(chart)
}

impl Chart {
    /// The chart with its values, ready for layout.
    pub fn to_data(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        match self.kind {
            "forest" => self.forest(as_of),
            "spc" => self.control(as_of),
            "phase" => self.phases(as_of),
            "heat" => self.heat(as_of),
            "pareto" => self.pareto(as_of),
            "funnel" => self.funnel(as_of),
            _ => self.plot(as_of),
        }
    }

    fn plot(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let (mut data, mut marks, x, y) = self.values(as_of)?;
        if self.kind == "step" && y.about.scale == Scale::Share && x.about.drawn_to.is_some() {
            marks.insert(0, Mark::shown(0.0, 0.0));
            data.notes.push("Drawn while at least 10 are followed".to_owned());
        }
        let series = self.series.as_ref().map(series_names);
        Ok(self.with_layers(data, marks, series))
    }

    /// The chart without layers, and the marks of its values.
    fn values(&self, as_of: jiff::civil::Date) -> Answer<(ChartData, Vec<Mark>, &Column, &Column)> {
        let (Some(x), Some(y)) = (&self.x, &self.y) else {
            return Err(fault("a chart needs `x` and `y`"));
        };
        for (name, column) in [
            ("x", Some(x)),
            ("y", Some(y)),
            ("lower", self.lower.as_ref()),
            ("upper", self.upper.as_ref()),
        ] {
            column.map_or(Ok(()), |column| of_groups(name, column))?;
        }
        let at = positions(x);
        let values = y.to_numbers().ok_or_else(|| fault("`y` is text; numbers are needed"))?;
        let (lower, upper) = (ends(&self.lower)?, ends(&self.upper)?);
        for (name, found) in [
            ("y", Some(values.len())),
            ("lower", lower.as_ref().map(Vec::len)),
            ("upper", upper.as_ref().map(Vec::len)),
        ] {
            if found.is_some_and(|found| found != at.len()) {
                let found = found.unwrap_or_default();
                if let Some(missing) = y.guard.clone().filter(|_| y.len() == 0) {
                    return Err(missing.into_error());
                }
                return Err(fault(format!("`x` has {} values but `{name}` has {found}", at.len())));
            }
        }
        let backing = y.marks.as_ref().map(|marks| marks()).unwrap_or_default();
        let is_hidden = hidden_rows([&self.y, &self.lower, &self.upper]);
        let places = shown_places(x, &at);
        let mut marks: Vec<Mark> = Vec::with_capacity(at.len() + 1);
        let limit = x.about.drawn_to.unwrap_or(f64::INFINITY);
        for (row, (x, value)) in places
            .iter()
            .zip(&values)
            .enumerate()
            .filter(|(_, (x, _))| x.is_none_or(|x| x <= limit))
        {
            let interval = pick(&lower, row).zip(pick(&upper, row));
            marks.push(match x.filter(|_| !is_hidden.contains(&row)) {
                Some(x) => mark(x, *value, interval, backing.get(row)),
                None => {
                    Mark::suppressed(x.unwrap_or_else(|| marks.last().map_or(0.0, |one| one.x)))
                }
            });
        }
        let mut data = ChartData::new(
            self.title.clone(),
            axis(&x.about, self.x_title.as_deref(), x_scale(x)),
            axis(&y.about, self.y_title.as_deref(), y.about.scale.clone()),
            as_of,
        );
        data.notes.clone_from(&self.notes);
        Ok((data, marks, x, y))
    }

    fn with_layers(
        &self,
        mut data: ChartData,
        marks: Vec<Mark>,
        series: Option<Vec<String>>,
    ) -> ChartData {
        let (shape, band) = match self.kind {
            "step" => (ShapeData::Step, Some(ShapeData::StepBand)),
            "line" => (ShapeData::Line, Some(ShapeData::Band)),
            "bar" => (ShapeData::Bars, None),
            _ => (ShapeData::Points, None),
        };
        let groups = split(marks, series);
        let has_interval = self.lower.is_some() && self.upper.is_some();
        if let Some(band) = band.filter(|_| has_interval && groups.len() == 1) {
            data.notes.insert(0, "Shaded: 95 % interval".to_owned());
            for (name, marks) in &groups {
                data.layers.push(LayerData::new(name.clone(), band, marks.clone()));
            }
        }
        let first = groups.first().map(|(_, marks)| marks.clone()).unwrap_or_default();
        for (name, marks) in groups {
            let marks = self.broken(marks);
            data.layers.push(LayerData::new(name, shape, marks));
        }
        self.with_words(self.with_rules(data, &first))
    }

    fn with_rules(&self, mut data: ChartData, marks: &[Mark]) -> ChartData {
        let label_x = |at: f64| rule_label(&data.x.scale, &data.y.scale, at, marks);
        let rules: Vec<Mark> =
            self.rules_x.iter().map(|at| Mark::labelled(*at, 0.0, label_x(*at))).collect();
        if !rules.is_empty() {
            data.layers.push(LayerData::new("", ShapeData::RuleX, rules));
        }
        let rules: Vec<Mark> =
            self.rules_y.iter().map(|at| Mark::labelled(0.0, *at, String::new())).collect();
        if !rules.is_empty() {
            data.layers.push(LayerData::new("", ShapeData::RuleY, rules));
        }
        data
    }

    fn forest(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let names = self.series.as_ref().map(series_names).unwrap_or_default();
        if names.len() != self.estimates.len() {
            return Err(fault(format!(
                "`series` has {} names but `value` has {} estimates",
                names.len(),
                self.estimates.len()
            )));
        }
        let marks = self.estimates.iter().enumerate().map(|(place, estimate)| {
            let at = place as f64;
            match (estimate.numbers(), estimate.why()) {
                (Some(numbers), _) => {
                    mark(at, numbers.value, numbers.lower.zip(numbers.upper), None)
                }
                (None, Some(missing)) if missing.is_hidden => Mark::suppressed(at),
                _ => Mark::no_data(at),
            }
        });
        let is_ratio = |one: &Estimate| {
            one.numbers().is_some_and(|numbers| numbers.scale == sheaf_stats::Scale::Ratio)
        };
        let usual = match self.estimates.iter().any(is_ratio) {
            true => "Ratio with its 95 % interval; 1 is no difference",
            false => "",
        };
        let mut notes = self.notes.clone();
        let absent = names
            .iter()
            .zip(&self.estimates)
            .filter_map(|(name, one)| one.why().map(|missing| format!("{name}: {}", missing.why)));
        notes.extend(absent);
        let x = AxisData::new("", Scale::Category { names });
        let y = self.y_title.clone().unwrap_or_else(|| usual.to_owned());
        let y = AxisData::new(y, Scale::Number);
        let marks: Vec<Mark> = marks.collect();
        let data = ChartData::new(self.title.clone(), x, y, as_of).layer(LayerData::new(
            "Estimate",
            ShapeData::Points,
            marks.clone(),
        ));
        Ok(self.with_rules(ChartData { notes, ..data }, &marks))
    }
}

fn ends(column: &Option<Column>) -> Answer<Option<Vec<f64>>> {
    let numbers = |column: &Column| {
        column.to_numbers().ok_or_else(|| fault("an interval is text; numbers are needed"))
    };
    column.as_ref().map(numbers).transpose()
}

fn pick(values: &Option<Vec<f64>>, row: usize) -> Option<f64> {
    values.as_ref()?.get(row).copied().filter(|value| value.is_finite())
}

fn mark(x: f64, y: f64, interval: Option<(f64, f64)>, backing: Option<&Backing>) -> Mark {
    match backing {
        _ if !y.is_finite() => Mark::no_data(x),
        Some(backing) => {
            Mark { interval, ..Mark::shown(x, y) }.behind(backing.n, backing.ids.clone())
        }
        None => Mark { interval, ..Mark::shown(x, y) },
    }
}

fn positions(x: &Column) -> Vec<f64> {
    match &x.values {
        Values::Codes(codes, _) => codes.iter().map(|code| f64::from(*code)).collect(),
        _ => x.to_numbers().unwrap_or_default(),
    }
}

/// The rows that one of these columns hides: an end of an interval tells as much as a value.
fn hidden_rows(columns: [&Option<Column>; 3]) -> BTreeSet<usize> {
    let hidden = |column: &Column| column.hidden_marks().into_iter().enumerate();
    let rows = columns.into_iter().flatten().flat_map(hidden);
    rows.filter_map(|(row, is_hidden)| is_hidden.then_some(row)).collect()
}

/// Where each row stands; nowhere where its place is itself a value that is hidden. Days and names
/// are known whoever has what, and so are the times of a curve.
fn shown_places(x: &Column, at: &[f64]) -> Vec<Option<f64>> {
    let is_value = matches!(x.about.scale, Scale::Number | Scale::Count | Scale::Share)
        && matches!(x.values, Values::Numbers(_))
        && x.about.drawn_to.is_none();
    let hidden = if is_value { x.hidden_marks() } else { Vec::new() };
    let shown = |(row, place): (usize, &f64)| {
        Some(*place).filter(|_| !hidden.get(row).copied().unwrap_or_default())
    };
    at.iter().enumerate().map(shown).collect()
}

fn x_scale(x: &Column) -> Scale {
    match &x.values {
        Values::Codes(_, names) => Scale::Category { names: names.to_vec() },
        _ => x.about.scale.clone(),
    }
}

fn axis(about: &About, title: Option<&str>, scale: Scale) -> AxisData {
    AxisData::new(title.unwrap_or(&about.title), scale)
}

fn series_names(column: &Column) -> Vec<String> {
    match &column.values {
        Values::Codes(codes, names) => codes
            .iter()
            .map(|code| names.get(*code as usize).cloned().unwrap_or_default())
            .collect(),
        _ => codes("`series`", &Dynamic::from(column.clone()))
            .unwrap_or_default()
            .iter()
            .map(u32::to_string)
            .collect(),
    }
}

/// Refuses a column with a value for each single pupil: a mark of it would tell what only one has.
fn of_groups(name: &str, column: &Column) -> Answer<()> {
    match column.is_of_pupils() {
        true => Err(fault(format!(
            "`{name}` holds a value for each pupil, which no chart shows; group them first"
        ))),
        false => Ok(()),
    }
}

/// The marks of each series, in the order in which series first appear.
fn split(marks: Vec<Mark>, series: Option<Vec<String>>) -> Vec<(String, Vec<Mark>)> {
    let Some(names) = series else { return vec![(String::new(), marks)] };
    let mut groups: Vec<(String, Vec<Mark>)> = Vec::new();
    for (mark, name) in marks.into_iter().zip(names) {
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, group)) => group.push(mark),
            None => groups.push((name, vec![mark])),
        }
    }
    groups
}

/// What a vertical line says: the value of the first series there.
fn rule_label(x: &Scale, y: &Scale, at: f64, marks: &[Mark]) -> String {
    let place = format_value(x, at);
    let place = if *x == Scale::SchoolDays { format!("{place} school days") } else { place };
    let there = marks.iter().rev().find(|mark| mark.x <= at);
    match there.filter(|mark| mark.status == Status::Shown).and_then(|mark| mark.y) {
        Some(value) if marks.len() > 1 => format!("{} at {place}", format_value(y, value)),
        _ => place,
    }
}

fn format_value(scale: &Scale, value: f64) -> String {
    sheaf_charts::format_value(scale, value)
}
