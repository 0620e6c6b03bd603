//! Absence: what is missed in all and on each weekday, who is near a limit, and around events.

mod habits;
mod lists;

use std::collections::BTreeSet;
use std::sync::Arc;

use rhai::{Array, Dynamic, INT, Map};
use sheaf_analytics::{Absence, Missed};
use sheaf_charts::Scale;
use sheaf_stats::{BeforeAfter, DEFAULT_LEVEL, clustered_rate_ratio, clustered_share, wilson};

use super::columns::of_texts;
use super::frame::{FrameValue, Part, label};
use super::origin::Origin;
use super::people::{MAX_LISTED, SaidPupil, SaidPupils};
use super::smallness::{of_counts, of_parts};
use super::table::Table;
use crate::column::{About, Column};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// Absence is persistent from one session in so many on, severe from one in so many.
const PERSISTENT: u32 = 10;
const SEVERE: u32 = 2;

/// Monday to Friday.
const WEEKDAYS: [&str; 5] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

/// The most school days before and after an event.
const MAX_AROUND: i64 = 60;

/// Absence as scripts hold it.
#[derive(Clone)]
pub struct AbsenceValue {
    absence: Arc<Absence>,
    origin: Origin,
    /// Why all of it is hidden, if it is.
    guard: Option<Missing>,
}

/// The halves of the week as scripts hold them.
#[derive(Clone)]
pub struct Week(Vec<(String, Estimate)>);

/// Registers absence.
pub fn register(registry: &mut Registry) {
    registry.name_type::<AbsenceValue>("absence");
    registry.name_type::<Week>("week");
    registry.overload("to_string", |_: &mut AbsenceValue| "absence".to_owned());
    registry.function(
        Group::Absence.item(
            "absence",
            "table.absence() -> absence",
            "The sessions of `cx.attendance` by pupil and day. Sessions that do not count are left \
             out, and those on days without school are in no pattern.",
            "cx.attendance.absence().pupils",
            "10",
        ),
        |table: &mut Table| {
            if table.origin.table != "attendance" {
                return Err(fault("`absence` belongs to `cx.attendance`"));
            }
            let rows = FrameValue::of_table(table)?;
            table.run.note_conflicts(rows.frame.rows_in_conflict());
            let absence = Arc::new(rows.frame.absence(&table.run.budget).map_err(raised)?);
            Ok(AbsenceValue { absence, guard: rows.guard(), origin: table.origin.clone() })
        },
    );
    registry.fields(|absence: &mut AbsenceValue, name: &str| absence.field(name));
    registry.fields(|week: &mut Week, name: &str| week.field(name));
    registry.function(
        Group::Absence.item(
            "by",
            "absence.by(name) -> array of parts",
            "The same for each value of a column, each with `key`, `label` and `frame`.",
            "cx.attendance.absence().by(\"year_group\").map(|one| one.label)[0]",
            "Year 9",
        ),
        |absence: &mut AbsenceValue, name: &str| absence.parts(name),
    );
    fields(registry);
    questions(registry);
    lists::register(registry);
}

fn fields(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "pupils",
            "absence.pupils -> integer",
            "How many pupils have a session that counts.",
            "cx.attendance.absence().pupils",
            "10",
        ),
        (
            "overall",
            "absence.overall -> estimate",
            "The share of sessions that was missed, its interval over pupils.",
            "cx.attendance.absence().overall.value",
            "0.15",
        ),
        (
            "persistent",
            "absence.persistent -> estimate",
            "The share of pupils who missed a tenth of their own sessions or more.",
            "cx.attendance.absence().persistent.value",
            "0.6",
        ),
        (
            "severe",
            "absence.severe -> estimate",
            "The share of pupils who missed half of their own sessions or more.",
            "cx.attendance.absence().severe.value",
            "0.0",
        ),
        (
            "week",
            "absence.week -> week",
            "The share missed in each half of each weekday: `name`, `share`, `lower` and `upper` \
             are columns for a chart.",
            "cx.attendance.absence().week.share.len",
            "10",
        ),
    ] {
        registry.field(Group::Absence.item(name, signature, doc, example, gives));
    }
}

