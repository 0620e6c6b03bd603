//! Putting rows in order.

use std::cmp::Ordering;

use crate::data::column::{Column, Data, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::{Direction, SortKey};

/// One column as numbers that sort as its values do; `None` is null.
pub struct Ranked {
    ranks: Vec<Option<i64>>,
    direction: Direction,
}

impl Ranked {
    /// The ranks of a column: numbers and days as they are, texts by their place in the alphabet.
    pub fn new(column: &Column, direction: Direction) -> Self {
        let ranks = match column.data() {
            Data::Codes(codes, labels) => {
                let ranks = labels.ranks();
                let rank = |code: i32| {
                    let code = usize::try_from(code).ok()?;
                    ranks.get(code).map(|rank| i64::from(*rank))
                };
                codes.iter().map(|code| code.and_then(rank)).collect()
            }
            Data::Ints(values) => values.iter().collect(),
            Data::Bools(values) => values.iter().map(|value| value.map(i64::from)).collect(),
            Data::Floats(values) => {
                (0..values.len()).map(|row| get(values, row).map(total_order)).collect()
            }
        };
        Self { ranks, direction }
    }

    /// The rank of a row.
    pub fn get(&self, row: usize) -> Option<i64> {
        self.ranks.get(row).copied().flatten()
    }

    /// Which of two rows comes first; nulls come last either way.
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match (self.get(a), self.get(b)) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => match self.direction {
                Direction::Ascending => a.cmp(&b),
                Direction::Descending => b.cmp(&a),
            },
        }
    }
}

/// The bits of a number as an integer that sorts as the number does.
fn total_order(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The columns of sort keys, ranked.
pub fn ranked(frame: &Frame, keys: &[SortKey]) -> Result<Vec<Ranked>, AnalyticsError> {
    keys.iter().map(|key| Ok(Ranked::new(&frame.column(&key.column)?, key.direction))).collect()
}

/// Which of two rows comes first by several columns.
pub fn compare(ranked: &[Ranked], a: usize, b: usize) -> Ordering {
    let differs = |order: &Ordering| *order != Ordering::Equal;
    ranked.iter().map(|one| one.compare(a, b)).find(differs).unwrap_or(Ordering::Equal)
}

/// The rows in order; equal rows keep theirs.
pub fn sorted(frame: &Frame, keys: &[SortKey]) -> Result<Vec<u32>, AnalyticsError> {
    let ranked = ranked(frame, keys)?;
    let rows = u32::try_from(frame.len).unwrap_or(u32::MAX);
    let mut order: Vec<u32> = (0..rows).collect();
    order.sort_by(|a, b| compare(&ranked, *a as usize, *b as usize));
    Ok(order)
}
