//! Windows of a pupil's own: counts before and after, histories, comparisons, single courses.

mod counts;
mod course;
mod pairs;

use std::sync::Arc;

use rhai::{Dynamic, INT, Map};
use sheaf_analytics::{
    Audience, ComparisonKind, Exposure, Gap, MatchOptions, PupilCounts, Roll, Sensitivity,
    WindowOptions, Windows,
};

use super::context::Context;
use super::exposure::{NEEDED, permit};
use super::measure::grain_of;
use super::origin::Origin;
use super::smallness::{few_left_out, of_counts};
use super::table::Table;
use crate::column::{Behind, Column, Values};
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;
pub use counts::{ComparisonValue, CountsValue, Summary};
pub use course::PupilKey;

/// The longest window, in school days: a school year.
const MAX_WINDOW: f64 = 200.0;
/// The most half-terms of a history: three years.
const MAX_HALF_TERMS: i64 = 18;

/// The fewest matched pupils that are compared.
const MATCHED: usize = 8;

/// Windows as scripts hold them.
#[derive(Clone)]
pub struct WindowsValue {
    windows: Arc<Windows>,
    /// How the pupils who have them were picked.
    split: Sensitivity,
    /// For whom results are.
    audience: Audience,
    /// Why nothing over all of them may be shown beside the same of all pupils.
    guard: Option<Missing>,
}

impl WindowsValue {
    /// How rows were picked that are counted in them.
    fn split_with(&self, origin: &Origin) -> Sensitivity {
        match self.split {
            Sensitivity::Listed => Sensitivity::Listed,
            Sensitivity::Plain => origin.split,
        }
    }
}

/// Events whose counts in windows are wanted.
#[derive(Clone)]
pub struct CountsToCome {
    pub(super) table: Table,
    windows: WindowsValue,
    exposure: Option<Exposure>,
}

/// Registers windows and what is done with them.
pub fn register(registry: &mut Registry) {
    registry.name_type::<WindowsValue>("windows");
    registry.name_type::<CountsToCome>("counts to collect");
    registry.overload("to_string", |windows: &mut WindowsValue| {
        format!(
            "windows of {} pupils",
            number(windows.windows.len(), windows.split, windows.audience)
        )
    });
    registry.function(
        Group::Windows.item(
            "windows",
            "cx.windows(table, #{anchor, before, after, unit, gap}) -> windows",
            "The school days before and after something began for each pupil; `anchor` is the \
             column of that day. `gap: \"half_term_of_decision\"` ends the window before ahead of \
             the half-term in which the pupil was chosen: what triggered the choice is no \
             baseline. `gap: \"none\"` ends it the day before.",
            "cx.windows(cx.interventions, #{ anchor: \"start\", before: 10, after: 10 \
             }).to_string()",
            "windows of 10 pupils",
        ),
        |_: &mut Context, table: Table, options: Map| windows(&table, &options),
    );
    registry.function(
        Group::Windows.item(
            "count_in",
            "table.count_in(windows) -> counts, with .exposure(..).collect()",
            "Counts the events of each pupil in their windows.",
            "type_of(cx.room_referrals.count_in(cx.windows(cx.interventions, #{ anchor: \"start\" \
             })))",
            "counts to collect",
        ),
        |table: &mut Table, windows: WindowsValue| CountsToCome {
            table: table.clone(),
            windows,
            exposure: None,
        },
    );
    registry.overload("exposure", |wanted: &mut CountsToCome, of: Exposure| CountsToCome {
        exposure: Some(of),
        ..wanted.clone()
    });
    registry.overload("collect", |wanted: &mut CountsToCome| wanted.collect());
    history(registry);
    comparison(registry);
    counts::register(registry);
    course::register(registry);
    pairs::register(registry);
}

fn windows(table: &Table, options: &Map) -> Answer<WindowsValue> {
    const KEYS: &[&str] = &["anchor", "before", "after", "unit", "gap"];
    let given = Given::new("windows", options, KEYS)?;
    given.choice("unit", &["school_day"])?;
    let gap = given.choice("gap", &["half_term_of_decision", "none"])?;
    let days = |key: &str| match given.number(key, 30.0)? {
        days if (1.0..=MAX_WINDOW).contains(&days) && days.fract() == 0.0 => Ok(days as u32),
        days => {
            let most = MAX_WINDOW as i64;
            Err(fault(format!(
                "`{key}` of windows is {days}; a whole number from 1 to {most} is needed"
            )))
        }
    };
    let options = WindowOptions {
        anchor: given.text("anchor", "start")?,
        before: days("before")?,
        after: days("after")?,
        gap: Gap::from_name(gap).unwrap_or_default(),
    };
    let frame = table.collect()?;
    let windows = frame.windows(&options, &table.run.budget).map_err(raised)?;
    if windows.repeated() > 0 {
        table.run.note(format!(
            "{} {} more than once; the first start counts",
            some_pupils(windows.repeated(), &table.origin),
            if windows.repeated() == 1 { "starts" } else { "start" }
        ));
    }
    let (split, audience) = (table.origin.split, table.origin.audience);
    let rest = table.left_out().map(|rest| {
        let rest = rest.collect()?.windows(&options, &table.run.budget).map_err(raised)?;
        Answer::Ok(few_left_out(rest.len(), audience))
    });
    let guard = rest.transpose()?.flatten();
    Ok(WindowsValue { windows: Arc::new(windows), split, audience, guard })
}

