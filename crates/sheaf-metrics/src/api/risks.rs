//! `table.risks(..)`: how likely an event is in each group of pupils, beside all other pupils.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{Span, civil::Date};
use rhai::{Array, Dynamic, INT, Map};
use serde_json::Value;
use sheaf_analytics::{
    Audience, Cell, Exposure, GroupTotals, Period, Roll, Sensitivity, Tally, TallyRow, sensitivity,
};
use sheaf_charts::{decimal, percent};
use sheaf_stats::{
    Adjustment, BeforeAfter, DEFAULT_LEVEL, Part, Repeated, RiskMethod, RiskRatio, adjust,
    clustered_rate_ratio, clustered_risk_ratio, clustered_share, risk_ratio, wilson,
};

use super::frame::{label, title};
use super::smallness::{BESIDE, few_left_out, of_counts, with_beside};
use super::table::Table;
use crate::estimate::{Estimate, Worse};
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::report::Level;
use crate::run::raised;

/// Groups with fewer pupils are not compared.
const MIN_SHOWN: f64 = 10.0;
/// Groups with fewer pupils, or fewer of them with an event, and groups beside so few others, are
/// watched at most.
const MIN_CALLED: f64 = 30.0;
/// Of pupils with an event likewise.
const MIN_WITH_EVENT: usize = 10;
/// Below this in a cell the interval is reckoned by the score.
const FEW: u64 = 5;
/// So many of the gaps that are told may be chance.
const FALSE_DISCOVERIES: f64 = 0.10;
/// Of more groups than this, only those that differ are told one by one.
const MAX_TOLD: usize = 4;
/// The most years that are put together.
const MAX_YEARS: f64 = 5.0;

/// Groups as scripts hold them.
#[derive(Clone)]
pub struct Risks(Arc<Inner>);

struct Inner {
    groups: Vec<One>,
    /// Names of groups that are too small to be compared, and how many pupils of them have an
    /// event.
    small: Vec<(String, usize)>,
    /// All pupils of the period.
    all: GroupTotals,
    by: String,
    noun: String,
    audience: Audience,
}

/// A group beside all others.
#[derive(Clone)]
struct One {
    key: Cell,
    label: String,
    own: Side,
    others: Side,
    /// Events and days of each pupil while in the group, and while not.
    pupils: Arc<Columns>,
    years: usize,
    hidden: Option<Missing>,
    /// The p-value of the ratio, adjusted over the groups (Benjamini-Hochberg).
    p_adjusted: Option<f64>,
}

/// The pupils of a group, or all others, each once a year.
#[derive(Clone, Default)]
struct Side {
    totals: GroupTotals,
    /// Of each pupil and year whether they have an event, the share of the year that they were
    /// there, and the code of the pupil.
    x: Vec<f64>,
    n: Vec<f64>,
    cluster: Vec<u32>,
}

impl Side {
    fn add(&mut self, tally: &Tally, keep: impl Fn(&TallyRow) -> bool) {
        let more = tally.totals(&keep);
        self.totals.roll += more.roll;
        self.totals.pupils += more.pupils;
        self.totals.with_event += more.with_event;
        self.totals.events += more.events;
        for row in tally.rows.iter().filter(|row| keep(row)) {
            let x = f64::from(u8::from(row.events > 0.0));
            self.x.push(x);
            // Whoever has any counts whole, however short they were there.
            self.n.push((row.days / f64::from(tally.school_days.max(1))).max(x));
            self.cluster.push(row.pupil.unsigned_abs());
        }
    }

    /// How many different pupils there are, and how many of them ever have an event.
    fn distinct(&self) -> (usize, usize) {
        let pupils: BTreeSet<u32> = self.cluster.iter().copied().collect();
        let rows = self.cluster.iter().zip(&self.x);
        let with: BTreeSet<u32> = rows.filter(|(_, x)| **x > 0.0).map(|(code, _)| *code).collect();
        (pupils.len(), with.len())
    }

    fn repeated(&self) -> Repeated<'_> {
        Repeated { x: &self.x, n: &self.n, cluster: &self.cluster }
    }
}

#[derive(Default)]
struct Columns {
    n0: Vec<f64>,
    e0: Vec<f64>,
    n1: Vec<f64>,
    e1: Vec<f64>,
}

