//! Tables: lazy, until `collect` runs them.

mod values;

use std::sync::{Arc, OnceLock};

use rhai::{Dynamic, FLOAT, INT, Map};
use sheaf_analytics::{
    Aggregate, Audience, Cell, Comparison, Exposure, Expr, Frame, MAX_PARTS, MAX_STEPS, Narrowing,
    Period, Plan, PupilEvents, Sensitivity, SortKey, Step, col,
};

use super::conditions::{Clauses, made_by};
use super::expression::{Window, literal, names};
use super::frame::FrameValue;
use super::origin::{Origin, is_id};
use super::smallness::few_left_out;
use crate::fault::{fault, unknown};
use crate::limits::MAX_ROWS;
use crate::missing::Missing;
use crate::registry::{Answer, Group, Registry};
use crate::run::{Run, raised};

/// A table with what is to be done to it.
#[derive(Clone)]
pub struct Table {
    /// The run that it belongs to.
    pub run: Arc<Run>,
    /// Where its rows come from.
    pub source: Source,
    /// Keys of a group whose aggregates are still to come.
    keys: Option<Vec<String>>,
    /// Which table it was, and by what its rows were picked.
    pub origin: Origin,
    /// What its conditions say of the pupil-days that belong to its rows.
    pub narrowing: Narrowing,
    /// Its events by pupil, once they were asked for: several verbs look them up.
    events: Arc<OnceLock<Arc<PupilEvents>>>,
}

/// The parts of an incident that count as a pupil's own.
const OWN_ROLES: [&str; 2] = ["aggressor", "participant"];

/// Where the rows of a table come from.
#[derive(Clone)]
pub enum Source {
    /// A plan over stored rows.
    Plan(Plan),
    /// Rows that a verb of the host has made, and steps after it.
    Frame(Box<Frame>, Vec<Step>),
}

impl Table {
    /// A stored table.
    pub fn scan(run: Arc<Run>, name: &str) -> Self {
        let source = Source::Plan(Plan::scan(name));
        let (narrowing, events) = Default::default();
        let origin = Origin::of(name, run.scope.audience());
        Self { run, source, keys: None, origin, narrowing, events }
    }

    /// The same table with other rows.
    pub fn with_rows(&self, frame: Frame) -> Self {
        let source = Source::Frame(Box::new(frame), Vec::new());
        Self { source, events: Arc::default(), ..self.clone() }
    }

    /// The same with one more step.
    pub fn step(&self, step: Step) -> Answer<Self> {
        if self.keys.is_some() {
            return Err(fault("`.group(..)` is followed by `.agg(#{..})`"));
        }
        if self.parts() + step.parts() > MAX_PARTS || self.steps().len() >= MAX_STEPS {
            return Err(fault(format!(
                "a table has at most {MAX_STEPS} steps of {MAX_PARTS} parts in all; split it"
            )));
        }
        if let Step::Filter(condition) = &step {
            // Of what cannot be taken apart it could not be told whom it leaves out.
            self.clauses(self.steps().len(), condition, &self.origin)?;
        }
        let (mut narrowing, mut origin) = (self.narrowing.clone(), self.origin.clone());
        narrowing.add(&step);
        origin.note(&step)?;
        let source = match &self.source {
            Source::Plan(plan) => Source::Plan(plan.clone().step(step)),
            Source::Frame(frame, steps) => {
                let mut steps = steps.clone();
                steps.push(step);
                Source::Frame(frame.clone(), steps)
            }
        };
        Ok(Self { source, narrowing, origin, events: Arc::default(), ..self.clone() })
    }

    /// The same table with the rows that its conditions on listed characteristics leave out, where
    /// it has such conditions: with the rest shown, few pupils among them would be told as well.
    pub fn left_out(&self) -> Option<Self> {
        let mut origin = Origin::of(&self.origin.table, self.origin.audience);
        let (mut steps, mut left, mut places) = (Vec::new(), None::<Expr>, Vec::new());
        for (at, step) in self.steps().iter().enumerate() {
            match step {
                Step::Filter(condition) if origin.is_picked_by(condition) => {
                    let clauses = self.clauses(at, condition, &origin).ok()?;
                    steps.extend(clauses.plain.into_iter().map(Step::Filter));
                    left = left.into_iter().chain(clauses.listed).reduce(Expr::and);
                    places.push(steps.len());
                }
                other => {
                    origin.note(other).ok()?;
                    steps.push(other.clone());
                }
            }
        }
        let left = left?;
        let condition = (!left.clone()).or(left.is_null());
        // Where the first stood its columns are there still; one that was made after it is not.
        let at = |place: usize| {
            let mut steps = steps.clone();
            steps.insert(place, Step::Filter(condition.clone()));
            Self { source: self.with_steps(steps), events: Arc::default(), ..self.clone() }
        };
        let first = at(places.first().copied()?);
        let holds = matches!(&first.source, Source::Plan(plan) if plan.check().is_ok());
        if holds { Some(first) } else { places.last().map(|last| at(*last)) }
    }

