//! The files of a version with their differences.

use eframe::egui::{Align2, CollapsingHeader, FontFamily, FontId, Rect, ScrollArea, Sense, Ui};
use eframe::egui::{Role, Vec2, WidgetInfo};
use sheaf_school::{FileChange, LineChange};

use crate::format;
use crate::theme::{Tokens, Tone, text, tokens_of};
use crate::widgets::bits;

/// How high the lines of a file are before they scroll.
const MOST_HEIGHT: f32 = 380.0;
const ROW: f32 = 18.0;
const FONT: FontId = FontId::new(12.5, FontFamily::Monospace);

/// Draws every file that differs: what runs and what is said of it first, then what goes with it.
pub fn show(ui: &mut Ui, files: &[FileChange]) {
    let mut sorted: Vec<&FileChange> = files.iter().collect();
    sorted.sort_by_key(|file| rank(&file.file));
    for file in sorted {
        ui.push_id(&file.file, |ui| one(ui, file));
        ui.add_space(6.0);
    }
}

fn rank(file: &str) -> u8 {
    match file {
        "metric.rhai" => 0,
        "plugin.toml" => 1,
        "README.md" => 2,
        _ => 3,
    }
}

fn one(ui: &mut Ui, file: &FileChange) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let title = text::strong(ui, format!("{}  ·  {}", file.file, count(file)));
        CollapsingHeader::new(title).default_open(rank(&file.file) < 2).show(ui, |ui| {
            let lines = ScrollArea::both().max_height(MOST_HEIGHT).auto_shrink([false, true]);
            ui.spacing_mut().item_spacing.y = 0.0;
            // As wide as the longest line, so that it scrolls no further than there is to see.
            let width = widest(ui, file).max(ui.available_width());
            lines.show_rows(ui, ROW, file.lines.len(), |ui, range| {
                for row in file.lines.get(range).unwrap_or_default() {
                    line(ui, row, width);
                }
            });
        });
    });
}

fn count(file: &FileChange) -> String {
    let of = |sign: char| file.lines.iter().filter(|line| line.sign == sign).count();
    match file.change {
        "changed" => format!("{} added, {} removed", lines(of('+')), of('-')),
        other => format!("{other}, {}", lines(file.lines.len())),
    }
}

fn lines(count: usize) -> String {
    format::count(count as u64, "line", "lines")
}

fn widest(ui: &Ui, file: &FileChange) -> f32 {
    let letters = file.lines.iter().map(|line| line.text.chars().count()).max().unwrap_or_default();
    let one = ui.fonts_mut(|fonts| fonts.glyph_width(&FONT, 'm'));
    (letters as f32 + 4.0) * one
}

fn line(ui: &mut Ui, line: &LineChange, width: f32) {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, ROW), Sense::hover());
    let words = format!("{} {}", line.sign, line.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    let tone = tone(line.sign, tokens_of(ui));
    let painter = ui.painter();
    if let Some(tone) = tone {
        painter.rect_filled(rect, 0.0, tone.wash);
    }
    let ink = tone.map_or(tokens_of(ui).soft, |tone| tone.ink);
    let place = Rect::from_min_max(rect.min + Vec2::new(6.0, 0.0), rect.max);
    painter.text(place.left_center(), Align2::LEFT_CENTER, words, FONT, ink);
}

const fn tone(sign: char, tokens: &Tokens) -> Option<Tone> {
    match sign {
        '+' => Some(tokens.good),
        '-' => Some(tokens.act),
        _ => None,
    }
}
