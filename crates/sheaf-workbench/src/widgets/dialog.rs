//! A dialog over everything else: its title, what scrolls, and what stands below it.

use eframe::egui::{Align, Context, Layout, ScrollArea, Ui};

use super::overlay::Overlay;
use super::{Icon, buttons};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::text;

const WIDTH: f32 = 540.0;

/// A dialog.
pub struct Dialog {
    /// What tells it from others.
    pub id: &'static str,
    /// Its title, which is also its name for those who cannot see it.
    pub title: &'static str,
    /// Whether it may be closed now.
    pub may_close: bool,
}

impl Dialog {
    /// Draws it; the cross and a click beside it ask for it to be closed.
    pub fn show(
        &self,
        ctx: &Context,
        actions: &mut Actions,
        body: impl FnOnce(&mut Ui, &mut Actions),
        foot: impl FnOnce(&mut Ui, &mut Actions),
    ) {
        let room = ctx.content_rect().height() - 240.0;
        let dialog = Overlay::new(self.id, self.title, WIDTH).may_close(self.may_close);
        dialog.show(ctx, actions, |ui, actions| {
            self.head(ui, actions);
            ui.add_space(8.0);
            let scrolled = ScrollArea::vertical().max_height(room);
            scrolled.show(ui, |ui| body(ui, actions));
            ui.add_space(14.0);
            foot(ui, actions);
        });
    }

    fn head(&self, ui: &mut Ui, actions: &mut Actions) {
        ui.horizontal(|ui| {
            ui.label(text::title(ui, self.title));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if self.may_close && buttons::icon(ui, Icon::Cross, "Close the dialog").clicked() {
                    actions.push(Action::Command(CommandId::Close));
                }
            });
        });
    }
}
