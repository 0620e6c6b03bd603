//! Draws the gallery: a box to look with, then the cards.

use eframe::egui::{Id, Key, Margin, TextEdit, Ui};
use sheaf_school::desk::MetricCard;

use super::card;
use super::grid::Grid;
use super::state::{Edit, State};
use crate::action::{Action, Actions};
use crate::metric;
use crate::model::Model;
use crate::theme::{Rank, text, tokens_of};
use crate::widgets::{Icon, bits, icon};

const WIDEST: f32 = 1120.0;

/// A card is at least so wide.
const LEAST_CARD: f32 = 296.0;
const GAP: f32 = 16.0;

/// What the gallery shows.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// What is known.
    pub model: &'a Model,
    /// What is looked for.
    pub state: &'a State,
}

/// Draws the gallery.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let Some(cards) = metric::cards(ui, sight.model, Icon::Cards) else { return };
    bits::page(ui, WIDEST, |ui| {
        ui.label(text::display(ui, "What would you like to know?"));
        ui.label(text::soft(ui, "Each card is a question that the school's own records answer"));
        ui.add_space(12.0);
        let fitting = sight.state.fitting(cards);
        search(ui, sight.state, fitting.first().copied(), actions);
        ui.add_space(14.0);
        if fitting.is_empty() {
            nothing_fits(ui, &sight.state.search, actions);
            return;
        }
        all(ui, sight.model, &fitting, actions);
    });
}

/// Enter opens the card that fits best.
fn search(ui: &mut Ui, state: &State, best: Option<&MetricCard>, actions: &mut Actions) {
    let mut typed = state.search.clone();
    let edit = TextEdit::singleline(&mut typed)
        .id(Id::unique("gallery search"))
        .hint_text("Look for a question, such as referrals")
        .font(Rank::Body.font())
        .margin(Margin { left: 34, right: 10, top: 8, bottom: 8 })
        .desired_width(ui.available_width().min(420.0));
    let response = ui.add(edit).accessible_name("Look for a metric");
    let place = response.rect.left_center();
    let tokens = tokens_of(ui);
    Icon::Search.paint(ui.painter(), icon::square(place.x + 18.0, place.y, 14.0), tokens.faint);
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        actions.extend(best.map(|card| Action::OpenMetric(card.id.clone())));
    }
    if response.changed() {
        actions.push(Action::Gallery(Edit::Search(typed)));
    }
}

fn nothing_fits(ui: &mut Ui, search: &str, actions: &mut Actions) {
    let title = format!("Nothing fits “{}”", search.trim());
    let empty = bits::Empty {
        icon: Icon::Search,
        title: &title,
        why: "Names, questions and what is read were looked through",
        button: Some("Show all metrics"),
    };
    if empty.show(ui) {
        actions.push(Action::Gallery(Edit::Clear));
    }
}

fn all(ui: &mut Ui, model: &Model, cards: &[&MetricCard], actions: &mut Actions) {
    let room = ui.available_width();
    let columns = (((room + GAP) / (LEAST_CARD + GAP)).floor() as usize).max(1);
    let width = (room - GAP * (columns - 1) as f32) / columns as f32;
    let mut grid = Grid::of(columns);
    ui.spacing_mut().item_spacing = eframe::egui::vec2(GAP, GAP);
    for row in cards.chunks(columns) {
        ui.horizontal_top(|ui| {
            for card in row {
                let result = model.result_of(Some(&card.id)).map(|result| &**result);
                let sight = card::Sight { card, result, today: model.today() };
                let response = card::show(ui, sight, width);
                grid.note(ui, &response);
                if response.clicked() {
                    actions.push(Action::OpenMetric(card.id.clone()));
                }
            }
        });
    }
    grid.follow(ui);
}
