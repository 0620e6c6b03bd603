//! Columns worked out within partitions: row number, lag, running sum, trailing sum.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use arrow::array::{Int64Array, UInt32Array};

use super::group::groups;
use super::order::{columns, ranked, sorted_by};
use super::parts::{at_once, cut, ranges};
use super::whole;
use crate::data::column::{Column, ColumnType, Data, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::frame::behind::Lists;
use crate::plan::budget::Budget;
use crate::plan::eval::value;
use crate::plan::expr::Expr;
use crate::plan::{Direction, SortKey, WindowFunction};

/// The time of a row that has none.
const NO_TIME: i64 = i64::MIN;

/// Rows by partition, each in its order.
pub struct Partitions {
    rows: Lists,
    /// Where each row of the frame stands among them, once somebody asked.
    places: OnceLock<Vec<u32>>,
    /// What the first key of the order says of each of them, in the same order; empty where it is
    /// no number.
    clock: Vec<i64>,
}

/// The new column, in the order of the frame's rows.
pub fn run(
    frame: &Frame,
    function: &WindowFunction,
    over: &[String],
    order: &[SortKey],
    budget: &Budget,
) -> Result<Column, AnalyticsError> {
    let partitions = partitions(frame, over, order, budget)?;
    budget.check()?;
    match function {
        WindowFunction::RowNumber => {
            let mut numbers = vec![None; frame.len];
            for partition in partitions.rows.iter() {
                for (number, row) in (1i64..).zip(partition) {
                    put(&mut numbers, *row, Some(number));
                }
            }
            Ok(Column::ints(numbers))
        }
        WindowFunction::Lag(expr, by) => {
            let mut from: Vec<Option<u32>> = vec![None; frame.len];
            for partition in partitions.rows.iter() {
                let behind = partition.iter().skip(*by as usize).zip(partition);
                behind.for_each(|(row, source)| put(&mut from, *row, Some(*source)));
            }
            value(expr, frame)?.take(&UInt32Array::from(from))
        }
        WindowFunction::RunningSum(expr) => {
            partitions.sums(&Summed::new(expr, frame)?, |first, at| first <= at)
        }
        WindowFunction::Trailing(expr, units) => {
            let units = u64::from(*units);
            let time = |at: usize| partitions.clock.get(at).copied().unwrap_or(NO_TIME);
            partitions.sums(&Summed::new(expr, frame)?, |first, at| {
                let (from, to) = (time(first), time(at));
                first == at || (from != NO_TIME && to != NO_TIME && from.abs_diff(to) < units)
            })
        }
    }
}

/// The rows of each partition in their order. Those of each pupil by day are kept by the snapshot.
fn partitions(
    frame: &Frame,
    over: &[String],
    order: &[SortKey],
    budget: &Budget,
) -> Result<Arc<Partitions>, AnalyticsError> {
    let sort = || Partitions::new(frame, over, &columns(frame, order)?, budget);
    match (frame.whole_table(), over, order) {
        (Some(table), [pupil], [day])
            if pupil == "pupil"
                && *day == SortKey::parse("date")
                && !frame.replaces(&["pupil", "date"]) =>
        {
            frame.scope.snapshot().by_pupil(table, sort)
        }
        _ => sort().map(Arc::new),
    }
}

fn put<T>(column: &mut [T], row: u32, value: T) {
    if let Some(slot) = column.get_mut(row as usize) {
        *slot = value;
    }
}

/// What is added up: a number for each row, or one for all.
enum Summed {
    Same(i64),
    Each(Column),
}

impl Summed {
    fn new(expr: &Expr, frame: &Frame) -> Result<Self, AnalyticsError> {
        match expr {
            Expr::Int(number) => Ok(Self::Same(*number)),
            other => value(other, frame).map(Self::Each),
        }
    }
}

impl Partitions {
    fn new(
        frame: &Frame,
        over: &[String],
        order: &[(Column, Direction)],
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let sorted = sorted_by(&ranked(order), frame.len);
        let rows = groups(frame, over, budget)?.sorted_members(&sorted);
        let clock = match order.first().map(|(column, _)| column.data()) {
            Some(Data::Ints(values)) => {
                let time = |row: &u32| get(values, *row as usize).unwrap_or(NO_TIME);
                rows.all().iter().map(time).collect()
            }
            _ => Vec::new(),
        };
        Ok(Self { rows, places: OnceLock::new(), clock })
    }

    /// Sums by two pointers: rows leave at the back once they are no longer inside, which says of
    /// two places among all rows whether the first is inside at the second.
    fn sums(
        &self,
        summed: &Summed,
        inside: impl Fn(usize, usize) -> bool + Sync,
    ) -> Result<Column, AnalyticsError> {
        let rows = self.rows.all();
        let all = ranges(self.rows.len(), rows.len(), |_| true);
        let parts: Vec<Option<Vec<i64>>> = match summed {
            Summed::Same(number) => {
                at_once(all, |lists| self.sums_of(lists, &|_| *number, &inside))
            }
            Summed::Each(column) => {
                let values = whole(column)?;
                let own = |at: usize| {
                    let value = rows.get(at).and_then(|row| get(values, *row as usize));
                    value.unwrap_or_default()
                };
                at_once(all, |lists| self.sums_of(lists, &own, &inside))
            }
        };
        let parts: Option<Vec<Vec<i64>>> = parts.into_iter().collect();
        let sums = parts.ok_or(AnalyticsError::Overflow("running_sum"))?.concat();
        let mut found = vec![0i64; rows.len()];
        let parts = cut(&mut found, ranges(rows.len(), rows.len(), |_| true));
        // A row looks for its sum: each thread writes rows next to each other.
        at_once(parts, |(range, found)| {
            let places = self.places().get(range).unwrap_or_default();
            for (slot, place) in found.iter_mut().zip(places) {
                *slot = sums.get(*place as usize).copied().unwrap_or_default();
            }
        });
        Ok(Column::whole(ColumnType::Int, Int64Array::from(found)))
    }

    fn places(&self) -> &[u32] {
        self.places.get_or_init(|| {
            let mut places = vec![0u32; self.rows.all().len()];
            for (place, row) in (0u32..).zip(self.rows.all()) {
                put(&mut places, *row, place);
            }
            places
        })
    }

    /// The sums of some lists, one after the other; none where a number grows too large.
    fn sums_of(
        &self,
        lists: Range<usize>,
        own: &impl Fn(usize) -> i64,
        inside: &impl Fn(usize, usize) -> bool,
    ) -> Option<Vec<i64>> {
        let span = self.rows.start(lists.end) - self.rows.start(lists.start);
        let mut sums = Vec::with_capacity(span);
        for list in lists {
            let from = self.rows.start(list);
            let (mut sum, mut back) = (0i64, from);
            for at in from..self.rows.start(list + 1) {
                sum = sum.checked_add(own(at))?;
                while back < at && !inside(back, at) {
                    sum = sum.checked_sub(own(back))?;
                    back += 1;
                }
                sums.push(sum);
            }
        }
        Some(sums)
    }
}
