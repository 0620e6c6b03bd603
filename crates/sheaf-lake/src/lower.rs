//! From our plans to DataFusion's, as far as every cell is sure to be the same.
//!
//! The plan is followed step by step while it is portable: whole numbers, codes, days as numbers,
//! counts, sums and extremes, `CASE`, `IN`, equi-joins with the calendar, `ROW_NUMBER`, `LAG` and
//! running sums. The first step that is not ends it, and so does the first group, whose rows are
//! few and go on in this process.

mod calendar;
mod expr;
mod group;
mod order;
mod window;

use std::collections::BTreeSet;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr as Native, SortExpr};
use datafusion::prelude::{DataFrame, cast, ident};
use sheaf_analytics::{Aggregate, CalendarPart, ColumnType, Expr, Period, Plan, Step, TableSpec};

use crate::error::{LakeError, Result};
use crate::format::{RECORD, ROW, SCHOOL, kept_columns, withheld};

pub use calendar::CalendarRows;

/// The largest number that a column of a lake holds: it has 32 bits.
const MOST_STORED: i128 = 1 << 31;

/// The largest number that an expression may come to: far from where 64 bits end, so that a sum of
/// all rows of a lake does not reach it either.
const MOST: i128 = 1 << 62;

/// Why a step is not lowered.
pub enum Stop {
    /// This process does it instead.
    NotPortable,
    /// The plan is refused.
    Error(LakeError),
}

impl From<datafusion::error::DataFusionError> for Stop {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Self::Error(LakeError::Engine(error.to_string()))
    }
}

/// The answer to whether a step is lowered.
pub type Lowered<T> = std::result::Result<T, Stop>;

/// A column of the plan as DataFusion has it.
#[derive(Clone, Debug)]
pub struct Known {
    /// What the plan calls it.
    pub name: String,
    /// What DataFusion calls it; an earlier column of the plan's name keeps its own.
    pub place: String,
    /// What its values are.
    pub ty: ColumnType,
    /// No value is larger than this.
    pub most: i128,
    /// Whether it is as it was scanned.
    pub is_scanned: bool,
}

/// A plan on its way.
pub struct Lowering<'a> {
    pub frame: DataFrame,
    pub columns: Vec<Known>,
    /// By what rows are ordered, the order of the lake last.
    pub order: Vec<SortExpr>,
    /// Whether the order is more than that of the lake.
    pub is_ordered: bool,
    pub window: Option<Period>,
    table: &'static TableSpec,
    rows: i128,
    calendar: &'a CalendarRows,
    made: usize,
    joined: Vec<(String, String)>,
}

/// What the engine is to do, and what this process does afterwards.
pub struct Head {
    /// The rows or groups that are asked for.
    pub frame: DataFrame,
    /// What they are.
    pub result: Shape,
    /// How many steps of the plan that is.
    pub steps: usize,
    /// The period to which `within` narrowed it.
    pub window: Option<Period>,
}

/// What comes back.
pub enum Shape {
    /// The places of rows, and columns that were made.
    Rows {
        /// The made columns.
        made: Vec<Known>,
        /// Whether they come in the order of the result.
        is_ordered: bool,
    },
    /// Groups: keys, then aggregates.
    Groups {
        /// How many keys.
        keys: usize,
        /// Every column.
        columns: Vec<group::GroupColumn>,
        /// Whether the pupils behind each are counted.
        has_pupils: bool,
    },
}

pub use group::{GroupColumn, PUPILS};

/// Lowers a plan as far as it goes.
pub fn head(
    plan: &Plan,
    table: &'static TableSpec,
    scan: DataFrame,
    rows: u64,
    calendar: &CalendarRows,
) -> Result<Head> {
    let stop = |stop| match stop {
        Stop::Error(error) => error,
        Stop::NotPortable => LakeError::Refused("the scan of a lake cannot be lowered".to_owned()),
    };
    let mut lowering = Lowering::scan(scan, table, rows, calendar).map_err(stop)?;
    // A later group counts the records behind the groups of an earlier one, so it needs their rows.
    let groups = plan.steps().iter().filter(|step| matches!(step, Step::Group { .. })).count();
    for (at, step) in plan.steps().iter().enumerate() {
        let before = (lowering.frame.clone(), lowering.columns.clone());
        let done = match step {
            Step::Group { keys, aggregates } if groups == 1 => {
                match lowering.group(keys, aggregates) {
                    Ok((frame, result)) => {
                        let window = lowering.window;
                        return Ok(Head { frame, result, steps: at + 1, window });
                    }
                    Err(stop) => Err(stop),
                }
            }
            Step::Group { .. } | Step::Select(_) => Err(Stop::NotPortable),
            step => lowering.step(step),
        };
        match done {
            Ok(()) => {}
            Err(Stop::Error(error)) => return Err(error),
            Err(Stop::NotPortable) => {
                // What the step began is dropped.
                (lowering.frame, lowering.columns) = before;
                return lowering.rows(at).map_err(stop);
            }
        }
    }
    lowering.rows(plan.steps().len()).map_err(stop)
}

