//! What a metric says: findings, charts, tables, pupils to talk about.

use eframe::egui::{Align, Frame, Layout, Margin, Response, Role, Sense, Ui, Vec2, WidgetInfo};
use sheaf_school::desk::{
    Against, FindingLine, ListedPupil, MetricCard, MetricResult, ResultTable,
};

use super::state::{Edit, Selection, State, has_period};
use super::{cases, compare};
use crate::action::{Action, Actions};
use crate::chart;
use crate::command::CommandId;
use crate::format;
use crate::theme::{RADIUS, Rank, Tokens, Tone, text, tokens_of};
use crate::widgets::buttons::Chosen;
use crate::widgets::paint::{self, Run};
use crate::widgets::table::Table;
use crate::widgets::{Icon, bits, buttons};

/// The height of a table before it scrolls.
const TABLE_HEIGHT: f32 = 300.0;

/// The room for the button beside a pupil.
const ROOM_FOR_RECORDS: f32 = 88.0;

/// Draws a whole result.
pub fn show(
    ui: &mut Ui,
    result: &MetricResult,
    card: Option<&MetricCard>,
    state: &State,
    actions: &mut Actions,
) {
    head(ui, result);
    ui.add_space(8.0);
    tools(ui, result, card, state, actions);
    ui.add_space(10.0);
    if let Some(compared) = &result.compared {
        compare::days(ui, compared);
    }
    for finding in &result.findings {
        self::finding(ui, finding);
        ui.add_space(4.0);
    }
    if let Some(compared) = &result.compared {
        compare::only_before(ui, compared);
    }
    ui.add_space(8.0);
    charts(ui, result, card, state, actions);
    for table in &result.tables {
        self::table(ui, table);
        ui.add_space(14.0);
    }
    for (title, pupils) in &result.lists {
        list(ui, title, pupils, state.selection.as_ref(), actions);
        ui.add_space(14.0);
    }
    if !result.cases.is_empty() {
        cases::show(ui, &result.cases, state.cases, actions);
        ui.add_space(14.0);
    }
    for caveat in &result.caveats {
        ui.label(text::small(ui, caveat));
    }
}

fn charts(
    ui: &mut Ui,
    result: &MetricResult,
    card: Option<&MetricCard>,
    state: &State,
    actions: &mut Actions,
) {
    let break_out = card.and_then(|card| state.break_outs(card)).unwrap_or_default();
    let selection = state.selection.as_ref();
    for first in 0..result.charts.len() {
        // A chart, and right below it the one of the period before.
        for place in [first, result.charts.len() + first] {
            let Some(spec) = result.chart(place) else { continue };
            let break_out = if place == first { break_out } else { chart::BreakOut::default() };
            let state = state.chart(place);
            chart::show(ui, chart::Sight { place, spec, state, break_out, selection }, actions);
            ui.add_space(14.0);
        }
    }
}

/// What can be done with the whole result.
fn tools(
    ui: &mut Ui,
    result: &MetricResult,
    card: Option<&MetricCard>,
    state: &State,
    actions: &mut Actions,
) {
    ui.horizontal_wrapped(|ui| {
        if card.is_some_and(has_period) {
            let chosen = Chosen::from(state.against == Against::PeriodBefore);
            if buttons::choice(ui, "Compare with the period before", chosen).clicked() {
                actions.push(Action::Command(CommandId::ComparePeriod));
            }
        }
        if !result.charts.is_empty() && buttons::choice(ui, "Export…", Chosen::No).clicked() {
            actions.push(Action::Command(CommandId::ExportChart));
        }
    });
}

fn head(ui: &mut Ui, result: &MetricResult) {
    ui.label(text::display(ui, &result.title));
    ui.label(text::soft(ui, &result.subtitle));
    let rows = format::count(result.rows_read, "row", "rows");
    let day = format::day(result.as_of, None);
    let ran = format!("As of {day}  ·  {rows} read in {:.2} s", result.seconds);
    ui.label(text::small(ui, ran));
}

/// The icon, the word and the colours of a level: never colour alone.
pub fn level(name: &str, tokens: &Tokens) -> (Icon, &'static str, Tone) {
    match name {
        "act" => (Icon::Warning, "Act", tokens.act),
        "watch" => (Icon::Info, "Watch", tokens.watch),
        "refused" => (Icon::Stop, "Refused", tokens.none),
        _ => (Icon::Check, "To know", tokens.info),
    }
}

