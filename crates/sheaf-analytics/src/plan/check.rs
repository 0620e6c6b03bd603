//! Names and types of a plan, checked before any data is touched.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::data::column::ColumnType;
use crate::error::AnalyticsError;
use crate::plan::expr::{Arithmetic, CalendarPart, Comparison, Expr};
use crate::plan::{
    Aggregate, MAX_DEPTH, MAX_JOINS, MAX_STEPS, PLAN_VERSION, Plan, SortKey, Step, WindowFunction,
};
use crate::tables::{TableSpec, table};

/// The columns that a step sees.
#[derive(Clone)]
pub struct Schema {
    place: String,
    columns: Vec<(Cow<'static, str>, ColumnType)>,
}

impl Schema {
    /// The columns of a table.
    pub fn of(table: &TableSpec) -> Self {
        let columns = table.columns.iter().map(|column| (column.name.into(), column.ty)).collect();
        Self { place: format!("table `{}`", table.name), columns }
    }

    /// The columns of a frame.
    pub fn frame(columns: Vec<(String, ColumnType)>) -> Self {
        let columns = columns.into_iter().map(|(name, ty)| (name.into(), ty)).collect();
        Self { place: "this frame".to_owned(), columns }
    }

    fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.0 == name)
    }

    fn get(&self, name: &str) -> Result<ColumnType, AnalyticsError> {
        let found = self.columns.iter().find(|column| column.0 == name);
        found.map(|column| column.1).ok_or_else(|| {
            let known = self.columns.iter().map(|column| &*column.0);
            AnalyticsError::unknown_column(&self.place, name, known)
        })
    }

    fn set(&mut self, name: &str, ty: ColumnType) {
        match self.columns.iter_mut().find(|column| column.0 == name) {
            Some(column) => column.1 = ty,
            None => self.columns.push((name.to_owned().into(), ty)),
        }
    }
}

/// Checks a whole plan and gives the columns of its result.
pub fn plan(plan: &Plan) -> Result<Vec<(String, ColumnType)>, AnalyticsError> {
    let columns = whole(plan)?.columns;
    Ok(columns.into_iter().map(|(name, ty)| (name.into_owned(), ty)).collect())
}

fn whole(plan: &Plan) -> Result<Schema, AnalyticsError> {
    if depth(plan, MAX_JOINS).is_none() {
        let why = format!("joins lie at most {MAX_JOINS} deep in each other");
        return Err(AnalyticsError::Plan { step: 0, why });
    }
    if plan.version() > PLAN_VERSION {
        let found = plan.version();
        return Err(AnalyticsError::PlanVersion { found, known: PLAN_VERSION });
    }
    steps(Schema::of(table(plan.table())?), plan.steps())
}

/// How many more joins a plan may hold; none where it holds too many.
fn depth(plan: &Plan, left: usize) -> Option<usize> {
    plan.steps().iter().try_fold(left, |least, step| match step {
        Step::Join { with, .. } => Some(least.min(depth(with, left.checked_sub(1)?)?)),
        _ => Some(least),
    })
}

/// Checks steps over columns that are known.
pub fn steps(mut schema: Schema, steps: &[Step]) -> Result<Schema, AnalyticsError> {
    if steps.len() > MAX_STEPS {
        let why = format!("a plan has at most {MAX_STEPS} steps");
        return Err(AnalyticsError::Plan { step: MAX_STEPS, why });
    }
    for (at, step) in steps.iter().enumerate() {
        apply(&mut schema, step, at + 1)?;
    }
    Ok(schema)
}

