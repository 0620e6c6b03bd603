//! The events of each pupil in order of day, and the days on which each was on the roll: what
//! counting in windows of a pupil's own looks up instead of reading rows again.

mod screening;
mod tally;
mod thresholds;

use std::fmt;

use crate::data::column::{ColumnType, Data, get};
use crate::data::ids::IdSet;
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::narrowing::Narrowing;
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::stays::{OpenDays, Stay, Stays};
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

/// The school days on which each pupil was on the roll, of those that conditions keep.
#[derive(Clone)]
pub struct Roll {
    scope: Scope,
    starts: Vec<u32>,
    stays: Vec<Stay>,
    /// For each school day: how many before it count.
    before: Vec<i64>,
}

impl fmt::Debug for Roll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roll({} stays)", self.stays.len())
    }
}

impl Roll {
    /// The roll over the whole calendar.
    ///
    /// # Errors
    /// A condition cannot be worked out, the school has no calendar, or the budget is used up.
    pub fn new(
        scope: &Scope,
        narrowing: &Narrowing,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let days = scope.calendar().days();
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Err(AnalyticsError::NoCalendar("any day".to_owned()));
        };
        let period = narrowing.within(Period { from: *first, to: *last });
        let stays = Stays::new(scope, period, &[], narrowing, budget)?;
        let whole = Period { from: *first, to: *last };
        let open = OpenDays::new(scope, whole, narrowing)?;
        let mut sum = 0;
        let mut before = vec![0];
        before.extend(open.counts.iter().map(|counts| {
            sum += i64::from(*counts);
            sum
        }));
        let pupils = scope.snapshot().pupil_labels().len();
        let mut starts = vec![0u32; pupils + 1];
        for stay in &stays.list {
            let next = usize::try_from(stay.pupil).ok().and_then(|at| starts.get_mut(at + 1));
            next.into_iter().for_each(|start| *start += 1);
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        Ok(Self { scope: scope.clone(), starts, stays: stays.list, before })
    }

    fn stays(&self, pupil: i32) -> &[Stay] {
        let at = usize::try_from(pupil).unwrap_or(usize::MAX - 1);
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        self.stays.get(bound(at)..bound(at + 1)).unwrap_or_default()
    }

    /// How many counting school days of a pupil lie between two days, both included.
    pub(crate) fn days(&self, pupil: i32, from: i64, to: i64) -> i64 {
        let inside = |stay: &Stay| self.counted(stay.from.max(from), stay.to.min(to));
        self.stays(pupil).iter().map(inside).sum()
    }

    /// How many counting school days lie between two days, both included.
    pub(crate) fn counted(&self, from: i64, to: i64) -> i64 {
        let days = self.scope.snapshot().days();
        let before = |day: i64| {
            let at = usize::try_from(days.before(day)).unwrap_or_default();
            self.before.get(at).or(self.before.last()).copied().unwrap_or_default()
        };
        if from <= to { before(to.saturating_add(1)) - before(from) } else { 0 }
    }

    /// Whether a pupil was on the roll on a day.
    pub(crate) fn has(&self, pupil: i32, day: i64) -> bool {
        self.stays(pupil).iter().any(|stay| stay.from <= day && stay.to >= day)
    }

    /// The codes of the pupils who were ever on the roll.
    pub(crate) fn pupils(&self) -> impl Iterator<Item = i32> + '_ {
        let is_new = |at: &usize| {
            let before = at.checked_sub(1).and_then(|before| self.stays.get(before));
            before.map(|stay| stay.pupil) != self.stays.get(*at).map(|stay| stay.pupil)
        };
        (0..self.stays.len()).filter(is_new).filter_map(|at| Some(self.stays.get(at)?.pupil))
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

/// Events and school days of each pupil who was on the roll in a period.
pub fn pupil_totals(events: &PupilEvents, roll: &Roll, period: Period) -> (Vec<f64>, Vec<f64>) {
    let number = crate::data::days::day_number;
    let (from, to) = (number(period.from), number(period.to.min(events.scope().as_of())));
    let row = |pupil: i32| {
        let days = roll.days(pupil, from, to) as f64;
        (days > 0.0).then(|| (events.count(pupil, from, to) as f64, days))
    };
    roll.pupils().filter_map(row).unzip()
}
