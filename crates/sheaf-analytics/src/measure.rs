//! A measure: events and pupil-days by bin and group, with the cells that are zero.

mod dimension;

use std::fmt;

use crate::bins::{Bin, Bins, Grain};
use crate::data::column::{Cell, Data, get};
use crate::data::ids::IdSet;
use crate::data::snapshot::Scope;
use crate::data::stamps::Stamps;
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::measure::dimension::Dimension;
use crate::narrowing::Narrowing;
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::stays::{OpenDays, Stays};

/// The most cells of a measure: more are neither read nor drawn.
const MAX_CELLS: usize = 200_000;

/// What [`Frame::measure`] counts over.
#[derive(Clone, Debug)]
pub struct MeasureOptions {
    /// The bins.
    pub grain: Grain,
    /// The columns by which events are split.
    pub by: Vec<String>,
    /// The days.
    pub period: Period,
    /// The conditions that the events passed.
    pub narrowing: Narrowing,
}

/// The events of one value of a split, or all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureGroup {
    /// The values of the columns of the split, in their order.
    pub keys: Vec<Cell>,
    /// How many pupils were on the roll.
    pub pupils: usize,
    /// How many of them have an event.
    pub with_event: usize,
}

/// Events and pupil-days by group and bin.
#[derive(Clone)]
pub struct Measure {
    frame: Frame,
    by: Vec<String>,
    bins: Bins,
    groups: Vec<MeasureGroup>,
    cells: Cells,
    is_shared: bool,
    outside: usize,
}

/// What is known of each cell, group after group.
#[derive(Clone, Default)]
struct Cells {
    events: Vec<u32>,
    with_event: Vec<u32>,
    pupil_days: Vec<u64>,
    pupils: Vec<u32>,
    /// The rows of each cell: `rows[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl fmt::Debug for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Measure({} groups, {} bins)", self.groups.len(), self.bins.list.len())
    }
}

impl Frame {
    /// Counts distinct events and pupil-days on the roll by bin and group. Cells without events
    /// are there, with their pupil-days.
    ///
    /// A split by something that pupil-days have as well (the year group, the weekday) splits
    /// both; any other splits the events alone, over all pupil-days.
    ///
    /// # Errors
    /// There is no such column or no `date`, the calendar does not cover the period, there are too
    /// many cells, or the budget is used up.
    pub fn measure(
        &self,
        options: &MeasureOptions,
        budget: &Budget,
    ) -> Result<Measure, AnalyticsError> {
        self.need_rows("measure")?;
        let scope = self.scope();
        let today = Period { from: options.period.from, to: scope.as_of() };
        let period = options.narrowing.within(options.period).and(today);
        let bins = Bins::new(scope.calendar(), period, options.grain);
        if bins.list.is_empty() {
            return Err(AnalyticsError::NoCalendar(options.period.to_string()));
        }
        let stays = Stays::new(scope, period, &options.by, &options.narrowing, budget)?;
        let open = OpenDays::new(scope, period, &options.narrowing)?;
        let dimensions: Vec<Dimension> = options
            .by
            .iter()
            .map(|name| Dimension::new(self, &stays, &open, name, budget))
            .collect::<Result<_, _>>()?;
        let groups: usize = dimensions.iter().map(|one| one.values.len()).product();
        let cells = groups.saturating_mul(bins.list.len());
        if cells > MAX_CELLS {
            let why = format!(
                "{cells} cells are more than {MAX_CELLS}; choose a coarser grain or fewer columns"
            );
            return Err(AnalyticsError::Plan { step: 0, why });
        }
        let mut count = Count { frame: self, bins: &bins, groups, cells: Cells::default() };
        let with_event = count.events(&dimensions, budget)?;
        let pupils = count.pupil_days(&stays, &dimensions, &open, budget)?;
        let outside = count.outside(period)?;
        let cells = count.cells;
        let keys = keys(&dimensions);
        let groups = keys.into_iter().zip(pupils.into_iter().zip(with_event));
        Ok(Measure {
            frame: self.clone(),
            by: options.by.clone(),
            groups: groups
                .map(|(keys, (pupils, with_event))| MeasureGroup { keys, pupils, with_event })
                .collect(),
            is_shared: dimensions.iter().all(|one| one.is_shared),
            bins,
            cells,
            outside,
        })
    }
}

