//! Groups that no row fell into: they appear, with nothing behind them.

use std::collections::HashMap;

use arrow::array::{Int64Array, UInt32Array};

use crate::data::column::{Cell, Column, ColumnType, Data};
use crate::error::AnalyticsError;
use crate::frame::Frame;
use crate::frame::behind::Behind;
use crate::plan::budget::Budget;
use crate::plan::execute::group::groups;

/// A key of groups and the values that it has.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyValues {
    /// The column.
    pub column: String,
    /// The values in their order; those that occur besides come after them.
    pub values: Vec<Cell>,
}

impl Frame {
    /// One row for every value of each key with every value of the others, in that order. In rows
    /// that were not there `zeros` are 0 and all else is null.
    ///
    /// # Errors
    /// A key is no column or holds ids, a value is not of its type, or there are more than `most`
    /// rows.
    pub fn complete(
        &self,
        keys: &[KeyValues],
        zeros: &[String],
        most: usize,
    ) -> Result<Self, AnalyticsError> {
        let values = keys.iter().map(|key| self.values_of(key)).collect::<Result<Vec<_>, _>>()?;
        let all = values.iter().fold(1usize, |all, values| all.saturating_mul(values.len()));
        if all > most {
            let why = format!("{all} rows are more than {most}; complete fewer keys");
            return Err(AnalyticsError::Complete(why));
        }
        let rows = combined(&values);
        let places = self.places(keys)?;
        let found = rows.iter().map(|row| places.get(&texts(row)).copied());
        let found: UInt32Array = found.collect();
        let mut columns = Vec::with_capacity(self.columns.len());
        for (name, column) in &self.columns {
            let column = match keys.iter().position(|key| key.column == *name) {
                Some(key) => of_cells(column.ty(), rows.iter().filter_map(|row| row.get(key)))?,
                None if zeros.contains(name) => with_zeros(&column.take(&found)?),
                None => column.take(&found)?,
            };
            columns.push((name.clone(), column));
        }
        let behind = self.behind_found(&found);
        Ok(Self { columns, len: rows.len(), behind, ..self.clone() })
    }

    fn behind_found(&self, found: &UInt32Array) -> Behind {
        let rows: Vec<Option<u32>> = found.iter().collect();
        self.behind.joined(rows.iter().map(Option::as_slice))
    }

    /// The values of a key: those that were given, then others that occur.
    fn values_of(&self, key: &KeyValues) -> Result<Vec<Cell>, AnalyticsError> {
        let ty = self.column(&key.column)?.ty();
        if matches!(ty, ColumnType::Pupil | ColumnType::Record | ColumnType::Float) {
            return Err(AnalyticsError::mistyped("complete", "codes, days or whole numbers", ty));
        }
        let mut values: Vec<Cell> = Vec::new();
        for value in &key.values {
            let value = of_type(value, ty).ok_or_else(|| {
                let why = format!("`{value}` is no value of `{}`, which is {ty}", key.column);
                AnalyticsError::Complete(why)
            })?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let found = groups(self, std::slice::from_ref(&key.column), &Budget::default())?;
        for value in found.keys().iter().flat_map(Column::cells) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(values)
    }

    /// The row of each combination of keys.
    fn places(&self, keys: &[KeyValues]) -> Result<HashMap<Vec<String>, u32>, AnalyticsError> {
        let columns =
            keys.iter().map(|key| self.column(&key.column)).collect::<Result<Vec<_>, _>>()?;
        let row = |row: usize| columns.iter().map(|column| text(&column.cell(row))).collect();
        Ok((0..self.len).map(row).zip(0..).collect())
    }
}

/// Nothing recorded is another value than an empty text.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        other => format!("={other}"),
    }
}

fn texts(row: &[Cell]) -> Vec<String> {
    row.iter().map(text).collect()
}

/// Every value of the first with every value of the next.
fn combined(values: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
    values.iter().fold(vec![Vec::new()], |rows, values| {
        let longer = |row: &Vec<Cell>| {
            let with = |value: &Cell| row.iter().cloned().chain([value.clone()]).collect();
            values.iter().map(with).collect::<Vec<Vec<Cell>>>()
        };
        rows.iter().flat_map(longer).collect()
    })
}

/// A value as one of a column of this type; a day may be written as text.
fn of_type(value: &Cell, ty: ColumnType) -> Option<Cell> {
    match (value, ty) {
        (Cell::Text(text), ColumnType::Date) => text.parse().ok().map(Cell::Date),
        (Cell::Text(_), ColumnType::Text)
        | (Cell::Int(_), ColumnType::Int)
        | (Cell::Bool(_), ColumnType::Bool)
        | (Cell::Date(_), ColumnType::Date) => Some(value.clone()),
        _ => None,
    }
}

fn of_cells<'a>(
    ty: ColumnType,
    cells: impl Iterator<Item = &'a Cell>,
) -> Result<Column, AnalyticsError> {
    match ty {
        ColumnType::Text => Ok(Column::texts(cells.map(|cell| match cell {
            Cell::Text(text) => Some(std::sync::Arc::clone(text)),
            _ => None,
        }))),
        ColumnType::Int => Ok(Column::ints(cells.map(|cell| match cell {
            Cell::Int(number) => Some(*number),
            _ => None,
        }))),
        ColumnType::Date => Ok(Column::dates(cells.map(|cell| match cell {
            Cell::Date(date) => Some(*date),
            _ => None,
        }))),
        ColumnType::Bool => Ok(Column::bools(cells.map(|cell| match cell {
            Cell::Bool(answer) => Some(*answer),
            _ => None,
        }))),
        other => Err(AnalyticsError::mistyped("complete", "codes, days or whole numbers", other)),
    }
}

fn with_zeros(column: &Column) -> Column {
    match column.data() {
        Data::Ints(values) => {
            let values: Int64Array = values.iter().map(|value| value.or(Some(0))).collect();
            Column::whole(column.ty(), values)
        }
        _ => column.clone(),
    }
}

#[cfg(test)]
mod tests;
