//! Control charts and courses in two phases: limits, signals, broken lines, words at a place.

use rhai::{Array, Dynamic, Map};
use sheaf_analytics::Period;
use sheaf_charts::{ChartData, LayerData, Mark, ShapeData, day_number};

use super::{Chart, hidden_rows, mark};
use crate::column::single;
use crate::fault::fault;
use crate::outcome::Outcome;
use crate::registry::{Answer, Group, Registry};

/// The most words at places of one chart: more would run into each other.
const MAX_ANNOTATIONS: usize = 8;

/// Registers what these charts add.
pub fn register(registry: &mut Registry) {
    registry.function(
        Group::Chart.item(
            "signals",
            "chart.signals(rules) -> chart",
            "The points of a control chart that `stats::run_rules` names, or their numbers from 1.",
            "chart(\"spc\").signals([3]).to_string()",
            "spc chart",
        ),
        |chart: &mut Chart, signals: Dynamic| {
            Answer::Ok(Chart { signals: points(&signals)?, ..chart.clone() })
        },
    );
    registry.function(
        Group::Chart.item(
            "gaps",
            "chart.gaps(periods) -> chart",
            "Where lines are broken, such as `cx.calendar.holidays(p.window)`.",
            "chart(\"line\").gaps(cx.calendar.holidays(p.window)).to_string()",
            "line chart",
        ),
        |chart: &mut Chart, periods: Array| {
            let day = |date| f64::from(day_number(date));
            let gap = |value: &Dynamic| {
                let period = value.read_lock::<Period>();
                let period = period.ok_or_else(|| fault("`gaps` takes an array of periods"))?;
                Ok((day(period.from), day(period.to)))
            };
            let gaps = periods.iter().map(gap).collect::<Answer<_>>()?;
            Answer::Ok(Chart { gaps, ..chart.clone() })
        },
    );
    registry.function(
        Group::Chart.item(
            "annotate",
            "chart.annotate(x, words) -> chart",
            "A vertical line at `x` with words, such as a change of how things are recorded.",
            "chart(\"line\").annotate(20300, \"New form\").to_string()",
            "line chart",
        ),
        |chart: &mut Chart, at: Dynamic, words: &str| {
            let mut chart = chart.clone();
            if chart.annotations.len() >= MAX_ANNOTATIONS {
                return Err(fault(format!("a chart has room for {MAX_ANNOTATIONS} annotations")));
            }
            chart.annotations.push((place("annotate", &at)?, words.to_owned()));
            Answer::Ok(chart)
        },
    );
}

/// A place on the axis: a number, or a date as text.
fn place(what: &str, value: &Dynamic) -> Answer<f64> {
    if let Ok(text) = value.clone().into_string() {
        let date: jiff::civil::Date = text
            .parse()
            .map_err(|_| fault(format!("`{text}` of `{what}` is no date as 2026-11-22")))?;
        return Ok(f64::from(day_number(date)));
    }
    single(&format!("`{what}`"), value)
}

/// The numbers of points, from the result of the rules or an array.
fn points(value: &Dynamic) -> Answer<Vec<usize>> {
    if let Some(rules) = value.read_lock::<Outcome>() {
        if rules.why().is_some() {
            return Ok(Vec::new());
        }
        return points(&rules.field("points")?);
    }
    let wrong = || fault("`signals` takes the result of stats::run_rules, or numbers of points");
    let items = value.read_lock::<Array>().ok_or_else(wrong)?;
    let point = |item: &Dynamic| {
        let index = match item.read_lock::<Map>() {
            Some(map) => map.get("index").and_then(|index| index.as_int().ok()),
            None => item.as_int().ok(),
        };
        index.and_then(|index| usize::try_from(index).ok()).ok_or_else(wrong)
    };
    items.iter().map(point).collect()
}

impl Chart {
    /// Marks with a break wherever a gap lies between two of them.
    pub(super) fn broken(&self, marks: Vec<Mark>) -> Vec<Mark> {
        let mut out: Vec<Mark> = Vec::with_capacity(marks.len() + self.gaps.len());
        for one in marks {
            let last = out.last().map_or(f64::INFINITY, |last| last.x);
            let gap = self.gaps.iter().find(|gap| last < gap.1 && gap.1 < one.x);
            out.extend(gap.map(|gap| Mark::no_data(gap.1)));
            out.push(one);
        }
        out
    }