/// The values of each group: every value of the first column with every one of the next.
fn keys(dimensions: &[Dimension]) -> Vec<Vec<Cell>> {
    dimensions.iter().fold(vec![Vec::new()], |groups, dimension| {
        let longer = |group: &Vec<Cell>| {
            let with = |value: &Cell| group.iter().cloned().chain([value.clone()]).collect();
            dimension.values.iter().map(with).collect::<Vec<Vec<Cell>>>()
        };
        groups.iter().flat_map(longer).collect()
    })
}

/// Counting in progress.
struct Count<'a> {
    frame: &'a Frame,
    bins: &'a Bins,
    groups: usize,
    cells: Cells,
}

impl Count<'_> {
    fn width(&self) -> usize {
        self.bins.list.len()
    }

    /// The group of a row of events or of stays, by the places of its values.
    fn group(dimensions: &[Dimension], place: impl Fn(&Dimension) -> Option<u32>) -> Option<usize> {
        dimensions
            .iter()
            .try_fold(0, |group, one| Some(group * one.values.len() + place(one)? as usize))
    }

    fn days(&self) -> Result<crate::data::column::Column, AnalyticsError> {
        let dates = self.frame.column("date")?;
        match dates.data() {
            Data::Ints(_) => Ok(dates),
            _ => Err(AnalyticsError::mistyped("measure", "a date", dates.ty())),
        }
    }

    /// Sorts the rows into cells and counts distinct records and pupils in each; gives how many
    /// pupils of each group have an event.
    fn events(
        &mut self,
        dimensions: &[Dimension],
        budget: &Budget,
    ) -> Result<Vec<usize>, AnalyticsError> {
        let dates = self.days()?;
        let Data::Ints(days) = dates.data() else { return Ok(Vec::new()) };
        let size = self.groups * self.width();
        let mut of_row = vec![u32::MAX; self.frame.len()];
        let mut starts = vec![0u32; size + 1];
        for (row, slot) in of_row.iter_mut().enumerate() {
            budget.tick(row)?;
            let Some(bin) = get(days, row).and_then(|day| self.bins.of(day)) else { continue };
            let group = Self::group(dimensions, |one| one.of_row.get(row).copied());
            let Some(cell) = group.map(|group| group * self.width() + bin) else { continue };
            *slot = cell as u32;
            if let Some(start) = starts.get_mut(cell + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![0u32; sum as usize];
        for (row, cell) in (0u32..).zip(&of_row) {
            let Some(place) = next.get_mut(*cell as usize).filter(|_| *cell != u32::MAX) else {
                continue;
            };
            if let Some(slot) = rows.get_mut(*place as usize) {
                *slot = row;
            }
            *place += 1;
        }
        (self.cells.starts, self.cells.rows) = (starts, rows);
        Ok(self.distinct(size))
    }

    /// Distinct records and pupils of each cell, and distinct pupils of each group.
    fn distinct(&mut self, size: usize) -> Vec<usize> {
        let snapshot = self.frame.scope().snapshot();
        let mut records = Stamps::new(snapshot.record_labels().len());
        let mut pupils = Stamps::new(snapshot.pupil_labels().len());
        let mut of_group = Stamps::new(snapshot.pupil_labels().len());
        let behind = &self.frame.behind;
        let mut with_event = vec![0; self.groups];
        for cell in 0..size {
            let group = cell / self.width().max(1);
            let (mut events, mut some) = (0, 0);
            for row in self.cells.rows_of(cell) {
                behind.each(*row as usize, &mut |scanned| {
                    let record = behind.records.as_ref().and_then(|all| get(all, scanned));
                    events += u32::from(record.is_none_or(|code| records.is_new(code, cell)));
                    let pupil = behind.pupils.as_ref().and_then(|all| get(all, scanned));
                    let Some(pupil) = pupil else { return };
                    some += u32::from(pupils.is_new(pupil, cell));
                    if of_group.is_new(pupil, group)
                        && let Some(count) = with_event.get_mut(group)
                    {
                        *count += 1;
                    }
                });
            }
            self.cells.events.push(events);
            self.cells.with_event.push(some);
        }
        with_event
    }

    /// Pupil-days and distinct pupils of each cell; gives how many pupils each group has.
    fn pupil_days(
        &mut self,
        stays: &Stays,
        dimensions: &[Dimension],
        open: &OpenDays,
        budget: &Budget,
    ) -> Result<Vec<usize>, AnalyticsError> {
        let of_pupil: Vec<&Dimension> =
            dimensions.iter().filter(|one| !one.of_stay.is_empty()).collect();
        let split: usize = of_pupil.iter().map(|one| one.values.len()).product();
        let mut over = Over::new(self.frame.scope(), self.bins, open, split);
        for (at, stay) in stays.list.iter().enumerate() {
            budget.tick(at)?;
            let group = of_pupil.iter().try_fold(0, |group, one| {
                Some(group * one.values.len() + one.of_stay.get(at).copied()? as usize)
            });
            if let Some(group) = group {
                over.add(stay, group);
            }
        }
        let there = over.there();
        let mut of_group = Vec::with_capacity(self.groups);
        for group in 0..self.groups {
            budget.check()?;
            let (from, on) = places(group, dimensions);
            self.cells.pupil_days.extend(there.pupil_days(from, self.bins, open, &on));
            self.cells.pupils.extend(there.pupils_of(from, self.width()));
            of_group.push(there.in_all.get(from).copied().unwrap_or_default());
        }
        Ok(of_group)
    }

    /// How many rows of the period lie on days that belong to no bin.
    fn outside(&self, period: Period) -> Result<usize, AnalyticsError> {
        let dates = self.days()?;
        let Data::Ints(days) = dates.data() else { return Ok(0) };
        let number = crate::data::days::day_number;
        let (from, to) = (number(period.from), number(period.to));
        let is_outside = |day: &i64| (from..=to).contains(day) && self.bins.of(*day).is_none();
        Ok((0..days.len()).filter_map(|row| get(days, row)).filter(is_outside).count())
    }
}

/// A column of the day and the place of one of its values.
type OnDay<'a> = (&'a Dimension, u32);

