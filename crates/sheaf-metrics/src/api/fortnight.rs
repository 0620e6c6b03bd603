//! `table.fortnight(..)`: some school days beside those before, and beside last year's.

use std::sync::Arc;

use rhai::{Array, Dynamic, INT, Map};
use serde_json::Value;
use sheaf_analytics::{
    Aggregate, Audience, Budget, Cell, DaySet, Exposure, Expr, FilterExpr, Frame, PairedDays,
    Period, PeriodEvents, PeriodSpec, Roll, SameDays, Sensitivity, Step, col,
};
use sheaf_charts::{IdSet, Scale};
use sheaf_stats::{Adjustment, BeforeAfter, DEFAULT_LEVEL, adjust, clustered_rate_ratio};

use super::frame::label;
use super::output::TableRow;
use super::smallness::{few, is_told, of_counts, with_beside};
use super::table::Table;
use crate::column::{About, Backing, Column};
use crate::estimate::Estimate;
use crate::fault::{fault, unknown};
use crate::given::Given;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::raised;

/// The most school days of one side.
const MAX_DAYS: f64 = 60.0;
/// The most categories that a school may define.
const MAX_CATEGORIES: usize = 20;
/// So many of the changes that are told may be chance.
const FALSE_DISCOVERIES: f64 = 0.10;
/// A change is told from so many events on, then and now together.
const MIN_EVENTS: usize = 10;

/// Some school days as scripts hold them.
#[derive(Clone)]
pub struct Fortnight(Arc<Inner>);

struct Inner {
    spans: Spans,
    noun: String,
    total: Line,
    lines: Vec<Line>,
}

/// The days that are counted.
#[derive(Clone)]
struct Spans {
    now: Period,
    before: Period,
    last_year: Option<SameDays>,
    year: Period,
    year_before: Option<SameDays>,
}

/// The events of one category.
#[derive(Clone)]
struct Line {
    label: String,
    now: Count,
    before: Count,
    last_year: Count,
    year: Count,
    year_before: Count,
    change: Estimate,
    on_last_year: Estimate,
    on_the_year_before: Estimate,
    /// Whether the change stands beside those of the other categories.
    has_changed: bool,
    ids: IdSet,
}

/// The events on those days; none where there is no year before.
struct Events {
    now: PeriodEvents,
    before: PeriodEvents,
    year: PeriodEvents,
    last_year: Yearly<PeriodEvents>,
    year_before: Yearly<PeriodEvents>,
}

/// What belongs to some days of which the year before has the same, and to those.
#[derive(Clone, Debug, Default)]
struct Yearly<T> {
    now: T,
    then: T,
}

impl Yearly<DaySet> {
    fn of(days: Option<&SameDays>) -> Self {
        days.map(|same| Self { now: same.now(), then: same.before() }).unwrap_or_default()
    }
}

impl Events {
    fn of(frame: &Frame, spans: &Spans, budget: &Budget) -> Answer<Self> {
        let last_year = Yearly::of(spans.last_year.as_ref());
        let year_before = Yearly::of(spans.year_before.as_ref());
        let sets = [
            spans.now.into(),
            spans.before.into(),
            spans.year.into(),
            last_year.now,
            last_year.then,
            year_before.now,
            year_before.then,
        ];
        let mut found = frame.in_periods(&sets, budget).map_err(raised)?.into_iter();
        let [now, before, year, last_now, last_then, year_now, year_then] =
            sets.map(|_| found.next().unwrap_or_default());
        let last_year = Yearly { now: last_now, then: last_then };
        let year_before = Yearly { now: year_now, then: year_then };
        Ok(Self { now, before, year, last_year, year_before })
    }
}

/// The school days of pupils in the periods that are held against each other, the same for all
/// categories; none where there is no year before.
struct Pairs {
    change: PairedDays,
    on_last_year: Option<PairedDays>,
    on_the_year_before: Option<PairedDays>,
}

impl Pairs {
    fn new(roll: &Roll, spans: &Spans) -> Self {
        let same = |days: &Option<SameDays>| {
            days.as_ref().map(|same| PairedDays::new(roll, &same.now(), &same.before()))
        };
        Self {
            change: PairedDays::new(roll, &spans.now.into(), &spans.before.into()),
            on_last_year: same(&spans.last_year),
            on_the_year_before: same(&spans.year_before),
        }
    }
}

/// How many, and of how many pupils.
#[derive(Clone, Copy, Default)]
struct Count {
    n: usize,
    pupils: usize,
    is_hidden: bool,
    audience: Audience,
}

