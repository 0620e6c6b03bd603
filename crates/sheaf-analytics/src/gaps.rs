//! The time from each event to the next of the same pupil, where not everybody can be followed.

mod population;
mod pupils;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::UInt32Array;
use jiff::civil::Date;

use crate::data::column::{Cell, Column, ColumnType, Data, get};
use crate::data::days::{date_of, day_number};
use crate::data::ids::IdSet;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::frame::merge::Clock;
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::plan::execute::group::groups;
pub use pupils::{TopPupil, Zeros};

/// What ends the time for which a pupil can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Censor {
    /// Leaving the roll.
    LeftSchool,
    /// The end of the window, or today where that is sooner.
    WindowEnd,
}

impl Censor {
    /// The name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LeftSchool => "left_school",
            Self::WindowEnd => "window_end",
        }
    }

    /// The reason that a script names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::LeftSchool, Self::WindowEnd].into_iter().find(|one| one.name() == name)
    }
}

/// How [`Frame::gaps`] counts.
#[derive(Clone, Debug)]
pub struct GapOptions {
    /// The column of pupils.
    pub by: String,
    /// In what gaps are counted.
    pub clock: Clock,
    /// What ends following; `WindowEnd` always does.
    pub censor: Vec<Censor>,
}

impl Default for GapOptions {
    fn default() -> Self {
        let (by, clock) = ("pupil".to_owned(), Clock::SchoolDay);
        Self { by, clock, censor: vec![Censor::LeftSchool, Censor::WindowEnd] }
    }
}

/// One event and what became of it.
#[derive(Clone, Copy)]
struct Index {
    /// Its row in the frame.
    row: u32,
    pupil: i32,
    day: i64,
    /// To the next event, or to the end of following.
    gap: i64,
    repeated: bool,
    /// For how long it could have been followed.
    followed: i64,
}

/// Each event with the time to the next of the same pupil.
///
/// Rows are in order of pupil and day; [`Gaps::gap`], [`Gaps::repeated`], [`Gaps::pupil`],
/// [`Gaps::day`] and [`Gaps::event`] have one value each.
#[derive(Clone)]
pub struct Gaps {
    frame: Arc<Frame>,
    options: GapOptions,
    window: Period,
    events: Vec<Index>,
    /// Pupils who could have had events, by code, with their days on the roll in the window.
    population: Arc<BTreeMap<i32, Vec<(i64, i64)>>>,
}

impl fmt::Debug for Gaps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gaps({} events, {} censored)", self.index_events(), self.censored())
    }
}

/// The events that share a value.
#[derive(Clone, Debug)]
pub struct GapGroup {
    /// The value.
    pub key: Cell,
    /// The value as text; empty where nothing was recorded.
    pub label: String,
    /// Its events; a gap still runs to the pupil's next event, of whichever group.
    pub gaps: Gaps,
}

