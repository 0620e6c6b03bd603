//! `table.screen(..)`: how often a screening rule would have been right in the past, and whom it
//! would have missed.

use std::sync::{Arc, OnceLock};

use rhai::{Array, Dynamic, INT, Map};
use serde_json::Value;
use sheaf_analytics::{
    Audience, Exposure, Period, Roll, ScreenOptions, ScreenRow, Screening, Sensitivity,
};
use sheaf_charts::{IdSet, Scale, percent};
use sheaf_stats::{DEFAULT_LEVEL, clustered_share};

use super::gaps::TopPupils;
use super::ladder::thresholds;
use super::output::TableRow;
use super::smallness::{few_left_out, of_counts};
use super::table::Table;
use crate::column::{About, Backing, Column};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;
use crate::words::{counted, only};

/// The longest time that is looked back on or ahead, in school days: a school year.
const MAX_DAYS: f64 = 200.0;
/// The most outcomes that a concern may ask for.
const MAX_AT_LEAST: f64 = 500.0;
/// The fewest times that a pupil was flagged, or came to it, of which a share is told.
const MIN_TIMES: usize = 20;
/// The most pupils of a list.
const MAX_LISTED: INT = 100;

/// Rules over the past as scripts hold them.
#[derive(Clone)]
pub struct Screen(Arc<Inner>);

struct Inner {
    found: Screening,
    /// The same of what conditions on listed characteristics leave out.
    rest: Option<Screening>,
    thresholds: Vec<u32>,
    options: ScreenOptions,
    noun: String,
    outcome: String,
    split: Sensitivity,
    audience: Audience,
    /// Why there is no answer, and why nothing of each rule may be shown: worked out once, for
    /// every value asks.
    refused: Option<Missing>,
    hidden: Vec<Option<Missing>>,
    /// The shares of each rule and the records behind it, once somebody asked.
    told: Vec<OnceLock<Told>>,
}

/// What a rule comes to: a script, a chart and a table ask for the same.
struct Told {
    flagged: Estimate,
    right: Estimate,
    false_alarms: Estimate,
    found: Estimate,
    missed: Estimate,
    ids: IdSet,
}

/// One rule of them.
#[derive(Clone)]
pub struct RuleValue {
    screen: Screen,
    threshold: u32,
}

/// The columns of its table.
pub const COLUMNS: [&str; 7] = [
    "Rule",
    "Pupils flagged at a check",
    "Share of pupils",
    "Came to it, of those flagged",
    "False alarms, of those flagged",
    "Found, of all who came to it",
    "Missed, of all who came to it",
];

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Screen>("screen");
    registry.name_type::<RuleValue>("rule");
    registry.overload("to_string", |screen: &mut Screen| {
        format!("screen of {} rules", screen.0.thresholds.len())
    });
    registry.function(
        Group::Windows.item(
            "screen",
            "table.screen(#{thresholds, within, ahead, outcome, at_least, period}) -> screen",
            "Runs screening rules over the past: on days so far apart that nothing counts twice, \
             whom a rule of so many events in the last `within` school days flags, and who has at \
             least so many of the rows of `outcome`, a table, in the `ahead` school days after. \
             Intervals mind that a pupil is there at every check.",
            "cx.room_referrals.screen(#{ thresholds: [1, 2], within: 5, ahead: 5, outcome: \
             cx.room_referrals, at_least: 1, period: p.window }).to_string()",
            "screen of 2 rules",
        ),
        |table: &mut Table, options: Map| screen(table, &options),
    );
    registry.fields(|screen: &mut Screen, name: &str| screen.field(name));
    registry.fields(|rule: &mut RuleValue, name: &str| rule.field(name));
    fields(registry);
}