fn questions(registry: &mut Registry) {
    registry.function(
        Group::Absence.item(
            "weekday",
            "absence.weekday(d) -> estimate",
            "Days missed, in part or whole, on a weekday from 1 for Monday to 5 for Friday, over \
             those on the other weekdays; its interval is over pupils.",
            "cx.attendance.absence().weekday(5).ok",
            "true",
        ),
        |absence: &mut AbsenceValue, day: INT| absence.weekday(day),
    );
    registry.function(
        Group::Absence.item(
            "around",
            "absence.around(events, #{days, ends}) -> estimate",
            "Sessions missed in so many school days after the events of a table, less those in as \
             many before, on average over pupils: each is their own comparison. The day of the \
             event, and the days up to its end where `ends` names that column, are in neither.",
            "cx.attendance.absence().around(cx.room_referrals, #{ days: 5 }).ok",
            "false",
        ),
        |absence: &mut AbsenceValue, events: Table, options: Map| absence.around(&events, &options),
    );
}

impl AbsenceValue {
    /// The pupils with a session that counts, as rows.
    fn rows(&self) -> impl Iterator<Item = (usize, Missed)> + '_ {
        let rows = self.absence.totals().iter().copied().enumerate();
        rows.filter(|(_, total)| total.possible > 0)
    }

    /// Why a share of the pupils for whom something holds is hidden, if it is.
    fn hidden(&self, holds: impl Fn(Missed) -> bool) -> Option<Missing> {
        let with = self.rows().filter(|(_, total)| holds(*total)).count();
        let few = || self.few(self.absence.pupils(), with);
        self.guard.clone().or_else(few)
    }

    fn few(&self, pupils: usize, with: usize) -> Option<Missing> {
        of_counts(pupils, with, self.origin.split, self.origin.audience)
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        Ok(match name {
            "pupils" => match self.hidden(|_| true) {
                Some(missing) => Dynamic::from(missing),
                None => Dynamic::from(self.absence.pupils() as INT),
            },
            "overall" => Dynamic::from(self.share(self.absence.totals())),
            "persistent" => Dynamic::from(self.reaching(PERSISTENT)),
            "severe" => Dynamic::from(self.reaching(SEVERE)),
            "week" => Dynamic::from(self.week()),
            _ => return Err(unknown("absence has no", name, FIELDS)),
        })
    }

    /// A share of sessions with one row of `missed` for each pupil.
    fn share(&self, missed: &[Missed]) -> Estimate {
        if let Some(missing) = self.hidden(|total| total.absent > 0) {
            return Estimate::missing(missing);
        }
        let of = |value: fn(&Missed) -> u32| -> Vec<f64> {
            missed.iter().map(|one| f64::from(value(one))).collect()
        };
        let codes = self.absence.codes();
        let (absent, possible) = (of(|one| one.absent), of(|one| one.possible));
        Estimate::of(clustered_share(&absent, &possible, &codes, DEFAULT_LEVEL))
    }

    fn reaching(&self, one_in: u32) -> Estimate {
        if let Some(missing) = self.hidden(|total| total.reaches(one_in)) {
            return Estimate::missing(missing);
        }
        let with = self.rows().filter(|(_, total)| total.reaches(one_in)).count();
        Estimate::of(wilson(with as u64, self.absence.pupils() as u64, DEFAULT_LEVEL))
    }

    fn week(&self) -> Week {
        let halves = |(at, day): (usize, &&str)| {
            let day = day.get(..3).unwrap_or(day).to_owned();
            ["am", "pm"].into_iter().enumerate().map(move |(half, name)| {
                (format!("{day} {name}"), self.share(&self.absence.slot(at, half)))
            })
        };
        Week(WEEKDAYS.iter().enumerate().flat_map(halves).collect())
    }

    fn weekday(&self, day: INT) -> Answer<Estimate> {
        let at = usize::try_from(day - 1).ok().filter(|at| *at < WEEKDAYS.len());
        let at = at.ok_or_else(|| fault(format!("`weekday` takes 1 to 5, not {day}")))?;
        if let Some(missing) = self.hidden(|total| total.absent > 0) {
            return Ok(Estimate::missing(missing));
        }
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for (pupil, _) in self.rows() {
            let mut others = Missed::default();
            for (other, days) in self.absence.weekdays(pupil).into_iter().enumerate() {
                if other == at {
                    on.push(days);
                } else {
                    others.possible += days.possible;
                    others.absent += days.absent;
                }
            }
            off.push(others);
        }
        let of = |rows: &[Missed], value: fn(&Missed) -> u32| -> Vec<f64> {
            rows.iter().map(|one| f64::from(value(one))).collect()
        };
        let rows = BeforeAfter {
            n0: &of(&off, |one| one.absent),
            e0: &of(&off, |one| one.possible),
            n1: &of(&on, |one| one.absent),
            e1: &of(&on, |one| one.possible),
        };
        Ok(Estimate::of(clustered_rate_ratio(&rows, DEFAULT_LEVEL)))
    }

    fn around(&self, events: &Table, options: &Map) -> Answer<Estimate> {
        let given = Given::new("around", options, &["days", "ends"])?;
        let days = given.number("days", 5.0)? as i64;
        if !(1..=MAX_AROUND).contains(&days) {
            return Err(fault(format!("`days` of around is {days}; 1 to {MAX_AROUND} is needed")));
        }
        let ends = given.text("ends", "date")?;
        let events = events.pupil_events()?;
        let pairs = self.absence.around(&events, days as u32, &ends).map_err(raised)?;
        let with = pairs.iter().filter(|(_, one, other)| one.absent + other.absent > 0).count();
        let few = || self.few(pairs.len(), with);
        if let Some(missing) = self.guard.clone().or_else(few) {
            return Ok(Estimate::missing(missing));
        }
        let sessions = 2.0 * days as f64;
        let rate = |one: &Missed| sessions * f64::from(one.absent) / f64::from(one.possible);
        let before: Vec<f64> = pairs.iter().map(|(_, before, _)| rate(before)).collect();
        let after: Vec<f64> = pairs.iter().map(|(_, _, after)| rate(after)).collect();
        Ok(Estimate::of(sheaf_stats::paired_difference(&before, &after, DEFAULT_LEVEL)))
    }

    fn parts(&self, column: &str) -> Answer<Array> {
        let mut origin = self.origin.clone();
        origin.part_by(column)?;
        let budget = sheaf_analytics::Budget::default();
        let (mut keys, mut parts) = (Vec::new(), Vec::new());
        for group in self.absence.frame().by(column).map_err(raised)? {
            keys.push((label(&self.origin.table, column, &group.key), group.label));
            parts.push(Arc::new(group.frame.absence(&budget).map_err(raised)?));
        }
        let counts: Vec<u64> = parts.iter().map(|one| one.frame().len() as u64).collect();
        let pupils: Vec<usize> = parts.iter().map(|one| one.pupils()).collect();
        let hidden = of_parts(&counts, &pupils, origin.split, origin.audience);
        let part = |(((label, key), absence), hidden): (_, Option<Missing>)| {
            let guard = self.guard.clone().or(hidden);
            let value = Self { absence, guard, origin: origin.clone() };
            Dynamic::from(Part { label, key, frame: Dynamic::from(value) })
        };
        Ok(keys.into_iter().zip(parts).zip(hidden).map(part).collect())
    }

    /// A list of pupils: how many there are is hidden where they are few.
    fn listed(&self, rows: Vec<(usize, String)>) -> SaidPupils {
        let pupils: BTreeSet<usize> = rows.iter().map(|(row, _)| *row).collect();
        let (lines, in_all) = (rows.len(), pupils.len());
        let places: Vec<usize> = rows.iter().take(MAX_LISTED).map(|(row, _)| *row).collect();
        let ids = self.absence.ids(&places);
        let said = rows.into_iter().zip(ids).filter_map(|((row, why), ids)| {
            let pupil = self.absence.pupil_id(row)?;
            Some(SaidPupil { pupil, why, ids: crate::ids::shown(ids) })
        });
        SaidPupils { pupils: said.collect(), lines, in_all, audience: self.origin.audience }
    }
}

const FIELDS: [&str; 5] = ["pupils", "overall", "persistent", "severe", "week"];

impl Week {
    fn field(&self, name: &str) -> Answer<Dynamic> {
        let of = |value: fn(&sheaf_stats::Estimate) -> Option<f64>, title: &str| {
            let number = |one: &Estimate| one.numbers().and_then(value).unwrap_or(f64::NAN);
            let values: Vec<f64> = self.0.iter().map(|(_, one)| number(one)).collect();
            Dynamic::from(Column::numbers(values).about(About::new(title, Scale::Share)))
        };
        Ok(match name {
            "name" => Dynamic::from(of_texts(self.0.iter().map(|(name, _)| name.clone()))),
            "share" => of(|one| Some(one.value), "Sessions missed"),
            "lower" => of(|one| one.lower, ""),
            "upper" => of(|one| one.upper, ""),
            _ => return Err(unknown("a week has no", name, ["name", "share", "lower", "upper"])),
        })
    }
}

#[cfg(test)]
mod tests;
