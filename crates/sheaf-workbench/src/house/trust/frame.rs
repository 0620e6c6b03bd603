//! What the three views have in common: a heading, and what stands in its place until it is here.

use std::sync::Arc;

use eframe::egui::Ui;

use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::slot::Slot;
use crate::theme::text;
use crate::widgets::{Icon, bits};

const WIDEST: f32 = 880.0;

/// A view of one of the pages.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a, T> {
    /// Its heading.
    pub title: &'a str,
    /// What it is about.
    pub about: &'a str,
    /// What is known.
    pub slot: &'a Slot<Arc<T>>,
}

impl<T> Page<'_, T> {
    /// Draws it; `draw` draws what is known.
    pub fn show(
        self,
        ui: &mut Ui,
        actions: &mut Actions,
        draw: impl FnOnce(&mut Ui, &T, &mut Actions),
    ) {
        bits::page(ui, WIDEST, |ui| match (self.slot.get(), self.slot.refused()) {
            (Some(page), _) => {
                ui.label(text::display(ui, self.title));
                ui.label(text::soft(ui, self.about));
                ui.add_space(16.0);
                draw(ui, page, actions);
            }
            (None, Some(why)) => {
                let (title, button) = ("This cannot be shown", Some("Try again"));
                if (bits::Empty { icon: Icon::Lock, title, why, button }).show(ui) {
                    actions.push(Action::Command(CommandId::Reload));
                }
            }
            (None, None) => bits::waiting(ui, "Looking it up…"),
        });
    }
}
