//! A table of words and numbers: only the rows in sight are drawn, each row is read as a whole.

use eframe::egui::{
    Align2, Rect, Role, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use super::paint::{self, Run};
use crate::theme::{Rank, Tokens, tokens_of};

const ROW: f32 = 30.0;

/// What a table shows.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// Its name, for those who hear it and to keep its place.
    pub name: &'a str,
    /// The heads of its columns.
    pub columns: &'a [String],
    /// Its cells, row by row.
    pub rows: &'a [Vec<String>],
}

impl Table<'_> {
    /// Draws it, at most so high.
    pub fn show(self, ui: &mut Ui, most_height: f32) {
        let places = self.places(ui.available_width());
        let heads: Vec<String> = self.columns.to_vec();
        ui.spacing_mut().item_spacing.y = 0.0;
        self.line(ui, &heads, &places, Rank::Label);
        ScrollArea::vertical()
            .id_salt(self.name)
            .max_height(most_height)
            // Also low in a page that scrolls, where little room seems left.
            .min_scrolled_height(most_height)
            .auto_shrink([false, true])
            .show_rows(ui, ROW, self.rows.len(), |ui, range| {
                for row in self.rows.get(range).unwrap_or_default() {
                    self.line(ui, row, &places, Rank::Body);
                }
            });
    }

    /// Where each column begins and ends; the first has twice the room.
    fn places(self, width: f32) -> Vec<(f32, f32)> {
        let count = self.columns.len().max(1) as f32;
        let part = width / (count + 1.0);
        let mut left = 0.0;
        let room = |place: usize| if place == 0 { part * 2.0 } else { part };
        (0..self.columns.len())
            .map(|place| {
                let begin = left;
                left += room(place);
                (begin, left)
            })
            .collect()
    }

    fn line(self, ui: &mut Ui, cells: &[String], places: &[(f32, f32)], rank: Rank) {
        let tokens = tokens_of(ui);
        let size = Vec2::new(ui.available_width(), ROW);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, self.spoken(cells)));
        if !ui.is_rect_visible(rect) {
            return;
        }
        for ((column, cell), place) in cells.iter().enumerate().zip(places) {
            self.cell(ui, rect, (column, cell), *place, rank);
        }
        let stroke = Stroke::new(1.0, tokens.line);
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, stroke);
    }

    fn cell(self, ui: &Ui, row: Rect, cell: (usize, &str), place: (f32, f32), rank: Rank) {
        let (column, words) = cell;
        let color = ink(tokens_of(ui), rank);
        let room = place.1 - place.0 - 16.0;
        let galley = paint::line(ui.painter(), [Run::new(words, rank, color)], room);
        let left = row.left() + place.0 + 4.0;
        let cell = Rect::from_min_size(pos2(left, row.top()), vec2(room, ROW));
        let align = if self.is_number(column) { Align2::RIGHT_CENTER } else { Align2::LEFT_CENTER };
        let at = align.align_size_within_rect(galley.size(), cell).min;
        ui.painter().galley(at, galley, color);
    }

    /// Columns whose first value is a number stand flush right.
    fn is_number(self, column: usize) -> bool {
        let first = self.rows.first().and_then(|row| row.get(column));
        column > 0
            && first.is_some_and(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
    }

    fn spoken(self, cells: &[String]) -> String {
        let named = self.columns.iter().zip(cells);
        let named: Vec<String> = named
            .map(|(head, cell)| if head == cell { head.clone() } else { format!("{head} {cell}") })
            .collect();
        named.join("; ")
    }
}

const fn ink(tokens: &Tokens, rank: Rank) -> eframe::egui::Color32 {
    match rank {
        Rank::Label => tokens.faint,
        _ => tokens.text,
    }
}
