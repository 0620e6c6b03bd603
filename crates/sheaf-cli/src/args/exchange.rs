//! Arguments of the commands that bring files in and write them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Import a list.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// The file: CSV, separated by commas, semicolons or tabs
    pub file: PathBuf,
    /// What each row is
    #[arg(long = "as", value_enum, value_name = "FORMAT", default_value_t = ImportFormat::Pupils)]
    pub rows: ImportFormat,
    /// Which column says a field, by its header or number; nothing after `=`: none; may be repeated
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    pub maps: Vec<String>,
    /// Only say, row by row, what would be done
    #[arg(long)]
    pub dry_run: bool,
    /// Take the rows that are good although others are refused
    #[arg(long)]
    pub keep_good: bool,
}

/// What each row of a list is.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportFormat {
    /// A pupil.
    Pupils,
    /// A mark: pupil, date, session (AM or PM) and code.
    Register,
}

/// What can be exported.
#[derive(Subcommand, Debug)]
pub enum ExportCommand {
    /// A table of those that metrics read, with every row that this device holds, as CSV
    Table {
        /// The table; `sheaf tables` lists them
        name: String,
        /// The file
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
    },
    /// Everything that metrics read, de-identified, as Parquet: for questions about many schools
    /// together. A later export of this school takes the place of an earlier one
    Lake {
        /// The folder, in which each school has a folder of its own
        dir: PathBuf,
        /// How exact dates are; coarser ones keep no time of day
        #[arg(long, value_enum, default_value_t = LakeDates::Day)]
        dates: LakeDates,
    },
}

/// How exact the dates of a lake are.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum LakeDates {
    /// The day.
    Day,
    /// The first school day of the week.
    Week,
    /// The first school day of the month.
    Month,
}
