//! The cell of each row in the space of its keys: dense codes, multiplied out.
#![allow(
    clippy::indexing_slicing,
    reason = "codes lie below their number and cells below the space, by construction"
)]

use std::iter::repeat_n;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use arrow::array::{Array, BooleanArray, Int32Array, Int64Array};
use arrow::datatypes::ArrowNativeType;

use super::parts::{at_once, cut, ranges};
use crate::data::column::{Column, Data};
use crate::error::AnalyticsError;
use crate::frame::behind::Together;

/// Rows that are coded at a time, so that their cells stay in the nearest cache. Tests have few
/// rows, and are to go through several blocks all the same.
const BLOCK: usize = if cfg!(test) { 8 } else { 4096 };

/// A space of so many cells is counted in several places at once.
const SMALL_SPACE: usize = if cfg!(test) { 1 << 5 } else { 1 << 12 };

/// The code of no record.
const NO_RECORD: i32 = -1;

/// The widest range of whole numbers that is taken as dense codes.
const MAX_RANGE: i64 = 1 << 16;

/// A column whose values are few enough to be counted by place: codes from 0, the last for null.
pub struct Coded {
    /// The column, or the values behind the codes of another.
    column: Column,
    least: i64,
    null: u32,
    rows: usize,
    /// The codes themselves, where they were wanted before.
    digits: Option<Arc<[u16]>>,
    behind: Option<Box<Behind>>,
}

/// The column that has the codes, and the code for each of its own.
struct Behind {
    by: Coded,
    codes: Vec<u32>,
}

impl Coded {
    /// The codes of a column; none where numbers lie too far apart.
    ///
    /// # Errors
    /// Numbers with fractions are no keys.
    pub fn new(column: &Column) -> Result<Option<Self>, AnalyticsError> {
        if let Some(of) = column.behind()
            && let (Some(by), Some(values)) = (Self::new(of.by())?, Self::new(of.values())?)
        {
            let behind = Some(Box::new(Behind { by, codes: values.codes() }));
            let coded = Self { rows: column.len(), digits: None, behind, ..values };
            return Ok(Some(coded.with_digits(column)));
        }
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
        let (column, rows) = (column.clone(), column.len());
        let coded = Self { column: column.clone(), least, null, rows, digits: None, behind: None };
        Ok(Some(coded.with_digits(&column)))
    }

