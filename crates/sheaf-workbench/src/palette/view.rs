//! Draws the palette.

use eframe::egui::{
    Context, Frame, Id, Key, Margin, Modifiers, Response, Role, Sense, Stroke, TextEdit, Ui, Vec2,
    WidgetInfo,
};

use super::state::{Edit, Entry, Line, State};
use crate::action::{Action, Actions};
use crate::command::{self, CommandId};
use crate::theme::{RADIUS, Rank, Weight, text, tokens_of};
use crate::widgets::overlay::Overlay;
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, icon, keys};

const WIDTH: f32 = 640.0;
const TOP: f32 = 84.0;

/// The height of a row.
const ROW: f32 = 38.0;

/// What of the palette is not the list.
const AROUND: f32 = 78.0;

/// Draws the palette over everything else.
pub fn show(ctx: &Context, state: &State, actions: &mut Actions) {
    let height = ctx.content_rect().height();
    let top = TOP.min(height * 0.06);
    let mut edits = Vec::new();
    let palette = Overlay::new("palette", "Palette", WIDTH).below_the_edge(top).margin(10);
    palette.show(ctx, actions, |ui, _| {
        field(ui, state, &mut edits);
        ui.add_space(6.0);
        ui.spacing_mut().item_spacing.y = 1.0;
        if state.shown.is_empty() {
            ui.add_space(10.0);
            ui.horizontal(|ui| {
                ui.add_space(12.0);
                ui.label(text::soft(ui, "No command, pupil or metric has such a name"));
            });
            ui.add_space(10.0);
        }
        let room = ((height - 2.0 * top - AROUND) / (ROW + 1.0)).max(1.0) as usize;
        rows(ui, state, room, &mut edits);
    });
    actions.extend(edits.into_iter().map(Action::Palette));
}

/// As many rows as there is room for, the highlighted one among them.
fn rows(ui: &mut Ui, state: &State, room: usize, edits: &mut Vec<Edit>) {
    let first = (state.highlighted + 1).saturating_sub(room);
    for (place, line) in state.shown.iter().enumerate().skip(first).take(room) {
        if row(ui, line, place == state.highlighted).clicked() {
            edits.push(Edit::Choose(place));
        }
    }
}

fn field(ui: &mut Ui, state: &State, edits: &mut Vec<Edit>) {
    let mut typed = state.typed.clone();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique("palette field"))
        .hint_text("A command, a pupil, a metric")
        .font(Weight::Regular.font(16.0))
        .frame(Frame::new().inner_margin(Margin::symmetric(4, 10)))
        .desired_width(f32::INFINITY)
        .return_key(None);
    let color = tokens_of(ui).faint;
    let field = ui.horizontal(|ui| {
        ui.add_space(14.0);
        Icon::Search.show(ui, 16.0, color);
        ui.add(edit)
    });
    let response = field.inner;
    if state.takes_focus {
        response.request_focus();
        edits.push(Edit::Focused);
    }
    if response.changed() {
        edits.push(Edit::Type(typed));
    }
    for (key, edit) in [
        (Key::ArrowDown, Edit::Move(1)),
        (Key::ArrowUp, Edit::Move(-1)),
        (Key::Enter, Edit::ChooseHighlighted),
    ] {
        if keys::take(ui, Modifiers::NONE, key) {
            edits.push(edit);
        }
    }
    let line = Stroke::new(1.0, tokens_of(ui).line);
    ui.painter().hline(ui.max_rect().x_range(), response.rect.bottom() + 3.0, line);
}

fn row(ui: &mut Ui, line: &Line, highlighted: bool) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
    let beside = line.why_not.unwrap_or(&line.beside);
    let spoken = format!("{}: {beside}", line.name);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, highlighted, &spoken));
    if highlighted || response.hovered() {
        let fill = if highlighted { tokens.accent_wash } else { tokens.hover };
        ui.painter().rect_filled(rect, f32::from(RADIUS), fill);
    }
    let painter = ui.painter();
    let color = if line.why_not.is_some() { tokens.faint } else { tokens.text };
    let place = icon::square(rect.left() + 22.0, rect.center().y, 15.0);
    sign(&line.entry).paint(painter, place, if highlighted { tokens.accent } else { tokens.soft });
    let key = painter.layout_no_wrap(keys_of(ui, &line.entry), Rank::Label.font(), tokens.faint);
    let right = rect.right() - 14.0 - key.size().x;
    paint::line_at(painter, right, rect.center().y, key);
    let runs = [
        Run::new(&line.name, Rank::Strong, color),
        Run::new(format!("    {beside}"), Rank::Small, tokens.faint),
    ];
    let galley = paint::line(painter, runs, right - rect.left() - 58.0);
    paint::line_at(painter, rect.left() + 44.0, rect.center().y, galley);
    response
}

fn keys_of(ui: &Ui, entry: &Entry) -> String {
    let Entry::Command(id) = entry else { return String::new() };
    command::find(*id).map(|command| command.keys_in_words(ui.ctx())).unwrap_or_default()
}

const fn sign(entry: &Entry) -> Icon {
    match entry {
        Entry::Command(CommandId::QuickLog) => Icon::Plus,
        Entry::Command(CommandId::Search) => Icon::Search,
        Entry::Command(CommandId::GoToday) => Icon::Sun,
        Entry::Command(CommandId::GoMetrics | CommandId::RunMetric) => Icon::Chart,
        Entry::Command(CommandId::Theme) => Icon::Moon,
        Entry::Command(CommandId::Help) => Icon::Help,
        Entry::Command(CommandId::GoConflicts) => Icon::Fork,
        Entry::Command(CommandId::GoPeople) => Icon::People,
        Entry::Command(CommandId::GoSettings) => Icon::Sliders,
        Entry::Command(_) | Entry::Layout(_) => Icon::List,
        Entry::Pupil(_) => Icon::Person,
        Entry::Metric(_) => Icon::Chart,
    }
}
