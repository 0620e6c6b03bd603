//! The form in which a value is changed, a record withdrawn or brought back.

use eframe::egui::{Frame, Id, Key, Margin, Modifiers, Response, TextEdit, Ui};
use sheaf_school::desk::{Choice, Detail, EditKind};

use super::change::{Change, What};
use super::keeping;
use super::state::Edit;
use crate::action::{Action, Actions};
use crate::model::Model;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::{bits, buttons, keys};

/// Draws the form.
pub fn show(ui: &mut Ui, change: &Change, title: &str, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    let frame = Frame::new().fill(tokens.side).corner_radius(10).inner_margin(Margin::same(14));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::strong(ui, title));
        let mut first = None;
        match &change.what {
            What::Value { form: None, .. } => {
                if change.refused.is_none() {
                    ui.label(text::small(ui, "Reading the value…"));
                }
            }
            What::Value { form: Some(form), typed, .. } => {
                first = value(ui, title, &form.kind, typed, actions);
                ui.label(text::small(ui, &form.help));
            }
            What::Withdraw => {
                let words = "It leaves lists, tables and counts, and stays in its history";
                ui.label(text::small(ui, words));
            }
            What::Restore => {
                ui.label(text::small(ui, "It stands in lists, tables and counts again"));
            }
        }
        ui.add_space(4.0);
        if is_ready(change) {
            let reason = reason(ui, change, actions);
            focus(change, first.unwrap_or(reason), actions);
        }
        if let Some(why) = &change.refused {
            ui.label(text::small(ui, why).color(tokens.act.ink));
        }
        ui.add_space(4.0);
        ends(ui, change, actions);
    });
    ui.add_space(10.0);
}

/// Whether there is something to be written in.
const fn is_ready(change: &Change) -> bool {
    !matches!(change.what, What::Value { form: None, .. })
}

fn focus(change: &Change, first: Response, actions: &mut Actions) {
    if change.takes_focus {
        first.request_focus();
        actions.push(Action::Record(Edit::Focused));
    }
}

fn ends(ui: &mut Ui, change: &Change, actions: &mut Actions) {
    let words = match change.what {
        What::Value { .. } => "Save the change",
        What::Withdraw => "Withdraw the record",
        What::Restore => "Restore the record",
    };
    ui.horizontal(|ui| {
        let saves =
            buttons::primary(ui, words).clicked() || keys::take(ui, Modifiers::COMMAND, Key::Enter);
        if saves && !change.saving {
            actions.push(Action::Record(Edit::Save));
        }
        if buttons::quiet(ui, "Cancel").clicked() {
            actions.push(Action::Record(Edit::End));
        }
    });
}

fn value(
    ui: &mut Ui,
    title: &str,
    kind: &EditKind,
    typed: &str,
    actions: &mut Actions,
) -> Option<Response> {
    match kind {
        EditKind::Choice(choices) => {
            choice(ui, title, choices, typed, actions);
            None
        }
        EditKind::Line { example } => Some(line(ui, title, example, typed, actions)),
        EditKind::Text => {
            let mut now = typed.to_owned();
            let edit = TextEdit::multiline(&mut now)
                .id(Id::unique("record value"))
                .font(Rank::Body.font())
                .margin(Margin::symmetric(10, 8))
                .desired_rows(4)
                .desired_width(f32::INFINITY);
            let response = ui.add(edit).accessible_name(format!("New value of {title}"));
            if response.changed() {
                actions.push(Action::Record(Edit::Type(now)));
            }
            Some(response)
        }
    }
}

fn choice(ui: &mut Ui, title: &str, choices: &[Choice], now: &str, actions: &mut Actions) {
    let shown = if now.is_empty() { "No value" } else { Model::title_of(choices, now) };
    let combo = buttons::combo("record value", shown, ui.available_width()).height(360.0);
    let mut picked = None;
    let opened = combo.show_ui(ui, |ui| {
        if ui.selectable_label(now.is_empty(), "No value").clicked() {
            picked = Some(String::new());
        }
        for choice in choices {
            if ui.selectable_label(choice.code == now, &choice.title).clicked() {
                picked = Some(choice.code.clone());
            }
        }
    });
    let _ = opened.response.accessible_name(format!("New value of {title}"));
    if let Some(code) = picked {
        actions.push(Action::Record(Edit::Type(code)));
    }
}

fn line(ui: &mut Ui, title: &str, example: &str, typed: &str, actions: &mut Actions) -> Response {
    let mut now = typed.to_owned();
    let edit = TextEdit::singleline(&mut now)
        .id(Id::unique("record value"))
        .hint_text(example)
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 7))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).accessible_name(format!("New value of {title}"));
    if response.changed() {
        actions.push(Action::Record(Edit::Type(now)));
    }
    response
}

fn reason(ui: &mut Ui, change: &Change, actions: &mut Actions) -> Response {
    let needed = matches!(change.what, What::Withdraw);
    let words = if needed { "Reason" } else { "Reason, if there is one to tell" };
    let label = ui.label(text::label(ui, words));
    let mut now = change.reason.clone();
    let edit = TextEdit::singleline(&mut now)
        .id(Id::unique("record reason"))
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 7))
        .desired_width(f32::INFINITY);
    let response = ui.add(edit).labelled_by(label.id);
    if response.changed() {
        actions.push(Action::Record(Edit::Reason(now)));
    }
    response
}

/// What the foot of a record is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Foot<'a> {
    /// The record.
    pub detail: &'a Detail,
    /// Whether it counts no longer.
    pub withdrawn: bool,
    /// Whether its history is shown.
    pub has_history: bool,
}

/// The line at the foot of a record from which its history, its end and its return are reached.
pub fn foot(ui: &mut Ui, sight: Foot<'_>, actions: &mut Actions) {
    let Foot { detail, withdrawn, has_history } = sight;
    keeping::notes(ui, detail, actions);
    ui.horizontal_wrapped(|ui| {
        let words = if has_history { "Hide the history" } else { "History" };
        if buttons::plain(ui, words).clicked() {
            actions.push(Action::Record(Edit::TurnHistory));
        }
        let (words, edit) = if withdrawn {
            ("Restore…", Edit::Begin(What::Restore))
        } else {
            ("Withdraw…", Edit::Begin(What::Withdraw))
        };
        if buttons::quiet(ui, words).clicked() {
            actions.push(Action::Record(edit));
        }
        keeping::offers(ui, detail, actions);
    });
}

/// A record that counts no longer says so, above everything.
pub fn banner(ui: &mut Ui) {
    let tone = tokens_of(ui).none;
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = "Withdrawn: it counts nowhere, and is kept for its history";
        ui.label(text::small(ui, words).color(tone.ink));
    });
    ui.add_space(8.0);
}
