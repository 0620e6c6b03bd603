//! Exporting a table: its rows as this device holds them, as CSV.

use std::path::Path;

use serde::Serialize;
use sheaf_analytics::{Budget, Cell, Column, ColumnType, Plan, Scope, table};
use sheaf_exchange::{TableCell, table_csv};

use super::file::{name_of, write_whole};
use crate::error::{Result, SchoolError};
use crate::school::School;

/// Why the rows of a table are not suppressed: a count of few pupils could tell who they are, but
/// a row tells no more than the record that whoever exports it may open.
const ROWS_NOTE: &str = "rows of pupils, by id, as you may read them: nothing is hidden for \
                         being few, so the file is as confidential as the records";

/// A table that was written into a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ExportedTable {
    /// Its name.
    pub table: &'static str,
    /// The file.
    pub file: String,
    /// How many rows.
    pub rows: usize,
    /// Its columns, in order.
    pub columns: Vec<&'static str>,
    /// The spaces whose records are in it.
    pub spaces: Vec<String>,
    /// What was left out and why; of a table, nothing.
    pub withheld: Vec<String>,
    /// What whoever passes the file on should know.
    pub notes: Vec<&'static str>,
}

impl School {
    /// Writes a table of those that metrics read into a CSV file, with every row that this device
    /// holds; the file is replaced in one step.
    ///
    /// # Errors
    /// There is no such table, the name does not end in `.csv`, or the file cannot be written.
    pub fn export_table(&self, name: &str, path: &Path) -> Result<ExportedTable> {
        let refused =
            |error: sheaf_analytics::AnalyticsError| SchoolError::Refused(error.to_string());
        let spec = table(name).map_err(refused)?;
        if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("csv")) {
            let path = name_of(path);
            return Err(SchoolError::Refused(format!("{path}: a table is written as .csv")));
        }
        self.core.refresh()?;
        let snapshot = self.core.columns.snapshot(&self.core)?;
        let scope = Scope::new(snapshot, self.clock.today());
        let frame = Plan::scan(name).run(&scope, &Budget::default()).map_err(refused)?;
        let names: Vec<&'static str> = spec.columns.iter().map(|column| column.name).collect();
        let columns: Vec<Column> = names
            .iter()
            .map(|name| frame.column(name))
            .collect::<Result<_, _>>()
            .map_err(refused)?;
        let row = |at: usize| columns.iter().map(|column| cell(column.cell(at))).collect();
        let csv = table_csv(names.iter().copied(), (0..frame.len()).map(row));
        write_whole(path, &csv)?;
        let names_pupils = spec.columns.iter().any(|column| column.ty == ColumnType::Pupil);
        Ok(ExportedTable {
            table: spec.name,
            file: name_of(path),
            rows: frame.len(),
            columns: names,
            spaces: self.space_names(),
            withheld: Vec::new(),
            notes: names_pupils.then_some(ROWS_NOTE).into_iter().collect(),
        })
    }

    /// The spaces of whoever uses this device.
    fn space_names(&self) -> Vec<String> {
        let control = self.core.control();
        let spaces = control.chosen_spaces(self.person()).into_iter();
        let mut names: Vec<String> = spaces.map(|space| control.space_name(space)).collect();
        names.sort();
        names
    }
}

fn cell(cell: Cell) -> TableCell {
    match cell {
        Cell::Null => TableCell::Empty,
        Cell::Text(text) => TableCell::Text(text.as_ref().to_owned()),
        other => TableCell::Plain(other.to_string()),
    }
}
