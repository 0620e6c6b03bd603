//! A score before and a score after, of the same pupil by the same informant.

use std::collections::BTreeMap;
use std::fmt;

use arrow::array::{Int32Array, Int64Array};
use jiff::civil::Date;
use sheaf_records::SchoolCalendar;

use super::{PupilWindow, Windows};
use crate::data::column::{Cell, Column, ColumnType, Data, get};
use crate::data::days::date_of;
use crate::data::ids::IdSet;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::budget::Budget;

/// What is filled in during the first week still tells how a pupil was before.
const FIRST_WEEK: i64 = 5;

/// Columns of which all rows must have one value, where the table has them: scores of two scales
/// are not compared.
const ALIKE: [&str; 2] = ["measure", "scale"];

/// Which column says that two scores are of the same informant, where the table has it.
const INFORMANT: &str = "informant";

/// How [`Windows::pre_post`] finds the two scores of a pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairOptions {
    /// The column of whole numbers that is compared.
    pub value: String,
    /// How many school days a score may lie from the start, or from the end of the window after.
    pub within: u32,
}

/// The two scores of a pupil.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScorePair {
    /// The code of the pupil: it says no more than who is the same.
    pub pupil: i32,
    /// The score before.
    pub before: i64,
    /// The score after.
    pub after: i64,
    /// The rows that they come from.
    rows: (usize, usize),
}

/// The scores of pupils before and after, a row a pupil.
#[derive(Clone)]
pub struct Pairs {
    frame: Frame,
    /// The pairs, in order of the codes of pupils.
    pub list: Vec<ScorePair>,
    /// How many pupils with windows have a score near one end of them or both, but no pair by the
    /// same informant.
    pub unpaired: usize,
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pairs({} pupils)", self.list.len())
    }
}

impl Pairs {
    /// The two records behind a row.
    pub fn ids(&self, row: usize) -> IdSet {
        let rows = self.list.get(row).map(|pair| [pair.rows.0, pair.rows.1]);
        self.frame.ids_of(rows.into_iter().flatten())
    }

    /// The one value of a column of all scores: which measure they are of, or which scale.
    pub fn common(&self, column: &str) -> Option<String> {
        let cells = self.frame.column(column).ok()?;
        cells.cells().find(|cell| *cell != Cell::Null).map(|cell| cell.to_string())
    }
}

impl Windows {
    /// Finds for each pupil with windows the score nearest to the start, at most a school week
    /// after it, and the score nearest to the end of the window after, of those that the same
    /// informant gave. Where several informants gave both, that pair counts which is nearest in
    /// all.
    ///
    /// # Errors
    /// A column is missing or no column of its kind, the scores are of several measures or scales,
    /// or the budget is used up.
    pub fn pre_post(
        &self,
        scores: &Frame,
        options: &PairOptions,
        budget: &Budget,
    ) -> Result<Pairs, AnalyticsError> {
        scores.need_rows("pre_post")?;
        ALIKE.into_iter().try_for_each(|column| alike(scores, column))?;
        let table = Scores::read(scores, &options.value)?;
        let mut of_pupil: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for row in 0..scores.len() {
            budget.tick(row)?;
            if let Some(pupil) = get(&table.pupils, row).filter(|_| table.is_whole(row)) {
                of_pupil.entry(pupil).or_default().push(row);
            }
        }
        let mut pairs = Pairs { frame: scores.clone(), list: Vec::new(), unpaired: 0 };
        let find = Find { calendar: scores.scope().calendar(), within: options.within.into() };
        for (at, window) in self.list.iter().enumerate() {
            budget.tick(at)?;
            let Some(rows) = of_pupil.get(&window.pupil) else { continue };
            match find.pair(window, rows, &table) {
                Near::Both(pair) => pairs.list.push(pair),
                Near::One => pairs.unpaired += 1,
                Near::None => {}
            }
        }
        pairs.list.sort_unstable_by_key(|pair| pair.pupil);
        Ok(pairs)
    }
}

