//! Tables from CSV for `metric eval`: each column by its name.

use std::sync::Arc;

use rhai::Dynamic;

use crate::column::Column;
use crate::error::MetricError;
use crate::fault::unknown;
use crate::registry::{Answer, Registry};

mod csv;
mod rows;
mod typed;

/// A table from CSV.
#[derive(Clone)]
pub struct CsvTable {
    columns: Arc<Vec<(String, Column)>>,
}

/// Registers tables from CSV.
pub fn register(registry: &mut Registry) {
    registry.name_type::<CsvTable>("table");
    registry.fields(|table: &mut CsvTable, name: &str| table.field(name));
}

/// A table from the bytes of a CSV file (RFC 4180) in UTF-8, with or without a byte order mark,
/// whose first line has the headings.
///
/// A number is written in digits with a point, as in `-2.5` or `1e3`; an empty cell and `NA` are
/// missing. A column whose filled cells are all numbers is numbers, any other is text; but where
/// more than half of the filled cells are numbers without quotes, one that is none is refused: it
/// would make text of the rest without a word.
///
/// # Errors
/// A file that is too large, empty or in another encoding, too many columns or cells, a heading
/// that is there twice, a row of another length, a quote that is left open and a cell that is no
/// number among numbers: each with its line and the number of its cell, from 1.
pub fn table(name: &str, bytes: &[u8]) -> Result<Dynamic, MetricError> {
    let columns = csv::columns(name, bytes)?;
    Ok(Dynamic::from(CsvTable { columns: Arc::new(columns) }))
}

impl CsvTable {
    /// An object of its columns.
    pub fn to_json(&self) -> serde_json::Value {
        self.columns.iter().map(|(name, column)| (name.clone(), column.to_json())).collect()
    }

    /// Whether it has a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|(known, _)| known == name)
    }

    /// A column by its name.
    pub fn field(&self, name: &str) -> Answer<Dynamic> {
        if let Some((_, column)) = self.columns.iter().find(|(known, _)| known == name) {
            return Ok(Dynamic::from(column.clone()));
        }
        let known: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        Err(unknown("the table has no column", name, known))
    }
}

#[cfg(test)]
mod tests;
