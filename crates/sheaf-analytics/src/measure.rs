//! A measure: events and what they are counted over by bin and group, with the cells that are zero.

mod dimension;
mod over;

use std::fmt;

use sheaf_records::SchoolCalendar;

use crate::bins::{Bin, Bins, Grain};
use crate::data::column::{Cell, Column, Data, get};
use crate::data::ids::IdSet;
use crate::data::stamps::Stamps;
use crate::error::AnalyticsError;
use crate::exposure::{Amounts, Exposure};
use crate::frame::Frame;
use crate::measure::dimension::{Dimension, Exposed};
use crate::measure::over::{Over, places};
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
    /// What they are counted over.
    pub exposure: Exposure,
}

/// The events of one value of a split, or all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureGroup {
    /// The values of the columns of the split, in their order.
    pub keys: Vec<Cell>,
    /// How many pupils were there: on the roll or, where marks are counted over, in school.
    pub pupils: usize,
    /// How many of them have an event.
    pub with_event: usize,
}

/// Events and exposure by group and bin.
#[derive(Clone)]
pub struct Measure {
    frame: Frame,
    by: Vec<String>,
    bins: Bins,
    groups: Vec<MeasureGroup>,
    cells: Cells,
    exposure: Exposure,
    is_shared: bool,
    outside: usize,
    is_beyond: bool,
    unmarked: f64,
}

/// What is known of each cell, group after group.
#[derive(Clone, Default)]
struct Cells {
    events: Vec<u32>,
    with_event: Vec<u32>,
    /// In the parts of which the exposure is added up.
    exposure: Vec<u64>,
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
    /// Counts distinct events and what they are counted over by bin and group. Cells without
    /// events are there, with their exposure.
    ///
    /// A split by something that the exposure has as well (the year group, the weekday, the period
    /// of lessons and minutes) splits both; any other splits the events alone, over all of it.
    ///
    /// # Errors
    /// There is no such column or no `date`, the period has no school day, registers or
    /// periods of the day are missing that the exposure needs, there are too many cells, or the
    /// budget is used up.
    pub fn measure(
        &self,
        options: &MeasureOptions,
        budget: &Budget,
    ) -> Result<Measure, AnalyticsError> {
        self.need_rows("measure")?;
        let scope = self.scope();
        let today = Period { from: options.period.from, to: scope.as_of() };
        let asked = options.narrowing.within(options.period);
        let period = asked.and(today);
        let bins = Bins::new(scope.calendar(), period, options.grain);
        if bins.list.is_empty() {
            return Err(no_days(scope.calendar(), asked));
        }
        let stays = Stays::new(scope, period, &options.by, &options.narrowing, budget)?;
        let open = OpenDays::new(scope, period, &options.narrowing)?;
        let (exposure, narrowing) = (options.exposure, &options.narrowing);
        let amounts = Amounts::new(scope, exposure, &open, narrowing, budget)?;
        if let Amounts::Everybody(timetable) = &amounts {
            timetable.check(0..open.counts.len())?;
        }
        let exposed = Exposed { stays: &stays, open: &open, amounts: &amounts };
        let dimensions: Vec<Dimension> = options
            .by
            .iter()
            .map(|name| Dimension::new(self, &exposed, name, budget))
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
        let (pupils, unmarked) = count.exposure(&exposed, &dimensions, budget)?;
        let outside = count.outside(period)?;
        let is_beyond = exposed.periods().is_some_and(|known| count.is_beyond(&known));
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
            exposure,
            outside,
            is_beyond,
            unmarked,
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

    fn days(&self) -> Result<Column, AnalyticsError> {
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
                    let record = behind.records.as_ref().and_then(|all| get(&all.codes, scanned));
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

    /// Exposure and distinct pupils of each cell; gives how many pupils each group has, and the
    /// share of sessions without a mark.
    fn exposure(
        &mut self,
        exposed: &Exposed<'_>,
        dimensions: &[Dimension],
        budget: &Budget,
    ) -> Result<(Vec<usize>, f64), AnalyticsError> {
        let of_pupil: Vec<&Dimension> =
            dimensions.iter().filter(|one| !one.of_stay.is_empty()).collect();
        let split: usize = of_pupil.iter().map(|one| one.values.len()).product();
        let mut over = Over::new(self.frame.scope(), self.bins, exposed, split);
        for (at, stay) in exposed.stays.list.iter().enumerate() {
            budget.tick(at)?;
            let group = of_pupil.iter().try_fold(0, |group, one| {
                Some(group * one.values.len() + one.of_stay.get(at).copied()? as usize)
            });
            if let Some(group) = group {
                over.add(stay, group);
            }
        }
        let unmarked = over.unmarked()?;
        let there = over.there();
        let mut of_group = Vec::with_capacity(self.groups);
        for group in 0..self.groups {
            budget.check()?;
            let (from, on) = places(group, dimensions);
            self.cells.exposure.extend(there.exposure(from, self.bins, &on));
            self.cells.pupils.extend(there.pupils_of(from, self.width()));
            of_group.push(there.in_all.get(from).copied().unwrap_or_default());
        }
        Ok((of_group, unmarked))
    }

    /// Whether a row that is counted lies in none of some periods, or has no period.
    fn is_beyond(&self, known: &Column) -> bool {
        let Ok(periods) = self.frame.column("period") else { return !self.cells.rows.is_empty() };
        let known: Vec<Cell> = known.cells().collect();
        let is_beyond = |row: &u32| !known.contains(&periods.cell(*row as usize));
        self.cells.rows.iter().any(is_beyond)
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

    /// Whether the exposure is split as the events are.
    pub const fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// How many events of the period lie in weeks without school.
    pub const fn outside(&self) -> usize {
        self.outside
    }

    /// Whether events are counted that lie in no period of the exposure, or have none.
    pub const fn is_beyond(&self) -> bool {
        self.is_beyond
    }

    /// Distinct events of a group by bin.
    pub fn events(&self, group: usize) -> &[u32] {
        self.line(&self.cells.events, group)
    }

    /// Distinct pupils with an event of a group by bin.
    pub fn with_event(&self, group: usize) -> &[u32] {
        self.line(&self.cells.with_event, group)
    }

    /// What the events of a group are counted over, by bin.
    pub fn exposure(&self, group: usize) -> Vec<f64> {
        let parts = self.line(&self.cells.exposure, group).iter();
        parts.map(|part| *part as f64 / self.exposure.parts()).collect()
    }

    /// The share of the sessions of pupils on the roll that have no mark, where marks are counted
    /// over.
    pub const fn unmarked(&self) -> f64 {
        self.unmarked
    }

    /// Distinct pupils of a group by bin: on the roll or, where marks are counted over, in school.
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

/// Why a period has no bin: the calendar has other days alone, or has it, without a school day.
fn no_days(calendar: &SchoolCalendar, period: Period) -> AnalyticsError {
    let from = calendar.years().map(|(_, from, _)| from).min();
    let to = calendar.years().map(|(.., to)| to).max();
    let is_inside = from.zip(to).is_some_and(|(from, to)| from <= period.to && period.from <= to);
    match is_inside {
        true => AnalyticsError::NoSchoolDay(period.to_string()),
        false => AnalyticsError::NoCalendar(period.to_string()),
    }
}

#[cfg(test)]
mod tests;
