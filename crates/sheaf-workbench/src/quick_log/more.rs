//! What else an incident says: how serious, when, what was done, home, what is to follow.

use eframe::egui::{
    Id, Key, Margin, Modifiers, Rect, Response, Role, Sense, TextEdit, Ui, Vec2, WidgetInfo, pos2,
};

use super::fields;
use super::state::{Edit, Field, State};
use super::view::save;
use crate::action::Actions;
use crate::format;
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::segments::Segments;
use crate::widgets::{buttons, keys, paint};

/// A narrower dialog has the second line in two.
const ROOM_FOR_ONE_LINE: f32 = 834.0;

/// As high as a field with a line of text.
const HEIGHT: f32 = 35.0;

const CELL: f32 = 34.0;
const WHEN_WIDTH: f32 = 140.0;
const ACTION_WIDTH: f32 = 172.0;
const DUE_WIDTH: f32 = 130.0;

pub(super) fn second_line(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let is_wide = ui.available_width() >= ROOM_FOR_ONE_LINE;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 22.0;
        ui.vertical(|ui| {
            ui.label(text::label(ui, "How serious"));
            severity(ui, state, edits);
        });
        ui.vertical(|ui| {
            ui.set_width(WHEN_WIDTH);
            when(ui, state, edits);
        });
        ui.vertical(|ui| {
            let label = ui.label(text::label(ui, "Action taken"));
            action_taken(ui, state, &label, edits);
        });
        if is_wide {
            ui.vertical(|ui| home(ui, state, edits));
        }
    });
    if !is_wide {
        ui.add_space(10.0);
        home(ui, state, edits);
    }
}

/// Five squares with one stop for the keys: a digit chooses, Tab and Enter go on.
fn severity(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(5.0 * CELL, HEIGHT), Sense::click());
    let spoken = match state.severity {
        Some(level) => format!("Severity {level} of 5; press a digit to change it"),
        None => "Severity: press a digit from 1 to 5".to_owned(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    fields::follow_focus(state, Field::Severity, &response, edits);
    let painter = ui.painter();
    painter.rect_filled(rect, f32::from(RADIUS), tokens.sunken);
    for level in 1..=5_u8 {
        let left = rect.left() + CELL * f32::from(level - 1);
        let cell = Rect::from_min_size(pos2(left, rect.top()), Vec2::new(CELL, HEIGHT));
        let here = state.severity == Some(level);
        let (fill, ink) = tokens.of_severity(level);
        if here {
            painter.rect_filled(cell.shrink(2.0), f32::from(RADIUS) - 2.0, fill);
        }
        let color = if here { ink } else { tokens.soft };
        let galley = painter.layout_no_wrap(level.to_string(), Rank::Strong.font(), color);
        painter.galley(cell.center() - galley.size() / 2.0, galley, color);
        let clicked = response.clicked()
            && response.interact_pointer_pos().is_some_and(|place| cell.contains(place));
        if clicked {
            edits.push(Edit::Severity(level));
        }
    }
    paint::focus_ring(ui, &response, RADIUS);
    if response.has_focus() {
        severity_keys(ui, edits);
    }
}

fn severity_keys(ui: &Ui, edits: &mut Vec<Edit>) {
    let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5];
    ui.ctx().input_mut(|input| {
        for (level, key) in (1_u8..).zip(digits) {
            if input.consume_key(Modifiers::NONE, key) {
                edits.push(Edit::Severity(level));
            }
        }
        if input.consume_key(Modifiers::NONE, Key::Enter) {
            edits.push(Edit::Focus(Field::Note));
        }
    });
}

/// A line of text with its label: what was typed, and whether Enter was pressed in it.
fn line(
    ui: &mut Ui,
    state: &State,
    field: Field,
    words: (&str, &str),
    value: &str,
    edits: &mut Vec<Edit>,
) -> (Option<String>, bool) {
    let label = ui.label(text::label(ui, words.0));
    let mut typed = value.to_owned();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique(("quick log line", field as usize)))
        .hint_text(words.1)
        .font(Rank::Body.font())
        .margin(Margin::symmetric(12, 9))
        .desired_width(f32::INFINITY)
        .return_key(None);
    let response = ui.add(edit).labelled_by(label.id);
    fields::follow_focus(state, field, &response, edits);
    let entered = response.has_focus() && keys::take(ui, Modifiers::NONE, Key::Enter);
    (response.changed().then_some(typed), entered)
}

