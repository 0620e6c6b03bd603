//! The one place that prints.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;
use serde::Serialize;
use sheaf_school::desk::ResultTable;

use crate::args::Format;

/// Where results go, in the format that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Out {
    format: Format,
}

impl Out {
    /// Prints in this format.
    pub const fn new(format: Format) -> Self {
        Self { format }
    }

    /// Whether programs read what is printed.
    pub fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// Prints one value: as JSON, or as the lines that `text` makes of it.
    pub fn value<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
        match self.format {
            Format::Json => self.json(value),
            Format::Text | Format::Csv => print(&text(value)),
        }
    }

    /// Prints one value of which rows make sense: as JSON, as CSV or as an aligned table.
    pub fn rows<T: Serialize>(
        self,
        value: &T,
        columns: &[&str],
        rows: impl FnOnce(&T) -> Vec<Vec<String>>,
    ) -> Result<()> {
        match self.format {
            Format::Json => self.json(value),
            Format::Csv => print(&csv(columns, &rows(value))),
            Format::Text => print(&aligned(columns, &rows(value))),
        }
    }

    /// Prints one value that has rows and reads better as more than a table: as JSON, as CSV or as
    /// the lines that `text` makes of it.
    pub fn report<T: Serialize>(
        self,
        value: &T,
        columns: &[&str],
        rows: impl FnOnce(&T) -> Vec<Vec<String>>,
        text: impl FnOnce(&T) -> String,
    ) -> Result<()> {
        match self.format {
            Format::Json => self.json(value),
            Format::Csv => print(&csv(columns, &rows(value))),
            Format::Text => print(&text(value)),
        }
    }

    /// Prints one value that holds several tables: as JSON, as CSV in which each table stands under
    /// its title, or as the lines that `text` makes of it.
    pub fn tables<T: Serialize>(
        self,
        value: &T,
        tables: impl FnOnce(&T) -> Vec<ResultTable>,
        text: impl FnOnce(&T) -> String,
    ) -> Result<()> {
        match self.format {
            Format::Json => self.json(value),
            Format::Csv => {
                let tables = tables(value);
                print(&tables.iter().map(titled_csv).collect::<Vec<_>>().join("\r\n"))
            }
            Format::Text => print(&text(value)),
        }
    }

    /// Prints one JSON value on lines of its own, flushed, so that a reader on a pipe has it now.
    pub fn json<T: Serialize>(self, value: &T) -> Result<()> {
        print(&serde_json::to_string_pretty(value)?)
    }
}

/// `1 entry`, `12 entries`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// Prints one JSON value on one line, flushed.
pub fn json_line<T: Serialize>(value: &T) -> Result<()> {
    print(&serde_json::to_string(value)?)
}

/// Prints to standard output, flushed.
pub fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", text.trim_end_matches('\n'))?;
    Ok(out.flush()?)
}

/// Whether a command ended because whoever read its output has read enough, as `head` does.
pub fn is_unread(error: &anyhow::Error) -> bool {
    let broken = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.downcast_ref::<io::Error>().is_some_and(broken)
}

/// Whether a person sees what is printed, so that a picture makes sense.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// A note to standard error. Where nobody listens to it there is nobody to tell.
pub fn note(text: &str) {
    writeln!(io::stderr().lock(), "{text}").ok();
}

/// A line of progress that the next one overwrites; only on a terminal.
pub fn progress(text: &str) {
    if io::stderr().is_terminal() {
        let mut out = io::stderr().lock();
        write!(out, "\r\x1b[2K{text}").and_then(|()| out.flush()).ok();
    }
}

/// Ends a line of progress.
pub fn progress_done() {
    progress("");
}

fn csv(columns: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        cells.map(csv_cell).collect::<Vec<_>>().join(",") + "\r\n"
    };
    let mut text = line(&mut columns.iter().copied());
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// A table under a line that begins with # and has its title.
fn titled_csv(table: &ResultTable) -> String {
    let columns: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    let title = table.title.replace(['\n', '\r'], " ");
    format!("# {title}\r\n{}", csv(&columns, &table.rows))
}

fn csv_cell(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// Rows as an aligned table for people, each line behind an indent.
pub fn indented(columns: &[String], rows: &[Vec<String>], indent: &str) -> String {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    aligned(&columns, rows).lines().map(|line| format!("{indent}{line}\n")).collect()
}

/// The widest a column of a table for people gets.
const MAX_CELL: usize = 60;

fn aligned(columns: &[&str], rows: &[Vec<String>]) -> String {
    let cell = |text: &str| -> String {
        let flat = text.replace('\n', " ");
        if flat.chars().count() <= MAX_CELL {
            return flat;
        }
        flat.chars().take(MAX_CELL - 1).chain(['…']).collect()
    };
    let mut all = vec![columns.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>()];
    all.extend(rows.iter().map(|row| row.iter().map(|text| cell(text)).collect()));
    let width = |index: usize| {
        let lengths = all.iter().filter_map(|row| row.get(index)).map(|text| text.chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut text = String::new();
    for row in &all {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_what_needs_it() {
        let rows = vec![vec!["a,b".to_owned(), "say \"no\"".to_owned()]];
        assert_eq!(csv(&["one", "two"], &rows), "one,two\r\n\"a,b\",\"say \"\"no\"\"\"\r\n");
    }

    #[test]
    fn several_tables_in_csv_stand_under_their_titles() {
        let table = ResultTable {
            title: "By\ngroup".to_owned(),
            columns: vec!["Group".to_owned(), "Number".to_owned()],
            rows: vec![vec!["Year 7, A".to_owned(), "hidden".to_owned()]],
        };
        assert_eq!(titled_csv(&table), "# By group\r\nGroup,Number\r\n\"Year 7, A\",hidden\r\n");
    }

    #[test]
    fn one_is_no_plural() {
        let entries = [0, 1, 2].map(|count| counted(count, "entry", "entries"));
        assert_eq!(entries, ["0 entries", "1 entry", "2 entries"]);
    }

    #[test]
    fn columns_line_up_whatever_the_script() {
        let rows =
            vec![vec!["Zoë".to_owned(), "9".to_owned()], vec!["Ng".to_owned(), "10".to_owned()]];
        assert_eq!(aligned(&["name", "year"], &rows), "name  year\nZoë   9\nNg    10\n");
    }
}
