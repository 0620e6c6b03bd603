//! The events of each pupil in order of day, and the days on which each was on the roll: what
//! counting in windows of a pupil's own looks up instead of reading rows again.

mod periods;
mod roll;
mod screening;
mod tally;
mod thresholds;

use std::fmt;

use arrow::array::{Int32Array, Int64Array};

use crate::data::column::{ColumnType, Data, get};
use crate::data::ids::IdSet;
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::plan::budget::Budget;
pub use periods::{PairedDays, PeriodEvents};
pub use roll::{Roll, RollDays};
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
        let PupilsAndDays { pupils, days, codes } = self.pupils_and_days("count_in")?;
        let today = crate::data::days::day_number(self.scope().as_of());
        // Sorted by counting: a pupil has few events, and their rows mostly come in order of day.
        let mut starts = vec![0u32; codes + 1];
        let event = |row: usize| {
            let (pupil, day) = (get(&pupils, row)?, get(&days, row)?);
            let place = usize::try_from(pupil).ok().filter(|at| *at < codes)?;
            (day <= today).then_some((place, day))
        };
        for row in 0..self.len() {
            budget.tick(row)?;
            let next = event(row).and_then(|(pupil, _)| starts.get_mut(pupil + 1));
            next.into_iter().for_each(|start| *start += 1);
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let (mut next, mut found) = (starts.clone(), vec![(0i64, 0u32); sum as usize]);
        for (row, number) in (0..self.len()).zip(0u32..) {
            budget.tick(row)?;
            let Some((pupil, day)) = event(row) else { continue };
            let Some(place) = next.get_mut(pupil) else { continue };
            if let Some(slot) = found.get_mut(*place as usize) {
                *slot = (day, number);
            }
            *place += 1;
        }
        for (from, to) in starts.iter().zip(starts.iter().skip(1)) {
            let own = found.get_mut(*from as usize..*to as usize);
            own.into_iter().for_each(|own| own.sort_unstable());
        }
        let (days, rows) = found.into_iter().unzip();
        Ok(PupilEvents { frame: self.clone(), starts, days, rows })
    }

    /// The pupil and the day of each row, for a verb that counts the events of pupils.
    fn pupils_and_days(&self, verb: &'static str) -> Result<PupilsAndDays, AnalyticsError> {
        self.need_rows(verb)?;
        let pupils = self.column("pupil")?;
        let (ColumnType::Pupil, Data::Codes(own, labels)) = (pupils.ty(), pupils.data()) else {
            return Err(AnalyticsError::mistyped(verb, "a column of pupils", pupils.ty()));
        };
        let dates = self.column("date")?;
        let Data::Ints(days) = dates.data() else {
            return Err(AnalyticsError::mistyped(verb, "a date", dates.ty()));
        };
        Ok(PupilsAndDays { pupils: own.clone(), days: days.clone(), codes: labels.len() })
    }
}

/// The pupil and the day of each row of a frame.
struct PupilsAndDays {
    pupils: Int32Array,
    days: Int64Array,
    /// How many pupils there are to be named.
    codes: usize,
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

    /// The day of each event of a pupil between two days, in order.
    pub(crate) fn days(&self, pupil: i32, from: i64, to: i64) -> &[i64] {
        self.days.get(self.span(pupil, from, to)).unwrap_or_default()
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

    /// The scope in which the events were found.
    pub fn scope(&self) -> &Scope {
        self.frame.scope()
    }
}
