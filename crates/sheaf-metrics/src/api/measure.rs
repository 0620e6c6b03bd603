//! `measure(..)`: rates by bin and split, with the pupil-days that belong to them.

mod by_pupil;
mod value;

use std::sync::Arc;

use rhai::{Dynamic, INT};
use sheaf_analytics::{
    Exposure, Grain, Measure, MeasureOptions, Period, PupilCounts, Roll, SameDays,
};

use super::calendar::SameDaysValue;
use super::exposure::{NEEDED, everything, permit, unit};
use super::expression::names;
use super::origin::is_id;
use super::table::Table;
use super::windows::CountsValue;
use crate::fault::{fault, unknown};
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;
use crate::words::counted;
pub use by_pupil::{ByPupil, PupilRows};
pub use value::{MeasureValue, Measured, half_term_words};

/// For how many pupils a rate is told unless it is told otherwise.
const PER: f64 = 100.0;

/// A measure that is being put together.
#[derive(Clone)]
pub struct MeasureToCome {
    name: String,
    pub(super) events: Option<Table>,
    exposure: Option<Exposure>,
    per: f64,
    unit: Option<String>,
    grain: Option<Grain>,
    /// How many school days up to each are taken together.
    trailing: Option<u32>,
    by: Vec<String>,
    period: Option<Period>,
    same: Option<Arc<SameDays>>,
}

/// Registers measures.
pub fn register(registry: &mut Registry) {
    registry.name_type::<MeasureToCome>("measure to collect");
    by_pupil::register(registry);
    registry.overload("to_string", |wanted: &mut MeasureToCome| format!("measure {}", wanted.name));
    registry.function(
        Group::Measure.item(
            "measure",
            "measure(name) -> measure",
            "A rate; `name` is what its events are called.",
            "measure(\"incidents\").to_string()",
            "measure incidents",
        ),
        |name: &str| MeasureToCome {
            name: name.to_owned(),
            events: None,
            exposure: None,
            per: PER,
            unit: None,
            grain: None,
            trailing: None,
            by: Vec::new(),
            period: None,
            same: None,
        },
    );
    parts(registry);
    shape(registry);
    registry.function(
        Group::Measure.item(
            "collect",
            "measure.collect() -> measured",
            "Counts: what it gives has a value for each bin, and with `by` parts; with `ratio_to` \
             it is counts, a row a pupil.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).over(\
             p.window).collect().len",
            "22",
        ),
        |wanted: &mut MeasureToCome| wanted.collect(),
    );
    value::register(registry);
}

fn parts(registry: &mut Registry) {
    registry.function(
        Group::Measure.item(
            "events",
            "measure.events(table) -> measure",
            "What is counted: distinct records; of incidents those of aggressors and participants, \
             unless a condition names the part.",
            "measure(\"a\").events(cx.room_referrals).to_string()",
            "measure a",
        ),
        |wanted: &mut MeasureToCome, table: Table| MeasureToCome {
            events: Some(table),
            ..wanted.clone()
        },
    );
    registry.function(
        Group::Measure.item(
            "exposure",
            "measure.exposure(exposure) -> measure; counts.exposure(exposure) -> counts",
            "Over what it is counted.",
            "measure(\"a\").exposure(pupil_days(\"enrolled\")).to_string()",
            "measure a",
        ),
        |wanted: &mut MeasureToCome, exposure: Exposure| MeasureToCome {
            exposure: Some(exposure),
            ..wanted.clone()
        },
    );
    registry.function(
        Group::Measure.item(
            "per",
            "measure.per(pupils) -> measure",
            "For how many pupils a rate is told; 100 without it.",
            "measure(\"a\").per(100).to_string()",
            "measure a",
        ),
        |wanted: &mut MeasureToCome, pupils: INT| match pupils {
            1..=100_000 => Ok(MeasureToCome { per: pupils as f64, ..wanted.clone() }),
            _ => Err(fault(format!("`per` takes 1 to 100000 pupils, not {pupils}"))),
        },
    );
    registry.function(
        Group::Measure.item(
            "unit",
            "measure.unit(text) -> measure",
            "What the axis of a chart says, where the usual words do not fit.",
            "measure(\"a\").unit(\"Slips a day\").to_string()",
            "measure a",
        ),
        |wanted: &mut MeasureToCome, text: &str| MeasureToCome {
            unit: Some(text.to_owned()),
            ..wanted.clone()
        },
    );
}

