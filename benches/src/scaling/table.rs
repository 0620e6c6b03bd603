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
            let Some(first) = curves.first() else { continue };
            let heads = curves.iter().map(head);
            write!(f, "\n| {} |{}\n|--:|", first.against, heads.collect::<String>())?;
            writeln!(f, "{}", "--:|".repeat(curves.len()))?;
            for (row, (at, _)) in first.points.iter().enumerate() {
                let cells = curves.iter().filter_map(|curve| curve.points.get(row));
                let cells = cells.map(|(_, value)| format!(" {} |", short(*value)));
                writeln!(f, "| {at} |{}", cells.collect::<String>())?;
            }
        }
        Ok(())
    }
}

/// What a column is of.
fn head(curve: &Curve) -> String {
    match curve.unit {
        "" => format!(" {} |", curve.what),
        unit => format!(" {} ({unit}) |", curve.what),
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
