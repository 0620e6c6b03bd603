//! Small things that views are made of: cards, chips, avatars, empty states.

use eframe::egui::{
    Align, Color32, Frame, Label, Layout, Margin, Response, RichText, Role, ScrollArea, Sense,
    Stroke, Ui, Vec2, WidgetInfo,
};

use super::icon::{Icon, square};
use super::{buttons, paint};
use crate::format::initials;
use crate::theme::{CARD_RADIUS, GUTTER, Rank, Tone, Weight, text, tokens_of};

/// A page that scrolls: one column, no wider than the eye can follow, with air on both sides.
pub fn page(ui: &mut Ui, widest: f32, add: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let room = ui.available_width();
        let gutter = if room < NARROW { GUTTER / 2.0 } else { GUTTER };
        let width = (room - 2.0 * gutter).min(widest);
        ui.horizontal_top(|ui| {
            ui.add_space((room - width) / 2.0);
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.add_space(26.0);
                add(ui);
                ui.add_space(40.0);
            });
        });
    });
}

/// A narrower part of the window goes without what is only pleasant.
pub const NARROW: f32 = 560.0;

/// The frame of a card.
pub fn card(ui: &Ui) -> Frame {
    let tokens = tokens_of(ui);
    Frame::new()
        .fill(tokens.raised)
        .stroke(Stroke::new(1.0, tokens.line))
        .corner_radius(CARD_RADIUS)
        .inner_margin(Margin::same(18))
}

/// The ground of words of one tone.
pub fn wash(tone: Tone) -> Frame {
    Frame::new().fill(tone.wash).corner_radius(10).inner_margin(Margin::symmetric(14, 10))
}

/// A pill of words.
pub fn chip(ui: &mut Ui, words: &str, tone: Tone) -> Response {
    let galley = ui.painter().layout_no_wrap(words.to_owned(), Rank::Label.font(), tone.ink);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(galley.size().x + 16.0, 22.0), Sense::hover());
    ui.painter().rect_filled(rect, 11.0, tone.wash);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, tone.ink);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    response
}

/// The dots of a severity, with its number for those who cannot see them.
pub fn severity(ui: &mut Ui, level: u8) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(paint::SEVERITY_WIDTH, 18.0), Sense::hover());
    let place = rect.left_center();
    paint::severity(ui.painter(), place, level, tokens);
    let words = format!("Severity {level} of 5");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    response.on_hover_text(words)
}

/// Words on one line, cut with `…` where there is no room.
pub fn one_line(ui: &mut Ui, words: &str, rank: Rank, color: Color32) -> Response {
    let text = RichText::new(words).font(rank.font()).color(color);
    ui.add(Label::new(text).truncate())
}

/// The first letters of a name in a circle.
pub fn avatar(ui: &mut Ui, name: &str, size: f32) {
    let tokens = tokens_of(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    ui.painter().circle_filled(rect.center(), size / 2.0, tokens.accent_wash);
    let font = Weight::SemiBold.font(size * 0.36);
    let galley = ui.painter().layout_no_wrap(initials(name), font, tokens.accent);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, tokens.accent);
}

/// The mark of the house: a sheaf, three stalks bound.
pub fn sheaf(ui: &mut Ui, size: f32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    let tokens = tokens_of(ui);
    let painter = ui.painter();
    let scale = size / 32.0;
    painter.rect_filled(rect, 9.0 * scale, tokens.accent);
    let stroke = Stroke::new(2.0 * scale, tokens.on_accent);
    let at = |x: f32, y: f32| rect.min + Vec2::new(x, y) * scale;
    for (top, bottom) in [(9.0, 12.0), (16.0, 16.0), (23.0, 20.0)] {
        painter.line(
            vec![at(top, 8.0), at(16.0 + (bottom - 16.0) * 0.35, 18.0), at(bottom, 24.5)],
            stroke,
        );
    }
    painter.line_segment([at(11.5, 18.0), at(20.5, 18.0)], stroke);
}

/// Why a view has nothing to show.
#[derive(Clone, Copy, Debug)]
pub struct Empty<'a> {
    /// What would be here.
    pub icon: Icon,
    /// What is the case, in a few words.
    pub title: &'a str,
    /// Why, and what to do.
    pub why: &'a str,
    /// The button that changes it.
    pub button: Option<&'a str>,
}

impl Empty<'_> {
    /// There is no metric at all.
    pub const fn no_metric() -> Self {
        Self {
            icon: Icon::Chart,
            title: "No metric is installed",
            why: "Metrics are folders with a script; `sheaf metric new` makes one to begin with",
            button: None,
        }
    }

    /// Draws it in the middle; true if its button was pressed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let tokens = tokens_of(ui);
        let mut pressed = false;
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add_space(56.0);
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(56.0), Sense::hover());
            ui.painter().circle_filled(rect.center(), 28.0, tokens.none.wash);
            let place = square(rect.center().x, rect.center().y, 22.0);
            self.icon.paint(ui.painter(), place, tokens.faint);
            ui.add_space(10.0);
            ui.label(text::title(ui, self.title));
            ui.set_max_width(420.0);
            ui.label(text::soft(ui, self.why));
            if let Some(words) = self.button {
                ui.add_space(10.0);
                pressed = buttons::plain(ui, words).clicked();
            }
            ui.add_space(40.0);
        });
        pressed
    }
}

/// A line that waits for its first answer.
pub fn waiting(ui: &mut Ui, words: &str) {
    ui.add_space(48.0);
    ui.vertical_centered(|ui| ui.label(text::small(ui, words)));
}

/// The heading of a section with how many lines it has.
pub fn counted(ui: &mut Ui, words: &str, count: usize) {
    let tokens = tokens_of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        section(ui, words);
        chip(ui, &count.to_string(), tokens.none);
    });
}

/// The heading of a section, small and spaced.
pub fn section(ui: &mut Ui, words: &str) {
    let color = tokens_of(ui).faint;
    ui.label(RichText::new(words).font(Rank::Label.font()).color(color));
}
