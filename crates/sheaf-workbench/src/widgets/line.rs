//! One line of what needs somebody: a sign to tick off, what it is about, by when.

use eframe::egui::{Id, Key, Modifiers, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use super::icon::{Icon, square};
use super::keys;
use super::paint::{self, Run};
use super::walk::Walk;
use crate::theme::{RADIUS, Rank, Tone, tokens_of};

const HEIGHT: f32 = 54.0;

/// One line.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// What tells it from others.
    pub id: Id,
    /// What kind of thing it is.
    pub icon: Icon,
    /// What ticking it off is called; none if it cannot be.
    pub ticks: Option<&'a str>,
    /// What it is about.
    pub head: &'a str,
    /// More of it.
    pub below: &'a str,
    /// By when, or what kind.
    pub pill: &'a str,
    /// The tone of that.
    pub tone: Tone,
    /// Whether it is open in the side panel.
    pub is_open: bool,
}

/// What was done with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is to be opened.
    Opened,
    /// It is ticked off.
    Ticked,
}

impl Line<'_> {
    /// Draws it. Enter or a click opens; Space or a click on the sign ticks off.
    pub fn show(self, ui: &mut Ui, walk: &mut Walk) -> Option<Done> {
        let size = Vec2::new(ui.available_width(), HEIGHT);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let is_here = ui.memory(|memory| memory.has_focus(self.id));
        let ticked = is_here && self.ticks.is_some() && keys::take(ui, Modifiers::NONE, Key::Space);
        let response = ui.interact(rect, self.id, Sense::click());
        let spoken = self.spoken();
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
        walk.note(ui, &response);
        self.ground(ui, rect, &response);
        let tick = self.sign(ui, rect);
        self.words(ui, rect);
        paint::focus_ring(ui, &response, RADIUS);
        if ticked || tick.is_some_and(|tick| tick.clicked()) {
            return Some(Done::Ticked);
        }
        response.clicked().then_some(Done::Opened)
    }

    fn spoken(&self) -> String {
        let mut words = vec![self.head, self.below, self.pill];
        words.retain(|word| !word.is_empty());
        words.join("; ")
    }

    fn ground(&self, ui: &Ui, rect: Rect, response: &Response) {
        let tokens = tokens_of(ui);
        let fill = match (self.is_open, response.hovered()) {
            (true, _) => tokens.accent_wash,
            (_, true) => tokens.hover,
            _ => return,
        };
        ui.painter().rect_filled(rect, f32::from(RADIUS), fill);
    }

    /// The sign at the left; a circle to tick where the line can be ticked off.
    fn sign(&self, ui: &Ui, rect: Rect) -> Option<Response> {
        let tokens = tokens_of(ui);
        let center = rect.left_center() + Vec2::new(27.0, 0.0);
        let Some(ticks) = self.ticks else {
            ui.painter().circle_filled(center, 15.0, tokens.none.wash);
            self.icon.paint(ui.painter(), square(center.x, center.y, 15.0), tokens.soft);
            return None;
        };
        let place = square(center.x, center.y, 30.0);
        let tick = ui.interact(place, self.id.with("tick"), Sense::click());
        tick.widget_info(|| WidgetInfo::labeled(Role::Button, true, ticks));
        let is_near = tick.hovered() || tick.has_focus();
        let line = if is_near { tokens.accent } else { tokens.line_strong };
        let stroke = eframe::egui::Stroke::new(1.5, line);
        if is_near {
            ui.painter().circle_filled(center, 11.0, tokens.accent_wash);
            Icon::Check.paint(ui.painter(), square(center.x, center.y, 12.0), tokens.accent);
        }
        ui.painter().circle_stroke(center, 11.0, stroke);
        Some(tick.on_hover_text(ticks))
    }

    fn words(&self, ui: &Ui, rect: Rect) {
        let tokens = tokens_of(ui);
        let painter = ui.painter();
        let mut right = rect.right() - 12.0;
        if !self.pill.is_empty() {
            let at = eframe::egui::pos2(right, rect.center().y);
            right = paint::pill_before(painter, at, self.pill, self.tone) - 12.0;
        }
        let left = rect.left() + 54.0;
        let head = Run::new(self.head, Rank::Strong, tokens.text);
        let (up, down) = if self.below.is_empty() { (0.0, 0.0) } else { (-10.0, 10.0) };
        let head = paint::line(painter, [head], right - left);
        paint::line_at(painter, left, rect.center().y + up, head);
        let below = Run::new(self.below, Rank::Small, tokens.soft);
        let below = paint::line(painter, [below], right - left);
        paint::line_at(painter, left, rect.center().y + down, below);
    }
}
