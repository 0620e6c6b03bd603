//! A pupil list that was read: its header understood, its rows still text.

use std::fmt;

use serde::Serialize;

use crate::column::{ColumnMap, PupilField};
use crate::dates::{First, order};
use crate::error::ExchangeError;
use crate::header::{Header, best_row};
use crate::limits::MAX_FILE_ROWS;
use crate::report::MappedColumn;
use crate::row::clipped;
use crate::sheet::{Line, Separator, all_lines, first_lines, without_hint};
use crate::text::decode;

/// How a file was read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Source {
    /// The system whose headers these are, where they have the look of one.
    pub system: Option<&'static str>,
    /// The encoding by its usual name.
    pub encoding: &'static str,
    /// `comma`, `semicolon` or `tab`.
    pub separator: &'static str,
    /// The line of the header, from 1.
    pub header_line: usize,
}

/// A pupil list: which column says what, and the rows.
pub struct PupilFile {
    source: Source,
    pub(crate) header: Header,
    pub(crate) lines: Vec<Line>,
}

/// Reads a pupil list. `maps` says which columns say what where their headers do not.
///
/// # Errors
/// The file is no CSV, is beyond a bound, has no header or no rows, or its columns do not say what
/// is needed: the error names the place and what to do.
pub fn read_pupils(bytes: &[u8], maps: &[ColumnMap]) -> Result<PupilFile, ExchangeError> {
    let read = |line: &Line| Header::new(line, maps);
    let (source, header, lines) = read_list(bytes, maps, read)?;
    let file = PupilFile { source, header, lines };
    file.check_order_of_dates()?;
    Ok(file)
}

/// Finds the header of a list and has it read; gives it with how the file was read and its rows.
pub(crate) fn read_list(
    bytes: &[u8],
    maps: &[ColumnMap],
    read: impl Fn(&Line) -> Result<Header, ExchangeError>,
) -> Result<(Source, Header, Vec<Line>), ExchangeError> {
    let decoded = decode(bytes)?;
    let (hint, text) = without_hint(&decoded.text);
    let (separator, at) = find_header(text, hint, maps)?;
    let mut lines = all_lines(text, separator)?;
    let mut rows = lines.split_off(at.min(lines.len())).into_iter();
    let header = read(&rows.next().ok_or(ExchangeError::Empty)?)?;
    // Printed lists give their header again on every page.
    let lines: Vec<Line> = rows.filter(|line| line.cells != header.columns).collect();
    if lines.is_empty() {
        return Err(ExchangeError::NoRows { header_line: header.line });
    }
    if lines.len() > MAX_FILE_ROWS {
        return Err(ExchangeError::TooManyRows { max: MAX_FILE_ROWS });
    }
    let source = Source {
        system: header.system,
        encoding: decoded.encoding,
        separator: separator.name(),
        header_line: header.line,
    };
    Ok((source, header, lines))
}

/// The separator under which some row among the first names the most fields, and that row.
fn find_header(
    text: &str,
    hint: Option<Separator>,
    maps: &[ColumnMap],
) -> Result<(Separator, usize), ExchangeError> {
    let mut looked = 0;
    let mut best: Option<(usize, Separator, usize)> = None;
    let tried = Separator::ALL.into_iter().filter(|one| hint.is_none_or(|hint| hint == *one));
    for separator in tried {
        let lines = first_lines(text, separator);
        looked = looked.max(lines.last().map_or(0, |line| line.number));
        if let Some((score, at)) = best_row(&lines, maps)
            && best.is_none_or(|(other, ..)| score > other)
        {
            best = Some((score, separator, at));
        }
    }
    let found = best.map(|(_, separator, at)| (separator, at));
    found.ok_or(ExchangeError::NoHeader { looked })
}

impl PupilFile {
    /// How the file was read.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// How many rows there are under the header.
    pub const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no row; a file without any is refused when it is read.
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Which column says which field.
    pub fn columns(&self) -> Vec<MappedColumn> {
        let columns = self.header.fields.iter();
        let mapped = columns.map(|(field, column)| MappedColumn {
            field: field.name(),
            column: self.header.name(*column).to_owned(),
        });
        mapped.collect()
    }

    /// A column whose dates all have the month first would be half misread: where day and month
    /// are both 12 or less nobody can tell.
    fn check_order_of_dates(&self) -> Result<(), ExchangeError> {
        match self.header.fields.get(&PupilField::DateOfBirth) {
            Some(column) => check_order(&self.header, &self.lines, *column),
            None => Ok(()),
        }
    }
}

/// Refuses a column whose dates all have the month first.
pub(crate) fn check_order(
    header: &Header,
    lines: &[Line],
    column: usize,
) -> Result<(), ExchangeError> {
    let orders = || lines.iter().map(|line| (line, order(line.cell(column))));
    let month_first = orders().find(|(_, order)| *order == Some(First::Month));
    let some_day_first = orders().any(|(_, order)| order == Some(First::Day));
    match month_first {
        Some((line, _)) if !some_day_first => Err(ExchangeError::MonthFirst {
            column: header.name(column).to_owned(),
            line: line.number,
            value: clipped(line.cell(column)),
        }),
        _ => Ok(()),
    }
}

impl fmt::Debug for PupilFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PupilFile({} rows, {:?})", self.len(), self.source)
    }
}

#[cfg(test)]
mod tests;
