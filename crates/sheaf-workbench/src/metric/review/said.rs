//! What both versions say of this school, side by side.

use eframe::egui::Ui;
use sheaf_school::{FindingPair, MetricReview, ReviewTable, TablePair};

use crate::format;
use crate::metric::level;
use crate::theme::{text, tokens_of};
use crate::widgets::table::Table;
use crate::widgets::{Icon, bits};

/// The height of a table before it scrolls.
const TABLE_HEIGHT: f32 = 240.0;
/// Tables with more columns stand below each other.
const COLUMNS_ABREAST: usize = 4;
/// In a narrower view nothing stands side by side.
const ROOM_FOR_TWO: f32 = 620.0;

/// What the two versions are called.
#[derive(Clone, Debug)]
pub struct Names {
    /// The one that runs; none where there is none.
    pub old: Option<String>,
    /// The one that is looked at.
    pub new: String,
}

/// Draws what they say.
pub fn show(ui: &mut Ui, page: &MetricReview, names: &Names) {
    bits::section(ui, "What it says of this school");
    if page.findings.is_empty() {
        ui.label(text::soft(ui, "No sentence, with the options as they stand"));
    }
    for pair in &page.findings {
        finding(ui, pair, names);
        ui.add_space(4.0);
    }
    for pair in page.tables.iter().filter(|pair| !pair.same) {
        ui.add_space(4.0);
        table(ui, pair, names);
    }
    let same: Vec<&str> =
        page.tables.iter().filter(|pair| pair.same).map(|pair| pair.title.as_str()).collect();
    if !same.is_empty() {
        ui.add_space(4.0);
        ui.label(text::soft(ui, format!("Tables that are the same in both: {}", same.join(", "))));
    }
    ui.add_space(14.0);
}

fn finding(ui: &mut Ui, pair: &FindingPair, names: &Names) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let new = pair.new.as_deref();
        match &names.old {
            None => sentence(ui, new),
            Some(_) if pair.same => said(ui, "Both say", new),
            Some(old) => abreast(
                ui,
                ui.available_width() >= ROOM_FOR_TWO,
                |ui| said(ui, old, pair.old.as_deref()),
                |ui| said(ui, &names.new, new),
            ),
        }
    });
}

/// Side by side where there is room, else one below the other.
fn abreast(ui: &mut Ui, has_room: bool, old: impl FnOnce(&mut Ui), new: impl FnOnce(&mut Ui)) {
    if !has_room {
        old(ui);
        ui.add_space(8.0);
        new(ui);
        return;
    }
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            old(left);
            new(right);
        }
    });
}

fn said(ui: &mut Ui, label: &str, words: Option<&str>) {
    ui.label(text::label(ui, label));
    sentence(ui, words);
}

/// A sentence with the sign of its level.
fn sentence(ui: &mut Ui, words: Option<&str>) {
    let Some(words) = words else {
        ui.label(text::soft(ui, "Does not say this"));
        return;
    };
    let (name, words) = words.split_once(": ").unwrap_or(("", words));
    let (icon, word, tone) = level(name, tokens_of(ui));
    ui.horizontal_top(|ui| {
        icon.show(ui, 15.0, tone.ink).on_hover_text(word);
        ui.vertical(|ui| ui.label(text::body(ui, words)));
    });
}

fn table(ui: &mut Ui, pair: &TablePair, names: &Names) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::title(ui, &pair.title));
        if let (Some(old), Some(new)) = (&pair.old, &pair.new) {
            ui.label(text::small(ui, differing(old, new)));
        }
        ui.add_space(6.0);
        let old_name = names.old.as_deref().unwrap_or_default();
        match (&pair.old, &pair.new) {
            (Some(old), Some(new)) => {
                let columns = old.columns.len().max(new.columns.len());
                let has_room = columns <= COLUMNS_ABREAST && ui.available_width() >= ROOM_FOR_TWO;
                abreast(
                    ui,
                    has_room,
                    |ui| side(ui, old_name, &pair.title, old),
                    |ui| side(ui, &names.new, &pair.title, new),
                );
            }
            (Some(old), None) => {
                ui.horizontal(|ui| {
                    let tone = tokens_of(ui).watch;
                    Icon::Info.show(ui, 15.0, tone.ink);
                    let words = format!("{} has no such table", names.new);
                    ui.label(text::body(ui, words).color(tone.ink));
                });
                side(ui, old_name, &pair.title, old);
            }
            (None, Some(new)) => side(ui, &names.new, &pair.title, new),
            (None, None) => {}
        }
    });
    ui.add_space(4.0);
}

/// How many rows of the new table are not in the old one.
fn differing(old: &ReviewTable, new: &ReviewTable) -> String {
    let count = new.rows.iter().filter(|row| !old.rows.contains(row)).count();
    let gone = old.rows.len().saturating_sub(new.rows.len());
    match (count, gone) {
        (0, 0) => "The same rows in another order, or under other headings".to_owned(),
        (0, gone) => format!("{} fewer", format::count(gone as u64, "row", "rows")),
        (count, _) => format!("{count} of {} rows differ", new.rows.len()),
    }
}

fn side(ui: &mut Ui, label: &str, title: &str, table: &ReviewTable) {
    ui.label(text::label(ui, label));
    let name = format!("{title}, {label}");
    ui.push_id(label, |ui| {
        let shown = Table { name: &name, columns: &table.columns, rows: &table.rows };
        shown.show(ui, TABLE_HEIGHT);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_differ_are_counted() {
        let table = |rows: &[&str]| ReviewTable {
            columns: vec!["Year".to_owned()],
            rows: rows.iter().map(|row| vec![(*row).to_owned()]).collect(),
        };
        let old = table(&["7", "8", "9"]);
        assert_eq!(differing(&old, &table(&["7", "8", "10"])), "1 of 3 rows differ");
        assert_eq!(differing(&old, &table(&["7", "8"])), "1 row fewer");
        let turned = "The same rows in another order, or under other headings";
        assert_eq!(differing(&old, &table(&["9", "8", "7"])), turned);
    }
}
