//! A field for the text of a file, with the numbers of its lines.

use std::sync::Arc;

use eframe::egui::text::{LayoutJob, TextFormat};
use eframe::egui::{
    Align, FontFamily, FontId, Galley, Id, Layout, Margin, ScrollArea, TextBuffer, TextEdit, Ui,
};
use sheaf_school::MetricVocabulary;

use super::state::WordsInSight;
use super::words::{Shown, Words};
use crate::theme::{Tokens, tokens_of};

const FONT: FontId = FontId::new(13.0, FontFamily::Monospace);
/// Fewer rows than this are shown as so many.
const LEAST_ROWS: usize = 12;

/// What the field shows.
#[derive(Clone, Copy, Debug)]
pub struct Code<'a> {
    /// The name of the file.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The lines on which something is wrong, from 1.
    pub wrong: &'a [usize],
    /// The words that it can go on with, where it is a script.
    pub vocabulary: Option<&'a MetricVocabulary>,
    /// Those of them that were in sight in the frame before.
    pub words: &'a WordsInSight,
}

/// What somebody did in the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The new text, if it was changed.
    pub text: Option<String>,
    /// What is being typed that words are shown for.
    pub words: Option<String>,
}

impl Code<'_> {
    /// Draws it. Tab goes on to what comes next, as anywhere, unless words are shown.
    pub fn show(self, ui: &mut Ui, most_height: f32) -> Written {
        let mut typed = self.text.to_owned();
        let count = typed.split('\n').count().max(1);
        let tokens = tokens_of(ui);
        let mut layouter = |ui: &Ui, buffer: &dyn TextBuffer, _: f32| -> Arc<Galley> {
            let job = coloured(buffer.as_str(), self.wrong, tokens);
            ui.fonts_mut(|fonts| fonts.layout_job(job))
        };
        let scroll = ScrollArea::both().id_salt(("code", self.file)).max_height(most_height);
        let shown = scroll.auto_shrink([false, true]).show(ui, |ui| {
            ui.horizontal_top(|ui| {
                numbers(ui, count, tokens);
                let id = Id::unique(("code", self.file));
                let words = self.vocabulary.map(|of| Words::new(ui, id, of, self.words));
                let edit = TextEdit::multiline(&mut typed)
                    .id(id)
                    .font(FONT)
                    .margin(Margin::symmetric(8, 6))
                    .desired_rows(LEAST_ROWS)
                    .desired_width(f32::INFINITY)
                    .layouter(&mut layouter);
                let usual = edit.get_event_filter();
                let filter = words.as_ref().map_or(usual, |words| words.filter(usual));
                let output = edit.event_filter(filter).show(ui);
                let none = Shown { is_taken: false, typed: None };
                let words = words.map_or(none, |words| words.show(ui, &output, &mut typed));
                let response = output.response.response;
                let response = response.accessible_name(format!("Text of {}", self.file));
                (response.changed() || words.is_taken, words.typed)
            })
            .inner
        });
        let (is_changed, words) = shown.inner;
        Written { text: is_changed.then_some(typed), words }
    }
}

/// The numbers of the lines, as high as the lines beside them.
fn numbers(ui: &mut Ui, count: usize, tokens: &Tokens) {
    let words: Vec<String> = (1..=count).map(|line| line.to_string()).collect();
    let mut job = LayoutJob::simple(words.join("\n"), FONT, tokens.faint, f32::INFINITY);
    job.halign = Align::RIGHT;
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let width = galley.size().x + 6.0;
    let layout = Layout::top_down(Align::Min);
    ui.allocate_ui_with_layout(eframe::egui::vec2(width, galley.size().y), layout, |ui| {
        let at = ui.max_rect().right_top() + eframe::egui::vec2(0.0, 6.0);
        ui.allocate_space(galley.size());
        ui.painter().galley(at, galley, tokens.faint);
    });
}

/// Comments stand back, and lines on which something is wrong stand out.
fn coloured(text: &str, wrong: &[usize], tokens: &Tokens) -> LayoutJob {
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    for (place, line) in text.split_inclusive('\n').enumerate() {
        let is_wrong = wrong.contains(&(place + 1));
        let format = |color| TextFormat {
            font_id: FONT,
            color: if is_wrong { tokens.act.ink } else { color },
            background: if is_wrong { tokens.act.wash } else { eframe::egui::Color32::TRANSPARENT },
            ..TextFormat::default()
        };
        let (code, comment) = line.split_at(comment_at(line));
        job.append(code, 0.0, format(tokens.text));
        job.append(comment, 0.0, format(tokens.faint));
    }
    if text.is_empty() {
        job.append("", 0.0, TextFormat::simple(FONT, tokens.text));
    }
    job
}

/// Where a comment begins in a line: at two slashes outside of a text.
fn comment_at(line: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (place, letter) in line.char_indices() {
        match (quote, letter) {
            (None, '/') if before == '/' => return place - 1,
            (None, '"' | '`') => quote = Some(letter),
            (Some(open), _) if letter == open && before != '\\' => quote = None,
            _ => {}
        }
        before = letter;
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_outside_of_texts() {
        for (line, code) in [
            ("let a = 1; // one", "let a = 1; "),
            ("// all", ""),
            ("let a = \"http://x\";", "let a = \"http://x\";"),
            ("let a = `//`; // é", "let a = `//`; "),
            ("let a = b / c;", "let a = b / c;"),
        ] {
            assert_eq!(line.split_at(comment_at(line)).0, code, "{line}");
        }
    }
}
