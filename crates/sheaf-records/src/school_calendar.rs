//! The school calendar: which days are school days, and arithmetic in them.

mod read;

use jiff::civil::{Date, DateTime, Time, Weekday};

use crate::record::Record;

/// A half-term of one school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfTerm {
    /// Its code: `autumn_1` … `summer_2`.
    pub code: String,
    /// What the school calls it.
    pub name: String,
    /// The school year to which it belongs, as `2026/27`.
    pub year: String,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
}

impl HalfTerm {
    /// The term to which it belongs: `autumn`, `spring` or `summer`.
    pub fn term(&self) -> &str {
        self.code.split('_').next().unwrap_or(&self.code)
    }

    /// Whether a day lies in it.
    pub fn contains(&self, date: Date) -> bool {
        (self.from..=self.to).contains(&date)
    }
}

/// A period of the school day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its code, as incidents name it.
    pub code: String,
    /// What the school calls it.
    pub title: String,
    /// Its place in the day.
    pub order: i64,
    /// What pupils do in it: `registration`, `lesson`, `break`, `lunch` or `after`.
    pub kind: String,
    /// When it starts.
    pub starts: Time,
    /// When it ends; that minute is no longer in it.
    pub ends: Time,
    /// The code of the period before it.
    pub follows: Option<String>,
}

/// Which of two alternating weeks a day lies in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WeekLetter {
    /// Week A.
    A,
    /// Week B.
    B,
}

impl WeekLetter {
    /// `A` or `B`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// Why the records do not make a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CalendarError {
    /// A year or a half-term lacks a date.
    #[error("school year {year}: `{what}` needs both its first and its last day")]
    Incomplete {
        /// The school year.
        year: String,
        /// The row that lacks a date.
        what: String,
    },
    /// Something ends before it begins.
    #[error("school year {year}: `{what}` ends before it begins")]
    Backwards {
        /// The school year.
        year: String,
        /// The row.
        what: String,
    },
    /// Two half-terms share a day.
    #[error("half-terms `{one}` and `{other}` share days; half-terms follow one another")]
    Overlap {
        /// The earlier, with its year.
        one: String,
        /// The later, with its year.
        other: String,
    },
    /// A key of an INSET day or a closure is no date.
    #[error("school year {year}: a key of `{field}` is no date as 2026-11-22")]
    NotADate {
        /// The school year.
        year: String,
        /// The field.
        field: &'static str,
    },
    /// The years lie too far apart.
    #[error("the calendars span more than {0} years; check their dates")]
    TooLong(i32),
}

/// One school year as far as days need it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Year {
    name: String,
    from: Date,
    to: Date,
    periods: Vec<Period>,
}

/// Which days are school days, over all the years a school has entered.
///
/// A school day is a Monday to Friday inside a half-term that is neither an INSET day nor a
/// closure (bank holidays are closures). School days are numbered from 0 in one run over all the
/// years, so that a difference of numbers is a number of school days even across a summer.
///
/// ```
/// use jiff::civil::date;
/// use sheaf_records::{Kind, Record, RecordId, SchoolCalendar};
///
/// let (id, kind) = (RecordId::from_bytes([1; 16]), Kind::Calendar);
/// let mut year = Record { id, kind, fields: Default::default() };
/// year.set("year", "2026/27");
/// year.set("from", date(2026, 9, 1));
/// year.set("to", date(2027, 7, 21));
/// year.set_row("terms", "autumn_1", "from", date(2026, 9, 1));
/// year.set_row("terms", "autumn_1", "to", date(2026, 10, 23));
/// year.set_row("inset", "2026-09-01", "title", "INSET");
///
/// let calendar = SchoolCalendar::new([&year])?;
/// assert!(!calendar.is_open(date(2026, 9, 1)));
/// assert_eq!(calendar.day_index(date(2026, 9, 2)), Some(0));
/// assert_eq!(calendar.school_days(date(2026, 9, 4), date(2026, 9, 7)), 2);
/// assert_eq!(calendar.add_school_days(date(2026, 9, 4), 1), Some(date(2026, 9, 7)));
/// # Ok::<(), sheaf_records::CalendarError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolCalendar {
    years: Vec<Year>,
    half_terms: Vec<HalfTerm>,
    /// School days in order.
    days: Vec<Date>,
    /// The first date that `before` covers.
    origin: Date,
    /// For each date from `origin`: how many school days lie before it.
    before: Vec<u32>,
    /// The letter of each school week, by its Monday.
    weeks: Vec<(Date, WeekLetter)>,
}

