//! Attendance by pupil and school day: what is missed in all, on each weekday and around events.

use std::fmt;

use crate::data::column::{Cell, Column, ColumnType, Data, get};
use crate::data::ids::IdSet;
use crate::error::AnalyticsError;
use crate::events::PupilEvents;
use crate::frame::Frame;
use crate::plan::budget::Budget;

/// Monday to Friday, and the two sessions of a day.
const WEEKDAYS: usize = 5;
const SESSIONS: usize = 2;

/// The most cells of the table of pupils and days: sixty years of a large school.
const MAX_CELLS: usize = 64 * 1024 * 1024;

/// What is known of one pupil on one day, a bit each: whether the session of the morning counts,
/// whether it was missed, and the same of the afternoon.
const COUNTS: [u8; SESSIONS] = [1, 4];
const MISSED: [u8; SESSIONS] = [2, 8];

/// Sessions that count, and those that were missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missed {
    /// Sessions, or days, that count.
    pub possible: u32,
    /// Those that were missed, a day in part too.
    pub absent: u32,
}

impl Missed {
    /// Whether `one_in` or more of so many sessions were missed: 10 for a tenth, 2 for a half.
    /// In whole numbers, so that exactly a tenth counts.
    pub fn reaches(self, one_in: u32) -> bool {
        self.possible > 0 && u64::from(self.absent) * u64::from(one_in) >= u64::from(self.possible)
    }

    /// How many sessions more, all missed, until a share is reached; 0 where it is.
    pub fn until(self, one_in: u32) -> u32 {
        // (absent + s) one_in >= possible + s
        let short = i64::from(self.possible) - i64::from(self.absent) * i64::from(one_in);
        let step = i64::from(one_in.max(2)) - 1;
        u32::try_from((short.max(0) + step - 1) / step).unwrap_or(u32::MAX)
    }

    /// How many sessions more, all attended, until a share is no longer reached.
    pub fn until_out(self, one_in: u32) -> u32 {
        // absent one_in < possible + s
        let over = i64::from(self.absent) * i64::from(one_in) - i64::from(self.possible);
        u32::try_from((over + 1).max(0)).unwrap_or(u32::MAX)
    }

    fn add(&mut self, other: Self) {
        self.possible += other.possible;
        self.absent += other.absent;
    }
}

/// The attendance of the pupils of some rows.
#[derive(Clone)]
pub struct Absence {
    frame: Frame,
    /// The pupils with a session, by code, in order.
    pupils: Vec<i32>,
    totals: Vec<Missed>,
    /// A byte for each pupil and school day, a pupil's days one after the other.
    cells: Vec<u8>,
    /// The number of the first school day, and how many there are.
    first: i64,
    days: usize,
    /// The weekday of each day, 0 for Monday.
    weekdays: Vec<u8>,
}

impl fmt::Debug for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Absence({} pupils, {} days)", self.pupils.len(), self.days)
    }
}

impl Frame {
    /// The sessions of these rows of `attendance` by pupil and day. Sessions on days without
    /// school count in the totals and in no pattern.
    ///
    /// # Errors
    /// They are no rows of attendance, the days and pupils are too many, or the budget is used up.
    pub fn absence(&self, budget: &Budget) -> Result<Absence, AnalyticsError> {
        let rows = Rows::of(self)?;
        let calendar = self.scope().snapshot().days();
        let mut place = vec![u32::MAX; rows.pupil_count()];
        let mut pupils: Vec<i32> = Vec::new();
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for row in 0..self.len() {
            budget.tick(row)?;
            let Some(pupil) = rows.pupil(row) else { continue };
            let Some(slot) = usize::try_from(pupil).ok().and_then(|at| place.get_mut(at)) else {
                continue;
            };
            if *slot == u32::MAX {
                *slot = 0;
                pupils.push(pupil);
            }
            if let Some(index) = rows.day(row).and_then(|day| calendar.index(day)) {
                (low, high) = (low.min(index), high.max(index));
            }
        }
        pupils.sort_unstable();
        for (at, pupil) in (0u32..).zip(&pupils) {
            let slot = usize::try_from(*pupil).ok().and_then(|place_of| place.get_mut(place_of));
            slot.into_iter().for_each(|slot| *slot = at);
        }
        let days = usize::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(0);
        let size = pupils.len().saturating_mul(days);
        if size > MAX_CELLS {
            return Err(AnalyticsError::Overflow("pupils and days of attendance"));
        }
        budget.allow_bytes(size)?;
        let mut absence = Absence {
            frame: self.clone(),
            totals: vec![Missed::default(); pupils.len()],
            cells: vec![0; size],
            weekdays: weekdays(self, low, days),
            first: low,
            pupils,
            days,
        };
        for row in 0..self.len() {
            budget.tick(row)?;
            let at = rows.pupil(row).and_then(|pupil| place.get(usize::try_from(pupil).ok()?));
            let Some(at) = at.map(|at| *at as usize) else { continue };
            absence.take(at, rows.day(row).and_then(|day| calendar.index(day)), &rows, row);
        }
        Ok(absence)
    }
}

