//! The sidebar: whose school, where to go, what is open.

use eframe::egui::{
    Align, Frame, Label, Layout, Margin, Response, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo,
};
use sheaf_records::RecordId;

use crate::action::{Action, Actions};
use crate::command::{self, CommandId};
use crate::dock::View;
use crate::model::Model;
use crate::theme::{RADIUS, Rank, ThemeName, text, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, buttons, icon};

/// How wide the sidebar is, with words and with icons alone.
const WIDTH: f32 = 236.0;
const SLIM_WIDTH: f32 = 64.0;

/// A narrower window has a slim sidebar.
const ROOM_FOR_WORDS: f32 = 1060.0;

/// A lower sidebar goes without what the palette has too, and stands closer.
const ROOM_FOR_ALL: f32 = 520.0;

/// How wide the sidebar is in a window of this width.
pub const fn width(window: f32) -> f32 {
    if window < ROOM_FOR_WORDS { SLIM_WIDTH } else { WIDTH }
}

/// Whether there is room for icons alone.
fn is_slim(ui: &Ui) -> bool {
    ui.available_width() < WIDTH / 2.0
}

/// What the sidebar shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// The view in front.
    pub front: Option<View>,
    /// The pupils whose timeline is open.
    pub pupils: &'a [RecordId],
    /// Light or dark.
    pub theme: ThemeName,
}

/// Draws the sidebar.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    if ui.available_height() < ROOM_FOR_ALL {
        low(ui, sight, actions);
        return;
    }
    let margin = Margin { left: 14, right: 14, top: 16, bottom: 12 };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        school(ui, sight.model);
        ui.add_space(16.0);
        log_button(ui, actions);
        ui.add_space(4.0);
        go(ui, (Icon::Search, "Find anything"), Here::No, CommandId::Palette, actions);
        ui.add_space(14.0);
        let across = if is_slim(ui) { Align::Center } else { Align::Min };
        ui.with_layout(Layout::bottom_up(across), |ui| {
            person(ui, sight, actions);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ScrollArea::vertical().auto_shrink(false).show(ui, |ui| places(ui, sight, actions));
            });
        });
    });
}

/// All in one column that scrolls, with the places where the eye falls first.
fn low(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(14, 10)).show(ui, |ui| {
            log_button(ui, actions);
            ui.add_space(2.0);
            go(ui, (Icon::Search, "Find anything"), Here::No, CommandId::Palette, actions);
            ui.add_space(2.0);
            places(ui, sight, actions);
            ui.add_space(12.0);
            person(ui, sight, actions);
        });
    });
}

fn school(ui: &mut Ui, model: &Model) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 11.0;
        bits::sheaf(ui, 32.0);
        if is_slim(ui) {
            return;
        }
        let name = model.status.get().map_or("Sheaf", |status| status.card.school.as_str());
        ui.add(Label::new(text::strong(ui, name)).wrap());
    });
}

fn log_button(ui: &mut Ui, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), 38.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Log an incident"));
    let painter = ui.painter();
    let fill = if response.hovered() { tokens.accent.gamma_multiply(0.92) } else { tokens.accent };
    painter.rect_filled(rect, f32::from(RADIUS) + 1.0, fill);
    let middle = rect.center().y;
    Icon::Plus.paint(painter, icon::square(rect.left() + 18.0, middle, 14.0), tokens.on_accent);
    if response.clicked() {
        actions.push(Action::Command(CommandId::QuickLog));
    }
    paint::focus_ring(ui, &response, RADIUS);
    if rect.width() < WIDTH / 2.0 {
        return;
    }
    let words = Run::new("Log an incident", Rank::Strong, tokens.on_accent);
    paint::line_at(painter, rect.left() + 36.0, middle, paint::line(painter, [words], 160.0));
    let key = painter.layout_no_wrap("N".to_owned(), Rank::Label.font(), tokens.on_accent);
    paint::line_at(painter, rect.right() - 14.0 - key.size().x, middle, key);
}

/// Whether an entry is where the user is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Here {
    Yes,
    No,
}