impl Columns {
    /// Events and days of each pupil over all years, in the group and out of it.
    fn of(tallies: &[Tally], key: &Cell) -> Self {
        let mut pupils: BTreeMap<i32, [f64; 4]> = BTreeMap::new();
        for tally in tallies {
            let place = tally.groups.iter().position(|one| one == key);
            for row in &tally.rows {
                let [n1, e1, n0, e0] = pupils.entry(row.pupil).or_default();
                let (n, e) = if Some(row.group) == place { (n1, e1) } else { (n0, e0) };
                *n += row.events;
                *e += row.days;
            }
        }
        let column = |at: fn(&[f64; 4]) -> f64| pupils.values().map(at).collect();
        Self {
            n1: column(|row| row[0]),
            e1: column(|row| row[1]),
            n0: column(|row| row[2]),
            e0: column(|row| row[3]),
        }
    }
}

/// One group as scripts hold it.
#[derive(Clone)]
pub struct RiskValue(Arc<One>);

/// The columns of its table.
pub const COLUMNS: [&str; 9] = [
    "Group",
    "Pupils on roll",
    "Pupils with any",
    "Share",
    "Times others' share",
    "Interval",
    "Difference in 100",
    "Share of the roll",
    "Share of events",
];

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Risks>("risks");
    registry.name_type::<RiskValue>("risk");
    registry.overload("to_string", |risks: &mut Risks| {
        format!("risks of {} groups", risks.0.groups.len())
    });
    registry.function(
        Group::Measure.item(
            "risks",
            "table.risks(#{by, period, years}) -> risks",
            "The share of pupils with any event in each group by something known of a pupil, \
             beside all other pupils. A leaver counts for their days. Groups below 30 pupils, or \
             with fewer than 10 who have an event, are taken over so many years together where \
             there are as many; below 10 pupils they are not compared.",
            "cx.room_referrals.risks(#{ by: \"year_group\", period: p.window }).to_string()",
            "risks of 0 groups",
        ),
        |table: &mut Table, options: Map| risks(table, &options),
    );
    registry.fields(|risks: &mut Risks, name: &str| risks.field(name));
    registry.fields(|risk: &mut RiskValue, name: &str| risk.0.field(name));
    for (name, signature, doc, example, gives) in [
        (
            "groups",
            "risks.groups -> array of risks",
            "The groups that can be compared, in the order of their codes. A risk has label roll \
             affected share ratio rate difference level years.",
            "cx.room_referrals.risks(#{ by: \"year_group\", period: p.window }).groups.len()",
            "0",
        ),
        (
            "told",
            "risks.told -> array of risks",
            "The same without one of two, because each is the other's mirror: of those that \
             differ the one in which more are affected is told, otherwise the smaller; of more \
             than four groups those that differ.",
            "cx.room_referrals.risks(#{ by: \"year_group\", period: p.window }).told.len()",
            "0",
        ),
        (
            "small",
            "risks.small -> integer",
            "How many groups are too small to be compared.",
            "cx.room_referrals.risks(#{ by: \"year_group\", period: p.window }).small",
            "2",
        ),
    ] {
        registry.field(Group::Measure.item(name, signature, doc, example, gives));
    }
}

fn risks(table: &Table, options: &Map) -> Answer<Risks> {
    let given = Given::new("risks", options, &["by", "period", "years"])?;
    let by = given.text("by", "")?;
    let period = given.get("period").and_then(|value| value.read_lock::<Period>().map(|p| *p));
    let period = period.ok_or_else(|| fault("risks need `period`, such as `p.window`"))?;
    let years = given.number("years", 1.0)?;
    if !(1.0..=MAX_YEARS).contains(&years) || years.fract() != 0.0 {
        let most = MAX_YEARS as i64;
        return Err(fault(format!(
            "`years` of risks is {years}; a whole number from 1 to {most} is needed"
        )));
    }
    let run = &table.run;
    table.note_narrowing(Exposure::EnrolledDays);
    let events = table.pupil_events()?;
    let roll = Roll::new(&run.scope, &table.narrowing, &run.budget).map_err(raised)?;
    let rest = match table.left_out() {
        Some(rest) => {
            let events = rest.pupil_events()?;
            let roll = Roll::new(&run.scope, &rest.narrowing, &run.budget).map_err(raised)?;
            Some(Tally::new(&events, &roll, &by, period, &run.budget).map_err(raised)?)
        }
        None => None,
    };
    let mut tallies: Vec<Tally> = Vec::new();
    for back in 0..years as i64 {
        let Some(period) = years_before(period, back) else { break };
        let tally = Tally::new(&events, &roll, &by, period, &run.budget).map_err(raised)?;
        // Nobody on the roll, or nothing written down: the school had not begun.
        if back > 0 && tally.totals(|_| true).events == 0.0 {
            break;
        }
        tallies.push(tally);
    }
    let split = match sensitivity(&by) {
        Sensitivity::Listed => Sensitivity::Listed,
        Sensitivity::Plain => table.origin.split,
    };
    let noun = table.origin.noun().to_owned();
    let mut inner = Inner::new(table, &by, &tallies, noun);
    hide(&mut inner, rest.as_ref(), split);
    adjust_all(&mut inner.groups);
    Ok(Risks(Arc::new(inner)))
}

