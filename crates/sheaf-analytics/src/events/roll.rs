//! The roll: on which days each pupil was there, and what those days add up to.

use std::fmt;
use std::sync::Arc;

use crate::data::days::date_of;
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::exposure::{Amounts, Exposure, SOME, unmarked};
use crate::narrowing::Narrowing;
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::stays::{OpenDays, Stay, Stays};

/// The school days on which each pupil was on the roll, of those that conditions keep.
#[derive(Clone)]
pub struct Roll {
    scope: Scope,
    days: Arc<RollDays>,
}

/// What a roll knows, without the snapshot that it was read from: the next snapshot takes it over
/// where neither pupils nor days have changed.
pub struct RollDays {
    starts: Vec<u32>,
    stays: Vec<Stay>,
    /// For each school day: how many before it count.
    before: Vec<i64>,
    /// The number of the first school day.
    first: i64,
    exposure: Exposure,
    amounts: Amounts,
    /// For each school day: what those before it add up to for whoever is on the roll.
    sums: Vec<u64>,
    counts: Vec<bool>,
}

impl fmt::Debug for Roll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roll({} stays)", self.days.stays.len())
    }
}

impl Roll {
    /// The roll over the whole calendar, whose exposure is school days on it; read once for the
    /// same conditions.
    ///
    /// # Errors
    /// A condition cannot be worked out, the school has no calendar, or the budget is used up.
    pub fn new(
        scope: &Scope,
        narrowing: &Narrowing,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        let exposure = Exposure::EnrolledDays;
        let read = || RollDays::new(scope, exposure, narrowing, budget);
        Ok(Self { scope: scope.clone(), days: scope.snapshot().roll(narrowing, read)? })
    }

    /// The same with another exposure; registers and periods may change where the roll does not.
    ///
    /// # Errors
    /// As [`Roll::new`]; also registers that cannot be read, or no lessons.
    pub fn over(
        scope: &Scope,
        exposure: Exposure,
        narrowing: &Narrowing,
        budget: &Budget,
    ) -> Result<Self, AnalyticsError> {
        if exposure == Exposure::EnrolledDays {
            return Self::new(scope, narrowing, budget);
        }
        let days = Arc::new(RollDays::new(scope, exposure, narrowing, budget)?);
        Ok(Self { scope: scope.clone(), days })
    }

    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What its exposure is.
    pub fn kind(&self) -> Exposure {
        self.days.exposure
    }

    fn stays(&self, pupil: i32) -> &[Stay] {
        let at = usize::try_from(pupil).unwrap_or(usize::MAX - 1);
        let bound = |at: usize| self.days.starts.get(at).map_or(0, |start| *start as usize);
        self.days.stays.get(bound(at)..bound(at + 1)).unwrap_or_default()
    }

    /// How many counting school days of a pupil lie between two days, both included.
    pub(crate) fn days(&self, pupil: i32, from: i64, to: i64) -> i64 {
        let inside = |stay: &Stay| self.counted(stay.from.max(from), stay.to.min(to));
        self.stays(pupil).iter().map(inside).sum()
    }

    /// What a pupil brings to the denominator of a rate between two days, both included.
    ///
    /// # Errors
    /// A register that the pupil should be in has no mark at all, or a school year no periods.
    pub(crate) fn exposure(&self, pupil: i32, from: i64, to: i64) -> Result<f64, AnalyticsError> {
        let (mut parts, mut sessions) = (0, (false, 0));
        for stay in self.stays(pupil) {
            let days = self.places(stay.from.max(from), stay.to.min(to));
            match &self.days.amounts {
                Amounts::Everybody(timetable) => {
                    timetable.check(days.clone())?;
                    parts += self.parts(days);
                }
                Amounts::Each(attended) => {
                    for day in days.filter(|day| self.days.counts.get(*day) == Some(&true)) {
                        let found = attended.on(pupil, day);
                        parts += found.present;
                        sessions.0 |= attended.is_due(day);
                        sessions.1 += found.marked;
                    }
                }
            }
        }
        if sessions == (true, 0) {
            let date = |day| date_of(day).unwrap_or_default();
            return Err(unmarked(SOME, date(from), date(to)));
        }
        Ok(parts as f64 / self.days.exposure.parts())
    }