/// `1 pupil`, `12 pupils`.
fn pupils(count: usize) -> String {
    crate::words::counted(count as u64, "pupils")
}

/// A number of pupils as a script reads it: of a listed characteristic, and outside the school, few
/// are hidden; else how few they are is what a script must know to refuse.
fn number(pupils: usize, split: Sensitivity, audience: Audience) -> Dynamic {
    match few_of(pupils, split, audience) {
        Some(missing) => Dynamic::from(missing),
        None => whole(pupils),
    }
}

fn few_of(pupils: usize, split: Sensitivity, audience: Audience) -> Option<Missing> {
    match (split, audience) {
        (Sensitivity::Plain, Audience::Inside) => None,
        _ => of_counts(usize::MAX, pupils, split, audience),
    }
}

/// `12 pupils`, or `Some pupils` where the number is hidden.
fn some_pupils(count: usize, origin: &Origin) -> String {
    match few_of(count, origin.split, origin.audience) {
        Some(_) => "Some pupils".to_owned(),
        None => pupils(count),
    }
}

impl CountsToCome {
    fn collect(&self) -> Answer<CountsValue> {
        let Some(exposure) = self.exposure else {
            return Err(fault(format!("counts in windows need {NEEDED}")));
        };
        let run = &self.table.run;
        permit(run, exposure)?;
        self.table.note_narrowing(exposure);
        let events = self.table.pupil_events()?;
        let roll = Roll::over(&run.scope, exposure, &self.table.narrowing, &run.budget);
        let roll = roll.map_err(raised)?;
        let windows = &self.windows.windows;
        let counts = windows.count(&events, &Arc::new(roll), &run.budget).map_err(raised)?;
        if counts.left_out > 0 {
            run.note(format!(
                "{} left out: less than half of a window could be seen",
                some_pupils(counts.left_out, &self.table.origin)
            ));
        }
        let guard = self
            .windows
            .guard
            .clone()
            .map_or_else(|| self.left_out(&counts), |guard| Ok(Some(guard)))?;
        let mut table = self.table.clone();
        table.origin.split = self.windows.split_with(&table.origin);
        Ok(CountsValue::new(counts, table, guard))
    }

    /// Why nothing may be told of these counts beside those of all pupils with windows: conditions
    /// on listed characteristics left few of them out.
    fn left_out(&self, counts: &PupilCounts) -> Answer<Option<Missing>> {
        if self.table.left_out().is_none() {
            return Ok(None);
        }
        let run = &self.table.run;
        let narrowing = self.table.narrowing_without_listed();
        let roll = Roll::over(&run.scope, counts.exposure(), &narrowing, &run.budget);
        let roll = Arc::new(roll.map_err(raised)?);
        let windows = &self.windows.windows;
        let events = self.table.pupil_events()?;
        let all = windows.count(&events, &roll, &run.budget).map_err(raised)?.rows.len();
        let (left, audience) = (all - counts.rows.len().min(all), self.table.origin.audience);
        Ok(few_left_out(left, audience))
    }
}

