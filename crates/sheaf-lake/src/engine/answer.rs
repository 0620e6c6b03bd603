//! From the batches of an answer to a frame.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use sheaf_analytics::{Budget, Column, ColumnType, Frame, Scope};

use crate::error::{LakeError, Result};
use crate::format::{ROW, SCHOOL};
use crate::lower::{GroupColumn, Head, Known, PUPILS, Shape};
use crate::read::Lake;

/// The frame of an answer.
pub fn frame(
    lake: &Lake,
    table: &str,
    head: &Head,
    batches: &[RecordBatch],
    scope: &Scope,
    budget: &Budget,
) -> Result<Frame> {
    let frame = match &head.result {
        Shape::Rows { made, is_ordered } => {
            rows(lake, table, batches, made, *is_ordered, scope, budget)?
        }
        Shape::Groups { keys, columns, has_pupils } => {
            groups(batches, *keys, columns, *has_pupils, scope)?
        }
    };
    Ok(frame.with_window(head.window))
}

fn rows(
    lake: &Lake,
    table: &str,
    batches: &[RecordBatch],
    made: &[Known],
    is_ordered: bool,
    scope: &Scope,
    budget: &Budget,
) -> Result<Frame> {
    let first: HashMap<&str, (u64, u64)> =
        lake.first_rows(table).into_iter().map(|(name, at, rows)| (name, (at, rows))).collect();
    let mut places: Vec<u32> = Vec::new();
    for batch in batches {
        let (schools, numbers) = (texts(batch, SCHOOL)?, ints(batch, ROW)?);
        for (school, number) in schools.iter().zip(numbers) {
            let place = school.as_deref().and_then(|school| first.get(school)).zip(number);
            let place = place.and_then(|((at, rows), number)| {
                let number = u64::try_from(number).ok().filter(|number| number < rows)?;
                u32::try_from(at + number).ok()
            });
            places.push(place.ok_or_else(|| LakeError::Engine("a row of no school".to_owned()))?);
        }
    }
    let mut order: Vec<usize> = (0..places.len()).collect();
    if !is_ordered {
        order.sort_by_key(|at| places.get(*at).copied());
    }
    let places = order.iter().filter_map(|at| places.get(*at).copied()).collect();
    let columns = made
        .iter()
        .map(|one| Ok((one.name.clone(), column(batches, &one.place, one.ty, Some(&order))?)))
        .collect::<Result<_>>()?;
    Ok(Frame::of_rows(scope, table, places, columns, budget)?)
}

fn groups(
    batches: &[RecordBatch],
    keys: usize,
    columns: &[GroupColumn],
    has_pupils: bool,
    scope: &Scope,
) -> Result<Frame> {
    let named = columns
        .iter()
        .map(|one| Ok((one.name.clone(), group_column(batches, one)?)))
        .collect::<Result<Vec<_>>>()?;
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    let pupils = match has_pupils {
        true => all_ints(batches, PUPILS)?
            .into_iter()
            .map(|count| u32::try_from(count.unwrap_or_default()).unwrap_or(u32::MAX))
            .collect(),
        false => vec![0; rows],
    };
    Ok(Frame::of_groups(scope, keys, named, pupils)?)
}

fn group_column(batches: &[RecordBatch], one: &GroupColumn) -> Result<Column> {
    match one.places.as_slice() {
        [place] => column(batches, place, one.ty, None),
        [yes, all] => {
            let parts = all_ints(batches, yes)?.into_iter().zip(all_ints(batches, all)?);
            let share = |(yes, all): (Option<i64>, Option<i64>)| {
                let all = all.filter(|all| *all > 0)?;
                Some(yes.unwrap_or_default() as f64 / all as f64)
            };
            Ok(Column::floats(parts.map(share)))
        }
        _ => Err(LakeError::Engine(format!("a column for `{}` is missing", one.name))),
    }
}

/// A column of the answer, its values in another order where one is given.
fn column(
    batches: &[RecordBatch],
    place: &str,
    ty: ColumnType,
    order: Option<&[usize]>,
) -> Result<Column> {
    fn put<T: Clone>(values: Vec<Option<T>>, order: Option<&[usize]>) -> Vec<Option<T>> {
        match order {
            None => values,
            Some(order) => order.iter().map(|at| values.get(*at).cloned().flatten()).collect(),
        }
    }
    match ty {
        ColumnType::Int => Ok(Column::ints(put(all_ints(batches, place)?, order))),
        ColumnType::Date => Ok(Column::day_numbers(put(all_ints(batches, place)?, order))),
        ColumnType::Bool => {
            let mut values = Vec::new();
            for batch in batches {
                let array = named(batch, place)?.as_boolean_opt().ok_or_else(|| wrong(place))?;
                values.extend(array.iter());
            }
            Ok(Column::bools(put(values, order)))
        }
        _ => {
            let mut known: HashMap<String, i32> = HashMap::new();
            let mut labels = Vec::new();
            let mut codes = Vec::new();
            for batch in batches {
                for text in texts(batch, place)? {
                    codes.push(text.map(|text| {
                        let next = i32::try_from(labels.len()).unwrap_or(i32::MAX);
                        *known.entry(text).or_insert_with_key(|text| {
                            labels.push(text.clone());
                            next
                        })
                    }));
                }
            }
            Column::coded(ty, put(codes, order), labels).ok_or_else(|| wrong(place))
        }
    }
}

fn wrong(place: &str) -> LakeError {
    LakeError::Engine(format!(
        "column `{place}` of the answer is of another type than it should be"
    ))
}

fn named<'a>(batch: &'a RecordBatch, place: &str) -> Result<&'a dyn Array> {
    batch.column_by_name(place).map(AsRef::as_ref).ok_or_else(|| wrong(place))
}

fn ints(batch: &RecordBatch, place: &str) -> Result<Vec<Option<i64>>> {
    let array = named(batch, place)?.as_primitive_opt::<Int64Type>().ok_or_else(|| wrong(place))?;
    Ok(array.iter().collect())
}

fn all_ints(batches: &[RecordBatch], place: &str) -> Result<Vec<Option<i64>>> {
    let mut all = Vec::new();
    for batch in batches {
        all.extend(ints(batch, place)?);
    }
    Ok(all)
}

/// Texts, as plain ones or as views, as the engine likes.
fn texts(batch: &RecordBatch, place: &str) -> Result<Vec<Option<String>>> {
    let array = named(batch, place)?;
    let own = |text: Option<&str>| text.map(str::to_owned);
    if let Some(array) = array.as_string_opt::<i32>() {
        return Ok(array.iter().map(own).collect());
    }
    let array = array.as_string_view_opt().ok_or_else(|| wrong(place))?;
    Ok(array.iter().map(own).collect())
}
