//! Draws a pupil's timeline.

use eframe::egui::{Align, Layout, Ui};
use jiff::civil::Date;
use sheaf_records::{Kind, RecordId};
use sheaf_school::desk::{PupilCard, PupilLine, TimelineItem};

use super::overview;
use super::state::{Edit, Filter, State};
use crate::action::{Action, Actions};
use crate::command::CommandId;
use crate::format;
use crate::model::Model;
use crate::theme::{text, tokens_of};
use crate::widgets::row::{self, Mark, When};
use crate::widgets::{Icon, bits, buttons};

/// What a pupil's view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// The pupil.
    pub pupil: RecordId,
    /// Which part is shown.
    pub state: State,
    /// The record in the side panel.
    pub open: Option<RecordId>,
}

const WIDEST: f32 = 1080.0;

/// The room that the button in the header takes.
const LOG_BUTTON: f32 = 150.0;

/// Draws a pupil's view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    bits::page(ui, WIDEST, |ui| {
        header(ui, sight, actions);
        ui.add_space(16.0);
        timeline(ui, sight, actions);
    });
}

fn header(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let pupil = sight.model.pupil(sight.pupil);
    let name = pupil.map_or("Pupil", |pupil| pupil.name.as_str());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        bits::avatar(ui, name, 56.0);
        ui.vertical(|ui| {
            ui.add_space(3.0);
            ui.label(text::display(ui, name));
            ui.label(text::soft(ui, pupil.map(class).unwrap_or_default()));
        });
        if ui.available_width() < LOG_BUTTON {
            return;
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if buttons::primary(ui, "Log an incident").clicked() {
                actions.push(Action::Command(CommandId::QuickLog));
            }
            let room = ui.available_width() >= LOG_BUTTON;
            if room && buttons::plain(ui, "Write a concern…").clicked() {
                actions.push(Action::Command(CommandId::WriteConcern));
            }
        });
    });
    let card = sight.model.cards.get(&sight.pupil).and_then(|slot| slot.get());
    if let Some(card) = card {
        ui.add_space(16.0);
        overview::facts(ui, &card.facts);
        ui.add_space(14.0);
        overview::cards(ui, card, sight.state, sight.model.today(), actions);
    }
    let Some(items) = sight.model.timelines.get(&sight.pupil).and_then(|slot| slot.get()) else {
        return;
    };
    if items.is_empty() {
        return;
    }
    ui.add_space(18.0);
    filters(ui, sight, items, actions);
    if let Some(card) = card {
        periods(ui, sight, card, actions);
    }
}

/// The periods by which the chronology can be filtered, and the week that was chosen.
fn periods(ui: &mut Ui, sight: Sight<'_>, card: &PupilCard, actions: &mut Actions) {
    let chosen = sight.state.period;
    let offered = card.periods.iter().map(|one| (one.title.clone(), Some((one.from, one.to))));
    let any = std::iter::once(("Any time".to_owned(), None));
    let mut offered: Vec<(String, Option<(Date, Date)>)> = any.chain(offered).collect();
    if let Some((from, to)) = chosen
        && offered.iter().all(|(_, period)| *period != chosen)
    {
        let today = sight.model.today();
        let words = format!("{} to {}", format::day(from, today), format::day(to, today));
        offered.push((words, chosen));
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (words, period) in offered {
            if buttons::choice(ui, &words, (period == chosen).into()).clicked() {
                actions.push(Action::Pupil(sight.pupil, Edit::Period(period)));
            }
        }
    });
}

fn class(pupil: &PupilLine) -> String {
    let roll = if pupil.on_roll { "on roll" } else { "has left" };
    let parts = [pupil.year_group.as_str(), pupil.reg_group.as_str(), roll];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ·  ")
}

