//! Exposure by bin and group, summed from the stays of pupils.

use jiff::civil::Date;

use super::dimension::{Dimension, Exposed};
use crate::bins::{Bin, Bins};
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::exposure::{Amounts, NOBODY, SOME, unmarked};
use crate::stays::{OpenDays, Stay};

/// A column of the day or of the period, and the place of one of its values.
pub(super) type OnDay<'a> = (&'a Dimension, u32);

/// The group among the columns of the pupil that belongs to a group among all columns, and the
/// values of the columns of the day and of the period.
pub(super) fn places(group: usize, dimensions: &[Dimension]) -> (usize, Vec<OnDay<'_>>) {
    let (mut rest, mut places) = (group, Vec::with_capacity(dimensions.len()));
    for one in dimensions.iter().rev() {
        let size = one.values.len().max(1);
        places.push(rest % size);
        rest /= size;
    }
    let (mut of_pupil, mut on) = (0, Vec::new());
    for (one, place) in dimensions.iter().zip(places.into_iter().rev()) {
        if !one.of_stay.is_empty() {
            of_pupil = of_pupil * one.values.len() + place;
        } else if !one.of_day.is_empty() || !one.of_period.is_empty() {
            on.push((one, place as u32));
        }
    }
    (of_pupil, on)
}

/// Exposure by bin in the making.
pub(super) struct Over<'a> {
    scope: &'a Scope,
    bins: &'a Bins,
    open: &'a OpenDays,
    amounts: &'a Amounts,
    /// For each group and school day: how much more there is than the day before.
    change: Vec<i64>,
    pupils: Vec<u32>,
    seen: Vec<i32>,
    in_all: Vec<usize>,
    last: Vec<i32>,
    register: Register,
}

impl<'a> Over<'a> {
    pub(super) fn new(
        scope: &'a Scope,
        bins: &'a Bins,
        exposed: &'a Exposed<'_>,
        groups: usize,
    ) -> Self {
        let cells = groups * bins.list.len();
        let open = exposed.open;
        Self {
            scope,
            bins,
            open,
            amounts: exposed.amounts,
            change: vec![0; groups * (open.counts.len() + 1)],
            pupils: vec![0; cells],
            seen: vec![-1; cells],
            in_all: vec![0; groups],
            last: vec![-1; groups],
            register: Register::new(bins.list.len()),
        }
    }

    pub(super) fn add(&mut self, stay: &Stay, group: usize) {
        let days = self.scope.snapshot().days();
        let from = (days.before(stay.from) - self.open.first).max(0);
        let to = days.before(stay.to.saturating_add(1)) - self.open.first;
        let to = to.min(self.open.counts.len() as i64);
        if from >= to {
            return;
        }
        let Amounts::Each(attended) = self.amounts else {
            self.take(stay.pupil, group, (from, to), 1);
            return;
        };
        for day in from..to {
            let place = day as usize;
            if self.open.counts.get(place) != Some(&true) {
                continue;
            }
            let sessions = attended.on(stay.pupil, place);
            let bin = self.bin(day);
            self.register.note(stay.pupil, bin, attended.is_due(place), sessions.marked);
            if sessions.present > 0 {
                self.take(stay.pupil, group, (day, day + 1), sessions.present as i64);
            }
        }
    }

    /// Adds so much for each school day of a pupil from one to before another.
    fn take(&mut self, pupil: i32, group: usize, (from, to): (i64, i64), amount: i64) {
        let line = group * (self.open.counts.len() + 1);
        for (at, step) in [(from, amount), (to, -amount)] {
            if let Some(slot) = self.change.get_mut(line + at as usize) {
                *slot += step;
            }
        }
        self.note(pupil, group, from, to);
    }

    /// The bin in which a school day lies.
    fn bin(&self, day: i64) -> usize {
        let end = |bin: &Bin| i64::from(bin.index) + i64::from(bin.school_days) - self.open.first;
        self.bins.list.partition_point(|bin| end(bin) <= day)
    }

    /// Notes that a pupil is there in the bins between two school days. Stays come pupil by pupil.
    fn note(&mut self, pupil: i32, group: usize, from: i64, to: i64) {
        if let Some(last) = self.last.get_mut(group).filter(|last| **last != pupil) {
            *last = pupil;
            if let Some(count) = self.in_all.get_mut(group) {
                *count += 1;
            }
        }
        let start = |bin: &Bin| i64::from(bin.index) - self.open.first;
        let beyond = self.bins.list.partition_point(|bin| start(bin) < to);
        for bin in self.bin(from)..beyond {
            let cell = group * self.bins.list.len() + bin;
            if let Some(seen) = self.seen.get_mut(cell).filter(|seen| **seen != pupil) {
                *seen = pupil;
                if let Some(count) = self.pupils.get_mut(cell) {
                    *count += 1;
                }
            }
        }
    }

