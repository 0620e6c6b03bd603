//! One row a group: dense counting over codes where the key space is small, hashing otherwise.
#![allow(
    clippy::indexing_slicing,
    reason = "group numbers are dense below `len` and rows below the frame's, by construction"
)]

use std::collections::HashMap;

use arrow::array::{Array, UInt32Array};

use super::aggregate;
use crate::data::column::{Cell, Column, Data};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::Aggregate;
use crate::plan::budget::Budget;

/// The largest key space that is counted densely: four megabytes of group numbers.
const MAX_DENSE: u64 = 1 << 20;

/// The widest range of whole numbers that is taken as dense codes.
const MAX_RANGE: i64 = 1 << 16;

/// Which rows belong to which group; groups are in order of their keys.
pub struct Groups {
    /// The group of each row.
    pub of_row: Vec<u32>,
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    /// How many groups.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of a group, in their order.
    pub fn members(&self, group: usize) -> &[u32] {
        &self.rows[self.starts[group] as usize..self.starts[group + 1] as usize]
    }

    fn new(of_row: Vec<u32>, groups: usize) -> Self {
        let mut starts = vec![0u32; groups + 1];
        for group in &of_row {
            starts[*group as usize + 1] += 1;
        }
        for at in 0..groups {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; of_row.len()];
        for (row, group) in (0u32..).zip(&of_row) {
            let place = &mut next[*group as usize];
            rows[*place as usize] = row;
            *place += 1;
        }
        Self { of_row, starts, rows }
    }
}

/// Runs a group step.
pub fn run(
    frame: &Frame,
    keys: &[String],
    aggregates: &[(String, Aggregate)],
    budget: &Budget,
) -> Result<Frame, AnalyticsError> {
    let groups = groups(frame, keys, budget)?;
    let first = |group| groups.members(group).first().copied();
    let firsts: UInt32Array = (0..groups.len()).map(first).collect();
    let mut columns = Vec::with_capacity(keys.len() + aggregates.len());
    for key in keys {
        columns.push((key.clone(), frame.column(key)?.take(&firsts)?));
    }
    for (name, one) in aggregates {
        budget.check()?;
        columns.push((name.clone(), aggregate::column(frame, one, &groups, budget)?));
    }
    let members = |group: usize, see: &mut dyn FnMut(usize)| {
        groups.members(group).iter().for_each(|row| see(*row as usize));
    };
    Ok(Frame {
        scope: frame.scope.clone(),
        base: None,
        columns,
        len: groups.len(),
        behind: frame.behind.grouped_by(groups.len(), &members),
        window: frame.window,
    })
}

/// The groups of a frame by some columns; one over all rows, even none, where there is no column.
pub fn groups(frame: &Frame, keys: &[String], budget: &Budget) -> Result<Groups, AnalyticsError> {
    if keys.is_empty() {
        return Ok(Groups::new(vec![0; frame.len], 1));
    }
    let columns: Result<Vec<Column>, _> = keys.iter().map(|key| frame.column(key)).collect();
    let columns = columns?;
    let mut combined: Vec<u64> = vec![0; frame.len];
    let mut space: u64 = 1;
    for column in &columns {
        let (codes, cardinality) = codes(column, budget)?;
        budget.allow_bytes(frame.len.saturating_mul(16))?;
        // Past the dense bound, earlier keys are numbered again so that the product stays small.
        if space.saturating_mul(cardinality) > u64::from(u32::MAX) {
            let (again, groups) = number(&combined, space);
            combined = again.into_iter().map(u64::from).collect();
            space = groups as u64;
        }
        for (sum, code) in combined.iter_mut().zip(codes) {
            *sum = *sum * cardinality + u64::from(code);
        }
        space = space.saturating_mul(cardinality);
    }
    let (of_row, groups) = number(&combined, space);
    Ok(in_order(of_row, groups, &columns))
}