    /// Why nothing over all its rows may be shown beside the same of all pupils: its conditions on
    /// listed characteristics, if it has any, left few out.
    pub fn few_left_out(&self) -> Answer<Option<Missing>> {
        let rest = self.left_out().map(|rest| rest.collect()).transpose()?;
        Ok(rest.and_then(|rest| few_left_out(rest.pupils_in_all(), self.origin.audience)))
    }

    /// What its conditions but those on listed characteristics say of the pupil-days.
    pub fn narrowing_without_listed(&self) -> Narrowing {
        let mut narrowing = Narrowing::default();
        for (at, step) in self.steps().iter().enumerate() {
            match step {
                Step::Filter(condition) => {
                    let clauses = self.clauses(at, condition, &self.origin).unwrap_or_default();
                    clauses.plain.into_iter().for_each(|one| narrowing.add(&Step::Filter(one)));
                }
                other => narrowing.add(other),
            }
        }
        narrowing
    }

    /// What of a condition, which is or would be the step at a place, is about listed
    /// characteristics.
    fn clauses(&self, at: usize, condition: &Expr, origin: &Origin) -> Answer<Clauses> {
        let made = made_by(self.steps().get(..at).unwrap_or_default());
        Clauses::of(condition, &made, &|name| origin.is_listed(name))
    }

    /// The same table with all its groups, where some of them were picked afterwards: what is
    /// hidden beside a hidden group stays hidden once that group is gone.
    pub fn before_picking(&self) -> Option<Self> {
        if !self.origin.is_picked {
            return None;
        }
        let steps = self.steps();
        // Groups that come last are all there: those were picked of which they were made.
        let (_, earlier) = steps.split_last()?;
        let last = earlier.iter().rposition(|step| matches!(step, Step::Group { .. }))?;
        let mut origin = Origin::of(&self.origin.table, self.origin.audience);
        let kept = steps.get(..=last)?;
        kept.iter().try_for_each(|step| origin.note(step)).ok()?;
        Some(Self { source: self.with_steps(kept.to_vec()), origin, ..self.clone() })
    }

    /// The groups of those rows that an aggregate of them counts, a table for each aggregate under
    /// a condition, where few pupils among many are hidden: for a listed characteristic, and
    /// outside the school.
    pub fn counted_under_conditions(&self) -> Vec<Self> {
        let is_hiding =
            self.origin.split == Sensitivity::Listed || self.origin.audience == Audience::Outside;
        let steps = self.steps();
        let last = steps.iter().rposition(|step| matches!(step, Step::Group { .. }));
        let Some((last, Step::Group { keys, .. })) =
            last.filter(|_| is_hiding).and_then(|last| Some((last, steps.get(last)?)))
        else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (at, step) in steps.iter().enumerate().take(last + 1) {
            let Step::Group { aggregates, .. } = step else { continue };
            for condition in aggregates.iter().flat_map(|(_, one)| conditions(one)) {
                let mut with = steps.get(..at).unwrap_or_default().to_vec();
                with.push(Step::Filter(condition));
                with.extend_from_slice(steps.get(at..last).unwrap_or_default());
                with.push(Step::Group { keys: keys.clone(), aggregates: Vec::new() });
                let source = self.with_steps(with);
                found.push(Self { source, events: Arc::default(), ..self.clone() });
            }
        }
        found
    }

    fn with_steps(&self, steps: Vec<Step>) -> Source {
        match &self.source {
            Source::Plan(plan) => {
                let scan = Plan::scan(plan.table());
                Source::Plan(steps.into_iter().fold(scan, Plan::step))
            }
            Source::Frame(frame, _) => Source::Frame(frame.clone(), steps),
        }
    }

    /// How many parts its steps have.
    pub fn parts(&self) -> usize {
        1 + self.steps().iter().map(Step::parts).sum::<usize>()
    }