/// One category as scripts hold it.
#[derive(Clone)]
pub struct LineValue(Arc<Line>);

/// Registers it.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Fortnight>("fortnight");
    registry.name_type::<LineValue>("line");
    registry.overload("to_string", |all: &mut Fortnight| {
        format!("fortnight of {} lines", all.0.lines.len())
    });
    registry.function(
        Group::Measure.item(
            "fortnight",
            "table.fortnight(#{days, categories, by, most}) -> fortnight",
            "The last so many school days beside as many before, the same days last year, and the \
             year to date. `categories` is text as `Red cards: severity == 5; Truancy: category \
             == \"truancy\"`; without it the values of the column `by` that are met most.",
            "cx.room_referrals.fortnight(#{ days: 10, by: \"reason\" }).to_string()",
            "fortnight of 1 lines",
        ),
        |table: &mut Table, options: Map| fortnight(table, &options),
    );
    registry.fields(|all: &mut Fortnight, name: &str| all.field(name));
    registry.fields(|line: &mut LineValue, name: &str| line.0.field(name));
    for (name, signature, doc, example, gives) in [
        (
            "total",
            "fortnight.total -> line",
            "All events. A line has label n pupils before last_year year year_before change \
             on_last_year on_the_year_before.",
            "cx.room_referrals.fortnight(#{ days: 10, by: \"reason\" }).total.year",
            "13",
        ),
        (
            "lines",
            "fortnight.lines -> array of lines",
            "The categories.",
            "cx.room_referrals.fortnight(#{ days: 10, by: \"reason\" }).lines.len()",
            "1",
        ),
        (
            "changed",
            "fortnight.changed -> array of lines",
            "The categories whose change stands beside those of the others (Benjamini-Hochberg).",
            "cx.room_referrals.fortnight(#{ days: 10, by: \"reason\" }).changed.len()",
            "0",
        ),
        (
            "days",
            "fortnight.days -> text",
            "The days that are counted; `before`, `last_year` and `year` likewise.",
            "cx.room_referrals.fortnight(#{ days: 10, by: \"reason\" }).days",
            "9 Feb 2026 to 27 Feb 2026",
        ),
    ] {
        registry.field(Group::Measure.item(name, signature, doc, example, gives));
    }
}

fn fortnight(table: &Table, options: &Map) -> Answer<Fortnight> {
    let given = Given::new("fortnight", options, &["days", "categories", "by", "most"])?;
    let days = given.number("days", 10.0)?;
    if !(1.0..=MAX_DAYS).contains(&days) || days.fract() != 0.0 {
        let most = MAX_DAYS as i64;
        return Err(fault(format!(
            "`days` of fortnight is {days}; a whole number of school days from 1 to {most} is needed"
        )));
    }
    let most = given.number("most", 8.0)?;
    if !(1.0..=MAX_CATEGORIES as f64).contains(&most) || most.fract() != 0.0 {
        return Err(fault(format!(
            "`most` of fortnight is {most}; a whole number from 1 to {MAX_CATEGORIES} is needed"
        )));
    }
    let run = &table.run;
    let spans = Spans::of(table, days as u32)?;
    table.note_narrowing(Exposure::EnrolledDays);
    let roll = Roll::new(&run.scope, &table.narrowing, &run.budget).map_err(raised)?;
    let pairs = Pairs::new(&roll, &spans);
    let events = table.counted()?;
    let total = Line::of("All".to_owned(), (table, &events), &pairs, &spans)?;
    let text = given.text("categories", "")?;
    let parts = match text.trim() {
        "" => usual((table, &events), &given.text("by", "category")?, most as usize, &spans)?,
        text => named(text)?,
    };
    let mut lines = parts
        .into_iter()
        .map(|(label, condition)| {
            let part = table.step(Step::Filter(condition.clone()))?;
            let own = part.counted_among(&events, condition)?;
            Line::of(label, (&part, &own), &pairs, &spans)
        })
        .collect::<Answer<Vec<Line>>>()?;
    protect(&mut lines);
    adjust_all(&mut lines);
    let noun = table.origin.noun().to_owned();
    Ok(Fortnight(Arc::new(Inner { spans, noun, total, lines })))
}

