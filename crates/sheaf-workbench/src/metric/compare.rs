//! What stands beside a result when it is compared with the period before.

use eframe::egui::{Frame, Margin, Ui};
use sheaf_school::desk::{BeforeLine, Compared};

use crate::theme::{text, tokens_of};
use crate::widgets::{Icon, bits};

/// Which days are compared, or why none are.
pub fn days(ui: &mut Ui, compared: &Compared) {
    let tokens = tokens_of(ui);
    let (tone, words) = match compared.refused.as_str() {
        "" => (tokens.none, compared.words.clone()),
        why => (tokens.watch, format!("Not compared with the period before: {why}")),
    };
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            Icon::Calendar.show(ui, 15.0, tone.ink);
            ui.label(text::body(ui, words).color(tokens.text));
        });
    });
    ui.add_space(6.0);
}

/// What a finding was in the period before, and what the two intervals tell.
pub fn before(ui: &mut Ui, line: &BeforeLine) {
    let tokens = tokens_of(ui);
    let frame = Frame::new().fill(tokens.raised).corner_radius(8);
    ui.add_space(4.0);
    frame.inner_margin(Margin::symmetric(10, 7)).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.label(text::label(ui, "Period before"));
            ui.label(text::body(ui, &line.estimate));
        });
        ui.label(text::small(ui, &line.verdict).color(tokens.soft));
    });
    ui.add_space(2.0);
}

/// What was found then and has no counterpart now.
pub fn only_before(ui: &mut Ui, compared: &Compared) {
    if compared.only_before.is_empty() {
        return;
    }
    ui.add_space(4.0);
    bits::section(ui, "Found in the period before alone");
    for words in &compared.only_before {
        ui.label(text::soft(ui, words));
    }
}
