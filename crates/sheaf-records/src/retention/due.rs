//! From which day on a record should be looked at, or why there is no such day.

use std::fmt;

use jiff::civil::Date;

use super::{Basis, Period, PupilDates, RetentionRule, RetentionRules, Roll, Setting};
use crate::attendance::marks;
use crate::describe::occurred;
use crate::kind::Kind;
use crate::record::Record;
use crate::value::Value;

/// What the period of a record depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordDates {
    /// The kind.
    pub kind: Kind,
    /// Where the record lies.
    pub setting: Setting,
    /// The day of what is recorded; see [`event_day`].
    pub event: Option<Date>,
    /// The pupils whom it names, of a pupil's record that pupil; `None` for one whose record is
    /// not here.
    pub pupils: Vec<Option<PupilDates>>,
}

/// From which day on a record should be looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due<'r> {
    /// The day.
    pub date: Date,
    /// The rule that says so.
    pub rule: &'r RetentionRule,
}

/// Why there is no such day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum Undue {
    /// No rule gives a period.
    NoPeriod,
    /// No pupil is named.
    NobodyNamed,
    /// The record of a pupil who is named is not here.
    PupilNotHere,
    /// A pupil who is named has no date of birth.
    NoBirthDate,
    /// A pupil who is named is still on the roll.
    OnRoll,
    /// No spell says when a pupil who is named was on the roll.
    NeverOnRoll,
    /// It has no day, or is not over.
    NoDay,
}

impl Undue {
    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoPeriod => "no_period",
            Self::NobodyNamed => "nobody_named",
            Self::PupilNotHere => "pupil_not_here",
            Self::NoBirthDate => "no_birth_date",
            Self::OnRoll => "on_roll",
            Self::NeverOnRoll => "never_on_roll",
            Self::NoDay => "no_day",
        }
    }
}

impl fmt::Display for Undue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPeriod => "no period is known for records of this kind",
            Self::NobodyNamed => "no pupil is named",
            Self::PupilNotHere => "a pupil who is named has no record here",
            Self::NoBirthDate => "a pupil has no date of birth",
            Self::OnRoll => "a pupil is still on the roll",
            Self::NeverOnRoll => "nothing says when a pupil was on the roll",
            Self::NoDay => "it has no day, or is not over",
        })
    }
}

/// From which day on a record should be looked at, by the rule that counts `today`. A record that
/// names several pupils is needed as long as for any of them.
///
/// # Errors
/// There is no such day.
pub fn due<'r>(
    record: &RecordDates,
    rules: &'r RetentionRules,
    today: Date,
) -> Result<Due<'r>, Undue> {
    let rule = rules.in_force(record.kind, record.setting, today).ok_or(Undue::NoPeriod)?;
    let of_pupils = |day: &dyn Fn(&PupilDates) -> Result<Date, Undue>| {
        let days = record.pupils.iter().map(|pupil| match pupil {
            Some(pupil) => day(pupil),
            None => Err(Undue::PupilNotHere),
        });
        let days = days.collect::<Result<Vec<Date>, Undue>>()?;
        days.into_iter().max().ok_or(Undue::NobodyNamed)
    };
    let date = match rule.period {
        Period::None => return Err(Undue::NoPeriod),
        Period::Transfer => of_pupils(&left)?.tomorrow().map_err(|_| Undue::NoDay)?,
        Period::Years { years, from } => {
            let base = match from {
                Basis::Birth => of_pupils(&|pupil| pupil.birth.ok_or(Undue::NoBirthDate))?,
                Basis::Leaving => of_pupils(&left)?,
                Basis::Event => record.event.ok_or(Undue::NoDay)?,
            };
            after_years(base, years).ok_or(Undue::NoDay)?
        }
    };
    Ok(Due { date, rule })
}

fn left(pupil: &PupilDates) -> Result<Date, Undue> {
    match pupil.roll {
        Roll::Left(day) => Ok(day),
        Roll::On => Err(Undue::OnRoll),
        Roll::Unknown => Err(Undue::NeverOnRoll),
    }
}

/// The same day so many years later; of a 29 February in a common year the day after the 28th, so
/// that nothing is due a day too soon.
fn after_years(day: Date, years: u8) -> Option<Date> {
    let year = day.year().checked_add(i16::from(years))?;
    let same = Date::new(year, day.month(), day.day());
    same.or_else(|_| Date::new(year, 3, 1)).ok()
}

/// The day of what a record tells, from which a period may run: the last day of a suspension, an
/// intervention, a plan or a half-term's marks, the day of anything else. One that is not over has
/// none.
pub fn event_day(record: &Record) -> Option<Date> {
    let begun = occurred(record).map(|time| time.date());
    let end = record.one("end").and_then(Value::as_date);
    match record.kind {
        Kind::Intervention | Kind::Plan => end,
        Kind::Attendance => marks(record).last().map(|mark| mark.day),
        Kind::Suspension => end.or(begun),
        _ => begun,
    }
}
