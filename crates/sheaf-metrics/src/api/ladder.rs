//! `table.ladder(..)`: what rules of so many events within so many school days would have given.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rhai::{Array, Dynamic, INT, Map};
use serde_json::Value;
use sheaf_analytics::{
    Audience, Cell, Exposure, Period, Roll, Rung, Sensitivity, ThresholdOptions, Thresholds,
};
use sheaf_charts::{IdSet, Scale, decimal, percent};
use sheaf_stats::{DEFAULT_LEVEL, clustered_rate, wilson};

use super::gaps::TopPupils;
use super::output::TableRow;
use super::smallness::{BESIDE, few, few_left_out, is_told, of_counts};
use super::table::Table;
use crate::column::{About, Backing, Column, kind_of, single};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;
use crate::words::{counted, only};

/// The most rungs: more are neither read nor drawn.
const MAX_RUNGS: usize = 12;
/// The most events of a rule.
const MAX_THRESHOLD: f64 = 500.0;
/// The longest window, in school days: a school year.
const MAX_WITHIN: f64 = 200.0;
/// The school days of a week.
const WEEK: f64 = 5.0;
/// The fewest school days over which a load a week is told.
const MIN_SCHOOL_DAYS: u32 = 20;

/// A ladder as scripts hold it.
#[derive(Clone)]
pub struct Ladder(Arc<Inner>);

struct Inner {
    found: Thresholds,
    within: u32,
    noun: String,
    /// Why nothing of each rung may be shown.
    hidden: Vec<Option<Missing>>,
    audience: Audience,
    /// The codes of the pupils who have support.
    supported: BTreeSet<i32>,
    /// What each rung comes to, once somebody asked.
    told: Vec<OnceLock<Told>>,
}

/// What a rung comes to: a script, a chart and a table ask for the same.
#[derive(Clone)]
struct Told {
    a_week: Estimate,
    busiest: usize,
    caught: usize,
    with_support: usize,
    ids: IdSet,
}

/// One rung of it.
#[derive(Clone)]
pub struct RungValue {
    ladder: Ladder,
    place: usize,
}

/// The columns of its table.
pub const COLUMNS: [&str; 8] = [
    "Rule",
    "Pupils",
    "Share of the roll",
    "Times",
    "Times a week",
    "Busiest week",
    "Of these pupils with support",
    "Without",
];

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Ladder>("ladder");
    registry.name_type::<RungValue>("rung");
    registry.overload("to_string", |ladder: &mut Ladder| {
        format!("ladder of {} rules", ladder.0.found.rungs.len())
    });
    registry.function(
        Group::Windows.item(
            "ladder",
            "table.ladder(#{thresholds, within, unit, period, support}) -> ladder",
            "Runs rules over the past: so many events of a pupil within so many school days, after \
             which counting begins anew. `support` is a table of interventions: whose pupils have \
             support in the period.",
            "cx.room_referrals.ladder(#{ thresholds: [2, 3], within: 10, period: p.window \
             }).to_string()",
            "ladder of 2 rules",
        ),
        |table: &mut Table, options: Map| ladder(table, &options),
    );
    registry.fields(|ladder: &mut Ladder, name: &str| ladder.field(name));
    registry.fields(|rung: &mut RungValue, name: &str| rung.field(name));
    fields(registry);
}

fn fields(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "rungs",
            "ladder.rungs -> array of rungs",
            "The rules, the fewest events first. A rung has rule threshold pupils share a_week \
             busiest supported unsupported.",
            "cx.room_referrals.ladder(#{ thresholds: [2, 3], period: p.window }).rungs.len()",
            "2",
        ),
        (
            "rule",
            "ladder.rule -> column",
            "The rules as names, for a chart; `a_week`, `lower` and `upper` are the times a week \
             that each would have applied, with their intervals.",
            "cx.room_referrals.ladder(#{ thresholds: [2, 3], period: p.window }).rule.len",
            "2",
        ),
        (
            "roll",
            "ladder.roll -> integer",
            "How many pupils were on the roll.",
            "cx.room_referrals.ladder(#{ thresholds: [2, 3], period: p.window }).roll",
            "10",
        ),
    ] {
        registry.field(Group::Windows.item(name, signature, doc, example, gives));
    }
    registry.function(
        Group::Windows.item(
            "load",
            "rung.load(minutes) -> text",
            "How much time a week the rule would have asked for, at so many minutes each time.",
            "cx.room_referrals.ladder(#{ thresholds: [1], period: p.window }).rungs[0].load(30)",
            "0.3 hours a week",
        ),
        |rung: &mut RungValue, minutes: Dynamic| rung.load(&minutes),
    );
    registry.function(
        Group::Windows.item(
            "without_support",
            "rung.without_support(k) -> pupils",
            "The pupils without support to whom the rule would have applied most often, for \
             `report.list`.",
            "type_of(cx.room_referrals.ladder(#{ thresholds: [1], period: p.window \
             }).rungs[0].without_support(3))",
            "pupils",
        ),
        |rung: &mut RungValue, most: INT| rung.without_support(most),
    );
}

