//! A row a pupil: events and school days before and after.

use std::sync::Arc;

use jiff::civil::Date;
use sheaf_records::{RecordId, SchoolCalendar};

use super::runs::Runs;
use super::{PupilWindow, Windows};
use crate::data::column::Data;
use crate::data::days::date_of;
use crate::data::facts::FACTS;
use crate::data::ids::IdSet;
use crate::data::snapshot::Scope;
use crate::day_set::DaySet;
use crate::error::AnalyticsError;
use crate::events::{PupilEvents, Roll};
use crate::exposure::Exposure;
use crate::period::Period;
use crate::plan::Plan;
use crate::plan::budget::Budget;

/// What is counted of one pupil.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PupilRow {
    /// The code of the pupil: it says no more than who is the same.
    pub pupil: i32,
    /// Events before.
    pub n0: f64,
    /// Exposure before: school days on the roll unless another was asked for.
    pub e0: f64,
    /// Events after.
    pub n1: f64,
    /// Exposure after.
    pub e1: f64,
    /// School days on the roll before and after.
    pub(crate) days: (i64, i64),
    /// The share of the window after for which the pupil has been followed.
    pub followed: f64,
}

/// A row a pupil, in order of their codes.
#[derive(Clone, Debug)]
pub struct PupilCounts {
    /// The rows.
    pub rows: Vec<PupilRow>,
    /// How many pupils were left out because less than half of a window could be seen.
    pub left_out: usize,
    /// How many pairs of school days were looked at, where no windows were.
    pub pairs: usize,
    pub(crate) windows: Option<Arc<Windows>>,
    pub(crate) spans: Vec<PupilWindow>,
    pub(crate) events: Arc<PupilEvents>,
    pub(crate) roll: Arc<Roll>,
}

/// School days of one year paired with the same days of the year before: the same place in the
/// half-term of the same name. Days without a counterpart are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SameDays {
    /// The days that are asked about, in order.
    pub(super) now: Vec<Date>,
    /// The same days the year before, in order.
    pub(super) before: Vec<Date>,
}

impl SameDays {
    /// The school days of the last year of a period up to today, and their counterparts.
    pub fn of(calendar: &SchoolCalendar, period: Period, today: Date) -> Self {
        let mut same = Self::default();
        let to = period.to.min(today);
        let year_before = to.checked_sub(jiff::Span::new().years(1)).unwrap_or(Date::MIN);
        let period = Period { from: period.from.max(year_before), to };
        for (at, now) in calendar.half_terms().iter().enumerate() {
            let earlier = calendar.half_terms().get(..at).unwrap_or_default();
            let Some(then) = earlier.iter().rfind(|one| one.code == now.code) else { continue };
            let days = |half: &sheaf_records::HalfTerm| {
                let from = calendar.days_before(half.from) as usize;
                let to = from + calendar.school_days(half.from, half.to) as usize;
                calendar.days().get(from..to).unwrap_or_default()
            };
            for (now, then) in days(now).iter().zip(days(then)) {
                if period.contains(*now) {
                    same.now.push(*now);
                    same.before.push(*then);
                }
            }
        }
        same
    }

    /// How many pairs of days.
    pub fn len(&self) -> usize {
        self.now.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// The pairs whose earlier day is not before the first record of a table: before it, nothing
    /// was written down, whatever happened.
    ///
    /// # Errors
    /// There is no such table, it has no `date`, or the budget is used up.
    pub fn recorded(
        &self,
        scope: &Scope,
        table: &str,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let dates = Plan::scan(table).run(scope, budget)?.column("date")?;
        let Data::Ints(days) = dates.data() else {
            return Err(AnalyticsError::mistyped(table, "a date", dates.ty()));
        };
        let Some(first) = days.iter().flatten().min().and_then(date_of) else {
            return Ok(Self::default());
        };
        let kept = self.now.iter().zip(&self.before).filter(|(_, before)| **before >= first);
        let (now, before) = kept.map(|(now, before)| (*now, *before)).unzip();
        Ok(Self { now, before })
    }

    /// From the first of the earlier days to the last; none where there is none.
    pub fn then(&self) -> Option<Period> {
        let ends = self.before.first().zip(self.before.last());
        ends.map(|(from, to)| Period { from: *from, to: *to })
    }

    /// The days that are asked about.
    pub fn now(&self) -> DaySet {
        DaySet::of(&self.now)
    }

    /// The same days the year before.
    pub fn before(&self) -> DaySet {
        DaySet::of(&self.before)
    }
}

impl Windows {
    /// Counts events in the windows of each pupil; who could be seen for less than half of a
    /// window is left out.
    ///
    /// # Errors
    /// Registers or periods of the day are missing that the exposure needs, or the budget is used
    /// up.
    pub fn count(
        self: &Arc<Self>,
        events: &Arc<PupilEvents>,
        roll: &Arc<Roll>,
        budget: &Budget,
    ) -> Result<PupilCounts, AnalyticsError> {
        let mut counts = PupilCounts {
            rows: Vec::with_capacity(self.list.len()),
            left_out: 0,
            pairs: 0,
            windows: Some(Arc::clone(self)),
            spans: Vec::new(),
            events: Arc::clone(events),
            roll: Arc::clone(roll),
        };
        for (at, window) in self.list.iter().enumerate() {
            budget.tick(at)?;
            let row = self.row(window, window.pupil, events, roll)?;
            match self.is_whole(&row) {
                true => {
                    counts.rows.push(row);
                    counts.spans.push(*window);
                }
                false => counts.left_out += 1,
            }
        }
        Ok(counts)
    }

