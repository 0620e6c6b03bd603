//! The window: takes what came in, draws the views, applies what they ask for.

mod apply;
mod carry;
mod caseload;
mod commands;
mod concern;
mod day;
mod draft;
mod export;
mod inbox;
mod incidents;
mod leave;
mod panel;
mod prefer;
mod pupil_list;
mod safe;
mod sharing;
mod shell;
mod trust;

use std::collections::BTreeMap;

use eframe::egui::{Context, Ui};
use sheaf_records::RecordId;
use sheaf_school::desk::{ConcernRequest, Request, TrustRequest};

pub use leave::Left;
use shell::blank;

use crate::action::{Action, Actions};
use crate::command::{self, Situation};
use crate::desk::{Desk, Purpose};
use crate::dock::{Dock, Layout, View, is_closable};
use crate::house::preferences::Veil;
use crate::house::trust::Errand;
use crate::house::{
    carry as carry_view, concern as concern_view, conflicts, people, preferences,
    safe as safe_view, trust as trust_views,
};
use crate::link::Link;
use crate::model::Model;
use crate::pupil_list as list_view;
use crate::settings::{Names, Opening, Settings};
use crate::widgets::pane::Panes;
use crate::{caseload as caseload_view, export as export_dialog, incidents as incidents_view};
use crate::{gallery, metric, palette, pupil, quick_log, record, theme, toast, today};

/// The list of newest records is so long.
const RECENT: usize = 60;

/// What lies over the views.
#[derive(Debug, Default)]
enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The quick log; its form outlives it, so that nothing typed is lost.
    QuickLog,
    /// A concern that is written; its form outlives it, so that nothing typed is lost.
    Concern,
    /// What was decided on a concern.
    Decide(Box<concern_view::Decide>),
    /// The palette.
    Palette(palette::State),
    /// The keys and what they do.
    Help,
    /// How a chart is exported.
    Export(export_dialog::State),
    /// What is asked before something is signed.
    Ask(Box<trust_views::Ask>),
    /// What opens this device and the school.
    Safe(Box<safe_view::State>),
    /// A carrier that is chosen.
    Carry(Box<carry_view::State>),
    /// What a new metric is called.
    NewMetric(metric::draft::Begin),
    /// Why a metric that everybody runs is taken back.
    Withdraw(Box<metric::withdraw::State>),
    /// Wiping this device.
    Wipe(trust_views::wipe::Wipe),
}

/// The workbench: one school in one window.
#[derive(Debug)]
pub struct Workbench {
    settings: Settings,
    desk: Desk,
    model: Model,
    dock: Dock,
    today: today::State,
    pupils: BTreeMap<RecordId, pupil::State>,
    metric: metric::State,
    gallery: gallery::State,
    incidents: incidents_view::State,
    caseload: caseload_view::State,
    pupil_list: list_view::State,
    conflicts: conflicts::State,
    people: people::State,
    trust: trust_views::State,
    /// Whether there is no school behind the window any more.
    has_left: bool,
    /// Whether the school is to be locked away.
    is_to_lock: bool,
    /// Whether the draft of the quick log that was left is still to be taken up.
    takes_draft: bool,
    preferences: preferences::State,
    panes: Panes,
    veil: Veil,
    is_blank: bool,
    kept: Option<String>,
    panel: record::State,
    form: Option<quick_log::State>,
    concern: Option<concern_view::Form>,
    /// What was saved last, so that it can be mended when it is undone.
    last_saved: Option<(RecordId, quick_log::State)>,
    overlay: Overlay,
    toasts: toast::State,
    last_pupil: Option<RecordId>,
    opening: Option<Opening>,
    /// What is to be put on the clipboard.
    copied: Option<String>,
    now: f64,
}