fn shape(registry: &mut Registry) {
    registry.function(
        Group::Measure.item(
            "at",
            "measure.at(grain) -> measure",
            "The bins: \"school_day\", \"school_week\" (without it), \"half_term\", \"term\" or \
             \"year\".",
            "measure(\"a\").at(\"half_term\").to_string()",
            "measure a",
        ),
        |wanted: &mut MeasureToCome, grain: &str| {
            Answer::Ok(MeasureToCome { grain: Some(grain_of(grain)?), ..wanted.clone() })
        },
    );
    registry.function(
        Group::Measure.item(
            "by",
            "measure.by(columns) -> measure",
            "Split by one column or by two; `measured.parts()` gives the groups.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).by(\
             \"year_group\").over(p.window).collect().parts().len()",
            "2",
        ),
        |wanted: &mut MeasureToCome, columns: Dynamic| {
            let by = names("by", &columns)?;
            if by.len() > 2 {
                return Err(fault("a measure is split by two columns at most"));
            }
            if let Some(id) = by.iter().find(|name| is_id(name)) {
                return Err(fault(format!("`{id}` is an id, and no group of pupils")));
            }
            Answer::Ok(MeasureToCome { by, ..wanted.clone() })
        },
    );
    registry.function(
        Group::Measure.item(
            "over",
            "measure.over(period) -> measure",
            "The days.",
            "measure(\"a\").over(p.window).to_string()",
            "measure a",
        ),
        |wanted: &mut MeasureToCome, period: Period| MeasureToCome {
            period: Some(period),
            ..wanted.clone()
        },
    );
    trailing(registry);
    registry.function(
        Group::Measure.item(
            "ratio_to",
            "measure.ratio_to(same_days) -> measure",
            "Collects a row a pupil instead: events and school days then (n0, e0) and now (n1, e1).",
            "measure(\"a\").ratio_to(cx.calendar.same_bins_last_year(p.window)).to_string()",
            "measure a",
        ),
        |wanted: &mut MeasureToCome, days: SameDaysValue| {
            MeasureToCome { same: Some(days.0), ..wanted.clone() }
        },
    );
}

/// The longest trailing window, in school days: a school year.
const MAX_TRAILING: INT = 200;

fn trailing(registry: &mut Registry) {
    registry.overload("trailing", |wanted: &mut MeasureToCome, days: INT, unit: &str| {
        if unit != "school_day" {
            return Err(unknown("a measure has no trailing window in", unit, ["school_day"]));
        }
        match u32::try_from(days).ok().filter(|_| (2..=MAX_TRAILING).contains(&days)) {
            Some(days) => Ok(MeasureToCome { trailing: Some(days), ..wanted.clone() }),
            None => Err(fault(format!(
                "`trailing` of a measure takes 2 to {MAX_TRAILING} school days, not {days}"
            ))),
        }
    });
    registry.field(
        Group::Measure
            .item(
                "trailing",
                "measure.trailing(n, \"school_day\") -> measure",
                "A value for each school day, over it and those before it up to `n`; none before \
                 the n-th day of the period. A value is hidden where one of its days would be by \
                 itself, and no statistic is worked out of values that share days.",
                "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).trailing(\
                 20, \"school_day\").over(p.window).collect().len",
                "91",
            )
            .added(),
    );
}

/// The grain of this name.
pub fn grain_of(name: &str) -> Answer<Grain> {
    Grain::from_name(name)
        .ok_or_else(|| unknown("there is no grain", name, Grain::ALL.map(Grain::name)))
}