/// The columns of the scanned table that a plan names.
pub fn reads(plan: &Plan) -> Result<BTreeSet<String>, AnalyticsError> {
    let spec = table(plan.table())?;
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut grouped = false;
    for step in plan.steps() {
        let used: Vec<&str> = match step {
            Step::Filter(expr) | Step::Derive(_, expr) => expr.columns(),
            Step::Within(_) => vec!["date"],
            Step::JoinCalendar(column) => vec![column],
            Step::Group { keys, aggregates } => {
                grouped = true;
                let inner = aggregates.iter().flat_map(|(_, one)| aggregate_columns(one));
                keys.iter().map(String::as_str).chain(inner).collect()
            }
            Step::Window { function, over, order, .. } => {
                let inner = window_expr(function).map(Expr::columns).unwrap_or_default();
                let order = order.iter().map(|key| key.column.as_str());
                over.iter().map(String::as_str).chain(order).chain(inner).collect()
            }
            Step::Join { on, .. } => on.iter().map(String::as_str).collect(),
            Step::Order(keys) => keys.iter().map(|key| key.column.as_str()).collect(),
            Step::Select(columns) => {
                grouped = true;
                columns.iter().map(String::as_str).collect()
            }
            Step::Limit(_) => Vec::new(),
        };
        names.extend(used.into_iter().map(str::to_owned));
    }
    let all = spec.columns.iter().map(|column| column.name);
    if !grouped {
        return Ok(all.map(str::to_owned).collect());
    }
    Ok(all.filter(|name| names.contains(*name)).map(str::to_owned).collect())
}

fn aggregate_columns(aggregate: &Aggregate) -> Vec<&str> {
    match aggregate {
        Aggregate::Ratio(one, other) => {
            aggregate_columns(one).into_iter().chain(aggregate_columns(other)).collect()
        }
        one => aggregate_expr(one).map(Expr::columns).unwrap_or_default(),
    }
}

/// The expression inside an aggregate; a ratio has aggregates inside.
fn aggregate_expr(aggregate: &Aggregate) -> Option<&Expr> {
    match aggregate {
        Aggregate::Count | Aggregate::Ratio(..) => None,
        Aggregate::NUnique(expr)
        | Aggregate::Sum(expr)
        | Aggregate::Min(expr)
        | Aggregate::Max(expr)
        | Aggregate::Median(expr)
        | Aggregate::Share(expr) => Some(expr),
    }
}

/// The expression inside a window function.
pub fn window_expr(function: &WindowFunction) -> Option<&Expr> {
    match function {
        WindowFunction::RowNumber => None,
        WindowFunction::Lag(expr, _)
        | WindowFunction::RunningSum(expr)
        | WindowFunction::Trailing(expr, _) => Some(expr),
    }
}

fn apply(schema: &mut Schema, step: &Step, at: usize) -> Result<(), AnalyticsError> {
    match step {
        Step::Filter(condition) => need_bool("filter", type_of(condition, schema)?)?,
        Step::Within(_) => {
            need("within", "a date", schema.get("date")?, |ty| ty == ColumnType::Date)?;
        }
        Step::Derive(name, value) => {
            let ty = type_of(value, schema)?;
            schema.set(name, ty);
        }
        Step::JoinCalendar(column) => {
            let ty = schema.get(column)?;
            need("join_calendar", "a date", ty, |ty| ty == ColumnType::Date)?;
            CalendarPart::ALL.iter().for_each(|part| schema.set(part.name(), part_type(*part)));
        }
        Step::Group { keys, aggregates } => *schema = group(schema, keys, aggregates, at)?,
        Step::Window { name, function, over, order } => {
            for column in over {
                need_key(schema.get(column)?)?;
            }
            order_keys(schema, order)?;
            let ty = window(schema, function, order)?;
            schema.set(name, ty);
        }
        Step::Join { with, on } => join(schema, with, on, at)?,
        Step::Order(keys) => order_keys(schema, keys)?,
        Step::Limit(_) => {}
        Step::Select(names) => {
            let chosen: Result<Vec<_>, AnalyticsError> =
                names.iter().map(|name| Ok((name.clone(), schema.get(name)?))).collect();
            *schema = Schema::frame(chosen?);
        }
    }
    Ok(())
}

fn group(
    schema: &Schema,
    keys: &[String],
    aggregates: &[(String, Aggregate)],
    at: usize,
) -> Result<Schema, AnalyticsError> {
    let mut grouped = Schema::frame(Vec::new());
    for key in keys {
        let ty = schema.get(key)?;
        need_key(ty)?;
        grouped.set(key, ty);
    }
    for (name, aggregate) in aggregates {
        if grouped.has(name) {
            let why = format!("two columns are called `{name}`; rename one");
            return Err(AnalyticsError::Plan { step: at, why });
        }
        let ty = aggregate_type(aggregate, schema)?;
        grouped.set(name, ty);
    }
    Ok(grouped)
}

