//! What may become of a record for good: a legal hold, an erasure.

use eframe::egui::Ui;
use sheaf_school::desk::Detail;

use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::house::trust::{Edit, What};
use crate::theme::{text, tokens_of};
use crate::widgets::{bits, buttons};

/// What is the case already.
pub fn notes(ui: &mut Ui, detail: &Detail, actions: &mut Actions) {
    let (tokens, keeping) = (tokens_of(ui), &detail.keeping);
    if keeping.is_on_hold {
        bits::wash(tokens.info).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let words = "A legal hold keeps this record: nobody can erase it";
            ui.label(text::small(ui, words).color(tokens.info.ink));
            if !keeping.lifted_by.is_empty() {
                let signed = keeping.lifted_by.join(", ");
                let words = format!("{signed} signed that it be lifted; a second person must too");
                ui.label(text::small(ui, words).color(tokens.info.ink));
            }
        });
        ui.add_space(6.0);
    }
    if keeping.is_proposed {
        bits::wash(tokens.watch).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let words = "An erasure of this record waits for a second signature";
            ui.label(text::small(ui, words).color(tokens.watch.ink));
            if buttons::quiet(ui, "See the erasures").clicked() {
                actions.push(Action::Command(CommandId::GoErasures));
            }
        });
        ui.add_space(6.0);
    }
}

/// What whoever uses this device may do about it.
pub fn offers(ui: &mut Ui, detail: &Detail, actions: &mut Actions) {
    let keeping = &detail.keeping;
    if !keeping.may_erase {
        return;
    }
    let (record, title) = (detail.item.record, detail.item.headline.clone());
    let mut asked = None;
    if keeping.is_on_hold {
        if keeping.may_lift && buttons::quiet(ui, "Lift the hold…").clicked() {
            asked = Some(What::Lift { record, title, alone: keeping.signs_alone });
        }
    } else {
        if buttons::quiet(ui, "Legal hold…").clicked() {
            asked = Some(What::Hold { record, title: title.clone() });
        }
        if !keeping.is_proposed && buttons::quiet(ui, "Erase…").clicked() {
            asked = Some(What::Erase { record, title, alone: keeping.signs_alone });
        }
    }
    if let Some(what) = asked {
        actions.push(Action::Trust(Edit::Ask(Box::new(what))));
    }
}
