//! Reading the school calendar from its records.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};

use super::{
    CalendarError, HalfTerm, Period, SchoolCalendar, WeekLetter, Year, day_number, is_weekday,
    monday_of,
};
use crate::field_type::{parse_date, parse_time};
use crate::kind::Kind;
use crate::record::Record;
use crate::value::Value;

/// The most years one calendar may span, so that a mistyped year does not fill the memory.
const MAX_YEARS: i32 = 60;

pub(super) fn calendar<'a>(
    records: impl IntoIterator<Item = &'a Record>,
) -> Result<SchoolCalendar, CalendarError> {
    let mut years = Vec::new();
    let mut half_terms = Vec::new();
    let mut closed = BTreeSet::new();
    let mut week_a = BTreeSet::new();
    for record in records.into_iter().filter(|record| record.kind == Kind::Calendar) {
        let year = read_year(record)?;
        read_half_terms(record, &year.name, &mut half_terms)?;
        read_closed(record, &year.name, &mut closed)?;
        week_a.extend(record.one("week_a_from").and_then(Value::as_date).map(monday_of));
        years.push(year);
    }
    years.sort_by_key(|year| year.from);
    half_terms.sort_by_key(|half_term| half_term.from);
    refuse_overlaps(&half_terms)?;
    let (days, planned) = school_days(&half_terms, &closed)?;
    let (origin, before) = count_before(&days);
    let weeks = letter_weeks(&planned, &week_a);
    Ok(SchoolCalendar { years, half_terms, days, origin, before, weeks })
}

fn read_year(record: &Record) -> Result<Year, CalendarError> {
    let name = record.text("year").unwrap_or_default().to_owned();
    let day = |field| record.one(field).and_then(Value::as_date);
    let (from, to) = bounds(&name, "year", day("from"), day("to"))?;
    let mut periods: Vec<_> =
        record.rows("periods").filter_map(|(code, row)| read_period(code, row)).collect();
    periods.sort_by(|a, b| (a.order, &a.code).cmp(&(b.order, &b.code)));
    Ok(Year { name, from, to, periods })
}

fn bounds(
    year: &str,
    what: &str,
    from: Option<Date>,
    to: Option<Date>,
) -> Result<(Date, Date), CalendarError> {
    let (year, what) = (year.to_owned(), what.to_owned());
    match from.zip(to) {
        None => Err(CalendarError::Incomplete { year, what }),
        Some((from, to)) if to < from => Err(CalendarError::Backwards { year, what }),
        Some((from, to)) => Ok((from, to)),
    }
}

fn read_period(code: &str, row: &BTreeMap<String, Value>) -> Option<Period> {
    let text = |column: &str| row.get(column).and_then(Value::as_text);
    let time = |column| text(column).and_then(|text| parse_time(text).ok());
    Some(Period {
        code: code.to_owned(),
        title: text("title").unwrap_or(code).to_owned(),
        order: row.get("order").and_then(Value::as_int).unwrap_or(0),
        kind: text("kind")?.to_owned(),
        starts: time("starts")?,
        ends: time("ends")?,
        follows: text("follows").map(str::to_owned),
    })
}

fn read_half_terms(
    record: &Record,
    year: &str,
    half_terms: &mut Vec<HalfTerm>,
) -> Result<(), CalendarError> {
    for (code, row) in record.rows("terms") {
        let day = |column: &str| row.get(column).and_then(Value::as_date);
        let (from, to) = bounds(year, code, day("from"), day("to"))?;
        let name = row.get("name").and_then(Value::as_text).unwrap_or(code).to_owned();
        let (code, year) = (code.to_owned(), year.to_owned());
        half_terms.push(HalfTerm { code, name, year, from, to });
    }
    Ok(())
}

fn read_closed(
    record: &Record,
    year: &str,
    closed: &mut BTreeSet<Date>,
) -> Result<(), CalendarError> {
    for field in ["inset", "closures"] {
        for (key, _) in record.rows(field) {
            let not_a_date = |_| CalendarError::NotADate { year: year.to_owned(), field };
            closed.insert(parse_date(key).map_err(not_a_date)?);
        }
    }
    Ok(())
}

fn refuse_overlaps(half_terms: &[HalfTerm]) -> Result<(), CalendarError> {
    for (one, other) in half_terms.iter().zip(half_terms.iter().skip(1)) {
        if other.from <= one.to {
            let name = |half_term: &HalfTerm| format!("{} {}", half_term.code, half_term.year);
            return Err(CalendarError::Overlap { one: name(one), other: name(other) });
        }
    }
    Ok(())
}

/// The school days, and the Mondays of the weeks in which a half-term has a weekday.
fn school_days(
    half_terms: &[HalfTerm],
    closed: &BTreeSet<Date>,
) -> Result<(Vec<Date>, BTreeSet<Date>), CalendarError> {
    if let (Some(first), Some(last)) = (half_terms.first(), half_terms.last())
        && i32::from(last.to.year()) - i32::from(first.from.year()) > MAX_YEARS
    {
        return Err(CalendarError::TooLong(MAX_YEARS));
    }
    let mut days = Vec::new();
    let mut weeks = BTreeSet::new();
    for half_term in half_terms {
        let dates = half_term.from.series(jiff::Span::new().days(1));
        for date in dates.take_while(|date| *date <= half_term.to).filter(|date| is_weekday(*date))
        {
            weeks.insert(monday_of(date));
            if !closed.contains(&date) {
                days.push(date);
            }
        }
    }
    Ok((days, weeks))
}

/// The first school day, and for each date from it on how many school days lie before.
fn count_before(days: &[Date]) -> (Date, Vec<u32>) {
    let origin = days.first().copied().unwrap_or(date(2000, 1, 1));
    let first = day_number(origin);
    let mut before = Vec::new();
    for (count, day) in (0..).zip(days) {
        let place = usize::try_from(day_number(*day) - first).unwrap_or(0);
        before.resize(place + 1, count);
    }
    before.push(u32::try_from(days.len()).unwrap_or(u32::MAX));
    (origin, before)
}

/// The letters of the weeks: each named week A starts anew, the others alternate from it.
fn letter_weeks(planned: &BTreeSet<Date>, week_a: &BTreeSet<Date>) -> Vec<(Date, WeekLetter)> {
    let Some(first) = week_a.first() else { return Vec::new() };
    let weeks_before = planned.iter().take_while(|monday| *monday < first).count();
    let mut letter = if weeks_before % 2 == 0 { WeekLetter::A } else { WeekLetter::B };
    let mut weeks = Vec::new();
    for monday in planned {
        if week_a.contains(monday) {
            letter = WeekLetter::A;
        }
        weeks.push((*monday, letter));
        letter = match letter {
            WeekLetter::A => WeekLetter::B,
            WeekLetter::B => WeekLetter::A,
        };
    }
    weeks
}