impl Workbench {
    /// A workbench over a link; nothing is asked for before the first frame.
    pub fn new(ctx: &Context, link: Link, settings: Settings) -> Self {
        theme::install(ctx);
        ctx.set_theme(settings.theme.egui());
        ctx.set_zoom_factor(settings.zoom.clamp(commands::LEAST_ZOOM, commands::MOST_ZOOM));
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let layout = settings.layout.clone().unwrap_or_default();
        Self {
            opening: Some(settings.opening),
            settings,
            desk: Desk::new(link),
            model: Model::default(),
            dock: Dock::new(&layout),
            today: today::State::default(),
            pupils: BTreeMap::new(),
            metric: metric::State::default(),
            gallery: gallery::State::default(),
            incidents: incidents_view::State::default(),
            caseload: caseload_view::State::default(),
            pupil_list: list_view::State::default(),
            conflicts: conflicts::State::default(),
            people: people::State::default(),
            trust: trust_views::State::default(),
            has_left: false,
            is_to_lock: false,
            takes_draft: false,
            preferences: preferences::State::default(),
            panes: Panes::default(),
            veil: Veil::default(),
            is_blank: false,
            kept: None,
            panel: record::State::default(),
            form: None,
            concern: None,
            last_saved: None,
            overlay: Overlay::None,
            toasts: toast::State::default(),
            last_pupil: None,
            copied: None,
            now: 0.0,
        }
    }

    /// Takes what the service has said since the last frame; also while the window is hidden.
    pub fn receive(&mut self, ctx: &Context) {
        self.now = ctx.input(|input| input.time);
        let notices = self.desk.take();
        if Desk::is_full(notices.len()) {
            ctx.request_repaint();
        }
        for notice in notices {
            self.notice(notice);
        }
        self.open_first();
    }

    /// Draws everything and applies what was asked for.
    pub fn draw(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let typing = self.typing(&ctx);
        let pressed = command::pressed(&ctx, &self.situation(typing), typing);
        let mut actions: Actions = pressed.into_iter().map(Action::Command).collect();
        if self.is_blank {
            blank(ui);
        } else {
            self.shell(ui, &mut actions);
        }
        if !actions.is_empty() {
            // What they change is seen in the next frame.
            ctx.request_repaint();
        }
        for action in actions {
            self.apply(&ctx, action);
        }
        self.take_dropped(&ctx);
        if let Some(text) = self.copied.take() {
            ctx.copy_text(text);
        }
        self.settle(&ctx);
        self.refresh();
        self.keep(&ctx);
        if !self.desk.is_lost() && self.desk.flush() {
            ctx.request_repaint_after_secs(0.05);
        }
    }

    /// How many requests have no answer yet.
    pub fn unanswered(&self) -> usize {
        self.desk.unanswered()
    }

    /// Whether the view that the window was to open with is still to come.
    pub(crate) const fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// Whether this device was wiped, so that there is no school behind the window any more.
    pub(crate) const fn has_left(&self) -> bool {
        self.has_left
    }

    /// Waits outside a frame for the next notice; false if none came in time.
    pub(crate) fn wait(&mut self, at_most: std::time::Duration) -> bool {
        self.desk.wait(at_most)
    }

    /// Where the views stand, to be kept for the next time.
    pub fn layout(&self) -> Layout {
        self.dock.layout()
    }

    fn typing(&self, ctx: &Context) -> command::Typing {
        match self.overlay {
            Overlay::None if !ctx.text_edit_focused() => command::Typing::No,
            _ => command::Typing::Yes,
        }
    }

    fn situation(&self, typing: command::Typing) -> Situation {
        let is_free = matches!(self.overlay, Overlay::None);
        let front = self.dock.front();
        let result = self.model.result_of(self.metric.chosen.as_deref());
        let has_chart = result.is_some_and(|result| !result.charts.is_empty());
        Situation {
            can_log: self.model.roster.get().is_some(),
            has_pupil: self.last_pupil.is_some(),
            has_metric: self.metric.chosen.is_some() && !matches!(self.overlay, Overlay::QuickLog),
            has_period: self.chosen_metric().is_some_and(metric::has_period),
            is_running: self.metric.run.is_some(),
            has_chart: has_chart && self.dock.in_sight().contains(&View::Metrics),
            can_undo: self.can_undo(typing == command::Typing::Yes),
            can_close: is_free && front.is_some_and(is_closable),
            hides_names: self.settings.names == Names::Initials,
            is_blank: self.is_blank,
            can_save: front == Some(View::Metrics) && self.metric.can_save(),
            metrics_wait: metric::asking(&self.model) > 0,
            can_lock: !self.model.is_invented(),
        }
    }

    /// What was old goes; the next frame comes when the next thing is.
    fn settle(&mut self, ctx: &Context) {
        let next = [self.toasts.settle(self.now), self.model.settle_arrivals(self.now)];
        if let Some(next) = next.into_iter().flatten().reduce(f64::min) {
            ctx.request_repaint_after_secs((next - self.now).max(0.0) as f32 + 0.05);
        }
    }

