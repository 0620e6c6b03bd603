//! A measure as scripts hold it: columns by bin, hidden where few pupils are behind them.

use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use rhai::{Array, Dynamic, INT};
use sheaf_analytics::{
    Audience, Cell, Exposure, Expr, Grain, Measure, MeasureOptions, Period, PupilPeriods, Roll,
    Sensitivity, Shown, Step, Table as Cells, col, protect_two_way,
};
use sheaf_charts::{Scale, day_number};
use sheaf_stats::{DEFAULT_LEVEL, clustered_rate};

use super::super::calendar::SameDaysValue;
use super::super::frame::{Part, label, title};
use super::super::smallness::{BESIDE, few_left_out, of_counts};
use super::super::table::Table;
use super::super::windows::CountsValue;
use super::by_pupil::ByPupil;
use crate::column::{About, Backing, Column, Kin, Marks};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// A measure, or one group of it.
#[derive(Clone)]
pub struct MeasureValue {
    all: Arc<All>,
    /// The groups that are looked at, by place.
    groups: Arc<[usize]>,
    /// What its columns share.
    kin: Kin,
}

/// What was measured.
pub struct Measured {
    /// The events and pupil-days.
    pub measure: Measure,
    /// The same of what conditions on listed characteristics leave out.
    pub left_out: Option<Measure>,
    /// What is counted.
    pub name: String,
    /// For how many pupils a rate is told.
    pub per: f64,
    /// What the axis of a chart says.
    pub unit: String,
    /// How many bins up to each its value is over.
    pub trailing: usize,
}

/// What the groups of a measure share.
struct All {
    measure: Measure,
    table: Table,
    options: MeasureOptions,
    name: String,
    per: f64,
    unit: String,
    trailing: usize,
    /// Why each cell is hidden, group after group.
    hidden: Vec<Option<Missing>>,
    /// Why each group is hidden as a whole.
    guards: Vec<Option<Missing>>,
    /// Where half-terms begin, for the axis.
    starts: Vec<(i32, String)>,
}

const FIELDS: [&str; 15] = [
    "n",
    "exposure",
    "rate",
    "start",
    "series",
    "len",
    "bin",
    "bins",
    "unit",
    "overall",
    "season",
    "time",
    "split",
    "half_term",
    "by_pupil",
];

impl MeasureValue {
    /// A measure of a table with everything that small groups hide hidden.
    pub fn new(of: Measured, table: &Table, options: &MeasureOptions) -> Self {
        let Measured { measure, left_out, name, per, unit, trailing } = of;
        let mut split = table.origin.split;
        if options.by.iter().any(|name| table.origin.is_listed(name)) {
            split = Sensitivity::Listed;
        }
        let audience = table.origin.audience;
        let (guards, hidden) = hide(&measure, left_out.as_ref(), split, audience);
        let groups = (0..measure.groups().len()).collect();
        let period = measure.bins().first().zip(measure.bins().last());
        let starts = table
            .run
            .scope
            .calendar()
            .half_terms()
            .iter()
            .filter(|one| period.is_some_and(|(from, to)| one.to >= from.from && one.from <= to.to))
            .map(|one| (day_number(one.from), half_term_words(one)))
            .collect();
        let all = All {
            measure,
            table: table.clone(),
            options: options.clone(),
            name,
            per,
            unit,
            trailing,
            hidden,
            guards,
            starts,
        };
        Self { all: Arc::new(all), groups, kin: Kin::default() }
    }

    fn width(&self) -> usize {
        self.all.measure.bins().len()
    }

    /// The bins that have a value: of trailing ones those with enough before them.
    fn bins(&self) -> Range<usize> {
        self.all.trailing - 1..self.width().max(self.all.trailing - 1)
    }

    /// The bins that the value of one is over.
    fn window(&self, bin: usize) -> Range<usize> {
        (bin + 1).saturating_sub(self.all.trailing)..bin + 1
    }

    /// The cells that are looked at: group and bin.
    fn cells(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.groups.iter().flat_map(|group| self.bins().map(|bin| (*group, bin)))
    }

    /// Why no statistic over these groups may be shown.
    fn guard(&self) -> Option<Missing> {
        let guard = |group: &usize| self.all.guards.get(*group).cloned().flatten();
        self.groups.iter().find_map(guard)
    }

