//! Buttons, and the keys printed beside them.

use eframe::egui::{
    Button, ComboBox, Id, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};

use super::icon::Icon;
use super::paint;
use crate::theme::{RADIUS, Rank, Weight, text, tokens_of};

/// The button that matters most in its view.
pub fn primary(ui: &mut Ui, words: &str) -> Response {
    let tokens = tokens_of(ui);
    let text = RichText::new(words).font(Weight::Medium.font(13.5)).color(tokens.on_accent);
    let button = Button::new(text).fill(tokens.accent).stroke(Stroke::NONE);
    let response = ui.add(button.min_size(Vec2::new(0.0, 32.0)));
    paint::focus_ring(ui, &response, RADIUS);
    response
}

/// The button of what cannot be taken back.
pub fn danger(ui: &mut Ui, words: &str) -> Response {
    let tone = tokens_of(ui).act;
    let text = RichText::new(words).font(Weight::Medium.font(13.5)).color(tone.ink);
    let button = Button::new(text).fill(tone.wash).stroke(Stroke::new(1.0, tone.ink));
    let response = ui.add(button.min_size(Vec2::new(0.0, 32.0)));
    paint::focus_ring(ui, &response, RADIUS);
    response
}

/// A button like any other.
pub fn plain(ui: &mut Ui, words: &str) -> Response {
    ui.add(Button::new(words).min_size(Vec2::new(0.0, 30.0)))
}

/// A button that is words until the pointer or the focus is on it.
pub fn quiet(ui: &mut Ui, words: &str) -> Response {
    let text = quiet_words(ui, words);
    ui.add(Button::new(text).frame_when_inactive(false))
}

/// The words of such a button.
pub fn quiet_words(ui: &Ui, words: &str) -> RichText {
    RichText::new(words).font(Weight::Medium.font(13.0)).color(tokens_of(ui).soft)
}

/// One of several, with the chosen one filled.
pub fn choice(ui: &mut Ui, words: &str, chosen: Chosen) -> Response {
    let tokens = tokens_of(ui);
    let (color, fill) = match chosen {
        Chosen::Yes => (tokens.accent, tokens.accent_wash),
        Chosen::No => (tokens.soft, tokens.ground),
    };
    let text = RichText::new(words).font(Weight::Medium.font(13.0)).color(color);
    let stroke = Stroke::new(1.0, if chosen == Chosen::Yes { tokens.accent } else { tokens.line });
    let button = Button::new(text).fill(fill).stroke(stroke).corner_radius(RADIUS);
    let response = ui.add(button.selected(chosen == Chosen::Yes));
    paint::focus_ring(ui, &response, RADIUS);
    response
}

/// Whether something is the chosen one of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// It is.
    Yes,
    /// It is not.
    No,
}

impl From<bool> for Chosen {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// A square button that shows an icon and is called by its name.
pub fn icon(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(28.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, f32::from(RADIUS), tokens.hover);
    }
    let color = if response.hovered() { tokens.text } else { tokens.soft };
    icon.paint(ui.painter(), super::icon::square(rect.center().x, rect.center().y, 15.0), color);
    paint::focus_ring(ui, &response, RADIUS);
    response.on_hover_text(name)
}

/// A box that opens a list of choices.
pub fn combo(
    name: impl std::hash::Hash + std::fmt::Debug,
    chosen: &str,
    width: f32,
) -> ComboBox<'_> {
    ComboBox::from_id_salt(Id::unique(name)).selected_text(chosen).width(width).icon(
        |ui, rect, _, _| {
            let place = super::icon::square(rect.center().x, rect.center().y, 13.0);
            Icon::Down.paint(ui.painter(), place, tokens_of(ui).soft);
        },
    )
}

/// A key as it is printed on a keyboard.
pub fn keycap(ui: &mut Ui, keys: &str) {
    let tokens = tokens_of(ui);
    let galley = ui.painter().layout_no_wrap(keys.to_owned(), Rank::Label.font(), tokens.faint);
    let size = Vec2::new((galley.size().x + 12.0).max(20.0), 20.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let stroke = Stroke::new(1.0, tokens.line_strong);
    ui.painter().rect_stroke(rect, 5.0, stroke, StrokeKind::Inside);
    let place = rect.center() - galley.size() / 2.0;
    ui.painter().galley(place, galley, tokens.faint);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
}

/// Words and the keys that do the same, on one line.
pub fn hint(ui: &mut Ui, keys: &str, words: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        keycap(ui, keys);
        ui.label(text::small(ui, words));
    });
}
