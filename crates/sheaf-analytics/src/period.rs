//! Spans of days: by name, or from one day to another.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sheaf_records::{HalfTerm, SchoolCalendar};

use crate::error::AnalyticsError;

/// The most school days that `last_N_school_days` may name: ten years.
const MAX_SCHOOL_DAYS: u32 = 2_000;

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// Whether a day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The days that lie in both; where there is none, its end is before its start.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// The most days between two school years.
const SUMMER_DAYS: i32 = 70;

/// A period as it is asked for, before the calendar and today are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PeriodSpec {
    /// The school year that has begun last, up to today.
    ThisYear,
    /// The school year before it, whole.
    LastYear,
    /// The term that has begun last, up to today.
    ThisTerm,
    /// The half-term that has begun last, up to today.
    ThisHalfTerm,
    /// The half-term before it, whole.
    LastHalfTerm,
    /// So many school days up to today; fewer where the calendar does not go back so far: a school
    /// in its first year has no other.
    LastSchoolDays(u32),
    /// From one day to another.
    Between(Date, Date),
}

impl PeriodSpec {
    /// The names that are not made of numbers, for forms and completions.
    pub const NAMES: [&'static str; 5] =
        ["this_year", "last_year", "this_term", "this_half_term", "last_half_term"];

    /// The days it means, given the calendar and today. A period that is still running ends today.
    ///
    /// # Errors
    /// The calendar does not reach there.
    pub fn resolve(self, calendar: &SchoolCalendar, as_of: Date) -> Result<Period, AnalyticsError> {
        if let Self::Between(from, to) = self {
            return Ok(Period { from, to });
        }
        let begun = |from: Date| from <= as_of;
        let missing = || AnalyticsError::NoCalendar(self.to_string());
        let years: Vec<(Date, Date)> =
            calendar.years().map(|(_, from, to)| (from, to)).filter(|year| begun(year.0)).collect();
        // Long after the last year that was entered, it is no longer this one.
        let is_long_over = |(_, to): &(Date, Date)| (as_of - *to).get_days() > SUMMER_DAYS;
        if years.last().is_some_and(is_long_over) {
            return Err(missing());
        }
        let terms: Vec<&HalfTerm> =
            calendar.half_terms().iter().filter(|half_term| begun(half_term.from)).collect();
        let back = |n: usize| terms.iter().rev().nth(n).copied().ok_or_else(missing);
        let (from, to) = match self {
            Self::ThisYear => years.last().copied().ok_or_else(missing)?,
            Self::LastYear => years.iter().rev().nth(1).copied().ok_or_else(missing)?,
            Self::ThisTerm => {
                let last = back(0)?;
                let same = |one: &&&HalfTerm| one.year == last.year && one.term() == last.term();
                let first = terms.iter().find(same).map_or(last.from, |one| one.from);
                (first, last.to)
            }
            Self::ThisHalfTerm => (back(0)?.from, back(0)?.to),
            Self::LastHalfTerm => (back(1)?.from, back(1)?.to),
            Self::LastSchoolDays(n) => {
                let tomorrow = as_of.tomorrow().map_err(|_| missing())?;
                let so_far = calendar.days_before(tomorrow);
                let first = calendar.day_at(so_far.saturating_sub(n)).filter(|_| so_far > 0);
                (first.ok_or_else(missing)?, as_of)
            }
            Self::Between(from, to) => (from, to),
        };
        Ok(Period { from, to: to.min(as_of) })
    }
}

impl PeriodSpec {
    /// The days of the period before, of equal kind. Of a year, a term or a half-term that is still
    /// running, the one before as far in, by school days; of a whole one, the whole one before; of
    /// any other span, as many school days just before it.
    ///
    /// # Errors
    /// The calendar does not reach there, or there is no school day in the period.
    pub fn before(self, calendar: &SchoolCalendar, as_of: Date) -> Result<Period, AnalyticsError> {
        let missing = || AnalyticsError::NoCalendar(format!("the period before {self}"));
        let this = self.resolve(calendar, as_of)?;
        let days = calendar.school_days(this.from, this.to);
        // What is over is whole.
        let as_far = |period: Period| match this.to < as_of {
            true => Some(period),
            false => first_days(period, days, calendar),
        };
        let earlier = match self {
            Self::ThisYear => as_far(Self::LastYear.resolve(calendar, as_of)?),
            Self::ThisTerm => {
                let eve = this.from.yesterday().map_err(|_| missing())?;
                as_far(Self::ThisTerm.resolve(calendar, eve)?)
            }
            Self::ThisHalfTerm => as_far(Self::LastHalfTerm.resolve(calendar, as_of)?),
            Self::LastYear | Self::LastHalfTerm => {
                let now = if self == Self::LastYear { Self::ThisYear } else { Self::ThisHalfTerm };
                let eve = this.from.yesterday().map_err(|_| missing())?;
                Some(now.resolve(calendar, eve)?)
            }
            Self::LastSchoolDays(_) | Self::Between(..) => just_before(this, days, calendar),
        };
        earlier.filter(|_| days > 0).ok_or_else(missing)
    }
}

/// The first school days of a period, so many if it has them.
fn first_days(period: Period, days: u32, calendar: &SchoolCalendar) -> Option<Period> {
    let last = calendar.days_before(period.from).checked_add(days)?.checked_sub(1)?;
    let to = calendar.day_at(last).map_or(period.to, |day| day.min(period.to));
    Some(Period { from: period.from, to })
}

/// So many school days before a period.
fn just_before(period: Period, days: u32, calendar: &SchoolCalendar) -> Option<Period> {
    let end = calendar.days_before(period.from);
    let (first, last) = (end.checked_sub(days)?, end.checked_sub(1)?);
    Some(Period { from: calendar.day_at(first)?, to: calendar.day_at(last)? })
}

impl fmt::Display for PeriodSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ThisYear => f.write_str("this_year"),
            Self::LastYear => f.write_str("last_year"),
            Self::ThisTerm => f.write_str("this_term"),
            Self::ThisHalfTerm => f.write_str("this_half_term"),
            Self::LastHalfTerm => f.write_str("last_half_term"),
            Self::LastSchoolDays(n) => write!(f, "last_{n}_school_days"),
            Self::Between(from, to) => write!(f, "{from}..{to}"),
        }
    }
}

impl FromStr for PeriodSpec {
    type Err = AnalyticsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || AnalyticsError::Period(text.to_owned());
        let text = text.trim();
        match text {
            "this_year" => return Ok(Self::ThisYear),
            "last_year" => return Ok(Self::LastYear),
            "this_term" => return Ok(Self::ThisTerm),
            "this_half_term" => return Ok(Self::ThisHalfTerm),
            "last_half_term" => return Ok(Self::LastHalfTerm),
            _ => {}
        }
        if let Some((from, to)) = text.split_once("..") {
            let day = |text: &str| match text.trim() {
                "" => Err(bad()),
                day => day.parse::<Date>().map_err(|_| AnalyticsError::NotADate(day.to_owned())),
            };
            let (from, to) = (day(from)?, day(to)?);
            return if from <= to { Ok(Self::Between(from, to)) } else { Err(bad()) };
        }
        let days = text.strip_prefix("last_").and_then(|rest| rest.strip_suffix("_school_days"));
        match days.and_then(|days| days.parse().ok()) {
            Some(days) if (1..=MAX_SCHOOL_DAYS).contains(&days) => Ok(Self::LastSchoolDays(days)),
            _ => Err(bad()),
        }
    }
}

#[cfg(test)]
mod tests;
