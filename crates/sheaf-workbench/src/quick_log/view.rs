//! Draws the quick log and turns keys into changes.

use eframe::egui::{
    Align, Context, Id, Key, KeyboardShortcut, Layout, Margin, Modifiers, ScrollArea, Stroke,
    TextEdit, Ui,
};
use sheaf_school::desk::{DraftLine, PastIncident};

use super::state::{After, Edit, Field, State};
use super::{fields, more, pupils};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::overlay::Overlay;
use crate::widgets::{Icon, bits, buttons, keys};

const WIDTH: f32 = 880.0;
const MARGIN: i8 = 22;
const FOOTER: f32 = 62.0;

/// A lower window gives the dialog all the room that it has.
const ROOM_FOR_AIR: f32 = 760.0;

/// What the quick log shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The form.
    pub form: &'a State,
    /// Drafts that were left behind and can be continued.
    pub drafts: &'a [DraftLine],
}

/// Draws the quick log over everything else.
pub fn show(ctx: &Context, sight: Sight<'_>, actions: &mut Actions) {
    let state = sight.form;
    let screen = ctx.content_rect();
    let top = if screen.height() < ROOM_FOR_AIR { 14.0 } else { 72.0 };
    let mut edits = Vec::new();
    let form = Overlay::new("quick log", "Log an incident", WIDTH - 2.0 * f32::from(MARGIN))
        .below_the_edge(top)
        .margin(MARGIN)
        .beside(2.0 * f32::from(MARGIN) + 28.0);
    form.show(ctx, actions, |ui, actions| {
        let room = screen.height() - top - 2.0 * f32::from(MARGIN) - FOOTER - 20.0;
        let scroll = ScrollArea::vertical().max_height(room).auto_shrink([false, true]);
        scroll.show(ui, |ui| {
            body(ui, sight, &mut edits, actions);
        });
        footer(ui, state, actions);
    });
    fields::leave(ctx, state, &mut edits);
    actions.extend(edits.into_iter().map(Action::QuickLog));
    let next = KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter);
    if ctx.input_mut(|input| input.consume_shortcut(&next)) {
        actions.push(Action::Save(After::Next));
    }
}

fn body(ui: &mut Ui, sight: Sight<'_>, edits: &mut Vec<Edit>, actions: &mut Actions) {
    let state = sight.form;
    heading(ui, state);
    left_behind(ui, sight, actions);
    ui.add_space(8.0);
    fields::first_line(ui, state, edits);
    pupils::chips(ui, state, edits);
    ui.add_space(10.0);
    more::second_line(ui, state, edits);
    ui.add_space(10.0);
    note(ui, state, edits, actions);
    ui.add_space(10.0);
    more::follow_up(ui, state, edits, actions);
    more::last_line(ui, state, edits);
    twins(ui, state, edits, actions);
    error(ui, state);
}

fn heading(ui: &mut Ui, state: &State) {
    ui.horizontal(|ui| {
        ui.label(text::title(ui, "Log an incident"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(text::small(ui, happened(state)));
        });
    });
}

/// When it happened, as it is understood.
fn happened(state: &State) -> String {
    if state.saving.is_some() {
        return "Saving…".to_owned();
    }
    let Some(lately) = &state.lately else { return "Happened just now".to_owned() };
    match state.at() {
        Ok(Some(at)) => format!("Happened {}", format::moment(at, Some(lately.now.date()))),
        _ => {
            let period = lately.periods.iter().find(|period| period.code == lately.period);
            let period = period.map(|period| format!(", {}", period.title)).unwrap_or_default();
            format!("Happened just now{period}")
        }
    }
}

/// What a crash or a closed window has left behind, while nothing new is begun.
fn left_behind(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    if !sight.form.is_empty() {
        return;
    }
    let Some(draft) = sight.drafts.first() else { return };
    let tokens = tokens_of(ui);
    ui.add_space(8.0);
    bits::wash(tokens.info).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            Icon::Info.show(ui, 15.0, tokens.info.ink);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if buttons::quiet(ui, "Discard").clicked() {
                    actions.push(Action::DropDraft(draft.face));
                }
                if buttons::quiet(ui, "Continue").clicked() {
                    actions.push(Action::TakeDraft(draft.face));
                }
                let words = format!("Your draft of {}: {}", format::clock(draft.at), draft.words);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    bits::one_line(ui, &words, Rank::Body, tokens.info.ink);
                });
            });
        });
    });
}

