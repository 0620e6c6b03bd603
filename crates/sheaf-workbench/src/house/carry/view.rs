//! Draws the dialogs over everything else.

use eframe::egui::{Context, Key, Modifiers, Role, Ui, WidgetInfo};
use sheaf_school::desk::{DeviceStanding, PersonLine};

use super::state::{Edit, State, What};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::model::Model;
use crate::theme::text;
use crate::widgets::dialog::Dialog;
use crate::widgets::field::{Field, Shows};
use crate::widgets::{bits, buttons, keys};

/// Draws the dialog; Enter does it, Esc closes.
pub fn show(ctx: &Context, state: &State, model: &Model, actions: &mut Actions) {
    let dialog = Dialog { id: "carry dialog", title: title(state.what), may_close: true };
    let body = |ui: &mut Ui, actions: &mut Actions| match &state.done {
        Some((words, notes)) => {
            ui.label(text::body(ui, words));
            for note in notes {
                ui.add_space(6.0);
                ui.label(text::small(ui, note));
            }
        }
        None => form(ui, state, model, actions),
    };
    dialog.show(ctx, actions, body, |ui, actions| foot(ui, state, actions));
}

const fn title(what: What) -> &'static str {
    match what {
        What::Folder => "Use a shared folder",
        What::Write => "Write a bundle",
        What::Read => "Read a bundle",
        What::Connect => "Connect to an address",
    }
}

const fn about(what: What) -> &'static str {
    match what {
        What::Folder => {
            "A mapped drive, or a folder that OneDrive or Google Drive copies. Every colleague \
             chooses the same one, and each device leaves there, sealed, what it has written"
        }
        What::Write => "One sealed file that only the devices of these colleagues can read",
        What::Read => "A file that a colleague has written for this device",
        What::Connect => {
            "For a device that this one does not find by itself. Its address stands under Devices \
             and people there"
        }
    }
}

fn form(ui: &mut Ui, state: &State, model: &Model, actions: &mut Actions) {
    ui.label(text::soft(ui, about(state.what)));
    ui.add_space(10.0);
    if state.what == What::Write {
        recipients(ui, state, model, actions);
    }
    let (label, hint) = match state.what {
        What::Folder => {
            ("The folder", "Such as S:\\Pastoral\\Sheaf; type its place or drop it here")
        }
        What::Write => ("The new file", "Such as E:\\sheaf.bundle, on the stick"),
        What::Read => ("The file", "Such as E:\\sheaf.bundle; type its place or drop it here"),
        What::Connect => ("The address", "Such as 10.4.7.22:47820"),
    };
    let error = state.refused.as_deref();
    let shown = Field { label, hint, typed: &state.typed, shows: Shows::Line, error }.show(ui);
    if state.takes_focus {
        shown.response.request_focus();
        actions.push(edit(Edit::Focused));
    }
    if let Some(text) = shown.text {
        actions.push(edit(Edit::Type(text)));
    }
    if let Some(mut replaces) = state.replaces
        && ui.checkbox(&mut replaces, "Replace the file that is there").changed()
    {
        actions.push(edit(Edit::Replace(replaces)));
    }
    if state.what == What::Write {
        ui.add_space(4.0);
        let mut everything = state.everything;
        let words = "Put in all that they may have, not only what they lack: for a new device";
        if ui.checkbox(&mut everything, words).changed() {
            actions.push(edit(Edit::Everything(everything)));
        }
    }
}

/// The colleagues who share a space with this device.
fn recipients(ui: &mut Ui, state: &State, model: &Model, actions: &mut Actions) {
    ui.label(text::label(ui, "For"));
    let Some(page) = model.people.get() else {
        bits::waiting(ui, "Looking who is in…");
        return;
    };
    let is_other = |person: &&PersonLine| {
        let devices = person.devices.iter().filter(|device| !device.is_this);
        let mut devices = devices.filter(|device| device.standing == DeviceStanding::In);
        // An always-on device shares no space: it could read nothing.
        !person.spaces.is_empty() && devices.next().is_some()
    };
    let mut others = page.people.iter().filter(is_other).peekable();
    if others.peek().is_none() {
        ui.label(text::body(ui, "Nobody else is in the school yet"));
    }
    for person in others {
        let mut chosen = state.people.contains(&person.id);
        let words = match person.is_self {
            true => "Your other devices".to_owned(),
            false => format!("{}, {}", person.name, person.role.to_lowercase()),
        };
        if ui.checkbox(&mut chosen, words).changed() {
            actions.push(edit(Edit::For(person.id.clone())));
        }
    }
    ui.add_space(8.0);
}

const fn edit(edit: Edit) -> Action {
    Action::EditCarry(edit)
}

const fn does(what: What) -> &'static str {
    match what {
        What::Folder => "Use it",
        What::Write => "Write the bundle",
        What::Read => "Read it",
        What::Connect => "Connect",
    }
}

fn foot(ui: &mut Ui, state: &State, actions: &mut Actions) {
    if let Some(at_work) = &state.at_work {
        let words = if at_work.is_empty() { "A moment…" } else { at_work };
        let line = ui.label(text::soft(ui, words));
        line.widget_info(|| WidgetInfo::labeled(Role::Status, true, words));
        return;
    }
    let enter = keys::take(ui, Modifiers::NONE, Key::Enter);
    ui.horizontal(|ui| {
        if state.done.is_some() {
            if buttons::primary(ui, "Close").clicked() || enter {
                actions.push(Action::Command(CommandId::Close));
            }
            return;
        }
        if buttons::primary(ui, does(state.what)).clicked() || enter {
            actions.push(edit(Edit::Send));
        }
        if buttons::quiet(ui, "Cancel").clicked() {
            actions.push(Action::Command(CommandId::Close));
        }
    });
}