    /// The share of sessions without a mark.
    ///
    /// # Errors
    /// A pupil or a bin has none at all.
    pub(super) fn unmarked(&mut self) -> Result<f64, AnalyticsError> {
        self.register.close();
        let ends = |bin: usize| self.bins.list.get(bin).map(|bin| (bin.from, bin.to));
        if let Some((from, to)) = self.register.empty_bin().and_then(ends) {
            return Err(unmarked(NOBODY, from, to));
        }
        let whole = self.bins.list.first().zip(self.bins.list.last());
        let whole: Option<(Date, Date)> = whole.map(|(first, last)| (first.from, last.to));
        match whole.filter(|_| self.register.without > 0) {
            Some((from, to)) => Err(unmarked(SOME, from, to)),
            None => Ok(self.register.share()),
        }
    }

    /// How much there is on each school day.
    pub(super) fn there(self) -> There<'a> {
        let mut on_day = Vec::with_capacity(self.change.len());
        for line in self.change.chunks(self.open.counts.len() + 1) {
            let mut there = 0;
            let counted = line.iter().zip(&self.open.counts).map(|(change, counts)| {
                there += change;
                if *counts { u64::try_from(there).unwrap_or_default() } else { 0 }
            });
            on_day.extend(counted);
        }
        let (pupils, in_all) = (self.pupils, self.in_all);
        There { on_day, pupils, in_all, open: self.open, amounts: self.amounts }
    }
}

/// Which registers were taken.
struct Register {
    /// For each bin: days of pupils on which a register was due, and sessions marked on any.
    bins: Vec<(u64, u64)>,
    /// The same of the pupil whose stays are being added, and of all.
    pupil: (i32, u64, u64),
    all: (u64, u64),
    /// How many pupils have no mark where one was due.
    without: usize,
}

/// The sessions of a school day.
const SESSIONS: f64 = 2.0;

impl Register {
    fn new(bins: usize) -> Self {
        Self { bins: vec![(0, 0); bins], pupil: (-1, 0, 0), all: (0, 0), without: 0 }
    }

    fn note(&mut self, pupil: i32, bin: usize, is_due: bool, marked: u64) {
        if self.pupil.0 != pupil {
            self.close();
            self.pupil = (pupil, 0, 0);
        }
        let due = u64::from(is_due);
        self.pupil.1 += due;
        self.pupil.2 += marked;
        if is_due {
            self.all = (self.all.0 + 1, self.all.1 + marked);
        }
        if let Some(bin) = self.bins.get_mut(bin) {
            *bin = (bin.0 + due, bin.1 + marked);
        }
    }

    /// Counts the pupil before if nothing was marked.
    fn close(&mut self) {
        let (_, due, marked) = std::mem::replace(&mut self.pupil, (-1, 0, 0));
        self.without += usize::from(due > 0 && marked == 0);
    }

    fn empty_bin(&self) -> Option<usize> {
        self.bins.iter().position(|(due, marked)| *due > 0 && *marked == 0)
    }

    fn share(&self) -> f64 {
        let (due, marked) = (self.all.0 as f64 * SESSIONS, self.all.1 as f64);
        if due > 0.0 { ((due - marked) / due).max(0.0) } else { 0.0 }
    }
}

/// The exposure of each group among the columns of the pupil.
pub(super) struct There<'a> {
    /// By group and school day: pupils, or what the registers say of them.
    on_day: Vec<u64>,
    /// By group and bin.
    pupils: Vec<u32>,
    /// Pupils of each group.
    pub(super) in_all: Vec<usize>,
    open: &'a OpenDays,
    amounts: &'a Amounts,
}

impl There<'_> {
    pub(super) fn exposure(&self, group: usize, bins: &Bins, on: &[OnDay<'_>]) -> Vec<u64> {
        let width = self.open.counts.len();
        let line = self.on_day.get(group * width..(group + 1) * width).unwrap_or_default();
        let of_bin = |bin: &Bin| {
            let first = (i64::from(bin.index) - self.open.first).max(0) as usize;
            let days = first..first + bin.school_days as usize;
            let holds = |day: &usize| {
                let mut of_day = on.iter().filter(|(one, _)| !one.of_day.is_empty());
                of_day.all(|(one, place)| one.of_day.get(*day) == Some(place))
            };
            let amount = |day: usize| line.get(day).map(|there| there * self.amount(day, on));
            days.filter(holds).filter_map(amount).sum()
        };
        bins.list.iter().map(of_bin).collect()
    }

    /// What one of those who are there brings on a day, in the periods that are looked at.
    fn amount(&self, day: usize, on: &[OnDay<'_>]) -> u64 {
        let Amounts::Everybody(timetable) = self.amounts else { return 1 };
        timetable.amount(day, |period| {
            let mut of_period = on.iter().filter(|(one, _)| !one.of_period.is_empty());
            of_period.all(|(one, place)| one.of_period.get(period) == Some(place))
        })
    }

    pub(super) fn pupils_of(&self, group: usize, width: usize) -> &[u32] {
        self.pupils.get(group * width..(group + 1) * width).unwrap_or_default()
    }
}
