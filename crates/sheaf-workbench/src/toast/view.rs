//! Draws the messages.

use eframe::egui::accesskit::{Live, Role};
use eframe::egui::{Align2, Area, Context, Frame, Id, Margin, Order, Ui, Vec2};

use super::{Mood, State, Toast};
use crate::action::{Action, Actions};
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, buttons};

/// Draws the messages over the foot of the window.
pub fn show(ctx: &Context, state: &State, actions: &mut Actions) {
    if state.toasts.is_empty() {
        return;
    }
    Area::new(Id::unique("toasts"))
        .order(Order::Tooltip)
        .anchor(Align2::CENTER_BOTTOM, Vec2::new(0.0, -52.0))
        .accessible_name("Messages")
        .show(ctx, |ui| {
            for toast in &state.toasts {
                ui.vertical_centered(|ui| one(ui, toast, actions));
            }
        });
}

fn one(ui: &mut Ui, toast: &Toast, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    let (icon, tone) = match toast.mood {
        Mood::Done => (Icon::Check, tokens.good),
        Mood::News => (Icon::Info, tokens.info),
        Mood::Fault => (Icon::Warning, tokens.act),
    };
    let frame = Frame::popup(ui.style()).corner_radius(12).inner_margin(Margin {
        left: 14,
        right: 8,
        top: 8,
        bottom: 8,
    });
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            icon.show(ui, 16.0, tone.ink);
            let words = ui.label(text::strong(ui, &toast.words));
            announce(ui, words.id, &toast.words);
            if toast.undo.is_some() && buttons::quiet(ui, "Undo").clicked() {
                actions.push(Action::Undo(toast.id));
            }
            if let Some(record) = toast.opens
                && buttons::quiet(ui, "Open").clicked()
            {
                actions.push(Action::OpenRecord(record));
                actions.push(Action::DismissToast(toast.id));
            }
            if buttons::icon(ui, Icon::Cross, "Dismiss the message").clicked() {
                actions.push(Action::DismissToast(toast.id));
            }
        });
    });
}

/// Screen readers speak the message when it appears.
fn announce(ui: &Ui, id: Id, words: &str) {
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Status);
        node.set_label(words);
        node.set_live(Live::Polite);
    });
}