fn history(registry: &mut Registry) {
    registry.function(
        Group::Windows.item(
            "history",
            "table.history(pupils, #{half_terms}) -> map of columns",
            "What the whole school did: a row a pupil and half-term, with pupil, period, n, e, \
             past and courses. `pupils` is the pupil column of counts in windows; the \
             half-terms are so many up to the decision of each, `past` is false for what came \
             after a pupil's own, and `courses` is how many they had begun, on average over its \
             days.",
            "cx.room_referrals.history(cx.room_referrals.count_in(cx.windows(cx.interventions, #{ \
             anchor: \"start\", before: 10, after: 10 })).exposure(pupil_days(\"enrolled\"\
             )).collect().pupil, #{ half_terms: 3 }).n.len",
            "30",
        ),
        |table: &mut Table, pupils: Column, options: Map| {
            let given = Given::new("history", &options, &["half_terms"])?;
            let half_terms = given.number("half_terms", 3.0)? as i64;
            let half_terms = match half_terms {
                1..=MAX_HALF_TERMS => half_terms as u32,
                _ => {
                    return Err(fault(format!(
                        "`half_terms` of history takes 1 to {MAX_HALF_TERMS}, not {half_terms}"
                    )));
                }
            };
            let Some(counts) = pupils.of_counts.clone() else {
                return Err(fault("`history` needs the pupil column of counts in windows"));
            };
            let run = &table.run;
            let events = table.pupil_events()?;
            let roll = Roll::over(&run.scope, counts.exposure(), &table.narrowing, &run.budget);
            let roll = roll.map_err(raised)?;
            let found = counts.history(&events, &roll, half_terms, &run.budget).map_err(raised)?;
            let behind = Arc::new(Behind {
                pupils: found.pupil.clone(),
                records: Arc::new(|_| Vec::new()),
                on_roll: Vec::new(),
                split: table.origin.split,
                audience: table.origin.audience,
            });
            let column = |values| Dynamic::from(Column::of(values).behind(Arc::clone(&behind)));
            let codes = |codes: Vec<u32>| Values::Codes(codes.into(), Vec::new().into());
            Answer::Ok(Map::from_iter([
                ("pupil".into(), column(codes(found.pupil))),
                ("period".into(), column(codes(found.period))),
                ("n".into(), column(Values::Numbers(found.n.into()))),
                ("e".into(), column(Values::Numbers(found.e.into()))),
                ("past".into(), column(Values::Flags(found.past.into()))),
                ("courses".into(), column(Values::Numbers(found.courses.into()))),
            ]))
        },
    );
}

fn comparison(registry: &mut Registry) {
    registry.function(
        Group::Windows.item(
            "comparison",
            "cx.comparison(\"waiting_list\" | \"matched\" | \"none\", counts, #{on, ratio, caliper}) \
             -> comparison",
            "Pupils to compare with. Those on the waiting list were chosen in the same way and had \
             to wait. Matched ones had no help yet, are equal in `on` (facts of the pupil, `sen` \
             and `free_meals` as yes or no, `n0_band`) and as near as `caliper` standard \
             deviations before and when the choice was made; at most `ratio` for each. Where \
             fewer than half can be matched, or fewer than eight, the names at the end of `on` \
             are let go one by one, then the caliper is doubled; the report says so.",
            "type_of(cx.comparison(\"none\", cx.room_referrals.count_in(cx.windows(\
             cx.interventions, #{ anchor: \"start\" })).exposure(pupil_days(\"enrolled\"\
             )).collect(), #{}))",
            "missing number",
        ),
        |_: &mut Context, kind: &str, counts: CountsValue, options: Map| {
            compare(kind, &counts, &options)
        },
    );
}

fn compare(kind: &str, counts: &CountsValue, options: &Map) -> Answer<Dynamic> {
    let given = Given::new("comparison", options, &["on", "ratio", "caliper"])?;
    let (ratio, caliper) = (given.number("ratio", 3.0)?, given.number("caliper", 0.2)?);
    if !(1.0..=20.0).contains(&ratio) || ratio.fract() != 0.0 {
        return Err(fault(format!("`ratio` of comparison takes 1 to 20, not {ratio}")));
    }
    if !(caliper > 0.0 && caliper <= 5.0) {
        return Err(fault(format!(
            "`caliper` of comparison takes more than 0 and at most 5, not {caliper}"
        )));
    }
    if kind == "none" {
        let why = "no comparison group was asked for";
        return Ok(Dynamic::from(Missing::refused(why)));
    }
    let known = ["waiting_list", "matched", "none"];
    let kind = ComparisonKind::from_name(kind)
        .ok_or_else(|| unknown("there is no comparison", kind, known))?;
    let options = MatchOptions { on: given.texts("on")?, ratio: ratio as u32, caliper };
    let budget = &counts.table.run.budget;
    let groups = counts.counts.comparison(kind, &options, budget).map_err(raised)?;
    if let Some(matching) = &groups.matching
        && groups.treated.rows.len() < MATCHED
    {
        counts.table.run.note(format!(
            "Only {} of {} could be matched with any of the {} others who had no help yet; {MATCHED} \
             are needed. Nobody else had as much both before and when the choice was made",
            groups.treated.rows.len(),
            pupils(matching.tried),
            matching.others,
        ));
    }
    Ok(Dynamic::from(ComparisonValue::new(groups, counts)))
}

/// A count of bins that a script gives.
fn bins(given: &Given<'_>, key: &str) -> Answer<usize> {
    match given.number(key, 3.0)? {
        bins if (1.0..=100.0).contains(&bins) && bins.fract() == 0.0 => Ok(bins as usize),
        bins => Err(fault(format!("`{key}` of pupils_with takes 1 to 100, not {bins}"))),
    }
}

fn grain_or_week(given: &Given<'_>) -> Answer<sheaf_analytics::Grain> {
    grain_of(&given.text("grain", "school_week")?)
}

/// A whole number as scripts hold it.
fn whole(value: usize) -> Dynamic {
    Dynamic::from(value as INT)
}