    /// Why no statistic of the values may be worked out.
    fn no_statistic(&self) -> Option<Missing> {
        if self.all.trailing > 1 {
            let why = "trailing values share days, so that no statistic of them holds; leave \
                       `trailing` out";
            return Some(Missing::refused(why));
        }
        if self.groups.len() == 1 { self.guard() } else { None }
    }

    fn column(&self, about: About, value: impl Fn(usize, usize) -> f64) -> Column {
        let values: Vec<f64> = self.cells().map(|(g, bin)| value(g, bin)).collect();
        let of = self.clone();
        let marks: Marks = Arc::new(move || of.backing());
        let guard = self.no_statistic();
        self.of_kin(Column { marks: Some(marks), guard, ..Column::numbers(values).about(about) })
    }

    /// A column of this measure, of which a script has chosen no value.
    fn of_kin(&self, column: Column) -> Column {
        Column { kin: Some(Arc::clone(&self.kin)), ..column }
    }

    fn backing(&self) -> Vec<Backing> {
        let width = self.width();
        let is_hidden =
            |cell: usize| self.all.hidden.get(cell).is_some_and(std::option::Option::is_some);
        let of = |(group, bin): (usize, usize)| {
            // Two values that share days tell the days in which they differ.
            if self.window(bin).any(|bin| is_hidden(group * width + bin)) {
                return Backing { is_hidden: true, ..Backing::default() };
            }
            let ids: Vec<_> =
                self.window(bin).map(|bin| self.all.measure.ids(group, bin)).collect();
            let n = ids.iter().map(sheaf_analytics::IdSet::len).sum();
            let all = move || ids.iter().flat_map(sheaf_analytics::IdSet::iter).collect();
            let ids = sheaf_charts::IdSet::later(n, all);
            Backing { n: ids.len() as u32, is_hidden: false, ids }
        };
        self.cells().map(of).collect()
    }

    fn events(&self, group: usize, bin: usize) -> f64 {
        let events = self.all.measure.events(group).get(self.window(bin)).unwrap_or_default();
        events.iter().copied().map(f64::from).sum()
    }

    fn exposure(&self, group: usize, bin: usize) -> f64 {
        self.all.measure.exposure(group).get(self.window(bin)).unwrap_or_default().iter().sum()
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        let plain = |title: &str| About::new(title, Scale::Number);
        let per = self.all.per;
        let rate = |group, bin| {
            let exposure = self.exposure(group, bin);
            // Over nothing there is no rate, whatever was written down.
            if exposure > 0.0 { per * self.events(group, bin) / exposure } else { f64::NAN }
        };
        Ok(match name {
            "n" => {
                let about = About::new(title(&self.all.name), Scale::Count);
                Dynamic::from(self.column(about, |group, bin| self.events(group, bin)))
            }
            "exposure" => {
                let days = |group, bin| self.exposure(group, bin) / per;
                Dynamic::from(self.column(plain(&self.all.unit), days))
            }
            "rate" => Dynamic::from(self.column(plain(&self.all.unit), rate)),
            "start" => Dynamic::from(self.of_kin(self.start())),
            "time" => Dynamic::from(self.of_kin(self.time())),
            "season" => Dynamic::from(self.of_kin(self.season())),
            "half_term" => Dynamic::from(self.of_kin(self.half_term())),
            "series" => Dynamic::from(self.of_kin(self.series())),
            "len" => Dynamic::from((self.groups.len() * self.bins().len()) as INT),
            "bin" => self.all.options.grain.name().replace('_', " ").into(),
            "bins" => self.all.options.grain.plural().into(),
            "unit" => lower(&self.all.unit).into(),
            "split" => self.all.options.by.join(" and ").replace('_', " ").into(),
            "overall" => Dynamic::from(self.overall()?),
            "by_pupil" => Dynamic::from(ByPupil::new(self.clone())),
            _ => return Err(unknown("a measure has no", name, FIELDS)),
        })
    }

    fn start(&self) -> Column {
        let starts = self.all.starts.clone();
        let days: Vec<f64> = self
            .cells()
            .filter_map(|(_, bin)| self.all.measure.bins().get(bin))
            .map(|bin| f64::from(day_number(bin.from)))
            .collect();
        Column::numbers(days).about(About::new("", Scale::Date { starts }))
    }

