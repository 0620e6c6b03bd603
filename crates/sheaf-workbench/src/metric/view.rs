//! Draws the metric view: the form at the left, the result at the right.

use eframe::egui::{
    Align, Frame, Layout, Margin, Panel, Response, Role, ScrollArea, Sense, Spinner, Ui, Vec2,
    WidgetInfo,
};
use sheaf_school::MetricState;
use sheaf_school::desk::{MetricCard, MetricDraft, SharedMetrics};

use super::state::{Edit, Run as RunState, State};
use super::{draft, form, result, review, sharing, withdraw};
use crate::action::{Action, Actions};
use crate::command::{self, CommandId};
use crate::model::Model;
use crate::theme::{RADIUS, Rank, text, tokens_of};
use crate::widgets::paint::{self, Run};
use crate::widgets::{Icon, bits, buttons, icon};

/// A shorter run shows no spinner, in seconds.
pub const SPINNER_AFTER: f64 = 0.25;

const WIDEST: f32 = 960.0;
const FORM_WIDTH: f32 = 306.0;

/// What the metric view shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// The options and the run.
    pub state: &'a State,
}

/// Draws the metric view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let Some(cards) = cards(ui, sight.model, Icon::Chart) else { return };
    let chosen = cards.iter().find(|card| Some(&card.id) == sight.state.chosen.as_ref());
    let frame = Frame::new().fill(tokens_of(ui).ground);
    Panel::left("metric form")
        .exact_size(FORM_WIDTH)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| left(ui, cards, chosen, sight, actions));
    if let Some(open) = &sight.state.review {
        let shared = sight.model.shared.get().map(|shared| &**shared);
        review::show(ui, open, shared.unwrap_or(&SharedMetrics::default()), actions);
    } else if let Some(open) = &sight.state.draft {
        draft::show(ui, open, actions);
    } else {
        right(ui, chosen, sight, actions);
    }
}

/// The metrics that there are; where there is none yet, says why.
pub fn cards<'a>(ui: &mut Ui, model: &'a Model, icon: Icon) -> Option<&'a [MetricCard]> {
    let cards = model.metrics.get().map(|cards| &**cards);
    match (cards, model.metrics.refused()) {
        (Some([]), _) => {
            bits::Empty::no_metric().show(ui);
        }
        (Some(_), _) => return cards,
        (None, Some(why)) => {
            let title = "The metrics cannot be listed";
            bits::Empty { icon, title, why, button: None }.show(ui);
        }
        (None, None) => bits::waiting(ui, "Looking for metrics…"),
    }
    None
}

fn left(
    ui: &mut Ui,
    cards: &[MetricCard],
    chosen: Option<&MetricCard>,
    sight: Sight<'_>,
    actions: &mut Actions,
) {
    let state = sight.state;
    let chosen = chosen.filter(|_| state.review.is_none() && state.draft.is_none());
    let margin = Margin { left: 24, right: 20, top: 24, bottom: 12 };
    if chosen.is_some() {
        let frame = Frame::new().inner_margin(Margin { left: 24, right: 20, top: 12, bottom: 12 });
        Panel::bottom("run metric").frame(frame).show(ui, |ui| run_buttons(ui, state, actions));
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(margin).show(ui, |ui| {
            if let Some(shared) = sight.model.shared.get() {
                let open = state.review.as_ref().map(|review| review.record);
                sharing::list(ui, shared, open, actions);
            }
            ui.horizontal(|ui| {
                bits::section(ui, "Metrics");
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if buttons::quiet(ui, "Gallery").clicked() {
                        actions.push(Action::Command(CommandId::GoGallery));
                    }
                });
            });
            ui.add_space(2.0);
            ui.spacing_mut().item_spacing.y = 2.0;
            entries(ui, cards, chosen, sight, actions);
            ui.spacing_mut().item_spacing.y = 6.0;
            if let Some(card) = chosen {
                ui.add_space(16.0);
                about(ui, card, sight.model, actions);
                options(ui, card, state, actions);
            }
        });
    });
}