/// The group among the columns of the pupil that belongs to a group among all columns, and the
/// values of the columns of the day.
fn places(group: usize, dimensions: &[Dimension]) -> (usize, Vec<OnDay<'_>>) {
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
        } else if !one.of_day.is_empty() {
            on.push((one, place as u32));
        }
    }
    (of_pupil, on)
}

/// Pupil-days by bin, summed from stays.
struct Over<'a> {
    scope: &'a Scope,
    bins: &'a Bins,
    open: &'a OpenDays,
    /// For each group and school day: how many more pupils are there than the day before.
    change: Vec<i64>,
    pupils: Vec<u32>,
    seen: Vec<i32>,
    in_all: Vec<usize>,
    last: Vec<i32>,
}

impl<'a> Over<'a> {
    fn new(scope: &'a Scope, bins: &'a Bins, open: &'a OpenDays, groups: usize) -> Self {
        let cells = groups * bins.list.len();
        Self {
            scope,
            bins,
            open,
            change: vec![0; groups * (open.counts.len() + 1)],
            pupils: vec![0; cells],
            seen: vec![-1; cells],
            in_all: vec![0; groups],
            last: vec![-1; groups],
        }
    }

    fn add(&mut self, stay: &crate::stays::Stay, group: usize) {
        let days = self.scope.snapshot().days();
        let from = (days.before(stay.from) - self.open.first).max(0);
        let to = days.before(stay.to.saturating_add(1)) - self.open.first;
        let to = to.min(self.open.counts.len() as i64);
        if from >= to {
            return;
        }
        let line = group * (self.open.counts.len() + 1);
        for (at, step) in [(from, 1), (to, -1)] {
            if let Some(slot) = self.change.get_mut(line + at as usize) {
                *slot += step;
            }
        }
        self.note(stay.pupil, group, from, to);
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
        let first =
            self.bins.list.partition_point(|bin| start(bin) + i64::from(bin.school_days) <= from);
        let beyond = self.bins.list.partition_point(|bin| start(bin) < to);
        for bin in first..beyond {
            let cell = group * self.bins.list.len() + bin;
            if let Some(seen) = self.seen.get_mut(cell).filter(|seen| **seen != pupil) {
                *seen = pupil;
                if let Some(count) = self.pupils.get_mut(cell) {
                    *count += 1;
                }
            }
        }
    }

