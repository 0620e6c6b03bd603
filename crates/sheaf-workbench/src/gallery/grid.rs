//! Arrow keys walk among cards that stand in rows.

use eframe::egui::{EventFilter, FocusDirection, Id, Key, Modifiers, Response, Ui};

use crate::widgets::keys;

/// The cards of a view in their order, gathered while they are drawn.
#[derive(Debug)]
pub struct Grid {
    columns: usize,
    cards: Vec<Id>,
}

impl Grid {
    /// No cards yet, so many to a row.
    pub const fn of(columns: usize) -> Self {
        Self { columns, cards: Vec::new() }
    }

    /// One more card. The keys stay in it until they walk on.
    pub fn note(&mut self, ui: &Ui, response: &Response) {
        self.cards.push(response.id);
        if response.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
    }

    /// Follows the arrow keys, once every card is drawn and while no dialog is open.
    pub fn follow(self, ui: &Ui) {
        if ui.memory(|memory| memory.top_modal_layer().is_some()) {
            return;
        }
        let here = ui.memory(|memory| memory.focused());
        let place = here.and_then(|id| self.cards.iter().position(|card| *card == id));
        let Some(next) = self.next(ui, place).and_then(|next| self.cards.get(next)) else { return };
        ui.memory_mut(|memory| {
            memory.request_focus(*next);
            // The key has done its work: the window is not to walk on from there by itself.
            memory.move_focus(FocusDirection::None);
        });
    }

    /// Where a key leads, if one was pressed; from outside, an arrow down leads to the first.
    fn next(&self, ui: &Ui, place: Option<usize>) -> Option<usize> {
        let last = self.cards.len().checked_sub(1)?;
        let pressed = |key| keys::take(ui, Modifiers::NONE, key);
        let Some(place) = place else { return pressed(Key::ArrowDown).then_some(0) };
        if pressed(Key::ArrowRight) {
            Some((place + 1).min(last))
        } else if pressed(Key::ArrowLeft) {
            Some(place.saturating_sub(1))
        } else if pressed(Key::ArrowDown) {
            Some(if place + self.columns > last { place } else { place + self.columns })
        } else if pressed(Key::ArrowUp) {
            Some(place.checked_sub(self.columns).unwrap_or(place))
        } else if pressed(Key::Home) {
            Some(0)
        } else {
            pressed(Key::End).then_some(last)
        }
    }
}