    fn with_digits(mut self, of: &Column) -> Self {
        if u16::try_from(self.null).is_ok() {
            self.digits = of.digits(|| self.narrow());
        }
        self
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

    /// Appends a digit to the cells of a block of rows from `first` on: `cell * count + code`.
    fn append(&self, first: usize, cells: &mut [u32]) {
        let rows = first..first + cells.len();
        if let Some(digits) = &self.digits {
            let count = self.count();
            for (cell, digit) in cells.iter_mut().zip(&digits[rows]) {
                *cell = *cell * count + u32::from(*digit);
            }
            return;
        }
        if let Some(behind) = &self.behind {
            let (mut own, count) = ([0u32; BLOCK], self.count());
            behind.by.append(first, &mut own[..cells.len()]);
            for (cell, own) in cells.iter_mut().zip(own) {
                *cell = *cell * count + behind.codes[own as usize];
            }
            return;
        }
        match self.column.data() {
            Data::Codes(codes, _) => self.append_codes(codes, rows, cells),
            Data::Ints(values) => self.append_ints(values, rows, cells),
            Data::Bools(values) => self.append_bools(values, rows, cells),
            Data::Floats(_) => {}
        }
    }

    fn append_codes(&self, codes: &Int32Array, rows: Range<usize>, cells: &mut [u32]) {
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

    fn append_ints(&self, values: &Int64Array, rows: Range<usize>, cells: &mut [u32]) {
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

    fn append_bools(&self, values: &BooleanArray, rows: Range<usize>, cells: &mut [u32]) {
        for (cell, row) in cells.iter_mut().zip(rows) {
            let answer = values.is_valid(row).then(|| u32::from(values.value(row)));
            *cell = *cell * self.count() + answer.unwrap_or(self.null);
        }
    }

    /// The column that holds these codes.
    pub fn column(&self, codes: &[u32]) -> Column {
        let nulls = codes.contains(&self.null);
        let nulls = nulls.then(|| codes.iter().map(|code| *code < self.null).collect());
        match self.column.data() {
            Data::Codes(_, labels) => {
                let code = |code: &u32| if *code < self.null { *code as i32 } else { 0 };
                let values = codes.iter().map(code).collect();
                let ty = self.column.ty();
                Column::codes(ty, Int32Array::new(values, nulls), Arc::clone(labels))
            }
            Data::Bools(_) => {
                let values = codes.iter().map(|code| *code == 1).collect();
                Column::from_bools(BooleanArray::new(values, nulls))
            }
            Data::Ints(_) | Data::Floats(_) => {
                let values = codes.iter().map(|code| self.least + i64::from(*code)).collect();
                Column::whole(self.column.ty(), Int64Array::new(values, nulls))
            }
        }
    }

    fn narrow(&self) -> Arc<[u16]> {
        self.codes().into_iter().map(|code| code as u16).collect()
    }

    /// The code of each row.
    pub fn codes(&self) -> Vec<u32> {
        let mut codes = vec![0u32; self.rows];
        for (at, block) in codes.chunks_mut(BLOCK).enumerate() {
            self.append(at * BLOCK, block);
        }
        codes
    }
}

/// The cell of each row: the codes of its keys as the digits of one number. To work a block of them
/// out again costs less than to keep them, which is done only where somebody wants them all.
pub struct Cells {
    keys: Vec<Coded>,
    rows: usize,
    all: OnceLock<Vec<u32>>,
}

impl Cells {
    /// The cells of so many rows by some keys, of which the space must not be larger than a `u32`
    /// holds; without a key they are all in one.
    pub const fn new(keys: Vec<Coded>, rows: usize) -> Self {
        Self { keys, rows, all: OnceLock::new() }
    }

    /// Cells that were found in another way.
    pub fn known(cells: Vec<u32>) -> Self {
        Self { keys: Vec::new(), rows: cells.len(), all: cells.into() }
    }

    /// The keys by which they were found.
    pub fn keys(&self) -> &[Coded] {
        &self.keys
    }

    /// The cell of each row.
    pub fn all(&self) -> &[u32] {
        self.all.get_or_init(|| {
            let mut cells = vec![0u32; self.rows];
            let parts = cut(&mut cells, ranges(self.rows, self.rows, |_| true));
            at_once(parts, |(range, cells)| {
                for (first, block) in range.step_by(BLOCK).zip(cells.chunks_mut(BLOCK)) {
                    self.keys.iter().for_each(|key| key.append(first, block));
                }
            });
            cells
        })
    }

    /// The cells of the rows from `first` on.
    fn fill(&self, first: usize, block: &mut [u32]) {
        if let Some(all) = self.all.get() {
            return block.copy_from_slice(&all[first..first + block.len()]);
        }
        block.fill(0);
        self.keys.iter().for_each(|key| key.append(first, block));
    }

    /// The keys as digits of two bytes, where those are kept and two bytes hold every cell: of such
    /// cells twice as many are worked out at once.
    fn narrow(&self, space: usize) -> Option<Vec<Narrow<'_>>> {
        if space > 1 << u16::BITS || self.keys.is_empty() {
            return None;
        }
        self.keys.iter().map(Narrow::new).collect()
    }

    /// How many rows there are in each cell of the space; where rows of one record stand together,
    /// how many records.
    pub fn tally(&self, space: usize, together: Option<&Together<'_>>) -> Vec<u32> {
        let record = |row: usize| together.and_then(|together| together.records.get(row));
        let begins = |row: usize| together.is_none() || record(row) != record(row.wrapping_sub(1));
        let parts = at_once(ranges(self.rows, self.rows, begins), |range| {
            self.tally_of(range, space, together)
        });
        let all = parts.into_iter().reduce(|mut all, more| {
            all.iter_mut().zip(more).for_each(|(all, more)| *all += more);
            all
        });
        all.unwrap_or_default()
    }

    fn tally_of(
        &self,
        range: Range<usize>,
        space: usize,
        together: Option<&Together<'_>>,
    ) -> Vec<u32> {
        match self.narrow(space) {
            Some(keys) => tally(range, space, together, [0u16; BLOCK], |first, block| {
                block.fill(0);
                keys.iter().for_each(|key| key.append(first, block));
            }),
            None => tally(range, space, together, [0u32; BLOCK], |first, block| {
                self.fill(first, block);
            }),
        }
    }
}

/// A key whose digits fit into two bytes.
struct Narrow<'a> {
    count: u16,
    /// Of each row: the digit, or the code for which it stands below.
    digits: &'a [u16],
    of_code: Option<Vec<u16>>,
}

impl<'a> Narrow<'a> {
    fn new(key: &'a Coded) -> Option<Self> {
        let count = u16::try_from(key.count()).ok()?;
        match (&key.digits, &key.behind) {
            (Some(digits), _) => Some(Self { count, digits, of_code: None }),
            (None, Some(behind)) => {
                let of_code = behind.codes.iter().map(|code| *code as u16).collect();
                Some(Self { count, digits: behind.by.digits.as_deref()?, of_code: Some(of_code) })
            }
            (None, None) => None,
        }
    }