/// Those that come with Sheaf, then those that people of this school wrote, with who and where each
/// stands.
fn entries(
    ui: &mut Ui,
    cards: &[MetricCard],
    chosen: Option<&MetricCard>,
    sight: Sight<'_>,
    actions: &mut Actions,
) {
    let is_bundled = |card: &&MetricCard| card.state == MetricState::Bundled;
    let (bundled, own): (Vec<&MetricCard>, Vec<&MetricCard>) = cards.iter().partition(is_bundled);
    for card in bundled {
        if entry(ui, card, Some(card) == chosen).clicked() {
            actions.push(Action::OpenMetric(card.id.clone()));
        }
    }
    ui.add_space(14.0);
    ui.horizontal(|ui| {
        bits::section(ui, "Written at this school");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if buttons::quiet(ui, "New…").clicked() {
                actions.push(Action::Command(CommandId::NewMetric));
            }
        });
    });
    for card in &own {
        if entry(ui, card, Some(*card) == chosen).clicked() {
            actions.push(Action::OpenMetric(card.id.clone()));
        }
    }
    let open = sight.state.draft.as_ref().map(|draft| draft.folder.as_str());
    let drafts = sight.model.shared.get().map(|shared| shared.drafts.as_slice());
    let is_card = |draft: &&MetricDraft| {
        own.iter().any(|card| card.id == draft.folder && card.state != MetricState::Approved)
    };
    // A draft that runs is in the list already; the others cannot run, or another version does.
    for one in drafts.unwrap_or_default().iter().filter(|one| !is_card(one)) {
        if sharing::draft_line(ui, one, open == Some(&one.folder)) {
            actions.push(Action::Draft(draft::Edit::Open(one.folder.clone())));
        }
    }
}

fn entry(ui: &mut Ui, card: &MetricCard, chosen: bool) -> Response {
    let tokens = tokens_of(ui);
    let is_bundled = card.state == MetricState::Bundled;
    let size = Vec2::new(ui.available_width(), if is_bundled { 36.0 } else { 50.0 });
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let spoken = match is_bundled {
        true => card.name.clone(),
        false => format!("{}; {}", card.name, card.origin),
    };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &spoken));
    let painter = ui.painter();
    if chosen || response.hovered() {
        let fill = if chosen { tokens.accent_wash } else { tokens.hover };
        painter.rect_filled(rect, f32::from(RADIUS), fill);
    }
    let ink = if chosen { tokens.accent } else { tokens.soft };
    Icon::Chart.paint(painter, icon::square(rect.left() + 18.0, rect.center().y, 15.0), ink);
    let color = if chosen { tokens.accent } else { tokens.text };
    let room = rect.width() - 48.0;
    let name = paint::line(painter, [Run::new(&card.name, Rank::Strong, color)], room);
    let middle = rect.center().y;
    if !is_bundled {
        let origin = [Run::new(&card.origin, Rank::Small, tokens.soft)];
        let origin = paint::line(painter, origin, room);
        paint::line_at(painter, rect.left() + 36.0, middle + 10.0, origin);
    }
    let up = if is_bundled { 0.0 } else { -9.0 };
    paint::line_at(painter, rect.left() + 36.0, middle + up, name);
    paint::focus_ring(ui, &response, RADIUS);
    response.on_hover_text(format!("{}\n{}", card.question, card.origin))
}

/// Which version it is, and who wrote it; for who may, a way to take it back.
fn about(ui: &mut Ui, card: &MetricCard, model: &Model, actions: &mut Actions) {
    if card.state == MetricState::Bundled {
        return;
    }
    bits::section(ui, &format!("Version {}", card.version));
    ui.label(text::soft(ui, &card.origin));
    let drafts = model.shared.get().map(|shared| shared.drafts.as_slice()).unwrap_or_default();
    let has_draft = drafts.iter().any(|draft| draft.folder == card.id);
    ui.horizontal(|ui| {
        if has_draft && buttons::plain(ui, "Edit or share…").clicked() {
            actions.push(Action::Draft(draft::Edit::Open(card.id.clone())));
        }
        if let (Some(record), true) = (card.record, card.may_withdraw)
            && buttons::plain(ui, "Withdraw…").clicked()
        {
            let name = format!("{} {}", card.name, card.version);
            let ask = withdraw::Edit::Ask(record, name);
            actions.push(Action::Sharing(sharing::Edit::Withdraw(ask)));
        }
    });
    ui.add_space(16.0);
}