fn ladder(table: &Table, options: &Map) -> Answer<Ladder> {
    const KEYS: &[&str] = &["thresholds", "within", "unit", "period", "support"];
    let given = Given::new("ladder", options, KEYS)?;
    given.choice("unit", &["school_day"])?;
    let within = given.number("within", 10.0)?;
    if !(1.0..=MAX_WITHIN).contains(&within) || within.fract() != 0.0 {
        let most = MAX_WITHIN as i64;
        return Err(fault(format!(
            "`within` of ladder is {within}; a whole number of school days from 1 to {most} is \
             needed"
        )));
    }
    let period = given.get("period").and_then(|value| value.read_lock::<Period>().map(|p| *p));
    let period = period.ok_or_else(|| fault("a ladder needs `period`, such as `p.window`"))?;
    let options = ThresholdOptions {
        thresholds: thresholds("ladder", &given)?,
        within: within as u32,
        period,
    };
    let run = &table.run;
    table.note_narrowing(Exposure::EnrolledDays);
    let events = table.pupil_events()?;
    let roll = Roll::new(&run.scope, &table.narrowing, &run.budget).map_err(raised)?;
    let found = Thresholds::new(&events, &roll, &options, &run.budget).map_err(raised)?;
    let rest = match table.left_out() {
        Some(rest) => {
            let events = rest.pupil_events()?;
            let roll = Roll::new(&run.scope, &rest.narrowing, &run.budget).map_err(raised)?;
            Some(Thresholds::new(&events, &roll, &options, &run.budget).map_err(raised)?)
        }
        None => None,
    };
    let supported = match given.get("support") {
        None => BTreeSet::new(),
        Some(value) => supported(value, period)?,
    };
    let audience = table.origin.audience;
    Ok(Ladder(Arc::new(Inner {
        hidden: hide(&found, rest.as_ref(), table.origin.split, audience),
        told: found.rungs.iter().map(|_| OnceLock::new()).collect(),
        found,
        within: options.within,
        noun: table.origin.noun().to_owned(),
        audience,
        supported,
    })))
}

/// Why nothing of each rung may be shown. `rest` is the same of what conditions on listed
/// characteristics leave out.
fn hide(
    found: &Thresholds,
    rest: Option<&Thresholds>,
    split: Sensitivity,
    audience: Audience,
) -> Vec<Option<Missing>> {
    let mut lower = None;
    let hidden = |(place, rung): (usize, &Rung)| {
        let caught = rung.caught().len();
        let left_out = rest.and_then(|rest| rest.rungs.get(place));
        let left_out = left_out.map_or(0, |rung| rung.caught().len());
        // For outside, a few pupils are told by the difference from the next lower rung, too.
        let step =
            lower.filter(|_| audience == Audience::Outside).map(|lower| caught.abs_diff(lower));
        let hidden = of_counts(caught, caught, split, audience)
            .or_else(|| few_left_out(left_out, audience))
            .or_else(|| is_told(step?, audience).then(|| Missing::hidden(BESIDE)));
        lower = if hidden.is_none() { Some(caught) } else { lower };
        hidden
    };
    found.rungs.iter().enumerate().map(hidden).collect()
}

/// The thresholds of a call in order, each once.
pub fn thresholds(what: &str, given: &Given<'_>) -> Answer<Vec<u32>> {
    let named = format!("`thresholds` of {what}");
    let wrong = |found: &str| {
        fault(format!(
            "{named} needs 1 to {MAX_RUNGS} whole numbers from 1 to {}, not {found}",
            MAX_THRESHOLD as i64
        ))
    };
    let Some(value) = given.get("thresholds") else { return Err(wrong("nothing")) };
    let Some(items) = value.read_lock::<Array>() else { return Err(wrong(kind_of(value))) };
    let mut thresholds = Vec::new();
    for item in items.iter() {
        let number = single(&named, item)?;
        if !(1.0..=MAX_THRESHOLD).contains(&number) || number.fract() != 0.0 {
            return Err(wrong(&number.to_string()));
        }
        thresholds.push(number as u32);
    }
    thresholds.sort_unstable();
    thresholds.dedup();
    match thresholds.len() {
        1..=MAX_RUNGS => Ok(thresholds),
        count => Err(wrong(&format!("{count} of them"))),
    }
}