impl MeasureToCome {
    fn collect(&self) -> Answer<Dynamic> {
        let Some(table) = &self.events else {
            return Err(fault("a measure needs `.events(table)`"));
        };
        let Some(exposure) = self.exposure else {
            return Err(fault(format!("a measure needs {NEEDED}")));
        };
        permit(&table.run, exposure)?;
        table.note_narrowing(exposure);
        if let Some(days) = &self.same {
            if self.trailing.is_some() {
                return Err(fault("`ratio_to` compares whole days; leave `trailing` out"));
            }
            return same_days(table, days, exposure).map(Dynamic::from);
        }
        let Some(period) = self.period else {
            return Err(fault("a measure needs `.over(period)`"));
        };
        let frame = table.counted()?;
        let options = MeasureOptions {
            grain: self.grain()?,
            by: self.by.clone(),
            period,
            narrowing: table.narrowing.clone(),
            exposure,
        };
        let measure = frame.measure(&options, &table.run.budget).map_err(raised)?;
        self.note(table, &measure, exposure);
        let unit = self.unit.clone().unwrap_or_else(|| self.usual_unit(exposure));
        let left_out = self.left_out(table, &options)?;
        let (name, trailing) = (self.name.clone(), self.trailing.unwrap_or(1) as usize);
        let of = Measured { measure, left_out, name, per: self.per, unit, trailing };
        Ok(Dynamic::from(MeasureValue::new(of, table, &options)))
    }

    fn grain(&self) -> Answer<Grain> {
        match (self.trailing, self.grain) {
            (None, grain) => Ok(grain.unwrap_or(Grain::SchoolWeek)),
            (Some(_), None | Some(Grain::SchoolDay)) => Ok(Grain::SchoolDay),
            (Some(_), Some(other)) => Err(fault(format!(
                "a trailing window ends on each school day; leave `.at(\"{}\")` out",
                other.name()
            ))),
        }
    }

    /// Tells the reader what is not counted as one might think.
    fn note(&self, table: &Table, measure: &Measure, exposure: Exposure) {
        if let Some(days) = self.trailing.filter(|days| measure.bins().len() < *days as usize) {
            table.run.note(format!("No {days} school days of {} are over yet", self.name));
        }
        if measure.outside() > 0 {
            table.run.note(format!(
                "{} in weeks without school are left out",
                counted(measure.outside() as u64, &self.name)
            ));
        }
        if !measure.is_shared() {
            table.run.note(format!(
                "Rates by {} are over {}",
                self.by.join(" and ").replace('_', " "),
                everything(exposure)
            ));
        }
        if measure.is_beyond() {
            let what = if exposure == Exposure::Lessons { "a lesson" } else { "a period" };
            table.run.note(format!(
                "Some {} were not in {what}, or no period was written down: they are counted too",
                self.name
            ));
        }
        if measure.unmarked() > 0.0 {
            table.run.note(format!(
                "{} of the sessions of pupils on the roll have no mark: nobody is taken to have \
                 been in school in them",
                sheaf_charts::percent(measure.unmarked())
            ));
        }
    }

    /// The same of what conditions on listed characteristics leave out.
    fn left_out(&self, table: &Table, options: &MeasureOptions) -> Answer<Option<Measure>> {
        let Some(rest) = table.left_out() else { return Ok(None) };
        let options = MeasureOptions { narrowing: rest.narrowing.clone(), ..options.clone() };
        rest.counted()?.measure(&options, &table.run.budget).map(Some).map_err(raised)
    }

    /// `Incidents per 100 pupils per school day`.
    fn usual_unit(&self, exposure: Exposure) -> String {
        let pupils = match self.per {
            1.0 => "pupil".to_owned(),
            per => format!("{} pupils", sheaf_charts::decimal(per, 0)),
        };
        format!("{} per {pupils} {}", super::frame::title(&self.name), unit(exposure))
    }
}

/// A row a pupil: events and exposure on some days and on the same days a year before.
fn same_days(table: &Table, days: &SameDays, exposure: Exposure) -> Answer<CountsValue> {
    let (scope, budget) = (&table.run.scope, &table.run.budget);
    let events = table.pupil_events()?;
    // What is counted may be rare: when the school began to write things down tells its table.
    let days = days.recorded(scope, &table.origin.table, budget).map_err(raised)?;
    let roll = Roll::over(scope, exposure, &table.narrowing, budget).map_err(raised)?;
    let counts = PupilCounts::same_days(&events, &Arc::new(roll), &days, budget).map_err(raised)?;
    Ok(CountsValue::new(counts, table.clone(), table.few_left_out()?))
}

#[cfg(test)]
mod tests;