    /// The time of each bin in half-terms of school days: a trend is told a half-term.
    fn time(&self) -> Column {
        const HALF_TERM: f64 = 32.0;
        let calendar = self.all.table.run.scope.calendar();
        let days = self
            .cells()
            .filter_map(|(_, bin)| self.all.measure.bins().get(bin))
            .map(|bin| f64::from(calendar.days_before(bin.from)) / HALF_TERM);
        Column::numbers(days.collect::<Vec<f64>>())
    }

    /// The half-term of each bin, counted from the first of the calendar.
    fn half_term(&self) -> Column {
        let half_terms = self.all.table.run.scope.calendar().half_terms();
        let place = |bin: &sheaf_analytics::Bin| {
            half_terms.partition_point(|half_term| half_term.from <= bin.from) as f64
        };
        let bins = self.cells().filter_map(|(_, bin)| self.all.measure.bins().get(bin));
        Column::numbers(bins.map(place).collect::<Vec<f64>>())
    }

    /// The half-term of the year of each bin.
    fn season(&self) -> Column {
        let calendar = self.all.table.run.scope.calendar();
        let code = |bin: &sheaf_analytics::Bin| {
            calendar.half_term(bin.from).map_or_else(String::new, |half| half.code.clone())
        };
        let bins = self.cells().filter_map(|(_, bin)| self.all.measure.bins().get(bin));
        super::super::columns::of_texts(bins.map(code))
    }

    fn series(&self) -> Column {
        let names: Vec<String> = self.cells().map(|(group, _)| self.label(group)).collect();
        super::super::columns::of_texts(names.into_iter())
    }

    fn label(&self, group: usize) -> String {
        let keys = self.all.measure.groups().get(group).map(|group| group.keys.as_slice());
        let names = self.all.measure.by().iter();
        let one = |(name, key): (&String, &sheaf_analytics::Cell)| {
            let label = label(&self.all.table.origin.table, name, key);
            if label == "Not recorded" {
                format!("{}: not recorded", title(name))
            } else if label.parse::<i64>().is_ok() {
                format!("{} {label}", title(name).replace(" group", ""))
            } else {
                label
            }
        };
        let parts: Vec<String> = names.zip(keys.unwrap_or_default()).map(one).collect();
        if parts.is_empty() { "All".to_owned() } else { parts.join(", ") }
    }

    /// The rate over all bins, its interval over pupils: some of them account for much of it.
    fn overall(&self) -> Answer<Estimate> {
        if let Some(missing) = self.guard() {
            return Ok(Estimate::missing(missing));
        }
        if !self.all.options.by.is_empty() {
            return Err(fault("`overall` is of a measure without a split"));
        }
        let found = self.pupil_periods("overall", &[self.all.options.period])?;
        let e: Vec<f64> = found.e.into_iter().map(|days| days / self.all.per).collect();
        let rate = clustered_rate(&found.n, &e, &found.pupil, DEFAULT_LEVEL);
        let answer = rate.map(|mut estimate| {
            // An incident with two pupils is one: the value is that of the chart.
            let measure = &self.all.measure;
            let of_group = |group: &usize| -> u32 { measure.events(*group).iter().sum() };
            let events = f64::from(self.groups.iter().map(of_group).sum::<u32>());
            let exposure: f64 = self.groups.iter().flat_map(|one| measure.exposure(*one)).sum();
            let value = self.all.per * events / exposure;
            let scale = value / estimate.value;
            estimate.value = value;
            estimate.lower = estimate.lower.map(|end| end * scale);
            estimate.upper = estimate.upper.map(|end| end * scale);
            estimate.events = events as u64;
            estimate
        });
        Ok(Estimate::of(answer))
    }

    /// When a bin begins, from 1, in words.
    fn when(&self, bin: INT) -> Answer<String> {
        let place = usize::try_from(bin).ok().and_then(|bin| bin.checked_sub(1));
        let place = place.and_then(|place| self.bins().nth(place));
        let found = place.and_then(|bin| self.all.measure.bins().get(bin));
        let found = found.ok_or_else(|| {
            fault(format!("there is no bin {bin}; they run from 1 to {}", self.bins().len()))
        })?;
        let day = found.from.strftime("%-d %b %Y");
        Ok(match self.all.options.grain {
            Grain::SchoolDay => day.to_string(),
            Grain::SchoolWeek => format!("the week of {day}"),
            _ => found.label.replace('_', " "),
        })
    }

