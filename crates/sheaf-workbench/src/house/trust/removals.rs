//! Draws the removals that were written.

use eframe::egui::{Role, Ui, WidgetInfo};
use jiff::civil::Date;
use sheaf_school::desk::RemovalLine;

use super::frame::Page;
use super::words::all_of;
use super::{Edit, What};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

/// Draws the view.
pub fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let today = model.today();
    let page = Page {
        title: "Removals",
        about: "Who and what was removed, by whom, and who stands behind it",
        slot: &model.trust.removals,
    };
    page.show(ui, actions, |ui, page, actions| {
        for line in &page.removals {
            removal(ui, line, today, actions);
            ui.add_space(10.0);
        }
        if page.removals.is_empty() {
            let empty = bits::Empty {
                icon: Icon::People,
                title: "Nobody was removed",
                why: "A device that is lost, or a person who has left, is removed under Devices \
                      and people",
                button: Some("Devices and people"),
            };
            if empty.show(ui) {
                actions.push(Action::Command(CommandId::GoPeople));
            }
        }
    });
}

fn removal(ui: &mut Ui, line: &RemovalLine, today: Option<Date>, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(text::strong(ui, &line.who));
            let (words, tone) = match line.why_not {
                None => ("In effect", tokens.none),
                Some(_) => ("Not in effect", tokens.watch),
            };
            bits::chip(ui, words, tone);
        });
        let at = line.at.map(|at| format!(", {}", format::moment(at, today))).unwrap_or_default();
        ui.label(text::small(ui, format!("Removed by {}{at}", line.by)));
        if !line.reason.is_empty() {
            ui.label(text::body(ui, format!("“{}”", line.reason)));
        }
        if let Some(why) = &line.why_not {
            let words = format!("Not in effect: {why}");
            ui.label(text::body(ui, words).color(tokens.watch.ink));
        }
        ui.label(text::soft(ui, behind(line)));
        if !line.uncut_in.is_empty() {
            let words = format!(
                "A manager of {} has yet to say how much of their work there stands: who removed \
                 them does, or the first device of another that comes by",
                all_of(&line.uncut_in)
            );
            ui.label(text::soft(ui, words));
        }
        feet(ui, line, actions);
    });
}

fn behind(line: &RemovalLine) -> String {
    match line.endorsed_by.as_slice() {
        [] => "Nobody stands behind it beside its author".to_owned(),
        [one] => format!("{one} stands behind it"),
        several => format!("{} stand behind it", all_of(several)),
    }
}

fn feet(ui: &mut Ui, line: &RemovalLine, actions: &mut Actions) {
    if !line.may_endorse && line.held == 0 {
        return;
    }
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        if line.may_endorse {
            let button = buttons::plain(ui, "Stand behind this…");
            let spoken = format!("Stand behind the removal of {}…", line.who);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if button.clicked() {
                let what = Box::new(What::Endorse(Box::new(line.clone())));
                actions.push(Action::Trust(Edit::Ask(what)));
            }
        }
        if line.held > 0 {
            let entries = format::count(line.held, "entry", "entries");
            if buttons::quiet(ui, &format!("{entries} of theirs held, see why")).clicked() {
                actions.push(Action::Command(CommandId::GoHeld));
            }
        }
    });
}