impl Spans {
    fn of(table: &Table, days: u32) -> Answer<Self> {
        let (scope, budget) = (&table.run.scope, &table.run.budget);
        let (calendar, today) = (scope.calendar(), scope.as_of());
        let now = PeriodSpec::LastSchoolDays(days).resolve(calendar, today).map_err(raised)?;
        let last = calendar.days_before(now.from);
        let from = calendar.day_at(last.saturating_sub(days)).filter(|_| last >= days);
        let to = last.checked_sub(1).and_then(|last| calendar.day_at(last));
        let Some((from, to)) = from.zip(to) else {
            let why = format!(
                "the school calendar has no {days} school days before {}; add the school year",
                now.from.strftime("%-d %b %Y")
            );
            return Err(Missing::refused(&why).into_error());
        };
        let year = PeriodSpec::ThisYear.resolve(calendar, today).map_err(raised)?;
        let year = Period { from: year.from, to: year.to.min(today) };
        let then = |period| {
            let same = SameDays::of(calendar, period, today);
            let same = same.recorded(scope, &table.origin.table, budget).map_err(raised)?;
            Answer::Ok((!same.is_empty()).then_some(same))
        };
        let before = Period { from, to };
        Ok(Self { now, before, last_year: then(now)?, year, year_before: then(year)? })
    }
}

/// The values of a column that are met most in these days and those before.
fn usual(
    (table, events): (&Table, &Frame),
    by: &str,
    most: usize,
    spans: &Spans,
) -> Answer<Vec<(String, Expr)>> {
    let both = Period { from: spans.before.from, to: spans.now.to };
    let keys = vec![by.to_owned()];
    let count = ("n".to_owned(), Aggregate::Count);
    let steps = [Step::Within(both), Step::Group { keys, aggregates: vec![count] }];
    let found = events.apply(&steps, &table.run.budget).map_err(raised)?;
    let (values, sizes) = (found.column(by).map_err(raised)?, found.column("n").map_err(raised)?);
    let mut rows: Vec<(i64, Cell)> = (0..found.len())
        .filter_map(|row| match (sizes.cell(row), values.cell(row)) {
            (_, Cell::Null) => None,
            (Cell::Int(size), value) => Some((size, value)),
            _ => None,
        })
        .collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.to_string().cmp(&b.1.to_string())));
    rows.truncate(most);
    let condition = |value: &Cell| match value {
        Cell::Int(number) => col(by).is_in([*number]),
        other => col(by).is_in([other.to_string().as_str()]),
    };
    let name = |value: &Cell| match value {
        Cell::Int(number) => format!("{} {number}", super::frame::title(by)),
        other => label(&table.origin.table, by, other),
    };
    let part = |(_, value): (i64, Cell)| (name(&value), condition(&value));
    Ok(rows.into_iter().map(part).collect())
}

/// Categories as a school defines them: a name and a condition each.
fn named(text: &str) -> Answer<Vec<(String, Expr)>> {
    let mut parts = Vec::new();
    for (place, part) in text.split(';').map(str::trim).filter(|part| !part.is_empty()).enumerate()
    {
        let at = place + 1;
        let wrong = |why: String| fault(format!("category {at} of `categories`: {why}"));
        let (name, condition) = part.split_once(':').ok_or_else(|| {
            wrong("write a name, a colon and a condition, as in `Red cards: severity == 5`".into())
        })?;
        let filter = FilterExpr::parse(condition).map_err(|error| wrong(error.to_string()))?;
        let condition = filter.expr().cloned();
        let condition = condition.ok_or_else(|| wrong("the condition is empty".to_owned()))?;
        parts.push((name.trim().to_owned(), condition));
    }
    match parts.len() {
        0..=MAX_CATEGORIES => Ok(parts),
        count => Err(fault(format!("{count} categories are more than {MAX_CATEGORIES}"))),
    }
}

/// The changes of the categories form one family.
fn adjust_all(lines: &mut [Line]) {
    let is_tested = |line: &Line| line.change.p().is_some();
    let p: Vec<f64> = lines.iter().filter_map(|line| line.change.p()).collect();
    let Ok(adjusted) = adjust(&p, Adjustment::BenjaminiHochberg) else { return };
    for (line, p) in lines.iter_mut().filter(|line| is_tested(line)).zip(adjusted) {
        line.change = line.change.adjusted(p);
        line.has_changed = p < FALSE_DISCOVERIES && line.change.differs();
    }
}

/// Hides counts with few pupils, and what must hide with them beside a total that is shown.
fn protect(lines: &mut [Line]) {
    let picks: [fn(&mut Line) -> &mut Count; 5] = [
        |line| &mut line.now,
        |line| &mut line.before,
        |line| &mut line.last_year,
        |line| &mut line.year,
        |line| &mut line.year_before,
    ];
    for pick in picks {
        let counts: Vec<u64> = lines.iter_mut().map(|line| pick(line).n as u64).collect();
        let hidden: Vec<bool> = lines.iter_mut().map(|line| pick(line).is_hidden).collect();
        for (line, hide) in lines.iter_mut().zip(with_beside(&counts, &hidden)) {
            pick(line).is_hidden = hide;
        }
    }
}

