//! Draws the quick log and turns keys into changes.

use eframe::egui::{
    Align2, Context, EventFilter, Frame, Id, Key, KeyboardShortcut, Layout, Margin, Modal,
    Modifiers, Response, Role, Sense, Stroke, TextEdit, Ui, Vec2, WidgetInfo,
};

use super::state::{After, Edit, Field, State, Then};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::theme::{self, RADIUS, Rank, text, tokens_of};
use crate::widgets::buttons::{self, Chosen};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, keys};

const WIDTH: f32 = 720.0;
const TOP: f32 = 84.0;

/// Draws the quick log over everything else.
pub fn show(ctx: &Context, state: &State, actions: &mut Actions) {
    let id = Id::unique("quick log");
    let area = Modal::default_area(id)
        .anchor(Align2::CENTER_TOP, Vec2::new(0.0, TOP))
        .accessible_name("Log an incident");
    let style = ctx.global_style();
    let frame = Frame::window(&style).inner_margin(Margin::same(22));
    let veil = theme::of(&style.visuals).tokens().veil;
    let mut edits = Vec::new();
    let modal = Modal::new(id).area(area).frame(frame).backdrop_color(veil).show(ctx, |ui| {
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 80.0));
        heading(ui, state);
        ui.add_space(10.0);
        first_line(ui, state, &mut edits);
        suggestions(ui, state, &mut edits);
        pupils(ui, state, &mut edits);
        ui.add_space(8.0);
        second_line(ui, state, &mut edits);
        note(ui, state, &mut edits, actions);
        footer(ui, state, actions);
    });
    if modal.backdrop_response.clicked() {
        actions.push(Action::Command(CommandId::Close));
    }
    actions.extend(edits.into_iter().map(Action::QuickLog));
    let next = KeyboardShortcut::new(Modifiers::COMMAND, Key::Enter);
    if ctx.input_mut(|input| input.consume_shortcut(&next)) {
        actions.push(Action::Save(After::Next));
    }
}

fn heading(ui: &mut Ui, state: &State) {
    ui.horizontal(|ui| {
        ui.label(text::title(ui, "Log an incident"));
        ui.with_layout(Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            let words = if state.saving.is_some() { "Saving…" } else { "Happened just now" };
            ui.label(text::small(ui, words));
        });
    });
}

fn first_line(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let gap = 10.0;
    let part = (ui.available_width() - 2.0 * gap) / 10.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for (field, label, hint, share) in [
            (Field::Who, "Who", "Type a name", 3.8),
            (Field::What, "What", "What happened", 3.2),
            (Field::Where, "Where", "Place, if it matters", 3.0),
        ] {
            ui.vertical(|ui| {
                ui.set_width(part * share);
                slot(ui, state, field, (label, hint), edits);
            });
        }
    });
}

fn slot(ui: &mut Ui, state: &State, field: Field, words: (&str, &str), edits: &mut Vec<Edit>) {
    let (label, hint) = words;
    let label = ui.label(text::label(ui, label));
    let mut typed = state.typed(field).to_owned();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique(("quick log", words.0)))
        .hint_text(hint)
        .font(Rank::Body.font())
        .margin(Margin::symmetric(12, 9))
        .desired_width(f32::INFINITY)
        .return_key(None)
        .event_filter(EventFilter {
            tab: true,
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: false,
        });
    let response = ui.add(edit).labelled_by(label.id);
    send_focus(state, field, &response, edits);
    if response.changed() {
        edits.push(Edit::Type(field, typed));
    } else if response.gained_focus() && state.field != field && !state.takes_focus {
        edits.push(Edit::Focus(field));
    }
    if response.has_focus() {
        slot_keys(ui, field, edits);
    }
}

/// The keys go where the state says.
fn send_focus(state: &State, field: Field, response: &Response, edits: &mut Vec<Edit>) {
    if state.takes_focus && state.field == field {
        response.request_focus();
        edits.push(Edit::Focused);
    }
}