fn finding(ui: &mut Ui, finding: &FindingLine) {
    let tokens = tokens_of(ui);
    let (icon, word, tone) = level(&finding.level, tokens);
    let frame =
        Frame::new().fill(tone.wash).corner_radius(12).inner_margin(Margin::symmetric(16, 13));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(84.0);
                ui.spacing_mut().interact_size.y = 18.0;
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 6.0;
                    icon.show(ui, 15.0, tone.ink);
                    ui.label(text::label(ui, word).color(tone.ink));
                });
            });
            ui.vertical(|ui| {
                ui.label(text::strong(ui, &finding.text));
                if !finding.estimate.is_empty() {
                    ui.label(text::body(ui, &finding.estimate).color(tone.ink));
                }
                if let Some(before) = &finding.before {
                    compare::before(ui, before);
                }
                for caveat in &finding.caveats {
                    ui.label(text::small(ui, caveat).color(tokens.soft));
                }
            });
        });
    });
}

fn table(ui: &mut Ui, table: &ResultTable) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.label(text::title(ui, &table.title));
        ui.add_space(6.0);
        let shown = Table { name: &table.title, columns: &table.columns, rows: &table.rows };
        shown.show(ui, TABLE_HEIGHT);
    });
}

/// What is selected, how to see it, how to be rid of it.
pub fn selected(ui: &mut Ui, selection: &Selection, actions: &mut Actions) {
    let tokens = tokens_of(ui);
    bits::wash(Tone { ink: tokens.accent, wash: tokens.accent_wash }).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            let count = format::count(selection.ids.len() as u64, "record", "records");
            ui.label(text::strong(ui, format!("{count} selected")).color(tokens.accent));
            ui.label(text::small(ui, &selection.title).color(tokens.soft));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                buttons::keycap(ui, "Esc");
                if buttons::quiet(ui, "Clear the selection").clicked() {
                    actions.push(Action::Metric(Edit::Unselect));
                }
                if buttons::plain(ui, "Show the records").clicked() {
                    let (title, records) = (selection.title.clone(), selection.ids.clone());
                    actions.push(Action::Behind { title, records });
                }
            });
        });
    });
}

fn list(
    ui: &mut Ui,
    title: &str,
    pupils: &[ListedPupil],
    selection: Option<&Selection>,
    actions: &mut Actions,
) {
    bits::card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.label(text::title(ui, title));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(text::small(ui, format::count(pupils.len() as u64, "pupil", "pupils")));
            });
        });
        ui.add_space(6.0);
        ui.spacing_mut().item_spacing.y = 1.0;
        for (place, pupil) in pupils.iter().enumerate() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let is_out = selection.is_some_and(|chosen| !chosen.meets(&pupil.behind));
                let part = if is_out { Part::Out } else { Part::In };
                if listed(ui, place + 1, pupil, part).clicked() {
                    actions.push(Action::OpenPupil(pupil.id));
                }
                behind(ui, pupil, actions);
            });
        }
    });
}

fn behind(ui: &mut Ui, pupil: &ListedPupil, actions: &mut Actions) {
    if pupil.behind.is_empty() {
        return;
    }
    let button = buttons::quiet(ui, "Records");
    let spoken = format!("Records behind {}", pupil.name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    if button.clicked() {
        let title = format!("{}, {}", pupil.name, pupil.why);
        actions.push(Action::Behind { title, records: pupil.behind.clone() });
    }
}

/// Whether a pupil has a part in what is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// They have, or nothing is selected.
    In,
    /// They have not: they stand back.
    Out,
}

fn listed(ui: &mut Ui, place: usize, pupil: &ListedPupil, part: Part) -> Response {
    let tokens = tokens_of(ui);
    let size = Vec2::new(ui.available_width() - ROOM_FOR_RECORDS, 40.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let spoken = format!("{}; {}", pupil.name, pupil.why);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let painter = ui.painter();
    if response.hovered() {
        painter.rect_filled(rect, f32::from(RADIUS), tokens.hover);
    }
    let number = Run::new(place.to_string(), Rank::Small, tokens.faint);
    let middle = rect.center().y;
    paint::line_at(painter, rect.left() + 8.0, middle, paint::line(painter, [number], 24.0));
    let names = (rect.width() * 0.36).min(240.0);
    let ink = if part == Part::In { tokens.text } else { tokens.faint };
    let name = paint::line(painter, [Run::new(&pupil.name, Rank::Strong, ink)], names);
    paint::line_at(painter, rect.left() + 36.0, middle, name);
    let room = rect.width() - names - 60.0;
    let why = paint::line(painter, [Run::new(&pupil.why, Rank::Body, tokens.soft)], room);
    paint::line_at(painter, rect.left() + names + 50.0, middle, why);
    paint::focus_ring(ui, &response, RADIUS);
    response
}
