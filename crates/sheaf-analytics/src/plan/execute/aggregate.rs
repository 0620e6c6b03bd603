//! What is worked out for each group.
#![allow(
    clippy::indexing_slicing,
    reason = "cells lie below the space and groups below their number, by construction"
)]

use std::collections::HashMap;

use arrow::array::{Array, BooleanArray};

use super::group::Groups;
use super::{is_text, whole};
use crate::data::column::{Column, ColumnType, Data, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::Aggregate;
use crate::plan::budget::Budget;
use crate::plan::eval::{condition, value};

/// Group and code pairs that are marked in a bit set; beyond it they are sorted.
const MAX_PAIRS: usize = 1 << 24;

/// The column of one aggregate, a value a group.
pub fn column(
    frame: &Frame,
    aggregate: &Aggregate,
    groups: &Groups,
    budget: &Budget,
) -> Result<Column, AnalyticsError> {
    match aggregate {
        Aggregate::Count => Ok(count(frame, groups)),
        Aggregate::NUnique(expr) => n_unique(&value(expr, frame)?, groups, budget),
        Aggregate::Sum(expr) => sum(&value(expr, frame)?, groups),
        Aggregate::Min(expr) => extreme(&value(expr, frame)?, groups, i64::min),
        Aggregate::Max(expr) => extreme(&value(expr, frame)?, groups, i64::max),
        Aggregate::Median(expr) => median(&value(expr, frame)?, groups),
        Aggregate::Share(expr) => share(&condition(expr, frame)?, groups),
        Aggregate::Ratio(one, other) => {
            ratio(&column(frame, one, groups, budget)?, &column(frame, other, groups, budget)?)
        }
    }
}

fn counts(counts: impl Iterator<Item = u32>) -> Column {
    let counts: Vec<i64> = counts.map(i64::from).collect();
    Column::whole(ColumnType::Int, counts.into())
}

/// Distinct records a group; where an earlier step moved their rows apart, pairs are sorted. Rows
/// without a record count each.
fn count(frame: &Frame, groups: &Groups) -> Column {
    if let Some(records) = groups.records(frame) {
        return counts(groups.in_order(&records));
    }
    let mut pairs = Vec::with_capacity(frame.len);
    for (row, group) in groups.of_rows().enumerate() {
        frame.behind.each_record(row, &mut |code| {
            pairs.push((u64::from(group) << 32) | u64::from(code as u32));
        });
    }
    counts(distinct(pairs, groups.len()).into_iter())
}

/// Distinct pairs of group and code, counted by group.
fn distinct(mut pairs: Vec<u64>, groups: usize) -> Vec<u32> {
    pairs.sort_unstable();
    pairs.dedup();
    let mut found = vec![0; groups];
    pairs.iter().for_each(|pair| found[(*pair >> 32) as usize] += 1);
    found
}

fn n_unique(values: &Column, groups: &Groups, budget: &Budget) -> Result<Column, AnalyticsError> {
    if let Data::Codes(codes, labels) = values.data() {
        let size = groups.len().saturating_mul(labels.len());
        if size <= MAX_PAIRS {
            let mut seen = vec![false; size];
            let mut found = vec![0u32; groups.len()];
            for (code, group) in codes.iter().zip(groups.of_rows()) {
                let Some(code) = code else { continue };
                let place = &mut seen[group as usize * labels.len() + code as usize];
                found[group as usize] += u32::from(!*place);
                *place = true;
            }
            return Ok(counts(found.into_iter()));
        }
    }
    let mut known: HashMap<i64, u32> = HashMap::new();
    let mut pairs = Vec::with_capacity(values.len());
    for (row, group) in groups.of_rows().enumerate() {
        budget.tick(row)?;
        let Some(value) = number(values, row) else { continue };
        let next = known.len() as u32;
        let code = *known.entry(value).or_insert(next);
        pairs.push((u64::from(group) << 32) | u64::from(code));
    }
    Ok(counts(distinct(pairs, groups.len()).into_iter()))
}

/// A value that tells whether two are equal.
fn number(column: &Column, row: usize) -> Option<i64> {
    match column.data() {
        Data::Codes(codes, _) => get(codes, row).map(i64::from),
        Data::Ints(values) => get(values, row),
        Data::Bools(values) => values.is_valid(row).then(|| i64::from(values.value(row))),
        Data::Floats(values) => get(values, row).map(|value| value.to_bits() as i64),
    }
}

fn sum(values: &Column, groups: &Groups) -> Result<Column, AnalyticsError> {
    let mut sums = vec![0i64; groups.space()];
    for (value, cell) in whole(values)?.iter().zip(groups.cells()) {
        let sum = &mut sums[*cell as usize];
        let next = sum.checked_add(value.unwrap_or_default());
        *sum = next.ok_or(AnalyticsError::Overflow("sum"))?;
    }
    Ok(Column::ints(groups.in_order(&sums).map(Some)))
}

fn extreme(
    values: &Column,
    groups: &Groups,
    better: fn(i64, i64) -> i64,
) -> Result<Column, AnalyticsError> {
    let mut found: Vec<Option<i64>> = vec![None; groups.space()];
    for (value, cell) in whole(values)?.iter().zip(groups.cells()) {
        let best = &mut found[*cell as usize];
        *best = match (*best, value) {
            (Some(best), Some(value)) => Some(better(best, value)),
            (best, value) => best.or(value),
        };
    }
    let ty = if is_text(values.ty()) { ColumnType::Int } else { values.ty() };
    Ok(Column::whole(ty, groups.in_order(&found).collect()))
}

/// The rows where a condition is true, over those where it is true or false.
fn share(condition: &BooleanArray, groups: &Groups) -> Result<Column, AnalyticsError> {
    let mut parts = vec![(0u32, 0u32); groups.space()];
    for (answer, cell) in condition.iter().zip(groups.cells()) {
        let part = &mut parts[*cell as usize];
        part.0 += u32::from(answer == Some(true));
        part.1 += u32::from(answer.is_some());
    }
    let share = |(yes, all): (u32, u32)| (all > 0).then(|| f64::from(yes) / f64::from(all));
    Ok(Column::floats(groups.in_order(&parts).map(share)))
}

/// One whole number over another in each group; nothing over 0.
fn ratio(one: &Column, other: &Column) -> Result<Column, AnalyticsError> {
    let parts = whole(one)?.iter().zip(whole(other)?);
    let ratio = |(one, other): (Option<i64>, Option<i64>)| {
        let other = other.filter(|other| *other != 0)?;
        Some(one? as f64 / other as f64)
    };
    Ok(Column::floats(parts.map(ratio)))
}

fn median(values: &Column, groups: &Groups) -> Result<Column, AnalyticsError> {
    let values = whole(values)?;
    let middle = |group| {
        let members = groups.members(group).iter();
        let mut some: Vec<i64> = members.filter_map(|row| get(values, *row as usize)).collect();
        some.sort_unstable();
        let upper = some.get(some.len() / 2)?;
        let lower = some.get((some.len() - 1) / 2)?;
        Some((*lower as f64 + *upper as f64) / 2.0)
    };
    Ok(Column::floats((0..groups.len()).map(middle)))
}
