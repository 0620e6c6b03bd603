//! Columns worked out within partitions: row number, lag, running sum, trailing sum.

use arrow::array::{Int64Array, UInt32Array};

use super::group::groups;
use super::order::{Ranked, compare, ranked};
use super::whole;
use crate::data::column::{Column, ColumnType, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
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
    let groups = groups(frame, over, budget)?;
    let ranked = ranked(frame, order)?;
    let mut partitions = Vec::with_capacity(groups.len());
    for group in 0..groups.len() {
        budget.tick(group)?;
        let mut rows = groups.members(group).to_vec();
        rows.sort_by(|a, b| compare(&ranked, *a as usize, *b as usize));
        partitions.push(rows);
    }
    match function {
        WindowFunction::RowNumber => {
            let mut numbers = vec![None; frame.len];
            for partition in &partitions {
                for (number, row) in (1i64..).zip(partition) {
                    put(&mut numbers, *row, Some(number));
                }
            }
            Ok(Column::ints(numbers))
        }
        WindowFunction::Lag(expr, by) => {
            let mut from: Vec<Option<u32>> = vec![None; frame.len];
            for partition in &partitions {
                let behind = partition.iter().skip(*by as usize).zip(partition);
                behind.for_each(|(row, source)| put(&mut from, *row, Some(*source)));
            }
            value(expr, frame)?.take(&UInt32Array::from(from))
        }
        WindowFunction::RunningSum(expr) => {
            sums(frame.len, &partitions, &value(expr, frame)?, |_, _| true)
        }
        WindowFunction::Trailing(expr, units) => {
            let units = i64::from(*units);
            let inside = |first: u32, row: u32| within(ranked.first(), first, row, units);
            sums(frame.len, &partitions, &value(expr, frame)?, inside)
        }
    }
}

fn put<T>(column: &mut [T], row: u32, value: T) {
    if let Some(slot) = column.get_mut(row as usize) {
        *slot = value;
    }
}

/// Whether a row lies in the last `units` of the order column before another, or at it.
fn within(order: Option<&Ranked>, first: u32, row: u32, units: i64) -> bool {
    let at = |row: u32| order.and_then(|order| order.get(row as usize));
    match (at(first), at(row)) {
        (Some(first), Some(row)) => first.abs_diff(row) < units.unsigned_abs(),
        _ => first == row,
    }
}

/// Sums by two pointers: rows leave at the back once they are no longer inside.
fn sums(
    len: usize,
    partitions: &[Vec<u32>],
    values: &Column,
    inside: impl Fn(u32, u32) -> bool,
) -> Result<Column, AnalyticsError> {
    let values: &Int64Array = whole(values)?;
    let overflow = || AnalyticsError::Overflow("running_sum");
    let mut found = vec![None; len];
    for partition in partitions {
        let (mut sum, mut back) = (0i64, 0);
        for row in partition {
            let own = get(values, *row as usize).unwrap_or_default();
            sum = sum.checked_add(own).ok_or_else(overflow)?;
            while let Some(first) = partition.get(back).filter(|first| !inside(**first, *row)) {
                let gone = get(values, *first as usize).unwrap_or_default();
                sum = sum.checked_sub(gone).ok_or_else(overflow)?;
                back += 1;
            }
            put(&mut found, *row, Some(sum));
        }
    }
    Ok(Column::whole(ColumnType::Int, Int64Array::from(found)))
}
