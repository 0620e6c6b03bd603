//! The rows of a CSV text.

use std::iter::Peekable;
use std::str::Chars;

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// Whether it stood in quotes.
    pub is_quoted: bool,
}

/// A row.
#[derive(Debug, Default)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: usize,
    pub cells: Vec<Cell>,
    /// Whether it ends within a quote that is not closed.
    pub is_open: bool,
    /// The first cell, from 1, in which something stands after its closing quote.
    pub spoilt: Option<usize>,
}

/// The rows of a CSV text (RFC 4180), whose lines may also end as those of old Macs do; empty lines
/// and blanks after a closing quote are passed over. A row that is wider than `most`
/// is given as far as the first cell beyond, so that no file takes more memory than it may.
pub struct Rows<'a> {
    letters: Peekable<Chars<'a>>,
    line: usize,
    most: usize,
}

impl<'a> Rows<'a> {
    pub fn new(csv: &'a str, most: usize) -> Self {
        Self { letters: csv.chars().peekable(), line: 1, most }
    }

    fn row(&mut self) -> Option<Row> {
        self.letters.peek()?;
        let mut row = Row { line: self.line, ..Row::default() };
        let (mut cell, mut is_quoted) = (Cell::default(), false);
        while let Some(letter) = self.letters.next() {
            match letter {
                '"' if is_quoted && self.letters.next_if_eq(&'"').is_some() => cell.text.push('"'),
                '"' if is_quoted => is_quoted = false,
                '"' if cell == Cell::default() => (is_quoted, cell.is_quoted) = (true, true),
                ',' if !is_quoted => row.cells.push(std::mem::take(&mut cell)),
                '\r' | '\n' if !is_quoted => {
                    if letter == '\r' && self.letters.peek() == Some(&'\n') {
                        self.letters.next();
                    }
                    self.line += 1;
                    row.cells.push(cell);
                    return Some(row);
                }
                ' ' | '\t' if cell.is_quoted && !is_quoted => {}
                other => {
                    if cell.is_quoted && !is_quoted {
                        row.spoilt.get_or_insert(row.cells.len() + 1);
                    }
                    // Of the two letters that end a line together the last one counts.
                    let next = self.letters.peek();
                    let is_end = other == '\n' || (other == '\r' && next != Some(&'\n'));
                    self.line += usize::from(is_end);
                    cell.text.push(other);
                }
            }
            if row.cells.len() > self.most {
                return Some(row);
            }
        }
        row.is_open = is_quoted;
        row.cells.push(cell);
        Some(row)
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let is_blank = |row: &Row| matches!(&row.cells[..], [cell] if *cell == Cell::default());
        loop {
            let row = self.row()?;
            if !is_blank(&row) {
                return Some(row);
            }
        }
    }
}