fn alike(scores: &Frame, column: &str) -> Result<(), AnalyticsError> {
    let Ok(cells) = scores.column(column) else { return Ok(()) };
    let name = |cell: Cell| match cell {
        Cell::Null => "not recorded".to_owned(),
        known => known.to_string(),
    };
    let mut values: Vec<String> = cells.cells().map(name).collect();
    values.sort_unstable();
    values.dedup();
    match values.as_slice() {
        [] | [_] => Ok(()),
        [one, other, ..] => Err(AnalyticsError::Pairs(format!(
            "scores of one {column} are compared, but there are `{one}` and `{other}`; filter \
             them first, as in `.filter(col(\"{column}\") == \"{other}\")`"
        ))),
    }
}

/// The columns of the scores.
struct Scores {
    pupils: Int32Array,
    dates: Int64Array,
    values: Int64Array,
    informants: Option<Column>,
}

impl Scores {
    fn read(frame: &Frame, value: &str) -> Result<Self, AnalyticsError> {
        let column = frame.column("pupil")?;
        let (ColumnType::Pupil, Data::Codes(pupils, _)) = (column.ty(), column.data()) else {
            return Err(AnalyticsError::mistyped("pre_post", "a column of pupils", column.ty()));
        };
        let column = frame.column("date")?;
        let (ColumnType::Date, Data::Ints(dates)) = (column.ty(), column.data()) else {
            return Err(AnalyticsError::mistyped("pre_post", "a date", column.ty()));
        };
        let column = frame.column(value)?;
        let (ColumnType::Int, Data::Ints(values)) = (column.ty(), column.data()) else {
            return Err(AnalyticsError::mistyped(value, "whole numbers", column.ty()));
        };
        let informants = frame.column(INFORMANT).ok();
        Ok(Self {
            pupils: pupils.clone(),
            dates: dates.clone(),
            values: values.clone(),
            informants,
        })
    }

    fn is_whole(&self, row: usize) -> bool {
        get(&self.dates, row).is_some() && get(&self.values, row).is_some()
    }

    fn day(&self, row: usize) -> Option<Date> {
        date_of(get(&self.dates, row)?)
    }

    fn informant(&self, row: usize) -> String {
        self.informants.as_ref().map_or_else(String::new, |of| of.cell(row).to_string())
    }
}

/// What there is near the two ends of a pupil's windows.
enum Near {
    Both(ScorePair),
    One,
    None,
}

/// Finds scores by the calendar.
struct Find<'a> {
    calendar: &'a SchoolCalendar,
    within: i64,
}

/// How far a row is, and the row: the least is the nearest, and of two as near the earlier.
type Candidate = (i64, Date, usize);

impl Find<'_> {
    fn place(&self, day: Date) -> i64 {
        self.calendar.days_before(day).into()
    }

    fn pair(&self, window: &PupilWindow, rows: &[usize], scores: &Scores) -> Near {
        let ends = date_of(window.start).zip(date_of(window.after.1));
        let Some((start, end)) = ends else { return Near::None };
        let (start, end) = (self.place(start), self.place(end));
        let mut near: BTreeMap<String, [Option<Candidate>; 2]> = BTreeMap::new();
        for &row in rows {
            let Some(day) = scores.day(row) else { continue };
            let place = self.place(day);
            let side = usize::from(place - start > FIRST_WEEK);
            let far = (place - if side == 0 { start } else { end }).abs();
            if far > self.within {
                continue;
            }
            let of_informant = near.entry(scores.informant(row)).or_default();
            if let Some(best) = of_informant.get_mut(side) {
                let this = (far, day, row);
                *best = Some(best.map_or(this, |best| best.min(this)));
            }
        }
        let both = near.values().filter_map(|[before, after]| before.zip(*after));
        match both.min_by_key(|(before, after)| before.0 + after.0) {
            Some((before, after)) => {
                let value = |row| get(&scores.values, row).unwrap_or_default();
                Near::Both(ScorePair {
                    pupil: window.pupil,
                    before: value(before.2),
                    after: value(after.2),
                    rows: (before.2, after.2),
                })
            }
            None if near.is_empty() => Near::None,
            None => Near::One,
        }
    }
}

#[cfg(test)]
mod tests;
