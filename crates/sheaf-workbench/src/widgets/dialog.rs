//! A dialog over everything else: its title, what scrolls, and what stands below it.

use eframe::egui::{Align, Context, Frame, Id, Layout, Margin, Modal, ScrollArea, Ui};

use super::{Icon, buttons};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::{self, text};

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
        let id = Id::unique(self.id);
        let style = ctx.global_style();
        let veil = theme::of(&style.visuals).tokens().veil;
        let frame = Frame::window(&style).inner_margin(Margin::same(26));
        let area = Modal::default_area(id).accessible_name(self.title);
        let modal = Modal::new(id).area(area).frame(frame).backdrop_color(veil).show(ctx, |ui| {
            let room = ui.ctx().content_rect();
            ui.set_width(WIDTH.min(room.width() - 80.0));
            self.head(ui, actions);
            ui.add_space(8.0);
            let scrolled = ScrollArea::vertical().max_height(room.height() - 240.0);
            scrolled.show(ui, |ui| body(ui, actions));
            ui.add_space(14.0);
            foot(ui, actions);
        });
        if modal.backdrop_response.clicked() && self.may_close {
            actions.push(Action::Command(CommandId::Close));
        }
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
