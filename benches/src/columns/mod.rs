//! Questions to the columns of a school beside the same questions to Polars and DuckDB, in one run.

mod kernel;
mod material;
mod ours;
mod peers;
mod table;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::machine::Machine;
use material::Rows;
use table::{Size, Table};

/// The sizes that are asked about: a large trust, and one school.
const SIZES: [usize; 2] = [1_000_000, 5_000];

/// Rows that all runs of one question go over together, about.
const ROWS_IN_ALL: usize = 20_000_000;
const LEAST_RUNS: usize = 9;
const MOST_RUNS: usize = 200;

/// The questions that are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Incidents by week and category.
    Trend,
    /// Incidents by place and period.
    Grid,
    /// Incidents by category and the sex of the pupil, who is looked up.
    Join,
    /// Of each incident, how many its pupil has had in the fortnight up to it.
    Rolling,
}

impl Question {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Trend, Self::Grid, Self::Join, Self::Rolling];

    /// The name by which the others know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trend => "trend",
            Self::Grid => "grid",
            Self::Join => "join",
            Self::Rolling => "rolling",
        }
    }

    /// What it asks, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Trend => "Week and category",
            Self::Grid => "Place and period",
            Self::Join => "Join with pupils, sex and category",
            Self::Rolling => "Rolling fortnight of each pupil",
        }
    }
}

/// How long a question took somewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Who answered, with the version.
    pub engine: String,
    /// What was asked.
    pub question: Question,
    /// The middle of several runs over rows in memory.
    pub seconds: f64,
    /// The same with Parquet files as the source.
    pub from_files: Option<f64>,
    /// What the answer adds up to: groups, and the sum of the squares of their counts. Equal for
    /// equal answers.
    pub total: [u64; 2],
}

/// What the command line says of it.
#[derive(Args)]
pub struct ColumnsArgs {
    /// Ask the columns of a school beside Polars and DuckDB instead; the Python that has both
    #[arg(long, value_name = "PYTHON")]
    pub columns: Option<PathBuf>,
}

/// Asks everybody everything and gives the table.
pub fn columns(dir: &Path, python: &Path, divisor: usize, tell: &dyn Fn(&str)) -> Result<String> {
    let mut sizes = Vec::new();
    for size in SIZES {
        let rows = (size / divisor.max(1)).max(1);
        let runs = (ROWS_IN_ALL / rows).clamp(LEAST_RUNS, MOST_RUNS);
        tell(&format!("Inventing {rows} incidents…"));
        let rows = Rows::invent(rows)?;
        tell("Ours…");
        let (mut answers, floors) = ours::ask(&rows, runs)?;
        tell("Polars and DuckDB…");
        let folder = dir.join(format!("{}", rows.incidents.len()));
        rows.write(&folder)?;
        answers.extend(peers::ask(python, &folder, runs)?);
        same(&answers)?;
        sizes.push(Size { rows: rows.incidents.len(), pupils: rows.pupils.len(), answers, floors });
    }
    Ok(Table { machine: Machine::of_this(dir), sizes }.to_string())
}

/// Nobody is fast with another answer.
fn same(answers: &[Answer]) -> Result<()> {
    for question in Question::ALL {
        let mut of = answers.iter().filter(|answer| answer.question == question);
        let first = of.next().with_context(|| format!("nobody answered {}", question.name()))?;
        for other in of {
            ensure!(
                other.total == first.total,
                "{}: {} gave {:?}, but {} gave {:?}",
                question.words(),
                first.engine,
                first.total,
                other.engine,
                other.total
            );
        }
    }
    Ok(())
}
