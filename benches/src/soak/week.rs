//! What a school writes in a week or some, hour by hour: the last of the invented school.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use sheaf_demo::{DemoSchool, Options};
use sheaf_records::{Kind, Record, occurred};

use super::HOURS_A_DAY;

/// When a school day begins here; what happened earlier is written at this hour.
const DAY_BEGINS: f64 = 8.0;
/// One incident in so many is worked on later, by somebody else.
const EDITED_ONE_IN: usize = 3;
/// So many school hours later.
const EDITED_AFTER: f64 = 2.0;
/// The colleague who does so is so many devices further on.
const EDITED_BY_NEXT: usize = 7;
const EDITED_TEXT: &str = "Spoke to both and to the form tutor. Home has been told; a seat by \
                           the door until Friday, then we look again.";
/// School days of a week.
const DAYS_A_WEEK: u8 = 5;
/// Who writes is nobody's neighbour: this has no divisor in common with a number of devices up to
/// sixty, so that all have their turn.
const NEXT_WRITER: usize = 61;

/// A school at the beginning of a week, and what is written in it.
#[derive(Debug)]
pub struct Week {
    /// The name of the school.
    pub name: String,
    /// Its today.
    pub today: Date,
    /// What all devices hold at the beginning, those first that others refer to.
    pub before: Vec<Vec<Record>>,
    /// What is written, in order of time.
    pub writes: Vec<Write>,
    /// How many days it has.
    pub days: u8,
}

/// One save.
#[derive(Debug)]
pub struct Write {
    /// School hours since the beginning of the week.
    pub hour: f64,
    /// Which device writes.
    pub device: usize,
    /// What is done.
    pub act: Act,
}

/// What is done by a save.
#[derive(Debug)]
pub enum Act {
    /// Something is written down.
    Add(Box<Record>),
    /// Something is changed.
    Edit {
        /// The record.
        id: String,
        /// The field.
        field: &'static str,
        /// What it says now.
        text: String,
    },
}

impl Week {
    /// The last school days of a school with so many pupils, written on so many devices: from a
    /// Monday on, without weekends.
    pub fn invent(pupils: u32, devices: u16, days: u8) -> Result<Self> {
        let options = Options { pupils, years: 1, ..Options::default() };
        let mut demo = sheaf_demo::generate(&options)?;
        let (name, today) = (demo.name.clone(), demo.today);
        let monday = first_monday(today, days)?;
        let events = events(&mut demo);
        let before = [
            demo.calendars,
            demo.code_lists,
            demo.staff,
            demo.pupils,
            demo.caseloads,
            demo.interventions,
        ];
        let mut writes = Vec::new();
        for record in events {
            let Some(hour) = hour_of(&record, monday, days, writes.len()) else { continue };
            let device = writes.len() * NEXT_WRITER % usize::from(devices);
            let is_edited = record.kind == Kind::Incident && writes.len() % EDITED_ONE_IN == 0;
            if is_edited && hour + EDITED_AFTER < f64::from(days) * HOURS_A_DAY {
                let id = record.id.to_string();
                let text = EDITED_TEXT.to_owned();
                let device = (device + EDITED_BY_NEXT) % usize::from(devices);
                let act = Act::Edit { id, field: "narrative", text };
                writes.push(Write { hour: hour + EDITED_AFTER, device, act });
            }
            writes.push(Write { hour, device, act: Act::Add(Box::new(record)) });
        }
        ensure!(!writes.is_empty(), "nothing was written on the last days of the invented school");
        writes.sort_by(|a, b| a.hour.total_cmp(&b.hour));
        Ok(Self { name, today, before: before.into(), writes, days })
    }

    /// School hours from its beginning to its end.
    pub fn hours(&self) -> f64 {
        f64::from(self.days) * HOURS_A_DAY
    }
}

/// What is written down as it happens. Referrals here name no incident: it may be of an earlier
/// week, which these devices do not have.
fn events(demo: &mut DemoSchool) -> Vec<Record> {
    for referral in &mut demo.room_stays {
        referral.fields.remove("incident");
    }
    let known: BTreeSet<_> = demo.interventions.iter().map(|record| record.id).collect();
    let mut sessions = std::mem::take(&mut demo.intervention_sessions);
    sessions.retain(|session| {
        let of = session.one("intervention").and_then(|value| value.as_record());
        of.is_none_or(|id| known.contains(&id))
    });
    let mut events = std::mem::take(&mut demo.incidents);
    events.append(&mut demo.positive_events);
    events.append(&mut demo.room_stays);
    events.append(&mut sessions);
    events
}

/// The Monday from which on so many school days end with the last week that has a Friday.
fn first_monday(today: Date, days: u8) -> Result<Date> {
    let mut friday = today;
    while friday.weekday() != Weekday::Friday {
        friday = friday.yesterday()?;
    }
    let weeks_before = days.saturating_sub(1) / DAYS_A_WEEK;
    let monday = friday.checked_sub(4.days())?.checked_sub(i64::from(weeks_before).weeks());
    monday.context("a week with no Monday")
}

/// Which school day it is since a Monday, which is the first; none at a weekend or before.
fn school_day(date: Date, monday: Date) -> Option<i32> {
    let day = date.since(monday).ok()?.get_days();
    let (week, weekday) = (day.div_euclid(7), day.rem_euclid(7));
    (day >= 0 && weekday < i32::from(DAYS_A_WEEK)).then(|| week * i32::from(DAYS_A_WEEK) + weekday)
}

/// School hours since the first Monday morning, for what happened on those days.
fn hour_of(record: &Record, monday: Date, days: u8, number: usize) -> Option<f64> {
    let at = occurred(record)?;
    let day = school_day(at.date(), monday).filter(|day| *day < i32::from(days))?;
    let hour = if record.kind == Kind::InterventionSession {
        // Sessions have a day and no hour: they are spread over it.
        (number * NEXT_WRITER % 60) as f64 / 60.0 * (HOURS_A_DAY - 1.0)
    } else {
        f64::from(at.hour()) + f64::from(at.minute()) / 60.0 - DAY_BEGINS
    };
    Some(f64::from(day) * HOURS_A_DAY + hour.clamp(0.0, HOURS_A_DAY - 0.01))
}