    /// What whoever was on the roll all the time brings; none where that differs from pupil to
    /// pupil, or where periods are missing, which [`Roll::exposure`] tells of the first pupil.
    pub(crate) fn exposure_of_all(&self, from: i64, to: i64) -> Option<f64> {
        let Amounts::Everybody(timetable) = &self.days.amounts else { return None };
        let days = self.places(from, to);
        timetable.check(days.clone()).ok()?;
        Some(self.parts(days) as f64 / self.days.exposure.parts())
    }

    /// What the days at these places add up to, where it is the same for everybody.
    fn parts(&self, days: std::ops::Range<usize>) -> u64 {
        let before = |day: usize| self.days.sums.get(day).or(self.days.sums.last()).copied();
        before(days.end).zip(before(days.start)).map_or(0, |(b, a)| b - a)
    }

    /// The places of the school days between two days, both included.
    fn places(&self, from: i64, to: i64) -> std::ops::Range<usize> {
        let days = self.scope.snapshot().days();
        let place =
            |day: i64| usize::try_from(days.before(day) - self.days.first).unwrap_or_default();
        if from <= to { place(from)..place(to.saturating_add(1)) } else { 0..0 }
    }

    /// How many counting school days lie between two days, both included.
    pub(crate) fn counted(&self, from: i64, to: i64) -> i64 {
        let days = self.scope.snapshot().days();
        let before = |day: i64| {
            let at = usize::try_from(days.before(day)).unwrap_or_default();
            self.days.before.get(at).or(self.days.before.last()).copied().unwrap_or_default()
        };
        if from <= to { before(to.saturating_add(1)) - before(from) } else { 0 }
    }

    /// Whether one stay, the only one of a pupil, reaches from one day to another.
    pub(crate) fn is_there(&self, pupil: i32, from: i64, to: i64) -> bool {
        matches!(self.stays(pupil), [stay] if stay.from <= from && stay.to >= to)
    }

    /// Whether a pupil was on the roll on a day.
    pub(crate) fn has(&self, pupil: i32, day: i64) -> bool {
        self.stays(pupil).iter().any(|stay| stay.from <= day && stay.to >= day)
    }

    /// The codes of the pupils who were ever on the roll.
    pub(crate) fn pupils(&self) -> impl Iterator<Item = i32> + '_ {
        let is_new = |at: &usize| {
            let before = at.checked_sub(1).and_then(|before| self.days.stays.get(before));
            before.map(|stay| stay.pupil) != self.days.stays.get(*at).map(|stay| stay.pupil)
        };
        (0..self.days.stays.len())
            .filter(is_new)
            .filter_map(|at| Some(self.days.stays.get(at)?.pupil))
    }
}

impl RollDays {
    fn new(
        scope: &Scope,
        exposure: Exposure,
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
        let amounts = Amounts::new(scope, exposure, &open, narrowing, budget)?;
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
        Ok(Self {
            starts,
            stays: stays.list,
            before,
            first: open.first,
            exposure,
            sums: sums(&amounts, &open),
            amounts,
            counts: open.counts,
        })
    }
}

/// What the counting days before each add up to, where it is the same for everybody.
fn sums(amounts: &Amounts, open: &OpenDays) -> Vec<u64> {
    let Amounts::Everybody(timetable) = amounts else { return Vec::new() };
    let mut sum = 0;
    let mut sums = vec![0];
    sums.extend(open.counts.iter().enumerate().map(|(day, counts)| {
        sum += if *counts { timetable.amount(day, |_| true) } else { 0 };
        sum
    }));
    sums
}
