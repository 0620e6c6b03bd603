//! The banner of a device that was told that it is removed.

use eframe::egui::{Align, Frame, Label, Layout, Margin, Panel, Role, Ui, WidgetInfo};
use jiff::civil::Date;
use sheaf_school::desk::ToldLine;

use super::Edit;
use super::wipe;
use crate::action::{Action, Actions};
use crate::format;
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, buttons};

/// The room that the button takes.
const BUTTON: f32 = 150.0;

/// Draws it above everything.
pub fn show(ui: &mut Ui, told: &ToldLine, today: Option<Date>, actions: &mut Actions) {
    let tone = tokens_of(ui).act;
    let frame = Frame::new().fill(tone.wash).inner_margin(Margin::symmetric(16, 8));
    Panel::top("told out").frame(frame).show_separator_line(false).show(ui, |ui| {
        ui.horizontal(|ui| {
            Icon::Stop.show(ui, 16.0, tone.ink);
            ui.vertical(|ui| {
                ui.set_width((ui.available_width() - BUTTON).max(120.0));
                let words = said(told, today);
                let head = text::strong(ui, &words).color(tone.ink);
                let line = ui.add(Label::new(head).wrap());
                line.widget_info(|| WidgetInfo::labeled(Role::Alert, true, &words));
                let words = "If that is right, wipe this device. If not, ask the head or a lead: \
                             it can only be invited anew";
                ui.add(Label::new(text::small(ui, words).color(tone.ink)).wrap());
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if buttons::plain(ui, "Wipe this device…").clicked() {
                    actions.push(Action::Trust(Edit::Wipe(wipe::Edit::Begin)));
                }
            });
        });
    });
}

/// It is said, not proved: whoever is removed does not get the removal itself.
fn said(told: &ToldLine, today: Option<Date>) -> String {
    let whose = if told.by.is_empty() {
        "A colleague’s device".to_owned()
    } else {
        format!("{}’s device", told.by)
    };
    let at = told.at.map(|at| format!(" on {}", format::moment(at, today))).unwrap_or_default();
    format!(
        "{whose} said{at} that this device was removed from the school: nothing goes out or comes \
         in any more"
    )
}