fn when(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let words = ("When", "Just now");
    let (typed, entered) = line(ui, state, Field::When, words, &state.when, edits);
    edits.extend(typed.map(Edit::When));
    if entered {
        edits.push(Edit::Focus(Field::Note));
    }
}

fn action_taken(ui: &mut Ui, state: &State, label: &Response, edits: &mut Vec<Edit>) {
    let title = |place: Option<usize>| {
        place
            .and_then(|place| state.roster.actions.get(place))
            .map_or("None yet", |choice| choice.title.as_str())
    };
    ui.spacing_mut().interact_size.y = HEIGHT;
    let combo = buttons::combo("action taken", title(state.action), ACTION_WIDTH);
    let shown = combo.show_ui(ui, |ui| {
        let all = std::iter::once(None).chain((0..state.roster.actions.len()).map(Some));
        for place in all {
            if ui.selectable_label(state.action == place, title(place)).clicked() {
                edits.push(Edit::ActionTaken(place));
            }
        }
    });
    shown.response.labelled_by(label.id);
}

fn home(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    ui.label(text::label(ui, "Home"));
    let titles: Vec<&str> = state.home_choices().iter().map(|one| one.title.as_str()).collect();
    let segments = Segments { name: "Home", titles: &titles, chosen: state.home };
    edits.extend(segments.show(ui).map(Edit::Home));
}

pub(super) fn follow_up(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>, actions: &mut Actions) {
    let gap = 10.0;
    let owner = 0.26 * ui.available_width();
    let what = ui.available_width() - owner - DUE_WIDTH - 2.0 * gap;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        ui.vertical(|ui| {
            ui.set_width(what);
            let words = ("Follow-up", "What is still to be done");
            let (typed, entered) = line(ui, state, Field::FollowUp, words, &state.follow_up, edits);
            edits.extend(typed.map(Edit::FollowUp));
            if entered {
                edits.push(Edit::Focus(Field::Due));
            }
        });
        ui.vertical(|ui| {
            ui.set_width(DUE_WIDTH);
            let label = due_label(state);
            let words = (label.as_str(), "tomorrow, Fri…");
            let (typed, entered) = line(ui, state, Field::Due, words, &state.due, edits);
            edits.extend(typed.map(Edit::Due));
            if entered {
                edits.push(Edit::Focus(Field::Owner));
            }
        });
        ui.vertical(|ui| {
            ui.set_width(owner);
            owner_slot(ui, state, edits, actions);
        });
    });
}

/// The day as it is understood, in the label of its field.
fn due_label(state: &State) -> String {
    match state.due_day() {
        Ok(Some(day)) => {
            let today = state.lately.as_ref().map(|lately| lately.now.date());
            format!("By {}", format::weekday(day, today))
        }
        _ => "By".to_owned(),
    }
}

/// Enter with nothing more to choose saves.
fn owner_slot(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>, actions: &mut Actions) {
    let is_done = state.field == Field::Owner && state.matches.is_empty() && !state.takes_focus;
    let before = edits.len();
    fields::slot(ui, state, Field::Owner, ("Who follows it up", "You"), edits);
    let enters = |edit: &Edit| matches!(edit, Edit::PickHighlighted(_));
    if is_done && edits.iter().skip(before).any(enters) {
        edits.retain(|edit| !enters(edit));
        save(edits, actions);
    }
}

/// What is asked only where it matters: how home was told, and who may read it.
pub(super) fn last_line(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    if !state.is_home_told() && !state.roster.safeguarding {
        return;
    }
    ui.add_space(10.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 22.0;
        if state.roster.safeguarding {
            ui.vertical(|ui| {
                ui.label(text::label(ui, "Who may read it"));
                safeguarding(ui, state, edits);
            });
        }
        if state.is_home_told() {
            ui.vertical(|ui| {
                ui.label(text::label(ui, "How home was told"));
                let choices = state.method_choices();
                let titles: Vec<&str> = choices.iter().map(|one| one.title.as_str()).collect();
                let name = "How home was told";
                let segments = Segments { name, titles: &titles, chosen: state.home_how };
                edits.extend(segments.show(ui).map(Edit::HomeHow));
            });
        }
    });
}

fn safeguarding(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let titles = ["Pastoral team", "Safeguarding only"];
    let chosen = Some(usize::from(state.safeguarding));
    let segments = Segments { name: "Who may read it", titles: &titles, chosen };
    edits.extend(segments.show(ui).map(|place| Edit::Safeguarding(place == Some(1))));
}
