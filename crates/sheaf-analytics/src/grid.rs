//! A table of events by two columns: how many records stand in each cell, and of how many pupils.

mod occupancy;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::data::column::{Cell, Data, get};
use crate::data::ids::IdSet;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::budget::Budget;
use crate::plan::execute::group::groups;

pub use occupancy::{Occupancy, Slot};

/// More rows or columns are not taken in at a glance; the sparsest are merged into one.
const MAX_LINES: usize = 15;

/// Rows and columns of a [`Grid`].
#[derive(Clone, Debug)]
pub struct GridOptions {
    /// The column whose values are the rows.
    pub rows: String,
    /// The column whose values are the columns.
    pub columns: String,
    /// Rows, and columns without an order of their own, with fewer events are merged into one.
    pub least: usize,
}

/// A row or a column.
#[derive(Clone, Debug, PartialEq)]
pub struct GridLine {
    /// Its value; null where it is several that were merged.
    pub key: Cell,
    /// Lines of one block are compared with each other: of periods of the day, lessons are one
    /// block and other times another. 0 where there are no blocks.
    pub block: u32,
}

/// One cell.
#[derive(Clone, Debug, Default)]
pub struct GridCell {
    /// Distinct records.
    pub events: usize,
    /// Distinct pupils behind them.
    pub pupils: usize,
    /// Distinct members of staff who reported them; 0 where the table does not say.
    pub reporters: usize,
    rows: Vec<u32>,
}

/// The events of each pupil in one cell and in its block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PupilShares {
    /// The code of the pupil.
    pub pupil: Vec<u32>,
    /// Events in the cell.
    pub here: Vec<f64>,
    /// Events in all cells of the block.
    pub in_all: Vec<f64>,
}

/// Pupils by code, in order, with how many events each has.
type OfPupils = Vec<(i32, f64)>;

/// Events by two columns.
#[derive(Clone, Debug)]
pub struct Grid {
    frame: Frame,
    /// The rows, those with most events first.
    pub rows: Vec<GridLine>,
    /// The columns: periods and weekdays in their order, others with most events first.
    pub columns: Vec<GridLine>,
    /// Row by row.
    cells: Vec<GridCell>,
    /// The events of each pupil in all cells of a block, once somebody asked.
    in_block: Arc<Mutex<BTreeMap<u32, Arc<OfPupils>>>>,
    pupils: Arc<OnceLock<usize>>,
    /// How many events have no value for the row or the column and are left out.
    pub left_out: usize,
}

/// The rows of a frame that share both values.
struct Found<'a> {
    row: Cell,
    column: Cell,
    members: &'a [u32],
}