fn fields(registry: &mut Registry) {
    for (name, signature, doc, example, gives) in [
        (
            "ok",
            "screen.ok -> true or false",
            "Whether there is an answer; `why` says why not.",
            "cx.room_referrals.screen(#{ thresholds: [1], within: 5, ahead: 5, outcome: \
             cx.room_referrals, period: p.window }).why",
            "the pupils had 1 referral or more in the 5 school days after a check fewer than 20 \
             times: too few to tell whether a rule is right",
        ),
        (
            "rules",
            "screen.rules -> array of rules",
            "The rules, the fewest events first. A rule has rule threshold flagged a_check right \
             false_alarms found missed now.",
            "cx.room_referrals.screen(#{ thresholds: [1, 2], within: 5, ahead: 5, outcome: \
             cx.room_referrals, period: p.window }).rules.len()",
            "2",
        ),
        (
            "share",
            "screen.share -> column",
            "For a chart: of each rule the share of those flagged who came to it, then the share \
             of those who came to it that it found; `rule` and `what` name them, `lower` and \
             `upper` are the intervals.",
            "cx.room_referrals.screen(#{ thresholds: [1, 2], within: 5, ahead: 5, outcome: \
             cx.room_referrals, period: p.window }).share.len",
            "4",
        ),
        (
            "checks",
            "screen.checks -> integer",
            "On how many days the rules were run; `pupils` is how many pupils were there, \
             `left_out` how often one was not on the roll on all days that count, `base` the share \
             of all who came to it, `concern` what that is in words.",
            "cx.room_referrals.screen(#{ thresholds: [1], within: 5, ahead: 5, outcome: \
             cx.room_referrals, period: p.window }).checks",
            "21",
        ),
    ] {
        registry.field(Group::Windows.item(name, signature, doc, example, gives));
    }
    registry.function(
        Group::Windows.item(
            "flagged_now",
            "rule.flagged_now(k) -> pupils",
            "The pupils whom the rule flags today, those with most events first, for \
             `report.list`.",
            "type_of(cx.room_referrals.screen(#{ thresholds: [1], within: 5, ahead: 5, outcome: \
             cx.room_referrals, period: p.window }).rules[0].flagged_now(3))",
            "pupils",
        ),
        |rule: &mut RuleValue, most: INT| rule.flagged_now(most),
    );
}

fn screen(table: &Table, options: &Map) -> Answer<Screen> {
    const KEYS: &[&str] = &["thresholds", "within", "ahead", "outcome", "at_least", "period"];
    let given = Given::new("screen", options, KEYS)?;
    let period = given.get("period").and_then(|value| value.read_lock::<Period>().map(|p| *p));
    let period = period.ok_or_else(|| fault("a screen needs `period`, such as `p.window`"))?;
    let options = ScreenOptions {
        within: whole(&given, "within", 20.0, MAX_DAYS)?,
        ahead: whole(&given, "ahead", 40.0, MAX_DAYS)?,
        at_least: whole(&given, "at_least", 1.0, MAX_AT_LEAST)?,
        period,
    };
    let thresholds = thresholds("screen", &given)?;
    let outcome = given.get("outcome").and_then(|value| value.read_lock::<Table>());
    let outcome = outcome.ok_or_else(|| fault("`outcome` of screen needs a table"))?;
    if outcome.origin.split != Sensitivity::Plain {
        return Err(fault(
            "`outcome` of screen cannot be picked by a listed characteristic; filter the table \
             that is screened instead",
        ));
    }
    table.note_narrowing(Exposure::EnrolledDays);
    // The table that is screened comes first: the report is named after it.
    table.pupil_events()?;
    let outcomes = outcome.pupil_events()?;
    let run = &table.run;
    let look = |table: &Table| {
        let events = table.pupil_events()?;
        let roll = Roll::new(&run.scope, &table.narrowing, &run.budget).map_err(raised)?;
        Screening::new(&events, &outcomes, &roll, &options, &run.budget).map_err(raised)
    };
    let mut inner = Inner {
        found: look(table)?,
        rest: table.left_out().map(|rest| look(&rest)).transpose()?,
        thresholds,
        options,
        noun: table.origin.noun().to_owned(),
        outcome: outcome.origin.noun().to_owned(),
        split: table.origin.split,
        audience: table.origin.audience,
        refused: None,
        hidden: Vec::new(),
        told: Vec::new(),
    };
    inner.refused = inner.why_refused();
    inner.hidden = inner.thresholds.iter().map(|one| inner.why_hidden(*one)).collect();
    inner.told = inner.thresholds.iter().map(|_| OnceLock::new()).collect();
    Ok(Screen(Arc::new(inner)))
}

/// A whole number from 1.
fn whole(given: &Given<'_>, key: &str, usual: f64, most: f64) -> Answer<u32> {
    let number = given.number(key, usual)?;
    if !(1.0..=most).contains(&number) || number.fract() != 0.0 {
        return Err(fault(format!(
            "`{key}` of screen is {number}; a whole number from 1 to {most} is needed"
        )));
    }
    Ok(number as u32)
}