fn options(ui: &mut Ui, card: &MetricCard, state: &State, actions: &mut Actions) {
    ui.horizontal(|ui| {
        bits::section(ui, "Options");
        if state.is_changed(card) && buttons::quiet(ui, "Defaults").clicked() {
            actions.push(Action::Metric(Edit::Reset));
        }
    });
    ui.add_space(6.0);
    form::show(ui, card, state, actions);
}

fn run_buttons(ui: &mut Ui, state: &State, actions: &mut Actions) {
    ui.horizontal(|ui| {
        let Some(run) = state.run else {
            if buttons::primary(ui, "Run").clicked() {
                actions.push(Action::Command(CommandId::RunMetric));
            }
            keys_of(ui, CommandId::RunMetric);
            return;
        };
        if buttons::plain(ui, "Stop").clicked() {
            actions.push(Action::Command(CommandId::StopMetric));
        }
        keys_of(ui, CommandId::StopMetric);
        running(ui, run);
    });
}

fn keys_of(ui: &mut Ui, id: CommandId) {
    if let Some(command) = command::find(id) {
        let keys = command.keys_in_words(ui.ctx());
        buttons::keycap(ui, &keys);
    }
}

fn right(ui: &mut Ui, chosen: Option<&MetricCard>, sight: Sight<'_>, actions: &mut Actions) {
    // At the foot, so that nothing moves under the pointer that selects.
    if let Some(selection) = &sight.state.selection {
        let frame = Frame::new().fill(tokens_of(ui).ground).inner_margin(Margin::symmetric(24, 10));
        let panel = Panel::bottom("selection").frame(frame);
        panel.show(ui, |ui| result::selected(ui, selection, actions));
    }
    bits::page(ui, WIDEST, |ui| said(ui, chosen, sight, actions));
}

/// After a moment a run says so.
fn running(ui: &mut Ui, run: RunState) {
    let elapsed = ui.input(|input| input.time) - run.since;
    if elapsed < SPINNER_AFTER {
        ui.ctx().request_repaint_after_secs((SPINNER_AFTER - elapsed) as f32 + 0.01);
        return;
    }
    let color = tokens_of(ui).accent;
    ui.add(Spinner::new().size(15.0).color(color));
    ui.label(text::soft(ui, "Running…"));
}

fn said(ui: &mut Ui, chosen: Option<&MetricCard>, sight: Sight<'_>, actions: &mut Actions) {
    if let Some(why) = &sight.state.refused {
        refused(ui, why);
    }
    let of_chosen = sight.model.result_of(chosen.map(|card| card.id.as_str()));
    if let Some(result) = of_chosen {
        if sight.state.run.is_some() {
            ui.multiply_opacity(0.45);
        }
        result::show(ui, result, chosen, sight.state, actions);
    } else if let Some(card) = chosen {
        invitation(ui, card, sight.state, actions);
    } else {
        let empty = bits::Empty {
            icon: Icon::Chart,
            title: "Ask the school a question",
            why: "Choose a metric at the left; what it says appears here, with how sure it is",
            button: None,
        };
        empty.show(ui);
    }
}

fn refused(ui: &mut Ui, why: &str) {
    let tokens = tokens_of(ui);
    bits::wash(tokens.act).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            Icon::Warning.show(ui, 15.0, tokens.act.ink);
            ui.label(text::body(ui, why).color(tokens.act.ink));
        });
    });
    ui.add_space(12.0);
}

fn invitation(ui: &mut Ui, card: &MetricCard, state: &State, actions: &mut Actions) {
    ui.label(text::display(ui, &card.name));
    ui.label(text::soft(ui, &card.question));
    if state.run.is_some() {
        return;
    }
    let empty = bits::Empty {
        icon: Icon::Chart,
        title: "Not run yet",
        why: "Findings, charts and the pupils to talk about appear here",
        button: Some("Run with these options"),
    };
    if empty.show(ui) {
        actions.push(Action::Command(CommandId::RunMetric));
    }
}
