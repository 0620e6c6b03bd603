//! What the school calendar says of columns of days.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Int32Array, Int64Array};
use sheaf_records::{SchoolCalendar, monday_of};

use crate::data::column::{Column, ColumnType};
use crate::data::days::{date_of, day_number};
use crate::data::labels::{Dictionary, Labels};
use crate::plan::expr::CalendarPart;

/// Most days that a calendar table may cover: sixty years and more.
const MAX_DAYS: i64 = 25_000;

/// What is known of one day.
#[derive(Clone, Copy, Default)]
struct Day {
    /// School days before it.
    before: i64,
    open: bool,
    week: Option<i64>,
    half_term: Option<i32>,
    term: Option<i32>,
    year: Option<i32>,
}

/// The calendar as a dense table by day number, built once a snapshot.
pub struct Days {
    first: i64,
    days: Vec<Day>,
    /// The school days in order.
    open: Vec<i64>,
    /// The codes of the periods in which lessons are taught, in order.
    lessons: Vec<String>,
    half_terms: Arc<Labels>,
    terms: Arc<Labels>,
    years: Arc<Labels>,
}

impl Days {
    /// The table of all the years that the school has entered.
    pub fn new(calendar: &SchoolCalendar) -> Self {
        let spans = calendar.years().map(|(_, from, to)| (day_number(from), day_number(to)));
        let terms = calendar.half_terms().iter();
        let spans: Vec<(i64, i64)> =
            spans.chain(terms.map(|term| (day_number(term.from), day_number(term.to)))).collect();
        let first = spans.iter().map(|span| span.0).min().unwrap_or_default();
        let last = spans.iter().map(|span| span.1).max().unwrap_or(first - 1);
        let mut names = [Dictionary::default(), Dictionary::default(), Dictionary::default()];
        let weeks = weeks(calendar);
        let mut before = 0;
        let days: Vec<Day> = (first..=last.min(first + MAX_DAYS))
            .filter_map(date_of)
            .map(|date| {
                let [half_terms, terms, years] = &mut names;
                let half_term = calendar.half_term(date);
                let open = calendar.is_open(date);
                let day = Day {
                    before,
                    open,
                    week: weeks.get(&day_number(monday_of(date))).copied(),
                    half_term: half_term
                        .map(|one| half_terms.intern(&format!("{} {}", one.year, one.code))),
                    term: half_term
                        .map(|one| terms.intern(&format!("{} {}", one.year, one.term()))),
                    year: calendar.year(date).map(|year| years.intern(year)),
                };
                before += i64::from(open);
                day
            })
            .collect();
        let [half_terms, terms, years] = names.map(|names| Arc::new(names.labels()));
        let open = (first..).zip(&days).filter(|(_, day)| day.open).map(|(day, _)| day).collect();
        let lessons = calendar.lesson_periods().map(|period| period.code.clone()).collect();
        Self { first, days, open, lessons, half_terms, terms, years }
    }

    /// The texts of its columns.
    pub fn labels(&self) -> [Arc<Labels>; 3] {
        [&self.half_terms, &self.terms, &self.years].map(Arc::clone)
    }

    fn get(&self, day: i64) -> Option<&Day> {
        self.days.get(usize::try_from(day.checked_sub(self.first)?).ok()?)
    }

    /// How many school days lie before a day, over all years.
    pub fn before(&self, day: i64) -> i64 {
        if day < self.first {
            return 0;
        }
        let total = self.days.last().map_or(0, |last| last.before + i64::from(last.open));
        self.get(day).map_or(total, |day| day.before)
    }

    /// The number of a school day; none for other days.
    pub fn index(&self, day: i64) -> Option<i64> {
        self.get(day).filter(|day| day.open).map(|day| day.before)
    }

    /// What a clock of school days shows from one day to another: 0 within one day, 1 from a
    /// Monday to the Tuesday, and the same from a Saturday to the Tuesday after as from the Friday.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        self.before(to.saturating_add(1)) - self.before(from.saturating_add(1))
    }

    /// School days from one day to another, both included; 0 where the second is before the first.
    pub fn within(&self, from: i64, to: i64) -> i64 {
        (self.before(to.saturating_add(1)) - self.before(from)).max(0)
    }

    /// The `n`-th school day strictly after a day or, where `n` is negative, strictly before it;
    /// the day itself for 0, none beyond the calendar.
    pub fn add(&self, day: i64, n: i32) -> Option<i64> {
        let index = match n {
            0 => return Some(day),
            1.. => self.before(day.saturating_add(1)) + i64::from(n) - 1,
            _ => self.before(day) + i64::from(n),
        };
        self.open.get(usize::try_from(index).ok()?).copied()
    }

    /// Which lesson of the day a period is, from 1; none where no lesson is taught.
    pub fn lesson(&self, code: &str) -> Option<i64> {
        let place = self.lessons.iter().position(|lesson| lesson == code)?;
        i64::try_from(place + 1).ok()
    }

    /// The days that it covers, in order.
    pub fn dates(&self) -> Int64Array {
        (self.first..).take(self.days.len()).collect()
    }

    /// One part of the calendar for a column of days.
    pub fn part(&self, part: CalendarPart, days: &Int64Array) -> Column {
        let whole = |value: &dyn Fn(i64) -> Option<i64>| {
            let values: Int64Array = days.iter().map(|day| day.and_then(value)).collect();
            Column::whole(ColumnType::Int, values)
        };
        let text = |labels: &Arc<Labels>, value: fn(&Day) -> Option<i32>| {
            let codes: Int32Array =
                days.iter().map(|day| day.and_then(|day| self.get(day)).and_then(value)).collect();
            Column::codes(ColumnType::Text, codes, Arc::clone(labels))
        };
        match part {
            CalendarPart::DayIndex => whole(&|day| self.index(day)),
            CalendarPart::Week => whole(&|day| self.get(day).and_then(|day| day.week)),
            // 1970-01-01 was a Thursday.
            CalendarPart::Weekday => whole(&|day| Some((day + 3).rem_euclid(7) + 1)),
            CalendarPart::HalfTerm => text(&self.half_terms, |day| day.half_term),
            CalendarPart::Term => text(&self.terms, |day| day.term),
            CalendarPart::Year => text(&self.years, |day| day.year),
            CalendarPart::IsOpen => Column::bools((0..days.len()).map(|row| {
                let day = crate::data::column::get(days, row)?;
                Some(self.get(day).is_some_and(|day| day.open))
            })),
        }
    }
}

