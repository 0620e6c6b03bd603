//! The school calendar: periods by name, arithmetic in school days, and the same days last year.

use std::sync::Arc;

use jiff::civil::Date;
use rhai::{Array, Dynamic, INT};
use sheaf_analytics::{Period, PeriodSpec, SameDays};
use sheaf_records::{HalfTerm, SchoolCalendar};

use super::table::Table;
use crate::fault::fault;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// School days paired with the same days of the year before.
#[derive(Clone)]
pub struct SameDaysValue(pub Arc<SameDays>);

/// The calendar and today, if this is the table of the calendar.
fn of<'a>(table: &'a Table, what: &str) -> Answer<(&'a SchoolCalendar, Date)> {
    if table.origin.table != "calendar" {
        return Err(fault(format!("`{what}` belongs to `cx.calendar`")));
    }
    Ok((table.run.scope.calendar(), table.run.scope.as_of()))
}

fn date(what: &str, text: &str) -> Answer<Date> {
    text.parse().map_err(|_| fault(format!("`{text}` of `{what}` is no date as 2026-11-22")))
}

/// Registers what the calendar can be asked.
pub fn register(registry: &mut Registry) {
    registry.name_type::<SameDaysValue>("same days");
    registry.overload("to_string", |days: &mut SameDaysValue| {
        format!("{} school days and the same a year before", days.0.len())
    });
    registry.property(
        Group::Calendar.item(
            "len",
            "same_days.len -> integer",
            "How many pairs of days.",
            "cx.calendar.same_bins_last_year(p.window).len",
            "0",
        ),
        |days: &mut SameDaysValue| days.0.len() as INT,
    );
    periods(registry);
    earlier(registry);
    days(registry);
    registry.function(
        Group::Calendar.item(
            "same_bins_last_year",
            "calendar.same_bins_last_year(period) -> same days",
            "The school days of a period, each with that of the same place in the same half-term a \
             year before, for `ratio_to`; so Easter may move.",
            "cx.calendar.same_bins_last_year(p.window).to_string()",
            "0 school days and the same a year before",
        ),
        |table: &mut Table, period: Period| {
            let (calendar, today) = of(table, "same_bins_last_year")?;
            Answer::Ok(SameDaysValue(Arc::new(SameDays::of(calendar, period, today))))
        },
    );
}

fn periods(registry: &mut Registry) {
    registry.function(
        Group::Calendar.item(
            "half_term",
            "calendar.half_term(k) -> period",
            "The half-term that began last for 0, the one before for -1.",
            "cx.calendar.half_term(-1).to_string()",
            "5 Jan 2026 to 13 Feb 2026",
        ),
        |table: &mut Table, back: INT| {
            let (calendar, today) = of(table, "half_term")?;
            let terms = begun(calendar, today);
            let found = nth(&terms, back, "half_term")?;
            Answer::Ok(Period { from: found.from, to: found.to.min(today) })
        },
    );
    registry.function(
        Group::Calendar.item(
            "term",
            "calendar.term(k) -> period",
            "The term that began last for 0, the one before for -1.",
            "cx.calendar.term(-1).to_string()",
            "1 Sep 2025 to 19 Dec 2025",
        ),
        |table: &mut Table, back: INT| {
            let (calendar, today) = of(table, "term")?;
            let halves = begun(calendar, today);
            let mut terms: Vec<Period> = Vec::new();
            for part in halves.chunk_by(|a, b| a.year == b.year && a.term() == b.term()) {
                if let (Some(first), Some(last)) = (part.first(), part.last()) {
                    terms.push(Period { from: first.from, to: last.to.min(today) });
                }
            }
            nth(&terms, back, "term").copied()
        },
    );
    registry.function(
        Group::Calendar.item(
            "last_school_days",
            "calendar.last_school_days(n) -> period",
            "So many school days up to today, or from the beginning of the calendar.",
            "cx.calendar.last_school_days(5).to_string()",
            "23 Feb 2026 to 27 Feb 2026",
        ),
        |table: &mut Table, days: INT| {
            let (calendar, today) = of(table, "last_school_days")?;
            let days = u32::try_from(some("last_school_days", days)?).unwrap_or(u32::MAX);
            PeriodSpec::LastSchoolDays(days).resolve(calendar, today).map_err(raised)
        },
    );
    ahead(registry);
}

fn ahead(registry: &mut Registry) {
    registry.function(
        Group::Calendar.item(
            "next_school_days",
            "calendar.next_school_days(n) -> period",
            "From today to the n-th school day after it, or to the end of the calendar.",
            "cx.calendar.next_school_days(5).to_string()",
            "27 Feb 2026 to 6 Mar 2026",
        ),
        |table: &mut Table, days: INT| {
            let (calendar, today) = of(table, "next_school_days")?;
            let days = i32::try_from(some("next_school_days", days)?).unwrap_or(i32::MAX);
            let last = calendar.years().map(|(_, _, to)| to).max().unwrap_or(today);
            let to = calendar.add_school_days(today, days).unwrap_or(last);
            Answer::Ok(Period { from: today, to: to.max(today) })
        },
    );
    registry.function(
        Group::Calendar.item(
            "holidays",
            "calendar.holidays(period) -> array of periods",
            "The weeks without a school day that lie in a period, for the gaps of a chart.",
            "cx.calendar.holidays(p.window)[0].to_string()",
            "27 Oct 2025 to 2 Nov 2025",
        ),
        |table: &mut Table, period: Period| {
            let (calendar, today) = of(table, "holidays")?;
            let period = Period { from: period.from, to: period.to.min(today) };
            Answer::Ok(holidays(calendar, period).into_iter().map(Dynamic::from).collect::<Array>())
        },
    );
}

