//! The clocks that suspensions set running: how much of each limit is used, what is due when.
//!
//! Rules and numbers are those of `SuspensionClock`, whose source the code list names. What records
//! do not hold, such as whether the governors have met, is left open and never guessed.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{MAX_SESSIONS_A_YEAR, PERMANENT, suspended_sessions};
use crate::record::Record;
use crate::school_calendar::{HalfTerm, SchoolCalendar};
use crate::value::Value;

/// Sessions in a school day, and in a lunchtime.
const SESSIONS_A_DAY: i64 = 2;
const SESSIONS_A_LUNCHTIME: i64 = 1;

/// From more than so many sessions in a term on, the governors meet if the parents ask.
pub const TERM_SESSIONS_ASKED: i64 = 2 * 5;

/// From more than so many sessions in a term on, the governors have to meet.
pub const TERM_SESSIONS_MEET: i64 = 2 * 15;

/// Within how many school days the governors meet, where the parents ask and where they have to.
const DAYS_ASKED: i32 = 50;
const DAYS_MEET: i32 = 15;

/// The school sets work for so many school days of a suspension; from the next on there is
/// full-time provision.
const DAYS_OF_WORK: i32 = 5;

/// One thing that the law counts or asks for when a pupil is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockRule {
    /// No more than 45 school days in a school year.
    Year,
    /// More than 5 school days in a term: the governors meet if the parents ask.
    TermOver5,
    /// More than 15 school days in a term: the governors have to meet.
    TermOver15,
    /// After a permanent exclusion the governors have to meet.
    Permanent,
    /// Home is told without delay.
    HomeTold,
    /// Work is set for the first five days.
    WorkSet,
    /// Full-time provision from the sixth day on.
    SixthDay,
    /// A meeting about the return.
    Reintegration,
}

impl ClockRule {
    /// All, in order.
    pub const ALL: [Self; 8] = [
        Self::Year,
        Self::TermOver5,
        Self::TermOver15,
        Self::Permanent,
        Self::HomeTold,
        Self::WorkSet,
        Self::SixthDay,
        Self::Reintegration,
    ];

    /// The code of the list `suspension_clock`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Year => "year_45",
            Self::TermOver5 => "term_5",
            Self::TermOver15 => "term_15",
            Self::Permanent => "permanent",
            Self::HomeTold => "home_told",
            Self::WorkSet => "work_set",
            Self::SixthDay => "sixth_day",
            Self::Reintegration => "reintegration",
        }
    }
}

/// What the clocks need to know of one suspension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Suspended {
    /// Whether it is a permanent exclusion.
    pub is_permanent: bool,
    /// Whether it is for lunchtimes alone.
    pub is_lunchtimes: bool,
    /// Its first day.
    pub start: Date,
    /// Its last day, where it is written down.
    pub end: Option<Date>,
    /// Half-days lost; 0 for a permanent exclusion.
    pub sessions: i64,
    /// The day on which home was told.
    pub home_told: Option<Date>,
    /// The day on which the governors were told.
    pub governors_told: Option<Date>,
    /// Whether work was set, where it is written down.
    pub work_set: Option<bool>,
    /// The day from which full-time provision was arranged.
    pub provision_from: Option<Date>,
    /// The day of the reintegration meeting.
    pub reintegration: Option<Date>,
}

impl Suspended {
    /// What a record of kind `suspension` says; none where it has no first day.
    pub fn of(record: &Record) -> Option<Self> {
        let day = |field: &str| record.one(field).and_then(Value::as_date);
        let ty = record.text("type");
        Some(Self {
            is_permanent: ty == Some(PERMANENT),
            is_lunchtimes: ty == Some("LNCH"),
            start: day("start")?,
            end: day("end"),
            sessions: suspended_sessions(record),
            home_told: day("home_told_at"),
            governors_told: day("governors_told"),
            work_set: record.one("work_set").and_then(Value::as_bool),
            provision_from: day("provision_from"),
            reintegration: day("reintegration_at"),
        })
    }

