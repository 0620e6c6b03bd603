//! The cell of each row in the space of its keys: dense codes, multiplied out.
#![allow(
    clippy::indexing_slicing,
    reason = "codes lie below their number and cells below the space, by construction"
)]

use arrow::array::{Array, BooleanArray, Int32Array, Int64Array};

use super::parts::{at_once, cut, ranges};
use crate::data::column::{Column, Data};
use crate::error::AnalyticsError;

/// Rows that are coded at a time, so that their cells stay in the nearest cache.
const BLOCK: usize = 4096;

/// The widest range of whole numbers that is taken as dense codes.
const MAX_RANGE: i64 = 1 << 16;

/// A column whose values are few enough to be counted by place: codes from 0, the last for null.
pub struct Coded<'c> {
    column: &'c Column,
    least: i64,
    null: u32,
}

impl<'c> Coded<'c> {
    /// The codes of a column; none where numbers lie too far apart.
    ///
    /// # Errors
    /// Numbers with fractions are no keys.
    pub fn new(column: &'c Column) -> Result<Option<Self>, AnalyticsError> {
        let (least, null) = match column.data() {
            Data::Codes(_, labels) => (0, labels.len() as u32),
            Data::Bools(_) => (0, 2),
            Data::Ints(_) => match column.range() {
                None => (0, 0),
                Some((least, most)) if most.saturating_sub(least) < MAX_RANGE => {
                    (least, (most - least) as u32 + 1)
                }
                Some(_) => return Ok(None),
            },
            Data::Floats(_) => {
                return Err(AnalyticsError::mistyped("group", "no fractions", column.ty()));
            }
        };
        Ok(Some(Self { column, least, null }))
    }

    /// How many codes there are, null's included.
    pub const fn count(&self) -> u32 {
        self.null + 1
    }

    /// The codes in order of their values, null's last.
    pub fn in_order(&self) -> Vec<u32> {
        match self.column.data() {
            Data::Codes(_, labels) => {
                let ranks = labels.ranks(self.column.ty());
                let mut order = vec![self.null; ranks.len() + 1];
                for (code, rank) in (0u32..).zip(ranks.iter()) {
                    order[*rank as usize] = code;
                }
                order
            }
            _ => (0..=self.null).collect(),
        }
    }

    /// Appends a digit to the cells of rows from `first` on: `cell * count + code`.
    fn append(&self, first: usize, cells: &mut [u32]) {
        let rows = first..first + cells.len();
        match self.column.data() {
            Data::Codes(codes, _) => self.append_codes(codes, rows, cells),
            Data::Ints(values) => self.append_ints(values, rows, cells),
            Data::Bools(values) => self.append_bools(values, rows, cells),
            Data::Floats(_) => {}
        }
    }

    fn append_codes(&self, codes: &Int32Array, rows: std::ops::Range<usize>, cells: &mut [u32]) {
        let (count, null) = (self.count(), self.null);
        let values = &codes.values()[rows.clone()];
        match codes.nulls() {
            None => {
                for (cell, code) in cells.iter_mut().zip(values) {
                    *cell = *cell * count + (*code as u32).min(null);
                }
            }
            Some(nulls) => {
                for ((cell, code), row) in cells.iter_mut().zip(values).zip(rows) {
                    let code = if nulls.is_valid(row) { (*code as u32).min(null) } else { null };
                    *cell = *cell * count + code;
                }
            }
        }
    }

    fn append_ints(&self, values: &Int64Array, rows: std::ops::Range<usize>, cells: &mut [u32]) {
        let (count, null, least) = (self.count(), self.null, self.least);
        let whole = &values.values()[rows.clone()];
        match values.nulls() {
            None => {
                for (cell, value) in cells.iter_mut().zip(whole) {
                    *cell = *cell * count + value.wrapping_sub(least) as u32;
                }
            }
            Some(nulls) => {
                for ((cell, value), row) in cells.iter_mut().zip(whole).zip(rows) {
                    let code = value.wrapping_sub(least) as u32;
                    *cell = *cell * count + if nulls.is_valid(row) { code } else { null };
                }
            }
        }
    }

    fn append_bools(&self, values: &BooleanArray, rows: std::ops::Range<usize>, cells: &mut [u32]) {
        for (cell, row) in cells.iter_mut().zip(rows) {
            let answer = values.is_valid(row).then(|| u32::from(values.value(row)));
            *cell = *cell * self.count() + answer.unwrap_or(self.null);
        }
    }

    /// The column that holds these codes.
    pub fn column(&self, codes: impl Iterator<Item = u32>) -> Column {
        let some = |code: u32| (code < self.null).then_some(code);
        match self.column.data() {
            Data::Codes(_, labels) => {
                let codes: Int32Array = codes.map(|code| some(code).map(|c| c as i32)).collect();
                Column::codes(self.column.ty(), codes, std::sync::Arc::clone(labels))
            }
            Data::Bools(_) => Column::bools(codes.map(|code| some(code).map(|code| code == 1))),
            Data::Ints(_) | Data::Floats(_) => {
                let value = |code: u32| some(code).map(|code| self.least + i64::from(code));
                Column::whole(self.column.ty(), codes.map(value).collect())
            }
        }
    }

    /// The code of each row.
    pub fn codes(&self) -> Vec<u32> {
        let mut codes = vec![0u32; self.column.len()];
        self.append(0, &mut codes);
        codes
    }
}

/// The cell of each of so many rows: the codes of its keys as the digits of one number; and which
/// cells of the space have rows. The space of the keys must not be larger than a `u32` holds.
pub fn cells(keys: &[Coded<'_>], rows: usize, space: u32) -> (Vec<u32>, Vec<bool>) {
    let mut cells = vec![0u32; rows];
    let parts = at_once(cut(&mut cells, ranges(rows, rows, |_| true)), |(range, cells)| {
        let mut filled = vec![false; space as usize];
        for (at, block) in cells.chunks_mut(BLOCK).enumerate() {
            keys.iter().for_each(|key| key.append(range.start + at * BLOCK, block));
            block.iter().for_each(|cell| filled[*cell as usize] = true);
        }
        filled
    });
    let filled = parts.into_iter().reduce(|mut filled, more| {
        filled.iter_mut().zip(more).for_each(|(cell, more)| *cell |= more);
        filled
    });
    (cells, filled.unwrap_or_default())
}

/// How many cells the keys span; none where that is more than `most`.
pub fn space(keys: &[Coded<'_>], most: u64) -> Option<u32> {
    let all = keys.iter().try_fold(1u64, |space, key| {
        let space = space.checked_mul(u64::from(key.count()))?;
        (space <= most).then_some(space)
    });
    all.and_then(|space| u32::try_from(space).ok())
}

/// Every cell in order of its keys.
pub fn in_order(keys: &[Coded<'_>]) -> Vec<u32> {
    let mut cells = vec![0u32];
    for key in keys {
        let codes = key.in_order();
        let digits = |cell: u32| codes.iter().map(move |code| cell * key.count() + code);
        cells = cells.into_iter().flat_map(digits).collect();
    }
    cells
}
