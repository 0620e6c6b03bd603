//! Tables from CSV for `metric eval`: each column by its name.

use std::sync::Arc;

use rhai::Dynamic;

use crate::api::columns::of_texts;
use crate::column::Column;
use crate::error::{MetricError, Problem};
use crate::fault::unknown;
use crate::registry::{Answer, Registry};

/// The most bytes of a CSV table.
const MAX_CSV: usize = 64 * 1024 * 1024;

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

/// A table from the text of a CSV file with a heading line.
pub fn table(name: &str, csv: &str) -> Result<Dynamic, MetricError> {
    let file = format!("{name}.csv");
    let fail = |line: usize, why: String| {
        let problem = Problem { line, column: 1, ..Problem::of_file(&file, why) };
        MetricError::Script(problem)
    };
    if csv.len() > MAX_CSV {
        return Err(fail(0, format!("{} bytes are more than {MAX_CSV}", csv.len())));
    }
    let mut rows = records(csv.trim_start_matches('\u{feff}')).into_iter();
    let (_, heading) = rows.next().ok_or_else(|| fail(1, "a heading line is needed".to_owned()))?;
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); heading.len()];
    for (line, row) in rows {
        if row.len() != heading.len() {
            let why = format!("{} values where the heading has {}", row.len(), heading.len());
            return Err(fail(line, why));
        }
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    let columns = heading.into_iter().zip(columns.into_iter().map(typed)).collect();
    Ok(Dynamic::from(CsvTable { columns: Arc::new(columns) }))
}

/// Numbers where every value is one, texts otherwise; an empty value is no number.
fn typed(values: Vec<String>) -> Column {
    let is_missing = |text: &str| matches!(text, "" | "NA");
    let number = |text: &String| match text.trim() {
        text if is_missing(text) => Some(f64::NAN),
        text => text.parse::<f64>().ok(),
    };
    let is_known = values.iter().any(|text| !is_missing(text.trim()));
    match values.iter().map(number).collect::<Option<Vec<f64>>>() {
        Some(numbers) if is_known => Column::numbers(numbers),
        _ => of_texts(values.into_iter()),
    }
}

/// The rows of a CSV text (RFC 4180) with the line on which each begins.
fn records(csv: &str) -> Vec<(usize, Vec<String>)> {
    let mut rows = Vec::new();
    let (mut row, mut cell) = (Vec::new(), String::new());
    let (mut line, mut begun, mut is_quoted) = (1, 1, false);
    let mut letters = csv.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if is_quoted || cell.is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                line += 1;
                row.push(std::mem::take(&mut cell));
                let done = std::mem::take(&mut row);
                if done.len() > 1 || done.iter().any(|cell| !cell.is_empty()) {
                    rows.push((begun, done));
                }
                begun = line;
            }
            other => {
                line += usize::from(other == '\n');
                cell.push(other);
            }
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((begun, row));
    }
    rows
}

#[cfg(test)]
mod tests;
