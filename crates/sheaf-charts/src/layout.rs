//! From values to a chart: domains, ticks, colours, legend and words, chosen once.

use crate::axis::{Axis, Scale};
use crate::data::{AxisData, ChartData, Floor, LayerData, ShapeData};
use crate::error::ChartError;
use crate::ids::IdSet;
use crate::spec::{ChartSpec, Layer, LegendEntry, Mark, Shape, Status};
use crate::summary;
use crate::ticks;
use crate::token::{Dash, Marker, Token};

/// More layers cannot be told apart.
pub const MAX_LAYERS: usize = 60;
/// More marks are neither read nor drawn in a frame.
pub const MAX_MARKS: usize = 50_000;
/// Ticks that fit the width of a usual chart.
pub const X_TICKS: usize = 9;
/// Ticks that fit its height.
pub const Y_TICKS: usize = 6;
/// Bars fill this much of the room between two x.
const BAR_FILL: f64 = 0.72;

/// Chooses everything that a renderer shows.
///
/// A mark that is suppressed or has no data loses its value, interval, count and ids here, so
/// that no renderer, table or file can show them.
pub fn layout(data: &ChartData) -> Result<ChartSpec, ChartError> {
    check(data)?;
    let marks = || data.layers.iter().flat_map(|layer| &layer.marks);
    let suppressed = marks().filter(|mark| mark.status == Status::Suppressed).count();
    let names = series_names(&data.layers);
    let bars = bar_names(&data.layers);
    let layers: Vec<Layer> =
        data.layers.iter().map(|layer| lay_layer(layer, &names, &bars)).collect();
    let mut spec = ChartSpec {
        title: data.title.clone(),
        subtitle: data.subtitle.clone(),
        x: lay_axis(&data.x, "x", x_values(&layers), most_ticks(&layers, X_TICKS), &data.title)?,
        y: lay_axis(&data.y, "y", y_values(&layers), most_ticks(&layers, Y_TICKS), &data.title)?,
        legend: legend(&layers),
        layers,
        notes: data.notes.clone(),
        summary: data.summary.clone(),
        provenance: data.provenance.clone(),
    };
    spec.provenance.suppressed = spec.provenance.suppressed.max(suppressed as u32);
    if suppressed > 0 {
        spec.notes.push(hidden_note(suppressed));
    }
    if spec.summary.is_empty() {
        spec.summary = summary::of(&spec);
    }
    Ok(spec)
}

/// Every row and column of a heat chart has its name.
fn most_ticks(layers: &[Layer], usual: usize) -> usize {
    let is_heat = layers.iter().any(|layer| matches!(layer.shape, Shape::Heat { .. }));
    if is_heat { MAX_LAYERS } else { usual }
}

fn hidden_note(count: usize) -> String {
    match count {
        1 => "* one value is hidden: too few pupils".to_owned(),
        _ => format!("* {count} values are hidden: too few pupils"),
    }
}

fn check(data: &ChartData) -> Result<(), ChartError> {
    let marks = data.layers.iter().map(|layer| layer.marks.len()).sum();
    let too_many =
        |what, found, limit| ChartError::TooMany { title: data.title.clone(), what, found, limit };
    if data.layers.len() > MAX_LAYERS {
        return Err(too_many("layers", data.layers.len(), MAX_LAYERS));
    }
    if marks > MAX_MARKS {
        return Err(too_many("marks", marks, MAX_MARKS));
    }
    for (layer, of) in data.layers.iter().enumerate() {
        if let Some(mark) = of.marks.iter().position(|mark| !is_finite(mark)) {
            return Err(ChartError::NotFinite {
                title: data.title.clone(),
                layer: layer + 1,
                mark: mark + 1,
            });
        }
    }
    Ok(())
}

fn is_finite(mark: &Mark) -> bool {
    let ends = mark.interval.map_or([0.0, 0.0], |(lower, upper)| [lower, upper]);
    let shade = mark.heat.map_or(0.0, |heat| heat.shade);
    [mark.x, shade, mark.y.unwrap_or_default()].into_iter().chain(ends).all(f64::is_finite)
}

/// The names of the series, in the order in which they first appear.
fn series_names(layers: &[LayerData]) -> Vec<&str> {
    let series = |layer: &&LayerData| {
        matches!(
            layer.shape,
            ShapeData::Line | ShapeData::Step | ShapeData::Points | ShapeData::Bars
        )
    };
    distinct(layers.iter().filter(series))
}

fn bar_names(layers: &[LayerData]) -> Vec<&str> {
    distinct(layers.iter().filter(|layer| layer.shape == ShapeData::Bars))
}

fn distinct<'a>(layers: impl Iterator<Item = &'a LayerData>) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for layer in layers {
        if !names.contains(&layer.name.as_str()) {
            names.push(&layer.name);
        }
    }
    names
}

