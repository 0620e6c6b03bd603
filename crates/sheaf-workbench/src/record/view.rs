//! Draws the side panel.

use eframe::egui::{Align, Frame, Layout, Margin, ScrollArea, Stroke, Ui};
use sheaf_records::{FieldPath, RecordId};
use sheaf_school::desk::{ContenderLine, Detail, DetailRow, TimelineItem};

use super::change::{Change, What};
use super::state::{Edit, Page, State};
use super::{editor, history};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{text, tokens_of};
use crate::widgets::row::{self, Mark, When};
use crate::widgets::{Icon, bits, buttons};

/// The room of the button that changes a value.
const EDIT: f32 = 48.0;

/// The share of the width that the name of a value has, and its most.
const NAME: f32 = 0.36;
const WIDEST_NAME: f32 = 150.0;

/// Draws the page in sight.
pub fn show(ui: &mut Ui, state: &State, model: &Model, actions: &mut Actions) {
    let Some(page) = state.page() else { return };
    top(ui, state, page, actions);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(22, 6)).show(ui, |ui| match page {
            Page::Record(record) => record_page(ui, *record, state, model, actions),
            Page::Behind { title, items, refused } => {
                let items = items.as_deref();
                behind(ui, title, items, refused.as_deref(), actions);
            }
        });
    });
}

fn top(ui: &mut Ui, state: &State, page: &Page, actions: &mut Actions) {
    Frame::new().inner_margin(Margin { left: 14, right: 12, top: 12, bottom: 4 }).show(ui, |ui| {
        ui.horizontal(|ui| {
            if state.has_back() {
                if buttons::icon(ui, Icon::Back, "Back to the list").clicked() {
                    actions.push(Action::PanelBack);
                }
            } else {
                ui.add_space(8.0);
            }
            let words = match page {
                Page::Record(_) => "Record",
                Page::Behind { .. } => "Records behind",
            };
            bits::section(ui, words);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if buttons::icon(ui, Icon::Cross, "Close the side panel").clicked() {
                    actions.push(Action::Command(CommandId::Close));
                }
            });
        });
    });
}

fn behind(
    ui: &mut Ui,
    title: &str,
    items: Option<&[TimelineItem]>,
    refused: Option<&str>,
    actions: &mut Actions,
) {
    ui.label(text::title(ui, title));
    let Some(items) = items else {
        match refused {
            Some(why) => {
                ui.label(text::soft(ui, why));
            }
            None => bits::waiting(ui, "Looking the records up…"),
        }
        return;
    };
    ui.label(text::small(ui, format::count(items.len() as u64, "record", "records")));
    ui.add_space(8.0);
    ui.spacing_mut().item_spacing.y = 2.0;
    for item in items {
        if row::record(ui, item, When::date(item), Mark::None).clicked() {
            actions.push(Action::OpenRecord(item.record));
        }
    }
}

fn record_page(ui: &mut Ui, record: RecordId, state: &State, model: &Model, actions: &mut Actions) {
    let slot = model.details.get(&record);
    let detail = slot.and_then(|slot| slot.get());
    match (detail, slot.and_then(|slot| slot.refused())) {
        (Some(detail), _) => whole(ui, detail, state, model, actions),
        (None, Some(why)) => {
            let title = "This record cannot be shown";
            bits::Empty { icon: Icon::Lock, title, why, button: None }.show(ui);
        }
        (None, None) => bits::waiting(ui, "Opening the record…"),
    }
}

fn whole(ui: &mut Ui, detail: &Detail, state: &State, model: &Model, actions: &mut Actions) {
    let item = &detail.item;
    let withdrawn = item.labels.iter().any(|label| label == "Withdrawn");
    if withdrawn {
        editor::banner(ui);
    }
    ui.label(text::title(ui, &item.headline));
    let at = item.at.map(|at| format::moment(at, model.today())).unwrap_or_default();
    let by = if item.by.is_empty() { String::new() } else { format!("  ·  {}", item.by) };
    ui.label(text::small(ui, format!("{at}{by}")));
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        let tokens = tokens_of(ui);
        if let Some(level) = item.severity {
            bits::severity(ui, level);
        }
        let guarded = item.space == "safeguarding";
        bits::chip(ui, &item.space, if guarded { tokens.act } else { tokens.none });
        for label in &item.labels {
            bits::chip(ui, label, tokens.none);
        }
    });
    if !item.text.is_empty() {
        ui.add_space(8.0);
        narrative(ui, detail, state, withdrawn, actions);
    }
    people(ui, item, actions);
    ui.add_space(14.0);
    values(ui, detail, state, withdrawn, model, actions);
    match state.change.as_ref() {
        Some(change) if change.what == What::Withdraw => {
            editor::show(ui, change, "Withdraw this record", actions);
        }
        Some(change) if change.what == What::Restore => {
            editor::show(ui, change, "Restore this record", actions);
        }
        _ => {
            let foot = editor::Foot { detail, withdrawn, has_history: state.history };
            editor::foot(ui, foot, actions);
        }
    }
    if state.history {
        history::show(ui, model.histories.get(&item.record), model);
    }
    ui.add_space(24.0);
}

/// What happened, whole, with the button that changes it.
fn narrative(ui: &mut Ui, detail: &Detail, state: &State, fixed: bool, actions: &mut Actions) {
    let text = &detail.item.text;
    let row = detail.rows.iter().find(|row| row.value == *text && row.contenders.len() <= 1);
    let change = row.zip(state.change.as_ref()).filter(|(row, change)| is_of(change, &row.path));
    if let Some((row, change)) = change {
        editor::show(ui, change, &row.title, actions);
        return;
    }
    ui.label(text::body(ui, text));
    if let Some(row) = row.filter(|_| !fixed) {
        edit_button(ui, row, actions);
    }
}