/// The number of each week with a school day, by its Monday.
fn weeks(calendar: &SchoolCalendar) -> HashMap<i64, i64> {
    let mut weeks = HashMap::new();
    for day in calendar.days() {
        let next = i64::try_from(weeks.len()).unwrap_or(i64::MAX);
        weeks.entry(day_number(monday_of(*day))).or_insert(next);
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::column::Cell;
    use crate::test_school::calendar;
    use jiff::civil::date;

    /// The published school-day case: 189 days, 39 + 34 + 28 + 30 + 23 + 35 by half-term.
    #[test]
    fn the_days_of_2024_25() {
        let days = Days::new(&calendar());
        let count = |from, to| days.before(day_number(to) + 1) - days.before(day_number(from));
        assert_eq!(count(date(2024, 9, 1), date(2025, 7, 22)), 189);
        for (from, to, expected) in [
            (date(2024, 9, 2), date(2024, 10, 25), 39),
            (date(2024, 11, 4), date(2024, 12, 20), 34),
            (date(2025, 1, 6), date(2025, 2, 14), 28),
            (date(2025, 2, 24), date(2025, 4, 4), 30),
            (date(2025, 4, 22), date(2025, 5, 23), 23),
            (date(2025, 6, 2), date(2025, 7, 22), 35),
            (date(2025, 4, 16), date(2025, 6, 26), 41),
            (date(2024, 12, 3), date(2024, 12, 26), 14),
        ] {
            assert_eq!(count(from, to), expected, "{from} to {to}");
        }
    }

    #[test]
    fn the_clock_stands_still_on_closed_days_and_runs_over_holidays() {
        let days = Days::new(&calendar());
        let between = |from, to| days.between(day_number(from), day_number(to));
        assert_eq!(between(date(2024, 9, 3), date(2024, 9, 3)), 0);
        assert_eq!(between(date(2024, 9, 6), date(2024, 9, 10)), 2);
        assert_eq!(between(date(2024, 9, 7), date(2024, 9, 10)), 2);
        // INSET on 2 September: from the last day of one year to the first of the next is one.
        assert_eq!(between(date(2024, 7, 23), date(2024, 9, 3)), 1);
        assert_eq!(between(date(1990, 1, 1), date(1991, 1, 1)), 0);
    }

    /// Held to the calendar's own arithmetic, day by day over all years and beyond their ends.
    #[test]
    fn days_are_added_and_spells_overlap_as_the_calendar_says() {
        let (calendar, days) = (calendar(), Days::new(&calendar()));
        let mut day = date(2023, 8, 20);
        while day < date(2025, 8, 10) {
            for n in [-200, -7, -1, 0, 1, 2, 40, 300] {
                let expected = calendar.add_school_days(day, n).map(day_number);
                assert_eq!(days.add(day_number(day), n), expected, "{day} and {n}");
            }
            for to in [day, date(2024, 12, 25), date(2025, 3, 3)] {
                let expected = i64::from(calendar.school_days(day, to));
                assert_eq!(days.within(day_number(day), day_number(to)), expected, "{day} {to}");
            }
            day = day.tomorrow().unwrap();
        }
        assert_eq!(days.add(day_number(date(2024, 9, 6)), i32::MAX), None);
        assert_eq!(days.add(i64::MAX, 1), None);
    }

    #[test]
    fn parts_of_a_day() {
        let days = Days::new(&calendar());
        let at = |part, date| days.part(part, &Int64Array::from(vec![day_number(date)])).cell(0);
        let open = date(2024, 9, 3);
        assert_eq!(at(CalendarPart::HalfTerm, open), Cell::Text("2024/25 autumn_1".into()));
        assert_eq!(at(CalendarPart::Term, date(2025, 3, 3)), Cell::Text("2024/25 spring".into()));
        assert_eq!(at(CalendarPart::Weekday, open), Cell::Int(2));
        assert_eq!(at(CalendarPart::IsOpen, date(2024, 9, 2)), Cell::Bool(false));
        assert_eq!(at(CalendarPart::DayIndex, date(2024, 9, 2)), Cell::Null);
        assert_eq!(at(CalendarPart::DayIndex, date(2023, 9, 4)), Cell::Int(0));
        assert_eq!(at(CalendarPart::Week, date(2023, 9, 11)), Cell::Int(1));
        assert_eq!(at(CalendarPart::Week, date(2023, 10, 25)), Cell::Null);
        assert_eq!(at(CalendarPart::Year, date(2030, 1, 1)), Cell::Null);
    }
}