fn all(_: &ScreenRow) -> bool {
    true
}

const fn came(row: &ScreenRow) -> bool {
    row.is_concern
}

/// The distinct pupils of whom something holds at a check.
fn pupils(found: &Screening, keep: impl Fn(&ScreenRow) -> bool) -> usize {
    let mut seen = Vec::new();
    for row in found.rows.iter().filter(|row| keep(row)) {
        let place = row.pupil.unsigned_abs() as usize;
        if seen.len() <= place {
            seen.resize(place + 1, false);
        }
        seen.get_mut(place).into_iter().for_each(|seen| *seen = true);
    }
    seen.into_iter().filter(|seen| *seen).count()
}

const SCREEN_FIELDS: [&str; 13] = [
    "ok", "why", "concern", "rules", "checks", "pupils", "left_out", "base", "rule", "what",
    "share", "lower", "upper",
];

impl Inner {
    /// What a pupil comes to: `4 incidents or more in the 40 school days after a check`.
    fn concern(&self) -> String {
        let count = counted(u64::from(self.options.at_least), &self.outcome);
        let days = counted(self.options.ahead.into(), "school days");
        format!("{count} or more in the {days} after a check")
    }

    /// Why there is no answer.
    fn why_refused(&self) -> Option<Missing> {
        let Self { found, options, split, audience, .. } = self;
        if found.checks.is_empty() {
            let need = options.within + options.ahead;
            return Some(Missing::refused(&format!(
                "{}; {need} are needed, {} to look back on and {} to see what followed",
                only(found.school_days as u64, "school days"),
                options.within,
                options.ahead
            )));
        }
        let (here, concern) = (pupils(found, all), pupils(found, came));
        if let Some(few) = of_counts(here, concern, *split, *audience) {
            return Some(few);
        }
        let rest = self.rest.as_ref();
        if let Some(few) = rest.and_then(|rest| few_left_out(pupils(rest, came), *audience)) {
            return Some(few);
        }
        let times = found.rows.iter().filter(|row| came(row)).count();
        (times < MIN_TIMES).then(|| {
            Missing::refused(&format!(
                "the pupils had {} fewer than {MIN_TIMES} times: too few to tell whether a rule is \
                 right",
                self.concern()
            ))
        })
    }

    /// Why nothing of a rule may be shown: whoever reads one of its shares can work out how
    /// many pupils stand in each of the four cells.
    fn why_hidden(&self, threshold: u32) -> Option<Missing> {
        if self.refused.is_some() {
            return self.refused.clone();
        }
        let Self { found, rest, split, audience, .. } = self;
        let flags = |row: &ScreenRow| row.events >= threshold;
        let flagged = pupils(found, flags);
        let cell = |is_flagged: bool, is_concern: bool| {
            let inside = |row: &ScreenRow| flags(row) == is_flagged && row.is_concern == is_concern;
            (flagged > 0)
                .then(|| of_counts(flagged, pupils(found, inside), *split, *audience))
                .flatten()
        };
        let cells = [(true, true), (true, false), (false, true)];
        cells.into_iter().find_map(|(flagged, concern)| cell(flagged, concern)).or_else(|| {
            let left_out = rest.as_ref().map_or(0, |rest| pupils(rest, flags));
            few_left_out(left_out, *audience)
        })
    }
}

