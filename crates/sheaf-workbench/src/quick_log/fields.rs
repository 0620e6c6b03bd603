//! The fields that offer suggestions, and the list under the one that has the keys.

use eframe::egui::{
    Area, Context, EventFilter, Frame, Id, Key, Margin, Modifiers, Order, Response, Role, Sense,
    TextEdit, Ui, Vec2, WidgetInfo,
};

use super::state::{Edit, Field, State, Then};
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::keys;
use crate::widgets::paint::{self, Run};

/// The list of suggestions is at least so wide: names with their class fit.
const LEAST_WIDTH: f32 = 370.0;

pub(super) fn first_line(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
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

fn slot_id(field: Field) -> Id {
    Id::unique(("quick log", field.slot()))
}

pub(super) fn slot(
    ui: &mut Ui,
    state: &State,
    field: Field,
    words: (&str, &str),
    edits: &mut Vec<Edit>,
) {
    let (label, hint) = words;
    let label = ui.label(text::label(ui, label));
    let mut typed = state.typed(field).to_owned();
    let edit = TextEdit::singleline(&mut typed)
        .id(slot_id(field))
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
    follow_focus(state, field, &response, edits);
    if response.changed() {
        edits.push(Edit::Type(field, typed));
    }
    if response.has_focus() {
        if field == Field::Who && state.typed(field).is_empty() {
            pupil_keys(ui, edits);
        }
        slot_keys(ui, field, edits);
    }
    if state.field == field && !state.matches.is_empty() {
        suggestions(ui, state, &response, edits);
    }
}

/// The keys go where the state says, and the state follows where they were sent.
pub(super) fn follow_focus(
    state: &State,
    field: Field,
    response: &Response,
    edits: &mut Vec<Edit>,
) {
    if state.takes_focus && state.field == field {
        response.request_focus();
        edits.push(Edit::Focused);
    } else if response.gained_focus() && !state.takes_focus && (state.field != field || state.left)
    {
        edits.push(Edit::Focus(field));
    }
}

/// The suggestions go once the keys are elsewhere; not while the pointer is about to choose one.
pub(super) fn leave(ctx: &Context, state: &State, edits: &mut Vec<Edit>) {
    if state.matches.is_empty() || state.takes_focus || !edits.is_empty() {
        return;
    }
    let here = ctx.memory(|memory| memory.focused()) == Some(slot_id(state.field));
    if !here && !ctx.input(|input| input.pointer.any_down() || input.pointer.any_released()) {
        edits.push(Edit::Leave);
    }
}

/// Read after the text, so that keys typed faster than frames come in their order.
fn slot_keys(ui: &Ui, field: Field, edits: &mut Vec<Edit>) {
    let pressed = |modifiers, key| keys::take(ui, modifiers, key);
    if pressed(Modifiers::SHIFT, Key::Tab) {
        edits.push(Edit::Focus(field.previous()));
    } else if pressed(Modifiers::SHIFT, Key::Enter) {
        edits.push(Edit::PickHighlighted(Then::Stay));
    } else if pressed(Modifiers::NONE, Key::Enter) {
        edits.push(Edit::PickHighlighted(Then::Advance));
    } else if pressed(Modifiers::NONE, Key::Tab) {
        edits.push(Edit::Pass);
    } else if pressed(Modifiers::NONE, Key::ArrowDown) {
        edits.push(Edit::Move(1));
    } else if pressed(Modifiers::NONE, Key::ArrowUp) {
        edits.push(Edit::Move(-1));
    }
}

/// With nothing typed the keys work on the pupils who are in already.
fn pupil_keys(ui: &Ui, edits: &mut Vec<Edit>) {
    for (modifiers, key, edit) in [
        (Modifiers::NONE, Key::ArrowLeft, Edit::MovePupil(-1)),
        (Modifiers::NONE, Key::ArrowRight, Edit::MovePupil(1)),
        (Modifiers::COMMAND, Key::R, Edit::NextRole),
        (Modifiers::NONE, Key::Backspace, Edit::RemovePupil),
    ] {
        if keys::take(ui, modifiers, key) {
            edits.push(edit);
        }
    }
}

fn suggestions(ui: &Ui, state: &State, field: &Response, edits: &mut Vec<Edit>) {
    let width = field.rect.width().max(LEAST_WIDTH);
    let area = Area::new(Id::unique("quick log suggestions"))
        .order(Order::Tooltip)
        .fixed_pos(field.rect.left_bottom() + Vec2::new(0.0, 4.0))
        .constrain(true)
        .accessible_name("Suggestions");
    let frame = Frame::popup(ui.style()).inner_margin(Margin::same(4)).corner_radius(10);
    area.show(ui.ctx(), |ui| {
        frame.show(ui, |ui| {
            ui.set_width(width - 8.0);
            ui.spacing_mut().item_spacing.y = 1.0;
            for (row, place) in state.matches.iter().enumerate() {
                let shown = suggestion(state, *place);
                let chosen = Chosen::from(Some(row) == state.highlighted);
                if option(ui, &shown, chosen).clicked() {
                    edits.push(Edit::Pick(*place, Then::Advance));
                }
            }
        });
    });
}

/// What one suggestion says: the name, what stands beside it, and why it is likely.
#[derive(Default)]
struct Suggestion {
    main: String,
    beside: String,
    why: &'static str,
}

fn suggestion(state: &State, place: usize) -> Suggestion {
    let plain = |main: Option<&str>| Suggestion {
        main: main.unwrap_or_default().to_owned(),
        ..Suggestion::default()
    };
    match state.field {
        Field::Who => {
            let Some(pupil) = state.roster.pupils.get(place) else { return Suggestion::default() };
            let beside = if pupil.on_roll {
                format!("{}   {}", pupil.year_group, pupil.reg_group)
            } else {
                "has left".to_owned()
            };
            Suggestion { main: pupil.name.clone(), beside, why: state.why_likely(pupil.id) }
        }
        Field::What => plain(state.roster.categories.get(place).map(|one| one.title.as_str())),
        Field::Owner => plain(state.staff().get(place).map(|one| one.name.as_str())),
        _ => plain(state.roster.locations.get(place).map(|one| one.title.as_str())),
    }
}

/// One suggestion; the pointer may choose it, the keys stay in the field.
fn option(ui: &mut Ui, shown: &Suggestion, chosen: Chosen) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 34.0), Sense::CLICK);
    let selected = chosen == Chosen::Yes;
    let main = &shown.main;
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, main));
    if selected || response.hovered() {
        let fill = if selected { tokens.accent_wash } else { tokens.hover };
        ui.painter().rect_filled(rect, f32::from(RADIUS), fill);
    }
    let color = if selected { tokens.accent } else { tokens.text };
    let painter = ui.painter();
    let why = paint::line(painter, [Run::new(shown.why, Rank::Label, tokens.faint)], 150.0);
    let right = rect.right() - 12.0 - why.size().x;
    paint::line_at(painter, right, rect.center().y, why);
    let runs = [
        Run::new(main, Rank::Strong, color),
        Run::new(format!("    {}", shown.beside), Rank::Small, tokens.soft),
    ];
    let galley = paint::line(painter, runs, right - rect.left() - 24.0);
    paint::line_at(painter, rect.left() + 12.0, rect.center().y, galley);
    response
}
