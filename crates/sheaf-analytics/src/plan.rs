//! The plan: our own small algebra, which a script builds and an executor runs.

pub mod budget;
pub mod check;
pub mod engine;
pub mod eval;
pub mod execute;
pub mod expr;
mod size;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::data::column::ColumnType;
use crate::error::AnalyticsError;
use crate::period::Period;
use crate::plan::expr::Expr;
pub use size::{MAX_DEPTH, MAX_PARTS};

/// The version of the algebra; it is part of every digest.
pub const PLAN_VERSION: u32 = 1;

/// The most steps of a plan; a script of forty lines needs a dozen.
pub const MAX_STEPS: usize = 200;

/// The most plans that are joined one inside the other.
pub const MAX_JOINS: usize = 4;

/// Which spaces the rows may come from: the first node of every plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rights {
    /// Every space that this device holds.
    #[default]
    Held,
    /// These spaces alone.
    Spaces(BTreeSet<String>),
}

/// What is worked out for each group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aggregate {
    /// Distinct records, so that an incident with three pupils counts once.
    Count,
    /// Distinct values, nulls left out.
    NUnique(Expr),
    /// The sum of whole numbers, 0 where there are none.
    Sum(Expr),
    /// The least value.
    Min(Expr),
    /// The greatest value.
    Max(Expr),
    /// The middle value, or the mean of the two in the middle.
    Median(Expr),
    /// The rows where a condition is true, over those where it is true or false.
    Share(Expr),
    /// One count or sum over another, null over 0. The parts are worked out beside it by aggregates
    /// of their own.
    Ratio(Box<Self>, Box<Self>),
}

/// What is worked out for each row from the rows of its partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WindowFunction {
    /// 1 for the first row of the partition.
    RowNumber,
    /// The value so many rows before; null where there is none.
    Lag(Expr, u32),
    /// The sum up to and including this row.
    RunningSum(Expr),
    /// The sum over the last so many units of the order column, this row's included.
    Trailing(Expr, u32),
}

/// A column by which rows are ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey {
    /// The column.
    pub column: String,
    /// Which way.
    pub direction: Direction,
}

/// Which way rows are ordered. Nulls come last either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

impl SortKey {
    /// The key that a script writes: `n`, or `-n` for the greatest first.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(column) => Self { column: column.to_owned(), direction: Direction::Descending },
            None => Self { column: text.to_owned(), direction: Direction::Ascending },
        }
    }
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Keeps rows where the condition is true.
    Filter(Expr),
    /// Keeps rows whose `date` lies in the period, and notes it as the frame's window.
    Within(Period),
    /// Adds or replaces a column.
    Derive(String, Expr),
    /// Adds what the school calendar says of a day in this column.
    JoinCalendar(String),
    /// One row a group, groups in order of their keys.
    Group {
        /// The columns to group by; none for one row over all.
        keys: Vec<String>,
        /// The columns to work out, by name.
        aggregates: Vec<(String, Aggregate)>,
    },
    /// Adds a column worked out within partitions.
    Window {
        /// The name of the new column.
        name: String,
        /// What it holds.
        function: WindowFunction,
        /// The columns that make a partition.
        over: Vec<String>,
        /// The columns that order it.
        order: Vec<SortKey>,
    },
    /// Adds the columns of another plan, which has one row at most for each key; null where it has
    /// none, or where a key is null.
    Join {
        /// The other plan.
        with: Box<Plan>,
        /// The columns that both have and that must be equal.
        on: Vec<String>,
    },
    /// Orders the rows; equal rows keep their order.
    Order(Vec<SortKey>),
    /// Keeps the first rows.
    Limit(usize),
    /// Keeps these columns, in this order.
    Select(Vec<String>),
}

/// A plan: a scan of one table, then steps.
///
/// ```
/// use sheaf_analytics::{Aggregate, Plan, SortKey, col};
///
/// let plan = Plan::scan("incidents")
///     .filter(col("severity").at_least(3))
///     .group(["location"], [("n", Aggregate::Count)])
///     .order([SortKey::parse("-n")])
///     .limit(10);
/// let text = serde_json::to_string(&plan)?;
/// assert_eq!(serde_json::from_str::<Plan>(&text)?.digest(), plan.digest());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    version: u32,
    rights: Rights,
    table: String,
    steps: Vec<Step>,
}

impl Plan {
    /// A plan that gives every row of a table.
    pub fn scan(table: impl Into<String>) -> Self {
        let (rights, table) = (Rights::Held, table.into());
        Self { version: PLAN_VERSION, rights, table, steps: Vec::new() }
    }

    /// The same over what these rights allow; the host sets them, never a script.
    pub fn with_rights(mut self, rights: Rights) -> Self {
        for step in &mut self.steps {
            if let Step::Join { with, .. } = step {
                **with = Plan::clone(with).with_rights(rights.clone());
            }
        }
        self.rights = rights;
        self
    }

    /// The same with one more step.
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Keeps rows where the condition is true.
    pub fn filter(self, condition: Expr) -> Self {
        self.step(Step::Filter(condition))
    }

    /// Keeps rows whose date lies in the period.
    pub fn within(self, period: Period) -> Self {
        self.step(Step::Within(period))
    }

    /// Adds or replaces a column.
    pub fn derive(self, name: impl Into<String>, value: Expr) -> Self {
        self.step(Step::Derive(name.into(), value))
    }

    /// One row a group.
    pub fn group<K: Into<String>, N: Into<String>>(
        self,
        keys: impl IntoIterator<Item = K>,
        aggregates: impl IntoIterator<Item = (N, Aggregate)>,
    ) -> Self {
        let keys = keys.into_iter().map(Into::into).collect();
        let aggregates =
            aggregates.into_iter().map(|(name, aggregate)| (name.into(), aggregate)).collect();
        self.step(Step::Group { keys, aggregates })
    }

    /// Adds the columns of another plan, looked up by columns that both have.
    pub fn join<K: Into<String>>(self, with: Self, on: impl IntoIterator<Item = K>) -> Self {
        let on = on.into_iter().map(Into::into).collect();
        self.step(Step::Join { with: Box::new(with), on })
    }

    /// Keeps these columns, in this order.
    pub fn select<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        self.step(Step::Select(names.into_iter().map(Into::into).collect()))
    }

    /// Orders the rows.
    pub fn order(self, keys: impl IntoIterator<Item = SortKey>) -> Self {
        self.step(Step::Order(keys.into_iter().collect()))
    }

    /// Keeps the first rows.
    pub fn limit(self, rows: usize) -> Self {
        self.step(Step::Limit(rows))
    }

    /// The table that it scans.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Its rights.
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The version of the algebra that it was written in.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// A name for the plan: equal for equal plans, in any process.
    pub fn digest(&self) -> String {
        // Serialising such plain data cannot fail; an empty text would only miss the cache.
        let text = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }

    /// Checks names and types without data, and gives the columns of the result.
    ///
    /// # Errors
    /// Names the first step that does not fit, with the nearest column for a misspelt one.
    pub fn check(&self) -> Result<Vec<(String, ColumnType)>, AnalyticsError> {
        crate::plan::check::plan(self)
    }

    /// The columns of the scanned table that it reads, for permissions.
    ///
    /// # Errors
    /// The table does not exist.
    pub fn reads(&self) -> Result<BTreeSet<String>, AnalyticsError> {
        crate::plan::check::reads(self)
    }
}