impl Line {
    fn of(
        label: String,
        (table, frame): (&Table, &Frame),
        pairs: &Pairs,
        spans: &Spans,
    ) -> Answer<Self> {
        let budget = &table.run.budget;
        let events = Events::of(frame, spans, budget)?;
        // What conditions on listed characteristics leave out would be told by the difference.
        let rest = table.left_out().map(|rest| Events::of(&rest.counted()?, spans, budget));
        let rest = rest.transpose()?;
        let count = |is_known: bool, of: fn(&Events) -> &PeriodEvents| match is_known {
            true => Count::of(of(&events), rest.as_ref().map(of), table),
            false => Count::default(),
        };
        let ratio = |days: Option<&PairedDays>, now: &PeriodEvents, before: &PeriodEvents| {
            let none = |why: &str| Estimate::missing(Missing::refused(why));
            let Some(days) = days else {
                return none("of the same days a year before nothing is written down");
            };
            if now.records + before.records < MIN_EVENTS {
                return none("fewer than 10 events then and now");
            }
            let (n1, e1, n0, e0) = days.count(now, before);
            let rows = BeforeAfter { n0: &n0, e0: &e0, n1: &n1, e1: &e1 };
            Estimate::of(clustered_rate_ratio(&rows, DEFAULT_LEVEL))
        };
        let yearly = |days: &Option<PairedDays>, events: &Yearly<PeriodEvents>| {
            ratio(days.as_ref(), &events.now, &events.then)
        };
        let (_, ids) = frame.behind_rows(&events.now.rows);
        Ok(Self {
            label,
            now: count(true, |events| &events.now),
            before: count(true, |events| &events.before),
            last_year: count(spans.last_year.is_some(), |events| &events.last_year.then),
            year: count(true, |events| &events.year),
            year_before: count(spans.year_before.is_some(), |events| &events.year_before.then),
            change: ratio(Some(&pairs.change), &events.now, &events.before),
            on_last_year: yearly(&pairs.on_last_year, &events.last_year),
            on_the_year_before: yearly(&pairs.on_the_year_before, &events.year_before),
            has_changed: false,
            ids: crate::ids::shown(ids),
        })
    }

    fn field(&self, name: &str) -> Answer<Dynamic> {
        const FIELDS: [&str; 10] = [
            "label",
            "n",
            "pupils",
            "before",
            "last_year",
            "year",
            "year_before",
            "change",
            "on_last_year",
            "on_the_year_before",
        ];
        let pupils = Count { n: self.now.pupils, ..self.now };
        let beside = |estimate: &Estimate, counts: [Count; 2]| {
            let hidden = counts.iter().any(|count| count.is_hidden);
            Dynamic::from(match hidden {
                true => Estimate::missing(Missing::hidden(few(self.now.audience))),
                false => estimate.clone(),
            })
        };
        Ok(match name {
            "label" => self.label.clone().into(),
            "n" => self.now.value(),
            "pupils" => pupils.value(),
            "before" => self.before.value(),
            "last_year" => self.last_year.value(),
            "year" => self.year.value(),
            "year_before" => self.year_before.value(),
            "change" => beside(&self.change, [self.now, self.before]),
            "on_last_year" => beside(&self.on_last_year, [self.now, self.last_year]),
            "on_the_year_before" => beside(&self.on_the_year_before, [self.year, self.year_before]),
            _ => return Err(unknown("a line has no", name, FIELDS)),
        })
    }
}

impl Count {
    fn of(events: &PeriodEvents, rest: Option<&PeriodEvents>, table: &Table) -> Self {
        let (audience, pupils) = (table.origin.audience, events.pupils);
        let is_hidden = of_counts(pupils, pupils, table.origin.split, audience).is_some()
            || rest.is_some_and(|rest| is_told(rest.pupils, audience));
        Self { n: events.records, pupils, is_hidden, audience }
    }

    fn value(self) -> Dynamic {
        match self.is_hidden {
            true => Dynamic::from(Missing::hidden(few(self.audience))),
            false => Dynamic::from(self.n as INT),
        }
    }

    fn cell(self) -> Option<Value> {
        (!self.is_hidden).then(|| self.n.into())
    }
}