impl Screen {
    fn rules(&self) -> impl Iterator<Item = RuleValue> + '_ {
        let rule = |threshold: &u32| RuleValue { screen: self.clone(), threshold: *threshold };
        self.0.thresholds.iter().map(rule)
    }

    /// The share of rows of which something holds, with an interval over pupils.
    fn share(
        &self,
        holds: impl Fn(&ScreenRow) -> bool,
        among: impl Fn(&ScreenRow) -> bool,
    ) -> Estimate {
        let rows: Vec<&ScreenRow> = self.0.found.rows.iter().filter(|row| among(row)).collect();
        if rows.len() < MIN_TIMES {
            return Estimate::missing(Missing::refused(&format!(
                "fewer than {MIN_TIMES} times in the past"
            )));
        }
        let x: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(holds(row)))).collect();
        let pupil: Vec<u32> = rows.iter().map(|row| row.pupil.unsigned_abs()).collect();
        Estimate::of(clustered_share(&x, &vec![1.0; x.len()], &pupil, DEFAULT_LEVEL))
    }

    /// A value of the two shares of each rule, for a chart.
    fn column(&self, value: impl Fn(&Estimate) -> Option<f64>) -> Column {
        let shares = self.rules().flat_map(|rule| [rule.right(), rule.found()]);
        let values: Vec<f64> = shares.map(|one| value(&one).unwrap_or(f64::NAN)).collect();
        let of = self.clone();
        let marks = move || {
            let backing = |rule: RuleValue| {
                let n = of.0.found.rows.iter().filter(|row| rule.flags(row)).count() as u32;
                let one = Backing { n, is_hidden: rule.hidden().is_some(), ids: rule.ids() };
                [one.clone(), one]
            };
            of.rules().flat_map(backing).collect()
        };
        let about = About::new("Share of pupils", Scale::Share);
        Column { marks: Some(Arc::new(marks)), ..Column::numbers(values).about(about) }
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let count = |count: usize| match self.0.refused.clone() {
            Some(missing) => Dynamic::from(missing),
            None => Dynamic::from(count as INT),
        };
        let texts = |text: &dyn Fn(&RuleValue) -> [String; 2]| {
            let all: Vec<String> = self.rules().flat_map(|rule| text(&rule)).collect();
            Dynamic::from(super::columns::of_texts(all.into_iter()))
        };
        Ok(match name {
            "ok" => self.0.refused.is_none().into(),
            "why" => {
                self.0.refused.as_ref().map_or(String::new(), |one| one.why.to_string()).into()
            }
            "concern" => self.0.concern().into(),
            "rules" => self.rules().map(Dynamic::from).collect::<Array>().into(),
            "checks" => (self.0.found.checks.len() as INT).into(),
            "pupils" => count(pupils(&self.0.found, all)),
            // Of whom these are is not known: joiners and leavers name nobody.
            "left_out" => (self.0.found.left_out as INT).into(),
            "base" => Dynamic::from(match self.0.refused.clone() {
                Some(missing) => Estimate::missing(missing),
                None => self.share(came, all),
            }),
            "rule" => texts(&|rule| {
                let name = format!("{} or more", rule.threshold);
                [name.clone(), name]
            }),
            "what" => texts(&|_| {
                ["Came to it, of those flagged", "Found, of all who came to it"].map(str::to_owned)
            }),
            "share" => Dynamic::from(self.column(|one| one.numbers().map(|one| one.value))),
            "lower" => Dynamic::from(self.column(|one| one.numbers().and_then(|one| one.lower))),
            "upper" => Dynamic::from(self.column(|one| one.numbers().and_then(|one| one.upper))),
            _ => return Err(unknown("a screen has no", name, SCREEN_FIELDS)),
        })
    }

    /// The rows of its table.
    pub fn table(&self) -> Vec<TableRow> {
        self.rules().map(|rule| (rule.cells(), rule.ids())).collect()
    }
}

const RULE_FIELDS: [&str; 9] =
    ["rule", "threshold", "flagged", "a_check", "right", "false_alarms", "found", "missed", "now"];

impl RuleValue {
    const fn flags(&self, row: &ScreenRow) -> bool {
        row.events >= self.threshold
    }

    /// `3 incidents or more in 20 school days`.
    fn rule(&self) -> String {
        let Inner { noun, options, .. } = &*self.screen.0;
        let count = counted(u64::from(self.threshold), noun);
        format!("{count} or more in {}", counted(options.within.into(), "school days"))
    }

    /// Why nothing of this rule may be shown.
    fn hidden(&self) -> Option<Missing> {
        let inner = &*self.screen.0;
        let place = inner.thresholds.iter().position(|one| *one == self.threshold);
        place.and_then(|place| inner.hidden.get(place)).cloned().flatten()
    }

    fn share(
        &self,
        holds: impl Fn(&ScreenRow) -> bool,
        among: impl Fn(&ScreenRow) -> bool,
    ) -> Estimate {
        match self.hidden() {
            Some(missing) => Estimate::missing(missing),
            None => self.screen.share(holds, among),
        }
    }

