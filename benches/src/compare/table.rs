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

/// What was not measured.
const NONE: &str = "–";
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
        let ours = self.columns.first();
        self.columns.iter().try_for_each(|column| writeln!(f, "{}", line(column, ours)))?;
        writeln!(f, "\n{NOTES}")?;
        for column in &self.columns {
            if let Some(failed) = &column.failed {
                writeln!(f, "\n{} came to an end: {failed}.", column.name)?;
            }
        }
        let ours = self.columns.first().filter(|column| column.name == OURS);
        match ours.and_then(|column| column.first) {
            Some(whole) => write!(f, "\n{}", Beside(self.floors, whole.seconds)),
            None => Ok(()),
        }
    }
}

const NOTES: &str = "\
First, edits and live: until the records can be read on the other side, and are kept there as \
this system keeps them; live is counted from when the write returns. Nothing new: from dialling \
to the last packet, the median of nine. Bytes are counted on the wire with all headers. Round \
trips: what a delay of 100 ms there and back adds to nothing new, by that delay; the opening of \
the connection is in it. Peak memory: of the side that has the records, and of the other. In \
brackets: how many times what Sheaf takes.";

/// What one system took, and how many times what ours did, where that is known.
pub fn line(column: &Column, ours: Option<&Column>) -> String {
    let name = format!("{} {}", column.name, column.version);
    let name = if column.is_floor { format!("*{name}*") } else { name };
    let beside = |of: fn(&Column) -> Option<Cost>| {
        let Some(cost) = of(column) else { return NONE.to_owned() };
        let times = ours.and_then(of).map(|ours| format!(" ({:.1})", cost.seconds / ours.seconds));
        let (seconds, bytes) = (Unit::Seconds.show(cost.seconds), thousands(cost.bytes));
        format!("{seconds}{}, {bytes}", times.unwrap_or_default())
    };
    let trips = column.round_trips.map_or(NONE.to_owned(), |trips| format!("{trips:.1}"));
    let memory = |bytes: u64| Unit::Memory.show(bytes as f64);
    let peak = column.peak.map(|[giving, taking]| [memory(giving), memory(taking)].join(", "));
    format!(
        "| {name} | {} | {} | {} | {} | {trips} | {} | {} |",
        column.kept,
        beside(|one| one.first),
        beside(|one| one.edits),
        beside(|one| one.nothing),
        beside(|one| one.live),
        peak.unwrap_or(NONE.to_owned()),
    )
}

fn thousands(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