    fn steps(&self) -> &[Step] {
        match &self.source {
            Source::Plan(plan) => plan.steps(),
            Source::Frame(_, steps) => steps,
        }
    }

    /// The rows that count as events of a pupil's own: of incidents, those of aggressors and
    /// participants and those without a part, unless a condition names the part.
    pub fn counted(&self) -> Answer<Frame> {
        if self.origin.table != "incidents" || self.narrowing.names("role") {
            return self.collect();
        }
        let own = col("role").is_in(OWN_ROLES).or(col("role").is_null());
        self.step(Step::Filter(own))?.collect()
    }

    /// The same for a table with one more condition than one whose counted rows are known.
    pub fn counted_among(&self, known: &Frame, condition: Expr) -> Answer<Frame> {
        // Such a condition says by itself which parts count.
        if condition.columns().contains(&"role") {
            return self.counted();
        }
        known.apply(&[Step::Filter(condition)], &self.run.budget).map_err(raised)
    }

    /// Those rows by pupil and day; read once, however often they are asked for.
    pub fn pupil_events(&self) -> Answer<Arc<PupilEvents>> {
        if let Some(events) = self.events.get() {
            return Ok(Arc::clone(events));
        }
        let events = Arc::new(self.counted()?.pupil_events(&self.run.budget).map_err(raised)?);
        Ok(Arc::clone(self.events.get_or_init(|| events)))
    }

    /// Tells the reader which conditions narrow the events but not what they are counted over.
    pub fn note_narrowing(&self, exposure: Exposure) {
        let columns: Vec<String> =
            self.narrowing.events_only(exposure).map(super::frame::words).collect();
        if !columns.is_empty() {
            self.run.note(format!(
                "Rates are over {}: the condition on {} narrows the {} alone",
                super::exposure::everything(exposure),
                columns.join(" and "),
                self.origin.noun()
            ));
        }
    }

    /// Its rows.
    pub fn collect(&self) -> Answer<Frame> {
        if self.keys.is_some() {
            return Err(fault("`.group(..)` is followed by `.agg(#{..})`"));
        }
        match &self.source {
            Source::Plan(plan) => self.run.collect(plan),
            Source::Frame(frame, steps) if steps.is_empty() => Ok(Frame::clone(frame)),
            Source::Frame(frame, steps) => frame.apply(steps, &self.run.budget).map_err(raised),
        }
    }
}

/// Which rows an aggregate counts, where that is not all of a group.
fn conditions(aggregate: &Aggregate) -> Vec<Expr> {
    match aggregate {
        Aggregate::Sum(value) => {
            let mut found = vec![value.clone().compare(Comparison::NotEqual, 0)];
            choices(value, &mut found);
            found
        }
        // Of few who are not, nearly the same is told as of few who are.
        Aggregate::Share(condition) => vec![condition.clone(), !condition.clone()],
        Aggregate::NUnique(value)
        | Aggregate::Min(value)
        | Aggregate::Max(value)
        | Aggregate::Median(value) => vec![!value.clone().is_null()],
        Aggregate::Ratio(one, other) => [conditions(one), conditions(other)].concat(),
        _ => Vec::new(),
    }
}

/// The conditions of `when` in an expression, each with its opposite: a sum of two other values
/// tells as much as one of 1 and 0.
fn choices(value: &Expr, found: &mut Vec<Expr>) {
    if let Expr::When(condition, _, _) = value {
        found.extend([Expr::clone(condition), !Expr::clone(condition)]);
    }
    value.each_child(&mut |child| choices(child, found));
}

/// Registers tables.
pub fn register(registry: &mut Registry) {
    registry.name_type::<Table>("table");
    registry.overload("to_string", |table: &mut Table| format!("table {}", table.origin.table));
    registry.overload("to_debug", |table: &mut Table| format!("table {}", table.origin.table));
    rows(registry);
    columns(registry);
    groups(registry);
    order(registry);
    values::register(registry);
}