    /// What the rule comes to, by one of its parts.
    fn told<T: Clone>(&self, part: fn(&Told) -> &T) -> T {
        let place = self.screen.0.thresholds.iter().position(|one| *one == self.threshold);
        let known = place.and_then(|place| self.screen.0.told.get(place));
        known.map_or_else(
            || part(&self.tell()).clone(),
            |known| part(known.get_or_init(|| self.tell())).clone(),
        )
    }

    fn tell(&self) -> Told {
        let flags = |row: &ScreenRow| self.flags(row);
        Told {
            flagged: self.share(flags, all),
            right: self.share(came, flags),
            false_alarms: self.share(|row| !came(row), flags),
            found: self.share(flags, came),
            missed: self.share(|row| !flags(row), came),
            ids: crate::ids::shown(self.screen.0.found.ids(flags)),
        }
    }

    /// Of those flagged, the share who came to it.
    fn right(&self) -> Estimate {
        self.told(|told| &told.right)
    }

    /// Of those who came to it, the share who had been flagged.
    fn found(&self) -> Estimate {
        self.told(|told| &told.found)
    }

    /// The records that it looked back on.
    fn ids(&self) -> IdSet {
        self.told(|told| &told.ids)
    }

    /// How many pupils it flags at a check, on average.
    fn a_check(&self) -> f64 {
        let found = &self.screen.0.found;
        let flagged = found.rows.iter().filter(|row| self.flags(row)).count();
        (flagged as f64 / found.checks.len().max(1) as f64).round()
    }

    fn now(&self) -> usize {
        self.screen.0.found.now.iter().filter(|(_, events)| *events >= self.threshold).count()
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        Ok(match name {
            "rule" => self.rule().into(),
            "threshold" => INT::from(self.threshold).into(),
            "flagged" => Dynamic::from(self.told(|told| &told.flagged)),
            "a_check" => match self.hidden() {
                Some(missing) => Dynamic::from(missing),
                None => Dynamic::from(self.a_check() as INT),
            },
            "right" => Dynamic::from(self.right()),
            "false_alarms" => Dynamic::from(self.told(|told| &told.false_alarms)),
            "found" => Dynamic::from(self.found()),
            "missed" => Dynamic::from(self.told(|told| &told.missed)),
            "now" => match self.hidden_now() {
                Some(missing) => Dynamic::from(missing),
                None => Dynamic::from(self.now() as INT),
            },
            _ => return Err(unknown("a rule has no", name, RULE_FIELDS)),
        })
    }

    /// Why it is not told how many are flagged today.
    fn hidden_now(&self) -> Option<Missing> {
        let Inner { rest, split, audience, .. } = &*self.screen.0;
        let now = |found: &Screening| {
            found.now.iter().filter(|(_, events)| *events >= self.threshold).count()
        };
        let left_out = rest.as_ref().map_or(0, now);
        let own = self.now();
        (own > 0)
            .then(|| of_counts(own, own, *split, *audience))
            .flatten()
            .or_else(|| few_left_out(left_out, *audience))
    }

    fn flagged_now(&self, most: INT) -> Answer<TopPupils> {
        if !(1..=MAX_LISTED).contains(&most) {
            return Err(fault(format!("`flagged_now` takes 1 to {MAX_LISTED}, not {most}")));
        }
        let Inner { found, noun, .. } = &*self.screen.0;
        let pupils = found.flagged_now(self.threshold, most as usize);
        Ok(TopPupils { pupils: pupils.into(), noun: noun.clone(), unit: "school days" })
    }

    fn cells(&self) -> Vec<Option<Value>> {
        let is_hidden = self.hidden().is_some();
        let value = |value: Value| (!is_hidden).then_some(value);
        let share = |estimate: Estimate| {
            let ends = estimate.numbers().and_then(|one| Some((one.value, one.lower?, one.upper?)));
            value(ends.map_or(Value::Null, |(share, lower, upper)| {
                let (lower, upper) = (percent(lower), percent(upper));
                let lower = lower.trim_end_matches(" %");
                format!("{} ({lower} to {upper})", percent(share)).into()
            }))
        };
        vec![
            Some(self.rule().into()),
            value(crate::column::number(self.a_check())),
            share(self.told(|told| &told.flagged)),
            share(self.right()),
            share(self.told(|told| &told.false_alarms)),
            share(self.found()),
            share(self.told(|told| &told.missed)),
        ]
    }
}

#[cfg(test)]
mod tests;