impl From<bool> for Here {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

fn places(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let today = Here::from(sight.front == Some(View::Today));
    go(ui, (Icon::Sun, "Today"), today, CommandId::GoToday, actions);
    let caseload = Here::from(sight.front == Some(View::Caseload));
    go(ui, (Icon::People, "Caseload"), caseload, CommandId::GoCaseload, actions);
    let concerns = Here::from(sight.front == Some(View::Concerns));
    go(ui, (Icon::Lock, "Concerns"), concerns, CommandId::GoConcerns, actions);
    let incidents = Here::from(sight.front == Some(View::Incidents));
    go(ui, (Icon::List, "Incidents"), incidents, CommandId::GoIncidents, actions);
    let metrics = Here::from(sight.front == Some(View::Metrics));
    go(ui, (Icon::Chart, "Metrics"), metrics, CommandId::GoMetrics, actions);
    let gallery = Here::from(sight.front == Some(View::Gallery));
    go(ui, (Icon::Cards, "Gallery"), gallery, CommandId::GoGallery, actions);
    school_places(ui, sight, actions);
    if !sight.pupils.is_empty() {
        ui.add_space(16.0);
        if !is_slim(ui) {
            heading(ui, "Open pupils");
        }
    }
    for pupil in sight.pupils {
        let Some(line) = sight.model.pupil(*pupil) else { continue };
        let here = Here::from(sight.front == Some(View::Pupil(*pupil)));
        if entry(ui, Icon::Person, &line.name, &line.reg_group, here).clicked() {
            actions.push(Action::OpenPupil(*pupil));
        }
    }
}

/// What is done for the school rather than for a pupil.
fn school_places(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    ui.add_space(12.0);
    for (icon, name, view, id) in [
        (Icon::Fork, "To settle", View::Conflicts, CommandId::GoConflicts),
        (Icon::Laptop, "People", View::People, CommandId::GoPeople),
        (Icon::Sliders, "Settings", View::Settings, CommandId::GoSettings),
    ] {
        go(ui, (icon, name), Here::from(sight.front == Some(view)), id, actions);
    }
    if !sight.model.is_invented() {
        go(ui, (Icon::Lock, "Lock"), Here::No, CommandId::Lock, actions);
    }
}

fn heading(ui: &mut Ui, words: &str) {
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        bits::section(ui, words);
    });
}

fn go(ui: &mut Ui, words: (Icon, &str), here: Here, to: CommandId, actions: &mut Actions) {
    let (icon, name) = words;
    let keys = command::find(to).map(|command| command.keys_in_words(ui.ctx())).unwrap_or_default();
    if entry(ui, icon, name, &keys, here).clicked() {
        actions.push(Action::Command(to));
    }
}

fn entry(ui: &mut Ui, sign: Icon, name: &str, beside: &str, here: Here) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), 34.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let is_here = here == Here::Yes;
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_here, name));
    let painter = ui.painter();
    if is_here || response.hovered() {
        let fill = if is_here { tokens.accent_wash } else { tokens.hover };
        painter.rect_filled(rect, f32::from(RADIUS), fill);
    }
    let middle = rect.center().y;
    let (ink, color) =
        if is_here { (tokens.accent, tokens.accent) } else { (tokens.soft, tokens.text) };
    sign.paint(painter, icon::square(rect.left() + 18.0, middle, 15.0), ink);
    paint::focus_ring(ui, &response, RADIUS);
    if rect.width() < WIDTH / 2.0 {
        return response.on_hover_text(name);
    }
    let painter = ui.painter();
    let beside = painter.layout_no_wrap(beside.to_owned(), Rank::Label.font(), tokens.faint);
    let right = rect.right() - 12.0 - beside.size().x;
    paint::line_at(painter, right, middle, beside);
    let room = right - rect.left() - 44.0;
    let name = paint::line(painter, [Run::new(name, Rank::Strong, color)], room);
    paint::line_at(painter, rect.left() + 38.0, middle, name);
    response
}

fn person(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let Some(status) = sight.model.status.get() else { return };
    if is_slim(ui) {
        bits::avatar(ui, &status.card.person, 32.0);
        switches(ui, sight.theme, actions);
        return;
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 9.0;
        bits::avatar(ui, &status.card.person, 32.0);
        ui.vertical(|ui| {
            ui.set_max_width(ui.available_width() - 70.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(label(text::strong(ui, &status.card.person)));
            ui.add(label(text::small(ui, &status.card.role)));
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            switches(ui, sight.theme, actions);
        });
    });
}

fn switches(ui: &mut Ui, theme: ThemeName, actions: &mut Actions) {
    let (sign, name) = match theme {
        ThemeName::Light => (Icon::Moon, "Change to the dark theme"),
        ThemeName::Dark => (Icon::Sun, "Change to the light theme"),
    };
    if buttons::icon(ui, sign, name).clicked() {
        actions.push(Action::Command(CommandId::Theme));
    }
    if buttons::icon(ui, Icon::Help, "Keys and what they do").clicked() {
        actions.push(Action::Command(CommandId::Help));
    }
}

fn label(words: eframe::egui::RichText) -> Label {
    Label::new(words).truncate()
}
