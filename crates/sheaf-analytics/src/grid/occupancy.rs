//! How many pupils are in a place at once, by weekday and period of the day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Grid, GridOptions};
use crate::data::column::{Cell, get};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::period::Period;
use crate::plan::budget::Budget;

/// One period of one weekday, over all the school days that have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// How many school days have it.
    pub days: usize,
    /// Pupils on each of these days on which there was any.
    pub at_once: Vec<usize>,
}

impl Slot {
    /// Pupils on an average day; none where no day has it.
    pub fn average(&self) -> Option<f64> {
        let all: usize = self.at_once.iter().sum();
        (self.days > 0).then(|| all as f64 / self.days as f64)
    }

    /// The most pupils on one day.
    pub fn most(&self) -> usize {
        self.at_once.iter().copied().max().unwrap_or_default()
    }

    /// On how many days there were more pupils than so many.
    pub fn days_over(&self, pupils: usize) -> usize {
        self.at_once.iter().filter(|one| **one > pupils).count()
    }
}

/// Pupils at once, by weekday and period.
#[derive(Clone, Debug)]
pub struct Occupancy {
    /// Weekdays by periods: the pupils and records behind each slot.
    pub grid: Arc<Grid>,
    /// Row by row, as the cells of the grid.
    slots: Vec<Slot>,
    /// Lessons on the timetable: one for each lesson period of each school day.
    pub lessons: usize,
    /// Pupils in each of the lessons in which there was any.
    pub in_lessons: Vec<usize>,
    /// How many rows are left out: they name no period of the day on which they are.
    pub left_out: usize,
}

impl Frame {
    /// Counts distinct pupils in each period of each school day of a span, up to today.
    ///
    /// # Errors
    /// The rows have no weekday, period or date, or the budget is used up.
    pub fn occupancy(&self, span: Period, budget: &Budget) -> Result<Occupancy, AnalyticsError> {
        let grid = Arc::new(self.grid(&Occupancy::axes(), budget)?);
        let held = Held::of(self, span);
        let mut occupancy = Occupancy {
            slots: Vec::with_capacity(grid.cells.len()),
            lessons: held.lessons,
            in_lessons: Vec::new(),
            left_out: grid.left_out,
            grid,
        };
        for row in 0..occupancy.grid.rows.len() {
            for column in 0..occupancy.grid.columns.len() {
                budget.check()?;
                occupancy.add_slot(self, &held, (row, column))?;
            }
        }
        Ok(occupancy)
    }
}

/// Which periods the school days of a span have.
struct Held {
    days: BTreeMap<Date, BTreeSet<String>>,
    lessons: usize,
    lesson_codes: BTreeSet<String>,
}

impl Held {
    fn of(frame: &Frame, span: Period) -> Self {
        let scope = frame.scope();
        let (calendar, to) = (scope.calendar(), span.to.min(scope.as_of()));
        let days = calendar.days().iter().filter(|day| (span.from..=to).contains(day));
        let mut held = Self { days: BTreeMap::new(), lessons: 0, lesson_codes: BTreeSet::new() };
        for day in days {
            let periods = calendar.periods_on(*day);
            let lessons = periods.iter().filter(|period| period.kind == "lesson");
            for lesson in lessons {
                held.lessons += 1;
                held.lesson_codes.insert(lesson.code.clone());
            }
            held.days.insert(*day, periods.iter().map(|period| period.code.clone()).collect());
        }
        held
    }
}

impl Occupancy {
    /// The columns by whose values it counts.
    pub fn axes() -> GridOptions {
        GridOptions { rows: "weekday".to_owned(), columns: "period".to_owned(), least: 0 }
    }

    fn add_slot(
        &mut self,
        frame: &Frame,
        held: &Held,
        (row, column): (usize, usize),
    ) -> Result<(), AnalyticsError> {
        let dates = frame.column("date")?;
        let lines = self.grid.rows.get(row).zip(self.grid.columns.get(column));
        let (weekday, code) = match lines.map(|(row, column)| (&row.key, &column.key)) {
            Some((Cell::Int(weekday), Cell::Text(code))) => (*weekday, code.to_string()),
            _ => (0, String::new()),
        };
        let has_it = |(day, periods): &(&Date, &BTreeSet<String>)| {
            i64::from(day.weekday().to_monday_one_offset()) == weekday && periods.contains(&code)
        };
        let days = held.days.iter().filter(has_it).count();
        let mut present: BTreeMap<Date, BTreeSet<i32>> = BTreeMap::new();
        for at in self.grid.cell(row, column).map_or(&[][..], |cell| &cell.rows) {
            let Cell::Date(day) = dates.cell(*at as usize) else { continue };
            if !held.days.get(&day).is_some_and(|periods| periods.contains(&code)) {
                self.left_out += 1;
                continue;
            }
            let of_day = present.entry(day).or_default();
            let behind = &frame.behind;
            behind.each(*at as usize, &mut |scanned| {
                of_day.extend(behind.pupils.as_ref().and_then(|all| get(all, scanned)));
            });
        }
        let at_once: Vec<usize> =
            present.values().map(BTreeSet::len).filter(|pupils| *pupils > 0).collect();
        if held.lesson_codes.contains(&code) {
            self.in_lessons.extend(&at_once);
        }
        self.slots.push(Slot { days, at_once });
        Ok(())
    }