    /// Appends a digit to the cells of rows from `first` on.
    fn append(&self, first: usize, cells: &mut [u16]) {
        let all = cells.iter_mut().zip(&self.digits[first..]);
        match &self.of_code {
            None => all.for_each(|(cell, digit)| {
                *cell = cell.wrapping_mul(self.count).wrapping_add(*digit);
            }),
            Some(of_code) => all.for_each(|(cell, code)| {
                *cell = cell.wrapping_mul(self.count).wrapping_add(of_code[*code as usize]);
            }),
        }
    }
}

/// Counts the cells of a range, which `fill` writes down a block at a time.
fn tally<T: ArrowNativeType>(
    range: Range<usize>,
    space: usize,
    together: Option<&Together<'_>>,
    mut block: [T; BLOCK],
    fill: impl Fn(usize, &mut [T]),
) -> Vec<u32> {
    // Rows next to each other are counted in several places: often they are of one cell, and would
    // have to wait for each other.
    let next = if space <= SMALL_SPACE { space } else { 0 };
    let mut counts = vec![0i32; space + next * 3];
    let is_before = |row: &u32, end: usize| (*row as usize) < end;
    let shared = together.map_or(&[][..], |together| &together.shared);
    let mut shared = &shared[shared.partition_point(|row| is_before(row, range.start))..];
    let mut last = vec![NO_RECORD; if shared.is_empty() { 0 } else { space }];
    for first in range.clone().step_by(BLOCK) {
        let rows = BLOCK.min(range.end - first);
        let block = &mut block[..rows];
        fill(first, block);
        let (fours, rest) = block.as_chunks::<4>();
        for [a, b, c, d] in fours {
            counts[a.as_usize()] += 1;
            counts[next + b.as_usize()] += 1;
            counts[next * 2 + c.as_usize()] += 1;
            counts[next * 3 + d.as_usize()] += 1;
        }
        rest.iter().for_each(|cell| counts[cell.as_usize()] += 1);
        let Some(together) = together else { continue };
        let own = shared.partition_point(|row| is_before(row, first + rows));
        let (own, later) = shared.split_at(own);
        for row in own.iter().map(|row| *row as usize) {
            let (cell, record) = (block[row - first].as_usize(), together.records[row]);
            counts[cell] -= i32::from(last[cell] == record);
            last[cell] = record;
        }
        shared = later;
    }
    let (all, beside) = counts.split_at_mut(space);
    for beside in beside.chunks(space.max(1)) {
        all.iter_mut().zip(beside).for_each(|(all, more)| *all += more);
    }
    all.iter().map(|count| *count as u32).collect()
}

/// How many cells the keys span; none where that is more than `most`.
pub fn space(keys: &[Coded], most: u64) -> Option<u32> {
    let all = keys.iter().try_fold(1u64, |space, key| {
        let space = space.checked_mul(u64::from(key.count()))?;
        (space <= most).then_some(space)
    });
    all.and_then(|space| u32::try_from(space).ok())
}

/// The cells that have something, in order of their keys, and the code of each key in each.
pub fn in_order(keys: &[Coded], tally: &[u32]) -> (Vec<u32>, Vec<Vec<u32>>) {
    let (mut cells, mut digits) = (Vec::new(), vec![Vec::new(); keys.len()]);
    let codes: Vec<Vec<u32>> = keys.iter().map(Coded::in_order).collect();
    let (Some(count), Some(last)) = (keys.last().map(Coded::count), codes.last()) else {
        return (cells, digits);
    };
    // The place of each key but the last in its order.
    let mut places = vec![0; keys.len() - 1];
    let mut found = vec![0; last.len()];
    loop {
        let codes_before = places.iter().zip(&codes).map(|(place, codes)| codes[*place]);
        let first = codes_before.clone().zip(keys).fold(0, |cell, (c, key)| cell * key.count() + c);
        // Which cells have something is not to be foreseen: each is written, and the next over it
        // where it has nothing.
        let (line, mut len) = (&tally[(first * count) as usize..], 0);
        for code in last {
            found[len] = *code;
            len += usize::from(line[*code as usize] > 0);
        }
        cells.extend(found[..len].iter().map(|code| first * count + code));
        digits[keys.len() - 1].extend_from_slice(&found[..len]);
        for (digits, code) in digits.iter_mut().zip(codes_before) {
            digits.extend(repeat_n(code, len));
        }
        let Some(next) = places.iter().zip(&codes).rposition(|(at, codes)| at + 1 < codes.len())
        else {
            return (cells, digits);
        };
        places[next] += 1;
        places[next + 1..].fill(0);
    }
}