fn values(
    ui: &mut Ui,
    detail: &Detail,
    state: &State,
    withdrawn: bool,
    model: &Model,
    actions: &mut Actions,
) {
    let item = &detail.item;
    for row in detail.rows.iter().filter(|row| row.contenders.len() > 1) {
        conflict(ui, item.record, row, model, actions);
    }
    let first = detail.rows.iter().filter(|row| row.at.is_some()).min_by_key(|row| row.at);
    let first = first.map(|row| signed(&row.by, row.at, model)).unwrap_or_default();
    if !first.is_empty() {
        ui.label(text::small(ui, format!("Written down by {first}")));
        ui.add_space(2.0);
        separator(ui);
    }
    // The narrative stands above already.
    let is_told = |row: &&DetailRow| row.contenders.len() <= 1 && row.value != item.text;
    for row in detail.rows.iter().filter(is_told) {
        match state.change.as_ref().filter(|change| is_of(change, &row.path)) {
            Some(change) => editor::show(ui, change, &row.title, actions),
            None => {
                let by = signed(&row.by, row.at, model);
                let by = if by == first { "" } else { &by };
                value(ui, (row, by), withdrawn, actions);
            }
        }
    }
}

fn is_of(change: &Change, at: &FieldPath) -> bool {
    matches!(&change.what, What::Value { path, .. } if path == at)
}

fn people(ui: &mut Ui, item: &TimelineItem, actions: &mut Actions) {
    if item.pupils.is_empty() {
        return;
    }
    ui.add_space(12.0);
    for (id, name, role) in &item.pupils {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            bits::avatar(ui, name, 30.0);
            if buttons::quiet(ui, name).on_hover_text("Open the timeline").clicked() {
                actions.push(Action::OpenPupil(*id));
            }
            ui.label(text::small(ui, role.to_lowercase()));
        });
    }
}

/// A value with its name, and who set it where that is not who wrote the record down.
fn value(ui: &mut Ui, (row, by): (&DetailRow, &str), fixed: bool, actions: &mut Actions) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let room = ui.available_width();
        let name = (room * NAME).min(WIDEST_NAME);
        ui.vertical(|ui| {
            ui.set_width(name);
            ui.add_space(1.0);
            ui.label(text::label(ui, &row.title));
        });
        ui.vertical(|ui| {
            ui.set_width((room - name - EDIT - 16.0).max(80.0));
            ui.label(text::body(ui, if row.value.is_empty() { "–" } else { &row.value }));
            if !by.is_empty() {
                ui.label(text::small(ui, by));
            }
        });
        if !fixed {
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| edit_button(ui, row, actions));
        }
    });
    separator(ui);
}

fn edit_button(ui: &mut Ui, row: &DetailRow, actions: &mut Actions) {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding = eframe::egui::vec2(2.0, 0.0);
        ui.spacing_mut().interact_size.y = 20.0;
        let button = buttons::quiet(ui, "Edit");
        let spoken = format!("Edit {}", row.title);
        button.widget_info(|| {
            eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, &spoken)
        });
        if button.clicked() {
            let path = row.path.clone();
            let what = What::Value { path, form: None, typed: String::new() };
            actions.push(Action::Record(Edit::Begin(what)));
        }
    });
}

fn separator(ui: &mut Ui) {
    ui.add_space(5.0);
    let line = ui.available_rect_before_wrap();
    let stroke = Stroke::new(1.0, tokens_of(ui).line);
    ui.painter().hline(line.x_range(), line.top(), stroke);
    ui.add_space(7.0);
}

fn signed(by: &str, at: Option<jiff::civil::DateTime>, model: &Model) -> String {
    let at = at.map(|at| format::moment(at, model.today())).unwrap_or_default();
    if by.is_empty() || at.is_empty() { format!("{by}{at}") } else { format!("{by}, {at}") }
}

/// Several people set one field at once: all values are shown, and one is to be chosen.
fn conflict(ui: &mut Ui, record: RecordId, row: &DetailRow, model: &Model, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    bits::wash(tokens.watch).inner_margin(Margin::same(14)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            Icon::Fork.show(ui, 16.0, tokens.watch.ink);
            let words = format!("{} was set twice at once", row.title);
            ui.label(text::strong(ui, words).color(tokens.watch.ink));
        });
        ui.label(text::small(ui, "Both are kept; choose the one that holds").color(tokens.text));
        ui.add_space(4.0);
        for contender in &row.contenders {
            if one_of_several(ui, &row.title, contender, model) {
                let value = contender.value.clone();
                actions.push(Action::Settle { record, path: row.path.clone(), value });
            }
        }
    });
    ui.add_space(12.0);
}

fn one_of_several(ui: &mut Ui, title: &str, contender: &ContenderLine, model: &Model) -> bool {
    let tokens = tokens_of(ui);
    let words = if contender.words.is_empty() { "no value" } else { &contender.words };
    let frame = Frame::new().fill(tokens.raised).corner_radius(8).inner_margin(Margin::same(10));
    let shown = frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.vertical(|ui| {
                ui.set_max_width((ui.available_width() - 110.0).max(80.0));
                ui.label(text::strong(ui, words));
                ui.label(text::small(ui, signed(&contender.by, contender.at, model)));
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let button = buttons::plain(ui, "Use this");
                let spoken = format!("Use {words} as {}", title.to_lowercase());
                button.widget_info(|| {
                    eframe::egui::WidgetInfo::labeled(eframe::egui::Role::Button, true, &spoken)
                });
                button.clicked()
            })
            .inner
        })
        .inner
    });
    shown.inner
}
