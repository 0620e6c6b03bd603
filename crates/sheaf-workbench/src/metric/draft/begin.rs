//! The dialog that asks what a new metric is called.

use eframe::egui::{Context, Key, Modifiers, Ui};

use super::state::Edit;
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::text;
use crate::widgets::dialog::Dialog;
use crate::widgets::field::{Field, Shows};
use crate::widgets::{buttons, keys};

/// What is being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begin {
    /// What it is called.
    pub called: String,
    /// Whether the keys are still to be sent to the name.
    pub takes_focus: bool,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it was refused.
    pub refused: Option<String>,
}

impl Default for Begin {
    fn default() -> Self {
        Self { called: String::new(), takes_focus: true, is_sent: false, refused: None }
    }
}

/// Draws the dialog; Enter begins, Esc closes.
pub fn show(ctx: &Context, begin: &Begin, actions: &mut Actions) {
    let dialog = Dialog { id: "new metric", title: "Write a new metric", may_close: true };
    let body = |ui: &mut Ui, actions: &mut Actions| {
        let words = "It begins as a small metric that runs, with an example. It stays on this \
                     device until you share it";
        ui.label(text::soft(ui, words));
        ui.add_space(8.0);
        let (label, hint) = ("What it is called", "Such as Late to lessons");
        let (typed, error) = (begin.called.as_str(), begin.refused.as_deref());
        let shown = Field { label, hint, typed, shows: Shows::Line, error }.show(ui);
        if begin.takes_focus {
            shown.response.request_focus();
            actions.push(Action::Draft(Edit::Focused));
        }
        if let Some(text) = shown.text {
            actions.push(Action::Draft(Edit::Called(text)));
        }
    };
    dialog.show(ctx, actions, body, |ui, actions| {
        let is_ready = !begin.called.trim().is_empty() && !begin.is_sent;
        ui.horizontal(|ui| {
            if buttons::plain(ui, "Cancel").clicked() {
                actions.push(Action::Command(CommandId::Close));
            }
            let pressed =
                ui.add_enabled_ui(is_ready, |ui| buttons::primary(ui, "Begin").clicked()).inner;
            if pressed || (is_ready && keys::take(ui, Modifiers::NONE, Key::Enter)) {
                actions.push(Action::Draft(Edit::Begin));
            }
        });
    });
}
