//! How long something took from when it was asked for, where some of it has not come yet.

use std::collections::BTreeSet;
use std::fmt;

use arrow::array::UInt32Array;

use crate::data::column::{Cell, Column, Data, get};
use crate::data::ids::IdSet;
use crate::error::AnalyticsError;
use crate::frame::{Frame, Group};

/// Which columns say how long it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitOptions {
    /// The column of the time until it came.
    pub came: String,
    /// The columns of times up to which it is known not to have come, where it has not.
    pub seen: Vec<String>,
}

/// The waits of some rows, a row each record: of a call-out with several pupils the first.
#[derive(Clone)]
pub struct Waits {
    frame: Frame,
    options: WaitOptions,
    time: Vec<f64>,
    came: Vec<bool>,
    /// Who or what each wait belongs to: the pupil, or where none is named the record.
    units: Vec<u32>,
    unknown: usize,
}

impl fmt::Debug for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waits({} rows)", self.time.len())
    }
}

/// Waits that share a value.
#[derive(Debug)]
pub struct WaitGroup {
    /// The value.
    pub key: Cell,
    /// The value as text; empty where nothing was recorded.
    pub label: String,
    /// Its waits.
    pub waits: Waits,
}

impl Frame {
    /// The waits of the rows, one each record. Those of which nothing is known, and those that
    /// would have come before they were asked for, are counted apart.
    ///
    /// # Errors
    /// There is no such column of whole numbers.
    pub fn waits(&self, options: &WaitOptions) -> Result<Waits, AnalyticsError> {
        let first = self.take(&self.first_of_each())?;
        let until = whole(&first, &options.came)?;
        let seen: Vec<Column> =
            options.seen.iter().map(|name| whole(&first, name)).collect::<Result<_, _>>()?;
        let mut rows: Vec<u32> = Vec::new();
        let (mut time, mut came) = (Vec::new(), Vec::new());
        for (row, number) in (0..first.len()).zip(0u32..) {
            let at = |column: &Column| match column.cell(row) {
                Cell::Int(minutes) if minutes >= 0 => Some(minutes),
                _ => None,
            };
            let known = seen.iter().filter_map(at).max();
            if let Some(waited) = at(&until).or(known) {
                rows.push(number);
                time.push(waited as f64);
                came.push(at(&until).is_some());
            }
        }
        let unknown = first.len() - rows.len();
        let frame = first.take(&UInt32Array::from(rows))?;
        let units = units(&frame);
        Ok(Waits { frame, options: options.clone(), time, came, units, unknown })
    }

    /// The first row of each record.
    fn first_of_each(&self) -> UInt32Array {
        let mut seen = BTreeSet::new();
        let is_new = |row: &u32| {
            let mut code = None;
            self.behind.each_record(*row as usize, &mut |record| code = Some(record));
            code.is_none_or(|code| seen.insert(code))
        };
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).filter(is_new).collect::<Vec<_>>().into()
    }
}

fn whole(frame: &Frame, name: &str) -> Result<Column, AnalyticsError> {
    let column = frame.column(name)?;
    match column.data() {
        Data::Ints(_) => Ok(column),
        _ => Err(AnalyticsError::mistyped(name, "whole numbers", column.ty())),
    }
}

/// The pupil of each row by code, or a number of its own beyond all of them.
fn units(frame: &Frame) -> Vec<u32> {
    let pupils = frame.column("pupil").map(|column| column.data().clone());
    let (codes, count) = match &pupils {
        Ok(Data::Codes(codes, labels)) => (Some(codes), labels.len()),
        _ => (None, 0),
    };
    let unit = |row: usize| {
        let pupil = codes.and_then(|codes| get(codes, row));
        let own = u32::try_from(count + row).unwrap_or(u32::MAX);
        pupil.and_then(|code| u32::try_from(code).ok()).unwrap_or(own)
    };
    (0..frame.len()).map(unit).collect()
}

impl Waits {
    /// How long each waited, or has been seen to wait.
    pub fn time(&self) -> &[f64] {
        &self.time
    }

    /// Whether it came.
    pub fn came(&self) -> &[bool] {
        &self.came
    }

    /// Who each belongs to.
    pub fn units(&self) -> &[u32] {
        &self.units
    }

    /// How many records say nothing of how long it took.
    pub const fn unknown(&self) -> usize {
        self.unknown
    }

    /// The records behind a row.
    pub fn ids(&self, row: usize) -> IdSet {
        self.frame.ids(row)
    }

    /// A column of its rows.
    ///
    /// # Errors
    /// There is none; the nearest name is given.
    pub fn column(&self, name: &str) -> Result<Column, AnalyticsError> {
        self.frame.column(name)
    }

    /// The waits by the values of a column, in order of the values.
    ///
    /// # Errors
    /// There is no such column, or it holds numbers with fractions.
    pub fn by(&self, column: &str) -> Result<Vec<WaitGroup>, AnalyticsError> {
        let part = |group: Group| {
            let waits = group.frame.waits(&self.options)?;
            Ok(WaitGroup { key: group.key, label: group.label, waits })
        };
        self.frame.by(column)?.into_iter().map(part).collect()
    }
}

#[cfg(test)]
mod tests;
