//! The keys that walk a grid.

use eframe::egui::{Event as Input, Key, Modifiers, Ui};

use super::{Event, Extends, Grid, Walk};
use crate::widgets::keys::take;

/// What the keys that were pressed ask for; they are used up.
pub(super) fn pressed(ui: &Ui, grid: Grid<'_>, page: usize, events: &mut Vec<Event>) {
    let Some(last) = grid.rows.checked_sub(1) else { return };
    let at = grid.cursor.at;
    let steps = [
        (Key::ArrowDown, at.map_or(0, |at| at.saturating_add(1))),
        (Key::ArrowUp, at.map_or(0, |at| at.saturating_sub(1))),
        (Key::PageDown, at.map_or(page, |at| at.saturating_add(page))),
        (Key::PageUp, at.map_or(0, |at| at.saturating_sub(page))),
        (Key::Home, 0),
        (Key::End, last),
    ];
    for (key, to) in steps {
        for (held, extends) in [(Modifiers::NONE, Extends::No), (Modifiers::SHIFT, Extends::Yes)] {
            if take(ui, held, key) {
                events.push(Event::Walk(Walk { to: to.min(last), extends }));
            }
        }
    }
    if let Some(at) = at.filter(|_| take(ui, Modifiers::NONE, Key::Enter)) {
        events.push(Event::Open(at));
    }
    if take(ui, Modifiers::COMMAND, Key::A) {
        events.push(Event::ChooseAll);
    }
    let copied = ui.ctx().input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !matches!(event, Input::Copy));
        input.events.len() < before
    });
    if copied {
        events.push(Event::Copy);
    }
}
