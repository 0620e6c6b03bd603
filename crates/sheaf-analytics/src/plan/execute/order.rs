//! Putting rows in order: by counting where a key has few values, by comparing otherwise.
#![allow(
    clippy::indexing_slicing,
    reason = "ranks lie below their number and rows below the frame's, by construction"
)]

use std::cmp::Ordering;

use super::cells::Coded;
use crate::data::column::{Column, Data, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::{Direction, SortKey};

/// A key as numbers that sort as its values are wanted; nulls have the greatest.
pub enum Ranked {
    /// Ranks below a number that is small enough to count.
    Few { ranks: Vec<u32>, count: u32 },
    /// Any numbers; the second part is the rank, the first tells nulls.
    Many(Vec<(bool, i64)>),
}

impl Ranked {
    fn new(column: &Column, direction: Direction) -> Self {
        match Coded::new(column) {
            Ok(Some(coded)) => {
                let mut order = coded.in_order();
                if direction == Direction::Descending {
                    let values = order.len().saturating_sub(1);
                    order[..values].reverse();
                }
                let mut rank_of = vec![0u32; order.len()];
                for (rank, code) in (0u32..).zip(order) {
                    rank_of[code as usize] = rank;
                }
                let ranks = coded.codes().into_iter().map(|code| rank_of[code as usize]).collect();
                Self::Few { ranks, count: coded.count() }
            }
            _ => Self::Many(many(column, direction)),
        }
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        let (a, b) = (a as usize, b as usize);
        match self {
            Self::Few { ranks, .. } => ranks[a].cmp(&ranks[b]),
            Self::Many(ranks) => ranks[a].cmp(&ranks[b]),
        }
    }

    /// Puts rows in order by this key; equal rows keep theirs.
    fn sort(&self, rows: &mut Vec<u32>) {
        match self {
            Self::Many(ranks) => rows.sort_by_key(|row| ranks[*row as usize]),
            Self::Few { ranks, count } if *count as usize <= rows.len().max(1 << 10) => {
                let mut next = vec![0u32; *count as usize + 1];
                ranks.iter().for_each(|rank| next[*rank as usize + 1] += 1);
                (1..next.len()).for_each(|at| next[at] += next[at - 1]);
                let mut sorted = vec![0u32; rows.len()];
                for row in rows.iter() {
                    let slot = &mut next[ranks[*row as usize] as usize];
                    sorted[*slot as usize] = *row;
                    *slot += 1;
                }
                *rows = sorted;
            }
            Self::Few { ranks, .. } => rows.sort_by_key(|row| ranks[*row as usize]),
        }
    }
}

fn many(column: &Column, direction: Direction) -> Vec<(bool, i64)> {
    let rank = |value: Option<i64>| match (value, direction) {
        (None, _) => (true, 0),
        (Some(value), Direction::Ascending) => (false, value),
        (Some(value), Direction::Descending) => (false, !value),
    };
    match column.data() {
        Data::Ints(values) => values.iter().map(rank).collect(),
        Data::Floats(values) => {
            (0..column.len()).map(|row| rank(get(values, row).map(total_order))).collect()
        }
        Data::Codes(..) | Data::Bools(_) => Vec::new(),
    }
}

/// The bits of a number as an integer that sorts as the number does.
fn total_order(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The columns of sort keys, ranked.
pub fn ranked(keys: &[(Column, Direction)]) -> Vec<Ranked> {
    keys.iter().map(|(column, direction)| Ranked::new(column, *direction)).collect()
}

/// Which of two rows comes first by several keys.
pub fn compare(ranked: &[Ranked], a: u32, b: u32) -> Ordering {
    let differs = |order: &Ordering| *order != Ordering::Equal;
    ranked.iter().map(|one| one.compare(a, b)).find(differs).unwrap_or(Ordering::Equal)
}

/// So many rows in order of the keys, the last key sorted by first; equal rows keep theirs.
pub fn sorted_by(ranked: &[Ranked], rows: usize) -> Vec<u32> {
    let mut sorted: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
    ranked.iter().rev().for_each(|one| one.sort(&mut sorted));
    sorted
}

/// The rows of a frame in order; equal rows keep theirs.
pub fn sorted(frame: &Frame, keys: &[SortKey]) -> Result<Vec<u32>, AnalyticsError> {
    Ok(sorted_by(&ranked(&columns(frame, keys)?), frame.len))
}

/// The columns by which rows are put in order.
pub fn columns(
    frame: &Frame,
    keys: &[SortKey],
) -> Result<Vec<(Column, Direction)>, AnalyticsError> {
    keys.iter().map(|key| Ok((frame.column(&key.column)?, key.direction))).collect()
}
