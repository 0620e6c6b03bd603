//! The same figures as Markdown.

use std::fmt;

use super::Curve;
use crate::machine::Machine;

/// All that was measured.
pub struct Table {
    /// Where.
    pub machine: Machine,
    /// The curves; those against one thing have the same numbers of it.
    pub curves: Vec<Curve>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.machine)?;
        for curves in self.curves.chunk_by(|one, next| one.against == next.against) {
            let against = curves.first().map_or("", |curve| curve.against);
            let heads = curves.iter().map(|curve| format!(" {} ({}) |", curve.what, curve.unit));
            write!(f, "\n| {against} |{}\n|--:|", heads.collect::<String>())?;
            writeln!(f, "{}", "--:|".repeat(curves.len()))?;
            let points = curves.first().map_or(&[][..], |curve| &curve.points);
            for (row, (at, _)) in points.iter().enumerate() {
                let cells = curves.iter().filter_map(|curve| curve.points.get(row));
                let cells = cells.map(|(_, value)| format!(" {} |", short(*value)));
                writeln!(f, "| {at} |{}", cells.collect::<String>())?;
            }
        }
        Ok(())
    }
}

/// Three figures.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}
