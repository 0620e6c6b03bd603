//! What can go wrong between a question and its frame.

use sheaf_records::CalendarError;

use crate::data::column::ColumnType;

/// Why a plan, a filter, a period or a selection could not be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyticsError {
    /// No table has this name.
    #[error("there is no table `{name}`{}; `sheaf tables` lists them", suggestion(.nearest))]
    UnknownTable {
        /// What was asked for.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// The table or frame has no such column.
    #[error("{table} has no column `{name}`{}", suggestion(.nearest))]
    UnknownColumn {
        /// Where it was looked for.
        table: String,
        /// What was asked for.
        name: String,
        /// The nearest name there is.
        nearest: Option<String>,
    },
    /// Values of two types do not go together.
    #[error("`{what}` needs {need}, but `{found}` was given")]
    Type {
        /// The operation.
        what: String,
        /// What it takes.
        need: &'static str,
        /// What it got.
        found: ColumnType,
    },
    /// The two sides of a comparison are of two kinds.
    #[error("{0}")]
    Unlike(String),
    /// A text that should be a date is none.
    #[error("`{0}` is no date; write it as 2026-11-22")]
    NotADate(String),
    /// A plan that makes no sense, whatever the data.
    #[error("step {step} of the plan: {why}")]
    Plan {
        /// Which step, from 1; the scan is 0.
        step: usize,
        /// What is wrong and what to do.
        why: String,
    },
    /// Groups that cannot be completed.
    #[error("`complete`: {0}")]
    Complete(String),
    /// Scores that cannot be compared with each other.
    #[error("`pre_post`: {0}")]
    Pairs(String),
    /// A plan of a newer program.
    #[error("this plan has version {found}, but version {known} is the newest known here")]
    PlanVersion {
        /// What was given.
        found: u32,
        /// What is understood.
        known: u32,
    },
    /// Rows that are kept elsewhere cannot be read, or a plan cannot be run there.
    #[error("{0}")]
    Source(String),
    /// What events are counted over cannot be told from what the school has entered.
    #[error("{0}")]
    Exposure(String),
    /// A whole number grew past what a column holds.
    #[error("a number in `{0}` is too large")]
    Overflow(&'static str),
    /// The other side of a join has several rows for a key.
    #[error("`join` needs one row for each `{0}` on the other side; group it first")]
    JoinTwice(String),
    /// A verb that reads rows was asked of a group of which only the counts are here.
    #[error("`{0}` needs rows, but these were grouped already; use it before `.group(..)`")]
    NeedsRows(&'static str),
    /// The run was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The run took too long.
    #[error("stopped after its time limit; narrow the period or the filter")]
    Deadline,
    /// The run touched more rows than it may.
    #[error("{rows} rows are more than the limit of {limit}; narrow the period or the filter")]
    TooManyRows {
        /// Rows there were.
        rows: usize,
        /// Rows allowed.
        limit: usize,
    },
    /// The run needed more memory than it may.
    #[error("{bytes} bytes are more than the limit of {limit}; group by fewer columns")]
    TooMuchMemory {
        /// Bytes needed.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The calendars contradict themselves.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The school has entered no calendar for the days asked about.
    #[error("the school calendar does not cover {0}; add the school year first")]
    NoCalendar(String),
    /// The school calendar has these days, and no school on any of them up to today.
    #[error("there is no school day in {0}; choose a longer period, or one that has begun")]
    NoSchoolDay(String),
    /// The text names no period.
    #[error(
        "`{0}` is no period; write this_year, last_half_term, last_20_school_days or \
         2026-09-01..2026-12-18"
    )]
    Period(String),
    /// A filter in text form that cannot be read.
    #[error("line {line}, column {column}: {message}")]
    Filter {
        /// The line, from 1.
        line: usize,
        /// The column, from 1, in characters.
        column: usize,
        /// What is wrong and what to do.
        message: String,
    },
}

fn suggestion(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

impl AnalyticsError {
    /// A column that is not there, with the nearest of those that are.
    pub(crate) fn unknown_column<'a>(
        table: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let nearest = crate::nearest::nearest(name, known);
        Self::UnknownColumn { table: table.to_owned(), name: name.to_owned(), nearest }
    }

    /// An operation on a type that it does not take.
    pub(crate) fn mistyped(what: &str, need: &'static str, found: ColumnType) -> Self {
        Self::Type { what: what.to_owned(), need, found }
    }
}
