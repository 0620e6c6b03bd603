//! From text to rows of cells, each with the line on which the file shows it.

use csv::{ReaderBuilder, StringRecord};

use crate::error::ExchangeError;
use crate::limits::{MAX_FILE_COLUMNS, MAX_FILE_ROWS, MAX_TITLE_ROWS};

/// What stands between cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    pub(crate) const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// One row that is not blank.
pub(crate) struct Line {
    /// The line of the file on which it begins, from 1.
    pub number: usize,
    /// Its cells without blanks around them; those after the last that says something are gone.
    pub cells: Vec<String>,
}

impl Line {
    pub(crate) fn cell(&self, index: usize) -> &str {
        self.cells.get(index).map(String::as_str).unwrap_or_default()
    }
}

/// The first rows of a text, enough to find the header in.
pub(crate) fn first_lines(text: &str, separator: Separator) -> Vec<Line> {
    let mut lines = Lines::new(text, separator);
    std::iter::from_fn(|| lines.next_line().ok().flatten()).take(MAX_TITLE_ROWS).collect()
}

/// Every row of a text.
///
/// # Errors
/// There are too many rows or cells, or a quotation mark is never closed.
pub(crate) fn all_lines(text: &str, separator: Separator) -> Result<Vec<Line>, ExchangeError> {
    let mut lines = Lines::new(text, separator);
    let mut all = Vec::new();
    while let Some(line) = lines.next_line()? {
        if all.len() > MAX_FILE_ROWS + MAX_TITLE_ROWS {
            return Err(ExchangeError::TooManyRows { max: MAX_FILE_ROWS });
        }
        all.push(line);
    }
    Ok(all)
}

/// Excel's own first line, `sep=;`, which says the separator and is no row.
pub(crate) fn without_hint(text: &str) -> (Option<Separator>, &str) {
    let hint = Separator::ALL.into_iter().find_map(|separator| {
        let hint = format!("sep={}", char::from(separator.byte()));
        let rest = text.strip_prefix(&hint)?;
        rest.starts_with(['\r', '\n']).then_some((separator, rest))
    });
    match hint {
        Some((separator, rest)) => (Some(separator), rest),
        None => (None, text),
    }
}

struct Lines<'a> {
    text: &'a str,
    reader: csv::Reader<&'a [u8]>,
    record: StringRecord,
    /// Where in the text lines have been counted up to, and the line there.
    counted: (usize, usize),
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, separator: Separator) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator.byte())
            .from_reader(text.as_bytes());
        Self { text, reader, record: StringRecord::new(), counted: (0, 1) }
    }

    fn next_line(&mut self) -> Result<Option<Line>, ExchangeError> {
        // Reading from memory what is UTF-8 already cannot fail: an error is the end.
        while self.reader.read_record(&mut self.record).unwrap_or(false) {
            let start = self.record.position().map_or(0, csv::Position::byte);
            let start = self.skip_blank(usize::try_from(start).unwrap_or(usize::MAX));
            let number = self.line_at(start);
            let end = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
            self.check_quotes(start, end, number)?;
            let cells = self.cells(number)?;
            if !cells.is_empty() {
                return Ok(Some(Line { number, cells }));
            }
        }
        Ok(None)
    }

    fn cells(&self, line: usize) -> Result<Vec<String>, ExchangeError> {
        let mut cells: Vec<String> =
            self.record.iter().take(MAX_FILE_COLUMNS + 1).map(tidy).collect();
        while cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() > MAX_FILE_COLUMNS {
            let cells = self.record.len();
            return Err(ExchangeError::TooManyColumns { line, cells, max: MAX_FILE_COLUMNS });
        }
        Ok(cells)
    }

    /// A row begins where the last ended, blank lines included: where its first letter is.
    fn skip_blank(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let blank = rest.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        start + blank
    }

    /// The line of a place, counted on from the last one that was asked for.
    fn line_at(&mut self, place: usize) -> usize {
        let (from, line) = self.counted;
        let passed = self.text.as_bytes().get(from..place).unwrap_or_default();
        let breaks = (0..passed.len()).filter(|at| ends_line(passed, *at)).count();
        self.counted = (place.max(from), line + breaks);
        self.counted.1
    }

    /// A row that runs to the end of the text over several lines, with an odd number of quotation
    /// marks, has swallowed the rows after it.
    fn check_quotes(&self, start: usize, end: usize, line: usize) -> Result<(), ExchangeError> {
        if end < self.text.len() {
            return Ok(());
        }
        let row = self.text.as_bytes().get(start..).unwrap_or_default();
        let quotes = row.iter().filter(|byte| **byte == b'"').count();
        let several = row.trim_ascii_end().contains(&b'\n');
        if several && quotes % 2 == 1 { Err(ExchangeError::OpenQuote { line }) } else { Ok(()) }
    }
}

