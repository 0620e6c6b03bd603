//! What stands there before a list is chosen, and what can be said where it is not understood.

use eframe::egui::Ui;
use sheaf_school::desk::ColumnQuestion;

use super::state::Edit;
use crate::action::{Action, Actions};
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

const STEPS: [(&str, &str); 3] = [
    (
        "Export the list",
        "In SIMS, Arbor, Bromcom or what your school uses, list all pupils and export them as CSV",
    ),
    (
        "Which columns",
        "Forename and surname, and what else there is of UPN, date of birth, year and registration \
         group, SEN, pupil premium, free meals, sex and ethnicity; others are passed over",
    ),
    (
        "Look before anything is written",
        "Each row says what it would do. Next term's list changes what differs and removes nobody",
    ),
];

/// Draws how to come by a list.
pub fn show(ui: &mut Ui) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        for (number, (title, about)) in STEPS.into_iter().enumerate() {
            if number > 0 {
                ui.add_space(12.0);
            }
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                bits::chip(ui, &(number + 1).to_string(), tokens_of(ui).none);
                ui.vertical(|ui| {
                    ui.set_width(ui.available_width());
                    ui.label(text::strong(ui, title));
                    ui.label(text::soft(ui, about));
                });
            });
        }
    });
}

/// Draws why the list cannot be read.
pub fn refusal(ui: &mut Ui, why: &str) {
    let tone = tokens_of(ui).act;
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            Icon::Warning.show(ui, 16.0, tone.ink);
            ui.vertical(|ui| {
                ui.set_width(ui.available_width());
                ui.label(text::body(ui, why).color(tone.ink));
            });
        });
    });
}

/// Asks which column says something.
pub fn question(ui: &mut Ui, asks: &ColumnQuestion, actions: &mut Actions) {
    let tone = tokens_of(ui).watch;
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::strong(ui, &asks.why).color(tone.ink));
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            for column in &asks.columns {
                if buttons::plain(ui, &column.title).clicked() {
                    actions.push(Action::PupilList(Edit::Map(column.code.clone())));
                }
            }
        });
    });
}