    /// Asks for what is in sight and not known or no longer true.
    fn refresh(&mut self) {
        let Self { desk, model, dock, panel, incidents, .. } = self;
        if desk.is_lost() {
            return;
        }
        if model.status.is_wanted() {
            model.status.ask(desk.ask(Purpose::Status, Request::Status));
        }
        if model.roster.is_wanted() {
            model.roster.ask(desk.ask(Purpose::Roster, Request::Roster));
        }
        if model.recent.is_wanted() {
            model.recent.ask(desk.ask(Purpose::Recent, Request::Recent { limit: RECENT }));
        }
        if model.metrics.is_wanted() {
            model.metrics.ask(desk.ask(Purpose::Metrics, Request::Metrics));
        }
        if model.concerns.is_wanted() {
            let request = Request::Concern(ConcernRequest::Page);
            let purpose = Purpose::Concern(concern_view::Errand::Page);
            model.concerns.ask(desk.ask(purpose, request));
        }
        model.keep_only(&dock.pupils(), panel.record());
        for view in dock.in_sight() {
            ask_for(view, model, desk);
            if view == View::Incidents && model.incidents.is_wanted() {
                let request = Request::Incidents(incidents.query.clone());
                model.incidents.ask(desk.ask(Purpose::Incidents, request));
            }
        }
        if let Some(record) = panel.record() {
            let detail = model.details.entry(record).or_default();
            if detail.is_wanted() {
                detail.ask(desk.ask(Purpose::Detail(record), Request::Open(record)));
            }
            let history = model.histories.entry(record).or_default();
            if panel.history && history.is_wanted() {
                history.ask(desk.ask(Purpose::History(record), Request::History(record)));
            }
        }
        self.ask_shared_metrics();
        self.refresh_day();
    }
}

/// Asks for what a view in sight needs and has not got, or has got no longer.
fn ask_for(view: View, model: &mut Model, desk: &mut Desk) {
    match view {
        View::Pupil(pupil) => {
            let timeline = model.timelines.entry(pupil).or_default();
            if timeline.is_wanted() {
                timeline.ask(desk.ask(Purpose::Timeline(pupil), Request::Timeline(pupil)));
            }
            let card = model.cards.entry(pupil).or_default();
            if card.is_wanted() {
                card.ask(desk.ask(Purpose::PupilCard(pupil), Request::PupilCard(pupil)));
            }
        }
        View::Conflicts if model.conflicts.is_wanted() => {
            model.conflicts.ask(desk.ask(Purpose::Conflicts, Request::Conflicts));
        }
        View::People if model.people.is_wanted() => {
            model.people.ask(desk.ask(Purpose::People, Request::People));
        }
        View::Removals if model.trust.removals.is_wanted() => {
            let request = Request::Trust(TrustRequest::Removals);
            model.trust.removals.ask(desk.ask(Purpose::Trust(Errand::Removals), request));
        }
        View::Held if model.trust.held.is_wanted() => {
            let request = Request::Trust(TrustRequest::Held);
            model.trust.held.ask(desk.ask(Purpose::Trust(Errand::Held), request));
        }
        View::Erasures if model.trust.erasures.is_wanted() => {
            let request = Request::Trust(TrustRequest::Erasures);
            model.trust.erasures.ask(desk.ask(Purpose::Trust(Errand::Erasures), request));
        }
        View::Retention if model.trust.retention.is_wanted() => {
            let request = Request::Trust(TrustRequest::Retention);
            model.trust.retention.ask(desk.ask(Purpose::Trust(Errand::Retention), request));
        }
        View::Settings if model.home.is_wanted() => {
            model.home.ask(desk.ask(Purpose::Home, Request::Home));
        }
        View::Caseload if model.caseload.is_wanted() => {
            model.caseload.ask(desk.ask(Purpose::Caseload, Request::Caseload));
        }
        // The table of incidents is asked for with its filter, concerns wherever one is.
        View::Incidents
        | View::Concerns
        | View::Conflicts
        | View::People
        | View::Removals
        | View::Held
        | View::Erasures
        | View::Retention
        | View::Settings
        | View::PupilList
        | View::Today
        | View::Metrics
        | View::Gallery
        | View::Caseload => {}
    }
}

impl eframe::App for Workbench {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.receive(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn clear_color(&self, visuals: &eframe::egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
