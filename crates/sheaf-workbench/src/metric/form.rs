//! The form made from a metric's options.

use eframe::egui::style::HandleShape;
use eframe::egui::{
    Align, CompletionPopup, DragValue, Id, Layout, Margin, RectAlign, Response, Role, Sense,
    Slider, TextEdit, Ui, WidgetInfo, vec2,
};
use sheaf_school::desk::{Choice, FilterColumn, FormField, FormKind, MetricCard};

use super::completion;
use super::state::{Edit, State};
use crate::action::{Action, Actions};
use crate::model::Model;
use crate::rank::rank;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::{bits, buttons};

/// Sliders are for short ranges; a longer one is dragged or typed.
const SLIDER_RANGE: i64 = 60;

/// At most so many columns are offered at once.
const MOST_COLUMNS: usize = 6;

/// Draws one field after another.
pub fn show(ui: &mut Ui, card: &MetricCard, state: &State, actions: &mut Actions) {
    for field in &card.form {
        let now = state.option(&card.id, &field.name, &field.default);
        if let Some(text) = one(ui, field, now) {
            actions.push(Action::Metric(Edit::Set(field.name.clone(), text)));
        }
        ui.add_space(12.0);
    }
}

/// Draws a field; gives its new text if it was changed.
fn one(ui: &mut Ui, field: &FormField, now: &str) -> Option<String> {
    let mut label = None;
    ui.spacing_mut().interact_size.y = 20.0;
    ui.horizontal(|ui| {
        label = Some(ui.label(text::label(ui, &field.title)));
        if !field.unit.is_empty() {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(text::small(ui, &field.unit));
            });
        }
    });
    ui.spacing_mut().interact_size.y = 30.0;
    let label = label?;
    let changed = match &field.kind {
        FormKind::Integer { min, max } => integer(ui, &label, (*min, *max), now),
        FormKind::Number { min, max } => number(ui, &label, (*min, *max), now),
        FormKind::Choice(choices) => choice(ui, field, &label, choices, now),
        FormKind::Period(choices) => period(ui, field, &label, choices, now),
        FormKind::Several(choices) => several(ui, &field.title, choices, now),
        FormKind::Filter { columns } => filter(ui, field, &label, columns, now),
        FormKind::Boolean => boolean(ui, &field.title, now),
        FormKind::Text => words(ui, &label, field, now),
    };
    if !field.help.is_empty() {
        ui.label(text::small(ui, &field.help));
    }
    changed
}

fn integer(ui: &mut Ui, label: &Response, (min, max): (i64, i64), now: &str) -> Option<String> {
    let mut value: i64 = now.trim().parse().unwrap_or(min);
    let response = if max.saturating_sub(min) <= SLIDER_RANGE {
        ui.horizontal(|ui| slider(ui, label, &mut value, (min, max))).inner
    } else {
        ui.add(DragValue::new(&mut value).range(min..=max).speed(0.5)).labelled_by(label.id)
    };
    response.changed().then(|| value.to_string())
}

/// A slider in the colour of things that can be changed, with its number beside it.
fn slider(ui: &mut Ui, label: &Response, value: &mut i64, (min, max): (i64, i64)) -> Response {
    let tokens = tokens_of(ui);
    let row = ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 20.0;
        ui.spacing_mut().slider_width = (ui.available_width() - 56.0).max(80.0);
        let visuals = ui.visuals_mut();
        visuals.handle_shape = HandleShape::Circle;
        visuals.selection.bg_fill = tokens.accent;
        let widgets = &mut visuals.widgets;
        for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            state.fg_stroke.color = tokens.accent;
        }
        widgets.inactive.bg_fill = tokens.line;
        let slider = Slider::new(value, min..=max).show_value(false);
        ui.add(slider).labelled_by(label.id)
    });
    let typed = ui.add(DragValue::new(value).range(min..=max)).labelled_by(label.id);
    row.inner | typed
}

fn number(ui: &mut Ui, label: &Response, (min, max): (f64, f64), now: &str) -> Option<String> {
    let mut value: f64 = now.trim().parse().unwrap_or(min);
    let speed = ((max - min) / 200.0).max(0.001);
    let response = ui.add(DragValue::new(&mut value).range(min..=max).speed(speed));
    response.labelled_by(label.id).changed().then(|| value.to_string())
}

fn choice(
    ui: &mut Ui,
    field: &FormField,
    label: &Response,
    choices: &[Choice],
    now: &str,
) -> Option<String> {
    let mut picked = None;
    let title = Model::title_of(choices, now);
    let combo = buttons::combo(("option", &field.name), title, ui.available_width());
    let shown = combo.show_ui(ui, |ui| {
        for choice in choices {
            if ui.selectable_label(choice.code == now, &choice.title).clicked() {
                picked = Some(choice.code.clone());
            }
        }
    });
    shown.response.labelled_by(label.id);
    picked
}

