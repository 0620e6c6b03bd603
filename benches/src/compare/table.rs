//! The comparison as Markdown: a line a system, and how many times what ours takes.

use std::fmt;

use super::floors::{Beside, Floors};
use super::measure::{Column, Cost};
use crate::machine::Machine;
use crate::row::Unit;

/// All systems, measured in one run.
pub struct Comparison {
    /// Where.
    pub machine: Machine,
    /// How many records.
    pub records: usize,
    /// What each took, ours first.
    pub columns: Vec<Column>,
    /// What the parts of ours take alone.
    pub floors: Floors,
}

/// What ours calls itself.
const OURS: &str = "Sheaf";

const HEAD: &str = "| system | kept | first | edits | nothing new | round trips | live | \
                    peak memory |\n|---|---|--:|--:|--:|--:|--:|--:|\n";

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.machine)?;
        let records = self.records;
        writeln!(f, "- {records} incidents, a record each; then 1 % edited on each side\n")?;
        f.write_str(HEAD)?;
        self.columns.iter().try_for_each(|column| f.write_str(&self.line(column)))?;
        writeln!(f, "\n{NOTES}")?;
        let ours = self.columns.first().filter(|column| column.name == OURS);
        match ours.and_then(|column| column.first) {
            Some(whole) => write!(f, "\n{}", Beside(self.floors, whole.seconds)),
            None => Ok(()),
        }
    }
}

const NOTES: &str = "First, edits and live: until the records can be read on the other side, and \
are kept there as this system keeps them; live is counted from when the write returns. Nothing \
new: from dialling to the last packet. Bytes are counted on the wire with all headers. Round \
trips: what a delay of 100 ms there and back adds to nothing new, by that delay; the opening of \
the connection is in it. Peak memory: of the side that has the records, and of the other. In \
brackets: how many times what Sheaf takes.";

impl Comparison {
    fn line(&self, column: &Column) -> String {
        let name = format!("{} {}", column.name, column.version);
        let name = if column.is_floor { format!("*{name}*") } else { name };
        let Some(first) = column.first else {
            return format!("| {name} | {} | over 15 min | – | – | – | – | – |\n", column.kept);
        };
        let ours = self.columns.first().filter(|ours| ours.first.is_some());
        let beside = |cost: Cost, of: fn(&Column) -> Cost| {
            let times = ours.map(|ours| cost.seconds / of(ours).seconds);
            let times = times.map(|times| format!(" ({times:.1})")).unwrap_or_default();
            let (seconds, bytes) = (Unit::Seconds.show(cost.seconds), thousands(cost.bytes));
            format!("{seconds}{times}, {bytes}")
        };
        format!(
            "| {name} | {} | {} | {} | {} | {:.1} | {} | {}, {} |\n",
            column.kept,
            beside(first, |ours| ours.first.unwrap_or_default()),
            beside(column.edits, |ours| ours.edits),
            beside(column.nothing, |ours| ours.nothing),
            column.round_trips,
            beside(column.live, |ours| ours.live),
            Unit::Memory.show(column.peak_giving as f64),
            Unit::Memory.show(column.peak_taking as f64),
        )
    }
}

fn thousands(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