fn join(schema: &mut Schema, with: &Plan, on: &[String], at: usize) -> Result<(), AnalyticsError> {
    let other = Schema { place: "the other side of `join`".to_owned(), ..whole(with)? };
    let refused = |why| Err(AnalyticsError::Plan { step: at, why });
    if on.is_empty() {
        return refused("`join` needs a column that both sides have".to_owned());
    }
    for key in on {
        let (own, ty) = (schema.get(key)?, other.get(key)?);
        need_key(own)?;
        need("join", "keys of one type on both sides", ty, |ty| ty == own)?;
    }
    let is_key = |name: &str| on.iter().any(|key| key == name);
    for (name, ty) in other.columns.into_iter().filter(|(name, _)| !is_key(name)) {
        if schema.has(&name) {
            return refused(format!(
                "both sides of `join` have a column `{name}`; choose those of the other side with \
                 `.columns([..])`"
            ));
        }
        schema.set(&name, ty);
    }
    Ok(())
}

fn aggregate_type(aggregate: &Aggregate, schema: &Schema) -> Result<ColumnType, AnalyticsError> {
    let ty = aggregate_expr(aggregate).map(|expr| type_of(expr, schema)).transpose()?;
    let whole = |what: &str, ty: Option<ColumnType>| {
        let ty = ty.unwrap_or(ColumnType::Int);
        need(what, "whole numbers or days", ty, ColumnType::is_whole).map(|()| ty)
    };
    match aggregate {
        Aggregate::Count | Aggregate::NUnique(_) => Ok(ColumnType::Int),
        Aggregate::Sum(_) => {
            let ty = ty.unwrap_or(ColumnType::Int);
            need("sum", "whole numbers", ty, |ty| ty == ColumnType::Int).map(|()| ty)
        }
        Aggregate::Min(_) => whole("min", ty),
        Aggregate::Max(_) => whole("max", ty),
        Aggregate::Median(_) => {
            let ty = ty.unwrap_or(ColumnType::Int);
            need("median", "whole numbers", ty, |ty| ty == ColumnType::Int)?;
            Ok(ColumnType::Float)
        }
        Aggregate::Share(_) => {
            need_bool("share", ty.unwrap_or(ColumnType::Bool)).map(|()| ColumnType::Float)
        }
        Aggregate::Ratio(one, other) => {
            for part in [one, other] {
                let is_whole =
                    matches!(**part, Aggregate::Count | Aggregate::NUnique(_) | Aggregate::Sum(_));
                let ty = aggregate_type(part, schema)?;
                need("ratio", "counts or sums", ty, |_| is_whole)?;
            }
            Ok(ColumnType::Float)
        }
    }
}

fn window(
    schema: &Schema,
    function: &WindowFunction,
    order: &[SortKey],
) -> Result<ColumnType, AnalyticsError> {
    let int = |what: &str, expr: &Expr| {
        let ty = type_of(expr, schema)?;
        need(what, "whole numbers", ty, |ty| ty == ColumnType::Int).map(|()| ty)
    };
    match function {
        WindowFunction::RowNumber => Ok(ColumnType::Int),
        WindowFunction::Lag(expr, _) => type_of(expr, schema),
        WindowFunction::RunningSum(expr) => int("running_sum", expr),
        WindowFunction::Trailing(expr, _) => {
            let first = order.first().map(|key| schema.get(&key.column)).transpose()?;
            let ty = first.unwrap_or(ColumnType::Text);
            need("trailing", "an order by whole numbers or days", ty, ColumnType::is_whole)?;
            int("trailing", expr)
        }
    }
}

fn order_keys(schema: &Schema, keys: &[SortKey]) -> Result<(), AnalyticsError> {
    keys.iter().try_for_each(|key| schema.get(&key.column).map(|_| ()))
}

