//! Columns worked out within partitions: row number, lag, running sum, trailing sum.

use std::sync::Arc;

use arrow::array::{Int64Array, UInt32Array};

use super::group::groups;
use super::order::{columns, ranked, sorted_by};
use super::whole;
use crate::data::column::{Column, ColumnType, Data, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::frame::behind::Lists;
use crate::plan::budget::Budget;
use crate::plan::eval::value;
use crate::plan::{SortKey, WindowFunction};

/// The new column, in the order of the frame's rows.
pub fn run(
    frame: &Frame,
    function: &WindowFunction,
    over: &[String],
    order: &[SortKey],
    budget: &Budget,
) -> Result<Column, AnalyticsError> {
    let partitions = partitions(frame, over, order, budget)?;
    let order = columns(frame, order)?;
    budget.check()?;
    match function {
        WindowFunction::RowNumber => {
            let mut numbers = vec![None; frame.len];
            for partition in partitions.iter() {
                for (number, row) in (1i64..).zip(partition) {
                    put(&mut numbers, *row, Some(number));
                }
            }
            Ok(Column::ints(numbers))
        }
        WindowFunction::Lag(expr, by) => {
            let mut from: Vec<Option<u32>> = vec![None; frame.len];
            for partition in partitions.iter() {
                let behind = partition.iter().skip(*by as usize).zip(partition);
                behind.for_each(|(row, source)| put(&mut from, *row, Some(*source)));
            }
            value(expr, frame)?.take(&UInt32Array::from(from))
        }
        WindowFunction::RunningSum(expr) => {
            sums(&partitions, &value(expr, frame)?, |_| |_, _| true)
        }
        WindowFunction::Trailing(expr, units) => {
            let clock = order.first().and_then(|(column, _)| match column.data() {
                Data::Ints(values) => Some(values),
                _ => None,
            });
            let units = u64::from(*units);
            sums(&partitions, &value(expr, frame)?, |rows| {
                let days: Vec<Option<i64>> =
                    rows.iter().map(|row| get(clock?, *row as usize)).collect();
                move |first, at| {
                    let day = |at: usize| days.get(at).copied().flatten();
                    match (day(first), day(at)) {
                        (Some(first), Some(day)) => first.abs_diff(day) < units,
                        _ => first == at,
                    }
                }
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
) -> Result<Arc<Lists>, AnalyticsError> {
    let sort = || {
        let sorted = sorted_by(&ranked(&columns(frame, order)?), frame.len);
        Ok(groups(frame, over, budget)?.sorted_members(&sorted))
    };
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

/// Sums by two pointers: rows leave at the back once they are no longer inside. `windows` gives for
/// the rows of a partition whether the one at a place is inside at another.
fn sums<W: Fn(usize, usize) -> bool>(
    partitions: &Lists,
    values: &Column,
    windows: impl Fn(&[u32]) -> W,
) -> Result<Column, AnalyticsError> {
    let values: &Int64Array = whole(values)?;
    let overflow = || AnalyticsError::Overflow("running_sum");
    let mut found = vec![0i64; values.len()];
    let mut own = Vec::new();
    for rows in partitions.iter() {
        let inside = windows(rows);
        own.clear();
        own.extend(rows.iter().map(|row| get(values, *row as usize).unwrap_or_default()));
        let (mut sum, mut back) = (0i64, 0);
        for (at, row) in rows.iter().enumerate() {
            sum = own.get(at).and_then(|own| sum.checked_add(*own)).ok_or_else(overflow)?;
            while back < at && !inside(back, at) {
                sum = own.get(back).and_then(|gone| sum.checked_sub(*gone)).ok_or_else(overflow)?;
                back += 1;
            }
            put(&mut found, *row, sum);
        }
    }
    Ok(Column::whole(ColumnType::Int, Int64Array::from(found)))
}
