//! Arrow keys walk through the lines of a view, from one section to the next.

use eframe::egui::{EventFilter, FocusDirection, Id, Key, Modifiers, Response, Ui};

use super::keys;

/// The lines of a view in their order, gathered while they are drawn.
#[derive(Debug, Default)]
pub struct Walk {
    lines: Vec<Id>,
}

impl Walk {
    /// One more line. The keys stay in it until they walk on.
    pub fn note(&mut self, ui: &Ui, response: &Response) {
        self.lines.push(response.id);
        if response.has_focus() {
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
    }

    /// The same where other things beside the lines take arrow keys too.
    pub fn follow_within(self, ui: &Ui) {
        let here = ui.memory(|memory| memory.focused());
        if here.is_some_and(|id| self.lines.contains(&id)) {
            self.follow(ui);
        }
    }

    /// Follows the arrow keys, once every line is drawn and while no dialog is open.
    pub fn follow(self, ui: &Ui) {
        if ui.memory(|memory| memory.top_modal_layer().is_some()) || self.lines.is_empty() {
            return;
        }
        let here = ui.memory(|memory| memory.focused());
        let place = here.and_then(|id| self.lines.iter().position(|line| *line == id));
        let last = self.lines.len() - 1;
        let next = if keys::take(ui, Modifiers::NONE, Key::ArrowDown) {
            place.map_or(0, |place| (place + 1).min(last))
        } else if place.is_some() && keys::take(ui, Modifiers::NONE, Key::ArrowUp) {
            place.unwrap_or_default().saturating_sub(1)
        } else if place.is_some() && keys::take(ui, Modifiers::NONE, Key::Home) {
            0
        } else if place.is_some() && keys::take(ui, Modifiers::NONE, Key::End) {
            last
        } else {
            return;
        };
        if let Some(line) = self.lines.get(next) {
            ui.memory_mut(|memory| {
                memory.request_focus(*line);
                // The key has done its work: the window is not to walk on from there by itself.
                memory.move_focus(FocusDirection::None);
            });
        }
    }
}
