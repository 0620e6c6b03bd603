//! One row of the inventory, and how an answer is told.

use sheaf_stats::{Estimate, Refusal};

/// What a statistic answers at an edge.
#[derive(Clone, Copy)]
pub enum Edge {
    /// Worked out here.
    Is(fn() -> String),
    /// It cannot arise.
    Never,
}

/// One statistic.
pub struct Row {
    /// Its name; a method has that of its type before it.
    pub name: &'static str,
    /// Where its formula is from.
    pub source: &'static str,
    /// The least data that it takes.
    pub least: &'static str,
    /// Its cases among the published data.
    pub case: &'static str,
    /// No events; no exposure; one group or pupil; all censored or all alike; ties.
    pub edges: [Edge; 5],
}

impl Row {
    /// The answers in the order of the edges.
    pub fn answers(&self) -> impl Iterator<Item = String> {
        self.edges.iter().map(|edge| match edge {
            Edge::Is(work) => work(),
            Edge::Never => "–".to_owned(),
        })
    }
}

/// A number in four digits, as a page shows it.
pub fn short(value: f64) -> String {
    // What rounding leaves of nothing is nothing.
    let value = if value.abs() < 1e-12 { 0.0 } else { value };
    let places = match value.abs() {
        0.0 => 0,
        size => (3 - size.log10().floor() as i32).clamp(0, 6) as usize,
    };
    let text = format!("{value:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// An answer, or why there is none.
pub fn told<T>(found: Result<T, Refusal>, tell: impl Fn(&T) -> String) -> String {
    match found {
        Ok(found) => tell(&found),
        Err(refusal) => {
            let text = refusal.to_string();
            // The statistic stands in the first column.
            let why = text.split_once(": ").map_or(text.as_str(), |(_, why)| why);
            format!("refused: {why}")
        }
    }
}

/// An estimate, or why there is none.
pub fn estimate(found: Result<Estimate, Refusal>) -> String {
    told(found, one)
}

/// A value with its interval and its p.
pub fn one(estimate: &Estimate) -> String {
    let mut text = match estimate.value.is_finite() {
        true => short(estimate.value),
        // A rate over none.
        false => "no finite value".to_owned(),
    };
    let end = |end: Option<f64>| end.map_or("no end".to_owned(), short);
    match (estimate.lower, estimate.upper) {
        (None, None) => text.push_str(", no interval"),
        (lower, upper) => text.push_str(&format!(" ({} to {})", end(lower), end(upper))),
    }
    if let Some(p) = estimate.p {
        text.push_str(&format!(", p {}", short(p)));
    }
    text
}
