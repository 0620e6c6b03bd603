//! The sentence that is read aloud in place of the picture.

use crate::spec::{ChartSpec, Layer, Mark, Shape};

/// Series beyond these are counted, not read.
const READ_SERIES: usize = 4;
/// Points and bars up to so many are read one by one.
const READ_MARKS: usize = 8;

/// One or two sentences on what a chart shows.
pub fn of(spec: &ChartSpec) -> String {
    let series: Vec<&Layer> = spec.layers.iter().filter(|layer| layer.shape.is_series()).collect();
    let mut out = format!("{}: {}", spec.title, named(&spec.y.title));
    if !spec.x.title.is_empty() {
        out.push_str(&format!(" by {}", spec.x.title));
    }
    for layer in series.iter().take(READ_SERIES) {
        out.push_str(". ");
        let words = layer_words(spec, layer);
        if series.len() > 1 && !layer.name.is_empty() {
            out.push_str(&format!("{}: {words}", layer.name));
        } else {
            out.push_str(&capitalised(&words));
        }
    }
    if series.len() > READ_SERIES {
        out.push_str(&format!(". And {} more series", series.len() - READ_SERIES));
    }
    out.push('.');
    out
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
    let at = |(mark, y): (&Mark, f64)| format!("{} at {}", spec.y.format(y), spec.x.format(mark.x));
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