fn lay_layer(layer: &LayerData, names: &[&str], bars: &[&str]) -> Layer {
    let series = names.iter().position(|name| *name == layer.name).unwrap_or(0);
    let mut marks: Vec<Mark> = layer.marks.iter().map(scrubbed).collect();
    let shape = lay_shape(layer, bars, &marks);
    if shape.is_joined() {
        marks.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    let is_reference = matches!(layer.shape, ShapeData::RuleX | ShapeData::RuleY | ShapeData::Note);
    Layer {
        name: layer.name.clone(),
        shape,
        token: if is_reference { Token::Reference } else { Token::series(series) },
        dash: if is_reference { Dash::Dashed } else { Dash::series(series) },
        marker: Marker::series(series),
        marks,
    }
}

/// The mark without anything that it must not show.
fn scrubbed(mark: &Mark) -> Mark {
    if mark.status == Status::Shown && mark.y.is_some() {
        return mark.clone();
    }
    let status =
        if mark.status == Status::Suppressed { Status::Suppressed } else { Status::NoData };
    Mark {
        y: None,
        interval: None,
        n: 0,
        ids: IdSet::default(),
        status,
        label: String::new(),
        heat: None,
        x: mark.x,
    }
}

fn lay_shape(layer: &LayerData, bars: &[&str], marks: &[Mark]) -> Shape {
    match layer.shape {
        ShapeData::Line => Shape::Line,
        ShapeData::Step => Shape::Step,
        ShapeData::Points => Shape::Points,
        ShapeData::Band => Shape::Band,
        ShapeData::StepBand => Shape::StepBand,
        ShapeData::RuleX => Shape::RuleX,
        ShapeData::RuleY => Shape::RuleY,
        ShapeData::Note => Shape::Note,
        ShapeData::Heat { row } => Shape::Heat { row },
        ShapeData::Bars => {
            let place = bars.iter().position(|name| *name == layer.name).unwrap_or(0) as f64;
            let count = bars.len().max(1) as f64;
            let width = BAR_FILL * closest(marks) / count;
            Shape::Bars { offset: (place - (count - 1.0) / 2.0) * width, width }
        }
    }
}

/// The least distance between two marks along x.
fn closest(marks: &[Mark]) -> f64 {
    let mut at: Vec<f64> = marks.iter().map(|mark| mark.x).collect();
    at.sort_by(f64::total_cmp);
    let gaps = at.iter().zip(at.iter().skip(1)).map(|(a, b)| b - a).filter(|gap| *gap > 0.0);
    let least = gaps.fold(f64::INFINITY, f64::min);
    if least.is_finite() { least } else { 1.0 }
}

pub(crate) fn legend(layers: &[Layer]) -> Vec<LegendEntry> {
    let mut entries: Vec<LegendEntry> = Vec::new();
    let is_listed = |layer: &&Layer| {
        // The rows of a heat chart are named on its axis.
        let is_row = matches!(layer.shape, Shape::Heat { .. });
        layer.shape.is_series() && !is_row && !layer.name.is_empty()
    };
    for layer in layers.iter().filter(is_listed) {
        if entries.iter().all(|entry| entry.label != layer.name) {
            entries.push(LegendEntry {
                label: layer.name.clone(),
                token: layer.token,
                marker: layer.marker,
                dash: layer.dash,
                shape: layer.shape.name().to_owned(),
            });
        }
    }
    if entries.len() > 1 { entries } else { Vec::new() }
}

fn x_values(layers: &[Layer]) -> Vec<f64> {
    let mut values = Vec::new();
    for layer in layers.iter().filter(|layer| layer.shape != Shape::RuleY) {
        let half = match layer.shape {
            Shape::Heat { .. } => 0.5,
            Shape::Bars { offset, width } => offset.abs() + width / 2.0,
            _ => 0.0,
        };
        values.extend(layer.marks.iter().flat_map(|mark| [mark.x - half, mark.x + half]));
    }
    values
}

fn y_values(layers: &[Layer]) -> Vec<f64> {
    let mut values = Vec::new();
    for layer in layers.iter().filter(|layer| layer.shape != Shape::RuleX) {
        match layer.shape {
            Shape::Bars { .. } => values.push(0.0),
            Shape::Heat { row } => {
                values.push(f64::from(row));
                continue;
            }
            _ => {}
        }
        values.extend(layer.marks.iter().filter_map(|mark| mark.y));
        let ends = layer.marks.iter().filter_map(|mark| mark.interval);
        values.extend(ends.flat_map(|(lower, upper)| [lower, upper]));
    }
    values
}

fn lay_axis(
    data: &AxisData,
    name: &'static str,
    values: Vec<f64>,
    at_most: usize,
    title: &str,
) -> Result<Axis, ChartError> {
    let domain = match data.domain {
        Some((from, to)) if from.is_finite() && to.is_finite() && from < to => (from, to),
        Some((from, to)) => {
            return Err(ChartError::BadDomain {
                title: title.to_owned(),
                axis: name,
                from: from.to_string(),
                to: to.to_string(),
            });
        }
        None => choose_domain(data, name, &values, at_most),
    };
    Ok(Axis {
        title: data.title.clone(),
        unit: data.unit.clone(),
        scale: data.scale.clone(),
        domain,
        ticks: ticks::ticks_for(&data.scale, domain, at_most),
    })
}

fn choose_domain(data: &AxisData, name: &str, values: &[f64], at_most: usize) -> (f64, f64) {
    if let Scale::Category { names } = &data.scale {
        return (-0.5, names.len().max(1) as f64 - 0.5);
    }
    let mut from = values.iter().copied().fold(f64::INFINITY, f64::min);
    let mut to = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if from > to {
        return (0.0, 1.0);
    }
    if data.floor == Floor::Zero {
        (from, to) = (from.min(0.0), to.max(0.0));
    }
    if to - from < 1e-12 * to.abs().max(1.0) {
        to = from + 1.0;
    }
    match (name, &data.scale) {
        (_, Scale::Date { .. }) | ("x", _) => (from, to),
        _ => widen(&data.scale, (from, to), at_most),
    }
}

/// Takes the ends of a value axis out to the next tick, a share not past the whole.
pub(crate) fn widen(scale: &Scale, domain: (f64, f64), at_most: usize) -> (f64, f64) {
    let step = ticks::step(scale, domain, at_most);
    let from = (domain.0 / step + 1e-9).floor() * step;
    let to = (domain.1 / step - 1e-9).ceil() * step;
    match scale {
        Scale::Share if domain.1 <= 1.0 => (from, to.min(1.0)),
        _ => (from, to),
    }
}

#[cfg(test)]
mod tests;
