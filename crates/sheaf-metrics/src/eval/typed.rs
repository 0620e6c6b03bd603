//! Which column is one of numbers.

use super::rows::Cell;
use crate::api::columns::of_texts;
use crate::column::Column;

/// What the cells of a column come to so far.
#[derive(Default)]
pub struct Typed {
    cells: Vec<Cell>,
    /// The line and the place among the cells of the first that is no number.
    odd: Option<(usize, usize)>,
    /// Whether a cell holds a word: `R` among the years 1 to 6.
    has_words: bool,
    filled: usize,
    /// Numbers without quotes.
    bare: usize,
}

/// A cell that is no number in a column of numbers.
pub struct Odd {
    pub line: usize,
    pub text: String,
    pub numbers: usize,
    pub filled: usize,
}

impl Typed {
    /// One more cell.
    pub fn push(&mut self, line: usize, cell: Cell) {
        if !is_missing(&cell.text) {
            self.filled += 1;
            match number(&cell.text) {
                Some(_) => self.bare += usize::from(!cell.is_quoted),
                None if is_meant_as_number(&cell.text) => {
                    self.odd.get_or_insert((line, self.cells.len()));
                }
                None => self.has_words = true,
            }
        }
        self.cells.push(cell);
    }

    /// The column, or the cell that spoils it.
    pub fn column(self) -> Result<Column, Odd> {
        let (filled, numbers) = (self.filled, self.bare);
        if let Some((line, at)) = self.odd.filter(|_| !self.has_words && 2 * numbers > filled) {
            let text = self.cells.into_iter().nth(at).unwrap_or_default().text;
            return Err(Odd { line, text, numbers, filled });
        }
        if self.has_words || self.odd.is_some() || filled == 0 {
            let text = |cell: Cell| match is_missing(&cell.text) {
                true => String::new(),
                false => cell.text,
            };
            return Ok(of_texts(self.cells.into_iter().map(text)));
        }
        let number = |cell: &Cell| number(&cell.text).unwrap_or(f64::NAN);
        Ok(Column::numbers(self.cells.iter().map(number).collect::<Vec<f64>>()))
    }
}

fn is_missing(text: &str) -> bool {
    matches!(text.trim(), "" | "NA")
}

/// Whether what is no number was to be one: it has a digit, or is a word that some programs write
/// for one, such as `inf`.
fn is_meant_as_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) || text.trim().parse::<f64>().is_ok()
}

/// A number in digits: words that stand for one, such as `inf` and `nan`, are none.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_digits =
        text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.filter(|_| is_digits)
}
