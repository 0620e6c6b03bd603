//! Draws the start view.

use eframe::egui::{
    Align, Id, Layout, Margin, Response, Role, Sense, TextEdit, Ui, Vec2, WidgetInfo,
};
use jiff::civil::Date;
use sheaf_records::{Kind, RecordId};
use sheaf_school::desk::{Hit, MetricCard, PupilLine, TimelineItem};

use super::state::{Edit, State};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::row::{self, Mark, When};
use crate::widgets::{Icon, bits, icon};

/// What the start view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// The search.
    pub state: &'a State,
    /// The record in the side panel.
    pub open: Option<RecordId>,
}

/// The list is no wider than this: longer lines tire the eye.
const WIDEST: f32 = 1080.0;

/// Draws the start view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    bits::page(ui, WIDEST, |ui| {
        heading(ui, sight.model);
        ui.add_space(14.0);
        search(ui, sight.state, actions);
        ui.add_space(18.0);
        if sight.state.is_searching() {
            found(ui, sight, actions);
        } else {
            metrics(ui, sight.model, actions);
            recent(ui, sight, actions);
        }
    });
}

fn heading(ui: &mut Ui, model: &Model) {
    ui.horizontal(|ui| {
        let status = model.status.get();
        let day = status.map(|status| status.card.today);
        let words =
            day.map_or_else(|| "Today".to_owned(), |day| day.strftime("%A %-d %B").to_string());
        ui.label(text::display(ui, words));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let Some(recent) = model.recent.get() else { return };
            let today = recent.iter().filter(|item| day_of(item).is_some() && day_of(item) == day);
            let count = today.filter(|item| item.kind == Kind::Incident).count() as u64;
            let words = format!("{} today", format::count(count, "incident", "incidents"));
            ui.label(text::small(ui, words));
        });
    });
}

fn search(ui: &mut Ui, state: &State, actions: &mut Actions) {
    let mut typed = state.search.clone();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique("search"))
        .hint_text("Search records and pupils")
        .font(Rank::Body.font())
        .margin(Margin { left: 38, right: 12, top: 10, bottom: 10 })
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    let tokens = tokens_of(ui);
    let place = response.rect.left_center();
    Icon::Search.paint(ui.painter(), icon::square(place.x + 20.0, place.y, 15.0), tokens.faint);
    if state.takes_focus {
        response.request_focus();
        actions.push(Action::Today(Edit::Focused));
    }
    if response.changed() {
        actions.push(Action::Today(Edit::Search(typed)));
    }
}

/// The questions that can be asked of the school, as cards in a row.
fn metrics(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(cards) = model.metrics.get().filter(|cards| !cards.is_empty()) else { return };
    bits::section(ui, "Questions");
    ui.add_space(2.0);
    let gap = 12.0;
    let most = if ui.available_width() < bits::NARROW { 1 } else { 3 };
    let columns = cards.len().clamp(1, most);
    let width = (ui.available_width() - gap * (columns as f32 - 1.0)) / columns as f32;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for card in cards.iter().take(columns) {
            if question(ui, card, width).clicked() {
                actions.push(Action::OpenMetric(card.id.clone()));
            }
        }
    });
    ui.add_space(20.0);
}

fn question(ui: &mut Ui, card: &MetricCard, width: f32) -> Response {
    let tokens = tokens_of(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 66.0), Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, true, format!("{}: {}", card.name, card.question))
    });
    let fill = if response.hovered() { tokens.hover } else { tokens.side };
    let painter = ui.painter();
    painter.rect_filled(rect, 12.0, fill);
    let center = rect.left_center() + Vec2::new(33.0, 0.0);
    painter.circle_filled(center, 18.0, tokens.accent_wash);
    Icon::Chart.paint(painter, icon::square(center.x, center.y, 17.0), tokens.accent);
    let room = width - 80.0;
    let name = paint::line(painter, [Run::new(&card.name, Rank::Strong, tokens.text)], room);
    paint::line_at(painter, rect.left() + 64.0, rect.center().y - 10.5, name);
    let asks = paint::line(painter, [Run::new(&card.question, Rank::Small, tokens.soft)], room);
    paint::line_at(painter, rect.left() + 64.0, rect.center().y + 10.5, asks);
    paint::focus_ring(ui, &response, 12);
    response
}

