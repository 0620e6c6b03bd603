//! Several slips about one thing made one event.

use arrow::array::{Array, UInt32Array};

use crate::data::column::{ColumnType, Data, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::budget::Budget;
use crate::plan::execute::group::groups;

/// In what the time between two events is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// School days: the clock stands still at weekends and in holidays.
    #[default]
    SchoolDay,
    /// Days of the calendar.
    Day,
}

impl Clock {
    /// The name that scripts use as a unit.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SchoolDay => "school_day",
            Self::Day => "day",
        }
    }

    /// The unit that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::SchoolDay, Self::Day].into_iter().find(|one| one.name() == name)
    }
}

/// Which rows [`Frame::merge_same`] makes one.
#[derive(Clone, Debug)]
pub struct MergeOptions {
    /// The column that must be equal, such as `pupil`.
    pub key: String,
    /// How far apart two slips may be; 0 is the same date.
    pub within: u32,
    /// In what that is counted.
    pub clock: Clock,
}

/// Rows that become one: `len` of them from `start` among the rows in order of key and day.
struct Run {
    first: u32,
    start: usize,
    len: usize,
}

impl Frame {
    /// Merges rows with the same key that follow each other closely: each at most `within` after
    /// the one before. The first row of a run stays, with the records of all behind it. Rows
    /// without a key or a date stay by themselves.
    ///
    /// # Errors
    /// There is no such column, no `date`, or the budget is used up.
    pub fn merge_same(
        &self,
        options: &MergeOptions,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        self.need_rows("merge_same")?;
        let keys = self.column(&options.key)?;
        let dates = self.column("date")?;
        let Data::Ints(days) = dates.data() else {
            return Err(AnalyticsError::mistyped("merge_same", "a date", dates.ty()));
        };
        if keys.ty() == ColumnType::Float {
            return Err(AnalyticsError::mistyped("merge_same", "a key", keys.ty()));
        }
        let groups = groups(self, std::slice::from_ref(&options.key), budget)?;
        let has_key = crate::plan::eval::array(&keys);
        let mut rows = Vec::with_capacity(self.len);
        let mut runs: Vec<Run> = Vec::with_capacity(self.len);
        for group in 0..groups.len() {
            budget.tick(group)?;
            let start = rows.len();
            rows.extend_from_slice(groups.members(group));
            let members = rows.get_mut(start..).unwrap_or_default();
            let keyed = members.first().is_some_and(|row| has_key.is_valid(*row as usize));
            members.sort_by_key(|row| get(days, *row as usize));
            let near = |a: &u32, b: &u32| {
                let days = get(days, *a as usize).zip(get(days, *b as usize));
                keyed && days.is_some_and(|(a, b)| self.near(a, b, options))
            };
            let mut next = start;
            for run in members.chunk_by(near) {
                let first = run.first().copied().unwrap_or_default();
                runs.push(Run { first, start: next, len: run.len() });
                next += run.len();
            }
        }
        runs.sort_unstable_by_key(|run| run.first);
        let firsts: UInt32Array = runs.iter().map(|run| Some(run.first)).collect();
        let of_run = |run: &Run| rows.get(run.start..run.start + run.len).unwrap_or_default();
        let behind = self.behind.joined(runs.iter().map(of_run));
        Ok(Self { behind, ..self.take(&firsts)? })
    }

    fn near(&self, from: i64, to: i64, options: &MergeOptions) -> bool {
        if options.within == 0 {
            return from == to;
        }
        self.clock_between(options.clock, from, to) <= i64::from(options.within)
    }

    /// The same for a pupil, whose school may be closed on days on which another is open.
    pub(crate) fn clock_of(&self, pupil: i32, clock: Clock, from: i64, to: i64) -> i64 {
        let shown = self.clock_between(clock, from, to);
        match clock {
            Clock::SchoolDay => {
                shown - self.scope.snapshot().facts().closed_between(pupil, from, to)
            }
            Clock::Day => shown,
        }
    }

    /// What a clock shows from one day number to another.
    pub(crate) fn clock_between(&self, clock: Clock, from: i64, to: i64) -> i64 {
        match clock {
            Clock::SchoolDay => self.scope.snapshot().days().between(from, to),
            Clock::Day => to - from,
        }
    }
}
