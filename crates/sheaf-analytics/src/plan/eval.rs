//! Expressions worked out over whole columns with Arrow's kernels.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, Scalar};
use arrow::compute::kernels::{boolean, cmp, numeric, zip};
use arrow::error::ArrowError;

use crate::data::calendar::Days;
use crate::data::column::{Column, ColumnType, Data, typed};
use crate::data::days::day_number;
use crate::error::AnalyticsError;
use crate::plan::check::is_literal;
use crate::plan::expr::{Arithmetic, Comparison, Expr};

/// The rows over which an expression is worked out.
pub trait Rows {
    /// How many.
    fn len(&self) -> usize;
    /// A column by name.
    fn column(&self, name: &str) -> Result<Column, AnalyticsError>;
    /// The school calendar.
    fn days(&self) -> &Days;
}

/// The kernels fail only where numbers grow too large: types are checked before.
fn overflow(_: ArrowError) -> AnalyticsError {
    AnalyticsError::Overflow("an expression")
}

/// A condition for each row.
pub fn condition(expr: &Expr, rows: &dyn Rows) -> Result<BooleanArray, AnalyticsError> {
    match value(expr, rows)?.data() {
        Data::Bools(values) => Ok(values.clone()),
        _ => Err(AnalyticsError::mistyped("filter", "a condition", value(expr, rows)?.ty())),
    }
}

/// The value of an expression for each row.
pub fn value(expr: &Expr, rows: &dyn Rows) -> Result<Column, AnalyticsError> {
    match expr {
        Expr::Column(name) => rows.column(name),
        Expr::Text(text) => Ok(repeated_text(text, rows.len())),
        Expr::Int(number) => Ok(repeated(ColumnType::Int, *number, rows.len())),
        Expr::Bool(answer) => Ok(bools(BooleanArray::from(vec![*answer; rows.len()]))),
        Expr::Compare(comparison, left, right) => compare(*comparison, left, right, rows),
        Expr::And(left, right) => {
            let (left, right) = (condition(left, rows)?, condition(right, rows)?);
            boolean::and_kleene(&left, &right).map(bools).map_err(overflow)
        }
        Expr::Or(left, right) => {
            let (left, right) = (condition(left, rows)?, condition(right, rows)?);
            boolean::or_kleene(&left, &right).map(bools).map_err(overflow)
        }
        Expr::Not(inner) => boolean::not(&condition(inner, rows)?).map(bools).map_err(overflow),
        Expr::IsNull(inner) => {
            let inner = value(inner, rows)?;
            boolean::is_null(array(&inner).as_ref()).map(bools).map_err(overflow)
        }
        Expr::In(inner, list) => is_in(inner, list, rows),
        Expr::Arithmetic(operation, left, right) => arithmetic(*operation, left, right, rows),
        Expr::When(test, then, otherwise) => when(test, then, otherwise, rows),
        Expr::Cut(inner, bounds) => {
            let values = whole(&value(inner, rows)?)?;
            let place = |value: i64| bounds.iter().filter(|bound| **bound <= value).count() as i64;
            Ok(Column::whole(ColumnType::Int, values.unary(place)))
        }
        Expr::Calendar(part, day) => Ok(rows.days().part(*part, &dates(day, rows)?)),
        Expr::SchoolDays(from, to) => {
            let (from, to) = (dates(from, rows)?, dates(to, rows)?);
            let days = rows.days();
            let between = from.iter().zip(&to).map(|(from, to)| Some(days.between(from?, to?)));
            Ok(Column::whole(ColumnType::Int, between.collect()))
        }
        Expr::AddSchoolDays(day, n) => {
            let (dates, days) = (dates(day, rows)?, rows.days());
            let moved = dates.iter().map(|day| days.add(day?, *n));
            Ok(Column::whole(ColumnType::Date, moved.collect()))
        }
        Expr::Overlap(from, to, period) => {
            let (from, to) = (dates(from, rows)?, dates(to, rows)?);
            let (first, last) = (day_number(period.from), day_number(period.to));
            let inside = |from: i64, to: i64| rows.days().within(from.max(first), to.min(last));
            let both = from.iter().zip(&to);
            let shared = both.map(|(from, to)| Some(inside(from?, to.unwrap_or(last))));
            Ok(Column::whole(ColumnType::Int, shared.collect()))
        }
        Expr::LessonPeriod(period) => lesson_period(&value(period, rows)?, rows.days()),
    }
}