impl Fortnight {
    fn field(&self, name: &str) -> Answer<Dynamic> {
        const FIELDS: [&str; 12] = [
            "ok",
            "why",
            "total",
            "lines",
            "changed",
            "days",
            "before",
            "last_year",
            "year",
            "names",
            "counts",
            "when",
        ];
        let inner = &self.0;
        let words = |period: Period| super::context::period_words(&period);
        let pupils = inner.total.year.pupils;
        let hidden = of_counts(pupils, pupils, Sensitivity::Plain, inner.total.now.audience);
        let value = |line: &Line| Dynamic::from(LineValue(Arc::new(line.clone())));
        Ok(match name {
            "ok" => (hidden.is_none() && inner.total.year.n > 0).into(),
            "why" => match hidden {
                Some(missing) => missing.why.to_string().into(),
                None if inner.total.year.n == 0 => {
                    format!("there are no {} this school year", inner.noun).into()
                }
                None => String::new().into(),
            },
            "total" => value(&inner.total),
            "lines" => inner.lines.iter().map(value).collect::<Array>().into(),
            "changed" => {
                let changed = inner.lines.iter().filter(|line| line.has_changed);
                changed.map(value).collect::<Array>().into()
            }
            "days" => words(inner.spans.now).into(),
            "before" => words(inner.spans.before).into(),
            "last_year" => {
                let last = inner.spans.last_year.as_ref().and_then(SameDays::then);
                last.map_or_else(|| "not known".to_owned(), words).into()
            }
            "year" => words(inner.spans.year).into(),
            "names" => Dynamic::from(self.names(|line| line.label.clone())),
            "counts" => Dynamic::from(self.counts()),
            "when" => Dynamic::from(self.names_of_sides()),
            _ => return Err(unknown("a fortnight has no", name, FIELDS)),
        })
    }

    /// Each line twice: for the days before, then for these days.
    fn names(&self, name: impl Fn(&Line) -> String) -> Column {
        let lines = &self.0.lines;
        super::columns::of_texts(lines.iter().chain(lines).map(name))
    }

    fn names_of_sides(&self) -> Column {
        let sides = ["Fortnight before", "This fortnight"];
        let lines = self.0.lines.len();
        let names = sides.into_iter().flat_map(|side| std::iter::repeat_n(side.to_owned(), lines));
        super::columns::of_texts(names)
    }

    fn counts(&self) -> Column {
        let lines = &self.0.lines;
        let sides = || {
            let before = lines.iter().map(|line| (line.before, IdSet::default()));
            before.chain(lines.iter().map(|line| (line.now, line.ids.clone())))
        };
        let backing: Vec<Backing> = sides()
            .map(|(count, ids)| Backing { n: count.n as u32, is_hidden: count.is_hidden, ids })
            .collect();
        let values: Vec<f64> = sides().map(|(count, _)| count.n as f64).collect();
        let title = super::frame::title(&self.0.noun);
        let column = Column::numbers(values).about(About::new(title, Scale::Count));
        Column { marks: Some(Arc::new(move || backing.clone())), ..column }
    }

    /// The columns and the rows of its table, ready to be pasted into a letter.
    pub fn table(&self) -> (Vec<String>, Vec<TableRow>) {
        let columns = [
            "",
            "This fortnight",
            "Fortnight before",
            "Change",
            "Same fortnight last year",
            "Year to date",
            "Last year to the same day",
        ];
        let row = |line: &Line| {
            let change = match (line.now.is_hidden || line.before.is_hidden, line.before.n) {
                (true, _) => None,
                (false, before) => {
                    let difference = line.now.n as i64 - before as i64;
                    Some(match difference {
                        0 => Value::from("none"),
                        more if more > 0 => format!("+{more}").into(),
                        fewer => format!("\u{2212}{}", -fewer).into(),
                    })
                }
            };
            let then = |days: &Option<SameDays>, count: Count| match days {
                Some(_) => count.cell(),
                None => Some(Value::from("")),
            };
            let cells = vec![
                Some(line.label.clone().into()),
                line.now.cell(),
                line.before.cell(),
                change,
                then(&self.0.spans.last_year, line.last_year),
                line.year.cell(),
                then(&self.0.spans.year_before, line.year_before),
            ];
            (cells, line.ids.clone())
        };
        let lines = self.0.lines.iter().chain([&self.0.total]);
        (columns.map(str::to_owned).to_vec(), lines.map(row).collect())
    }
}

#[cfg(test)]
mod tests;
