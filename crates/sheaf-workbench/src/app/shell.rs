//! The frame around the views: banner, sidebar, status line, side panel, what lies on top.

use std::collections::BTreeMap;

use eframe::egui::{CentralPanel, Frame, Panel, Ui};
use sheaf_records::RecordId;

use super::{Overlay, Workbench};
use crate::action::Actions;
use crate::command::Typing;
use crate::dock::{Host, View};
use crate::house::status::{self, Lost};
use crate::house::{carry, concern, conflicts, help, people, preferences, safe, sidebar, trust};
use crate::model::Model;
use crate::settings::Settings;
use crate::theme::{text, tokens_of};
use crate::widgets::pane::Panes;
use crate::{caseload, export, gallery, incidents, metric, palette, pupil, pupil_list};
use crate::{quick_log, record, theme, toast, today};

const BANNER_HEIGHT: f32 = 30.0;
const PANEL_WIDTH: f32 = 430.0;

impl Workbench {
    pub(super) fn shell(&mut self, ui: &mut Ui, actions: &mut Actions) {
        let tokens = tokens_of(ui);
        let side = Frame::new().fill(tokens.side);
        if self.model.is_invented() {
            let frame = Frame::new().fill(tokens.watch.wash);
            let panel = Panel::top("banner").exact_size(BANNER_HEIGHT).frame(frame);
            panel.show_separator_line(false).show(ui, banner);
        }
        let told = self.model.status.get().and_then(|status| status.told_out.as_ref());
        if let Some(told) = told {
            trust::show_told(ui, told, self.model.today(), actions);
        }
        Panel::bottom("status").exact_size(status::HEIGHT).frame(side).show(ui, |ui| {
            let lost = if self.desk.is_lost() { Lost::Yes } else { Lost::No };
            status::show(ui, &self.model, lost, actions);
        });
        let room = ui.available_width();
        let panel = Panel::left("sidebar").exact_size(sidebar::width(room)).resizable(false);
        let mut panes = Panes::default();
        panel.frame(side).show(ui, |ui| {
            panes.mark(ui, "Sidebar");
            self.sidebar(ui, actions);
        });
        self.panes = panes;
        if self.panel.page().is_some() {
            let frame = Frame::new().fill(tokens.ground);
            let panel = Panel::right("side panel")
                .default_size(PANEL_WIDTH.min(room * 0.42))
                .size_range(300.0..=room * 0.6);
            panel.frame(frame).show(ui, |ui| {
                self.panes.mark(ui, "Side panel");
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
        let takes_keys = self.typing(ui.ctx()) == Typing::No;
        let front = self.dock.front();
        let Self {
            dock, model, today, pupils, metric, gallery, incidents, caseload, panes, ..
        } = self;
        let open = self.panel.record();
        let school = School {
            conflicts: &self.conflicts,
            people: &self.people,
            trust: &self.trust,
            preferences: &self.preferences,
            pupil_list: &self.pupil_list,
            settings: &self.settings,
            now: self.now,
            takes_keys,
            front,
        };
        let mut scene = Scene {
            model,
            today,
            pupils,
            metric,
            gallery,
            incidents,
            caseload,
            open,
            school,
            panes,
            actions,
        };
        dock.show(ui, &mut scene);
    }

    fn on_top(&self, ui: &Ui, actions: &mut Actions) {
        let ctx = ui.ctx();
        match &self.overlay {
            Overlay::None => {}
            Overlay::QuickLog => {
                if let Some(form) = &self.form {
                    let drafts = self.model.day.drafts();
                    quick_log::show(ctx, quick_log::Sight { form, drafts }, actions);
                }
            }
            Overlay::Concern => {
                if let Some(form) = &self.concern {
                    concern::show_form(ctx, form, &self.model, actions);
                }
            }
            Overlay::Decide(decide) => {
                if let Some(page) = self.model.concerns.get() {
                    concern::show_decide(ctx, decide, page, actions);
                }
            }
            Overlay::Palette(state) => palette::show(ctx, state, actions),
            Overlay::Help => help::show(ctx, actions),
            Overlay::Export(state) => export::show(ctx, state, actions),
            Overlay::Carry(state) => carry::show(ctx, state, &self.model, actions),
            Overlay::Safe(state) => safe::show(ctx, state, &self.model, actions),
            Overlay::NewMetric(begin) => metric::draft::show_begin(ctx, begin, actions),
            Overlay::Withdraw(state) => metric::withdraw::show(ctx, state, actions),
            Overlay::Wipe(wipe) => trust::wipe::show(ctx, wipe, actions),
            Overlay::Ask(ask) => trust::show_dialog(ctx, ask, self.model.today(), actions),
        }
        toast::show(ctx, &self.toasts, actions);
        self.invite_drop(ctx);
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
    gallery: &'a gallery::State,
    incidents: &'a incidents::State,
    caseload: &'a caseload::State,
    open: Option<RecordId>,
    school: School<'a>,
    panes: &'a mut Panes,
    actions: &'a mut Actions,
}

/// What the views of the school, rather than of pupils, are drawn from.
#[derive(Clone, Copy)]
struct School<'a> {
    conflicts: &'a conflicts::State,
    people: &'a people::State,
    trust: &'a trust::State,
    preferences: &'a preferences::State,
    pupil_list: &'a pupil_list::State,
    settings: &'a Settings,
    now: f64,
    takes_keys: bool,
    front: Option<View>,
}

impl School<'_> {
    fn draw(self, ui: &mut Ui, view: View, model: &Model, actions: &mut Actions) {
        match view {
            View::Concerns => {
                let sight = concern::Sight { model, names: self.settings.names };
                concern::show(ui, sight, actions);
            }
            View::Conflicts => {
                let takes_keys = self.takes_keys && self.front == Some(View::Conflicts);
                let sight = conflicts::Sight { model, state: self.conflicts, takes_keys };
                conflicts::show(ui, sight, actions);
            }
            View::People => {
                let (state, trust, now) = (self.people, self.trust, self.now);
                let sight = people::Sight { model, state, trust, now };
                people::show(ui, sight, actions);
            }
            View::Removals => trust::show_removals(ui, model, actions),
            View::Held => trust::show_held(ui, model, actions),
            View::Erasures => trust::show_erasures(ui, model, actions),
            View::Retention => {
                let sight = trust::Due { model, chosen: &self.trust.chosen };
                trust::show_retention(ui, sight, actions);
            }
            View::PupilList => {
                let sight = pupil_list::Sight { state: self.pupil_list };
                pupil_list::show(ui, sight, actions);
            }
            _ => {
                let (state, settings) = (self.preferences, self.settings);
                preferences::show(ui, preferences::Sight { model, state, settings }, actions);
            }
        }
    }
}

/// Nothing but the way back.
pub(super) fn blank(ui: &mut Ui) {
    CentralPanel::no_frame().show(ui, |ui| {
        ui.painter().rect_filled(ui.max_rect(), 0.0, tokens_of(ui).side);
        ui.centered_and_justified(|ui| {
            ui.label(text::small(ui, "The screen is blank; press Esc to come back"));
        });
    });
}

impl Host for Scene<'_> {
    fn draw(&mut self, ui: &mut Ui, view: View) {
        let Self { model, open, .. } = *self;
        self.panes.mark(ui, &self.title(view));
        match view {
            View::Concerns
            | View::Conflicts
            | View::People
            | View::Removals
            | View::Held
            | View::Erasures
            | View::Retention
            | View::Settings
            | View::PupilList => {
                self.school.draw(ui, view, model, self.actions);
            }
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
            View::Gallery => {
                gallery::show(ui, gallery::Sight { model, state: self.gallery }, self.actions);
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
            View::Gallery => "Gallery".to_owned(),
            View::Incidents => "Incidents".to_owned(),
            View::Caseload => "Caseload".to_owned(),
            View::Concerns => "Concerns".to_owned(),
            View::Conflicts => "To settle".to_owned(),
            View::People => "Devices and people".to_owned(),
            View::Removals => "Removals".to_owned(),
            View::Held => "What is held".to_owned(),
            View::Erasures => "Erasures".to_owned(),
            View::Retention => "Retention".to_owned(),
            View::Settings => "Settings".to_owned(),
            View::PupilList => "Import pupils".to_owned(),
            View::Pupil(pupil) => {
                self.model.pupil(pupil).map_or_else(|| "Pupil".to_owned(), |line| line.name.clone())
            }
        }
    }
}