/// Which lesson each period is; each code is looked at once.
fn lesson_period(periods: &Column, days: &Days) -> Result<Column, AnalyticsError> {
    let Data::Codes(codes, labels) = periods.data() else {
        return Err(AnalyticsError::mistyped("lesson_period", "codes of periods", periods.ty()));
    };
    let lessons: Vec<Option<i64>> = labels.iter().map(|code| days.lesson(code)).collect();
    let lesson = |code: Option<i32>| lessons.get(usize::try_from(code?).ok()?).copied().flatten();
    Ok(Column::ints(codes.iter().map(lesson)))
}

fn bools(values: BooleanArray) -> Column {
    Column::from_bools(values)
}

fn repeated(ty: ColumnType, value: i64, rows: usize) -> Column {
    Column::whole(ty, Int64Array::from_value(value, rows))
}

fn repeated_text(text: &str, rows: usize) -> Column {
    let labels = std::iter::once(text).collect();
    Column::codes(ColumnType::Text, Int32Array::from_value(0, rows), Arc::new(labels))
}

/// The array as the kernels take it.
pub fn array(column: &Column) -> ArrayRef {
    match column.data() {
        Data::Codes(codes, _) => Arc::new(codes.clone()),
        Data::Ints(values) => Arc::new(values.clone()),
        Data::Bools(values) => Arc::new(values.clone()),
        Data::Floats(values) => Arc::new(values.clone()),
    }
}

fn whole(column: &Column) -> Result<Int64Array, AnalyticsError> {
    match column.data() {
        Data::Ints(values) => Ok(values.clone()),
        _ => Err(AnalyticsError::mistyped("arithmetic", "whole numbers", column.ty())),
    }
}

fn parse_date(text: &str) -> Result<i64, AnalyticsError> {
    let date = text.parse().map_err(|_| AnalyticsError::NotADate(text.to_owned()))?;
    Ok(day_number(date))
}

fn dates(expr: &Expr, rows: &dyn Rows) -> Result<Int64Array, AnalyticsError> {
    match expr {
        Expr::Text(text) => Ok(Int64Array::from_value(parse_date(text)?, rows.len())),
        other => whole(&value(other, rows)?),
    }
}

fn compare(
    comparison: Comparison,
    left: &Expr,
    right: &Expr,
    rows: &dyn Rows,
) -> Result<Column, AnalyticsError> {
    if is_literal(left) && !is_literal(right) {
        return compare(mirrored(comparison), right, left, rows);
    }
    let column = value(left, rows)?;
    if is_literal(right) && !is_literal(left) {
        let scalar = Scalar::new(literal(right, &column)?);
        return kernel(comparison, &array(&column), &scalar).map(bools);
    }
    let other = value(right, rows)?;
    let (one, other) = alike(&column, &other)?;
    kernel(comparison, &one, &other).map(bools)
}

const fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

fn kernel(
    comparison: Comparison,
    left: &dyn arrow::array::Datum,
    right: &dyn arrow::array::Datum,
) -> Result<BooleanArray, AnalyticsError> {
    match comparison {
        Comparison::Equal => cmp::eq(left, right),
        Comparison::NotEqual => cmp::neq(left, right),
        Comparison::Less => cmp::lt(left, right),
        Comparison::LessOrEqual => cmp::lt_eq(left, right),
        Comparison::Greater => cmp::gt(left, right),
        Comparison::GreaterOrEqual => cmp::gt_eq(left, right),
    }
    .map_err(overflow)
}

/// A literal as one value of the column it is compared with. A text that no row holds is a code
/// that no row has.
fn literal(literal: &Expr, column: &Column) -> Result<ArrayRef, AnalyticsError> {
    Ok(match (literal, column.data()) {
        (Expr::Text(text), Data::Codes(_, labels)) => {
            Arc::new(Int32Array::from(vec![labels.code(text).unwrap_or(-1)]))
        }
        (Expr::Text(text), _) => Arc::new(Int64Array::from(vec![parse_date(text)?])),
        (Expr::Int(number), Data::Floats(_)) => Arc::new(Float64Array::from(vec![*number as f64])),
        (Expr::Int(number), _) => Arc::new(Int64Array::from(vec![*number])),
        (Expr::Bool(answer), _) => Arc::new(BooleanArray::from(vec![*answer])),
        _ => return Err(AnalyticsError::mistyped("==", "a literal", column.ty())),
    })
}

