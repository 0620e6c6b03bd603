//! What an erasure means, in words.

use eframe::egui::Ui;
use jiff::civil::Date;
use sheaf_school::desk::ErasureLine;

use crate::format;
use crate::theme::{text, tokens_of};
use crate::widgets::bits;

/// What is lost, and when.
pub fn meaning(ui: &mut Ui, alone: bool) {
    let words = "Every device deletes what it holds of the record, its history included, and \
                 confirms. No late device, folder or backup brings it back. That somebody wrote, \
                 and when, stays in the log";
    ui.label(text::soft(ui, words));
    ui.add_space(6.0);
    let tokens = tokens_of(ui);
    let (tone, words) = if alone {
        (tokens.act, "Nobody else in this space could sign: it takes effect at once")
    } else {
        (
            tokens.info,
            "It takes two: nothing is deleted until a second person of lead rank or above signs",
        )
    };
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::body(ui, words).color(tone.ink));
    });
}

/// What it means to propose the erasure of what is due.
pub fn due(ui: &mut Ui, records: usize, alone: bool) {
    let records = format::count(records as u64, "record", "records");
    let words = format!(
        "{records} at the end of the period, with what was decided about keeping them. Once it is \
         in effect every device deletes what it holds, the history included, and nothing brings it \
         back"
    );
    ui.label(text::soft(ui, words));
    ui.add_space(6.0);
    let tokens = tokens_of(ui);
    let (tone, words) = if alone {
        (tokens.act, "Where nobody else in a space could sign, it takes effect at once")
    } else {
        (
            tokens.info,
            "It takes two: nothing is deleted until a second person of lead rank or above signs",
        )
    };
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::body(ui, words).color(tone.ink));
    });
}

/// What is withdrawn.
pub fn withdraw(ui: &mut Ui, erasure: &ErasureLine, today: Option<Date>) {
    proposed(ui, erasure, today);
    let words = "Nobody can second it then, and nothing is deleted. It can be proposed again. If \
                 somebody has seconded it on a device that this one has not met since, it stays \
                 in effect";
    ui.label(text::soft(ui, words));
}

/// What is seconded.
pub fn second(ui: &mut Ui, erasure: &ErasureLine, today: Option<Date>) {
    proposed(ui, erasure, today);
    let tone = tokens_of(ui).act;
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let words = "With your signature it takes effect: every device deletes what it holds, its \
                     history included, and nothing brings it back";
        ui.label(text::body(ui, words).color(tone.ink));
    });
}

/// Who proposed it, when and why, and the records.
fn proposed(ui: &mut Ui, erasure: &ErasureLine, today: Option<Date>) {
    let by = super::words::all_of(&erasure.signed_by);
    let at = erasure.at.map(|at| format::moment(at, today)).unwrap_or_default();
    ui.label(text::body(ui, format!("{by} proposed it, {at}")));
    ui.label(text::soft(ui, &erasure.reason));
    ui.add_space(4.0);
    for record in &erasure.here {
        ui.label(text::strong(ui, &record.title));
    }
    ui.add_space(4.0);
}