/// Whether a line ends at this byte: a line feed, or a carriage return without one after it.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// A cell without blanks around it: no-break spaces and stray marks from spreadsheets are blanks.
fn tidy(cell: &str) -> String {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}')).into()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(text: &str, separator: Separator, expected: Expect) {
        let told = match all_lines(text, separator) {
            Ok(lines) => lines
                .iter()
                .map(|line| format!("{}: {}\n", line.number, line.cells.join("|")))
                .collect(),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&told);
    }

    #[test]
    fn lines_are_numbered_as_the_file_shows_them() {
        check(
            "a,b\n\n\nc,d\n , \ne,\"f\ng\"\nh,i",
            Separator::Comma,
            expect![[r#"
                1: a|b
                4: c|d
                6: e|f
                g
                8: h|i
            "#]],
        );
        check(
            "\r\n\r\na\r\nb\r\n",
            Separator::Comma,
            expect![[r#"
            3: a
            4: b
        "#]],
        );
        check(
            "a\rb\r\rc",
            Separator::Comma,
            expect![[r#"
            1: a
            2: b
            4: c
        "#]],
        );
    }

    #[test]
    fn cells_are_tidied_and_trailing_ones_dropped() {
        check(
            "\u{a0}a , \"b;c\" ;,,",
            Separator::Comma,
            expect![[r#"
            1: a|"b;c" ;
        "#]],
        );
        check(
            "a;\"b \"\"x\"\"\";\t;;",
            Separator::Semicolon,
            expect![[r#"
            1: a|b "x"
        "#]],
        );
    }

    #[test]
    fn an_open_quotation_mark_is_named_by_its_line() {
        check(
            "a,b\n\"c,d\ne,f\n",
            Separator::Comma,
            expect!["the quotation mark in line 2 is never closed; close it, or remove it"],
        );
        check(
            "a,5\" pipe\n",
            Separator::Comma,
            expect![[r#"
            1: a|5" pipe
        "#]],
        );
    }

    #[test]
    fn what_is_too_wide_or_too_long_is_refused() {
        let wide = format!("a\n{}b", ",".repeat(MAX_FILE_COLUMNS));
        check(
            &wide,
            Separator::Comma,
            expect!["line 2 has 301 cells; 300 are the most: choose fewer columns"],
        );
        check(
            &format!("a{}", ",".repeat(1000)),
            Separator::Comma,
            expect![[r#"
            1: a
        "#]],
        );
        check(
            &"a\n".repeat(MAX_FILE_ROWS + MAX_TITLE_ROWS + 2),
            Separator::Comma,
            expect!["the file has more than 20000 rows; export it in parts"],
        );
    }

    #[test]
    fn a_hint_of_the_separator_is_no_row() {
        assert_eq!(without_hint("sep=;\r\na;b"), (Some(Separator::Semicolon), "\r\na;b"));
        assert_eq!(without_hint("sep=; and more"), (None, "sep=; and more"));
    }
}
