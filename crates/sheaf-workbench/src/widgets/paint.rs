//! Painting that several widgets share.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat, TextWrapping};
use eframe::egui::{
    Color32, FontId, Galley, Painter, Pos2, Rect, Response, Stroke, StrokeKind, Ui, Vec2, pos2,
};

use crate::theme::{Rank, Tokens, Tone, tokens_of};

/// The ring around what has the focus.
pub fn focus_ring(ui: &Ui, response: &Response, radius: u8) {
    if response.has_focus() {
        let stroke = Stroke::new(2.0, tokens_of(ui).accent);
        let rect = response.rect.expand(2.0);
        ui.painter().rect_stroke(rect, f32::from(radius) + 2.0, stroke, StrokeKind::Inside);
    }
}

/// One run of words on a line.
#[derive(Clone, Debug)]
pub struct Run {
    text: String,
    font: FontId,
    color: Color32,
}

impl Run {
    /// Words of one rank and colour.
    pub fn new(text: impl Into<String>, rank: Rank, color: Color32) -> Self {
        Self { text: text.into(), font: rank.font(), color }
    }
}

/// Words on one line, cut with `…` where there is no room.
pub fn line(painter: &Painter, runs: impl IntoIterator<Item = Run>, width: f32) -> Arc<Galley> {
    let wrap = TextWrapping { max_rows: 1, break_anywhere: true, ..Default::default() };
    laid(painter, runs, TextWrapping { max_width: width.max(0.0), ..wrap })
}

/// Words on at most so many lines, cut with `…` where there is no room.
pub fn lines(
    painter: &Painter,
    runs: impl IntoIterator<Item = Run>,
    width: f32,
    most: usize,
) -> Arc<Galley> {
    let wrap = TextWrapping { max_rows: most, ..Default::default() };
    laid(painter, runs, TextWrapping { max_width: width.max(0.0), ..wrap })
}

fn laid(painter: &Painter, runs: impl IntoIterator<Item = Run>, wrap: TextWrapping) -> Arc<Galley> {
    let mut job = LayoutJob { wrap, break_on_newline: false, ..Default::default() };
    for run in runs {
        let format = TextFormat { font_id: run.font, color: run.color, ..Default::default() };
        job.append(&run.text, 0.0, format);
    }
    painter.layout_job(job)
}

/// Paints a line with its middle at a height.
pub fn line_at(painter: &Painter, left: f32, middle: f32, galley: Arc<Galley>) {
    let top = middle - galley.size().y / 2.0;
    painter.galley(pos2(left, top), galley, Color32::PLACEHOLDER);
}

/// Paints a pill of words that ends at a point; gives where it begins.
pub fn pill_before(painter: &Painter, right: Pos2, words: &str, tone: Tone) -> f32 {
    let galley = painter.layout_no_wrap(words.to_owned(), Rank::Label.font(), tone.ink);
    let size = Vec2::new(galley.size().x + 16.0, 21.0);
    let rect = Rect::from_min_size(pos2(right.x - size.x, right.y - size.y / 2.0), size);
    painter.rect_filled(rect, 10.5, tone.wash);
    painter.galley(rect.center() - galley.size() / 2.0, galley, tone.ink);
    rect.left()
}

/// How wide the dots of a severity are.
pub const SEVERITY_WIDTH: f32 = 44.0;

/// Paints a severity as dots, as many filled as it is strong, so that it reads without colour.
pub fn severity(painter: &Painter, left_middle: Pos2, level: u8, tokens: &Tokens) {
    let (color, _) = tokens.of_severity(level);
    let off = tokens.line_strong;
    for dot in 0..5_u8 {
        let center = left_middle + Vec2::new(4.0 + 9.0 * f32::from(dot), 0.0);
        if dot < level {
            painter.circle_filled(center, 3.1, color);
        } else {
            painter.circle_stroke(center, 2.6, Stroke::new(1.0, off));
        }
    }
}
