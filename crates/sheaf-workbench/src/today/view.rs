//! Draws the start view.

use eframe::egui::{Align, Layout, Ui};
use sheaf_records::{Kind, RecordId};

use super::recent::{day_of, recent};
use super::search::{found, search};
use super::state::State;
use super::{needs, questions, week};
use crate::action::Actions;
use crate::format;
use crate::model::Model;
use crate::theme::text;
use crate::widgets::bits;
use crate::widgets::walk::Walk;

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

/// The view is no wider than this: longer lines tire the eye.
const WIDEST: f32 = 1180.0;

/// In a narrower view what stands beside comes below the rest.
const ROOM_FOR_TWO: f32 = 860.0;

const BESIDE: f32 = 300.0;
const GAP: f32 = 36.0;

/// Draws the start view.
pub fn show(ui: &mut Ui, sight: Sight<'_>, actions: &mut Actions) {
    let mut walk = Walk::default();
    bits::page(ui, WIDEST, |ui| {
        heading(ui, sight.model);
        ui.add_space(14.0);
        search(ui, sight.state, actions);
        ui.add_space(20.0);
        if sight.state.is_searching() {
            found(ui, sight, &mut walk, actions);
        } else if ui.available_width() >= ROOM_FOR_TWO {
            side_by_side(ui, sight, &mut walk, actions);
        } else {
            needs::show(ui, sight, &mut walk, actions);
            week::card(ui, sight.model);
            ui.add_space(20.0);
            recent(ui, sight, &mut walk, actions);
            ui.add_space(20.0);
            questions::questions(ui, sight.model, actions);
        }
    });
    walk.follow(ui);
}

fn side_by_side(ui: &mut Ui, sight: Sight<'_>, walk: &mut Walk, actions: &mut Actions) {
    let main = ui.available_width() - BESIDE - GAP;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        ui.vertical(|ui| {
            ui.set_width(main);
            needs::show(ui, sight, walk, actions);
            recent(ui, sight, walk, actions);
        });
        ui.vertical(|ui| {
            ui.set_width(BESIDE);
            week::card(ui, sight.model);
            ui.add_space(22.0);
            questions::questions(ui, sight.model, actions);
        });
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
            let mut words = format!("{} today", format::count(count, "incident", "incidents"));
            if let Some(agenda) = model.day.agenda.get() {
                let needs = needs::count(model, agenda);
                let needs = format::count(needs as u64, "thing needs", "things need");
                words = format!("{needs} you  ·  {words}");
            }
            ui.label(text::small(ui, words));
        });
    });
}