fn rows(registry: &mut Registry) {
    registry.function(
        Group::Table.item(
            "filter",
            "table.filter(condition) -> table",
            "The rows for which the condition holds.",
            "cx.room_referrals.filter(col(\"year_group\") == \"9\").collect().len",
            "6",
        ),
        |table: &mut Table, condition: Expr| table.step(Step::Filter(condition)),
    );
    registry.overload("filter", |_: &mut Table, _: bool| -> Answer<Table> {
        Err(fault(
            "`filter` needs a condition on columns, as in `col(\"severity\") >= 3`, \
             not true or false",
        ))
    });
    registry.function(
        Group::Table.item(
            "within",
            "table.within(period) -> table",
            "The rows whose date lies in the period, which becomes the window of what follows.",
            "cx.room_referrals.within(p.window).collect().len",
            "13",
        ),
        |table: &mut Table, period: Period| table.step(Step::Within(period)),
    );
    registry.function(
        Group::Table.item(
            "add",
            "table.add(#{name: expression}) -> table",
            "More columns, or others in their place.",
            "cx.room_referrals.add(#{ w: col(\"date\").weekday() }).collect().len",
            "13",
        ),
        |table: &mut Table, columns: Map| add(table, &columns),
    );
    registry.function(
        Group::Table.item(
            "collect",
            "table.collect() -> frame",
            "Runs what was asked for.",
            "cx.room_referrals.collect().len",
            "13",
        ),
        |table: &mut Table| FrameValue::of_table(table),
    );
}

fn columns(registry: &mut Registry) {
    registry.function(
        Group::Table.item(
            "columns",
            "table.columns([names]) -> table",
            "These columns alone, in this order.",
            "cx.room_referrals.columns([\"pupil\", \"reason\"]).collect().len",
            "13",
        ),
        |table: &mut Table, chosen: Dynamic| table.step(Step::Select(names("columns", &chosen)?)),
    );
    registry.function(
        Group::Table.item(
            "join",
            "table.join(table, on) -> table",
            "The columns of another table, looked up by columns that both have: it needs one row \
             at most for each. Nothing where there is none.",
            "cx.room_referrals.join(cx.room_referrals.group(\"pupil\").agg(#{ times: count() }), \
             \"pupil\").filter(col(\"times\") == 1).collect().len",
            "8",
        ),
        |table: &mut Table, other: Table, on: Dynamic| join(table, &other, names("join", &on)?),
    );
}

fn join(table: &Table, other: &Table, on: Vec<String>) -> Answer<Table> {
    let Source::Plan(with) = &other.source else {
        return Err(fault("`join` takes a table as it is read, filtered or grouped"));
    };
    if other.keys.is_some() {
        return Err(fault("`.group(..)` is followed by `.agg(#{..})`"));
    }
    table.run.permit(with)?;
    let columns: Vec<String> =
        with.check().map_err(raised)?.into_iter().map(|(name, _)| name).collect();
    let with = Box::new(hidden_groups(other)?.into_iter().fold(with.clone(), Plan::step));
    let mut joined = table.step(Step::Join { with, on })?;
    joined.origin.join(&other.origin, &columns);
    Ok(joined)
}

/// Leaves out the groups whose values are hidden, if there are any: looked up elsewhere they would
/// be told. By a pupil's id nothing is hidden, because whoever looks it up counts pupils again.
fn hidden_groups(other: &Table) -> Answer<Option<Step>> {
    let keys = &other.origin.keys;
    if !other.origin.is_grouped || !other.origin.has_pupils() || keys.iter().any(|key| is_id(key)) {
        return Ok(None);
    }
    let found = FrameValue::of_table(other)?;
    let one = |row: usize| -> Answer<Option<Expr>> {
        let is_key = |key: &String| {
            Ok(match found.frame.cell(row, key).map_err(raised)? {
                Cell::Null => col(key).is_null(),
                Cell::Int(number) => col(key).equals(number),
                Cell::Bool(flag) => col(key).equals(flag),
                other => col(key).equals(other.to_string().as_str()),
            })
        };
        let all = keys.iter().map(is_key).collect::<Answer<Vec<Expr>>>()?;
        Ok(all.into_iter().reduce(Expr::and))
    };
    let hidden = (0..found.frame.len()).filter(|row| found.hidden(*row).is_some());
    let hidden = hidden.map(one).collect::<Answer<Vec<Option<Expr>>>>()?;
    let hidden = hidden.into_iter().flatten().reduce(Expr::or);
    Ok(hidden.map(|them| Step::Filter((!them.clone()).or(them.is_null()))))
}

fn add(table: &Table, columns: &Map) -> Answer<Table> {
    let mut table = table.clone();
    for (name, value) in columns {
        table = table.step(new_column(name, value)?)?;
    }
    Ok(table)
}

/// The step that adds a column of this name.
pub fn new_column(name: &str, value: &Dynamic) -> Answer<Step> {
    let name = name.to_owned();
    Ok(match value.read_lock::<Window>() {
        Some(window) => Step::Window {
            name,
            function: window.function.clone(),
            over: window.over.clone(),
            order: window.order.iter().map(|key| SortKey::parse(key)).collect(),
        },
        None => Step::Derive(name, literal("add", value)?),
    })
}