    /// Whether the change after a bin, from 1, lies within so many bins of one of some days.
    fn is_near(&self, bin: INT, days: &str, within: INT) -> Answer<bool> {
        let place = |day: Date| {
            let bins = self.all.measure.bins();
            let before = bins.partition_point(|bin| bin.to < day) + 1;
            INT::try_from(before).unwrap_or(INT::MAX) - self.all.trailing as INT
        };
        let near = |day: &Date| (place(*day) - bin).abs() <= within;
        Ok(days_of(days)?.iter().any(near))
    }

    /// What its columns share.
    pub const fn kin(&self) -> &Kin {
        &self.kin
    }

    /// The days of the bins that have a value.
    pub fn periods(&self) -> Vec<Period> {
        let bins = self.all.measure.bins().get(self.bins()).unwrap_or_default();
        bins.iter().map(|bin| Period { from: bin.from, to: bin.to }).collect()
    }

    /// Events and school days by pupil on some days and the same a year before, of this group.
    fn ratio_to(&self, same: &SameDaysValue) -> Answer<CountsValue> {
        let (table, exposure) = self.table_of_group("ratio_to")?;
        super::same_days(&table, &same.0, exposure)
    }

    /// What each pupil brought to each of these periods, of this group.
    pub fn pupil_periods(&self, asked: &str, periods: &[Period]) -> Answer<PupilPeriods> {
        let (table, exposure) = self.table_of_group(asked)?;
        let run = &table.run;
        let roll = Roll::over(&run.scope, exposure, &table.narrowing, &run.budget);
        let (roll, events) = (roll.map_err(raised)?, table.pupil_events()?);
        PupilPeriods::of(&events, &roll, periods, &run.budget).map_err(raised)
    }

    /// The events of this group, with what they are counted against.
    fn table_of_group(&self, asked: &str) -> Answer<(Table, Exposure)> {
        let mut table = self.all.table.clone();
        if !self.all.options.by.is_empty() {
            let [group] = self.groups.as_ref() else {
                let why = format!("`{asked}` of a split is asked of each of its `parts()`");
                return Err(fault(why));
            };
            let keys = self.all.measure.groups().get(*group).map(|group| group.keys.as_slice());
            for (name, key) in self.all.measure.by().iter().zip(keys.unwrap_or_default()) {
                table = table.step(Step::Filter(equal(name, key)))?;
                table.origin.split_by(name);
            }
        }
        Ok((table, self.all.options.exposure))
    }

    fn parts(&self) -> Array {
        let part = |group: &usize| {
            let groups = [*group].into();
            let one = Self { all: Arc::clone(&self.all), groups, kin: Kin::default() };
            let keys = self.all.measure.groups().get(*group);
            let key = keys.and_then(|group| group.keys.first()).map(ToString::to_string);
            Dynamic::from(Part {
                key: key.unwrap_or_default(),
                label: self.label(*group),
                frame: Dynamic::from(one),
            })
        };
        self.groups.iter().map(part).collect()
    }
}

/// The condition that a column has a value.
fn equal(name: &str, key: &Cell) -> Expr {
    match key {
        Cell::Null => col(name).is_null(),
        Cell::Int(number) => col(name).equals(*number),
        Cell::Bool(answer) => col(name).equals(*answer),
        other => col(name).equals(other.to_string().as_str()),
    }
}

/// `incidents per 100 pupils`, as it stands in a sentence.
fn lower(unit: &str) -> String {
    let mut letters = unit.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// The days that a text lists, with commas between them.
fn days_of(text: &str) -> Answer<Vec<Date>> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items
        .map(|item| {
            let why = || fault(format!("`{item}` is no date as 2026-11-22, with commas between"));
            item.parse().map_err(|_| why())
        })
        .collect()
}

/// `Autumn 1 24`, short enough for an axis.
pub fn half_term_words(half_term: &sheaf_records::HalfTerm) -> String {
    let (term, part) = half_term.code.split_once('_').unwrap_or((&half_term.code, ""));
    let year = half_term.from.strftime("%y").to_string();
    let term: String = title(term).chars().take(3).collect();
    format!("{term} {part} \u{2019}{year}")
}