/// Numbers distinct values in order of appearance.
fn number(values: &[u64], space: u64) -> (Vec<u32>, usize) {
    let mut groups = 0u32;
    let numbered = if space <= MAX_DENSE {
        let mut known = vec![u32::MAX; space as usize];
        values
            .iter()
            .map(|value| {
                let place = &mut known[*value as usize];
                if *place == u32::MAX {
                    *place = groups;
                    groups += 1;
                }
                *place
            })
            .collect()
    } else {
        let mut known: HashMap<u64, u32> = HashMap::new();
        values
            .iter()
            .map(|value| {
                *known.entry(*value).or_insert_with(|| {
                    groups += 1;
                    groups - 1
                })
            })
            .collect()
    };
    (numbered, groups as usize)
}

/// Dense codes of a key column, 0 for null, and how many there may be.
fn codes(column: &Column, budget: &Budget) -> Result<(Vec<u32>, u64), AnalyticsError> {
    match column.data() {
        Data::Codes(codes, labels) => {
            let values = codes.values();
            let dense = match codes.nulls() {
                None => values.iter().map(|code| *code as u32 + 1).collect(),
                Some(nulls) => values
                    .iter()
                    .zip(nulls)
                    .map(|(code, valid)| if valid { *code as u32 + 1 } else { 0 })
                    .collect(),
            };
            Ok((dense, labels.len() as u64 + 1))
        }
        Data::Bools(answers) => {
            let code = |answer: Option<bool>| answer.map_or(0, |answer| u32::from(answer) + 1);
            Ok((answers.iter().map(code).collect(), 3))
        }
        Data::Ints(values) => {
            let least = arrow::compute::min(values).unwrap_or_default();
            let most = arrow::compute::max(values).unwrap_or_default();
            if most.saturating_sub(least) < MAX_RANGE {
                let code = |value: Option<i64>| value.map_or(0, |value| (value - least) as u32 + 1);
                return Ok((values.iter().map(code).collect(), (most - least) as u64 + 2));
            }
            let mut known = HashMap::new();
            let mut dense = Vec::with_capacity(values.len());
            for (row, value) in values.iter().enumerate() {
                budget.tick(row)?;
                let next = known.len() as u32 + 1;
                dense.push(value.map_or(0, |value| *known.entry(value).or_insert(next)));
            }
            Ok((dense, known.len() as u64 + 1))
        }
        Data::Floats(_) => Err(AnalyticsError::mistyped("group", "no fractions", column.ty())),
    }
}

/// Puts groups in order of their keys, nulls last.
fn in_order(of_row: Vec<u32>, groups: usize, columns: &[Column]) -> Groups {
    let mut firsts = vec![usize::MAX; groups];
    for (row, group) in of_row.iter().enumerate() {
        let first = &mut firsts[*group as usize];
        if *first == usize::MAX {
            *first = row;
        }
    }
    let keys: Vec<Vec<SortCell>> = firsts
        .iter()
        .map(|row| columns.iter().map(|column| SortCell::of(column, *row)).collect())
        .collect();
    let mut order: Vec<usize> = (0..groups).collect();
    order.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
    let mut places = vec![0u32; groups];
    for (place, group) in (0u32..).zip(order) {
        places[group] = place;
    }
    Groups::new(of_row.into_iter().map(|group| places[group as usize]).collect(), groups)
}

/// A value by which groups are put in order: numbers, also those written as text, then texts, then
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortCell {
    /// A number, a day, no before yes; with the text in which it was written.
    Number(i64, std::sync::Arc<str>),
    /// A text that is no number.
    Text(std::sync::Arc<str>),
    /// Nothing.
    Null,
}

impl SortCell {
    /// The value of a row. Numbers with fractions are never keys of groups.
    pub fn of(column: &Column, row: usize) -> Self {
        let number = |number| Self::Number(number, "".into());
        match column.cell(row) {
            Cell::Null | Cell::Float(_) => Self::Null,
            Cell::Int(value) => number(value),
            Cell::Bool(answer) => number(i64::from(answer)),
            Cell::Date(date) => number(crate::data::days::day_number(date)),
            Cell::Id(id) => Self::Text(id.to_string().into()),
            Cell::Text(text) => match text.parse() {
                Ok(number) => Self::Number(number, text),
                Err(_) => Self::Text(text),
            },
        }
    }
}
