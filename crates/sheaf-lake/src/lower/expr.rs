//! Expressions.

use datafusion::logical_expr::{Expr as Native, lit, when};
use datafusion::prelude::ident;
use datafusion::scalar::ScalarValue;
use jiff::civil::Date;
use sheaf_analytics::{Arithmetic, ColumnType, Comparison, Expr};

use crate::error::LakeError;
use crate::lower::{Lowered, Lowering, MOST, Stop};
use crate::write::day_of;

/// An expression as DataFusion has it.
pub struct Value {
    pub native: Native,
    pub ty: ColumnType,
    /// No value is larger than this.
    pub most: i128,
}

/// A day as the number that columns hold.
pub fn literal_day(date: Date) -> Native {
    lit(day_of(date))
}

impl Lowering<'_> {
    /// An expression over the columns as they are now.
    pub fn expr(&self, expr: &Expr) -> Lowered<Value> {
        let bool = |native| Ok(Value { native, ty: ColumnType::Bool, most: 1 });
        match expr {
            Expr::Column(name) => {
                let known = self.known(name)?;
                Ok(Value { native: ident(&known.place), ty: known.ty, most: known.most })
            }
            Expr::Text(text) => {
                Ok(Value { native: lit(text.as_str()), ty: ColumnType::Text, most: 0 })
            }
            Expr::Int(number) => whole(lit(*number), i128::from(*number).abs()),
            Expr::Bool(answer) => bool(lit(*answer)),
            Expr::Compare(comparison, left, right) => {
                let (left, right) = self.alike(left, right)?;
                bool(compare(*comparison, left, right))
            }
            Expr::And(left, right) => bool(self.expr(left)?.native.and(self.expr(right)?.native)),
            Expr::Or(left, right) => bool(self.expr(left)?.native.or(self.expr(right)?.native)),
            Expr::Not(inner) => bool(!self.expr(inner)?.native),
            Expr::IsNull(inner) => bool(self.expr(inner)?.native.is_null()),
            Expr::In(inner, list) => self.is_in(inner, list),
            Expr::Arithmetic(operation, left, right) => self.arithmetic(*operation, left, right),
            Expr::When(test, then, otherwise) => {
                let (then, otherwise) = (self.expr(then)?, self.expr(otherwise)?);
                let native =
                    when(self.expr(test)?.native, then.native).otherwise(otherwise.native)?;
                let most = then.most.max(otherwise.most);
                Ok(Value { native, ty: then.ty, most })
            }
            Expr::Cut(inner, bounds) => self.cut(inner, bounds),
            Expr::Calendar(part, day) => self.calendar_part(*part, day),
            // How many school days lie before a day outside the calendar is no join.
            _ => Err(Stop::NotPortable),
        }
    }

    /// Two values that are compared: a text beside a date is one.
    fn alike(&self, left: &Expr, right: &Expr) -> Lowered<(Native, Native)> {
        let (one, other) = (self.expr(left)?, self.expr(right)?);
        Ok((dated(left, one.native, other.ty)?, dated(right, other.native, one.ty)?))
    }

    fn is_in(&self, inner: &Expr, list: &[Expr]) -> Lowered<Value> {
        let value = self.expr(inner)?;
        let items: Vec<Native> = list
            .iter()
            .map(|item| dated(item, self.expr(item)?.native, value.ty))
            .collect::<Lowered<_>>()?;
        let native = match items.is_empty() {
            // A null is in no list and in no complement of one.
            true => when(value.native.is_null(), lit(ScalarValue::Boolean(None)))
                .otherwise(lit(false))?,
            false => value.native.in_list(items, false),
        };
        Ok(Value { native, ty: ColumnType::Bool, most: 1 })
    }

    fn arithmetic(&self, operation: Arithmetic, left: &Expr, right: &Expr) -> Lowered<Value> {
        let (left, right) = (self.expr(left)?, self.expr(right)?);
        let is_dated = left.ty == ColumnType::Date && right.ty != ColumnType::Date;
        let ty = if is_dated { ColumnType::Date } else { ColumnType::Int };
        let (one, other) = (left.native, right.native);
        let Value { native, most, .. } = match operation {
            Arithmetic::Add => whole(one + other, left.most + right.most)?,
            Arithmetic::Subtract => whole(one - other, left.most + right.most)?,
            Arithmetic::Multiply => whole(one * other, left.most.saturating_mul(right.most))?,
            Arithmetic::Remainder => whole(remainder(one, other)?, right.most)?,
        };
        Ok(Value { native, ty, most })
    }

    /// The number of bounds at or below a value; null of null.
    fn cut(&self, inner: &Expr, bounds: &[i64]) -> Lowered<Value> {
        let value = self.expr(inner)?.native;
        let mut sum = value.clone() - value.clone();
        for bound in bounds {
            let step = when(value.clone().gt_eq(lit(*bound)), lit(1i64)).otherwise(lit(0i64))?;
            sum = sum + step;
        }
        whole(sum, bounds.len() as i128)
    }
}

/// A whole number; where it could grow past 64 bits this process works it out, which would notice.
fn whole(native: Native, most: i128) -> Lowered<Value> {
    if most > MOST {
        return Err(Stop::NotPortable);
    }
    Ok(Value { native, ty: ColumnType::Int, most })
}

/// A text as the day that it is where the other value is one.
fn dated(expr: &Expr, native: Native, other: ColumnType) -> Lowered<Native> {
    match (expr, other) {
        (Expr::Text(text), ColumnType::Date) => {
            let error = || sheaf_analytics::AnalyticsError::NotADate(text.clone());
            let date = text.parse().map_err(|_| Stop::Error(LakeError::Analytics(error())))?;
            Ok(literal_day(date))
        }
        _ => Ok(native),
    }
}

fn compare(comparison: Comparison, left: Native, right: Native) -> Native {
    match comparison {
        Comparison::Equal => left.eq(right),
        Comparison::NotEqual => left.not_eq(right),
        Comparison::Less => left.lt(right),
        Comparison::LessOrEqual => left.lt_eq(right),
        Comparison::Greater => left.gt(right),
        Comparison::GreaterOrEqual => left.gt_eq(right),
    }
}

/// The remainder from 0 on, null of a division by zero.
fn remainder(left: Native, right: Native) -> Lowered<Native> {
    let null = lit(ScalarValue::Int64(None));
    let divisor = when(right.clone().eq(lit(0i64)), null).otherwise(right)?;
    let size = when(divisor.clone().lt(lit(0i64)), lit(0i64) - divisor.clone())
        .otherwise(divisor.clone())?;
    let rest = left % divisor;
    Ok(when(rest.clone().lt(lit(0i64)), rest.clone() + size).otherwise(rest)?)
}
