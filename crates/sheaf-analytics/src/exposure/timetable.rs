//! What the periods of each school day add up to.

use std::ops::Range;

use jiff::Unit;
use jiff::civil::Date;
use sheaf_records::Period as DayPeriod;

use super::Exposure;
use crate::data::calendar::Days;
use crate::data::column::Column;
use crate::data::days::date_of;
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::narrowing::Narrowing;
use crate::plan::eval::{Rows, condition};
use crate::stays::OpenDays;

/// Lessons or minutes of each school day by the code of the period.
#[derive(Clone)]
pub(crate) struct Timetable {
    /// The codes, each once; a single one without a name where days count whole.
    codes: Vec<String>,
    /// By school day, a day's periods one after the other.
    amounts: Vec<u64>,
    /// The school years without periods, with the places of their days.
    bare: Vec<(String, Range<usize>)>,
}

impl Timetable {
    /// Days that count one each.
    pub(super) fn whole_days(open: &OpenDays) -> Self {
        let (codes, amounts) = (vec![String::new()], vec![1; open.counts.len()]);
        Self { codes, amounts, bare: Vec::new() }
    }

    /// The periods of each of these days, of the school year in which it lies, that conditions on
    /// the period keep.
    pub(super) fn new(
        scope: &Scope,
        exposure: Exposure,
        open: &OpenDays,
        narrowing: &Narrowing,
    ) -> Result<Self, AnalyticsError> {
        if scope.snapshot().is_of_many() {
            let why = "the days of several schools have periods of their own: lessons and minutes \
                       are counted within one school; run this metric there";
            return Err(AnalyticsError::Source(why.to_owned()));
        }
        let dates: Vec<Date> = open.dates().filter_map(date_of).collect();
        let of_day: Vec<Vec<(&str, u64)>> =
            dates.iter().map(|day| periods(scope, *day, exposure)).collect();
        let mut codes: Vec<String> = Vec::new();
        for (code, _) in of_day.iter().flatten() {
            if !codes.iter().any(|known| known == code) {
                codes.push((*code).to_owned());
            }
        }
        let kept = kept(scope, codes, narrowing)?;
        let mut amounts = vec![0; dates.len() * kept.len()];
        for (line, periods) in amounts.chunks_mut(kept.len()).zip(&of_day) {
            for (code, amount) in periods {
                let place = kept.iter().position(|known| known == code);
                if let Some(slot) = place.and_then(|place| line.get_mut(place)) {
                    *slot += amount;
                }
            }
        }
        Ok(Self { codes: kept, amounts, bare: bare(scope, &dates) })
    }

    /// Makes sure that the days from one place to before another have periods.
    pub(crate) fn check(&self, days: Range<usize>) -> Result<(), AnalyticsError> {
        let is_inside =
            |(_, bare): &&(String, Range<usize>)| bare.start < days.end && days.start < bare.end;
        match self.bare.iter().find(is_inside) {
            None => Ok(()),
            Some((year, _)) => Err(AnalyticsError::Exposure(format!(
                "school year {year} has no periods of the day; add them to the calendar, narrow \
                 the period, or count over pupil-days"
            ))),
        }
    }

    /// What a school day adds up to over the periods that are asked for, by their places.
    pub(crate) fn amount(&self, day: usize, wanted: impl Fn(usize) -> bool) -> u64 {
        let width = self.codes.len();
        let line = self.amounts.get(day * width..(day + 1) * width).unwrap_or_default();
        line.iter().enumerate().filter(|(place, _)| wanted(*place)).map(|(_, amount)| amount).sum()
    }

    /// Whether days come in periods.
    pub(crate) fn has_periods(&self) -> bool {
        self.codes.first().is_some_and(|code| !code.is_empty())
    }

    /// The codes as a column, a row a period.
    pub(crate) fn column(&self) -> Column {
        Column::texts(self.codes.iter().map(Some))
    }
}

/// Code and amount of the periods of a day.
fn periods(scope: &Scope, day: Date, exposure: Exposure) -> Vec<(&str, u64)> {
    let is_had = |period: &&DayPeriod| exposure == Exposure::Minutes || period.kind == "lesson";
    let amount = |period: &DayPeriod| match exposure {
        Exposure::Minutes => minutes(period),
        _ => 1,
    };
    let periods = scope.calendar().periods_on(day).iter().filter(is_had);
    periods.map(|one| (one.code.as_str(), amount(one))).collect()
}

/// The school years of these days that have no periods.
fn bare(scope: &Scope, dates: &[Date]) -> Vec<(String, Range<usize>)> {
    let calendar = scope.calendar();
    let mut found: Vec<(String, Range<usize>)> = Vec::new();
    for (place, day) in dates.iter().enumerate() {
        if !calendar.periods_on(*day).is_empty() {
            continue;
        }
        let year = calendar.year(*day).unwrap_or_default();
        match found.last_mut().filter(|last| last.0 == year && last.1.end == place) {
            Some(last) => last.1.end = place + 1,
            None => found.push((year.to_owned(), place..place + 1)),
        }
    }
    found
}

fn minutes(period: &DayPeriod) -> u64 {
    let length = period.ends.since((Unit::Minute, period.starts)).map(|span| span.get_minutes());
    u64::try_from(length.unwrap_or_default()).unwrap_or_default()
}

/// The periods that the conditions keep.
fn kept(
    scope: &Scope,
    codes: Vec<String>,
    narrowing: &Narrowing,
) -> Result<Vec<String>, AnalyticsError> {
    let mut codes = codes;
    for one in &narrowing.period {
        let rows = Codes { scope, codes: &codes };
        let holds = condition(one, &rows)?;
        let mut answers = holds.iter();
        codes.retain(|_| answers.next().flatten() == Some(true));
    }
    if codes.is_empty() {
        let why = match narrowing.period.is_empty() {
            true => {
                "no period of the day is a lesson; add the periods of the day to the calendar, \
                     or count over pupil-days"
            }
            false => "no period of the day passes the condition on the period",
        };
        return Err(AnalyticsError::Exposure(why.to_owned()));
    }
    Ok(codes)
}

/// Periods as rows over which conditions are worked out.
struct Codes<'a> {
    scope: &'a Scope,
    codes: &'a [String],
}

impl Rows for Codes<'_> {
    fn len(&self) -> usize {
        self.codes.len()
    }

    fn column(&self, name: &str) -> Result<Column, AnalyticsError> {
        match name {
            "period" => Ok(Column::texts(self.codes.iter().map(Some))),
            _ => Err(AnalyticsError::unknown_column("periods of the day", name, ["period"])),
        }
    }

    fn days(&self) -> &Days {
        self.scope.snapshot().days()
    }
}
