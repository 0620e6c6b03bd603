//! A frame: the rows that a plan gives, each with the records behind it.

pub mod behind;
mod complete;
mod given;
pub mod merge;

use std::collections::BTreeSet;
use std::fmt;

use arrow::array::{Array, BooleanArray, UInt32Array};
use arrow::compute;

pub use complete::KeyValues;

use crate::data::calendar::Days;
use crate::data::column::{Cell, Column, ColumnType, Data, typed};
use crate::data::ids::IdSet;
use crate::data::snapshot::Scope;
use crate::data::stamps::Stamps;
use crate::error::AnalyticsError;
use crate::frame::behind::Behind;
use crate::period::Period;
use crate::plan::Step;
use crate::plan::budget::Budget;
use crate::plan::check::{Schema, steps};
use crate::plan::eval::Rows;
use crate::plan::execute;
use crate::tables::{Sensitivity, TableSpec, tables};

/// The rows of a scanned table that are left, before anything was grouped.
#[derive(Clone)]
pub(crate) struct Base {
    pub spec: &'static TableSpec,
    /// All rows where none.
    pub rows: Option<UInt32Array>,
}

/// Rows with named columns, each row with the records behind it. Cheap to clone, never changed.
#[derive(Clone)]
pub struct Frame {
    pub(crate) scope: Scope,
    pub(crate) base: Option<Base>,
    pub(crate) columns: Vec<(String, Column)>,
    pub(crate) len: usize,
    pub(crate) behind: Behind,
    pub(crate) window: Option<Period>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({} rows of {} columns)", self.len, self.names().len())
    }
}

/// The rows of a frame that share a value.
#[derive(Clone, Debug)]
pub struct Group {
    /// The value.
    pub key: Cell,
    /// The value as text; empty where nothing was recorded.
    pub label: String,
    /// Its rows.
    pub frame: Frame,
}

