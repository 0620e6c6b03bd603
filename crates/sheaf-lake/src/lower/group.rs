//! One row a group, with the number of pupils behind it.

use datafusion::functions_aggregate::expr_fn::{count, count_distinct, max, min, sum};
use datafusion::logical_expr::{Expr as Native, lit, when};
use datafusion::prelude::{DataFrame, coalesce, ident};
use sheaf_analytics::{Aggregate, ColumnType};

use crate::format::RECORD;
use crate::lower::{Lowered, Lowering, MOST, Shape, Stop};

/// The column that says how many distinct pupils stand behind a group.
pub const PUPILS: &str = "_pupils";

/// A column of a group.
pub struct GroupColumn {
    /// What the plan calls it.
    pub name: String,
    /// What its values are.
    pub ty: ColumnType,
    /// The column of the answer; of a share the two parts.
    pub places: Vec<String>,
}

/// Lowers a group and everything that is worked out for each.
pub fn lower(
    lowering: &mut Lowering<'_>,
    keys: &[String],
    aggregates: &[(String, Aggregate)],
) -> Lowered<(DataFrame, Shape)> {
    let mut columns = Vec::new();
    let mut by = Vec::new();
    for key in keys {
        let known = lowering.known(key)?;
        columns.push(GroupColumn {
            name: key.clone(),
            ty: known.ty,
            places: vec![known.place.clone()],
        });
        by.push(ident(&known.place));
    }
    let mut natives: Vec<Native> = Vec::new();
    for (name, aggregate) in aggregates {
        let (ty, made) = one(lowering, aggregate)?;
        let mut places = Vec::new();
        for native in made {
            let place = lowering.place();
            natives.push(native.alias(&place));
            places.push(place);
        }
        columns.push(GroupColumn { name: name.clone(), ty, places });
    }
    let has_pupils = lowering.table.column("pupil").is_ok();
    if has_pupils {
        natives.push(count_distinct(ident("pupil")).alias(PUPILS));
    }
    if natives.is_empty() {
        return Err(Stop::NotPortable);
    }
    let frame = lowering.frame.clone().aggregate(by, natives)?;
    Ok((frame, Shape::Groups { keys: keys.len(), columns, has_pupils }))
}

/// An aggregate: its type and the columns that it is made of.
fn one(lowering: &mut Lowering<'_>, aggregate: &Aggregate) -> Lowered<(ColumnType, Vec<Native>)> {
    let mut value = |expr| {
        lowering.join_calendar(expr)?;
        lowering.expr(expr)
    };
    Ok(match aggregate {
        Aggregate::Count => (ColumnType::Int, vec![count_distinct(ident(RECORD))]),
        Aggregate::NUnique(expr) => (ColumnType::Int, vec![count_distinct(value(expr)?.native)]),
        Aggregate::Sum(expr) => {
            let value = value(expr)?;
            if value.most.saturating_mul(lowering.rows) > MOST {
                return Err(Stop::NotPortable);
            }
            (ColumnType::Int, vec![coalesce(vec![sum(value.native), lit(0i64)])])
        }
        Aggregate::Min(expr) => value(expr).map(|one| (one.ty, vec![min(one.native)]))?,
        Aggregate::Max(expr) => value(expr).map(|one| (one.ty, vec![max(one.native)]))?,
        Aggregate::Share(expr) => {
            let answer = value(expr)?.native;
            let yes = when(answer.clone(), lit(1i64)).otherwise(lit(0i64))?;
            let yes = coalesce(vec![sum(yes), lit(0i64)]);
            (ColumnType::Float, vec![yes, count(answer)])
        }
        // The mean of two numbers has a fraction.
        _ => return Err(Stop::NotPortable),
    })
}
