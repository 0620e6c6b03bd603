//! The sentence that is read aloud in place of the picture.

use crate::axis::Scale;
use crate::spec::{ChartSpec, Layer, Mark, Shape};

/// Series beyond these are counted, not read.
const READ_SERIES: usize = 4;
/// Points and bars up to so many are read one by one.
const READ_MARKS: usize = 8;

/// One or two sentences on what a chart shows. Its title is said beside them.
pub fn of(spec: &ChartSpec) -> String {
    if let Some(words) = of_cells(spec) {
        return words;
    }
    let series: Vec<&Layer> = spec.layers.iter().filter(|layer| layer.shape.is_series()).collect();
    let mut out = measured(spec);
    let is_one = series.len() == 1;
    for layer in series.iter().take(READ_SERIES) {
        let words = layer_words(spec, layer);
        if is_one {
            out.push_str(&format!(": {words}"));
        } else {
            out.push_str(&format!(". {}: {words}", capitalised(named(&layer.name))));
        }
    }
    if series.len() > READ_SERIES {
        out.push_str(&format!(". And {} more series", series.len() - READ_SERIES));
    }
    out.push('.');
    out
}

/// Cells of a heat chart read one by one.
const READ_CELLS: usize = 5;

/// Of a heat chart, the cells that stand out; none of any other.
fn of_cells(spec: &ChartSpec) -> Option<String> {
    let is_heat = |layer: &&Layer| matches!(layer.shape, Shape::Heat { .. });
    let rows: Vec<&Layer> = spec.layers.iter().filter(is_heat).collect();
    let columns = rows.first()?.marks.len();
    let cells = rows.iter().flat_map(|layer| layer.marks.iter().map(move |mark| (*layer, mark)));
    let marked = |(_, mark): &(&Layer, &Mark)| mark.heat.is_some_and(|heat| heat.is_marked);
    let marked: Vec<(&Layer, &Mark)> = cells.filter(marked).collect();
    let mut out = format!("{} rows by {columns} columns", rows.len());
    if marked.is_empty() {
        return Some(format!("{out}; no cell stands out."));
    }
    let words = |(layer, mark): &(&Layer, &Mark)| {
        let value = mark.y.map(|value| spec.format(layer, value)).unwrap_or_default();
        format!("{}, {}: {value}", layer.name, spec.x.format(mark.x))
    };
    let read: Vec<String> = marked.iter().take(READ_CELLS).map(words).collect();
    out.push_str(&format!("; standing out: {}", read.join("; ")));
    if marked.len() > READ_CELLS {
        out.push_str(&format!("; and {} more", marked.len() - READ_CELLS));
    }
    Some(out + ".")
}

/// What is measured, and along what.
fn measured(spec: &ChartSpec) -> String {
    let mut out = capitalised(named(&spec.y.title));
    if !spec.y.unit.is_empty() {
        out.push_str(&format!(" {}", spec.y.unit));
    }
    let along = lowered(&spec.x.title);
    match &spec.x.scale {
        Scale::Date { .. } => out.push_str(", over time"),
        _ if along.is_empty() => {}
        Scale::Category { .. } => out.push_str(&format!(" by {along}")),
        _ => out.push_str(&format!(", against {along}")),
    }
    out
}

/// As it stands in the middle of a sentence; what is written in capitals stays so.
fn lowered(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    match letters.clone().next().is_some_and(char::is_uppercase) {
        true => words.to_owned(),
        false => first.unwrap_or_default() + letters.as_str(),
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn named(title: &str) -> &str {
    if title.is_empty() { "value" } else { title }
}

fn layer_words(spec: &ChartSpec, layer: &Layer) -> String {
    let shown: Vec<(&Mark, f64)> =
        layer.marks.iter().filter_map(|mark| Some((mark, mark.y?))).collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return "nothing to show".to_owned();
    };
    let joint = match &spec.x.scale {
        Scale::Date { .. } => "on",
        Scale::Category { .. } => "for",
        _ => "at",
    };
    let at = |(mark, y): (&Mark, f64)| {
        format!("{} {joint} {}", spec.format(layer, y), spec.x.format(mark.x))
    };
    let apart = matches!(layer.shape, Shape::Points | Shape::Bars { .. });
    if apart && shown.len() <= READ_MARKS {
        return shown.iter().map(|&mark| at(mark)).collect::<Vec<_>>().join(", ");
    }
    let highest = shown.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or(*first);
    let mut out = format!("from {} to {}", at(*first), at(*last));
    if highest.1 > first.1 && highest.1 > last.1 {
        out.push_str(&format!(", highest {}", at(highest)));
    }
    out
}