/// Why groups and cells are hidden: few pupils behind them, or beside such a cell.
fn hide(
    measure: &Measure,
    left_out: Option<&Measure>,
    split: Sensitivity,
    audience: Audience,
) -> (Vec<Option<Missing>>, Vec<Option<Missing>>) {
    let small = |denominator: usize, numerator: usize| match numerator {
        // Nobody is recognised by what nobody did.
        0 => None,
        _ => of_counts(denominator, numerator, split, audience),
    };
    let rest = |group: usize| -> Option<usize> {
        let keys = &measure.groups().get(group)?.keys;
        left_out?.groups().iter().position(|other| other.keys == *keys)
    };
    let told = |pupils: usize| few_left_out(pupils, audience);
    let mut guards = Vec::new();
    let mut hidden = Vec::new();
    for (at, group) in measure.groups().iter().enumerate() {
        let other = left_out.zip(rest(at));
        let beside = other.and_then(|(rest, at)| told(rest.groups().get(at)?.with_event));
        let guard = beside.or_else(|| small(group.pupils, group.with_event));
        let cells = measure.pupils(at).iter().zip(measure.with_event(at));
        hidden.extend(cells.enumerate().map(|(bin, (pupils, with_event))| {
            let beside = || {
                let (rest, at) = other?;
                told(*rest.with_event(at).get(bin)? as usize)
            };
            guard.clone().or_else(|| small(*pupils as usize, *with_event as usize)).or_else(beside)
        }));
        guards.push(guard);
    }
    beside(measure, &mut guards, &mut hidden);
    (guards, hidden)
}

/// Hides more cells where one that is hidden could be worked out from the totals, and the groups
/// whose total would tell it.
fn beside(measure: &Measure, guards: &mut [Option<Missing>], hidden: &mut [Option<Missing>]) {
    let width = measure.bins().len();
    if width == 0 || !hidden.iter().any(Option::is_some) {
        return;
    }
    let table = Cells {
        counts: (0..measure.groups().len())
            .map(|group| measure.events(group).iter().map(|n| u64::from(*n)).collect())
            .collect(),
        hidden: hidden.chunks(width).map(|l| l.iter().map(Option::is_some).collect()).collect(),
    };
    // Too large a table to protect shows nothing.
    let safe = protect_two_way(&table).ok();
    let cells = safe.as_ref().map(|safe| safe.cells.concat());
    let tells = |shown: Option<&Shown<u64>>| shown.is_none_or(Shown::is_suppressed);
    for (at, cell) in hidden.iter_mut().enumerate() {
        if cell.is_none() && tells(cells.as_ref().and_then(|cells| cells.get(at))) {
            *cell = Some(Missing::hidden(BESIDE));
        }
    }
    for (at, guard) in guards.iter_mut().enumerate() {
        if guard.is_none() && tells(safe.as_ref().and_then(|safe| safe.rows.get(at))) {
            *guard = Some(Missing::hidden(BESIDE));
        }
    }
}

/// Registers what a measure can be asked.
pub fn register(registry: &mut Registry) {
    registry.name_type::<MeasureValue>("measured rates");
    registry.overload("to_string", |of: &mut MeasureValue| {
        format!("rates of {} {}", of.groups.len() * of.width(), of.all.options.grain.plural())
    });
    registry.fields(|of: &mut MeasureValue, name: &str| of.field(name));
    registry.function(
        Group::Measure.item(
            "parts",
            "measured.parts() -> array of parts",
            "The groups of a split: each part has `key`, `label` and `frame`, which is measured \
             rates again.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).by(\
             \"year_group\").over(p.window).collect().parts().len()",
            "2",
        ),
        |of: &mut MeasureValue| of.parts(),
    );
    registry.function(
        Group::Measure.item(
            "when",
            "measured.when(k) -> text",
            "When a bin begins, from 1, in words.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).over(\
             p.window).collect().when(2)",
            "the week of 8 Sep 2025",
        ),
        |of: &mut MeasureValue, bin: INT| of.when(bin),
    );
    registry.function(
        Group::Measure.item(
            "is_near",
            "measured.is_near(k, days, within) -> true or false",
            "Whether the change after bin `k` lies within so many bins of one of the days that a \
             text lists.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).over(\
             p.window).collect().is_near(2, \"2025-09-30\", 3)",
            "true",
        ),
        |of: &mut MeasureValue, bin: INT, days: &str, within: INT| of.is_near(bin, days, within),
    );
    registry.function(
        Group::Measure.item(
            "days",
            "measured.days(text) -> array of dates",
            "The days that a text lists, of those that lie in the bins.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).over(\
             p.window).collect().days(\"2025-09-30, 2020-01-01\").len()",
            "1",
        ),
        |of: &mut MeasureValue, text: &str| {
            let bins = of.all.measure.bins();
            let inside = |day: &Date| {
                bins.first().zip(bins.last()).is_some_and(|(a, b)| a.from <= *day && *day <= b.to)
            };
            let days = days_of(text)?.into_iter().filter(inside);
            Answer::Ok(days.map(|day| Dynamic::from(day.to_string())).collect::<Array>())
        },
    );
    ratio_to(registry);
    fields(registry);
}

