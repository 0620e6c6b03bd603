//! The parts of the window, between which F6 goes; each is named for those who hear it.

use eframe::egui::{Context, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo};

use crate::theme::tokens_of;

/// The parts that were drawn in a frame, in the order in which F6 goes through them.
#[derive(Clone, Debug, Default)]
pub struct Panes(Vec<(Id, Rect)>);

/// Which way F6 goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the next part.
    On,
    /// To the part before.
    Back,
}

impl Panes {
    /// Marks the part of the window that a `Ui` fills; Tab goes on to what is in it.
    pub fn mark(&mut self, ui: &Ui, name: &str) {
        let (id, rect) = (Id::unique(("pane", name)), ui.max_rect());
        let response = ui.interact(rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| WidgetInfo::labeled(Role::Region, true, name));
        if response.has_focus() {
            let stroke = Stroke::new(2.0, tokens_of(ui).accent);
            ui.painter().rect_stroke(rect.shrink(2.0), 6.0, stroke, StrokeKind::Inside);
        }
        self.0.push((id, rect));
    }

    /// The part that has the keys.
    fn here(&self, ctx: &Context) -> Option<usize> {
        let focused = ctx.memory(|memory| memory.focused())?;
        if let Some(place) = self.0.iter().position(|(id, _)| *id == focused) {
            return Some(place);
        }
        let at = ctx.read_response(focused)?.rect.center();
        self.0.iter().position(|(_, rect)| rect.contains(at))
    }

    /// Gives the keys to another part.
    pub fn go(&self, ctx: &Context, way: Way) {
        let count = self.0.len();
        let next = match (self.here(ctx), way) {
            (None, Way::On) => 0,
            (None, Way::Back) => count.saturating_sub(1),
            (Some(place), Way::On) => (place + 1) % count.max(1),
            (Some(place), Way::Back) => (place + count.saturating_sub(1)) % count.max(1),
        };
        if let Some((id, _)) = self.0.get(next) {
            ctx.memory_mut(|memory| memory.request_focus(*id));
        }
    }
}
