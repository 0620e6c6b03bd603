//! Tables as an Excel workbook: a number is a number and a date a date there, and no text is a
//! formula.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use crate::error::ExchangeError;

/// The most letters of a sheet's name in Excel.
const MAX_NAME: usize = 31;
/// What such a name cannot hold.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// Excel keeps this one for itself.
const RESERVED: &str = "history";
/// No column is wider, in pixels: longer texts go on in the next line.
const MAX_WIDTH: u32 = 520;

/// One sheet: a heading and rows under it.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// What the tab says; what Excel does not take there is left out, and names are made to differ.
    pub name: String,
    /// The names of the columns.
    pub heading: Vec<String>,
    /// The rows; a short one leaves its last cells empty.
    pub rows: Vec<Vec<SheetCell>>,
}

/// One cell of a sheet.
#[derive(Clone, PartialEq, Debug)]
pub enum SheetCell {
    /// Nothing.
    Empty,
    /// A number; one that is not finite leaves the cell empty.
    Number(f64),
    /// A day; before 1900, which Excel does not have, its words.
    Date(Date),
    /// Words.
    Text(String),
}

/// The bytes of an `.xlsx` file with these sheets, which say that they were made on a day.
///
/// # Errors
/// A sheet has more rows or a text more letters than Excel takes, or it was made before 1900.
pub fn workbook_xlsx(sheets: &[Sheet], made: Date) -> Result<Vec<u8>, ExchangeError> {
    write(sheets, made).map_err(|error| ExchangeError::Workbook(error.to_string()))
}

fn write(sheets: &[Sheet], made: Date) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&day(made)?));
    let mut taken = BTreeSet::new();
    for sheet in sheets {
        let name = name_of(&sheet.name, &mut taken);
        fill(workbook.add_worksheet().set_name(name)?, sheet)?;
    }
    workbook.save_to_buffer()
}

fn fill(to: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let words = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let number = Format::new().set_align(FormatAlign::Top);
    let date = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
    for (column, name) in (0..).zip(&sheet.heading) {
        to.write_string_with_format(0, column, name, &bold)?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                SheetCell::Number(value) if value.is_finite() => {
                    to.write_number_with_format(row, column, *value, &number)?
                }
                SheetCell::Empty | SheetCell::Number(_) => continue,
                SheetCell::Date(at) => match day(*at) {
                    Ok(at) => to.write_datetime_with_format(row, column, at, &date)?,
                    Err(_) => to.write_string_with_format(row, column, at.to_string(), &words)?,
                },
                SheetCell::Text(text) => to.write_string_with_format(row, column, text, &words)?,
            };
        }
    }
    to.set_autofit_max_width(MAX_WIDTH);
    to.autofit();
    to.set_freeze_panes(1, 0)?;
    Ok(())
}

fn day(date: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&date.to_string())
}

/// A name that Excel takes and that no other sheet has, whatever their case.
fn name_of(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let allowed = |letter: &char| !NOT_IN_NAMES.contains(letter) && !letter.is_control();
    let text: String = wanted.chars().filter(allowed).collect();
    let mut name = beginning(&text, MAX_NAME);
    let mut number = 2;
    while name.to_lowercase() == RESERVED || !taken.insert(name.to_lowercase()) {
        let end = format!(" {number}");
        name = beginning(&text, MAX_NAME - end.len()) + &end;
        number += 1;
    }
    name
}

/// As much of a text as has so many UTF-16 units, with no blank and no apostrophe at its ends.
fn beginning(text: &str, most: usize) -> String {
    let is_edge = |letter: char| letter.is_whitespace() || letter == '\'';
    let mut left = most;
    let fits = |letter: &char| {
        let is_room = letter.len_utf16() <= left;
        left = left.saturating_sub(letter.len_utf16());
        is_room
    };
    let cut: String = text.trim_matches(is_edge).chars().take_while(fits).collect();
    let cut = cut.trim_end_matches(is_edge);
    if cut.is_empty() { "Sheet" } else { cut }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_excel_takes_and_differ() {
        let mut taken = BTreeSet::new();
        let mut name = |wanted: &str| name_of(wanted, &mut taken);
        assert_eq!(name("Rate: by week/term"), "Rate by weekterm");
        assert_eq!(name("rate by weekterm"), "rate by weekterm 2");
        assert_eq!(name("[]"), "Sheet");
        assert_eq!(name("'quoted'"), "quoted");
        let long = "Incidents in each half-term and year group";
        assert_eq!(name(long), "Incidents in each half-term and");
        assert_eq!(name(long), "Incidents in each half-term a 2");
        assert_eq!(name("' '"), "Sheet 2");
        assert_eq!(name("History"), "History 2");
        assert_eq!(name("Incidents of those with pupils' rates"), "Incidents of those with pupils");
        assert_eq!(name(&"😀".repeat(20)), "😀".repeat(15), "two units each");
    }

    #[test]
    fn every_title_makes_a_sheet_and_days_before_excel_s_are_words() {
        let day = Date::constant(1850, 2, 3);
        let sheet = |name: &str| Sheet {
            name: name.to_owned(),
            heading: vec!["Day".to_owned()],
            rows: vec![vec![SheetCell::Date(day)], vec![SheetCell::Number(f64::NAN)], vec![]],
        };
        let titles = ["", "' '", "History", "'a'", "a/b", "x".repeat(31).as_str()].map(sheet);
        let made = Date::constant(2026, 7, 17);
        assert!(workbook_xlsx(&titles, made).unwrap().starts_with(b"PK"));
    }

    #[test]
    fn a_text_too_long_for_a_cell_is_refused_by_name() {
        let rows = vec![vec![SheetCell::Text("a".repeat(40_000))]];
        let sheet = Sheet { name: "Long".to_owned(), heading: vec![], rows };
        let refused = workbook_xlsx(&[sheet], Date::constant(2026, 7, 17)).unwrap_err();
        assert!(refused.to_string().contains("32,767"), "{refused}");
    }
}