fn years_before(period: Period, back: i64) -> Option<Period> {
    let span = Span::new().try_years(back).ok()?;
    let then = |day: Date| day.checked_sub(span).ok();
    Some(Period { from: then(period.from)?, to: then(period.to)? })
}

impl Inner {
    fn new(table: &Table, by: &str, tallies: &[Tally], noun: String) -> Self {
        let mut keys: Vec<&Cell> = tallies.iter().flat_map(|tally| &tally.groups).collect();
        let order = |key: &&Cell| {
            let text = key.to_string();
            (matches!(key, Cell::Null), text.parse::<i64>().unwrap_or(i64::MAX), text)
        };
        keys.sort_by_key(order);
        keys.dedup();
        let now = tallies.get(..1).unwrap_or_default();
        let (mut groups, mut small) = (Vec::new(), Vec::new());
        for key in keys {
            let name = named(&table.origin.table, by, key);
            let one = One::of(name.clone(), key, now);
            let one = if one.is_called() { one } else { One::of(name.clone(), key, tallies) };
            match one.own.totals.roll / one.years as f64 >= MIN_SHOWN {
                true => groups.push(one),
                false if one.own.totals.pupils > 0 => {
                    small.push((name, one.own.totals.with_event));
                }
                false => {}
            }
        }
        let all = now.iter().map(|tally| tally.totals(|_| true)).next().unwrap_or_default();
        Self { groups, small, all, by: title(by), noun, audience: table.origin.audience }
    }
}

fn named(table: &str, by: &str, key: &Cell) -> String {
    if *key == Cell::Null {
        return format!("{}: none recorded", title(by));
    }
    let label = label(table, by, key);
    match label.parse::<i64>() {
        Ok(_) => format!("{} {label}", title(by).replace(" group", "")),
        Err(_) => label,
    }
}

/// Hides groups with few pupils behind a number, and what must hide with them.
fn hide(inner: &mut Inner, rest: Option<&Tally>, split: Sensitivity) {
    let audience = inner.audience;
    let left_out = |key: &Cell| {
        let rest = rest?;
        let place = rest.groups.iter().position(|one| one == key)?;
        let with_event = rest.totals(|row| row.group == place).with_event;
        few_left_out(with_event, audience)
    };
    for one in &mut inner.groups {
        // What is said of a group beside all others says as much of the others.
        let few = |side: &Side| {
            // The same pupil in several years is one.
            let (pupils, with_event) = side.distinct();
            of_counts(pupils, with_event, split, audience)
        };
        one.hidden = few(&one.own).or_else(|| few(&one.others)).or_else(|| left_out(&one.key));
    }
    // Groups that are too small to be compared are told by what the others leave of the whole.
    let small = inner.small.iter().map(|(_, with_event)| *with_event);
    let all = inner.groups.iter().map(|one| one.own.totals.with_event).chain(small.clone());
    let counts: Vec<u64> = all.map(|with_event| with_event as u64).collect();
    let own = inner.groups.iter().map(|one| one.hidden.is_some());
    let hidden: Vec<bool> = own.chain(small.map(|with_event| with_event > 0)).collect();
    for (one, hide) in inner.groups.iter_mut().zip(with_beside(&counts, &hidden)) {
        one.hidden = one.hidden.take().or_else(|| hide.then(|| Missing::hidden(BESIDE)));
    }
}

