//! The printed recovery key: what it is to do, and the one that takes its place.

use eframe::egui::{Label, Role, Ui, WidgetInfo};
use sheaf_school::desk::{PersonLine, PrintedKey};

use super::state::{Edit, Into, State};
use super::view::Row;
use crate::action::{Action, Actions};
use crate::model::Model;
use crate::theme::{Tone, text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::field::Shows;
use crate::widgets::{bits, buttons};

/// Draws what the key is to do.
pub fn form(ui: &mut Ui, state: &State, model: &Model, actions: &mut Actions) {
    let words = "For when no head is left, or one cannot be trusted any more. The key outranks \
                 everybody, and everybody sees what it did";
    ui.label(text::soft(ui, words));
    ui.add_space(10.0);
    let typed = &state.typed;
    let (label, hint) = ("The key, from the paper in the safe", "sheafkey1…");
    Row { into: Into::Key, label, hint, typed: &typed.key, shows: Shows::Dots }
        .show(ui, state, actions);
    let people = model.people.get().map_or(&[][..], |page| &page.people);
    heads(ui, state, people, actions);
    removals(ui, state, people, actions);
    let mut replaces = state.replaces;
    let label = "Replace the key: this paper is worth nothing afterwards";
    if ui.checkbox(&mut replaces, label).changed() {
        actions.push(Action::Safe(Edit::Replace(replaces)));
    }
    ui.add_space(8.0);
    let (label, hint) = ("Why", "Both heads have left");
    Row { into: Into::Reason, label, hint, typed: &typed.reason, shows: Shows::Line }
        .show(ui, state, actions);
}

fn heads(ui: &mut Ui, state: &State, people: &[PersonLine], actions: &mut Actions) {
    ui.label(text::label(ui, "Who becomes head"));
    ui.horizontal_wrapped(|ui| {
        let nobody = (None, "Nobody");
        let all = people.iter().map(|person| (Some(&person.id), person.name.as_str()));
        for (id, name) in std::iter::once(nobody).chain(all) {
            let chosen = state.head.as_ref() == id;
            let button = buttons::choice(ui, name, Chosen::from(chosen));
            let spoken = format!("Head: {name}");
            button.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &spoken));
            if button.clicked() {
                actions.push(Action::Safe(Edit::Head(id.cloned())));
            }
        }
    });
    ui.add_space(8.0);
}

fn removals(ui: &mut Ui, state: &State, people: &[PersonLine], actions: &mut Actions) {
    ui.label(text::label(ui, "Who is removed for ever, with all devices"));
    ui.horizontal_wrapped(|ui| {
        for person in people {
            let mut on = state.removed.contains(&person.id);
            let spoken = format!("Remove {}", person.name);
            let tick = ui.checkbox(&mut on, &person.name);
            tick.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &spoken));
            if tick.changed() {
                actions.push(Action::Safe(Edit::Remove(person.id.clone())));
            }
        }
    });
    ui.add_space(8.0);
}

/// The key that takes the place of the one that was used; shown this once.
pub fn new_key(ui: &mut Ui, state: &State, key: &PrintedKey, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    ui.add_space(10.0);
    ui.label(text::strong(ui, "Print the new recovery key"));
    ui.label(text::soft(ui, "It is shown this once; the one that you typed is worth nothing now"));
    ui.add_space(6.0);
    bits::wash(Tone { ink: tokens.text, wash: tokens.sunken }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = text::body(ui, key.text()).monospace();
        ui.add(Label::new(words).wrap().selectable(true));
    });
    ui.add_space(4.0);
    if buttons::plain(ui, "Copy it, to print it").clicked() {
        ui.ctx().copy_text(key.text().to_owned());
    }
    ui.add_space(8.0);
    let mut kept = state.is_kept;
    if ui.checkbox(&mut kept, "It is on paper, and no device has a copy").changed() {
        actions.push(Action::Safe(Edit::Kept(kept)));
    }
}
