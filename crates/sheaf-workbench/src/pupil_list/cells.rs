//! How a row of the list stands in the table, and how it is said.

use eframe::egui::{Painter, Rect, pos2};
use sheaf_school::desk::{ListRow, RowState};

use crate::theme::{Rank, Tokens, Tone};
use crate::widgets::grid::{Column, Rows, Sorted};
use crate::widgets::paint::{self, Run};

/// The columns: line, what it does, pupil, and what changes or is wrong.
pub const COLUMNS: [Column<'static>; 4] = [
    column("Line", 58.0, 0.0, 1),
    column("What it does", 112.0, 0.0, 0),
    column("Pupil", 150.0, 1.0, 0),
    column("What changes, or why not", 180.0, 4.0, 0),
];

const fn column(title: &'static str, least: f32, grow: f32, goes: u8) -> Column<'static> {
    Column { title, least, grow, goes, sorted: Sorted::Never }
}

/// What a row does, in a word.
pub const fn words(state: RowState) -> &'static str {
    match state {
        RowState::New => "New",
        RowState::Changed => "Changed",
        RowState::Same => "As it is",
        RowState::Repeated => "Repeated",
        RowState::Refused => "Refused",
    }
}

/// The tone of what a row does.
pub const fn tone(tokens: &Tokens, state: RowState) -> Tone {
    match state {
        RowState::New => tokens.good,
        RowState::Changed => tokens.info,
        RowState::Same | RowState::Repeated => tokens.none,
        RowState::Refused => tokens.act,
    }
}

/// The rows in sight, to be drawn.
pub struct Cells<'a> {
    /// The rows.
    pub rows: &'a [&'a ListRow],
    /// The colours.
    pub tokens: &'a Tokens,
}

impl Rows for Cells<'_> {
    fn cell(&self, painter: &Painter, rect: Rect, row: usize, column: usize) {
        let Some(row) = self.rows.get(row) else { return };
        let tokens = self.tokens;
        let (words, rank, color) = match column {
            0 => (row.line.to_string(), Rank::Small, tokens.faint),
            1 => {
                let words = words(row.state);
                let font = Rank::Label.font();
                let width = painter.layout_no_wrap(words.to_owned(), font, tokens.text).size().x;
                let right = pos2(rect.left() + width + 16.0, rect.center().y);
                paint::pill_before(painter, right, words, tone(tokens, row.state));
                return;
            }
            2 => (row.pupil.clone(), Rank::Strong, tokens.text),
            _ => (row.says.clone(), Rank::Body, tokens.soft),
        };
        let galley = paint::line(painter, [Run::new(words, rank, color)], rect.width());
        paint::line_at(painter, rect.left(), rect.center().y, galley);
    }

    fn spoken(&self, row: usize) -> String {
        let Some(row) = self.rows.get(row) else { return String::new() };
        let line = format!("Line {}", row.line);
        let mut parts = vec![line.as_str(), words(row.state), &row.pupil, &row.says];
        parts.retain(|part| !part.is_empty());
        parts.join("; ")
    }
}
