//! What lies over everything else on a veil: dialogs, the palette, the quick log.

use eframe::egui::{Align2, Context, Frame, Id, Margin, Modal, Ui, Vec2};

use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme;

/// What is kept free of the window's width, left and right together.
const BESIDE: f32 = 80.0;
const MARGIN: i8 = 26;

/// Something that lies over everything else. A click beside it asks for it to be closed.
pub struct Overlay<'a> {
    id: &'static str,
    name: &'a str,
    width: f32,
    beside: f32,
    margin: i8,
    top: Option<f32>,
    height: Option<f32>,
    may_close: bool,
}

impl<'a> Overlay<'a> {
    /// One of so much width, in the middle; `name` is for those who cannot see it.
    pub const fn new(id: &'static str, name: &'a str, width: f32) -> Self {
        let (beside, margin) = (BESIDE, MARGIN);
        Self { id, name, width, beside, margin, top: None, height: None, may_close: true }
    }

    /// So far below the upper edge of the window, instead of in the middle.
    pub const fn below_the_edge(mut self, top: f32) -> Self {
        self.top = Some(top);
        self
    }

    /// As high as this where there is room.
    pub const fn height(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// With so much of the window's width free, left and right together.
    pub const fn beside(mut self, beside: f32) -> Self {
        self.beside = beside;
        self
    }

    /// With so much around what is in it.
    pub const fn margin(mut self, margin: i8) -> Self {
        self.margin = margin;
        self
    }

    /// Whether it may be closed now.
    pub const fn may_close(mut self, may: bool) -> Self {
        self.may_close = may;
        self
    }

    /// Draws it.
    pub fn show(
        self,
        ctx: &Context,
        actions: &mut Actions,
        content: impl FnOnce(&mut Ui, &mut Actions),
    ) {
        let id = Id::unique(self.id);
        let style = ctx.global_style();
        let veil = theme::of(&style.visuals).tokens().veil;
        let frame = Frame::window(&style).inner_margin(Margin::same(self.margin));
        let mut area = Modal::default_area(id).accessible_name(self.name);
        if let Some(top) = self.top {
            area = area.anchor(Align2::CENTER_TOP, Vec2::new(0.0, top));
        }
        if let Some(height) = self.height {
            area = area.default_height(height);
        }
        let modal = Modal::new(id).area(area).frame(frame).backdrop_color(veil).show(ctx, |ui| {
            ui.set_width(self.width.min(ui.ctx().content_rect().width() - self.beside));
            content(ui, actions);
        });
        if modal.backdrop_response.clicked() && self.may_close {
            actions.push(Action::Command(CommandId::Close));
        }
    }
}
