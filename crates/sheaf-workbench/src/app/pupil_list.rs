//! What the import of a pupil list asks for, and files that are dropped onto the window.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{Align2, Context, Id, LayerId, Order, Rect, vec2};
use sheaf_school::ImportOutcome;
use sheaf_school::desk::{ListSheet, Request};

use super::{Overlay, Workbench};
use crate::desk::Purpose;
use crate::dock::View;
use crate::pupil_list::Edit;
use crate::settings::Names;
use crate::theme::{self, Rank};

impl Workbench {
    pub(super) fn edit_pupil_list(&mut self, edit: Edit) {
        if let Some(form) = self.pupil_list.apply(edit) {
            self.desk.ask(Purpose::List, Request::List(form));
        }
    }

    /// A list came; what it has written is asked for anew.
    pub(super) fn take_list(&mut self, sheet: Arc<ListSheet>) {
        if sheet.outcome == ImportOutcome::Imported {
            self.model.expire(&[]);
            self.model.roster.expire();
        }
        self.pupil_list.fill(sheet);
    }

    /// A file that is dropped onto the window is looked at as a pupil list.
    pub(super) fn take_dropped(&mut self, ctx: &Context) {
        let dropped = ctx.input(|input| {
            let mut files = input.raw.dropped_files.iter();
            files.next().map(|file| file.path().to_owned())
        });
        let Some(path) = dropped else { return };
        if self.carry_takes_files() {
            self.drop_on_carry(&path);
        } else if self.takes_files() {
            self.drop_list(path);
        }
    }

    fn drop_list(&mut self, path: PathBuf) {
        self.go(View::PupilList);
        self.edit_pupil_list(Edit::Drop(path));
    }

    fn takes_files(&self) -> bool {
        !self.is_blank
            && self.settings.names == Names::Shown
            && matches!(self.overlay, Overlay::None)
    }

    /// Says what becomes of a file that is held over the window.
    pub(super) fn invite_drop(&self, ctx: &Context) {
        let is_held = ctx.input(|input| !input.raw.hovered_files.is_empty());
        if !is_held || !self.takes_files() {
            return;
        }
        let tokens = theme::of(&ctx.global_style().visuals).tokens();
        let layer = LayerId::new(Order::Foreground, Id::unique("drop"));
        let painter = ctx.layer_painter(layer);
        let rect = ctx.content_rect();
        painter.rect_filled(rect, 0.0, tokens.veil);
        let size = vec2(420.0_f32.min(rect.width() - 40.0), 110.0);
        let card = Rect::from_center_size(rect.center(), size);
        painter.rect_filled(card, 14.0, tokens.raised);
        let font = Rank::Title.font();
        let words = "Drop the pupil list to look at it";
        painter.text(card.center(), Align2::CENTER_CENTER, words, font, tokens.text);
    }
}
