//! The marks of a chart: their words, and the way from one to the next.

use sheaf_charts::{ChartSpec, Layer, Mark, Scale, Status};

use super::state::At;

/// Which way the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the mark before.
    Back,
    /// To the mark after.
    On,
    /// To the series before.
    Up,
    /// To the series after.
    Down,
}

/// The marks that have a value and can be walked, with their places.
pub fn shown(spec: &ChartSpec) -> impl Iterator<Item = (At, &Mark)> {
    spec.layers.iter().enumerate().filter(|(_, layer)| layer.shape.is_series()).flat_map(
        |(layer, content)| {
            let marks = content.marks.iter().enumerate();
            let shown = marks.filter(|(_, mark)| mark.status == Status::Shown && mark.y.is_some());
            shown.map(move |(mark, content)| (At { layer, mark }, content))
        },
    )
}

/// The layer and the mark at a place.
pub fn at(spec: &ChartSpec, at: At) -> Option<(&Layer, &Mark)> {
    let layer = spec.layers.get(at.layer)?;
    Some((layer, layer.marks.get(at.mark)?))
}

/// The mark to which a key leads; the first if none has the keys yet.
pub fn walk(spec: &ChartSpec, from: Option<At>, step: Step) -> Option<At> {
    let Some(from) = from else { return shown(spec).next().map(|(at, _)| at) };
    let same = |at: &At| at.layer == from.layer;
    let found = match step {
        Step::On => shown(spec).map(|(at, _)| at).filter(same).find(|at| at.mark > from.mark),
        Step::Back => shown(spec).map(|(at, _)| at).filter(same).rfind_before(from),
        Step::Up | Step::Down => other_series(spec, from, step),
    };
    Some(found.unwrap_or(from))
}

trait RfindBefore {
    fn rfind_before(self, from: At) -> Option<At>;
}

impl<I: Iterator<Item = At>> RfindBefore for I {
    fn rfind_before(self, from: At) -> Option<At> {
        self.take_while(|at| at.mark < from.mark).last()
    }
}

/// The mark of the next series that stands nearest.
fn other_series(spec: &ChartSpec, from: At, step: Step) -> Option<At> {
    let mut layers: Vec<usize> = shown(spec).map(|(at, _)| at.layer).collect();
    layers.dedup();
    let here = layers.iter().position(|layer| *layer == from.layer)?;
    let there = if step == Step::Up { here.checked_sub(1)? } else { here + 1 };
    let layer = *layers.get(there)?;
    let (_, mark) = at(spec, from)?;
    let distance = |other: &Mark| (other.x - mark.x).abs();
    let candidates = shown(spec).filter(|(at, _)| at.layer == layer);
    let nearest =
        candidates.min_by(|(_, one), (_, other)| distance(one).total_cmp(&distance(other)));
    nearest.map(|(at, _)| at)
}

/// What a mark says, line by line: where, how much, how sure, out of how many.
pub fn words(spec: &ChartSpec, layer: &Layer, mark: &Mark) -> Vec<String> {
    let mut lines = vec![where_words(spec, mark)];
    let value = mark.y.map(|y| spec.format(layer, y)).unwrap_or_default();
    let series = if layer.name.is_empty() { &spec.y.title } else { &layer.name };
    lines.push(format!("{series}  {value}").trim().to_owned());
    if let Some((lower, upper)) = mark.interval {
        let (lower, upper) = (spec.y.format(lower), spec.y.format(upper));
        lines.push(format!("Interval  {lower} to {upper}"));
    }
    if mark.n > 0 {
        lines.push(format!("Out of  {}", mark.n));
    }
    lines
}

fn where_words(spec: &ChartSpec, mark: &Mark) -> String {
    let place = spec.x.format(mark.x);
    match spec.x.scale {
        Scale::Date { .. } | Scale::Category { .. } => place,
        Scale::SchoolDays if place.contains(char::is_alphabetic) => place,
        _ => format!("{}  {place}", spec.x.title),
    }
}
