//! A few numbers as bars, beside the words that say them.

use eframe::egui::{Painter, Rect, pos2};

use crate::theme::Tokens;

/// How wide a bar is, and how far apart they are.
const BAR: f32 = 7.0;
const GAP: f32 = 4.0;

/// At this number a bar is as high as there is room, unless one is higher still.
const USUAL_MOST: u32 = 3;

/// How wide so many bars are.
pub const fn width(bars: usize) -> f32 {
    bars as f32 * (BAR + GAP) - GAP
}

/// Paints the bars with their feet at the foot of a rectangle; the last is the newest and stands
/// out. Nothing is a short line, so that a week without an event is seen as one.
pub fn paint(painter: &Painter, rect: Rect, numbers: &[u32], tokens: &Tokens) {
    let most = numbers.iter().copied().max().unwrap_or(0).max(USUAL_MOST) as f32;
    for (place, number) in numbers.iter().enumerate() {
        let left = rect.left() + place as f32 * (BAR + GAP);
        let height = if *number == 0 { 2.0 } else { rect.height() * *number as f32 / most };
        let bar = Rect::from_min_max(
            pos2(left, rect.bottom() - height.max(2.0)),
            pos2(left + BAR, rect.bottom()),
        );
        let is_last = place + 1 == numbers.len();
        let color = match (*number, is_last) {
            (0, _) => tokens.line_strong,
            (_, true) => tokens.severity[2],
            (_, false) => tokens.severity[0],
        };
        painter.rect_filled(bar, 1.5, color);
    }
}