    /// The school days that it takes with the sessions of each; days beyond the calendar are none.
    fn days(&self, calendar: &SchoolCalendar) -> Vec<(Date, i64)> {
        let most = if self.is_lunchtimes { SESSIONS_A_LUNCHTIME } else { SESSIONS_A_DAY };
        let mut left = if self.is_permanent { 0 } else { self.sessions.min(MAX_SESSIONS_A_YEAR) };
        let mut days: Vec<(Date, i64)> = Vec::new();
        let mut next = calendar.days_before(self.start);
        while left > 0 {
            let Some(day) = calendar.day_at(next) else { break };
            next += 1;
            // More sessions than its days have room for count on the last of them.
            if self.end.is_some_and(|end| end < day) {
                match days.last_mut() {
                    Some(last) => last.1 += left,
                    None => days.push((self.start, left)),
                }
                break;
            }
            days.push((day, left.min(most)));
            left -= most;
        }
        days
    }

    /// The last school day that it takes.
    fn last_day(&self, calendar: &SchoolCalendar) -> Option<Date> {
        self.end.or_else(|| self.days(calendar).last().map(|(day, _)| *day))
    }

    /// The school day of this number, from 1 for the first.
    fn nth_day(&self, calendar: &SchoolCalendar, n: i32) -> Option<Date> {
        let first = calendar.days_before(self.start);
        calendar.day_at(first.checked_add(u32::try_from(n - 1).ok()?)?)
    }
}

/// One clock of one pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// By which rule it runs.
    pub rule: ClockRule,
    /// Sessions used so far, what is decided for days to come included.
    pub used: Option<i64>,
    /// The sessions that are allowed, or up to which nothing follows.
    pub limit: Option<i64>,
    /// The last day of the term or the year in which it is counted.
    pub ends: Option<Date>,
    /// The day by which, or from which, something is due.
    pub due: Option<Date>,
    /// Whether records say that it was done; none where they cannot.
    pub is_done: Option<bool>,
    /// The reckoning in words.
    pub why: String,
    /// Which of the suspensions it comes from.
    pub of: Vec<usize>,
}

/// The sessions of one pupil in a term or a year.
#[derive(Default)]
struct Total {
    sessions: i64,
    /// The suspensions, in order of their first day here.
    of: Vec<usize>,
    /// When the total went past five and past fifteen days, and with which suspension.
    over: [Option<(Date, usize)>; 2],
}

impl Total {
    fn add(&mut self, at: usize, day: Date, sessions: i64) {
        self.sessions += sessions;
        if !self.of.contains(&at) {
            self.of.push(at);
        }
        for (over, limit) in self.over.iter_mut().zip([TERM_SESSIONS_ASKED, TERM_SESSIONS_MEET]) {
            if over.is_none() && self.sessions > limit {
                *over = Some((day, at));
            }
        }
    }
}

/// The clocks of one pupil on a day: those of the school year of that day, or of the last one that
/// has begun, and whatever is still due from before.
///
/// A suspension counts in the term of each of its days, with all days that are decided: a total is
/// what it comes to once they are served.
pub fn clocks(suspensions: &[Suspended], calendar: &SchoolCalendar, today: Date) -> Vec<Clock> {
    let mut order: Vec<usize> = (0..suspensions.len()).collect();
    order.sort_by_key(|at| suspensions.get(*at).map(|one| one.start));
    let chosen = || order.iter().filter_map(|at| Some((*at, suspensions.get(*at)?)));
    let mut years: BTreeMap<&str, Total> = BTreeMap::new();
    let mut terms: BTreeMap<(&str, Date), (&str, Total)> = BTreeMap::new();
    for (at, one) in chosen() {
        for (day, sessions) in one.days(calendar) {
            let Some(half_term) = calendar.half_term(day) else { continue };
            let (year, term) = (half_term.year.as_str(), half_term.term());
            years.entry(year).or_default().add(at, day, sessions);
            let begins = calendar.half_terms().iter();
            let first = begins.filter(|one| one.year == year && one.term() == term);
            let begins = first.map(|one| one.from).next().unwrap_or(day);
            terms
                .entry((year, begins))
                .or_insert((term, Total::default()))
                .1
                .add(at, day, sessions);
        }
    }
    let year = year_of(calendar, today);
    let view = View { suspensions, calendar, today, year };
    let mut found: Vec<Clock> = years
        .iter()
        .filter(|(name, _)| Some(**name) == year)
        .map(|(n, t)| view.year(n, t))
        .collect();
    for ((name, _), (term, total)) in &terms {
        found.extend(view.term(name, term, total));
    }
    for (at, one) in chosen() {
        found.extend(view.single(at, one));
    }
    found.retain(|clock| view.is_current(clock));
    found.sort_by_key(|clock| (clock.rule, clock.due));
    found
}