fn weekdays(frame: &Frame, first: i64, days: usize) -> Vec<u8> {
    let calendar = frame.scope().calendar();
    let weekday = |at: usize| {
        let index = u32::try_from(first.checked_add(at as i64)?).ok()?;
        let day = calendar.day_at(index)?;
        u8::try_from(day.weekday().to_monday_zero_offset()).ok()
    };
    (0..days).map(|at| weekday(at).unwrap_or(u8::MAX)).collect()
}

/// The columns that are read, row by row.
struct Rows {
    columns: [Column; 5],
    /// The code of the afternoon.
    afternoon: Option<i32>,
}

impl Rows {
    fn of(frame: &Frame) -> Result<Self, AnalyticsError> {
        let columns = ["pupil", "date", "session", "possible", "absent"];
        let [pupil, date, session, possible, absent] = columns.map(|name| frame.column(name));
        let columns = [pupil?, date?, session?, possible?, absent?];
        let [pupil, _, session, ..] = &columns;
        if pupil.ty() != ColumnType::Pupil {
            return Err(AnalyticsError::mistyped("absence", "a column of pupils", pupil.ty()));
        }
        let afternoon = match session.data() {
            Data::Codes(_, labels) => labels.code("PM"),
            _ => None,
        };
        Ok(Self { columns, afternoon })
    }

    fn pupil_count(&self) -> usize {
        let [pupil, ..] = &self.columns;
        match pupil.data() {
            Data::Codes(_, labels) => labels.len(),
            _ => 0,
        }
    }

    fn pupil(&self, row: usize) -> Option<i32> {
        let [pupil, ..] = &self.columns;
        match pupil.data() {
            Data::Codes(codes, _) => get(codes, row),
            _ => None,
        }
    }

    fn session(&self, row: usize) -> usize {
        let [_, _, session, ..] = &self.columns;
        match session.data() {
            Data::Codes(codes, _) => usize::from(get(codes, row) == self.afternoon),
            _ => 0,
        }
    }

    fn day(&self, row: usize) -> Option<i64> {
        self.whole(1, row)
    }

    fn is(&self, column: usize, row: usize) -> bool {
        self.whole(column, row) == Some(1)
    }

    fn whole(&self, column: usize, row: usize) -> Option<i64> {
        match self.columns.get(column)?.data() {
            Data::Ints(values) => get(values, row),
            _ => None,
        }
    }
}

impl Absence {
    fn take(&mut self, pupil: usize, day: Option<i64>, rows: &Rows, row: usize) {
        let (counts, missed) = (rows.is(3, row), rows.is(4, row));
        if !counts {
            return;
        }
        if let Some(total) = self.totals.get_mut(pupil) {
            total.add(Missed { possible: 1, absent: u32::from(missed) });
        }
        let session = rows.session(row);
        let at = day.and_then(|day| usize::try_from(day - self.first).ok());
        let cell = at.and_then(|at| self.cells.get_mut(pupil * self.days + at));
        if let (Some(cell), Some(counts), Some(absent)) =
            (cell, COUNTS.get(session), MISSED.get(session))
        {
            *cell |= counts | if missed { *absent } else { 0 };
        }
    }

    /// How many pupils have a session that counts.
    pub fn pupils(&self) -> usize {
        self.totals.iter().filter(|total| total.possible > 0).count()
    }

    /// The codes of its pupils, a row each in what follows.
    pub fn codes(&self) -> Vec<u32> {
        self.pupils.iter().map(|code| u32::try_from(*code).unwrap_or(u32::MAX)).collect()
    }

    /// What each pupil missed.
    pub fn totals(&self) -> &[Missed] {
        &self.totals
    }

    /// The rows that it was read from.
    pub const fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The id of the pupil of a row.
    pub fn pupil_id(&self, row: usize) -> Option<sheaf_records::RecordId> {
        let labels = self.frame.scope().snapshot().pupil_labels();
        labels.get(*self.pupils.get(row)?)?.parse().ok()
    }