/// The pupils with an intervention that ran on a day of a period.
fn supported(value: &Dynamic, period: Period) -> Answer<BTreeSet<i32>> {
    let table = value.read_lock::<Table>();
    let table = table.filter(|table| table.origin.table == "interventions");
    let table = table.ok_or_else(|| fault("`support` of ladder needs `cx.interventions`"))?;
    let frame = table.collect()?;
    let (starts, ends) =
        (frame.column("start").map_err(raised)?, frame.column("end").map_err(raised)?);
    let is_running = |row: usize| match (starts.cell(row), ends.cell(row)) {
        (Cell::Date(start), Cell::Date(end)) => start <= period.to && end >= period.from,
        (Cell::Date(start), _) => start <= period.to,
        _ => false,
    };
    Ok(frame.pupil_codes(is_running))
}

impl Ladder {
    fn rungs(&self) -> impl Iterator<Item = RungValue> + '_ {
        (0..self.0.found.rungs.len()).map(|place| RungValue { ladder: self.clone(), place })
    }

    fn column(&self, title: &str, value: impl Fn(&Estimate) -> Option<f64>) -> Column {
        let values: Vec<f64> =
            self.rungs().map(|rung| value(&rung.told().a_week).unwrap_or(f64::NAN)).collect();
        let of = self.clone();
        let marks = move || {
            let backing = |rung: RungValue| {
                let ids = rung.told().ids;
                Backing { n: ids.len() as u32, is_hidden: rung.hidden().is_some(), ids }
            };
            of.rungs().map(backing).collect()
        };
        let column = Column::numbers(values).about(About::new(title, Scale::Number));
        Column { marks: Some(Arc::new(marks)), ..column }
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let all = self.0.found.pupils;
        let few = of_counts(all, all, Sensitivity::Plain, self.0.audience);
        let short = self.0.found.school_days < MIN_SCHOOL_DAYS;
        let value = |estimate: &Estimate| estimate.numbers().map(|numbers| numbers.value);
        Ok(match name {
            "ok" => (few.is_none() && !short && all > 0).into(),
            "why" => match few {
                Some(missing) => missing.why.to_string().into(),
                None if all == 0 => "nobody was on the roll in this period".into(),
                None if short => {
                    let days = only(self.0.found.school_days.into(), "school days");
                    format!("{days}; {MIN_SCHOOL_DAYS} are needed").into()
                }
                None => String::new().into(),
            },
            "rungs" => self.rungs().map(Dynamic::from).collect::<Array>().into(),
            "rule" => {
                let names = self.rungs().map(|rung| format!("{} or more", rung.rung_threshold()));
                Dynamic::from(super::columns::of_texts(names))
            }
            "a_week" => Dynamic::from(self.column("Times a week", value)),
            "lower" => {
                let end = |one: &Estimate| one.numbers().and_then(|numbers| numbers.lower);
                Dynamic::from(self.column("", end))
            }
            "upper" => {
                let end = |one: &Estimate| one.numbers().and_then(|numbers| numbers.upper);
                Dynamic::from(self.column("", end))
            }
            "roll" => few.map_or_else(|| Dynamic::from(all as INT), Dynamic::from),
            _ => return Err(unknown("a ladder has no", name, LADDER_FIELDS)),
        })
    }

    /// The rows of its table.
    pub fn table(&self) -> Vec<TableRow> {
        self.rungs().map(|rung| (rung.cells(), rung.told().ids)).collect()
    }
}

const LADDER_FIELDS: [&str; 8] = ["ok", "why", "rungs", "rule", "a_week", "lower", "upper", "roll"];
const RUNG_FIELDS: [&str; 8] =
    ["rule", "threshold", "pupils", "share", "a_week", "busiest", "supported", "unsupported"];

impl RungValue {
    fn rung(&self) -> Option<&Rung> {
        self.ladder.0.found.rungs.get(self.place)
    }

    fn rung_threshold(&self) -> u32 {
        self.rung().map_or(0, |rung| rung.threshold)
    }

    fn rule(&self) -> String {
        let inner = &self.ladder.0;
        let count = counted(u64::from(self.rung_threshold()), &inner.noun);
        format!("{count} in {}", counted(inner.within.into(), "school days"))
    }

    /// What the rung comes to.
    fn told(&self) -> Told {
        let known = self.ladder.0.told.get(self.place);
        known.map_or_else(|| self.tell(), |known| known.get_or_init(|| self.tell()).clone())
    }

    fn tell(&self) -> Told {
        let inner = &*self.ladder.0;
        let caught = self.rung().map(Rung::caught).unwrap_or_default();
        Told {
            a_week: self.a_week(),
            busiest: inner.found.busiest_week(self.place),
            caught: caught.len(),
            with_support: caught.intersection(&inner.supported).count(),
            ids: crate::ids::shown(inner.found.ids(self.place)),
        }
    }

