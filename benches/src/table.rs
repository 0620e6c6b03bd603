//! The table as Markdown, below a description of the machine.

use std::fmt;

use crate::machine::Machine;
use crate::row::{AimShown, Row, Unit};
use crate::sizes::Sizes;

/// Everything that was measured, and where.
pub struct Table {
    /// Where.
    pub machine: Machine,
    /// How much.
    pub sizes: Sizes,
    /// What came out.
    pub rows: Vec<Row>,
}

const HEAD: &str = "| what | runs | median | min | max | aim | met |
|---|--:|--:|--:|--:|--:|---|
";

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.machine)?;
        if !self.sizes.is_full() {
            writeln!(f, "- Sizes: full ones divided by {}", self.sizes.divisor)?;
        }
        writeln!(f, "\n{HEAD}{}", self.rows.iter().map(|row| self.line(row)).collect::<String>())?;
        writeln!(f, "The median decides whether an aim is met.")?;
        if !self.judges_times() {
            writeln!(f, "Times are judged in a release build at full size only.")?;
        }
        Ok(())
    }
}

impl Table {
    fn line(&self, row: &Row) -> String {
        let show = |figure: Option<f64>| figure.map_or_else(none, |one| row.unit.show(one));
        let (runs, aim) = (row.figures.len(), row.aim.map(|aim| AimShown(row.unit, aim)));
        let aim = aim.map_or_else(none, |aim| aim.to_string());
        format!(
            "| {} | {runs} | {} | {} | {} | {aim} | {} |\n",
            row.what,
            show(row.median()),
            show(row.min()),
            show(row.max()),
            self.verdict(row)
        )
    }

    fn verdict(&self, row: &Row) -> &'static str {
        match row.is_met() {
            None => "–",
            Some(_) if row.unit == Unit::Seconds && !self.judges_times() => "not judged",
            Some(true) => "yes",
            Some(false) => "no",
        }
    }

    fn judges_times(&self) -> bool {
        self.sizes.is_full() && self.machine.is_release()
    }
}

fn none() -> String {
    "–".to_owned()
}