impl Frame {
    /// Counts distinct records by the values of two columns.
    ///
    /// # Errors
    /// There is no such column, or the budget is used up.
    pub fn grid(&self, options: &GridOptions, budget: &Budget) -> Result<Grid, AnalyticsError> {
        let keys = [options.rows.clone(), options.columns.clone()];
        let groups = groups(self, &keys, budget)?;
        let (down, across) = (self.column(&options.rows)?, self.column(&options.columns)?);
        let mut found = Vec::with_capacity(groups.len());
        let mut left_out = Vec::new();
        for group in 0..groups.len() {
            budget.check()?;
            let members = groups.members(group);
            let first = members.first().map_or(0, |row| *row as usize);
            match (down.cell(first), across.cell(first)) {
                (Cell::Null, _) | (_, Cell::Null) => left_out.extend_from_slice(members),
                (row, column) => found.push(Found { row, column, members }),
            }
        }
        let sizes = |pick: fn(&Found<'_>) -> Cell| {
            let mut sizes: Vec<(Cell, usize)> = Vec::new();
            for one in &found {
                let (key, events) = (pick(one), self.records_in(one.members));
                match sizes.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, size)) => *size += events,
                    None => sizes.push((key, events)),
                }
            }
            sizes
        };
        let rows = Axis::new(self, &options.rows, sizes(|one| one.row.clone()), options.least);
        let columns =
            Axis::new(self, &options.columns, sizes(|one| one.column.clone()), options.least);
        let mut members = vec![Vec::new(); rows.lines.len() * columns.lines.len()];
        for one in &found {
            let at = rows.place(&one.row).zip(columns.place(&one.column));
            let at = at.map(|(row, column)| row * columns.lines.len() + column);
            if let Some(cell) = at.and_then(|at| members.get_mut(at)) {
                cell.extend_from_slice(one.members);
            }
        }
        let cells = members.into_iter().map(|rows| self.grid_cell(rows)).collect();
        let left_out = self.records_in(&left_out);
        let (in_block, pupils) = Default::default();
        let (frame, rows, columns) = (self.clone(), rows.lines, columns.lines);
        Ok(Grid { frame, rows, columns, cells, in_block, pupils, left_out })
    }

    /// The codes of the records behind some rows, each once.
    fn record_codes(&self, rows: &[u32]) -> Vec<i32> {
        let mut codes = Vec::with_capacity(rows.len());
        for row in rows {
            self.behind.each_record(*row as usize, &mut |code| codes.push(code));
        }
        distinct(codes)
    }

    fn records_in(&self, rows: &[u32]) -> usize {
        self.record_codes(rows).len()
    }

    fn grid_cell(&self, rows: Vec<u32>) -> GridCell {
        let mut pupils = Vec::with_capacity(rows.len());
        let mut reporters = Vec::with_capacity(rows.len());
        let reporter = self.column("reporter").ok();
        for row in &rows {
            let row = *row as usize;
            self.behind.each(row, &mut |scanned| {
                pupils.extend(self.behind.pupils.as_ref().and_then(|all| get(all, scanned)));
            });
            if let Some(Data::Codes(codes, _)) = reporter.as_ref().map(|column| column.data()) {
                reporters.extend(get(codes, row));
            }
        }
        GridCell {
            events: self.records_in(&rows),
            pupils: distinct(pupils).len(),
            reporters: distinct(reporters).len(),
            rows,
        }
    }
}