    /// A control chart: the line of values, the band between the limits, the centre, and the points
    /// that a rule names.
    pub(super) fn control(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let (mut data, marks, ..) = self.values(as_of)?;
        let plain = |marks: &[Mark]| -> Vec<Mark> {
            marks.iter().map(|one| Mark { interval: None, ..one.clone() }).collect()
        };
        let signalled: Vec<Mark> = self
            .signals
            .iter()
            .filter_map(|index| marks.get(index.checked_sub(1)?).cloned())
            .filter(|one| one.y.is_some())
            .collect();
        let signalled = plain(&signalled);
        if self.lower.is_some() && self.upper.is_some() {
            data.layers.push(LayerData::new(
                "Each value",
                ShapeData::Band,
                self.broken(self.limits(&marks)),
            ));
            data.notes.insert(0, "Shaded: what is usual, within the control limits".to_owned());
        }
        data.layers.push(LayerData::new("Each value", ShapeData::Line, self.broken(plain(&marks))));
        if !signalled.is_empty() {
            data.layers.push(LayerData::new("Sign of change", ShapeData::Points, signalled));
        }
        Ok(self.with_words(self.with_rules(data, &marks)))
    }

    /// The limits of every bin, those of hidden values too: those of a rate rest on pupil-days
    /// alone. A limit that is itself hidden is not drawn.
    fn limits(&self, marks: &[Mark]) -> Vec<Mark> {
        let ends = |column: &Option<crate::column::Column>| {
            column.as_ref().and_then(crate::column::Column::to_numbers).unwrap_or_default()
        };
        let (lower, upper) = (ends(&self.lower), ends(&self.upper));
        let hidden = hidden_rows([&self.lower, &self.upper, &None]);
        let limit = |(row, (one, (low, high))): (usize, (&Mark, (&f64, &f64)))| match low
            .is_finite()
            && !hidden.contains(&row)
        {
            true => mark(one.x, f64::midpoint(*low, *high), Some((*low, *high)), None),
            false => Mark::no_data(one.x),
        };
        marks.iter().zip(lower.iter().zip(&upper)).enumerate().map(limit).collect()
    }

    /// A course in two phases: a line broken at the start, with the mean of each phase.
    pub(super) fn phases(&self, as_of: jiff::civil::Date) -> Answer<ChartData> {
        let (mut data, marks, ..) = self.values(as_of)?;
        let start = self.rules_x.first().copied().unwrap_or(f64::INFINITY);
        let (before, after): (Vec<Mark>, Vec<Mark>) =
            marks.iter().cloned().partition(|one| one.x < start);
        let mut average = Vec::new();
        for side in [&before, &after] {
            let values: Vec<f64> = side.iter().filter_map(|one| one.y).collect();
            let ends = side.first().zip(side.last()).filter(|_| values.len() > 1);
            let Some((first, last)) = ends else { continue };
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            average.extend([Mark::shown(first.x, mean), Mark::shown(last.x, mean)]);
            average.push(Mark::no_data(last.x));
        }
        let gap = before.last().map(|last| Mark::no_data(last.x));
        let weeks: Vec<Mark> = before.into_iter().chain(gap).chain(after).collect();
        data.layers.push(LayerData::new("Each week", ShapeData::Line, self.broken(weeks)));
        data.layers.push(LayerData::new("Average", ShapeData::Line, average));
        if !self.rules_x.is_empty() {
            data.notes.push("The half-term in which the pupil was chosen is left out".to_owned());
        }
        Ok(self.with_words(self.with_start(data)))
    }

    /// The day of the start as a vertical line.
    fn with_start(&self, mut data: ChartData) -> ChartData {
        let rules: Vec<Mark> =
            self.rules_x.iter().map(|at| Mark::labelled(*at, 0.0, "Start")).collect();
        if !rules.is_empty() {
            data.layers.push(LayerData::new("", ShapeData::RuleX, rules));
        }
        data
    }

    /// Words at their places.
    pub(super) fn with_words(&self, mut data: ChartData) -> ChartData {
        let words: Vec<Mark> = self
            .annotations
            .iter()
            .map(|(at, words)| Mark::labelled(*at, 0.0, words.clone()))
            .collect();
        if !words.is_empty() {
            data.layers.push(LayerData::new("", ShapeData::RuleX, words));
        }
        data
    }
}
