//! Dates as people and spreadsheets write them.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::error::RowError;

/// The oldest that a pupil can be, in years: older is a slip of the keys or somebody else.
const MAX_AGE_YEARS: i16 = 26;

/// The day that Excel counts from, for every day after February 1900.
const EXCEL_EPOCH: Date = date(1899, 12, 30);

/// The days that five digits from Excel may name: 1954 to 2064.
const EXCEL_DAYS: std::ops::RangeInclusive<i32> = 20_000..=60_000;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A birthday: a date that has come and is no more than 26 years ago. A year of two digits is the
/// latest that has come.
///
/// # Errors
/// The text is no date, the day does not exist, or no pupil was born on it.
pub(crate) fn birthday(text: &str, today: Date) -> Result<Date, RowError> {
    let date = read(text, today)?;
    if date > today {
        return Err(RowError::Future);
    }
    if date.year() + MAX_AGE_YEARS < today.year() {
        return Err(RowError::TooLongAgo(MAX_AGE_YEARS));
    }
    Ok(date)
}

/// A date in any usual form; a year of two digits is the latest that has come.
///
/// # Errors
/// The text is no date, or the day does not exist.
pub(crate) fn read(text: &str, today: Date) -> Result<Date, RowError> {
    let text = without_time(text.trim());
    if let Some(date) = from_number(text) {
        return Ok(date);
    }
    match parts(text).as_slice() {
        [year, month, day] if year.len() == 4 && year.parse::<i16>().is_ok() => {
            make(full_year(year, today)?, month_of(month)?, number(day)?)
        }
        [month, day, year] if month.parse::<u16>().is_err() && named_month(month).is_some() => {
            make(full_year(year, today)?, month_of(month)?, number(without_ordinal(day))?)
        }
        [day, month, year] => {
            let (day, month) = (number(without_ordinal(day))?, month_of(month)?);
            if month > 12 && day <= 12 {
                return Err(RowError::MonthFirst);
            }
            make(full_year(year, today)?, month, day)
        }
        _ => Err(RowError::NotADate),
    }
}

/// Which of day and month a date of digits alone shows to come first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum First {
    Day,
    Month,
}

/// What a date says of the order of day and month; nothing where both are 12 or less.
pub(crate) fn order(text: &str) -> Option<First> {
    let parts = parts(without_time(text.trim()));
    let [first, second, year] = parts.as_slice() else { return None };
    let small = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() <= 2);
    year.parse::<u16>().ok()?;
    match (small(first)?, small(second)?) {
        (13..=31, 1..=12) => Some(First::Day),
        (1..=12, 13..=31) => Some(First::Month),
        _ => None,
    }
}

/// A time of day after the date, as databases write it, is of no account.
fn without_time(text: &str) -> &str {
    let date = text.split_once(['T', ' ']).filter(|(_, time)| {
        time.starts_with(|c: char| c.is_ascii_digit()) && time.get(1..3).is_some_and(has_colon)
    });
    date.map_or(text, |(date, _)| date)
}

fn has_colon(text: &str) -> bool {
    text.contains(':')
}

/// A number alone: a day as Excel counts them, or eight digits as `20120314`.
fn from_number(text: &str) -> Option<Date> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        5 => {
            let days = digits.parse().ok().filter(|days| EXCEL_DAYS.contains(days))?;
            EXCEL_EPOCH.checked_add(days.days()).ok()
        }
        8 => {
            let (year, rest) = digits.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => None,
    }
}

fn parts(text: &str) -> Vec<&str> {
    let separates = |c: char| c.is_whitespace() || matches!(c, '/' | '.' | '-' | ',');
    text.split(separates).filter(|part| !part.is_empty()).collect()
}

fn make(year: i16, month: i8, day: i8) -> Result<Date, RowError> {
    if !(1900..=2199).contains(&year) {
        return Err(RowError::NotADate);
    }
    Date::new(year, month, day).map_err(|_| RowError::NoSuchDay)
}

fn number(text: &str) -> Result<i8, RowError> {
    let fits = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits).ok_or(RowError::NotADate)
}

/// `14th` is 14.
fn without_ordinal(text: &str) -> &str {
    let endings = ["st", "nd", "rd", "th"];
    let lower = endings.into_iter().find_map(|ending| text.strip_suffix(ending));
    lower.unwrap_or(text)
}

fn month_of(text: &str) -> Result<i8, RowError> {
    match named_month(text) {
        Some(month) => Ok(month),
        None => number(text),
    }
}

/// A month by the first three letters of its name or more.
fn named_month(text: &str) -> Option<i8> {
    let name = text.to_lowercase();
    let name = if name == "sept" { "sep" } else { &name };
    if name.len() < 3 {
        return None;
    }
    let months = (1..).zip(MONTHS);
    months.into_iter().find(|(_, month)| month.starts_with(name)).map(|(number, _)| number)
}

fn full_year(text: &str, today: Date) -> Result<i16, RowError> {
    let year: i16 = text.parse().map_err(|_| RowError::NotADate)?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match (text.len(), digits) {
        (4, true) => Ok(year),
        (2, true) => {
            let this_century = today.year() / 100 * 100 + year;
            Ok(if this_century > today.year() { this_century - 100 } else { this_century })
        }
        _ => Err(RowError::NotADate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 11, 20);
    const BORN: Date = date(2012, 3, 14);

    #[track_caller]
    fn check(text: &str, expected: Result<Date, RowError>) {
        assert_eq!(birthday(text, TODAY), expected, "{text}");
    }

    #[test]
    fn every_usual_form_is_read() {
        for text in [
            "2012-03-14",
            "14/03/2012",
            "14/3/2012",
            "14.03.12",
            "14-03-2012",
            "14 03 2012",
            "14th March 2012",
            "14 Mar 2012",
            "14-Mar-12",
            "March 14, 2012",
            "14 march 2012",
            "2012/03/14",
            "40982",
            "40982.0",
            "20120314",
            "2012-03-14T00:00:00",
            "2012-03-14 00:00:00.000",
            "14/03/2012 00:00",
            " 14/03/2012 ",
        ] {
            check(text, Ok(BORN));
        }
        check("1st Sept 2011", Ok(date(2011, 9, 1)));
        check("29/02/2012", Ok(date(2012, 2, 29)));
        check("2/3/09", Ok(date(2009, 3, 2)));
    }

    #[test]
    fn what_is_no_birthday_is_told_apart() {
        check("", Err(RowError::NotADate));
        check("soon", Err(RowError::NotADate));
        check("March 2012", Err(RowError::NotADate));
        check("14/03/212", Err(RowError::NotADate));
        check("14/March/March", Err(RowError::NotADate));
        check("31/02/2012", Err(RowError::NoSuchDay));
        check("29/02/2011", Err(RowError::NoSuchDay));
        check("0/03/2012", Err(RowError::NoSuchDay));
        check("03/14/2012", Err(RowError::MonthFirst));
        check("32/13/2012", Err(RowError::NoSuchDay));
        check("21/11/2026", Err(RowError::Future));
        check("14/03/1999", Err(RowError::TooLongAgo(26)));
        check("99999", Err(RowError::NotADate));
        check("12345678901234567890", Err(RowError::NotADate));
    }

    #[test]
    fn the_order_shows_where_it_can() {
        assert_eq!(order("14/03/2012"), Some(First::Day));
        assert_eq!(order("03/14/2012"), Some(First::Month));
        assert_eq!(order("03/04/2012"), None);
        assert_eq!(order("14th March 2012"), None);
        assert_eq!(order("2012-03-14"), None);
    }
}
