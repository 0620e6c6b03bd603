//! What the calendar says of a day: a join with its days, never a function of dates.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, JoinType};
use datafusion::logical_expr::{Expr as Native, LogicalPlanBuilder, lit, when};
use datafusion::prelude::{DataFrame, SessionContext, cast, ident};
use datafusion::scalar::ScalarValue;
use sheaf_analytics::{Budget, CalendarPart, Cell, ColumnType, Expr, Plan, Scope};

use crate::error::Result;
use crate::lower::expr::Value;
use crate::lower::{Lowered, Lowering, MOST_STORED, Stop};
use crate::write::day_of;

/// The parts that are looked up; the weekday is arithmetic, and no day outside is a school day.
const PARTS: [CalendarPart; 6] = [
    CalendarPart::DayIndex,
    CalendarPart::Week,
    CalendarPart::HalfTerm,
    CalendarPart::Term,
    CalendarPart::Year,
    CalendarPart::IsOpen,
];

/// The days of the calendar as rows of literals, so that a plan carries them to wherever it runs.
pub struct CalendarRows {
    session: SessionContext,
    rows: Vec<Vec<Native>>,
}

impl CalendarRows {
    /// The days of the calendar of a scope.
    pub fn new(session: &SessionContext, scope: &Scope) -> Result<Self> {
        let days = Plan::scan("calendar").run_here(scope, &Budget::default())?;
        let columns = PARTS.map(|part| days.column(part.name()));
        let columns = columns.into_iter().collect::<std::result::Result<Vec<_>, _>>()?;
        let dates = days.column("date")?;
        let row = |at: usize| {
            let date = match dates.cell(at) {
                Cell::Date(date) => day_of(date),
                _ => 0,
            };
            let parts = PARTS.iter().zip(&columns).map(|(part, column)| {
                let scalar = match (column.cell(at), part_type(*part)) {
                    (Cell::Int(number), _) => ScalarValue::Int64(Some(number)),
                    (Cell::Bool(answer), _) => ScalarValue::Boolean(Some(answer)),
                    (Cell::Text(text), _) => ScalarValue::Utf8(Some(text.to_string())),
                    (_, ColumnType::Int) => ScalarValue::Int64(None),
                    (_, ColumnType::Bool) => ScalarValue::Boolean(None),
                    _ => ScalarValue::Utf8(None),
                };
                lit(scalar)
            });
            std::iter::once(lit(date)).chain(parts).collect()
        };
        Ok(Self { session: session.clone(), rows: (0..days.len()).map(row).collect() })
    }

    /// The days with their columns under a prefix; none where the calendar is empty.
    fn frame(&self, prefix: &str) -> Lowered<Option<DataFrame>> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let values = LogicalPlanBuilder::values(self.rows.clone())?;
        let named = |at: usize, name: &str| {
            ident(format!("column{}", at + 1)).alias(format!("{prefix}{name}"))
        };
        let parts = PARTS.iter().enumerate().map(|(at, part)| named(at + 1, part.name()));
        let plan = values.project(std::iter::once(named(0, "date")).chain(parts))?.build()?;
        Ok(Some(DataFrame::new(self.session.state(), plan)))
    }
}

const fn part_type(part: CalendarPart) -> ColumnType {
    match part {
        CalendarPart::DayIndex | CalendarPart::Week | CalendarPart::Weekday => ColumnType::Int,
        CalendarPart::IsOpen => ColumnType::Bool,
        _ => ColumnType::Text,
    }
}

/// The days of which an expression asks the calendar.
fn asked<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Calendar(part, day) => {
            asked(day, found);
            if *part != CalendarPart::Weekday {
                found.push(day);
            }
        }
        Expr::Not(one) | Expr::IsNull(one) | Expr::Cut(one, _) | Expr::In(one, _) => {
            asked(one, found);
        }
        Expr::Compare(_, one, other)
        | Expr::And(one, other)
        | Expr::Or(one, other)
        | Expr::Arithmetic(_, one, other)
        | Expr::SchoolDays(one, other) => {
            asked(one, found);
            asked(other, found);
        }
        Expr::When(test, then, otherwise) => {
            [test, then, otherwise].into_iter().for_each(|one| asked(one, found));
        }
        _ => {}
    }
}

impl Lowering<'_> {
    /// Joins the calendar for every day of which an expression asks it.
    pub fn join_calendar(&mut self, expr: &Expr) -> Lowered<()> {
        let mut days = Vec::new();
        asked(expr, &mut days);
        self.joined.clear();
        for day in days {
            let key = format!("{day:?}");
            if self.joined.iter().any(|(known, _)| *known == key) {
                continue;
            }
            let place = self.place();
            let prefix = format!("{place}_");
            let Some(calendar) = self.calendar.frame(&prefix)? else {
                return Err(Stop::NotPortable);
            };
            let day = self.expr(day)?.native;
            let frame = self.frame.clone().with_column(&place, day)?;
            let on = Column::from_name(format!("{prefix}date"));
            let (left, right) = (vec![Column::from_name(&place)], vec![on]);
            let joined = LogicalPlanBuilder::from(frame.logical_plan().clone())
                .join(calendar.logical_plan().clone(), JoinType::Left, (left, right), None)?
                .build()?;
            self.frame = DataFrame::new(self.calendar.session.state(), joined);
            self.joined.push((key, place));
        }
        Ok(())
    }

    /// What the calendar says of a day.
    pub fn calendar_part(&self, part: CalendarPart, day: &Expr) -> Lowered<Value> {
        let ty = part_type(part);
        let day_number = self.expr(day)?;
        if part == CalendarPart::Weekday {
            // 1970-01-01 was a Thursday; days long before it are no days of a school.
            let weeks = lit(7i64 * (MOST_STORED as i64));
            let native = (day_number.native + lit(3i64) + weeks) % lit(7i64) + lit(1i64);
            return Ok(Value { native, ty, most: 7 });
        }
        let key = format!("{day:?}");
        let known = self.joined.iter().find(|(known, _)| *known == key);
        let Some((_, place)) = known else { return Err(Stop::NotPortable) };
        let found = ident(format!("{place}_{}", part.name()));
        let native = match part {
            CalendarPart::IsOpen => {
                let null = lit(ScalarValue::Boolean(None));
                when(ident(place).is_null(), null)
                    .when(found.clone().is_null(), lit(false))
                    .otherwise(found)?
            }
            _ if ty == ColumnType::Text => cast(found, DataType::Utf8),
            _ => found,
        };
        Ok(Value { native, ty, most: MOST_STORED })
    }
}