/// One of the periods of the calendar, or two days written out.
fn period(
    ui: &mut Ui,
    field: &FormField,
    label: &Response,
    choices: &[Choice],
    now: &str,
) -> Option<String> {
    let is_known = choices.iter().any(|choice| choice.code == now);
    let mut offered = choices.to_vec();
    let own = Choice { code: now.to_owned(), title: "From one day to another".to_owned() };
    if !is_known {
        offered.push(own);
    } else if let Some(dates) = own_dates(now) {
        offered.push(Choice { code: dates, title: own.title });
    }
    let picked = choice(ui, field, label, &offered, now);
    if is_known {
        return picked;
    }
    picked.or_else(|| words(ui, label, field, now))
}

/// What two days written out look like, to begin with.
fn own_dates(now: &str) -> Option<String> {
    (!now.contains("..")).then(|| "2025-09-01..2026-07-20".to_owned())
}

fn several(ui: &mut Ui, title: &str, choices: &[Choice], now: &str) -> Option<String> {
    let parts = now.split(',').map(str::trim).filter(|part| !part.is_empty());
    let chosen: Vec<&str> = parts.collect();
    let mut turned = None;
    for choice in choices {
        let mut on = chosen.contains(&choice.code.as_str());
        let response = ui.checkbox(&mut on, &choice.title);
        let spoken = format!("{title}: {}", choice.title);
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, &spoken));
        if response.changed() {
            turned = Some(choice.code.as_str());
        }
    }
    let turned = turned?;
    let is_on = |code: &str| chosen.contains(&code) != (code == turned);
    let codes = choices.iter().map(|choice| choice.code.as_str()).filter(|code| is_on(code));
    Some(codes.collect::<Vec<&str>>().join(","))
}

/// A filter is written; the columns that fit the last word stand below and are put in by a click.
fn filter(
    ui: &mut Ui,
    field: &FormField,
    label: &Response,
    columns: &[FilterColumn],
    now: &str,
) -> Option<String> {
    let typed = written(ui, label, field, columns, now);
    let fitting = rank(last_word(now), columns.iter().map(|column| column.name.as_str()));
    let mut added = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 22.0;
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        for column in fitting.iter().take(MOST_COLUMNS).filter_map(|place| columns.get(*place)) {
            if column_chip(ui, column).clicked() {
                added = Some(with_column(now, &column.name));
            }
        }
        let hidden = fitting.len().saturating_sub(MOST_COLUMNS);
        if hidden > 0 {
            ui.label(text::small(ui, format!("and {hidden} more, by their letters")));
        }
    });
    typed.or(added)
}

/// The text of a filter; what it can go on with hangs below it while it is typed.
fn written(
    ui: &mut Ui,
    label: &Response,
    field: &FormField,
    columns: &[FilterColumn],
    now: &str,
) -> Option<String> {
    let mut typed = now.to_owned();
    let edit = TextEdit::singleline(&mut typed)
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 7))
        .desired_width(f32::INFINITY);
    let popup = CompletionPopup::new(Id::unique(("option", &field.name)))
        .word_boundary(completion::ends_word)
        .align(RectAlign::BOTTOM_START);
    let output = popup.show(ui, edit, |query| {
        let before: String = query.text.chars().take(query.word_range.start.0).collect();
        completion::suggest(&before, query.word, columns)
    });
    let response = output.text_edit.response.response.labelled_by(label.id);
    (response.changed() || output.accepted.is_some()).then_some(typed)
}

fn column_chip(ui: &mut Ui, column: &FilterColumn) -> Response {
    let tone = tokens_of(ui).none;
    let response = bits::chip(ui, &column.name, tone).interact(Sense::click());
    let spoken = format!("Add the column {}", column.meaning);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    response.on_hover_text(&column.meaning)
}

/// The word that is being typed, if it can be the name of a column.
fn last_word(text: &str) -> &str {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.rsplit(|letter| !is_name(letter)).next().unwrap_or_default()
}

/// The filter with the word that is being typed made into the name of a column.
fn with_column(text: &str, column: &str) -> String {
    let before = text.strip_suffix(last_word(text)).unwrap_or(text).trim_end();
    let joint = match before.chars().next_back() {
        None => "",
        Some('&' | '|' | '(' | '!') => " ",
        Some(_) => " & ",
    };
    format!("{before}{joint}{column} == ")
}

fn boolean(ui: &mut Ui, title: &str, now: &str) -> Option<String> {
    let mut on = now.trim() == "true";
    ui.checkbox(&mut on, title).changed().then(|| on.to_string())
}

fn words(ui: &mut Ui, label: &Response, field: &FormField, now: &str) -> Option<String> {
    let mut typed = now.to_owned();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique(("option", &field.name)))
        .font(Rank::Body.font())
        .margin(Margin::symmetric(10, 7))
        .desired_width(f32::INFINITY);
    ui.add(edit).labelled_by(label.id).changed().then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_takes_the_place_of_the_word_being_typed() {
        assert_eq!(with_column("", "severity"), "severity == ");
        assert_eq!(with_column("sev", "severity"), "severity == ");
        assert_eq!(with_column("week > 3 ", "sex"), "week > 3 & sex == ");
        assert_eq!(with_column("week > 3 & s", "sex"), "week > 3 & sex == ");
        assert_eq!(with_column("(ye", "year_group"), "( year_group == ");
    }
}
