//! The sentence that is read aloud in place of the picture.

use crate::axis::Scale;
use crate::spec::{ChartSpec, Layer, Mark, Shape};

/// Series beyond these are counted, not read.
const READ_SERIES: usize = 4;
/// Points and bars up to so many are read one by one.
const READ_MARKS: usize = 8;

/// One or two sentences on what a chart shows. Its title is said beside them.
pub fn of(spec: &ChartSpec) -> String {
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
    let at =
        |(mark, y): (&Mark, f64)| format!("{} {joint} {}", spec.y.format(y), spec.x.format(mark.x));
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
