//! One row a group: counted by place where the space of the keys is small, by sorting otherwise.
#![allow(
    clippy::indexing_slicing,
    reason = "cells lie below the space, places below the groups and rows below the frame's, by \
              construction"
)]

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use arrow::array::UInt32Array;

use super::cells::{Cells, Coded, in_order, space};
use super::{aggregate, order};
use crate::data::column::Column;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::frame::behind::Lists;
use crate::plan::budget::Budget;
use crate::plan::{Aggregate, Direction};

/// A space of so many cells is counted by place however few the rows are.
const SMALL_SPACE: u64 = 1 << 12;

/// Cells for each row that a larger space may have, and the largest space.
const CELLS_A_ROW: u64 = 4;
const MAX_SPACE: u64 = 1 << 24;

/// A cell without rows.
const NOWHERE: u32 = u32::MAX;

/// Which rows belong to which group; groups are in order of their keys, nulls last.
pub struct Groups {
    /// The cell of each row.
    cells: Arc<Cells>,
    /// How many records each cell has, or rows where there are no records, if that was counted.
    records: Option<Vec<u32>>,
    /// The cell of each group.
    order: Vec<u32>,
    /// The group of each cell.
    places: Arc<Vec<u32>>,
    keys: Vec<Column>,
    lists: OnceLock<Lists>,
}

impl Groups {
    /// How many groups.
    pub const fn len(&self) -> usize {
        self.order.len()
    }

    /// The values of each key, one a group.
    pub fn keys(&self) -> &[Column] {
        &self.keys
    }

    /// The cell of each row; see [`Groups::in_order`].
    pub fn cells(&self) -> &[u32] {
        self.cells.all()
    }

    /// How many records each cell has, or rows where there are no records; none where rows of one
    /// record need not stand together.
    pub fn records(&self, frame: &Frame) -> Option<Cow<'_, [u32]>> {
        if let Some(records) = &self.records {
            return Some(records.into());
        }
        let together = frame.behind.records_together();
        let are_records = together.is_some() || frame.behind.records.is_none();
        are_records.then(|| self.cells.tally(self.space(), together.as_ref()).into())
    }

    /// How many cells there may be, some of them without rows.
    pub fn space(&self) -> usize {
        self.places.len()
    }

    /// What was worked out for each cell, in order of the groups.
    pub fn in_order<'v, T: Copy>(&'v self, by_cell: &'v [T]) -> impl Iterator<Item = T> + 'v {
        self.order.iter().map(|cell| by_cell[*cell as usize])
    }

    /// The group of each row.
    pub fn of_rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.cells().iter().map(|cell| self.places[*cell as usize])
    }

    /// The rows of a group, in their order.
    pub fn members(&self, group: usize) -> &[u32] {
        let lists =
            self.lists.get_or_init(|| Lists::by_place(self.len(), self.cells(), &self.places));
        lists.of(group)
    }

    /// The rows of each group, in the order of `sorted`, which holds each row once.
    pub fn sorted_members(&self, sorted: &[u32]) -> Lists {
        let cells = self.cells();
        let place = |row: u32| self.places[cells[row as usize] as usize];
        Lists::new(self.len(), sorted.iter().map(|row| (*row, place(*row))))
    }

    /// All rows in one group, even none.
    fn one(rows: usize) -> Self {
        Self {
            cells: Arc::new(Cells::new(Vec::new(), rows)),
            records: None,
            order: vec![0],
            places: Arc::new(vec![0]),
            keys: Vec::new(),
            lists: OnceLock::new(),
        }
    }

    /// Groups by place in the space of the keys.
    fn dense(keys: Vec<Coded>, space: u32, frame: &Frame) -> Self {
        let cells = Cells::new(keys, frame.len);
        let together = frame.behind.records_together();
        let tally = cells.tally(space as usize, together.as_ref());
        let (order, codes) = in_order(cells.keys(), &tally);
        let mut places = vec![NOWHERE; space as usize];
        for (place, cell) in (0u32..).zip(&order) {
            places[*cell as usize] = place;
        }
        let columns = cells.keys().iter().zip(codes).map(|(key, codes)| key.column(&codes));
        let columns = columns.collect();
        let are_records = together.is_some() || frame.behind.records.is_none();
        Self {
            cells: Arc::new(cells),
            records: are_records.then_some(tally),
            order,
            places: Arc::new(places),
            keys: columns,
            lists: OnceLock::new(),
        }
    }

    /// Groups as runs of equal keys in sorted rows.
    fn sparse(columns: &[Column], rows: usize) -> Result<Self, AnalyticsError> {
        let keys: Vec<_> = columns.iter().map(|one| (one.clone(), Direction::Ascending)).collect();
        let ranked = order::ranked(&keys);
        let sorted = order::sorted_by(&ranked, rows);
        let same = |a: &u32, b: &u32| order::compare(&ranked, *a, *b).is_eq();
        let mut cells = vec![0u32; rows];
        let mut firsts = Vec::new();
        for run in sorted.chunk_by(same) {
            run.iter().for_each(|row| cells[*row as usize] = firsts.len() as u32);
            firsts.extend(run.first().copied());
        }
        let order: Vec<u32> = (0..firsts.len() as u32).collect();
        let firsts = UInt32Array::from(firsts);
        let keys: Result<Vec<Column>, _> = columns.iter().map(|one| one.take(&firsts)).collect();
        Ok(Self {
            cells: Arc::new(Cells::known(cells)),
            records: None,
            places: Arc::new(order.clone()),
            order,
            keys: keys?,
            lists: OnceLock::new(),
        })
    }
}

/// Runs a group step.
pub fn run(
    frame: &Frame,
    keys: &[String],
    aggregates: &[(String, Aggregate)],
    budget: &Budget,
) -> Result<Frame, AnalyticsError> {
    frame.need_rows("group")?;
    let groups = groups(frame, keys, budget)?;
    let mut columns: Vec<(String, Column)> =
        keys.iter().cloned().zip(groups.keys().iter().cloned()).collect();
    for (name, one) in aggregates {
        budget.check()?;
        columns.push((name.clone(), aggregate::column(frame, one, &groups, budget)?));
    }
    let behind = frame.behind.grouped(groups.len(), &groups.cells, &groups.places);
    let (base, len) = (None, groups.len());
    Ok(Frame { scope: frame.scope.clone(), base, columns, len, behind, window: frame.window })
}

/// The places of groups in order of their keys, of which each column holds one a group.
pub fn in_order_of_keys(keys: &[Column], groups: usize) -> Vec<u32> {
    let keys: Vec<_> = keys.iter().map(|one| (one.clone(), Direction::Ascending)).collect();
    order::sorted_by(&order::ranked(&keys), groups)
}

/// The groups of a frame by some columns; one over all rows, even none, where there is no column.
pub fn groups(frame: &Frame, keys: &[String], budget: &Budget) -> Result<Groups, AnalyticsError> {
    if keys.is_empty() {
        return Ok(Groups::one(frame.len));
    }
    let columns: Result<Vec<Column>, _> = keys.iter().map(|key| frame.column(key)).collect();
    let columns = columns?;
    budget.allow_bytes(frame.len.saturating_mul(16))?;
    let coded: Result<Option<Vec<_>>, _> = columns.iter().map(Coded::new).collect();
    let most = (frame.len as u64 * CELLS_A_ROW).clamp(SMALL_SPACE, MAX_SPACE);
    if let Some(keys) = coded?
        && let Some(space) = space(&keys, most)
    {
        return Ok(Groups::dense(keys, space, frame));
    }
    Groups::sparse(&columns, frame.len)
}
