//! Draws the conflict that is up, both values side by side, and those that wait.

use eframe::egui::{
    Align, Key, Layout, Modifiers, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
};
use sheaf_school::desk::{ConflictLine, Conflicts, ContenderLine};

use super::state::{Edit, State, place};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, buttons, icon, keys};

/// What the view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// Which is up.
    pub state: &'a State,
    /// Whether letters and digits are commands now.
    pub takes_keys: bool,
}

const WIDEST: f32 = 880.0;
const CARD_HEIGHT: f32 = 116.0;

/// The keys that choose a value, in order.
const DIGITS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

/// Draws the view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    bits::page(ui, WIDEST, |ui| {
        let slot = &sight.model.conflicts;
        match (slot.get(), slot.refused()) {
            (Some(all), _) => page(ui, sight, all, actions),
            (None, Some(why)) => {
                let title = "The conflicts cannot be shown";
                let button = Some("Try again");
                if (bits::Empty { icon: Icon::Lock, title, why, button }).show(ui) {
                    actions.push(Action::Command(CommandId::Reload));
                }
            }
            (None, None) => bits::waiting(ui, "Looking for conflicts…"),
        }
    });
}

fn page(ui: &mut Ui, sight: Sight<'_>, all: &Conflicts, actions: &mut Actions) {
    heading(ui, sight.state, all);
    ui.add_space(16.0);
    match sight.state.up(all) {
        Some(line) => {
            if !all.may_settle {
                reads_only(ui, actions);
            }
            one(ui, sight, line, all, actions);
            rest(ui, sight.state, line, all, actions);
        }
        None if sight.state.waiting(all).next().is_some() => put_off(ui, actions),
        None => nothing(ui, actions),
    }
}

fn heading(ui: &mut Ui, state: &State, all: &Conflicts) {
    ui.horizontal(|ui| {
        ui.label(text::display(ui, "To settle"));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let count = state.waiting(all).count() as u64;
            if count + state.settled == 0 {
                return;
            }
            let mut words = format::count(count, "field", "fields");
            if state.settled > 0 {
                words = format!("{words} left, {} settled", format::grouped(state.settled));
            }
            ui.label(text::small(ui, words));
        });
    });
    let words = "Two people set the same field at once. Both values are kept until one is chosen";
    ui.label(text::soft(ui, words));
}

fn nothing(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::Check,
        title: "Nothing to settle",
        why: "Where two people set one field at once, both values wait here for a choice",
        button: Some("Back to today"),
    };
    if empty.show(ui) {
        actions.push(Action::Command(CommandId::GoToday));
    }
}

fn put_off(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::Fork,
        title: "All that is left was put off",
        why: "Nothing is lost: both values stay until somebody chooses",
        button: Some("Look at them again"),
    };
    if empty.show(ui) {
        actions.push(Action::Conflicts(Edit::Again));
    }
}

/// Whoever may only read sees both values, and whom to ask.
fn reads_only(ui: &mut Ui, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    bits::wash(tokens.info).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            Icon::Lock.show(ui, 15.0, tokens.info.ink);
            let words = "Your role reads; a mentor or a lead chooses";
            ui.label(text::body(ui, words).color(tokens.info.ink));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if buttons::plain(ui, "See who can").clicked() {
                    actions.push(Action::Command(CommandId::GoPeople));
                }
            });
        });
    });
    ui.add_space(12.0);
}

fn one(ui: &mut Ui, sight: Sight<'_>, line: &ConflictLine, all: &Conflicts, actions: &mut Actions) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        head(ui, line, sight.model);
        ui.add_space(12.0);
        let chosen = values(ui, sight, line, all.may_settle);
        if let Some(contender) = chosen.and_then(|place| line.row.contenders.get(place)) {
            actions.push(Action::Settle {
                record: line.item.record,
                path: line.row.path.clone(),
                value: contender.value.clone(),
            });
        }
        ui.add_space(10.0);
        feet(ui, sight, line, actions);
    });
}

fn head(ui: &mut Ui, line: &ConflictLine, model: &Model) {
    let tokens = tokens_of(ui);
    ui.horizontal(|ui| {
        Icon::Fork.show(ui, 17.0, tokens.watch.ink);
        ui.label(text::title(ui, format!("{} was set twice at once", line.row.title)));
    });
    let names: Vec<&str> = line.item.pupils.iter().map(|(_, name, _)| name.as_str()).collect();
    let mut words = vec![line.item.headline.clone(), names.join(", ")];
    words.extend(line.item.at.map(|at| format::moment(at, model.today())));
    words.retain(|word| !word.is_empty());
    ui.label(text::soft(ui, words.join("  ·  ")));
}

/// The values as cards, side by side where there is room; gives the one that was chosen.
fn values(ui: &mut Ui, sight: Sight<'_>, line: &ConflictLine, may: bool) -> Option<usize> {
    let contenders = &line.row.contenders;
    let mut chosen = None;
    let gap = 12.0;
    let most = if ui.available_width() < bits::NARROW { 1 } else { 2 };
    let columns = contenders.len().clamp(1, most);
    let width = (ui.available_width() - gap * (columns as f32 - 1.0)) / columns as f32;
    let numbered: Vec<(usize, &ContenderLine)> = contenders.iter().enumerate().collect();
    for row in numbered.chunks(columns) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for (number, contender) in row {
                let what = Value { title: &line.row.title, number: *number, contender };
                if what.show(ui, width, may, sight.model).clicked() && may {
                    chosen = Some(*number);
                }
            }
        });
    }
    if may && sight.takes_keys {
        let digits = DIGITS.iter().take(contenders.len()).enumerate();
        for (number, key) in digits {
            if keys::take(ui, Modifiers::NONE, *key) {
                chosen = Some(number);
            }
        }
    }
    chosen
}

