//! The dialog that asks why a metric that everybody runs is taken back.

use eframe::egui::{Context, Key, Modifiers, Role, Ui, WidgetInfo};
use sheaf_records::RecordId;

use super::sharing;
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::{text, tokens_of};
use crate::widgets::dialog::Dialog;
use crate::widgets::field::{Field, Shows};
use crate::widgets::{buttons, keys};

/// A change in the dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Ask about this version, which is called so.
    Ask(RecordId, String),
    /// Why.
    Reason(String),
    /// The keys are where they belong.
    Focused,
    /// Do it.
    Send,
}

/// What is being asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The version.
    pub record: RecordId,
    /// What it is called.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Whether the keys are still to be sent to the reason.
    pub takes_focus: bool,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it was refused.
    pub refused: Option<String>,
}

impl State {
    /// Nothing is typed yet.
    pub const fn new(record: RecordId, name: String) -> Self {
        let reason = String::new();
        Self { record, name, reason, takes_focus: true, is_sent: false, refused: None }
    }

    /// The reason, once there is one and nothing is on its way.
    pub fn send(&mut self) -> Option<String> {
        let reason = self.reason.trim().to_owned();
        if reason.is_empty() || self.is_sent {
            return None;
        }
        self.is_sent = true;
        self.refused = None;
        Some(reason)
    }
}

fn edit(edit: Edit) -> Action {
    Action::Sharing(sharing::Edit::Withdraw(edit))
}

/// Draws the dialog; Enter does it, Esc closes.
pub fn show(ctx: &Context, state: &State, actions: &mut Actions) {
    let title = "Withdraw this metric";
    let dialog = Dialog { id: "withdraw metric", title, may_close: true };
    let body = |ui: &mut Ui, actions: &mut Actions| {
        ui.label(text::strong(ui, &state.name));
        let words = "Nobody runs this version any more; where an earlier one was approved, that \
                     one runs again";
        ui.label(text::soft(ui, words));
        ui.add_space(8.0);
        let (label, hint) = ("Reason, which everybody in the school can read", "");
        let (typed, shows) = (state.reason.as_str(), Shows::Line);
        let shown = Field { label, hint, typed, shows, error: None }.show(ui);
        // Enter lets a field go; without a reason there is nothing to go on to.
        let is_early = shown.response.lost_focus()
            && state.reason.trim().is_empty()
            && ui.input(|input| input.key_pressed(Key::Enter));
        if state.takes_focus || is_early {
            shown.response.request_focus();
            actions.push(edit(Edit::Focused));
        }
        if let Some(text) = shown.text {
            actions.push(edit(Edit::Reason(text)));
        }
    };
    dialog.show(ctx, actions, body, |ui, actions| foot(ui, state, actions));
}

fn foot(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if let Some(why) = &state.refused {
        let line = ui.label(text::body(ui, why).color(tokens_of(ui).act.ink));
        line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
        ui.add_space(4.0);
    }
    let is_ready = !state.reason.trim().is_empty() && !state.is_sent;
    ui.horizontal(|ui| {
        if buttons::plain(ui, "Cancel").clicked() {
            actions.push(Action::Command(CommandId::Close));
        }
        let pressed =
            ui.add_enabled_ui(is_ready, |ui| buttons::danger(ui, "Withdraw").clicked()).inner;
        if pressed || (is_ready && keys::take(ui, Modifiers::NONE, Key::Enter)) {
            actions.push(edit(Edit::Send));
        }
        if state.reason.trim().is_empty() {
            ui.label(text::small(ui, "Say why first"));
        }
    });
}