/// The school year of a day, or the last one that began before it.
fn year_of(calendar: &SchoolCalendar, today: Date) -> Option<&str> {
    let begun = calendar.years().filter(|(_, from, _)| *from <= today);
    begun.max_by_key(|(_, from, _)| *from).map(|(name, ..)| name)
}

struct View<'a> {
    suspensions: &'a [Suspended],
    calendar: &'a SchoolCalendar,
    today: Date,
    year: Option<&'a str>,
}

impl View<'_> {
    fn year(&self, name: &str, total: &Total) -> Clock {
        let used = days_words(total.sessions);
        Clock {
            used: Some(total.sessions),
            limit: Some(MAX_SESSIONS_A_YEAR),
            ends: self.calendar.years().find(|(year, ..)| *year == name).map(|(.., to)| to),
            ..clock(
                ClockRule::Year,
                format!("{used} of the 45 school days that are allowed in {name}"),
                &total.of,
            )
        }
    }

    /// What a term's total asks of the governors: of the two limits the higher one that it is past.
    fn term(&self, year: &str, term: &str, total: &Total) -> Vec<Clock> {
        let told = format!("{} in the {term} term of {year}", days_words(total.sessions));
        let of_term = |one: &&HalfTerm| one.year == year && one.term() == term;
        let ends = self.calendar.half_terms().iter().rfind(of_term).map(|one| one.to);
        let [over_5, over_15] = total.over;
        let rows = [
            (ClockRule::TermOver5, TERM_SESSIONS_ASKED, over_5, DAYS_ASKED),
            (ClockRule::TermOver15, TERM_SESSIONS_MEET, over_15, DAYS_MEET),
        ];
        let row = |(rule, limit, over, days): (ClockRule, i64, Option<(Date, usize)>, i32)| {
            let is_higher = rule == ClockRule::TermOver5 && over_15.is_some();
            let over = over.filter(|_| !is_higher);
            let (due, from) = over.map_or((None, String::new()), |(day, at)| {
                self.within(self.told_from(at, day), days)
            });
            let says = match (rule, over.is_some(), is_higher) {
                (_, _, true) => "past 15 days too".to_owned(),
                (ClockRule::TermOver15, true, _) => {
                    format!("the governors have to meet within {days} school days{from}")
                }
                (_, true, _) => {
                    format!("if home asks, the governors meet within {days} school days{from}")
                }
                _ if total.sessions == limit => {
                    format!("at the limit of {}, not past it", days_words(limit))
                }
                _ => format!(
                    "{} short of the limit of {}",
                    days_words(limit - total.sessions),
                    days_words(limit)
                ),
            };
            Clock {
                used: Some(total.sessions),
                limit: Some(limit),
                ends,
                due,
                ..clock(rule, format!("{told}: {says}"), &total.of)
            }
        };
        rows.into_iter().map(row).collect()
    }

    /// What one suspension asks for by itself.
    fn single(&self, at: usize, one: &Suspended) -> Vec<Clock> {
        let of = [at];
        let begun = words(one.start);
        let mut found = vec![Clock {
            due: Some(one.start),
            is_done: Some(one.home_told.is_some()),
            ..clock(
                ClockRule::HomeTold,
                match one.home_told {
                    Some(day) => format!("home was told on {}", words(day)),
                    None => format!("suspended from {begun}: no day on which home was told"),
                },
                &of,
            )
        }];
        if one.is_permanent {
            let (due, from) = self.within(self.told_from(at, one.start), DAYS_MEET);
            let says = format!("the governors have to meet within {DAYS_MEET} school days{from}");
            let why = format!("excluded for good from {begun}: {says}");
            found.push(Clock { due, ..clock(ClockRule::Permanent, why, &of) });
        }
        if one.is_lunchtimes {
            return found;
        }
        found.push(Clock {
            due: Some(one.start),
            is_done: Some(one.work_set == Some(true)),
            ..clock(ClockRule::WorkSet, self.work_words(one), &of)
        });
        found.extend(self.sixth_day(at, one));
        found.extend(self.reintegration(at, one));
        found
    }

    fn work_words(&self, one: &Suspended) -> String {
        let begun = words(one.start);
        match one.work_set {
            Some(true) => format!("suspended from {begun}: work was set"),
            Some(false) => format!("suspended from {begun}: work was not set"),
            None => format!("suspended from {begun}: not written down whether work was set"),
        }
    }

    fn sixth_day(&self, at: usize, one: &Suspended) -> Option<Clock> {
        let sixth = one.nth_day(self.calendar, DAYS_OF_WORK + 1)?;
        let reaches =
            one.is_permanent || one.days(self.calendar).iter().any(|(day, _)| *day >= sixth);
        if !reaches {
            return None;
        }
        let is_done = one.provision_from.is_some_and(|from| from <= sixth);
        let says = match one.provision_from {
            None => "no full-time provision is written down".to_owned(),
            Some(from) => format!("provision is arranged from {}", words(from)),
        };
        let why = format!("the sixth day is {}: {says}", words(sixth));
        let rule = ClockRule::SixthDay;
        Some(Clock { due: Some(sixth), is_done: Some(is_done), ..clock(rule, why, &[at]) })
    }

    fn reintegration(&self, at: usize, one: &Suspended) -> Option<Clock> {
        if one.is_permanent {
            return None;
        }
        let back = self.calendar.add_school_days(one.last_day(self.calendar)?, 1)?;
        let says = match one.reintegration {
            Some(day) => format!("the meeting is set for {}", words(day)),
            None => "no meeting is written down; the return does not wait for it".to_owned(),
        };
        let why = format!("back on {}: {says}", words(back));
        let rule = ClockRule::Reintegration;
        let (due, is_done) = (Some(back), Some(one.reintegration.is_some()));
        Some(Clock { due, is_done, ..clock(rule, why, &[at]) })
    }

    /// From when the governors' time runs: the day on which they were told or, while none is
    /// written down, the day that set it running.
    fn told_from(&self, at: usize, day: Date) -> (Date, bool) {
        let told = self.suspensions.get(at).and_then(|one| one.governors_told);
        (told.unwrap_or(day), told.is_some())
    }

    /// The day by which the governors meet, and from when it was counted.
    fn within(&self, (from, is_told): (Date, bool), days: i32) -> (Option<Date>, String) {
        let since = if is_told { "told on" } else { "counted from" };
        let note = if is_told { "" } else { ", as no day on which they were told is written down" };
        (self.calendar.add_school_days(from, days), format!(" ({since} {}{note})", words(from)))
    }

    /// Whether a clock belongs to the year, or something of it is still to come.
    fn is_current(&self, clock: &Clock) -> bool {
        let is_to_come = clock.due.is_some_and(|due| due >= self.today);
        let starts = clock.of.iter().filter_map(|at| self.suspensions.get(*at));
        let last = starts.map(|one| one.start).max();
        let in_year = last.and_then(|day| self.calendar.year(day));
        is_to_come || (in_year.is_some() && in_year == self.year)
    }
}

fn clock(rule: ClockRule, why: String, of: &[usize]) -> Clock {
    let of = of.to_vec();
    Clock { rule, used: None, limit: None, ends: None, due: None, is_done: None, why, of }
}

/// `7.5 days`, from sessions.
fn days_words(sessions: i64) -> String {
    match (sessions / SESSIONS_A_DAY, sessions % SESSIONS_A_DAY) {
        (0, 1) => "half a day".to_owned(),
        (1, 0) => "1 day".to_owned(),
        (days, 0) => format!("{days} days"),
        (days, _) => format!("{days}.5 days"),
    }
}

fn words(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

#[cfg(test)]
mod tests;