/// One of the values.
struct Value<'a> {
    title: &'a str,
    number: usize,
    contender: &'a ContenderLine,
}

impl Value<'_> {
    fn show(&self, ui: &mut Ui, width: f32, may: bool, model: &Model) -> Response {
        let tokens = tokens_of(ui);
        let sense = if may { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, CARD_HEIGHT), sense);
        let words = self.words();
        let signed = self.signed(model);
        let spoken = if may {
            format!("Use {words} as {}, by {signed}", self.title.to_lowercase())
        } else {
            format!("{words}, by {signed}")
        };
        let role = if may { Role::Button } else { Role::Label };
        response.widget_info(|| WidgetInfo::labeled(role, true, &spoken));
        let is_up = may && (response.hovered() || response.has_focus());
        let fill = if is_up { tokens.accent_wash } else { tokens.side };
        let edge = if is_up { tokens.accent } else { tokens.line };
        let painter = ui.painter();
        painter.rect(rect, 12.0, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        let left = rect.left() + 18.0;
        let room = rect.width() - 36.0;
        let value = paint::line(painter, [Run::new(words, Rank::Title, tokens.text)], room);
        paint::line_at(painter, left, rect.top() + 30.0, value);
        let (by, at) = (self.contender.by.as_str(), when(self.contender, model));
        let by = paint::line(painter, [Run::new(by, Rank::Body, tokens.soft)], room);
        paint::line_at(painter, left, rect.top() + 58.0, by);
        let at = paint::line(painter, [Run::new(at, Rank::Small, tokens.faint)], room);
        paint::line_at(painter, left, rect.top() + 78.0, at);
        if may {
            let hint = format!("Press {}", self.number + 1);
            let hint = paint::line(painter, [Run::new(hint, Rank::Label, tokens.accent)], room);
            let right = rect.right() - 18.0 - hint.size().x;
            paint::line_at(painter, right, rect.bottom() - 20.0, hint);
        }
        paint::focus_ring(ui, &response, 12);
        response
    }

    fn words(&self) -> &str {
        if self.contender.words.is_empty() { "no value" } else { &self.contender.words }
    }

    fn signed(&self, model: &Model) -> String {
        format!("{}, {}", self.contender.by, when(self.contender, model))
    }
}

fn when(contender: &ContenderLine, model: &Model) -> String {
    contender.at.map(|at| format::moment(at, model.today())).unwrap_or_default()
}

fn feet(ui: &mut Ui, sight: Sight<'_>, line: &ConflictLine, actions: &mut Actions) {
    let pressed = |key| sight.takes_keys && keys::take(ui, Modifiers::NONE, key);
    let (later_key, open_key) = (pressed(Key::L), pressed(Key::O));
    ui.horizontal(|ui| {
        if buttons::plain(ui, "Open the record").clicked() || open_key {
            actions.push(Action::OpenRecord(line.item.record));
        }
        buttons::keycap(ui, "O");
        ui.add_space(10.0);
        if buttons::plain(ui, "Later").clicked() || later_key {
            actions.push(Action::Conflicts(Edit::Later(place(line))));
        }
        buttons::keycap(ui, "L");
    });
}

fn rest(ui: &mut Ui, state: &State, up: &ConflictLine, all: &Conflicts, actions: &mut Actions) {
    let others: Vec<&ConflictLine> =
        state.waiting(all).filter(|line| place(line) != place(up)).collect();
    if others.is_empty() {
        return;
    }
    ui.add_space(22.0);
    bits::section(ui, "Waiting");
    ui.spacing_mut().item_spacing.y = 2.0;
    for line in others {
        if waiting(ui, line).clicked() {
            actions.push(Action::Conflicts(Edit::Now(place(line))));
        }
    }
}

fn waiting(ui: &mut Ui, line: &ConflictLine) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 52.0), Sense::click());
    let values: Vec<&str> = line.row.contenders.iter().map(|one| one.words.as_str()).collect();
    let values = format!("{}: {}", line.row.title, values.join(" or "));
    let spoken = format!("Settle {}; {values}", line.item.headline);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, f32::from(RADIUS), tokens.hover);
    }
    let center = rect.left_center() + Vec2::new(26.0, 0.0);
    painter.circle_filled(center, 15.0, tokens.none.wash);
    Icon::of(line.item.kind).paint(painter, icon::square(center.x, center.y, 15.0), tokens.soft);
    let room = rect.width() - 72.0;
    let head = Run::new(&line.item.headline, Rank::Strong, tokens.text);
    paint::line_at(
        painter,
        rect.left() + 56.0,
        rect.center().y - 10.0,
        paint::line(painter, [head], room),
    );
    let below = paint::line(painter, [Run::new(values, Rank::Small, tokens.soft)], room);
    paint::line_at(painter, rect.left() + 56.0, rect.center().y + 10.0, below);
    paint::focus_ring(ui, &response, RADIUS);
    response
}
