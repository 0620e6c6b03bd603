//! Keys read exactly: Enter is not Shift+Enter.

use eframe::egui::{Event, Key, Modifiers, Ui};

/// Whether a key was pressed with exactly these modifiers; it is used up.
pub fn take(ui: &Ui, modifiers: Modifiers, wanted: Key) -> bool {
    ui.ctx().input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is(event, modifiers, wanted));
        input.events.len() < before
    })
}

fn is(event: &Event, wanted: Modifiers, wanted_key: Key) -> bool {
    match event {
        Event::Key { key, pressed: true, modifiers, .. } => {
            *key == wanted_key && modifiers.matches_exact(wanted)
        }
        _ => false,
    }
}