fn recent(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let slot = &sight.model.recent;
    match (slot.get(), slot.refused()) {
        (Some(items), _) if items.is_empty() => nothing_yet(ui, actions),
        (Some(items), _) => days(ui, sight, items, actions),
        (None, Some(why)) => {
            let title = "Nothing can be shown";
            bits::Empty { icon: Icon::Lock, title, why, button: None }.show(ui);
        }
        (None, None) => bits::waiting(ui, "Opening the school…"),
    }
}

fn nothing_yet(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::Incident,
        title: "Nothing has been written down yet",
        why: "Incidents and stays in the reflection room appear here, from this device and others",
        button: Some("Log the first incident"),
    };
    if empty.show(ui) {
        actions.push(Action::Command(CommandId::QuickLog));
    }
}

fn day_of(item: &TimelineItem) -> Option<Date> {
    item.at.map(|at| at.date())
}

fn days(ui: &mut Ui, sight: Sight<'_>, items: &[TimelineItem], actions: &mut Actions) {
    let today = sight.model.today();
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut first = true;
    for day in items.chunk_by(|one, other| day_of(one) == day_of(other)) {
        if !first {
            ui.add_space(14.0);
        }
        first = false;
        let date = day.first().and_then(day_of);
        let words =
            date.map_or_else(|| "No date".to_owned(), |date| format::day_heading(date, today));
        bits::section(ui, &words);
        ui.add_space(2.0);
        for item in day {
            let mark = mark(sight, item.record);
            if row::record(ui, item, When::time(item), mark).clicked() {
                actions.push(Action::OpenRecord(item.record));
            }
        }
    }
}

fn mark(sight: Sight<'_>, record: RecordId) -> Mark {
    if sight.open == Some(record) {
        Mark::Open
    } else if sight.model.has_arrived(record) {
        Mark::Arrived
    } else {
        Mark::None
    }
}

fn found(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let pupils = sight.state.pupils.iter().filter_map(|id| sight.model.pupil(*id));
    let mut any = false;
    for pupil in pupils {
        if !any {
            bits::section(ui, "Pupils");
        }
        any = true;
        if pupil_row(ui, pupil).clicked() {
            actions.push(Action::OpenPupil(pupil.id));
        }
    }
    let Some(hits) = &sight.model.hits else {
        bits::waiting(ui, "Searching…");
        return;
    };
    if !hits.is_empty() {
        ui.add_space(if any { 14.0 } else { 0.0 });
        bits::section(ui, "Records");
    }
    for hit in hits.iter() {
        if hit_row(ui, hit).clicked() {
            actions.push(match hit.kind {
                Kind::Pupil => Action::OpenPupil(hit.record),
                _ => Action::OpenRecord(hit.record),
            });
        }
    }
    if hits.is_empty() && !any && nothing_fits(ui, sight.state) {
        actions.push(Action::Today(Edit::Search(String::new())));
    }
}

fn nothing_fits(ui: &mut Ui, state: &State) -> bool {
    let title = format!("Nothing fits “{}”", state.search.trim());
    bits::Empty {
        icon: Icon::Search,
        title: &title,
        why: "Only records in the spaces that this device is in are searched",
        button: Some("Clear the search"),
    }
    .show(ui)
}

fn pupil_row(ui: &mut Ui, pupil: &PupilLine) -> Response {
    let class = if pupil.on_roll { &*pupil.reg_group } else { "has left" };
    two_lines(ui, Icon::Person, &pupil.name, &format!("{}  {class}", pupil.year_group))
}

fn hit_row(ui: &mut Ui, hit: &Hit) -> Response {
    two_lines(ui, Icon::of(hit.kind), &hit.headline, &hit.excerpt)
}

fn two_lines(ui: &mut Ui, sign: Icon, head: &str, below: &str) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width(), 52.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{head}; {below}")));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, f32::from(RADIUS), tokens.hover);
    }
    let center = rect.left_center() + Vec2::new(26.0, 0.0);
    painter.circle_filled(center, 15.0, tokens.none.wash);
    sign.paint(painter, icon::square(center.x, center.y, 15.0), tokens.soft);
    let room = rect.width() - 72.0;
    let head = paint::line(painter, [Run::new(head, Rank::Strong, tokens.text)], room);
    paint::line_at(painter, rect.left() + 56.0, rect.center().y - 10.0, head);
    let below = paint::line(painter, [Run::new(below, Rank::Small, tokens.soft)], room);
    paint::line_at(painter, rect.left() + 56.0, rect.center().y + 10.0, below);
    paint::focus_ring(ui, &response, RADIUS);
    response
}
