//! Draws how this device reaches the others: what works, what does not, and what to do about it.

use eframe::egui::{Label, Ui};
use sheaf_school::CheckShape;
use sheaf_school::desk::PeoplePage;

use super::qr;
use crate::action::{Action, Actions};
use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits, buttons};

const QR_SIZE: f32 = 132.0;

/// Whether something of the network is not as it should be; that colleagues are away is no fault.
pub fn is_in_the_way(page: &PeoplePage) -> bool {
    page.network.checks.iter().any(|check| !check.ok && !check.is_colleague)
}

/// Draws what was found, if this window is on the network.
pub fn show(ui: &mut Ui, page: &PeoplePage, actions: &mut Actions) {
    let (colleagues, checks): (Vec<&CheckShape>, Vec<&CheckShape>) =
        page.network.checks.iter().partition(|check| check.is_colleague);
    if checks.is_empty() {
        return;
    }
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::title(ui, "How this device reaches the others"));
        ui.add_space(6.0);
        checks.into_iter().for_each(|check| self::check(ui, check));
        if let Some(at) = page.network.addresses.first() {
            address(ui, at, actions);
        }
        if !colleagues.is_empty() {
            ui.add_space(10.0);
            bits::counted(ui, "When and how each was met", colleagues.len());
            ui.add_space(4.0);
            colleagues.into_iter().for_each(|check| self::check(ui, check));
        }
    });
    ui.add_space(10.0);
}

fn check(ui: &mut Ui, check: &CheckShape) {
    let tokens = tokens_of(ui);
    ui.horizontal_top(|ui| {
        let (icon, tone) = match (check.ok, check.is_colleague) {
            (true, _) => (Icon::Check, tokens.good),
            (false, true) => (Icon::Info, tokens.none),
            (false, false) => (Icon::Warning, tokens.watch),
        };
        icon.show(ui, 15.0, tone.ink);
        ui.add_space(4.0);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.label(text::strong(ui, &check.name));
            ui.add(Label::new(text::small(ui, &check.says)).wrap());
            if !check.advice.is_empty() {
                ui.add(Label::new(text::body(ui, &check.advice)).wrap());
            }
        });
    });
    ui.add_space(6.0);
}

/// The address of this device, to be typed or scanned elsewhere.
fn address(ui: &mut Ui, at: &str, actions: &mut Actions) {
    ui.add_space(4.0);
    ui.horizontal_top(|ui| {
        if let Some(modules) = qr::modules(at) {
            qr::show(ui, &modules, "The address of this device as a QR code", QR_SIZE);
            ui.add_space(8.0);
        }
        ui.vertical(|ui| {
            ui.label(text::small(ui, "Where colleagues' devices call this one"));
            ui.add(Label::new(text::strong(ui, at)).selectable(true));
            let words = "If a colleague's device does not find this one by itself, they type this \
                         address once, under “Connect to an address…”";
            ui.add(Label::new(text::small(ui, words)).wrap());
            ui.add_space(4.0);
            if buttons::plain(ui, "Copy the address").clicked() {
                actions.push(Action::Copy { text: at.to_owned(), what: "The address" });
            }
        });
    });
}
