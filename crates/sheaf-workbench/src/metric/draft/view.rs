//! Draws the draft: its files, what its examples give, and below them what can be done.

use eframe::egui::{Align, Frame, Layout, Margin, Panel, Role, TextEdit, Ui, WidgetInfo};
use sheaf_school::desk::MetricDraftPage;

use super::code::Code;
use super::state::{Draft, Edit, Sending};
use crate::action::{Action, Actions};
use crate::metric::notes;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::{Icon, bits, buttons};

const WIDEST: f32 = 1_040.0;
/// How high the text of a file is before it scrolls.
const MOST_HEIGHT: f32 = 520.0;
/// The file that is the script.
const SCRIPT: &str = "metric.rhai";

/// Draws the draft.
pub fn show(ui: &mut Ui, draft: &Draft, actions: &mut Actions) {
    let Some(page) = &draft.page else {
        bits::page(ui, WIDEST, |ui| match &draft.refused {
            Some(why) => {
                let (title, button) = ("This draft cannot be read", Some("Close"));
                if (bits::Empty { icon: Icon::Warning, title, why, button }).show(ui) {
                    actions.push(Action::Draft(Edit::Close));
                }
            }
            None => bits::waiting(ui, "Reading its files and running its examples…"),
        });
        return;
    };
    let frame = Frame::new().fill(tokens_of(ui).side).inner_margin(Margin::symmetric(24, 12));
    Panel::bottom("share draft").frame(frame).show(ui, |ui| foot(ui, draft, actions));
    bits::page(ui, WIDEST, |ui| {
        ui.label(text::display(ui, format!("{} {}", page.name, page.version)));
        ui.label(text::soft(ui, &page.stands));
        ui.add_space(12.0);
        files(ui, draft, page, actions);
        ui.add_space(8.0);
        code(ui, draft, page, actions);
        ui.add_space(12.0);
        said(ui, draft, page);
    });
}

fn files(ui: &mut Ui, draft: &Draft, page: &MetricDraftPage, actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        for (file, _) in &page.files {
            let words = match draft.is_changed(file) {
                true => format!("{file} (not saved)"),
                false => file.clone(),
            };
            if buttons::choice(ui, &words, Chosen::from(*file == draft.file)).clicked() {
                actions.push(Action::Draft(Edit::File(file.clone())));
            }
        }
    });
}

fn code(ui: &mut Ui, draft: &Draft, page: &MetricDraftPage, actions: &mut Actions) {
    let of_file = page.checked.problems.iter().filter(|one| one.file == draft.file);
    // What was typed since may have moved the lines.
    let wrong: Vec<usize> = match draft.is_changed(&draft.file) {
        true => Vec::new(),
        false => of_file.map(|one| one.line).collect(),
    };
    let vocabulary = (draft.file == SCRIPT).then_some(page.vocabulary.as_ref());
    let code = Code {
        file: &draft.file,
        text: draft.text(),
        wrong: &wrong,
        vocabulary,
        words: &draft.words,
    };
    let written = code.show(ui, MOST_HEIGHT);
    if let Some(text) = written.text {
        actions.push(Action::Draft(Edit::Type(text)));
    }
    if written.words.as_deref() != draft.words.shown() {
        actions.push(Action::Draft(Edit::Words(written.words)));
    }
}

/// What its examples gave when it was saved last.
fn said(ui: &mut Ui, draft: &Draft, page: &MetricDraftPage) {
    if draft.has_changes() {
        let words = "Its examples run when you save; this is what they gave before";
        ui.label(text::soft(ui, words));
        ui.multiply_opacity(0.55);
    }
    let checked = &page.checked;
    let failed = checked.failed.iter().map(|one| (one.file.as_str(), one.why.as_str()));
    let problems = checked.problems.iter().map(|one| notes::Problem {
        file: &one.file,
        line: one.line,
        column: one.column,
        message: &one.message,
    });
    let (failed, problems) = (failed.collect::<Vec<_>>(), problems.collect::<Vec<_>>());
    notes::examples(ui, &checked.passed, &failed, &problems);
}

fn foot(ui: &mut Ui, draft: &Draft, actions: &mut Actions) {
    if let Some(why) = &draft.refused {
        let label = ui.label(text::body(ui, why).color(tokens_of(ui).act.ink));
        label.widget_info(|| WidgetInfo::labeled(Role::Alert, true, why));
        ui.add_space(4.0);
    }
    let hinders = draft.hinders();
    ui.horizontal(|ui| {
        if buttons::plain(ui, "Close").clicked() {
            actions.push(Action::Draft(Edit::Close));
        }
        let is_free = draft.sending == Sending::Nothing;
        if draft.is_changed(&draft.file) {
            ui.add_enabled_ui(is_free, |ui| {
                if buttons::primary(ui, "Save and check").clicked() {
                    actions.push(Action::Draft(Edit::Save));
                }
                if buttons::plain(ui, "Discard").clicked() {
                    actions.push(Action::Draft(Edit::Discard));
                }
            });
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_enabled_ui(is_free && hinders.is_none(), |ui| {
                if buttons::primary(ui, "Share with the school").clicked() {
                    actions.push(Action::Draft(Edit::Share));
                }
            });
            match hinders {
                Some(why) => {
                    ui.label(text::small(ui, why));
                }
                None => note(ui, draft, actions),
            }
        });
    });
}

fn note(ui: &mut Ui, draft: &Draft, actions: &mut Actions) {
    let mut typed = draft.note.clone();
    let edit = TextEdit::singleline(&mut typed)
        .hint_text("A word to the lead who reviews it")
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 8))
        .desired_width((ui.available_width() - 8.0).clamp(80.0, 420.0));
    if ui.add(edit).accessible_name("A word to the lead").changed() {
        actions.push(Action::Draft(Edit::Note(typed)));
    }
}