impl Frame {
    /// The time from each row to the next row of the same pupil.
    ///
    /// A pupil is followed until the next event, until they leave the roll, or until the window
    /// ends (today, where that is sooner). Holidays do not end following: the clock of school days
    /// stands still. Who leaves and returns counts as left. A pupil with an event before they join
    /// is followed as if they had joined; one with an event after they left is not followed at all;
    /// one of whom the roll says nothing is followed to the end of the window. Rows without a pupil
    /// or a date, and rows after today, are left out.
    ///
    /// # Errors
    /// There is no such column, or it does not hold pupils; the budget is used up.
    pub fn gaps(&self, options: &GapOptions, budget: &Budget) -> Result<Gaps, AnalyticsError> {
        self.need_rows("gaps")?;
        let pupils = self.column(&options.by)?;
        let (ColumnType::Pupil, Data::Codes(codes, _)) = (pupils.ty(), pupils.data()) else {
            return Err(AnalyticsError::mistyped("gaps", "a column of pupils", pupils.ty()));
        };
        let dates = self.column("date")?;
        let Data::Ints(days) = dates.data() else {
            return Err(AnalyticsError::mistyped("gaps", "a date", dates.ty()));
        };
        let window = self.window_of(days);
        let end = day_number(window.to);
        let mut events = Vec::with_capacity(self.len);
        for row in 0..self.len {
            budget.tick(row)?;
            if let (Some(pupil), Some(day)) = (get(codes, row), get(days, row))
                && day <= end
            {
                let row = u32::try_from(row).unwrap_or(u32::MAX);
                events.push(Index { row, pupil, day, gap: 0, repeated: false, followed: 0 });
            }
        }
        events.sort_by_key(|event| (event.pupil, event.day, event.row));
        let nexts: Vec<Option<(i32, i64)>> =
            events.iter().skip(1).map(|next| Some((next.pupil, next.day))).chain([None]).collect();
        for (event, next) in events.iter_mut().zip(nexts) {
            let until = self.followed_until(event, end, options);
            let next = next.filter(|(pupil, day)| *pupil == event.pupil && *day <= until);
            let clock = |to| self.clock_of(event.pupil, options.clock, event.day, to);
            event.followed = clock(until).max(0);
            event.repeated = next.is_some();
            event.gap = next.map_or(event.followed, |(_, day)| clock(day));
        }
        let population = population::of(self, window, &events);
        Ok(Gaps {
            frame: Arc::new(self.clone()),
            options: options.clone(),
            window,
            events,
            population: Arc::new(population),
        })
    }

    /// The window of the plan, or from the first row to today; never past today.
    fn window_of(&self, days: &arrow::array::Int64Array) -> Period {
        let today = self.scope.as_of();
        match self.window {
            Some(window) => Period { from: window.from, to: window.to.min(today) },
            None => {
                let first = arrow::compute::min(days).and_then(date_of).unwrap_or(today);
                Period { from: first.min(today), to: today }
            }
        }
    }

    fn followed_until(&self, event: &Index, end: i64, options: &GapOptions) -> i64 {
        if !options.censor.contains(&Censor::LeftSchool) {
            return end;
        }
        let facts = self.scope.snapshot().facts().of(event.pupil);
        let stays = facts.map(|facts| facts.on_roll.as_slice()).unwrap_or_default();
        match stays.iter().find(|(_, to)| event.day <= *to) {
            Some((_, to)) => end.min(*to),
            None if stays.is_empty() => end,
            None => event.day,
        }
    }
}

impl Gaps {
    /// How many events: each one may be followed by another.
    pub fn index_events(&self) -> usize {
        self.events.len()
    }

    /// How many events were not followed by another while it could be seen.
    pub fn censored(&self) -> usize {
        self.events.iter().filter(|event| !event.repeated).count()
    }

    /// The time from each event to the next, or for which none came.
    pub fn gap(&self) -> Vec<f64> {
        self.events.iter().map(|event| event.gap as f64).collect()
    }

    /// Whether a next event came.
    pub fn repeated(&self) -> Vec<bool> {
        self.events.iter().map(|event| event.repeated).collect()
    }

    /// The code of the pupil of each event.
    pub fn pupil(&self) -> Vec<u32> {
        self.events.iter().map(|event| event.pupil.unsigned_abs()).collect()
    }

    /// The day of each event, counted from the start of the window: 1 is its first day.
    pub fn day(&self) -> Vec<f64> {
        self.events.iter().map(|event| self.axis(event.pupil, event.day) as f64).collect()
    }

    /// 1 for each event: the events column of a mean cumulative function.
    pub fn event(&self) -> Vec<f64> {
        vec![1.0; self.events.len()]
    }

    /// How many events were followed by another within `horizon`.
    pub fn repeats_within(&self, horizon: u32) -> usize {
        self.events.iter().filter(|event| event.repeats_within(horizon)).count()
    }

    /// How many events have a known answer at `horizon`: another came within it, or the pupil could
    /// be followed for all of it.
    pub fn followed_for(&self, horizon: u32) -> usize {
        let known = |event: &&Index| event.repeats_within(horizon) || event.is_followed(horizon);
        self.events.iter().filter(known).count()
    }

