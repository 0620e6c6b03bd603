//! A table as CSV that a spreadsheet cannot be tricked by.

use csv::{QuoteStyle, WriterBuilder};

/// One cell of a table.
#[derive(Clone, PartialEq, Debug)]
pub enum TableCell {
    /// Nothing was recorded.
    Empty,
    /// A number, a date, an id, yes or no: written as it is.
    Plain(String),
    /// Words that somebody has typed or chosen.
    Text(String),
}

/// A table as CSV: a header line, UTF-8, lines that end in CR and LF (RFC 4180).
///
/// A text that a spreadsheet would take for a formula, because it begins with `=`, `+`, `-`, `@`, a
/// tab or a line break, gets an apostrophe before it.
pub fn table_csv<'a>(
    columns: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item = Vec<TableCell>>,
) -> Vec<u8> {
    let mut csv = Vec::new();
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(&mut csv);
    // Writing into memory cannot fail, and rows of any length are allowed.
    writer.write_record(columns).ok();
    for row in rows {
        writer.write_record(row.iter().map(text_of)).ok();
    }
    writer.flush().ok();
    drop(writer);
    csv
}

fn text_of(cell: &TableCell) -> String {
    match cell {
        TableCell::Empty => String::new(),
        TableCell::Plain(text) => text.clone(),
        TableCell::Text(text) if is_formula(text) => format!("'{text}"),
        TableCell::Text(text) => text.clone(),
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: TableCell, expected: &str) {
        let csv = table_csv(["a", "b"], [vec![cell, TableCell::Empty]]);
        assert_eq!(String::from_utf8(csv).unwrap(), format!("a,b\r\n{expected},\r\n"));
    }

    #[test]
    fn cells_are_quoted_where_they_need_it() {
        check(TableCell::Text("9A".into()), "9A");
        check(TableCell::Text("a,b".into()), "\"a,b\"");
        check(TableCell::Text("say \"no\"".into()), "\"say \"\"no\"\"\"");
        check(TableCell::Text("two\nlines".into()), "\"two\nlines\"");
        check(TableCell::Plain("-5".into()), "-5");
    }

    #[test]
    fn no_text_becomes_a_formula() {
        for text in ["=1+1", "+44", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"] {
            let csv = table_csv(["a"], [vec![TableCell::Text(text.into())]]);
            let csv = String::from_utf8(csv).unwrap();
            let cell = csv.trim_end().split_once("\r\n").unwrap().1.trim_start_matches('"');
            assert!(cell.starts_with('\''), "{csv}");
        }
    }
}