fn ratio_to(registry: &mut Registry) {
    registry.function(
        Group::Measure.item(
            "ratio_to",
            "measured.ratio_to(same_days) -> counts",
            "A row a pupil, as `measure.ratio_to(..).collect()` gives it.",
            "measure(\"a\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\")).over(\
             p.window).collect().ratio_to(cx.calendar.same_bins_last_year(p.window)).len",
            "0",
        ),
        |of: &mut MeasureValue, same: SameDaysValue| of.ratio_to(&same),
    );
}

fn fields(registry: &mut Registry) {
    for (name, signature, doc, gives) in [
        ("n", "measured.n -> column", "Distinct events of each bin.", "4"),
        ("exposure", "measured.exposure -> column", "The exposure over `per`, by bin.", "4"),
        ("rate", "measured.rate -> column", "Events over exposure, by bin.", "4"),
        ("start", "measured.start -> column", "The first school day of each bin.", "4"),
        ("time", "measured.time -> column", "The time in half-terms of 32 school days.", "4"),
        ("season", "measured.season -> column", "The half-term of the year of each bin.", "4"),
        (
            "half_term",
            "measured.half_term -> column",
            "The half-term of each bin, counted from the first of the calendar.",
            "4",
        ),
        ("series", "measured.series -> column", "The group of each value, by name.", "4"),
        ("bins", "measured.bins -> text", "What the bins are called.", "half-terms"),
        (
            "overall",
            "measured.overall -> estimate",
            "The rate over all bins, its interval over pupils.",
            "1.18 (0.815 to 1.71)",
        ),
        (
            "by_pupil",
            "measured.by_pupil -> events by pupil",
            "What each pupil brought to the bins, for a statistic of the same measure that allows \
             for pupils who recur.",
            "events by pupil",
        ),
    ] {
        let example = match name {
            "n" => EXAMPLE_N,
            "exposure" => EXAMPLE_EXPOSURE,
            "rate" => EXAMPLE_RATE,
            "start" => EXAMPLE_START,
            "time" => EXAMPLE_TIME,
            "season" => EXAMPLE_SEASON,
            "half_term" => EXAMPLE_HALF_TERM,
            "series" => EXAMPLE_SERIES,
            "bins" => EXAMPLE_BINS,
            "by_pupil" => EXAMPLE_BY_PUPIL,
            _ => EXAMPLE_OVERALL,
        };
        registry.field(Group::Measure.item(name, signature, doc, example, gives));
    }
}

/// What is asked of the referrals by half-term, with pupil-days.
macro_rules! of_referrals {
    ($asked:literal) => {
        concat!(
            "measure(\"referrals\").events(cx.room_referrals).exposure(pupil_days(\"enrolled\"))",
            ".at(\"half_term\").over(p.window).collect().",
            $asked
        )
    };
}

const EXAMPLE_N: &str = of_referrals!("n.len");
const EXAMPLE_EXPOSURE: &str = of_referrals!("exposure.len");
const EXAMPLE_RATE: &str = of_referrals!("rate.len");
const EXAMPLE_START: &str = of_referrals!("start.len");
const EXAMPLE_TIME: &str = of_referrals!("time.len");
const EXAMPLE_SEASON: &str = of_referrals!("season.len");
const EXAMPLE_HALF_TERM: &str = of_referrals!("half_term.len");
const EXAMPLE_SERIES: &str = of_referrals!("series.len");
const EXAMPLE_BINS: &str = of_referrals!("bins");
const EXAMPLE_BY_PUPIL: &str = of_referrals!("by_pupil.to_string()");
const EXAMPLE_OVERALL: &str = of_referrals!("overall.words");