impl Frame {
    /// How many rows.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The names of its columns, in order.
    pub fn names(&self) -> Vec<&str> {
        let own = self.columns.iter().map(|(name, _)| name.as_str());
        let Some(base) = &self.base else { return own.collect() };
        let mut names: Vec<&str> = base.spec.columns.iter().map(|column| column.name).collect();
        for name in own {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The names and types of its columns, in order.
    pub fn schema(&self) -> Vec<(String, ColumnType)> {
        let ty = |name: &str| {
            let own = self.columns.iter().find(|column| column.0 == name);
            let base = self.base.as_ref().and_then(|base| base.spec.column(name).ok());
            own.map(|column| column.1.ty()).or(base.map(|column| column.ty))
        };
        self.names().into_iter().filter_map(|name| Some((name.to_owned(), ty(name)?))).collect()
    }

    /// A column by name.
    ///
    /// # Errors
    /// There is none; the nearest name is given.
    pub fn column(&self, name: &str) -> Result<Column, AnalyticsError> {
        if let Some((_, column)) = self.columns.iter().find(|column| column.0 == name) {
            return Ok(column.clone());
        }
        let Some(base) = &self.base else {
            return Err(AnalyticsError::unknown_column("this frame", name, self.names()));
        };
        let column = self.scope.snapshot().column(base.spec, name, self.scope.as_of())?;
        match &base.rows {
            None => Ok(column),
            Some(rows) => column.take(rows),
        }
    }

    /// One value; null beyond the end.
    ///
    /// # Errors
    /// There is no such column.
    pub fn cell(&self, row: usize, column: &str) -> Result<Cell, AnalyticsError> {
        Ok(self.column(column)?.cell(row))
    }

    /// The records behind a row.
    pub fn ids(&self, row: usize) -> IdSet {
        self.ids_of([row])
    }

    /// The records behind all rows.
    pub fn all_ids(&self) -> IdSet {
        self.ids_of(0..self.len)
    }

    /// The records behind some rows.
    pub(crate) fn ids_of(&self, rows: impl IntoIterator<Item = usize>) -> IdSet {
        let mut codes = Vec::new();
        rows.into_iter().for_each(|row| self.behind.each_record(row, &mut |code| codes.push(code)));
        IdSet::of_codes(codes, self.scope.snapshot().record_labels())
    }

    /// The first record behind each row; null where none stands behind it.
    pub fn record_ids(&self) -> Column {
        let first = |row: usize| {
            let mut first = None;
            self.behind.each_record(row, &mut |code| first = first.or(Some(code)));
            first
        };
        let codes = (0..self.len).map(first).collect();
        let labels = self.scope.snapshot().record_labels();
        Column::codes(ColumnType::Record, codes, std::sync::Arc::clone(labels))
    }

    /// How many records stand behind each row; where only pupils were counted, how many of them.
    pub fn sizes(&self) -> Vec<u64> {
        let size = |row| match self.behind.counted_pupils(row) {
            Some(pupils) => pupils as u64,
            None => self.ids(row).len() as u64,
        };
        (0..self.len).map(size).collect()
    }

    /// How many distinct pupils stand behind each row: what suppression counts.
    pub fn pupils_behind(&self) -> Vec<usize> {
        let mut pupils = Stamps::new(self.scope.snapshot().pupil_labels().len());
        let mut behind = |row| {
            if let Some(counted) = self.behind.counted_pupils(row) {
                return counted;
            }
            let mut found = 0;
            self.behind.each_pupil(row, &mut |code| found += usize::from(pupils.is_new(code, row)));
            found
        };
        (0..self.len).map(&mut behind).collect()
    }

    /// How many distinct pupils stand behind all rows.
    pub fn pupils_in_all(&self) -> usize {
        self.pupils_among(0..self.len)
    }

    /// The distinct pupils behind some rows, and the records.
    pub fn behind_rows(&self, rows: &[u32]) -> (usize, IdSet) {
        let rows = || rows.iter().map(|row| *row as usize);
        (self.pupils_among(rows()), self.ids_of(rows()))
    }

    fn pupils_among(&self, rows: impl Iterator<Item = usize>) -> usize {
        if self.behind.is_counted() {
            // The same pupil may be behind several: no more are sure than behind the largest.
            return rows.filter_map(|row| self.behind.counted_pupils(row)).max().unwrap_or(0);
        }
        let mut pupils = Stamps::new(self.scope.snapshot().pupil_labels().len());
        let mut found = 0;
        for row in rows {
            self.behind.each_pupil(row, &mut |code| found += usize::from(pupils.is_new(code, 0)));
        }
        found
    }

    /// The codes of the distinct pupils behind the rows of which a condition holds.
    pub fn pupil_codes(&self, keep: impl Fn(usize) -> bool) -> BTreeSet<i32> {
        let mut codes = BTreeSet::new();
        for row in (0..self.len).filter(|row| keep(*row)) {
            self.behind.each_pupil(row, &mut |code| {
                codes.insert(code);
            });
        }
        codes
    }

    /// How many rows hold a field that two people wrote at once, and so the engine's winner.
    /// 0 where rows were grouped: ask before.
    pub fn rows_in_conflict(&self) -> usize {
        match self.column("in_conflict").map(|column| column.data().clone()) {
            Ok(Data::Bools(answers)) => answers.true_count(),
            _ => 0,
        }
    }

    /// The period to which a plan's `within` narrowed it.
    pub const fn window(&self) -> Option<Period> {
        self.window
    }

    /// What it was run over.
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Runs more steps of a plan over these rows.
    ///
    /// # Errors
    /// As [`Plan::run`](crate::Plan::run).
    pub fn apply(&self, more: &[Step], budget: &Budget) -> Result<Self, AnalyticsError> {
        steps(Schema::frame(self.schema()), more)?;
        execute::steps(self.clone(), more, budget)
    }

    /// The rows by the values of a column, in order of the values.
    ///
    /// # Errors
    /// There is no such column, or it holds numbers with fractions.
    pub fn by(&self, column: &str) -> Result<Vec<Group>, AnalyticsError> {
        let keys = [column.to_owned()];
        let groups = execute::group::groups(self, &keys, &Budget::default())?;
        let [values] = groups.keys() else { return Ok(Vec::new()) };
        (0..groups.len())
            .map(|group| {
                let rows: UInt32Array = groups.members(group).to_vec().into();
                let key = values.cell(group);
                Ok(Group { label: key.to_string(), key, frame: self.take(&rows)? })
            })
            .collect()
    }

    /// The same rows with one more column, or another in its place.
    ///
    /// # Errors
    /// It has another number of values.
    pub fn with_column(&self, name: &str, column: Column) -> Result<Self, AnalyticsError> {
        if column.len() != self.len {
            return Err(AnalyticsError::Overflow("a column"));
        }
        let mut more = self.clone();
        more.set(name, column);
        Ok(more)
    }

    /// Refuses groups that were counted elsewhere: nothing is known of their rows.
    pub(crate) fn need_rows(&self, verb: &'static str) -> Result<(), AnalyticsError> {
        if self.behind.is_counted() { Err(AnalyticsError::NeedsRows(verb)) } else { Ok(()) }
    }

    pub(crate) fn take(&self, rows: &UInt32Array) -> Result<Self, AnalyticsError> {
        let base = match &self.base {
            None => None,
            Some(base) => {
                let rows = match &base.rows {
                    None => rows.clone(),
                    Some(before) => {
                        let taken = compute::take(before, rows, None);
                        typed(&taken.map_err(|_| AnalyticsError::Overflow("a selection"))?)?
                    }
                };
                Some(Base { spec: base.spec, rows: Some(rows) })
            }
        };
        let columns: Result<_, AnalyticsError> = self
            .columns
            .iter()
            .map(|(name, column)| Ok((name.clone(), column.take(rows)?)))
            .collect();
        Ok(Self {
            scope: self.scope.clone(),
            base,
            columns: columns?,
            len: rows.len(),
            behind: self.behind.take(rows)?,
            window: self.window,
        })
    }

    /// The rows where the mask is true.
    pub(crate) fn keep(&self, mask: &BooleanArray) -> Result<Self, AnalyticsError> {
        let rows: UInt32Array = match mask.null_count() {
            0 => mask.values().set_indices_u32().collect::<Vec<u32>>().into(),
            _ => {
                let kept = (0u32..).zip(mask.iter()).filter(|row| row.1 == Some(true));
                kept.map(|row| row.0).collect::<Vec<u32>>().into()
            }
        };
        self.take(&rows)
    }

    /// The table of which these are all rows in their order.
    pub(crate) fn whole_table(&self) -> Option<&'static str> {
        self.base.as_ref().filter(|base| base.rows.is_none()).map(|base| base.spec.name)
    }

    /// Whether one of these columns is no longer the table's own.
    pub(crate) fn replaces(&self, names: &[&str]) -> bool {
        self.columns.iter().any(|(name, _)| names.contains(&name.as_str()))
    }

    pub(crate) fn set(&mut self, name: &str, column: Column) {
        match self.columns.iter_mut().find(|one| one.0 == name) {
            Some(one) => one.1 = column,
            None => self.columns.push((name.to_owned(), column)),
        }
    }
}

impl Rows for Frame {
    fn len(&self) -> usize {
        self.len
    }

    fn column(&self, name: &str) -> Result<Column, AnalyticsError> {
        Self::column(self, name)
    }

    fn days(&self) -> &Days {
        self.scope.snapshot().days()
    }
}

/// Whether a split by this column needs the stricter suppression.
pub fn sensitivity(column: &str) -> Sensitivity {
    let listed = tables()
        .iter()
        .flat_map(|table| table.columns)
        .any(|one| one.name == column && one.sensitivity == Sensitivity::Listed);
    if listed { Sensitivity::Listed } else { Sensitivity::Plain }
}
