//! Draws those who are in no more.

use eframe::egui::Ui;
use jiff::civil::Date;
use sheaf_school::desk::{PeoplePage, PersonLine};

use super::view::{device, line};
use crate::theme::text;
use crate::widgets::bits;

/// Draws them beneath the others, if there are any.
pub fn show(ui: &mut Ui, page: &PeoplePage, today: Option<Date>) {
    if page.former.is_empty() {
        return;
    }
    ui.add_space(12.0);
    bits::counted(ui, "No longer in", page.former.len());
    ui.add_space(6.0);
    for person in &page.former {
        self::person(ui, person, today);
        ui.add_space(10.0);
    }
}

fn person(ui: &mut Ui, person: &PersonLine, today: Option<Date>) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::strong(ui, &person.name));
        let words = format!("Removed; was {}. What they wrote stays", person.role.to_lowercase());
        ui.label(text::small(ui, words));
        for one in &person.devices {
            line(ui);
            device(ui, one, today);
        }
    });
}