/// Two columns as arrays whose values can be compared one by one.
fn alike(left: &Column, right: &Column) -> Result<(ArrayRef, ArrayRef), AnalyticsError> {
    Ok(match (left.data(), right.data()) {
        (Data::Codes(one, labels), Data::Codes(other, others)) if !Arc::ptr_eq(labels, others) => {
            let known: std::collections::HashMap<&str, i32> = labels.iter().zip(0..).collect();
            let codes: Vec<i32> =
                others.iter().map(|text| known.get(text).copied().unwrap_or(-1)).collect();
            let place = |code: i32| {
                usize::try_from(code).ok().and_then(|code| codes.get(code).copied()).unwrap_or(-1)
            };
            let other: Int32Array = other.unary(place);
            (Arc::new(one.clone()), Arc::new(other))
        }
        (Data::Floats(one), Data::Ints(other)) => {
            let other: Float64Array = other.unary(|number| number as f64);
            (Arc::new(one.clone()), Arc::new(other))
        }
        (Data::Ints(one), Data::Floats(other)) => {
            let one: Float64Array = one.unary(|number| number as f64);
            (Arc::new(one), Arc::new(other.clone()))
        }
        _ => (array(left), array(right)),
    })
}

fn is_in(inner: &Expr, list: &[Expr], rows: &dyn Rows) -> Result<Column, AnalyticsError> {
    let column = value(inner, rows)?;
    // A null is in no list and in no complement of one, the empty list's included.
    let nulls = array(&column).nulls().cloned();
    let none = arrow::buffer::BooleanBuffer::new_unset(column.len());
    let mut found = BooleanArray::new(none, nulls);
    for item in list {
        let scalar = Scalar::new(literal(item, &column)?);
        let equal = kernel(Comparison::Equal, &array(&column), &scalar)?;
        found = boolean::or(&found, &equal).map_err(overflow)?;
    }
    Ok(bools(found))
}

fn arithmetic(
    operation: Arithmetic,
    left: &Expr,
    right: &Expr,
    rows: &dyn Rows,
) -> Result<Column, AnalyticsError> {
    let (left, right) = (value(left, rows)?, value(right, rows)?);
    let dated = left.ty() == ColumnType::Date && right.ty() != ColumnType::Date;
    let ty = if dated { ColumnType::Date } else { ColumnType::Int };
    let (left, right) = (whole(&left)?, whole(&right)?);
    let result = match operation {
        Arithmetic::Add => numeric::add(&left, &right),
        Arithmetic::Subtract => numeric::sub(&left, &right),
        Arithmetic::Multiply => numeric::mul(&left, &right),
        Arithmetic::Remainder => {
            let pairs = left.iter().zip(&right);
            let values = pairs.map(|(left, right)| left?.checked_rem_euclid(right?));
            return Ok(Column::whole(ty, values.collect()));
        }
    };
    Ok(Column::whole(ty, typed(&result.map_err(overflow)?)?))
}

fn when(
    test: &Expr,
    then: &Expr,
    otherwise: &Expr,
    rows: &dyn Rows,
) -> Result<Column, AnalyticsError> {
    let mask = condition(test, rows)?;
    let (then, otherwise) = (value(then, rows)?, value(otherwise, rows)?);
    if let (Data::Codes(one, labels), Data::Codes(other, others)) = (then.data(), otherwise.data())
    {
        let (both, shifted) = joined(labels, others);
        let place = |code: i32| {
            usize::try_from(code).ok().and_then(|code| shifted.get(code).copied()).unwrap_or(-1)
        };
        let other: Int32Array = other.unary(place);
        let codes = zip::zip(&mask, one, &other).map_err(overflow)?;
        return Ok(Column::codes(then.ty(), typed(&codes)?, both));
    }
    let chosen = zip::zip(&mask, &array(&then), &array(&otherwise)).map_err(overflow)?;
    match then.data() {
        Data::Bools(_) => typed(&chosen).map(bools),
        Data::Floats(_) => typed(&chosen).map(Column::from_floats),
        _ => Ok(Column::whole(then.ty(), typed(&chosen)?)),
    }
}

/// The texts of both, and where each code of the second stands among them.
fn joined(
    labels: &crate::data::labels::Labels,
    others: &crate::data::labels::Labels,
) -> (Arc<crate::data::labels::Labels>, Vec<i32>) {
    let mut dictionary = crate::data::labels::Dictionary::default();
    labels.iter().for_each(|text| {
        dictionary.intern(text);
    });
    let shifted = others.iter().map(|text| dictionary.intern(text)).collect();
    (Arc::new(dictionary.labels()), shifted)
}

#[cfg(test)]
mod tests;