    /// The row of a pupil in some windows.
    pub(super) fn row(
        &self,
        window: &PupilWindow,
        pupil: i32,
        events: &PupilEvents,
        roll: &Roll,
    ) -> Result<PupilRow, AnalyticsError> {
        let count = |span: (i64, i64)| events.count(pupil, span.0, span.1) as f64;
        let days = |span: (i64, i64)| roll.days(pupil, span.0, span.1);
        let days = (days(window.before), days(window.after));
        Ok(PupilRow {
            pupil,
            n0: count(window.before),
            e0: roll.exposure(pupil, window.before.0, window.before.1)?,
            n1: count(window.after),
            e1: roll.exposure(pupil, window.after.0, window.after.1)?,
            days,
            followed: days.1 as f64 / f64::from(self.options.after.max(1)),
        })
    }

    /// Whether half of each window or more could be seen. A window without exposure has no rate.
    pub(super) fn is_whole(&self, row: &PupilRow) -> bool {
        let is_half = |days: i64, whole: u32| days * 2 >= i64::from(whole);
        let (before, after) = row.days;
        let is_seen = is_half(before, self.options.before) && is_half(after, self.options.after);
        is_seen && row.e0 > 0.0 && row.e1 > 0.0
    }
}

impl PupilCounts {
    /// Counts each pupil's events on some school days and on the same days a year before. Who was
    /// there on none of them has no row.
    ///
    /// # Errors
    /// Registers or periods of the day are missing that the exposure needs, or the budget is used
    /// up.
    pub fn same_days(
        events: &Arc<PupilEvents>,
        roll: &Arc<Roll>,
        days: &SameDays,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let (now, before) = (Runs::new(days.now(), roll), Runs::new(days.before(), roll));
        let mut rows = Vec::new();
        for (at, pupil) in roll.pupils().enumerate() {
            budget.tick(at)?;
            let (e0, e1) = (before.exposure(pupil, roll)?, now.exposure(pupil, roll)?);
            if e0 > 0.0 || e1 > 0.0 {
                // Who was not on the roll is not counted, whatever was written.
                let n0 = if e0 > 0.0 { before.count(pupil, events) } else { 0.0 };
                let n1 = if e1 > 0.0 { now.count(pupil, events) } else { 0.0 };
                let there = (before.days(pupil, roll), now.days(pupil, roll));
                let followed = there.1 as f64 / (days.len().max(1) as f64);
                rows.push(PupilRow { pupil, n0, e0, n1, e1, days: there, followed });
            }
        }
        let (events, roll) = (Arc::clone(events), Arc::clone(roll));
        let (pairs, spans) = (days.len(), Vec::new());
        Ok(Self { rows, left_out: 0, pairs, windows: None, spans, events, roll })
    }

    /// What its pupils are counted over.
    pub fn exposure(&self) -> Exposure {
        self.roll.kind()
    }

    /// The records behind a row.
    pub fn ids(&self, row: usize) -> IdSet {
        let Some(window) = self.spans.get(row) else { return IdSet::default() };
        let spans = [window.before, window.after];
        let rows =
            spans.into_iter().flat_map(|(from, to)| self.events.rows(window.pupil, from, to));
        self.events.frame.ids_of(rows.map(|at| *at as usize))
    }

    /// The record of a pupil by code.
    pub fn pupil_id(&self, code: i32) -> Option<RecordId> {
        self.events.scope().snapshot().pupil_labels().get(code)?.parse().ok()
    }

    /// A fact of a pupil on the day of their start; empty where nothing was recorded.
    pub(crate) fn fact(&self, name: &str, pupil: i32, day: i64) -> String {
        let snapshot = self.events.scope().snapshot();
        let code = FACTS.iter().position(|known| *known == name).and_then(|fact| {
            let code = snapshot.facts().of(pupil)?.on(fact, day)?;
            Some(snapshot.facts().labels.get(fact)?.get(code)?.to_owned())
        });
        code.unwrap_or_default()
    }
}