impl SchoolCalendar {
    /// The calendar of these records of kind `calendar`, in any order; others are passed over.
    ///
    /// # Errors
    /// A half-term lacks a date, ends before it begins or shares days with another.
    pub fn new<'a>(calendars: impl IntoIterator<Item = &'a Record>) -> Result<Self, CalendarError> {
        read::calendar(calendars)
    }

    /// Every school day in order.
    pub fn days(&self) -> &[Date] {
        &self.days
    }

    /// Whether a day is a school day.
    pub fn is_open(&self, date: Date) -> bool {
        self.day_index(date).is_some()
    }

    /// The number of a school day, counted from 0 over all the years; `None` for other days.
    pub fn day_index(&self, date: Date) -> Option<u32> {
        let index = self.days_before(date);
        let day = self.days.get(usize::try_from(index).ok()?)?;
        (*day == date).then_some(index)
    }

    /// The school day of this number.
    pub fn day_at(&self, index: u32) -> Option<Date> {
        self.days.get(usize::try_from(index).ok()?).copied()
    }

    /// How many school days lie before a date, over all the years.
    pub fn days_before(&self, date: Date) -> u32 {
        let total = self.before.last().copied().unwrap_or(0);
        match usize::try_from(day_number(date) - day_number(self.origin)) {
            Ok(place) => self.before.get(place).copied().unwrap_or(total),
            Err(_) => 0,
        }
    }

    /// How many school days there are from `from` to `to`, both included; 0 where `to` is before
    /// `from`.
    pub fn school_days(&self, from: Date, to: Date) -> u32 {
        let after = to.tomorrow().unwrap_or(Date::MAX);
        self.days_before(after).saturating_sub(self.days_before(from))
    }

    /// The `n`-th school day strictly after a date or, where `n` is negative, strictly before it.
    /// 0 gives the date itself, whatever day it is. `None` beyond the calendar.
    pub fn add_school_days(&self, date: Date, n: i32) -> Option<Date> {
        let index = match n {
            0 => return Some(date),
            1.. => i64::from(self.days_before(date.tomorrow().ok()?)) + i64::from(n) - 1,
            _ => i64::from(self.days_before(date)) + i64::from(n),
        };
        self.day_at(u32::try_from(index).ok()?)
    }

    /// The half-terms in order.
    pub fn half_terms(&self) -> &[HalfTerm] {
        &self.half_terms
    }

    /// The half-term in which a day lies.
    pub fn half_term(&self, date: Date) -> Option<&HalfTerm> {
        let place = self.half_terms.partition_point(|half_term| half_term.to < date);
        self.half_terms.get(place).filter(|half_term| half_term.contains(date))
    }

    /// The term in which a day lies: `autumn`, `spring` or `summer`.
    pub fn term(&self, date: Date) -> Option<&str> {
        self.half_term(date).map(HalfTerm::term)
    }

    /// The school year in which a day lies, as `2026/27`.
    pub fn year(&self, date: Date) -> Option<&str> {
        self.year_of(date).map(|year| year.name.as_str())
    }

    /// The school years in order: name, first and last day.
    pub fn years(&self) -> impl Iterator<Item = (&str, Date, Date)> {
        self.years.iter().map(|year| (year.name.as_str(), year.from, year.to))
    }

    /// The letter of the week of a day, where the school has weeks A and B and the day lies in a
    /// week with a half-term's day. Letters alternate from one such week to the next: holidays do
    /// not count.
    pub fn week_letter(&self, date: Date) -> Option<WeekLetter> {
        let monday = monday_of(date);
        let place = self.weeks.binary_search_by_key(&monday, |(monday, _)| *monday).ok()?;
        self.weeks.get(place).map(|(_, letter)| *letter)
    }

    /// The period in which a time lies, on a school day.
    pub fn period_at(&self, time: DateTime) -> Option<&Period> {
        if !self.is_open(time.date()) {
            return None;
        }
        let mut periods = self.periods_on(time.date()).iter();
        periods.rfind(|period| (period.starts..period.ends).contains(&time.time()))
    }

    /// The periods of the day in the school year of a date, in order; none outside the years.
    pub fn periods_on(&self, date: Date) -> &[Period] {
        self.year_of(date).map(|year| year.periods.as_slice()).unwrap_or_default()
    }

    /// The periods of the day in the latest school year that has any, in order.
    pub fn periods(&self) -> &[Period] {
        let latest = self.years.iter().rev().find(|year| !year.periods.is_empty());
        latest.map(|year| year.periods.as_slice()).unwrap_or_default()
    }

    /// Those of [`Self::periods`] in which lessons are taught.
    pub fn lesson_periods(&self) -> impl Iterator<Item = &Period> {
        self.periods().iter().filter(|period| period.kind == "lesson")
    }

    fn year_of(&self, date: Date) -> Option<&Year> {
        let place = self.years.partition_point(|year| year.to < date);
        self.years.get(place).filter(|year| year.from <= date)
    }
}

/// The Monday of the week of a date.
pub fn monday_of(date: Date) -> Date {
    let back = i32::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(jiff::Span::new().days(back)).unwrap_or(date)
}

fn is_weekday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Days since 1 March of the year 0 (H. Hinnant, "chrono-compatible low-level date algorithms"):
/// much faster than a difference of dates, and this runs for each row of a table.
fn day_number(date: Date) -> i32 {
    let month = i32::from(date.month());
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day()) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year
}

#[cfg(test)]
mod tests;