/// The groups form one family of comparisons.
fn adjust_all(groups: &mut [One]) {
    let p: Vec<f64> = groups.iter().filter_map(|one| one.ratio().p()).collect();
    let Ok(adjusted) = adjust(&p, Adjustment::BenjaminiHochberg) else { return };
    let tested = groups.iter_mut().filter(|one| one.ratio().p().is_some());
    tested.zip(adjusted).for_each(|(one, p)| one.p_adjusted = Some(p));
}

impl One {
    /// A group over one or more years, each pupil once a year.
    fn of(label: String, key: &Cell, tallies: &[Tally]) -> Self {
        let (mut own, mut others) = (Side::default(), Side::default());
        for tally in tallies {
            let place = tally.groups.iter().position(|one| one == key);
            let is_own = |row: &TallyRow| Some(row.group) == place;
            own.add(tally, is_own);
            others.add(tally, |row| !is_own(row));
        }
        let (years, pupils) = (tallies.len().max(1), Arc::new(Columns::of(tallies, key)));
        Self { key: key.clone(), label, own, others, pupils, years, hidden: None, p_adjusted: None }
    }

    /// Whether it and all others are enough for a gap to be called one.
    fn is_called(&self) -> bool {
        let is_enough =
            |side: &Side| side.totals.roll >= MIN_CALLED && side.distinct().1 >= MIN_WITH_EVENT;
        is_enough(&self.own) && is_enough(&self.others)
    }

    fn part(side: &Side) -> Part {
        let with = side.totals.with_event as u64;
        Part { with, of: (side.totals.roll.round() as u64).max(with) }
    }

    fn compared(&self) -> Result<RiskRatio, Missing> {
        if let Some(missing) = &self.hidden {
            return Err(missing.clone());
        }
        let (own, others) = (Self::part(&self.own), Self::part(&self.others));
        let least = |part: Part| part.with.min(part.of - part.with);
        let method = match least(own).min(least(others)) < FEW {
            true => RiskMethod::Koopman,
            false => RiskMethod::Katz,
        };
        if others.with == 0 {
            return Err(Missing::refused("nobody else has any"));
        }
        let found = match self.years {
            1 => risk_ratio(own, others, method, DEFAULT_LEVEL),
            // The same pupils come again from year to year.
            _ => {
                let (own, others) = (self.own.repeated(), self.others.repeated());
                clustered_risk_ratio(&own, &others, DEFAULT_LEVEL)
            }
        };
        found.map_err(|why| Missing::refused(&why.to_string()))
    }

    fn ratio(&self) -> Estimate {
        match self.compared() {
            Ok(found) => {
                let estimate = Estimate::of(Ok(found.ratio));
                self.p_adjusted.map_or(estimate.clone(), |p| estimate.adjusted(p))
            }
            Err(missing) => Estimate::missing(missing),
        }
    }

    /// The rate of events over that of all others: a second question, for one pupil may have many.
    fn rate(&self) -> Estimate {
        if let Some(missing) = &self.hidden {
            return Estimate::missing(missing.clone());
        }
        let Columns { n0, e0, n1, e1 } = self.pupils.as_ref();
        Estimate::of(clustered_rate_ratio(&BeforeAfter { n0, e0, n1, e1 }, DEFAULT_LEVEL))
    }

    fn share(&self) -> Estimate {
        if let Some(missing) = &self.hidden {
            return Estimate::missing(missing.clone());
        }
        let (part, side) = (Self::part(&self.own), &self.own);
        Estimate::of(match self.years {
            1 => wilson(part.with, part.of, DEFAULT_LEVEL),
            _ => clustered_share(&side.x, &side.n, &side.cluster, DEFAULT_LEVEL),
        })
    }

    /// `12 more in 100 than among all others`.
    fn difference(&self) -> String {
        let Ok(found) = self.compared() else {
            return "how many more or fewer cannot be told".to_owned();
        };
        let difference = (found.difference * 100.0).round();
        match difference {
            0.0 => "as many in 100 as among all others".to_owned(),
            more if more > 0.0 => format!("{} more in 100 than among all others", decimal(more, 0)),
            fewer => format!("{} fewer in 100 than among all others", decimal(-fewer, 0)),
        }
    }

    /// Whether its share differs from that of all others, and stands beside the other groups.
    fn differs(&self) -> bool {
        self.ratio().differs() && self.p_adjusted.is_none_or(|p| p < FALSE_DISCOVERIES)
    }

