//! Which rows of the scanned table, and so which records, stand behind each row of a frame.

use std::sync::Arc;

use arrow::array::{Int32Array, UInt32Array};
use arrow::compute;

use crate::data::column::{get, typed};
use crate::error::AnalyticsError;

/// The rows behind each row of a frame.
#[derive(Clone)]
pub struct Behind {
    /// The record of each scanned row; none where rows are made from the calendar.
    pub records: Option<Int32Array>,
    /// The pupil of each scanned row; none where the table has no pupils.
    pub pupils: Option<Int32Array>,
    lists: Lists,
}

/// Gives each row of the frame that belongs to a group.
pub type Members<'m> = &'m dyn Fn(usize, &mut dyn FnMut(usize));

#[derive(Clone)]
enum Lists {
    /// One scanned row each: these, or all of them in order.
    One(Option<UInt32Array>),
    /// Several each: row i has `rows[starts[i]..starts[i + 1]]`.
    Many { starts: Arc<Vec<u32>>, rows: Arc<Vec<u32>> },
}

impl Behind {
    /// Every scanned row stands behind itself.
    pub const fn scan(records: Option<Int32Array>, pupils: Option<Int32Array>) -> Self {
        Self { records, pupils, lists: Lists::One(None) }
    }

    /// Gives each scanned row behind a row to `see`.
    pub fn each(&self, row: usize, see: &mut dyn FnMut(usize)) {
        match &self.lists {
            Lists::One(None) => see(row),
            Lists::One(Some(rows)) => {
                if let Some(scanned) = get(rows, row) {
                    see(scanned as usize);
                }
            }
            Lists::Many { starts, rows } => {
                let bound = |at: usize| starts.get(at).map_or(0, |start| *start as usize);
                let list = rows.get(bound(row)..bound(row + 1)).unwrap_or_default();
                list.iter().for_each(|scanned| see(*scanned as usize));
            }
        }
    }

    /// The same for these rows of the frame alone, in that order.
    pub fn take(&self, chosen: &UInt32Array) -> Result<Self, AnalyticsError> {
        let lists = match &self.lists {
            Lists::One(None) => Lists::One(Some(chosen.clone())),
            Lists::One(Some(rows)) => {
                let taken = compute::take(rows, chosen, None)
                    .map_err(|_| AnalyticsError::Overflow("a selection"))?;
                Lists::One(Some(typed(&taken)?))
            }
            Lists::Many { .. } => {
                return Ok(self.grouped_by(chosen.len(), &|row, see| {
                    if let Some(chosen) = get(chosen, row) {
                        see(chosen as usize);
                    }
                }));
            }
        };
        Ok(Self { lists, ..self.clone() })
    }

    /// The same for new rows, each of which joins the rows of the frame that `members` gives.
    pub fn grouped_by(&self, groups: usize, members: Members<'_>) -> Self {
        let mut starts = Vec::with_capacity(groups + 1);
        let mut rows = Vec::new();
        for group in 0..groups {
            starts.push(rows.len() as u32);
            members(group, &mut |row| self.each(row, &mut |scanned| rows.push(scanned as u32)));
        }
        starts.push(rows.len() as u32);
        let lists = Lists::Many { starts: Arc::new(starts), rows: Arc::new(rows) };
        Self { lists, ..self.clone() }
    }

    /// The distinct pupils behind a row, by code.
    pub fn pupils_of(&self, row: usize) -> std::collections::BTreeSet<i32> {
        let mut found = std::collections::BTreeSet::new();
        if let Some(pupils) = &self.pupils {
            self.each(row, &mut |scanned| found.extend(get(pupils, scanned)));
        }
        found
    }

    /// Sees the records behind a row, by code; one may come more than once.
    pub fn each_record(&self, row: usize, see: &mut dyn FnMut(i32)) {
        if let Some(records) = &self.records {
            self.each(row, &mut |scanned| get(records, scanned).into_iter().for_each(&mut *see));
        }
    }
}