    /// One period of one weekday; none beyond the edges of the grid.
    pub fn slot(&self, row: usize, column: usize) -> Option<&Slot> {
        let width = self.grid.columns.len();
        (column < width).then(|| self.slots.get(row * width + column)).flatten()
    }

    /// Pupils in an average lesson, those in which nobody was there included; none without
    /// lessons.
    pub fn average(&self) -> Option<f64> {
        let all: usize = self.in_lessons.iter().sum();
        (self.lessons > 0).then(|| all as f64 / self.lessons as f64)
    }

    /// In how many lessons more pupils were there than so many.
    pub fn lessons_over(&self, pupils: usize) -> usize {
        self.in_lessons.iter().filter(|one| **one > pupils).count()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sheaf_records::Record;

    use super::*;
    use crate::test_school::{calendars, pupil, referral};
    use crate::{Dataset, Plan, Provenance, Scope};

    /// A stay on a day with these periods.
    fn stay(number: u64, of: &Record, day: Date, periods: &[&str]) -> Record {
        let mut stay = referral(number, of, day, "defiance");
        stay.set("arrived_at", day.at(9, 0, 0, 0));
        for period in periods {
            stay.set_row("periods", period, "work_set", true);
        }
        stay
    }

    fn occupancy(records: &[Record], span: Period) -> Occupancy {
        let mut dataset = Dataset::default();
        let [first, mut second] = calendars();
        second.set_row("periods", "L", "title", "Lunch");
        second.set_row("periods", "L", "order", 2_i64);
        second.set_row("periods", "L", "kind", "lunch");
        second.set_row("periods", "L", "starts", "12:00");
        second.set_row("periods", "L", "ends", "12:40");
        for record in [first, second].iter().chain(records) {
            dataset.upsert(record, &Provenance::of_space("pastoral")).unwrap();
        }
        let scope = Scope::new(dataset.snapshot(), date(2024, 9, 20));
        let frame = Plan::scan("room_periods").run(&scope, &Budget::default()).unwrap();
        frame.occupancy(span, &Budget::default()).unwrap()
    }

    #[test]
    fn a_pupil_with_two_slips_is_there_once_and_empty_days_count() {
        let ann = pupil(1, "9", date(2024, 9, 1), None);
        let ben = pupil(2, "9", date(2024, 9, 1), None);
        let (monday, next, tuesday) = (date(2024, 9, 9), date(2024, 9, 16), date(2024, 9, 10));
        let mut to_come = stay(5, &ann, tuesday, &["P1"]);
        to_come.fields.remove("arrived_at");
        to_come.set("status", "booked");
        let records = [
            stay(1, &ann, monday, &["P1", "L"]),
            stay(2, &ann, monday, &["P1"]),
            stay(3, &ben, monday, &["P1"]),
            stay(4, &ben, next, &["P1", "P9"]),
            to_come,
            ann,
            ben,
        ];
        // Two school weeks: school began on Tuesday 3 September 2024.
        let span = Period { from: date(2024, 9, 9), to: date(2025, 7, 1) };
        let found = occupancy(&records, span);
        let names: Vec<String> =
            found.grid.columns.iter().map(|line| line.key.to_string()).collect();
        assert_eq!(names, ["P1", "L", "P9"]);
        assert_eq!(found.grid.rows.len(), 1, "nobody came on the Tuesday");
        assert_eq!(found.slot(0, 0), Some(&Slot { days: 2, at_once: vec![2, 1] }));
        assert_eq!(found.slot(0, 0).and_then(Slot::average), Some(1.5));
        let over = |pupils| found.slot(0, 0).map(|slot| slot.days_over(pupils));
        assert_eq!([0, 1, 2].map(over), [Some(2), Some(1), Some(0)]);
        assert_eq!(found.slot(0, 1), Some(&Slot { days: 2, at_once: vec![1] }));
        assert_eq!(found.slot(0, 2), Some(&Slot::default()), "a period that the day has not");
        assert_eq!(found.slot(0, 3), None);
        // Ten school days up to today, 20 September, with a lesson each; lunch is none.
        assert_eq!((found.lessons, found.in_lessons.as_slice()), (10, &[2, 1][..]));
        assert_eq!(found.average(), Some(0.3));
        assert_eq!(
            (found.lessons_over(0), found.lessons_over(1), found.lessons_over(2)),
            (2, 1, 0)
        );
        assert_eq!(found.left_out, 1);
    }

    #[test]
    fn a_span_without_school_days_has_no_average() {
        let span = Period { from: date(2024, 9, 7), to: date(2024, 9, 8) };
        let found = occupancy(&[], span);
        assert_eq!((found.lessons, found.average(), found.grid.rows.len()), (0, None, 0));
    }
}