    /// Why nothing of this rung may be shown.
    fn hidden(&self) -> Option<Missing> {
        self.ladder.0.hidden.get(self.place).cloned().flatten()
    }

    /// How often a week, with an interval over pupils: a few of them are caught again and again.
    fn a_week(&self) -> Estimate {
        if let Some(missing) = self.hidden() {
            return Estimate::missing(missing);
        }
        let Some(rung) = self.rung() else {
            return Estimate::missing(Missing::refused("there is no such rule"));
        };
        let weeks = f64::from(self.ladder.0.found.school_days) / WEEK;
        if rung.total() == 0 {
            return Estimate::of(sheaf_stats::rate(0, weeks.max(f64::MIN_POSITIVE), DEFAULT_LEVEL));
        }
        let each = weeks / rung.triggers.len().max(1) as f64;
        let events: Vec<f64> = rung.triggers.iter().map(|(_, count)| f64::from(*count)).collect();
        let pupils: Vec<u32> =
            rung.triggers.iter().map(|(pupil, _)| pupil.unsigned_abs()).collect();
        let exposure = vec![each; events.len()];
        Estimate::of(clustered_rate(&events, &exposure, &pupils, DEFAULT_LEVEL))
    }

    fn with_support(&self) -> (usize, usize) {
        let told = self.told();
        (told.with_support, told.caught - told.with_support)
    }

    /// Whether, for outside, those with support or those without are too few to be told.
    fn tells_support(&self) -> bool {
        let (with, without) = self.with_support();
        let audience = self.ladder.0.audience;
        let is_few = is_told(with, audience) || is_told(without, audience);
        audience == Audience::Outside && is_few
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let count = |count: usize| match self.hidden() {
            Some(missing) => Dynamic::from(missing),
            None => Dynamic::from(count as INT),
        };
        let (with, without) = self.with_support();
        Ok(match name {
            "rule" => self.rule().into(),
            "threshold" => INT::from(self.rung_threshold()).into(),
            "pupils" => count(self.told().caught),
            "share" => Dynamic::from(match self.hidden() {
                Some(missing) => Estimate::missing(missing),
                None => {
                    let roll = self.ladder.0.found.pupils as u64;
                    Estimate::of(wilson(self.told().caught as u64, roll, DEFAULT_LEVEL))
                }
            }),
            "a_week" => Dynamic::from(self.told().a_week),
            "busiest" => count(self.told().busiest),
            "supported" | "unsupported" if self.tells_support() => {
                Dynamic::from(Missing::hidden(few(self.ladder.0.audience)))
            }
            "supported" => count(with),
            "unsupported" => count(without),
            _ => return Err(unknown("a rung has no", name, RUNG_FIELDS)),
        })
    }

    fn load(&self, minutes: &Dynamic) -> Answer<String> {
        let minutes = single("`load`", minutes)?;
        if !(0.0..=10_000.0).contains(&minutes) {
            return Err(fault(format!("`load` takes 0 to 10000 minutes, not {minutes}")));
        }
        let estimate = self.told().a_week;
        Ok(match (estimate.numbers(), estimate.why()) {
            (Some(numbers), _) => {
                format!("{} hours a week", decimal(numbers.value * minutes / 60.0, 1))
            }
            (None, Some(missing)) => missing.to_string(),
            (None, None) => String::new(),
        })
    }

    fn without_support(&self, most: INT) -> Answer<TopPupils> {
        const MAX_LISTED: INT = 100;
        if !(1..=MAX_LISTED).contains(&most) {
            return Err(fault(format!("`without_support` takes 1 to {MAX_LISTED}, not {most}")));
        }
        let inner = &self.ladder.0;
        let keep = |pupil| !inner.supported.contains(&pupil);
        let pupils = inner.found.top_pupils(self.place, most as usize, keep);
        Ok(TopPupils { pupils: pupils.into(), noun: "times".to_owned(), unit: "school days" })
    }

    fn cells(&self) -> Vec<Option<Value>> {
        let is_hidden = self.hidden().is_some();
        let told = self.told();
        let (caught, (with, without)) = (told.caught, self.with_support());
        let value = |value: Value| (!is_hidden).then_some(value);
        let share = caught as f64 / self.ladder.0.found.pupils.max(1) as f64;
        let a_week = told
            .a_week
            .numbers()
            .map_or(Value::Null, |one| crate::column::number((one.value * 10.0).round() / 10.0));
        vec![
            Some(self.rule().into()),
            value(caught.into()),
            value(percent(share).into()),
            value(self.rung().map_or(0, Rung::total).into()),
            value(a_week),
            value(told.busiest.into()),
            value(with.into()).filter(|_| !self.tells_support()),
            value(without.into()).filter(|_| !self.tells_support()),
        ]
    }
}