/// Read after the text, so that keys typed faster than frames come in their order.
fn slot_keys(ui: &Ui, field: Field, edits: &mut Vec<Edit>) {
    let pressed = |modifiers, key| keys::take(ui, modifiers, key);
    if pressed(Modifiers::SHIFT, Key::Tab) {
        edits.push(Edit::Focus(field.previous()));
    } else if pressed(Modifiers::SHIFT, Key::Enter) {
        edits.push(Edit::PickHighlighted(Then::Stay));
    } else if pressed(Modifiers::NONE, Key::Enter) || pressed(Modifiers::NONE, Key::Tab) {
        edits.push(Edit::PickHighlighted(Then::Advance));
    } else if pressed(Modifiers::NONE, Key::ArrowDown) {
        edits.push(Edit::Move(1));
    } else if pressed(Modifiers::NONE, Key::ArrowUp) {
        edits.push(Edit::Move(-1));
    }
}

fn suggestions(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    if state.matches.is_empty() {
        return;
    }
    ui.add_space(4.0);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for (row, place) in state.matches.iter().enumerate() {
            let (main, beside) = suggestion(state, *place);
            let chosen = Chosen::from(row == state.highlighted);
            if option(ui, &main, &beside, chosen).clicked() {
                edits.push(Edit::Pick(*place, Then::Advance));
            }
        }
    });
    ui.add_space(2.0);
}

fn suggestion(state: &State, place: usize) -> (String, String) {
    let choices = match state.field {
        Field::Who => {
            let Some(pupil) = state.roster.pupils.get(place) else { return Default::default() };
            let class = if pupil.on_roll {
                format!("{}   {}", pupil.year_group, pupil.reg_group)
            } else {
                "has left".to_owned()
            };
            return (pupil.name.clone(), class);
        }
        Field::What => &state.roster.categories,
        _ => &state.roster.locations,
    };
    (choices.get(place).map(|choice| choice.title.clone()).unwrap_or_default(), String::new())
}

/// One suggestion; the pointer may choose it, the keys stay in the field.
fn option(ui: &mut Ui, main: &str, beside: &str, chosen: Chosen) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 34.0), Sense::CLICK);
    let selected = chosen == Chosen::Yes;
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, main));
    if selected || response.hovered() {
        let fill = if selected { tokens.accent_wash } else { tokens.hover };
        ui.painter().rect_filled(rect, f32::from(RADIUS), fill);
    }
    let color = if selected { tokens.accent } else { tokens.text };
    let painter = ui.painter();
    let runs = [
        Run::new(main, Rank::Strong, color),
        Run::new(format!("    {beside}"), Rank::Small, tokens.soft),
    ];
    let galley = paint::line(painter, runs, rect.width() - 24.0);
    paint::line_at(painter, rect.left() + 12.0, rect.center().y, galley);
    response
}

fn pupils(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    if state.pupils.is_empty() {
        return;
    }
    ui.add_space(4.0);
    ui.horizontal_wrapped(|ui| {
        for (place, pupil) in state.pupils.iter().enumerate() {
            let role = state.roster.roles.get(pupil.role).map_or("", |role| role.title.as_str());
            pupil_chip(ui, place, &pupil.name, role, edits);
        }
    });
}

fn pupil_chip(ui: &mut Ui, place: usize, name: &str, role: &str, edits: &mut Vec<Edit>) {
    let tokens = tokens_of(ui);
    let frame = Frame::new().fill(tokens.none.wash).corner_radius(18).inner_margin(Margin {
        left: 5,
        right: 4,
        top: 3,
        bottom: 3,
    });
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.horizontal(|ui| {
            bits::avatar(ui, name, 26.0);
            ui.label(text::strong(ui, name));
            let change = buttons::quiet(ui, &role.to_lowercase());
            let spoken = format!("Role of {name}: {role}; press to change it");
            change.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
            if change.on_hover_text("Change the role").clicked() {
                edits.push(Edit::NextRole(place));
            }
            if buttons::icon(ui, Icon::Cross, &format!("Take {name} out")).clicked() {
                edits.push(Edit::Remove(place));
            }
        });
    });
}