fn groups(registry: &mut Registry) {
    registry.function(
        Group::Table.item(
            "group",
            "table.group(keys) -> table",
            "One row for each value of the keys; `agg` says what is worked out.",
            "cx.room_referrals.group(\"year_group\").agg(#{ n: count() }).collect().len",
            "2",
        ),
        |table: &mut Table, keys: Dynamic| {
            if table.keys.is_some() {
                return Err(fault("`.group(..)` is followed by `.agg(#{..})`"));
            }
            Answer::Ok(Table { keys: Some(names("group", &keys)?), ..table.clone() })
        },
    );
    registry.function(
        Group::Table.item(
            "agg",
            "table.agg(#{name: aggregate}) -> table",
            "What is worked out for each group, or over all rows without one.",
            "cx.room_referrals.agg(#{ n: count() }).collect().rows()[0].n",
            "13",
        ),
        |table: &mut Table, aggregates: Map| aggregate(table, &aggregates),
    );
}

fn aggregate(table: &Table, aggregates: &Map) -> Answer<Table> {
    let mut table = table.clone();
    let keys = table.keys.take().unwrap_or_default();
    let mut given = Vec::new();
    for (name, value) in aggregates {
        let aggregate = value.read_lock::<Aggregate>().ok_or_else(|| {
            fault(format!(
                "`{name}` of `agg` needs an aggregate such as `count()` or `sum(col(\"x\"))`"
            ))
        })?;
        // The parts go on beside their ratio: what is added up later is parts and no ratios.
        if let Aggregate::Ratio(one, other) = &*aggregate {
            for (part, aggregate) in [("n", one), ("of", other)] {
                let part = format!("{name}_{part}");
                if aggregates.contains_key(part.as_str()) {
                    return Err(fault(format!(
                        "`{part}` is a part of the ratio `{name}`; call the other aggregate \
                         something else"
                    )));
                }
                given.push((part, Aggregate::clone(aggregate)));
            }
        }
        given.push((name.to_string(), aggregate.clone()));
    }
    table.step(Step::Group { keys, aggregates: given })
}

fn order(registry: &mut Registry) {
    registry.function(
        Group::Table.item(
            "sort",
            "table.sort(keys) -> table",
            "In order of columns; `-` first for the greatest first.",
            "cx.room_referrals.group(\"year_group\").agg(#{ n: count() \
             }).sort(\"-n\").collect().rows()[0].n",
            "7",
        ),
        |table: &mut Table, keys: Dynamic| {
            let keys = names("sort", &keys)?;
            table.step(Step::Order(keys.iter().map(|key| SortKey::parse(key)).collect()))
        },
    );
    registry.function(
        Group::Table.item(
            "top",
            "table.top(k, by) -> table",
            "The `k` rows with the greatest values of a column.",
            "cx.room_referrals.group(\"year_group\").agg(#{ n: count() }).top(1, \
             \"n\").collect().len",
            "1",
        ),
        |table: &mut Table, rows: INT, by: &str| {
            let rows = usize::try_from(rows)
                .ok()
                .filter(|rows| (1..=MAX_ROWS).contains(rows))
                .ok_or_else(|| fault(format!("`top` takes 1 to {MAX_ROWS} rows, not {rows}")))?;
            let key = SortKey::parse(&format!("-{}", by.trim_start_matches('-')));
            table.step(Step::Order(vec![key]))?.step(Step::Limit(rows))
        },
    );
    registry.overload("top", |_: &mut Table, _: FLOAT, _: &str| -> Answer<Table> {
        Err(fault("`top` takes a whole number of rows"))
    });
}

/// A table of the data by name, if the metric may read it.
pub fn by_name(run: &Arc<Run>, name: &str) -> Answer<Table> {
    let readable = |table: &str| run.reads.iter().any(|read| read.split('.').next() == Some(table));
    match sheaf_analytics::table(name) {
        Ok(_) if readable(name) => Ok(Table::scan(Arc::clone(run), name)),
        Ok(_) => Err(fault(format!("`{name}` is not in `reads` of plugin.toml; add it there"))),
        Err(_) => {
            let known = run.reads.iter().filter_map(|read| read.split('.').next());
            let known: Vec<&str> = known.chain(["as_of", "period"]).collect();
            Err(unknown("there is no table", name, known))
        }
    }
}
