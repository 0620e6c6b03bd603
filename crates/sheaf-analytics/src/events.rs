//! The events of each pupil in order of day, and the days on which each was on the roll: what
//! counting in windows of a pupil's own looks up instead of reading rows again.

mod roll;
mod screening;
mod tally;
mod thresholds;

use std::fmt;

use crate::data::column::{ColumnType, Data, get};
use crate::data::ids::IdSet;
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::period::Period;
use crate::plan::budget::Budget;
pub use roll::Roll;
pub use screening::{ScreenOptions, ScreenRow, Screening};
pub use tally::{GroupTotals, Tally, TallyRow};
pub use thresholds::{Rung, ThresholdOptions, Thresholds};

/// The events of a frame by pupil and day.
#[derive(Clone)]
pub struct PupilEvents {
    pub(crate) frame: Frame,
    /// The events of pupil `i` are those from `starts[i]` to `starts[i + 1]`.
    starts: Vec<u32>,
    days: Vec<i64>,
    rows: Vec<u32>,
}

impl fmt::Debug for PupilEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PupilEvents({} events)", self.rows.len())
    }
}

impl Frame {
    /// The rows by pupil and day; rows without a pupil or a date, and rows after today, are left
    /// out.
    ///
    /// # Errors
    /// There is no column of pupils or no `date`, or the budget is used up.
    pub fn pupil_events(&self, budget: &Budget) -> Result<PupilEvents, AnalyticsError> {
        self.need_rows("count_in")?;
        let pupils = self.column("pupil")?;
        let (ColumnType::Pupil, Data::Codes(codes, labels)) = (pupils.ty(), pupils.data()) else {
            return Err(AnalyticsError::mistyped("count_in", "a column of pupils", pupils.ty()));
        };
        let dates = self.column("date")?;
        let Data::Ints(days) = dates.data() else {
            return Err(AnalyticsError::mistyped("count_in", "a date", dates.ty()));
        };
        let today = crate::data::days::day_number(self.scope().as_of());
        let mut found: Vec<(i32, i64, u32)> = Vec::with_capacity(self.len());
        for (row, number) in (0..self.len()).zip(0u32..) {
            budget.tick(row)?;
            if let (Some(pupil), Some(day)) = (get(codes, row), get(days, row))
                && day <= today
            {
                found.push((pupil, day, number));
            }
        }
        found.sort_unstable();
        let mut starts = vec![0u32; labels.len() + 1];
        for (pupil, ..) in &found {
            let next = usize::try_from(*pupil).ok().and_then(|at| starts.get_mut(at + 1));
            next.into_iter().for_each(|start| *start += 1);
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let (days, rows) = found.into_iter().map(|(_, day, row)| (day, row)).unzip();
        Ok(PupilEvents { frame: self.clone(), starts, days, rows })
    }
}

impl PupilEvents {
    /// Where the events of a pupil between two days stand.
    fn span(&self, pupil: i32, from: i64, to: i64) -> std::ops::Range<usize> {
        let at = usize::try_from(pupil).unwrap_or(usize::MAX - 1);
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        let (first, end) = (bound(at), bound(at + 1).max(bound(at)));
        let days = self.days.get(first..end).unwrap_or_default();
        let low = first + days.partition_point(|day| *day < from);
        let high = first + days.partition_point(|day| *day <= to);
        low..high.max(low)
    }

    /// How many events a pupil has between two days, both included.
    pub(crate) fn count(&self, pupil: i32, from: i64, to: i64) -> usize {
        self.span(pupil, from, to).len()
    }

    /// The rows of a pupil between two days.
    pub(crate) fn rows(&self, pupil: i32, from: i64, to: i64) -> &[u32] {
        self.rows.get(self.span(pupil, from, to)).unwrap_or_default()
    }

    /// Day and row of each event of a pupil between two days, in order.
    pub(crate) fn of_pupil(&self, pupil: i32, from: i64, to: i64) -> Vec<(i64, u32)> {
        let span = self.span(pupil, from, to);
        let days = self.days.get(span.clone()).unwrap_or_default();
        let rows = self.rows.get(span).unwrap_or_default();
        days.iter().copied().zip(rows.iter().copied()).collect()
    }

    /// The records behind some rows.
    pub(crate) fn ids_of(&self, rows: impl IntoIterator<Item = u32>) -> IdSet {
        self.frame.ids_of(rows.into_iter().map(|row| row as usize))
    }

    /// The day of the first event.
    pub fn first_day(&self) -> Option<jiff::civil::Date> {
        self.days.iter().min().copied().and_then(crate::data::days::date_of)
    }

    /// The scope in which the events were found.
    pub fn scope(&self) -> &Scope {
        self.frame.scope()
    }
}

/// Events and school days of each pupil who was on the roll in one of two periods: those of the
/// first, then those of the second.
pub fn pupil_pairs(
    events: &PupilEvents,
    roll: &Roll,
    now: Period,
    before: Period,
) -> (Vec<f64>, Vec<f64>, Vec<f64>, Vec<f64>) {
    let number = crate::data::days::day_number;
    let today = number(events.scope().as_of());
    let of = |pupil: i32, period: Period| {
        let (from, to) = (number(period.from), number(period.to).min(today));
        let days = roll.days(pupil, from, to) as f64;
        // Who was not on the roll is not counted, whatever was written.
        let count = if days > 0.0 { events.count(pupil, from, to) as f64 } else { 0.0 };
        (count, days)
    };
    let mut pairs = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for pupil in roll.pupils() {
        let (now, before) = (of(pupil, now), of(pupil, before));
        if now.1 > 0.0 || before.1 > 0.0 {
            pairs.0.push(now.0);
            pairs.1.push(now.1);
            pairs.2.push(before.0);
            pairs.3.push(before.1);
        }
    }
    pairs
}

/// Events and exposure of each pupil who was on the roll in a period.
///
/// # Errors
/// Registers or periods of the day are missing that the exposure needs.
pub fn pupil_totals(
    events: &PupilEvents,
    roll: &Roll,
    period: Period,
) -> Result<(Vec<f64>, Vec<f64>), AnalyticsError> {
    let number = crate::data::days::day_number;
    let (from, to) = (number(period.from), number(period.to.min(events.scope().as_of())));
    let (mut n, mut e) = (Vec::new(), Vec::new());
    for pupil in roll.pupils() {
        let exposure = roll.exposure(pupil, from, to)?;
        // Who was not there is not counted, whatever was written.
        if exposure > 0.0 {
            n.push(events.count(pupil, from, to) as f64);
            e.push(exposure);
        }
    }
    Ok((n, e))
}
