//! Draws the dialogs over everything else.

use eframe::egui::{Context, Key, Modifiers, Role, Ui, WidgetInfo};

use super::recover;
use super::state::{Edit, Into, State, What};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::model::Model;
use crate::theme::{text, tokens_of};
use crate::widgets::dialog::Dialog;
use crate::widgets::field::{Field, Shows};
use crate::widgets::{bits, buttons, keys};

/// Draws the dialog; Enter does it, Esc closes.
pub fn show(ctx: &Context, state: &State, model: &Model, actions: &mut Actions) {
    let dialog =
        Dialog { id: "safe dialog", title: title(state.what), may_close: !state.shows_key() };
    let body = |ui: &mut Ui, actions: &mut Actions| match &state.done {
        Some((words, key)) => {
            ui.label(text::body(ui, words));
            if let Some(key) = key {
                recover::new_key(ui, state, key, actions);
            }
        }
        None => form(ui, state, model, actions),
    };
    dialog.show(ctx, actions, body, |ui, actions| foot(ui, state, actions));
}

const fn title(what: What) -> &'static str {
    match what {
        What::ChangePassphrase => "Change the passphrase",
        What::BackUp => "Back up",
        What::Recover => "Use the recovery key",
    }
}

/// A box of a dialog.
pub(super) struct Row<'a> {
    pub into: Into,
    pub label: &'a str,
    pub hint: &'a str,
    pub typed: &'a str,
    pub shows: Shows,
}

impl Row<'_> {
    pub(super) fn show(&self, ui: &mut Ui, state: &State, actions: &mut Actions) {
        let (label, hint, typed, shows) = (self.label, self.hint, self.typed, self.shows);
        let error = state.error(self.into);
        let shown = Field { label, hint, typed, shows, error }.show(ui);
        if state.takes_focus && state.target() == self.into {
            shown.response.request_focus();
            actions.push(Action::Safe(Edit::Focused));
        }
        if let Some(text) = shown.text {
            actions.push(Action::Safe(Edit::Type(self.into, text)));
        }
        ui.add_space(6.0);
    }
}

fn dots<'a>(into: Into, label: &'a str, typed: &'a str) -> Row<'a> {
    Row { into, label, hint: "", typed, shows: Shows::Dots }
}

fn form(ui: &mut Ui, state: &State, model: &Model, actions: &mut Actions) {
    let typed = &state.typed;
    match state.what {
        What::ChangePassphrase => {
            let words = "It opens Sheaf on this device, and nobody can look it up for you";
            ui.label(text::soft(ui, words));
            ui.add_space(10.0);
            now(ui, state, actions);
            new(ui, state, "The new passphrase", actions);
        }
        What::BackUp => {
            let words = "One sealed file with all that this device holds, as it is now";
            ui.label(text::soft(ui, words));
            ui.add_space(10.0);
            let hint = "Such as E:\\sheaf.backup";
            let label = "The new file, best on a stick that is locked away";
            let file = typed.file.as_str();
            Row { into: Into::File, label, hint, typed: file, shows: Shows::Line }
                .show(ui, state, actions);
            if state.is_protected {
                now(ui, state, actions);
                let mut own = state.has_own;
                if ui.checkbox(&mut own, "The file has a passphrase of its own").changed() {
                    actions.push(Action::Safe(Edit::Own(own)));
                }
                ui.add_space(6.0);
                if state.has_own {
                    new(ui, state, "The passphrase of the file", actions);
                }
            }
        }
        What::Recover => recover::form(ui, state, model, actions),
    }
}

fn now(ui: &mut Ui, state: &State, actions: &mut Actions) {
    dots(Into::Now, "The passphrase of this device", &state.typed.now).show(ui, state, actions);
}

fn new(ui: &mut Ui, state: &State, label: &str, actions: &mut Actions) {
    let (into, hint, shows) = (Into::New, "Four words or more", Shows::Dots);
    Row { into, label, hint, typed: &state.typed.new, shows }.show(ui, state, actions);
    dots(Into::Again, "The same passphrase again", &state.typed.again).show(ui, state, actions);
}

const fn does(what: What) -> &'static str {
    match what {
        What::ChangePassphrase => "Change it",
        What::BackUp => "Write the backup",
        What::Recover => "Use the key",
    }
}

fn foot(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if let Some(why) = state.fault() {
        let tone = tokens_of(ui).act;
        bits::wash(tone).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let line = ui.label(text::body(ui, why).color(tone.ink));
            line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
        });
        ui.add_space(8.0);
    }
    if state.is_sent {
        ui.label(text::soft(ui, "A moment…"));
        return;
    }
    let enter = keys::take(ui, Modifiers::NONE, Key::Enter);
    ui.horizontal(|ui| {
        if state.done.is_some() {
            let closes = ui.add_enabled_ui(!state.shows_key(), |ui| buttons::primary(ui, "Close"));
            if closes.inner.clicked() || (enter && !state.shows_key()) {
                actions.push(Action::Command(CommandId::Close));
            }
            return;
        }
        let grave = state.what == What::Recover;
        let button = match grave {
            true => buttons::danger(ui, does(state.what)),
            false => buttons::primary(ui, does(state.what)),
        };
        if button.clicked() || (enter && !grave) {
            actions.push(Action::Safe(Edit::Send));
        }
        if buttons::quiet(ui, "Cancel").clicked() {
            actions.push(Action::Command(CommandId::Close));
        }
    });
}
