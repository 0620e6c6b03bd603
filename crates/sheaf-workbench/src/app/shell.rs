//! The frame around the views: banner, sidebar, status line, side panel, what lies on top.

use std::collections::BTreeMap;

use eframe::egui::{CentralPanel, Frame, Panel, Ui};
use sheaf_records::RecordId;

use super::{Overlay, Workbench};
use crate::action::Actions;
use crate::dock::{Host, View};
use crate::model::Model;
use crate::status::{self, Lost};
use crate::theme::{text, tokens_of};
use crate::{
    caseload, help, incidents, metric, palette, pupil, quick_log, record, sidebar, theme, toast,
    today,
};

const BANNER_HEIGHT: f32 = 30.0;
const PANEL_WIDTH: f32 = 430.0;

impl Workbench {
    pub(super) fn shell(&mut self, ui: &mut Ui, actions: &mut Actions) {
        let tokens = tokens_of(ui);
        let side = Frame::new().fill(tokens.side);
        if self.model.status.get().is_some_and(|status| status.card.demo) {
            let frame = Frame::new().fill(tokens.watch.wash);
            let panel = Panel::top("banner").exact_size(BANNER_HEIGHT).frame(frame);
            panel.show_separator_line(false).show(ui, banner);
        }
        Panel::bottom("status").exact_size(status::HEIGHT).frame(side).show(ui, |ui| {
            let lost = if self.desk.is_lost() { Lost::Yes } else { Lost::No };
            status::show(ui, &self.model, lost);
        });
        let room = ui.available_width();
        let panel = Panel::left("sidebar").exact_size(sidebar::width(room)).resizable(false);
        panel.frame(side).show(ui, |ui| self.sidebar(ui, actions));
        if self.panel.page().is_some() {
            let frame = Frame::new().fill(tokens.ground);
            let panel = Panel::right("side panel")
                .default_size(PANEL_WIDTH.min(room * 0.42))
                .size_range(300.0..=room * 0.6);
            panel.frame(frame).show(ui, |ui| {
                record::show(ui, &self.panel, &self.model, actions);
            });
        }
        CentralPanel::no_frame().show(ui, |ui| self.views(ui, actions));
        self.on_top(ui, actions);
    }

    fn sidebar(&self, ui: &mut Ui, actions: &mut Actions) {
        let sight = sidebar::Sight {
            model: &self.model,
            front: self.dock.front(),
            pupils: &self.dock.pupils(),
            theme: theme::name_of(ui),
        };
        sidebar::show(ui, sight, actions);
    }

    fn views(&mut self, ui: &mut Ui, actions: &mut Actions) {
        let Self { dock, model, today, pupils, metric, incidents, caseload, panel, .. } = self;
        let open = panel.record();
        let mut scene = Scene { model, today, pupils, metric, incidents, caseload, open, actions };
        dock.show(ui, &mut scene);
    }

    fn on_top(&self, ui: &Ui, actions: &mut Actions) {
        let ctx = ui.ctx();
        match &self.overlay {
            Overlay::None => {}
            Overlay::QuickLog => {
                if let Some(form) = &self.form {
                    quick_log::show(ctx, form, actions);
                }
            }
            Overlay::Palette(state) => palette::show(ctx, state, actions),
            Overlay::Help => help::show(ctx, actions),
        }
        toast::show(ctx, &self.toasts, actions);
    }
}

fn banner(ui: &mut Ui) {
    let ink = tokens_of(ui).watch.ink;
    ui.centered_and_justified(|ui| {
        ui.label(text::label(ui, "Invented school: nothing here is real").color(ink));
    });
}

/// What the views are drawn from.
struct Scene<'a> {
    model: &'a Model,
    today: &'a today::State,
    pupils: &'a BTreeMap<RecordId, pupil::State>,
    metric: &'a metric::State,
    incidents: &'a incidents::State,
    caseload: &'a caseload::State,
    open: Option<RecordId>,
    actions: &'a mut Actions,
}

impl Host for Scene<'_> {
    fn draw(&mut self, ui: &mut Ui, view: View) {
        let Self { model, open, .. } = *self;
        match view {
            View::Today => {
                let sight = today::Sight { model, state: self.today, open };
                today::show(ui, sight, self.actions);
            }
            View::Caseload => {
                let sight = caseload::Sight { model, state: self.caseload };
                caseload::show(ui, sight, self.actions);
            }
            View::Incidents => {
                let sight = incidents::Sight { model, state: self.incidents };
                incidents::show(ui, sight, self.actions);
            }
            View::Metrics => {
                metric::show(ui, metric::Sight { model, state: self.metric }, self.actions);
            }
            View::Pupil(pupil) => {
                let state = self.pupils.get(&pupil).copied().unwrap_or_default();
                pupil::show(ui, pupil::Sight { model, pupil, state, open }, self.actions);
            }
        }
    }

    fn title(&self, view: View) -> String {
        match view {
            View::Today => "Today".to_owned(),
            View::Metrics => "Metrics".to_owned(),
            View::Incidents => "Incidents".to_owned(),
            View::Caseload => "Caseload".to_owned(),
            View::Pupil(pupil) => {
                self.model.pupil(pupil).map_or_else(|| "Pupil".to_owned(), |line| line.name.clone())
            }
        }
    }
}
