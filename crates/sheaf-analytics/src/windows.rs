//! Windows: the school days before and after something began for a pupil.

mod comparison;
mod counts;
mod history;
mod pairs;
mod pupil_periods;
mod runs;
mod series;

use std::fmt;

use jiff::civil::Date;
use sheaf_records::SchoolCalendar;

use crate::data::column::{ColumnType, Data, get};
use crate::data::days::{date_of, day_number};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::budget::Budget;

pub use comparison::{Balance, ComparisonGroups, ComparisonKind, MatchOptions, Matching};
pub use counts::{PupilCounts, PupilRow, SameDays};
pub use history::History;
pub use pairs::{PairOptions, Pairs, ScorePair};
pub use pupil_periods::PupilPeriods;
pub(crate) use runs::Runs;
pub use series::{Phase, PupilSeries, SeriesPoint};

/// What is left out between the window before and the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gap {
    /// Nothing: the window before ends the day before the start.
    None,
    /// The half-term in which the decision was taken: what triggered the choice is no baseline.
    #[default]
    HalfTermOfDecision,
}

impl Gap {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::HalfTermOfDecision => "half_term_of_decision",
        }
    }

    /// The gap that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::HalfTermOfDecision].into_iter().find(|one| one.name() == name)
    }
}

/// How [`Frame::windows`] lays them.
#[derive(Clone, Debug)]
pub struct WindowOptions {
    /// The column of the day on which it began.
    pub anchor: String,
    /// School days before.
    pub before: u32,
    /// School days after, the first included.
    pub after: u32,
    /// What is left out between.
    pub gap: Gap,
}

/// Days from one to another, both included, as day numbers; none where the end is before the start.
pub(crate) type Span = (i64, i64);

/// The windows of one pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PupilWindow {
    /// The code of the pupil.
    pub(crate) pupil: i32,
    /// The day of the decision; the start where none is known.
    pub(crate) decided: i64,
    /// The day of the start.
    pub(crate) start: i64,
    pub(crate) before: Span,
    pub(crate) after: Span,
}

/// The windows of pupils: one for each, around the first start.
#[derive(Clone)]
pub struct Windows {
    pub(crate) frame: Frame,
    pub(crate) options: WindowOptions,
    pub(crate) list: Vec<PupilWindow>,
    /// Pupil and start of every row, further starts of a pupil too, in order.
    starts: Vec<(i32, i64)>,
    repeated: usize,
}

impl fmt::Debug for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Windows({} pupils)", self.list.len())
    }
}

impl Frame {
    /// The windows around the first start of each pupil. Rows without a pupil or a start are left
    /// out, and so are pupils who had no school day before or whose start lies after today.
    ///
    /// # Errors
    /// There is no such column, no column of pupils, or the budget is used up.
    pub fn windows(
        &self,
        options: &WindowOptions,
        budget: &Budget,
    ) -> Result<Windows, AnalyticsError> {
        let starts = Starts::read(self, &options.anchor)?;
        let mut list: Vec<PupilWindow> = Vec::new();
        let lay = Lay::new(self.scope().calendar(), self.scope().as_of(), options);
        let mut rows = Vec::new();
        for row in 0..self.len() {
            budget.tick(row)?;
            rows.extend(starts.row(row));
        }
        rows.sort_unstable();
        let starts: Vec<(i32, i64)> =
            rows.iter().map(|(pupil, start, _)| (*pupil, *start)).collect();
        rows.dedup_by_key(|row| row.0);
        let repeated = starts.len() - rows.len();
        for (pupil, start, decided) in rows {
            list.extend(lay.window(pupil, decided, start));
        }
        Ok(Windows { frame: self.clone(), options: options.clone(), list, starts, repeated })
    }
}

/// The columns that say what began when.
struct Starts {
    pupils: arrow::array::Int32Array,
    starts: arrow::array::Int64Array,
    decided: Option<arrow::array::Int64Array>,
}

impl Starts {
    fn read(frame: &Frame, anchor: &str) -> Result<Self, AnalyticsError> {
        let column = frame.column("pupil")?;
        let (ColumnType::Pupil, Data::Codes(pupils, _)) = (column.ty(), column.data()) else {
            return Err(AnalyticsError::mistyped("windows", "a column of pupils", column.ty()));
        };
        let column = frame.column(anchor)?;
        let (ColumnType::Date, Data::Ints(starts)) = (column.ty(), column.data()) else {
            return Err(AnalyticsError::mistyped("windows", "a date", column.ty()));
        };
        let decided = match frame.column("decided") {
            Ok(column) => match column.data() {
                Data::Ints(days) => Some(days.clone()),
                _ => None,
            },
            Err(_) => None,
        };
        Ok(Self { pupils: pupils.clone(), starts: starts.clone(), decided })
    }

    /// Pupil, start and decision of a row.
    fn row(&self, row: usize) -> Option<(i32, i64, i64)> {
        let (pupil, start) = (get(&self.pupils, row)?, get(&self.starts, row)?);
        let decided = self.decided.as_ref().and_then(|days| get(days, row));
        Some((pupil, start, decided.unwrap_or(start).min(start)))
    }
}

/// Lays windows on the calendar.
pub(crate) struct Lay<'a> {
    calendar: &'a SchoolCalendar,
    today: i64,
    options: &'a WindowOptions,
}

impl<'a> Lay<'a> {
    pub(crate) fn new(
        calendar: &'a SchoolCalendar,
        as_of: Date,
        options: &'a WindowOptions,
    ) -> Self {
        Self { calendar, today: day_number(as_of), options }
    }

    /// The windows of a pupil; none without a school day in each.
    pub(crate) fn window(&self, pupil: i32, decided: i64, start: i64) -> Option<PupilWindow> {
        let limit = match self.options.gap {
            Gap::None => date_of(start)?,
            Gap::HalfTermOfDecision => self.half_term_of(date_of(decided)?)?,
        };
        let end = self.calendar.days_before(limit).checked_sub(1)?;
        let first = (end + 1).saturating_sub(self.options.before);
        let before = (self.day(first)?, self.day(end)?);
        let from = self.calendar.days_before(date_of(start)?);
        let last = from.checked_add(self.options.after)?.checked_sub(1)?;
        let last = self.day(last).unwrap_or(self.today);
        let after = (start, last.min(self.today));
        (after.0 <= after.1).then_some(PupilWindow { pupil, decided, start, before, after })
    }

    /// The first day of the half-term in which a day lies or, in a holiday, of the one before.
    fn half_term_of(&self, day: Date) -> Option<Date> {
        let begun = |one: &&sheaf_records::HalfTerm| one.from <= day;
        self.calendar.half_terms().iter().rfind(begun).map(|one| one.from)
    }

    fn day(&self, index: u32) -> Option<i64> {
        self.calendar.day_at(index).map(day_number)
    }
}

impl Windows {
    /// How many pupils have windows.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nobody has.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The starts of a pupil, in order.
    fn starts_of(&self, pupil: i32) -> impl Iterator<Item = i64> {
        let from = self.starts.partition_point(|(other, _)| *other < pupil);
        let own = self.starts.get(from..).unwrap_or_default();
        own.iter().take_while(move |(other, _)| *other == pupil).map(|(_, start)| *start)
    }

    /// How many rows were left out because the pupil had started before.
    pub const fn repeated(&self) -> usize {
        self.repeated
    }

    /// School days before and after, as they were asked for.
    pub const fn lengths(&self) -> (u32, u32) {
        (self.options.before, self.options.after)
    }
}

#[cfg(test)]
mod tests;