    /// How many pupils are there on each school day.
    fn there(self) -> There {
        let mut on_day = Vec::with_capacity(self.change.len());
        for line in self.change.chunks(self.open.counts.len() + 1) {
            let mut there = 0;
            let counted = line.iter().zip(&self.open.counts).map(|(change, counts)| {
                there += change;
                if *counts { u64::try_from(there).unwrap_or_default() } else { 0 }
            });
            on_day.extend(counted);
        }
        There { on_day, pupils: self.pupils, in_all: self.in_all }
    }
}

/// The pupils of each group among the columns of the pupil.
struct There {
    /// By group and school day.
    on_day: Vec<u64>,
    /// By group and bin.
    pupils: Vec<u32>,
    in_all: Vec<usize>,
}

impl There {
    fn pupil_days(&self, group: usize, bins: &Bins, open: &OpenDays, on: &[OnDay<'_>]) -> Vec<u64> {
        let width = open.counts.len();
        let line = self.on_day.get(group * width..(group + 1) * width).unwrap_or_default();
        let of_bin = |bin: &Bin| {
            let first = (i64::from(bin.index) - open.first).max(0) as usize;
            let days = first..first + bin.school_days as usize;
            let holds =
                |day: &usize| on.iter().all(|(one, place)| one.of_day.get(*day) == Some(place));
            days.filter(holds).filter_map(|day| line.get(day)).sum()
        };
        bins.list.iter().map(of_bin).collect()
    }

    fn pupils_of(&self, group: usize, width: usize) -> &[u32] {
        self.pupils.get(group * width..(group + 1) * width).unwrap_or_default()
    }
}

impl Cells {
    fn rows_of(&self, cell: usize) -> &[u32] {
        let bound = |at: usize| self.starts.get(at).map_or(0, |start| *start as usize);
        self.rows.get(bound(cell)..bound(cell + 1)).unwrap_or_default()
    }
}

impl Measure {
    /// The bins in order.
    pub fn bins(&self) -> &[Bin] {
        &self.bins.list
    }

    /// The columns by which it is split.
    pub fn by(&self) -> &[String] {
        &self.by
    }

    /// The groups, in order of their values; one where there is no split.
    pub fn groups(&self) -> &[MeasureGroup] {
        &self.groups
    }

    /// Whether the pupil-days are split as the events are.
    pub const fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// How many events of the period lie in weeks without school.
    pub const fn outside(&self) -> usize {
        self.outside
    }

    /// Distinct events of a group by bin.
    pub fn events(&self, group: usize) -> &[u32] {
        self.line(&self.cells.events, group)
    }

    /// Distinct pupils with an event of a group by bin.
    pub fn with_event(&self, group: usize) -> &[u32] {
        self.line(&self.cells.with_event, group)
    }

    /// Pupil-days on the roll of a group by bin.
    pub fn pupil_days(&self, group: usize) -> &[u64] {
        self.line(&self.cells.pupil_days, group)
    }

    /// Distinct pupils on the roll of a group by bin.
    pub fn pupils(&self, group: usize) -> &[u32] {
        self.line(&self.cells.pupils, group)
    }

    fn line<'a, T>(&self, all: &'a [T], group: usize) -> &'a [T] {
        let width = self.bins.list.len();
        all.get(group * width..(group + 1) * width).unwrap_or_default()
    }

    /// The records behind a cell.
    pub fn ids(&self, group: usize, bin: usize) -> IdSet {
        let rows = self.cells.rows_of(group * self.bins.list.len() + bin);
        self.frame.ids_of(rows.iter().map(|row| *row as usize))
    }
}

#[cfg(test)]
mod tests;