fn need(
    what: &str,
    need: &'static str,
    found: ColumnType,
    fits: impl Fn(ColumnType) -> bool,
) -> Result<(), AnalyticsError> {
    if fits(found) { Ok(()) } else { Err(AnalyticsError::mistyped(what, need, found)) }
}

fn need_bool(what: &str, found: ColumnType) -> Result<(), AnalyticsError> {
    need(what, "a condition", found, |ty| ty == ColumnType::Bool)
}

fn need_key(found: ColumnType) -> Result<(), AnalyticsError> {
    need("group", "codes, days, whole numbers or yes and no", found, |ty| ty != ColumnType::Float)
}

/// The type of what the calendar says.
pub fn part_type(part: CalendarPart) -> ColumnType {
    match part {
        CalendarPart::DayIndex | CalendarPart::Week | CalendarPart::Weekday => ColumnType::Int,
        CalendarPart::HalfTerm | CalendarPart::Term | CalendarPart::Year => ColumnType::Text,
        CalendarPart::IsOpen => ColumnType::Bool,
    }
}

/// The type of an expression over the columns of a table.
pub fn expr(expr: &Expr, table: &TableSpec) -> Result<ColumnType, AnalyticsError> {
    type_of(expr, &Schema::of(table))
}

/// The type of an expression.
pub fn type_of(expr: &Expr, schema: &Schema) -> Result<ColumnType, AnalyticsError> {
    type_within(expr, schema, MAX_DEPTH)
}

fn type_within(expr: &Expr, schema: &Schema, depth: usize) -> Result<ColumnType, AnalyticsError> {
    let Some(depth) = depth.checked_sub(1) else {
        let why = format!("an expression nests at most {MAX_DEPTH} deep");
        return Err(AnalyticsError::Plan { step: 0, why });
    };
    let ty = |expr: &Expr| type_within(expr, schema, depth);
    match expr {
        Expr::Column(name) => schema.get(name),
        Expr::Text(_) => Ok(ColumnType::Text),
        Expr::Int(_) => Ok(ColumnType::Int),
        Expr::Bool(_) => Ok(ColumnType::Bool),
        Expr::Compare(comparison, left, right) => {
            compare(*comparison, (left, ty(left)?), (right, ty(right)?))
        }
        Expr::And(left, right) => both("&", ty(left)?, ty(right)?),
        Expr::Or(left, right) => both("|", ty(left)?, ty(right)?),
        Expr::Not(inner) => need_bool("!", ty(inner)?).map(|()| ColumnType::Bool),
        Expr::IsNull(inner) => ty(inner).map(|_| ColumnType::Bool),
        Expr::In(value, list) => {
            let found = ty(value)?;
            for item in list {
                need("in", "literals", ty(item)?, |_| is_literal(item))?;
                compare(Comparison::Equal, (value, found), (item, ty(item)?))?;
            }
            Ok(ColumnType::Bool)
        }
        Expr::Arithmetic(operation, left, right) => arithmetic(*operation, ty(left)?, ty(right)?),
        Expr::When(condition, then, otherwise) => {
            need_bool("when", ty(condition)?)?;
            let (then, otherwise) = (ty(then)?, ty(otherwise)?);
            need("otherwise", "the type of `then`", otherwise, |ty| ty == then).map(|()| then)
        }
        Expr::Cut(value, _) => {
            need("cut", "whole numbers", ty(value)?, |ty| ty == ColumnType::Int)?;
            Ok(ColumnType::Int)
        }
        Expr::Calendar(part, day) => {
            need(part.name(), "a date", ty(day)?, |ty| ty == ColumnType::Date)?;
            Ok(part_type(*part))
        }
        Expr::SchoolDays(from, to) => {
            dated("school_days", from, ty(from)?)?;
            dated("school_days", to, ty(to)?)
        }
        Expr::Overlap(from, to, _) => {
            dated("overlap", from, ty(from)?)?;
            dated("overlap", to, ty(to)?)
        }
        Expr::AddSchoolDays(day, _) => {
            dated("add_school_days", day, ty(day)?).map(|_| ColumnType::Date)
        }
        Expr::LessonPeriod(period) => {
            need("lesson_period", "codes of periods", ty(period)?, |ty| ty == ColumnType::Text)?;
            Ok(ColumnType::Int)
        }
    }
}