fn filters(ui: &mut Ui, sight: Sight<'_>, items: &[TimelineItem], actions: &mut Actions) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (filter, words) in Filter::OFFERED {
            let in_period = items.iter().filter(|item| sight.state.is_in_period(item));
            let count = in_period.filter(|item| filter.shows(item)).count();
            if count == 0 && filter != Filter::All && filter != sight.state.filter {
                continue;
            }
            let words = format!("{words}  {}", format::grouped(count as u64));
            if buttons::choice(ui, &words, (sight.state.filter == filter).into()).clicked() {
                actions.push(Action::Pupil(sight.pupil, Edit::Filter(filter)));
            }
        }
    });
}

fn timeline(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let slot = sight.model.timelines.get(&sight.pupil);
    let items = slot.and_then(|slot| slot.get());
    match (items, slot.and_then(|slot| slot.refused())) {
        (Some(items), _) if items.is_empty() => nothing_yet(ui, actions),
        (Some(items), _) => months(ui, sight, items, actions),
        (None, Some(why)) => {
            let title = "This timeline cannot be shown";
            bits::Empty { icon: Icon::Lock, title, why, button: None }.show(ui);
        }
        (None, None) => bits::waiting(ui, "Reading the timeline…"),
    }
}

fn nothing_yet(ui: &mut Ui, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::Person,
        title: "Nothing is known yet",
        why: "What is written down about this pupil appears here, newest first",
        button: Some("Log an incident"),
    };
    if empty.show(ui) {
        actions.push(Action::Command(CommandId::QuickLog));
    }
}

fn filtered_out(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let empty = bits::Empty {
        icon: Icon::List,
        title: "Nothing fits the filters",
        why: "The timeline has other records, of other kinds and days, which they hide",
        button: Some("Show everything"),
    };
    if empty.show(ui) {
        actions.push(Action::Pupil(sight.pupil, Edit::Clear));
    }
}

fn month_of(item: &TimelineItem) -> Option<Date> {
    item.at.map(|at| at.date().first_of_month())
}

fn months(ui: &mut Ui, sight: Sight<'_>, items: &[TimelineItem], actions: &mut Actions) {
    let shown: Vec<&TimelineItem> = items.iter().filter(|item| sight.state.shows(item)).collect();
    if shown.is_empty() {
        filtered_out(ui, sight, actions);
        return;
    }
    ui.spacing_mut().item_spacing.y = 2.0;
    for month in shown.chunk_by(|one, other| month_of(one) == month_of(other)) {
        month_heading(ui, month);
        for item in month {
            let mark = match item.record {
                record if sight.open == Some(record) => Mark::Open,
                record if sight.model.has_arrived(record) => Mark::Arrived,
                _ => Mark::None,
            };
            let item = without_self(item, sight.pupil);
            if row::record(ui, &item, When::day(&item), mark).clicked() {
                actions.push(Action::OpenRecord(item.record));
            }
        }
        ui.add_space(14.0);
    }
}

fn month_heading(ui: &mut Ui, month: &[&TimelineItem]) {
    let tokens = tokens_of(ui);
    let date = month.first().and_then(|item| month_of(item));
    let words = date.map_or_else(|| "No date".to_owned(), format::month);
    let incidents = month.iter().filter(|item| item.kind == Kind::Incident).count() as u64;
    ui.horizontal(|ui| {
        bits::section(ui, &words);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if incidents > 0 {
                ui.label(text::small(ui, format::count(incidents, "incident", "incidents")));
            }
            let line = ui.available_rect_before_wrap();
            let stroke = eframe::egui::Stroke::new(1.0, tokens.line);
            ui.painter().hline(line.left() + 4.0..=line.right() - 4.0, line.center().y, stroke);
        });
    });
    ui.add_space(2.0);
}

/// On a pupil's own timeline their name says nothing; their role does, and who else was in it.
fn without_self(item: &TimelineItem, pupil: RecordId) -> TimelineItem {
    let mut item = item.clone();
    for (id, name, role) in &mut item.pupils {
        let role = role.to_lowercase();
        if *id == pupil {
            *name = role;
        } else if !role.is_empty() {
            *name = format!("{name} ({role})");
        }
    }
    item.pupils.sort_by_key(|(id, _, _)| *id != pupil);
    item.pupils.retain(|(_, name, _)| !name.is_empty());
    item
}