fn second_line(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 28.0;
        ui.vertical(|ui| {
            ui.label(text::label(ui, "How serious"));
            severity(ui, state, edits);
        });
        ui.vertical(|ui| {
            let label = ui.label(text::label(ui, "Action taken"));
            action_taken(ui, state, &label, edits);
        });
        if state.roster.safeguarding {
            ui.vertical(|ui| {
                ui.label(text::label(ui, "Who may read it"));
                safeguarding(ui, state, edits);
            });
        }
    });
}

/// Five squares with one stop for the keys: a digit chooses, Tab and Enter go on.
fn severity(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(5.0 * 38.0, 34.0), Sense::click());
    let spoken = match state.severity {
        Some(level) => format!("Severity {level} of 5; press a digit to change it"),
        None => "Severity: press a digit from 1 to 5".to_owned(),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    send_focus(state, Field::Severity, &response, edits);
    let painter = ui.painter();
    painter.rect_filled(rect, f32::from(RADIUS), tokens.sunken);
    for level in 1..=5_u8 {
        let left = rect.left() + 38.0 * f32::from(level - 1);
        let cell = eframe::egui::Rect::from_min_size(
            eframe::egui::pos2(left, rect.top()),
            Vec2::new(38.0, 34.0),
        );
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

fn action_taken(ui: &mut Ui, state: &State, label: &Response, edits: &mut Vec<Edit>) {
    let title = |place: Option<usize>| {
        place
            .and_then(|place| state.roster.actions.get(place))
            .map_or("None yet", |choice| choice.title.as_str())
    };
    let combo = buttons::combo("action taken", title(state.action), 170.0);
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

fn safeguarding(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if buttons::choice(ui, "Pastoral team", (!state.safeguarding).into()).clicked() {
            edits.push(Edit::Safeguarding(false));
        }
        if buttons::choice(ui, "Safeguarding only", state.safeguarding.into()).clicked() {
            edits.push(Edit::Safeguarding(true));
        }
    });
}

fn note(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>, actions: &mut Actions) {
    ui.add_space(8.0);
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
    send_focus(state, Field::Note, &response, edits);
    if response.changed() {
        edits.push(Edit::Note(words));
    }
    if response.has_focus() && keys::take(ui, Modifiers::NONE, Key::Enter) {
        actions.extend(edits.drain(..).map(Action::QuickLog));
        actions.push(Action::Save(After::Close));
    }
}

fn footer(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    ui.add_space(12.0);
    if let Some(error) = &state.error {
        bits::wash(tokens.act).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal(|ui| {
                Icon::Warning.show(ui, 15.0, tokens.act.ink);
                ui.colored_label(tokens.act.ink, error);
            });
        });
        ui.add_space(8.0);
    }
    let line = ui.available_rect_before_wrap();
    ui.painter().hline(line.x_range(), line.top(), Stroke::new(1.0, tokens.line));
    ui.add_space(12.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 14.0;
        hints(ui, state.field);
        ui.with_layout(Layout::right_to_left(eframe::egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            if buttons::primary(ui, "Save").clicked() {
                actions.push(Action::Save(After::Close));
            }
            if buttons::plain(ui, "Save and next").clicked() {
                actions.push(Action::Save(After::Next));
            }
        });
    });
}

fn hints(ui: &mut Ui, field: Field) {
    match field {
        Field::Who => {
            buttons::hint(ui, "Enter", "choose");
            buttons::hint(ui, "Shift+Enter", "choose, one more");
        }
        Field::What | Field::Where => {
            buttons::hint(ui, "Enter", "choose");
            buttons::hint(ui, "Shift+Tab", "back");
        }
        Field::Severity => buttons::hint(ui, "1 – 5", "choose"),
        Field::Note => {
            buttons::hint(ui, "Enter", "save");
            buttons::hint(ui, "Ctrl+Enter", "save and next");
        }
    }
}