fn earlier(registry: &mut Registry) {
    registry.function(
        Group::Calendar.item(
            "before",
            "calendar.before(period) -> period",
            "As many school days as a period has so far, up to the day before it begins; fewer \
             where the calendar does not go back so far.",
            "cx.calendar.before(cx.calendar.last_school_days(5)).to_string()",
            "9 Feb 2026 to 22 Feb 2026",
        ),
        |table: &mut Table, period: Period| {
            let (calendar, today) = of(table, "before")?;
            let days = calendar.school_days(period.from, period.to.min(today));
            let end = calendar.days_before(period.from);
            let to = period.from.yesterday().unwrap_or(period.from);
            let from = calendar.day_at(end.saturating_sub(days)).unwrap_or(to).min(to);
            Answer::Ok(Period { from, to })
        },
    );
}

/// So many school days that there is one.
fn some(what: &str, days: INT) -> Answer<INT> {
    if days >= 1 {
        return Ok(days);
    }
    Err(fault(format!("`{what}` takes 1 school day or more, not {days}")))
}

/// The half-terms that have begun, in order.
fn begun(calendar: &SchoolCalendar, today: Date) -> Vec<&HalfTerm> {
    calendar.half_terms().iter().filter(|half_term| half_term.from <= today).collect()
}

/// The last for 0, the one before for -1.
fn nth<'a, T>(all: &'a [T], back: INT, what: &str) -> Answer<&'a T> {
    let back = usize::try_from(back.saturating_neg())
        .map_err(|_| fault(format!("`{what}` takes 0 or a number below, not {back}")))?;
    let found = all.len().checked_sub(back + 1).and_then(|at| all.get(at));
    found.ok_or_else(|| fault(format!("the school calendar does not go back {back} for `{what}`")))
}

/// Stretches of at least a week without a school day between two school days of a period.
pub fn holidays(calendar: &SchoolCalendar, period: Period) -> Vec<Period> {
    const WEEK: i32 = 7;
    let inside = |day: &&Date| period.contains(**day);
    let days: Vec<&Date> = calendar.days().iter().filter(inside).collect();
    let pairs = days.iter().zip(days.iter().skip(1));
    let gap = |(last, next): (&&Date, &&Date)| {
        let apart = (**next - **last).get_days();
        let (from, to) = (last.tomorrow().ok()?, next.yesterday().ok()?);
        // A gap over a weekend and a bank holiday is none: the whole week must be free.
        (apart > WEEK).then(|| Period { from: from.max(next_monday(**last)), to })
    };
    pairs.filter_map(gap).collect()
}

fn next_monday(day: Date) -> Date {
    let ahead = 7 - i64::from(day.weekday().to_monday_zero_offset());
    day.checked_add(jiff::Span::new().days(ahead)).unwrap_or(day)
}

fn days(registry: &mut Registry) {
    registry.function(
        Group::Calendar.item(
            "school_days",
            "calendar.school_days(period) -> integer",
            "How many school days a period has.",
            "cx.calendar.school_days(p.window)",
            "110",
        ),
        |table: &mut Table, period: Period| {
            let (calendar, _) = of(table, "school_days")?;
            Answer::Ok(INT::from(calendar.school_days(period.from, period.to)))
        },
    );
    registry.function(
        Group::Calendar.item(
            "add_school_days",
            "calendar.add_school_days(date, n) -> date",
            "The n-th school day after a date, or before it where n is negative.",
            "cx.calendar.add_school_days(\"2026-02-13\", 1)",
            "2026-02-23",
        ),
        |table: &mut Table, from: &str, days: INT| {
            let (calendar, _) = of(table, "add_school_days")?;
            let days = i32::try_from(days).unwrap_or(i32::MAX);
            let found = calendar.add_school_days(date("add_school_days", from)?, days);
            found.map(|date| date.to_string()).ok_or_else(|| {
                fault("`add_school_days` goes beyond the school calendar; add the school year")
            })
        },
    );
    registry.function(
        Group::Calendar.item(
            "lesson_periods",
            "calendar.lesson_periods() -> array of texts",
            "The codes of the periods in which lessons are taught, in order.",
            "cx.calendar.lesson_periods().len()",
            "2",
        ),
        |table: &mut Table| {
            let (calendar, _) = of(table, "lesson_periods")?;
            let codes = calendar.lesson_periods().map(|one| Dynamic::from(one.code.clone()));
            Answer::Ok(codes.collect::<Array>())
        },
    );
}

#[cfg(test)]
mod tests;