impl<'a> Lowering<'a> {
    fn scan(
        scan: DataFrame,
        table: &'static TableSpec,
        rows: u64,
        calendar: &'a CalendarRows,
    ) -> Lowered<Self> {
        let hidden = [SCHOOL, ROW, RECORD].map(ident);
        let own = kept_columns(table).map(|column| match column.ty {
            ColumnType::Int => cast(ident(column.name), DataType::Int64).alias(column.name),
            ColumnType::Date => {
                cast(cast(ident(column.name), DataType::Int32), DataType::Int64).alias(column.name)
            }
            _ => ident(column.name),
        });
        let frame = scan.select(hidden.into_iter().chain(own).collect::<Vec<_>>())?;
        let columns = kept_columns(table).map(|column| Known {
            name: column.name.to_owned(),
            place: column.name.to_owned(),
            ty: column.ty,
            most: MOST_STORED,
            is_scanned: true,
        });
        Ok(Self {
            frame,
            columns: columns.collect(),
            order: vec![ident(SCHOOL).sort(true, false), ident(ROW).sort(true, false)],
            is_ordered: false,
            window: None,
            table,
            rows: i128::from(rows).max(1),
            calendar,
            made: 0,
            joined: Vec::new(),
        })
    }

    fn step(&mut self, step: &Step) -> Lowered<()> {
        match step {
            Step::Filter(condition) => {
                self.join_calendar(condition)?;
                let condition = self.expr(condition)?;
                self.frame = self.frame.clone().filter(condition.native)?;
                Ok(())
            }
            Step::Within(period) => self.within(*period),
            Step::Derive(name, value) => {
                self.join_calendar(value)?;
                let value = self.expr(value)?;
                self.add(name, value.native, value.ty, value.most)
            }
            Step::JoinCalendar(day) => CalendarPart::ALL.into_iter().try_for_each(|part| {
                let value = Expr::Calendar(part, Box::new(Expr::Column(day.clone())));
                self.step(&Step::Derive(part.name().to_owned(), value))
            }),
            Step::Window { name, function, over, order } => {
                self.window_step(name, function, over, order)
            }
            Step::Order(keys) => self.order_by(keys),
            Step::Limit(rows) => {
                let sorted = self.frame.clone().sort(self.order.clone())?;
                self.frame = sorted.limit(0, Some(*rows))?;
                Ok(())
            }
            _ => Err(Stop::NotPortable),
        }
    }

    fn within(&mut self, period: Period) -> Lowered<()> {
        let date = self.known("date")?;
        let day = |date| expr::literal_day(date);
        let inside = ident(&date.place).between(day(period.from), day(period.to));
        self.frame = self.frame.clone().filter(inside)?;
        self.window = Some(self.window.map_or(period, |before| Period {
            from: before.from.max(period.from),
            to: before.to.min(period.to),
        }));
        Ok(())
    }

    /// The column that the plan calls so now.
    fn known(&self, name: &str) -> Lowered<Known> {
        if let Some(known) = self.columns.iter().find(|column| column.name == name) {
            return Ok(known.clone());
        }
        let why = self.table.column(name).ok().and_then(withheld).unwrap_or("it is not there");
        let why = format!("`{}.{name}` is in no lake: {why}", self.table.name);
        Err(Stop::Error(LakeError::Refused(why)))
    }

    /// Adds a column under a place of its own.
    fn add(&mut self, name: &str, value: Native, ty: ColumnType, most: i128) -> Lowered<()> {
        let place = self.place();
        self.frame = self.frame.clone().with_column(&place, value)?;
        let known = Known { name: name.to_owned(), place, ty, most, is_scanned: false };
        match self.columns.iter_mut().find(|column| column.name == name) {
            Some(column) => *column = known,
            None => self.columns.push(known),
        }
        Ok(())
    }

    fn place(&mut self) -> String {
        self.made += 1;
        format!("_made_{}", self.made)
    }

    /// The places of the rows, with the columns that were made.
    fn rows(self, steps: usize) -> Lowered<Head> {
        let made: Vec<Known> =
            self.columns.iter().filter(|column| !column.is_scanned).cloned().collect();
        let mut seen = BTreeSet::new();
        let places = made.iter().map(|column| column.place.as_str());
        let places = places.filter(|place| seen.insert(*place)).map(ident);
        let frame = match self.is_ordered {
            true => self.frame.sort(self.order)?,
            false => self.frame,
        };
        let chosen: Vec<Native> = [ident(SCHOOL), ident(ROW)].into_iter().chain(places).collect();
        let frame = frame.select(chosen)?;
        let (is_ordered, window) = (self.is_ordered, self.window);
        Ok(Head { frame, result: Shape::Rows { made, is_ordered }, steps, window })
    }

    fn group(
        &mut self,
        keys: &[String],
        of: &[(String, Aggregate)],
    ) -> Lowered<(DataFrame, Shape)> {
        group::lower(self, keys, of)
    }
}