    /// How many events were followed by another within `horizon`, of those that could be followed
    /// for all of it.
    pub fn repeats_of_followed(&self, horizon: u32) -> usize {
        let repeats = |event: &&Index| event.is_followed(horizon) && event.repeats_within(horizon);
        self.events.iter().filter(repeats).count()
    }

    /// How many events could be followed for all of `horizon`, whether or not another came sooner.
    /// The share of these is a fair one; that of [`Self::followed_for`] runs high near the end of a
    /// window, where only those with another event have a known answer.
    pub fn followed_whole(&self, horizon: u32) -> usize {
        self.events.iter().filter(|event| event.is_followed(horizon)).count()
    }

    /// For each event, 1 where it could be followed for all of `horizon`, and 1 where it could and
    /// another came within it: the two parts of a share that minds that pupils recur.
    pub fn of_followed(&self, horizon: u32) -> (Vec<f64>, Vec<f64>) {
        let flag = |is_so: bool| f64::from(u8::from(is_so));
        let part = |event: &Index| {
            let is_followed = event.is_followed(horizon);
            (flag(is_followed), flag(is_followed && event.repeats_within(horizon)))
        };
        self.events.iter().map(part).unzip()
    }

    /// The days that were looked at.
    pub const fn window(&self) -> Period {
        self.window
    }

    /// The values of a column of the frame, one an event.
    ///
    /// # Errors
    /// There is no such column.
    pub fn column(&self, name: &str) -> Result<Column, AnalyticsError> {
        self.frame.column(name)?.take(&self.rows())
    }

    /// The events by the values of a column, in order of the values.
    ///
    /// The pupils of a group are, for a column that says something of a pupil, those of whom it is
    /// true at the end of the window or of their time on the roll, and those with such an event.
    ///
    /// # Errors
    /// There is no such column, or it holds numbers with fractions.
    pub fn by(&self, name: &str) -> Result<Vec<GapGroup>, AnalyticsError> {
        let frame = self.frame.take(&self.rows())?;
        let groups = groups(&frame, &[name.to_owned()], &Budget::default())?;
        let values = frame.column(name)?;
        (0..groups.len())
            .map(|group| {
                let members = groups.members(group);
                let events: Vec<Index> = members
                    .iter()
                    .filter_map(|at| self.events.get(*at as usize).copied())
                    .collect();
                let key = values.cell(members.first().map_or(0, |row| *row as usize));
                let population = Arc::new(self.population_of(name, &key, &events));
                let gaps = Self { events, population, ..self.clone() };
                Ok(GapGroup { label: key.to_string(), key, gaps })
            })
            .collect()
    }

    /// The records behind an event.
    pub fn ids(&self, event: usize) -> IdSet {
        let row = self.events.get(event).map(|event| event.row as usize);
        row.map(|row| self.frame.ids(row)).unwrap_or_default()
    }

    /// The records behind all events.
    pub fn all_ids(&self) -> IdSet {
        self.frame.ids_of(self.events.iter().map(|event| event.row as usize))
    }

    /// How many rows hold a field that two people wrote at once.
    pub fn rows_in_conflict(&self) -> usize {
        self.frame.take(&self.rows()).map_or(0, |frame| frame.rows_in_conflict())
    }

    fn rows(&self) -> UInt32Array {
        self.events.iter().map(|event| Some(event.row)).collect()
    }

    /// The day of the window, from 1, at a pupil's school.
    fn axis(&self, pupil: i32, day: i64) -> i64 {
        let before = day_number(self.window.from).saturating_sub(1);
        self.frame.clock_of(pupil, self.options.clock, before, day)
    }
}

impl Index {
    fn repeats_within(&self, horizon: u32) -> bool {
        self.repeated && self.gap <= i64::from(horizon)
    }

    fn is_followed(&self, horizon: u32) -> bool {
        self.followed >= i64::from(horizon)
    }

    fn date(&self) -> Option<Date> {
        date_of(self.day)
    }
}

#[cfg(test)]
mod tests;
