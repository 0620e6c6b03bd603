//! The local executor: Arrow's kernels, and dense counting over codes and days.

mod aggregate;
pub mod cells;
pub mod group;
mod join;
mod order;
pub mod parts;
pub mod window;

use arrow::array::{BooleanArray, Int32Array};
use arrow::compute::kernels::{boolean, cmp};

use crate::data::column::{ColumnType, Data, get};
use crate::data::snapshot::Scope;
use crate::error::AnalyticsError;
use crate::frame::behind::Behind;
use crate::frame::{Base, Frame};
use crate::period::Period;
use crate::plan::budget::Budget;
use crate::plan::eval::{condition, value};
use crate::plan::expr::{CalendarPart, Expr};
use crate::plan::{Plan, Rights, Step};
use crate::tables::{TableSpec, table};

impl Plan {
    /// Runs the plan, by the engine of the scope where it has one.
    ///
    /// # Errors
    /// The plan does not fit ([`Plan::check`]), or the budget is used up.
    pub fn run(&self, scope: &Scope, budget: &Budget) -> Result<Frame, AnalyticsError> {
        self.check()?;
        budget.check()?;
        match scope.engine() {
            Some(engine) => engine.run(self, scope, budget),
            None => self.run_checked(scope, budget),
        }
    }

    /// Runs the plan in this process, whatever the scope says.
    ///
    /// # Errors
    /// As [`Plan::run`].
    pub fn run_here(&self, scope: &Scope, budget: &Budget) -> Result<Frame, AnalyticsError> {
        self.check()?;
        budget.check()?;
        self.run_checked(scope, budget)
    }

    /// Runs a plan in this process whose names and types were checked.
    fn run_checked(&self, scope: &Scope, budget: &Budget) -> Result<Frame, AnalyticsError> {
        steps(scan(self, scope, budget)?, self.steps(), budget)
    }
}

fn scan(plan: &Plan, scope: &Scope, budget: &Budget) -> Result<Frame, AnalyticsError> {
    let spec = table(plan.table())?;
    let snapshot = scope.snapshot();
    let len = snapshot.rows(spec.name, scope.as_of())?;
    budget.allow_rows(len)?;
    let behind = match spec.name {
        "clocks" => snapshot.clocks(scope.as_of())?.behind().clone(),
        name => Behind::scan(snapshot.row_records(name)?, row_pupils(scope, spec)?),
    };
    let has_records = behind.records.is_some();
    let frame = Frame {
        scope: scope.clone(),
        base: Some(Base { spec, rows: None }),
        columns: Vec::new(),
        len,
        behind,
        window: None,
    };
    match plan.rights() {
        Rights::Spaces(allowed) if has_records => {
            let labels = snapshot.space_labels();
            let spaces = snapshot.row_spaces(spec.name, scope.as_of())?;
            let may: Vec<bool> = labels.iter().map(|space| allowed.contains(space)).collect();
            let visible = |row: usize| {
                let space = get(&spaces, row).and_then(|code| usize::try_from(code).ok());
                space.and_then(|space| may.get(space).copied()).unwrap_or(false)
            };
            frame.keep(&(0..len).map(|row| Some(visible(row))).collect())
        }
        _ => Ok(frame),
    }
}

/// The pupil of each row of a table; none where the table has no pupils.
pub fn row_pupils(
    scope: &Scope,
    spec: &'static TableSpec,
) -> Result<Option<Int32Array>, AnalyticsError> {
    if spec.column("pupil").is_err() {
        return Ok(None);
    }
    match scope.snapshot().column(spec, "pupil", scope.as_of())?.data() {
        Data::Codes(codes, _) => Ok(Some(codes.clone())),
        _ => Ok(None),
    }
}

/// Runs steps over a frame; names and types were checked.
pub fn steps(mut frame: Frame, steps: &[Step], budget: &Budget) -> Result<Frame, AnalyticsError> {
    for step in steps {
        budget.check()?;
        budget.allow_bytes(frame.len.saturating_mul(8))?;
        frame = apply(frame, step, budget)?;
    }
    Ok(frame)
}

fn apply(mut frame: Frame, step: &Step, budget: &Budget) -> Result<Frame, AnalyticsError> {
    match step {
        Step::Filter(expr) => frame.keep(&condition(expr, &frame)?),
        Step::Within(period) => within(&frame, *period),
        Step::Derive(name, expr) => {
            let column = value(expr, &frame)?;
            frame.set(name, column);
            Ok(frame)
        }
        Step::JoinCalendar(day) => {
            for part in CalendarPart::ALL {
                let expr = Expr::Calendar(part, Box::new(Expr::Column(day.clone())));
                let column = value(&expr, &frame)?;
                frame.set(part.name(), column);
            }
            Ok(frame)
        }
        Step::Group { keys, aggregates } => group::run(&frame, keys, aggregates, budget),
        Step::Window { name, function, over, order } => {
            let column = window::run(&frame, function, over, order, budget)?;
            frame.set(name, column);
            Ok(frame)
        }
        Step::Join { with, on } => join::run(frame, with, on, budget),
        Step::Order(keys) => frame.take(&order::sorted(&frame, keys)?.into()),
        Step::Limit(rows) => {
            let rows = u32::try_from(frame.len.min(*rows)).unwrap_or(u32::MAX);
            frame.take(&(0..rows).collect::<Vec<u32>>().into())
        }
        Step::Select(names) => {
            let columns: Result<Vec<_>, AnalyticsError> =
                names.iter().map(|name| Ok((name.clone(), frame.column(name)?))).collect();
            frame.columns = columns?;
            frame.base = None;
            Ok(frame)
        }
    }
}

fn within(frame: &Frame, period: Period) -> Result<Frame, AnalyticsError> {
    let failed = |_| AnalyticsError::Overflow("date");
    let dates = frame.column("date")?;
    let Data::Ints(days) = dates.data() else {
        return Err(AnalyticsError::mistyped("within", "a date", dates.ty()));
    };
    let day = |date| arrow::array::Int64Array::new_scalar(crate::data::days::day_number(date));
    let from = cmp::gt_eq(days, &day(period.from)).map_err(failed)?;
    let to = cmp::lt_eq(days, &day(period.to)).map_err(failed)?;
    let mask: BooleanArray = boolean::and(&from, &to).map_err(failed)?;
    let mut kept = frame.keep(&mask)?;
    kept.window = Some(frame.window.map_or(period, |before| Period {
        from: before.from.max(period.from),
        to: before.to.min(period.to),
    }));
    Ok(kept)
}

/// The values of a whole-number or day column.
fn whole(
    column: &crate::data::column::Column,
) -> Result<&arrow::array::Int64Array, AnalyticsError> {
    match column.data() {
        Data::Ints(values) => Ok(values),
        _ => Err(AnalyticsError::mistyped("aggregate", "whole numbers", column.ty())),
    }
}

const fn is_text(ty: ColumnType) -> bool {
    ty.is_coded()
}

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
