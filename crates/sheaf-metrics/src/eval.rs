//! Tables from CSV for `metric eval`: each column by its name.

use std::sync::Arc;

use rhai::{Dynamic, Scope};

use crate::column::Column;
use crate::error::{MetricError, Problem, table_file};
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

/// Tables bound to their names, for a script to read; `is_free` says whether the language has no
/// use of its own for a name.
///
/// # Errors
/// As [`table`]; also a name that no variable can have, and one that two tables have.
pub fn bound(
    tables: &[(String, Vec<u8>)],
    is_free: impl Fn(&str) -> bool,
) -> Result<Scope<'static>, MetricError> {
    let mut scope = Scope::new();
    for (name, csv) in tables {
        let fail = |why: String| Err(MetricError::Script(Problem::of_file(&table_file(name), why)));
        if !is_identifier(name) || !is_free(name) {
            return fail(format!(
                "`{name}` cannot name a table: letters, digits and `_` can, a letter first, and no \
                 word of the language such as `let`"
            ));
        }
        if scope.contains(name) {
            return fail(format!("two tables are called `{name}`; give each a name of its own"));
        }
        scope.push_constant_dynamic(name.clone(), table(name, csv)?);
    }
    Ok(scope)
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
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
/// that is empty or there twice, a row of another length, a quote that is left open or has
/// something behind it, and a cell that is no number among numbers: each with its line and the
/// number of its cell, from 1.
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