/// A day, or the text of one, of which something is counted.
fn dated(what: &str, day: &Expr, ty: ColumnType) -> Result<ColumnType, AnalyticsError> {
    let is_day = ty == ColumnType::Date || matches!(day, Expr::Text(_));
    need(what, "dates", ty, |_| is_day).map(|()| ColumnType::Int)
}

/// Whether an expression is a plain value.
pub fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Text(_) | Expr::Int(_) | Expr::Bool(_))
}

fn both(what: &str, left: ColumnType, right: ColumnType) -> Result<ColumnType, AnalyticsError> {
    need_bool(what, left)?;
    need_bool(what, right)?;
    Ok(ColumnType::Bool)
}

fn compare(
    comparison: Comparison,
    (left, left_type): (&Expr, ColumnType),
    (right, right_type): (&Expr, ColumnType),
) -> Result<ColumnType, AnalyticsError> {
    let sign = comparison.sign();
    let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    for (one, other, other_type) in [(left, right, right_type), (right, left, left_type)] {
        if let (Expr::Text(text), false, ColumnType::Date) = (one, is_literal(other), other_type) {
            text.parse::<jiff::civil::Date>()
                .map_err(|_| AnalyticsError::NotADate(text.clone()))?;
            return Ok(ColumnType::Bool);
        }
        let id = matches!(other_type, ColumnType::Pupil | ColumnType::Record);
        if matches!(one, Expr::Text(_)) && id && equality {
            return Ok(ColumnType::Bool);
        }
    }
    let number = |ty| matches!(ty, ColumnType::Int | ColumnType::Float);
    let alike = left_type == right_type || (number(left_type) && number(right_type));
    if !alike {
        return Err(unlike(comparison, (left, left_type), (right, right_type)));
    }
    let ordered = number(left_type) || left_type == ColumnType::Date;
    need(sign, "numbers or dates", left_type, |_| equality || ordered)?;
    Ok(ColumnType::Bool)
}

/// What two sides of a comparison are, and how a value is written that goes with a column.
fn unlike(
    comparison: Comparison,
    (left, left_type): (&Expr, ColumnType),
    (right, right_type): (&Expr, ColumnType),
) -> AnalyticsError {
    let sign = comparison.sign();
    for (column, column_type, value) in [(left, left_type, right), (right, right_type, left)] {
        let Expr::Column(name) = column else { continue };
        let (value, written) = match value {
            Expr::Int(number) => (number.to_string(), format!("\"{number}\"")),
            Expr::Bool(flag) => (flag.to_string(), format!("\"{flag}\"")),
            Expr::Text(text) => (format!("\"{text}\""), text.clone()),
            _ => continue,
        };
        let fits = match column_type {
            ColumnType::Int => written.parse::<i64>().is_ok(),
            ColumnType::Bool => matches!(written.as_str(), "true" | "false"),
            // Texts have no order.
            ty => ty == ColumnType::Text && matches!(sign, "==" | "!="),
        };
        let hint = if fits { format!("; write `{name} {sign} {written}`") } else { String::new() };
        return AnalyticsError::Unlike(format!(
            "`{name}` is {}, and {value} is not{hint}",
            column_type.noun()
        ));
    }
    AnalyticsError::Unlike(format!(
        "`{sign}` compares {} with {}",
        left_type.noun(),
        right_type.noun()
    ))
}

fn arithmetic(
    operation: Arithmetic,
    left: ColumnType,
    right: ColumnType,
) -> Result<ColumnType, AnalyticsError> {
    use ColumnType::{Date, Int};
    match (operation, left, right) {
        (_, Int, Int) | (Arithmetic::Subtract, Date, Date) => Ok(Int),
        (Arithmetic::Add | Arithmetic::Subtract, Date, Int) => Ok(Date),
        _ => {
            let found = if left == Int { right } else { left };
            Err(AnalyticsError::mistyped(operation.sign(), "whole numbers", found))
        }
    }
}

#[cfg(test)]
mod tests;
