//! What everybody took as Markdown: a line for each question and size.

use std::fmt;

use super::kernel::Floor;
use super::{Answer, Question};
use crate::machine::Machine;
use crate::row::Unit;

/// Everybody's answers about so many rows.
pub struct Size {
    /// Incidents.
    pub rows: usize,
    /// Pupils.
    pub pupils: usize,
    /// Ours first.
    pub answers: Vec<Answer>,
    /// What each question takes at least.
    pub floors: Vec<Floor>,
}

/// All answers.
pub struct Table {
    /// Where.
    pub machine: Machine,
    /// By how many rows.
    pub sizes: Vec<Size>,
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.machine)?;
        self.sizes.iter().try_for_each(|size| write!(f, "{size}"))?;
        f.write_str(NOTES)
    }
}

const NOTES: &str = "The middle of several runs over rows in memory; in brackets how many times \
what Sheaf takes. Everybody has all cores; Sheaf uses more than one from a quarter of a million \
rows on. Files: the same query over Parquet. Bare kernel: a loop over plain arrays in one thread \
that checks nothing, and how many times that Sheaf takes. Reading: adding up its columns once, in \
one thread. Everybody gave the same answer, or there would be no table.\n";

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others: Vec<&str> = self.engines().skip(1).collect();
        writeln!(f, "### {} incidents of {} pupils\n", self.rows, self.pupils)?;
        write!(f, "| question | Sheaf |")?;
        others.iter().try_for_each(|name| write!(f, " {name} | files |"))?;
        writeln!(f, " bare kernel | reading |")?;
        writeln!(f, "|---|--:|{}--:|--:|", "--:|--:|".repeat(others.len()))?;
        for floor in &self.floors {
            let of = |engine: &str| {
                let mut answers = self.answers.iter();
                answers.find(|one| one.question == floor.question && one.engine == engine)
            };
            let ours = self.engines().next().and_then(of).map_or(0.0, |answer| answer.seconds);
            write!(f, "| {} | {} |", floor.question.words(), Unit::Seconds.show(ours))?;
            for other in others.iter().filter_map(|name| of(name)) {
                let times = other.seconds / ours;
                write!(f, " {} ({times:.1}) |", Unit::Seconds.show(other.seconds))?;
                let files = other.from_files.map(|seconds| Unit::Seconds.show(seconds));
                write!(f, " {} |", files.unwrap_or_else(|| "–".to_owned()))?;
            }
            let (kernel, reading) = (floor.kernel, floor.reading);
            write!(f, " {} ({:.1}) |", Unit::Seconds.show(kernel), ours / kernel)?;
            writeln!(f, " {} ({:.1}) |", Unit::Seconds.show(reading), ours / reading)?;
        }
        writeln!(f)
    }
}

impl Size {
    /// Who answered, in order.
    fn engines(&self) -> impl Iterator<Item = &str> {
        let trend = self.answers.iter().filter(|one| one.question == Question::Trend);
        trend.map(|one| one.engine.as_str())
    }
}