    /// The records behind the rows of some pupils.
    pub fn ids(&self, rows: &[usize]) -> Vec<IdSet> {
        let column = self.frame.column("pupil");
        let Ok(Data::Codes(codes, labels)) = column.map(|one| one.data().clone()) else {
            return vec![IdSet::default(); rows.len()];
        };
        let mut asked = vec![usize::MAX; labels.len()];
        for (place, row) in rows.iter().enumerate() {
            let code = self.pupils.get(*row).and_then(|code| usize::try_from(*code).ok());
            let slot = code.and_then(|code| asked.get_mut(code));
            slot.into_iter().for_each(|slot| *slot = place);
        }
        let mut found: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
        for row in 0..self.frame.len() {
            let code = get(&codes, row).and_then(|code| usize::try_from(code).ok());
            let place = code.and_then(|code| asked.get(code)).copied();
            if let Some(rows) = place.and_then(|place| found.get_mut(place)) {
                rows.push(row);
            }
        }
        found.into_iter().map(|rows| self.frame.ids_of(rows)).collect()
    }

    fn days_of(&self, pupil: usize) -> &[u8] {
        let from = pupil * self.days;
        self.cells.get(from..from + self.days).unwrap_or_default()
    }

    /// The sessions of one half of a weekday, 0 for Monday, for each pupil.
    pub fn slot(&self, weekday: usize, session: usize) -> Vec<Missed> {
        let (Some(counts), Some(absent)) = (COUNTS.get(session), MISSED.get(session)) else {
            return Vec::new();
        };
        let of_pupil = |pupil: usize| {
            let days = self.days_of(pupil).iter().zip(&self.weekdays);
            let mut sum = Missed::default();
            for (cell, _) in days.filter(|(_, day)| usize::from(**day) == weekday) {
                sum.possible += u32::from(cell & counts != 0);
                sum.absent += u32::from(cell & absent != 0);
            }
            sum
        };
        (0..self.pupils.len()).map(of_pupil).collect()
    }

    /// The days of each weekday of a pupil that count, and those of which something was missed.
    pub fn weekdays(&self, pupil: usize) -> [Missed; WEEKDAYS] {
        let mut sums = [Missed::default(); WEEKDAYS];
        for (cell, day) in self.days_of(pupil).iter().zip(&self.weekdays) {
            let (counts, absent) = (COUNTS[0] | COUNTS[1], MISSED[0] | MISSED[1]);
            if let Some(sum) = sums.get_mut(usize::from(*day)) {
                sum.possible += u32::from(cell & counts != 0);
                sum.absent += u32::from(cell & absent != 0);
            }
        }
        sums
    }

    /// The sessions of the school days before and after the events of each pupil who has any: the
    /// day of the event, and the days to the end of it where `ends` names a column, are in neither.
    ///
    /// # Errors
    /// There is no such column of days.
    pub fn around(
        &self,
        events: &PupilEvents,
        days: u32,
        ends: &str,
    ) -> Result<Vec<(usize, Missed, Missed)>, AnalyticsError> {
        let frame = &events.frame;
        let (starts, ends) = (frame.column("date")?, frame.column(ends)?);
        let calendar = self.frame.scope().snapshot().days();
        let days = i64::from(days);
        let day = |column: &Column, row: u32| match column.cell(row as usize) {
            Cell::Date(date) => Some(crate::data::days::day_number(date)),
            _ => None,
        };
        let mut found = Vec::new();
        for (at, pupil) in self.pupils.iter().enumerate() {
            let (mut before, mut after) = (Missed::default(), Missed::default());
            for row in events.rows(*pupil, i64::MIN, i64::MAX) {
                let Some(start) = day(&starts, *row) else { continue };
                let end = day(&ends, *row).unwrap_or(start).max(start);
                let first = calendar.before(start);
                before.add(self.sum(at, first - days, first));
                let next = calendar.before(end.saturating_add(1));
                after.add(self.sum(at, next, next + days));
            }
            if before.possible > 0 && after.possible > 0 {
                found.push((at, before, after));
            }
        }
        Ok(found)
    }

    /// The sessions of a pupil on the school days from one number to before another.
    fn sum(&self, pupil: usize, from: i64, to: i64) -> Missed {
        let place = |day: i64| usize::try_from(day - self.first).unwrap_or(0).min(self.days);
        let mut sum = Missed::default();
        let cells = self.days_of(pupil).get(place(from)..place(to).max(place(from)));
        for cell in cells.unwrap_or_default() {
            for (counts, absent) in COUNTS.iter().zip(&MISSED) {
                sum.possible += u32::from(cell & counts != 0);
                sum.absent += u32::from(cell & absent != 0);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests;