fn note(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>, actions: &mut Actions) {
    let label = ui.label(text::label(ui, "Note"));
    let mut words = state.note.clone();
    let edit = TextEdit::multiline(&mut words)
        .id(Id::unique("quick log note"))
        .hint_text("What happened, in a sentence")
        .font(Rank::Body.font())
        .margin(Margin::symmetric(12, 9))
        .desired_rows(2)
        .desired_width(f32::INFINITY)
        .return_key(KeyboardShortcut::new(Modifiers::SHIFT, Key::Enter));
    let response = ui.add(edit).labelled_by(label.id);
    fields::follow_focus(state, Field::Note, &response, edits);
    if response.changed() {
        edits.push(Edit::Note(words));
    }
    if response.has_focus() && keys::take(ui, Modifiers::NONE, Key::Enter) {
        save(edits, actions);
    }
}

/// Saves what was typed until now, in this frame too.
pub(super) fn save(edits: &mut Vec<Edit>, actions: &mut Actions) {
    actions.extend(edits.drain(..).map(Action::QuickLog));
    actions.push(Action::Save(After::Close));
}

/// What looks like the same incident, while it is typed and again before it is saved.
fn twins(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>, actions: &mut Actions) {
    if state.twins.is_empty() {
        return;
    }
    let tone = tokens_of(ui).watch;
    ui.add_space(10.0);
    bits::wash(tone).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            Icon::Warning.show(ui, 15.0, tone.ink);
            let words = if state.asks.is_some() {
                "Not saved yet: is it one of these?"
            } else {
                "This looks like one that is already written down"
            };
            ui.label(text::strong(ui, words).color(tone.ink));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let anyway = buttons::plain(ui, "Log anyway");
                if state.takes_answer {
                    anyway.request_focus();
                    edits.push(Edit::Asked);
                }
                if anyway.clicked() {
                    edits.push(Edit::NoTwin);
                    actions.extend(edits.drain(..).map(Action::QuickLog));
                    actions.extend(state.asks.map(Action::Save));
                }
            });
        });
        for twin in state.twin_lines() {
            twin_line(ui, twin, state, actions);
        }
    });
}

fn twin_line(ui: &mut Ui, twin: &PastIncident, state: &State, actions: &mut Actions) {
    ui.horizontal(|ui| {
        ui.add_space(23.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let open = buttons::quiet(ui, "Open it");
            let spoken = format!("Open it: {}", twin.headline);
            open.widget_info(|| {
                eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, &spoken)
            });
            if open.clicked() {
                actions.push(Action::Command(CommandId::Close));
                actions.push(Action::OpenRecord(twin.record));
            }
            let today = state.lately.as_ref().map(|lately| lately.now.date());
            let when = format::moment(twin.at, today);
            let words = format!("{}  ·  {when}  ·  {}", twin.headline, twin.by);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                bits::one_line(ui, &words, Rank::Body, tokens_of(ui).text);
            });
        });
    });
}

fn error(ui: &mut Ui, state: &State) {
    let Some(error) = &state.error else { return };
    let tokens = tokens_of(ui);
    ui.add_space(10.0);
    bits::wash(tokens.act).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            Icon::Warning.show(ui, 15.0, tokens.act.ink);
            let shown = ui.colored_label(tokens.act.ink, error);
            shown.scroll_to_me(None);
        });
    });
}

fn footer(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    ui.add_space(12.0);
    let line = ui.available_rect_before_wrap();
    ui.painter().hline(line.x_range(), line.top(), Stroke::new(1.0, tokens.line));
    ui.add_space(12.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            if buttons::primary(ui, "Save").clicked() {
                actions.push(Action::Save(After::Close));
            }
            if buttons::plain(ui, "Save and next").clicked() {
                actions.push(Action::Save(After::Next));
            }
            if !state.is_empty() && buttons::quiet(ui, "Discard").clicked() {
                actions.push(Action::DiscardForm);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                hints(ui, state);
            });
        });
    });
}

fn hints(ui: &mut Ui, state: &State) {
    match state.field {
        Field::Who if state.pupils.is_empty() => {
            buttons::hint(ui, "Enter", "choose");
            buttons::hint(ui, "Shift+Enter", "choose, one more");
        }
        Field::Who => {
            buttons::hint(ui, "Enter", "on");
            buttons::hint(ui, "Ctrl+R", "role");
            buttons::hint(ui, "← →", "which");
        }
        Field::What | Field::Where | Field::Owner => {
            buttons::hint(ui, "Enter", "choose");
            buttons::hint(ui, "Shift+Tab", "back");
        }
        Field::Severity => buttons::hint(ui, "1 – 5", "choose"),
        Field::When | Field::FollowUp | Field::Due => buttons::hint(ui, "Enter", "on"),
        Field::Note => {
            buttons::hint(ui, "Enter", "save");
            buttons::hint(ui, "Ctrl+Enter", "save and next");
        }
    }
}