fn distinct(mut codes: Vec<i32>) -> Vec<i32> {
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The lines of one axis, and the values that were merged into the last of them.
struct Axis {
    lines: Vec<GridLine>,
    merged: Vec<Cell>,
}

impl Axis {
    fn new(frame: &Frame, column: &str, mut sizes: Vec<(Cell, usize)>, least: usize) -> Self {
        let order = |key: &Cell| natural_order(frame, column, key);
        if sizes.iter().any(|(key, _)| order(key).is_some()) {
            sizes.sort_by_key(|(key, _)| order(key).map_or(usize::MAX, |(place, _)| place));
            let line = |(key, _): (Cell, usize)| {
                let block = order(&key).map_or(0, |(_, block)| block);
                GridLine { key, block }
            };
            return Self { lines: sizes.into_iter().map(line).collect(), merged: Vec::new() };
        }
        let by_size = |a: &(Cell, usize), b: &(Cell, usize)| {
            b.1.cmp(&a.1).then_with(|| a.0.to_string().cmp(&b.0.to_string()))
        };
        sizes.sort_by(by_size);
        let enough = sizes.iter().take_while(|(_, size)| *size >= least).count();
        let mut kept = enough.min(MAX_LINES - 1);
        // One alone is no merger: it keeps its name.
        if sizes.len() == kept + 1 {
            kept += 1;
        }
        let merged: Vec<Cell> = sizes.split_off(kept).into_iter().map(|(key, _)| key).collect();
        let mut lines: Vec<GridLine> =
            sizes.into_iter().map(|(key, _)| GridLine { key, block: 0 }).collect();
        if !merged.is_empty() {
            lines.push(GridLine { key: Cell::Null, block: 0 });
        }
        Self { lines, merged }
    }

    fn place(&self, key: &Cell) -> Option<usize> {
        if self.merged.contains(key) {
            return self.lines.len().checked_sub(1);
        }
        self.lines.iter().position(|line| line.key == *key)
    }
}

/// The place of a value that has one by itself, and its block.
fn natural_order(frame: &Frame, column: &str, key: &Cell) -> Option<(usize, u32)> {
    match (column, key) {
        ("weekday", Cell::Int(day)) => Some((usize::try_from(*day).ok()?, 0)),
        ("period", Cell::Text(code)) => {
            let periods = frame.scope().calendar().periods();
            let place = periods.iter().position(|period| period.code == **code)?;
            let is_lesson = periods.get(place).is_some_and(|period| period.kind == "lesson");
            Some((place, u32::from(!is_lesson)))
        }
        _ => None,
    }
}

impl Grid {
    /// A cell; none beyond the edges.
    pub fn cell(&self, row: usize, column: usize) -> Option<&GridCell> {
        let is_inside = row < self.rows.len() && column < self.columns.len();
        is_inside.then(|| self.cells.get(row * self.columns.len() + column)).flatten()
    }

    /// The distinct pupils of the cell with these values; of none where there is no such cell.
    pub fn pupils_at(&self, row: &Cell, column: &Cell) -> usize {
        let at = |lines: &[GridLine], key: &Cell| lines.iter().position(|line| line.key == *key);
        let place = at(&self.rows, row).zip(at(&self.columns, column));
        place.and_then(|(row, column)| self.cell(row, column)).map_or(0, |cell| cell.pupils)
    }

    /// The records behind a cell.
    pub fn ids(&self, row: usize, column: usize) -> IdSet {
        let rows = self.cell(row, column).map(|cell| cell.rows.as_slice()).unwrap_or_default();
        self.frame.ids_of(rows.iter().map(|row| *row as usize))
    }

    /// All events of the grid.
    pub fn events(&self) -> usize {
        self.cells.iter().map(|cell| cell.events).sum()
    }

    /// The distinct pupils behind the whole grid.
    pub fn pupils(&self) -> usize {
        *self.pupils.get_or_init(|| {
            let rows = || self.cells.iter().flat_map(|cell| &cell.rows);
            self.by_pupil(rows().copied()).len()
        })
    }

    /// How the events of each pupil divide between a cell and the rest of its block.
    pub fn pupil_shares(&self, row: usize, column: usize) -> PupilShares {
        let Some(cell) = self.cell(row, column) else { return PupilShares::default() };
        let block = self.columns.get(column).map_or(0, |line| line.block);
        let (here, in_all) = (self.by_pupil(cell.rows.iter().copied()), self.in_block(block));
        let mut here = here.into_iter().peekable();
        let mut shares = PupilShares::default();
        for (pupil, count) in in_all.iter() {
            let own = here.next_if(|(one, _)| one == pupil);
            shares.pupil.push(pupil.unsigned_abs());
            shares.here.push(own.map_or(0.0, |(_, events)| events));
            shares.in_all.push(*count);
        }
        shares
    }

    /// The events of each pupil in all cells of a block: every cell is held against the same.
    fn in_block(&self, block: u32) -> Arc<OfPupils> {
        // A panic elsewhere while the lock was held leaves whole values in the map.
        let mut known = self.in_block.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.entry(block).or_insert_with(|| {
            let is_beside = |place: &usize| {
                let line = self.columns.get(place % self.columns.len().max(1));
                line.is_some_and(|line| line.block == block)
            };
            let places = (0..self.cells.len()).filter(is_beside);
            let cells = places.filter_map(|place| self.cells.get(place));
            Arc::new(self.by_pupil(cells.flat_map(|cell| cell.rows.iter().copied())))
        });
        Arc::clone(found)
    }

    /// The events of each pupil among some rows of the frame.
    fn by_pupil(&self, rows: impl Iterator<Item = u32>) -> OfPupils {
        let behind = &self.frame.behind;
        let mut pairs: Vec<(i32, i64)> = Vec::new();
        for row in rows {
            behind.each(row as usize, &mut |scanned| {
                let of = |all: &arrow::array::Int32Array| get(all, scanned);
                let records = behind.records.as_ref().map(|records| &records.codes);
                let record = records.and_then(of).map_or(-1, i64::from);
                let pupil = behind.pupils.as_ref().and_then(of);
                pairs.extend(pupil.map(|pupil| (pupil, record)));
            });
        }
        pairs.sort_unstable();
        pairs.dedup();
        let counts = pairs.chunk_by(|one, next| one.0 == next.0);
        counts.filter_map(|own| Some((own.first()?.0, own.len() as f64))).collect()
    }
}

#[cfg(test)]
mod tests;
