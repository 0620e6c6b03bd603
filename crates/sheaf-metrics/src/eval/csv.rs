//! From the bytes of a CSV file to columns, or to the place at which it cannot be read.

use std::collections::HashMap;

use super::rows::{Row, Rows};
use super::typed::{Odd, Typed};
use crate::column::Column;
use crate::error::{MetricError, Problem, table_file};
use crate::limits::{MAX_CSV, MAX_CSV_CELLS, MAX_CSV_COLUMNS};

/// The most letters of a cell that an error repeats.
const MAX_TOLD: usize = 40;

/// Where a file cannot be read, as line and cell from 1, and why.
struct Fault(usize, usize, String);

/// The columns by their headings.
pub fn columns(name: &str, bytes: &[u8]) -> Result<Vec<(String, Column)>, MetricError> {
    read(bytes).map_err(|Fault(line, column, why)| {
        let problem = Problem::of_file(&table_file(name), why);
        MetricError::Script(Problem { line, column, ..problem })
    })
}

fn read(bytes: &[u8]) -> Result<Vec<(String, Column)>, Fault> {
    if bytes.len() > MAX_CSV {
        let why = format!("more than {MAX_CSV} bytes; split it, or leave columns out");
        return Err(Fault(0, 0, why));
    }
    let mut rows = Rows::new(text(bytes)?, MAX_CSV_COLUMNS);
    let headings = headings(rows.next())?;
    let mut columns: Vec<Typed> = Vec::new();
    columns.resize_with(headings.len(), Typed::default);
    let mut cells = 0;
    for row in rows {
        fits(&row, headings.len())?;
        cells += row.cells.len();
        if cells > MAX_CSV_CELLS {
            let why = format!("more than {MAX_CSV_CELLS} cells; split it, or leave columns out");
            return Err(Fault(row.line, row.cells.len(), why));
        }
        let line = row.line;
        columns.iter_mut().zip(row.cells).for_each(|(column, cell)| column.push(line, cell));
    }
    let named = headings.into_iter().zip(columns).enumerate();
    named.map(|(at, (heading, column))| typed(at + 1, heading, column)).collect()
}

/// The text of a file in UTF-8, without its byte order mark.
fn text(bytes: &[u8]) -> Result<&str, Fault> {
    let save = "save it as CSV UTF-8";
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Fault(1, 1, format!("this is UTF-16; {save}")));
    }
    let (text, odd) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let (before, rest) = bytes.split_at(error.valid_up_to());
            (std::str::from_utf8(before).unwrap_or_default(), rest.first())
        }
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find('\0') {
        let (line, cell) = place(text.get(..at).unwrap_or_default());
        let why = format!("a zero byte, as in UTF-16 or a workbook; {save}");
        return Err(Fault(line, cell, why));
    }
    let Some(odd) = odd else { return Ok(text) };
    let (line, cell) = place(text);
    let why =
        format!("byte {odd:#04x} is not UTF-8: the file may be Latin-1 or Windows-1252; {save}");
    Err(Fault(line, cell, why))
}

/// The line and the cell that come after a part of a file.
fn place(before: &str) -> (usize, usize) {
    // What comes is a part of the next cell, so that the last row is never an empty line.
    let before = format!("{before}?");
    let last = Rows::new(&before, MAX_CSV_COLUMNS).last().unwrap_or_default();
    (last.line, last.cells.len())
}

fn headings(row: Option<Row>) -> Result<Vec<String>, Fault> {
    let Some(row) = row else {
        return Err(Fault(1, 1, "the file is empty; a heading line is needed".to_owned()));
    };
    if row.cells.len() > MAX_CSV_COLUMNS {
        let why = format!("more than {MAX_CSV_COLUMNS} columns; leave some out");
        return Err(Fault(row.line, MAX_CSV_COLUMNS + 1, why));
    }
    closed(&row)?;
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for (at, cell) in row.cells.iter().enumerate() {
        if cell.text.trim().is_empty() {
            let why = "there is no heading; give the column a name".to_owned();
            return Err(Fault(row.line, at + 1, why));
        }
        if let Some(first) = seen.insert(&cell.text, at + 1) {
            let heading = told(&cell.text);
            let why = format!("the heading `{heading}` stands over column {first} too; rename one");
            return Err(Fault(row.line, at + 1, why));
        }
    }
    Ok(row.cells.into_iter().map(|cell| cell.text).collect())
}

fn closed(row: &Row) -> Result<(), Fault> {
    if let Some(at) = row.spoilt {
        let why = "something stands after the closing quote; write a quote within a text twice";
        return Err(Fault(row.line, at, why.to_owned()));
    }
    match row.is_open {
        true => {
            Err(Fault(row.line, row.cells.len(), "a quote is opened and not closed".to_owned()))
        }
        false => Ok(()),
    }
}

fn fits(row: &Row, columns: usize) -> Result<(), Fault> {
    closed(row)?;
    let values = row.cells.len();
    if values == columns {
        return Ok(());
    }
    let many = match values > MAX_CSV_COLUMNS {
        true => format!("more than {MAX_CSV_COLUMNS}"),
        false => values.to_string(),
    };
    let why = format!("{many} values where the heading has {columns}");
    Err(Fault(row.line, values.min(columns) + 1, why))
}

fn typed(at: usize, heading: String, column: Typed) -> Result<(String, Column), Fault> {
    match column.column() {
        Ok(column) => Ok((heading, column)),
        Err(Odd { line, text, numbers, filled }) => {
            let (heading, text) = (told(&heading), told(&text));
            let why = format!(
                "`{text}` under `{heading}` is no number, where {numbers} of {filled} cells are; \
                 correct it, leave it empty, or put the numbers in quotes to make them text"
            );
            Err(Fault(line, at, why))
        }
    }
}

/// A text of the file, as much as helps to find it.
fn told(text: &str) -> String {
    let letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut told: String = letters.take(MAX_TOLD).collect();
    if text.chars().nth(MAX_TOLD).is_some() {
        told.push('…');
    }
    told
}