    /// What its interval asks for: no more than to be watched where few are compared, and nothing
    /// where the difference does not stand after adjustment or fewer are affected than elsewhere.
    fn level(&self) -> Level {
        match self.ratio().finding_level(Worse::Higher) {
            _ if !self.differs() => Level::Info,
            Level::Act if !self.is_called() => Level::Watch,
            level => level,
        }
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        const FIELDS: [&str; 9] =
            ["label", "roll", "affected", "share", "ratio", "rate", "difference", "level", "years"];
        let count = |count: u64| match &self.hidden {
            Some(missing) => Dynamic::from(missing.clone()),
            None => Dynamic::from(count as INT),
        };
        let part = Self::part(&self.own);
        Ok(match name {
            "label" => self.label.clone().into(),
            "roll" => Dynamic::from(part.of as INT),
            "affected" => count(part.with),
            "share" => Dynamic::from(self.share()),
            "ratio" => Dynamic::from(self.ratio()),
            "rate" => Dynamic::from(self.rate()),
            "difference" => self.difference().into(),
            "level" => self.level().name().into(),
            "years" => (self.years as INT).into(),
            _ => return Err(unknown("a risk has no", name, FIELDS)),
        })
    }

    fn cells(&self) -> Vec<Option<Value>> {
        let part = Self::part(&self.own);
        let value = |value: Value| self.hidden.is_none().then_some(value);
        let rounded = |number: f64| crate::column::number((number * 100.0).round() / 100.0);
        let (ratio, difference) = match self.compared() {
            Ok(found) => (Some(found.ratio), (found.difference * 100.0).round()),
            Err(_) => (None, 0.0),
        };
        let interval = ratio.as_ref().and_then(|one| one.lower.zip(one.upper));
        let interval = interval
            .map_or(Value::Null, |(lower, upper)| format!("{lower:.2} to {upper:.2}").into());
        let share = |own: f64, other: f64| percent(own / (own + other).max(f64::MIN_POSITIVE));
        let years = if self.years > 1 { format!(" ({} years)", self.years) } else { String::new() };
        vec![
            Some(format!("{}{years}", self.label).into()),
            Some(part.of.into()),
            value(part.with.into()),
            value(percent(part.with as f64 / part.of.max(1) as f64).into()),
            value(ratio.map_or(Value::Null, |one| rounded(one.value))),
            value(interval),
            value(crate::column::number(difference)),
            Some(share(self.own.totals.roll, self.others.totals.roll).into()),
            value(share(self.own.totals.events, self.others.totals.events).into()),
        ]
    }
}

/// The groups that are told one by one.
fn told(groups: &[One]) -> Vec<&One> {
    match groups {
        [one, other] => {
            let affected = groups.iter().find(|group| group.level() > Level::Info);
            let smaller = if one.own.totals.roll >= other.own.totals.roll { other } else { one };
            vec![affected.unwrap_or(smaller)]
        }
        all if all.len() <= MAX_TOLD => all.iter().collect(),
        all => all.iter().filter(|one| one.differs()).collect(),
    }
}

const RISKS: [&str; 6] = ["groups", "told", "small", "events", "by", "noun"];

impl Risks {
    fn field(&self, name: &str) -> Answer<Dynamic> {
        let value = |one: &One| Dynamic::from(RiskValue(Arc::new(one.clone())));
        let groups = &self.0.groups;
        Ok(match name {
            "groups" => groups.iter().map(value).collect::<Array>().into(),
            "told" => told(groups).into_iter().map(value).collect::<Array>().into(),
            "small" => (self.0.small.len() as INT).into(),
            "events" => {
                let (pupils, all) = (self.0.all.with_event, self.0.all.events);
                match of_counts(pupils, pupils, Sensitivity::Plain, self.0.audience) {
                    Some(missing) => Dynamic::from(missing),
                    None => Dynamic::from(all as INT),
                }
            }
            "by" => self.0.by.to_lowercase().into(),
            "noun" => self.0.noun.clone().into(),
            _ => return Err(unknown("risks have no", name, RISKS)),
        })
    }

    /// The title and the rows of its table.
    pub fn table(&self) -> (String, Vec<Vec<Option<Value>>>) {
        let title = format!("By {}", self.0.by.to_lowercase());
        (title, self.0.groups.iter().map(One::cells).collect())
    }
}
