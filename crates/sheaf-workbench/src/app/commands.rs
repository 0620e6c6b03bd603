//! What each command does.

use eframe::egui::Context;
use sheaf_school::desk::Request;

use super::{Overlay, Workbench};
use crate::command::{self, CommandId};
use crate::desk::Purpose;
use crate::dock::{Dock, Layout, View, is_closable};
use crate::house::carry;
use crate::house::preferences;
use crate::house::safe::What;
use crate::toast::Mood;
use crate::widgets::pane::Way;
use crate::{metric, today};

/// Smaller is not readable.
pub const LEAST_ZOOM: f32 = 0.5;

/// Larger leaves no room for a form.
pub const MOST_ZOOM: f32 = 3.0;

/// One step of the zoom.
const ZOOM_STEP: f32 = 0.1;

impl Workbench {
    pub(super) fn command_if_enabled(&mut self, ctx: &Context, id: CommandId) {
        let enabled = command::find(id)
            .is_some_and(|command| (command.enabled)(&self.situation(command::Typing::No)).is_ok());
        if enabled {
            self.command(ctx, id);
        }
    }

    pub(super) fn command(&mut self, ctx: &Context, id: CommandId) {
        match id {
            CommandId::QuickLog => self.open_quick_log(),
            CommandId::WriteConcern => self.write_concern(),
            CommandId::Palette => self.open_palette(),
            CommandId::Help => self.overlay = Overlay::Help,
            CommandId::Undo => self.undo(None),
            CommandId::GoToday => self.go_today(),
            CommandId::GoMetrics => self.go(View::Metrics),
            CommandId::GoGallery => self.go(View::Gallery),
            CommandId::GoCaseload => self.go(View::Caseload),
            CommandId::AddToCaseload => self.begin_adding(),
            CommandId::GoIncidents => self.go_incidents(),
            CommandId::GoConcerns => self.go(View::Concerns),
            CommandId::GoConflicts => self.go(View::Conflicts),
            CommandId::GoPeople => self.go(View::People),
            CommandId::GoRemovals => self.go(View::Removals),
            CommandId::GoHeld => self.go(View::Held),
            CommandId::GoErasures => self.go(View::Erasures),
            CommandId::GoRetention => self.go(View::Retention),
            CommandId::GoSettings => self.go(View::Settings),
            CommandId::ImportPupils => self.go(View::PupilList),
            CommandId::Reload => self.model.reload(),
            CommandId::Blank => self.is_blank = !self.is_blank,
            CommandId::Lock => self.is_to_lock = true,
            CommandId::ChangePassphrase => self.open_safe(What::ChangePassphrase),
            CommandId::BackUp => self.open_safe(What::BackUp),
            CommandId::Recover => self.open_safe(What::Recover),
            CommandId::UseFolder => self.open_carry(carry::What::Folder),
            CommandId::WriteBundle => self.open_carry(carry::What::Write),
            CommandId::ReadBundle => self.open_carry(carry::What::Read),
            CommandId::Connect => self.open_carry(carry::What::Connect),
            CommandId::Present => self.prefer(ctx, preferences::Edit::TurnNames),
            CommandId::NextPane => self.panes.go(ctx, Way::On),
            CommandId::PreviousPane => self.panes.go(ctx, Way::Back),
            CommandId::GoPupil => {
                if let Some(pupil) = self.last_pupil {
                    self.open_pupil(pupil);
                }
            }
            CommandId::Search => {
                self.go(View::Today);
                self.today.apply(today::Edit::Focus, None);
            }
            CommandId::RunMetric => {
                self.go(View::Metrics);
                self.run_metric();
            }
            CommandId::ExportChart => self.open_export(0),
            CommandId::ComparePeriod => {
                self.go(View::Metrics);
                self.metric.turn_against();
                self.run_metric();
            }
            CommandId::StopMetric => self.stop_metric(),
            CommandId::NewMetric => self.edit_draft(metric::draft::Edit::Ask),
            CommandId::SaveDraft => self.save_draft(),
            CommandId::ReviewMetric => self.review_first(),
            CommandId::ChartTable => self.metric.apply(metric::Edit::TurnCharts),
            CommandId::CloseView => self.close_front_view(),
            CommandId::ResetLayout => self.dock = Dock::new(&Layout::default()),
            CommandId::Theme => self.other_theme(ctx),
            CommandId::ZoomIn => self.zoom(ctx, self.settings.zoom + ZOOM_STEP),
            CommandId::ZoomOut => self.zoom(ctx, self.settings.zoom - ZOOM_STEP),
            CommandId::ZoomReset => self.zoom(ctx, 1.0),
            CommandId::Close => self.close(),
        }
    }

    fn close_front_view(&mut self) {
        if let Some(view) = self.dock.front().filter(|view| is_closable(*view)) {
            self.dock.close(view);
        }
    }

    fn other_theme(&mut self, ctx: &Context) {
        self.settings.theme = self.settings.theme.other();
        ctx.set_theme(self.settings.theme.egui());
    }

    fn stop_metric(&mut self) {
        self.desk.forget(&Purpose::Run);
        self.desk.ask(Purpose::Cancel, Request::CancelRun);
        self.metric.run = None;
        self.toasts.say(self.now, Mood::News, "Stopped; the result before stays");
    }

    fn go_today(&mut self) {
        self.model.day.drafts.expire();
        self.go(View::Today);
    }

    pub(super) fn go(&mut self, view: View) {
        self.overlay = Overlay::None;
        self.dock.open(view);
        if view == View::Metrics && self.metric.chosen.is_none() {
            let first = self.model.metrics.get().and_then(|cards| cards.first());
            self.metric.chosen = first.map(|card| card.id.clone());
        }
    }

    pub(super) fn zoom(&mut self, ctx: &Context, zoom: f32) {
        let zoom = (zoom * 10.0).round() / 10.0;
        self.settings.zoom = zoom.clamp(LEAST_ZOOM, MOST_ZOOM);
        ctx.set_zoom_factor(self.settings.zoom);
    }

    /// Closes what is on top: a dialog, then the side panel, then the search.
    fn close(&mut self) {
        if self.is_blank {
            self.is_blank = false;
        } else if matches!(&self.overlay, Overlay::Safe(safe) if safe.shows_key()) {
            // It is shown this once: not before it is on paper.
        } else if !matches!(self.overlay, Overlay::None) {
            self.overlay = Overlay::None;
            if self.form.as_ref().is_some_and(crate::quick_log::State::is_empty) {
                self.form = None;
            }
        } else if self.send_words_away() {
            // The words that hung below what is being typed.
        } else if self.panel.end_change() || self.stop_adding() {
            // What was being written has gone.
        } else if self.panel.page().is_some() {
            self.panel.close();
        } else if self.metric.review.is_some() && self.dock.front() == Some(View::Metrics) {
            self.metric.close_review();
        } else if self.metric.draft.is_some() && self.dock.front() == Some(View::Metrics) {
            self.metric.close_draft();
        } else if self.metric.selection.is_some() {
            self.metric.apply(metric::Edit::Unselect);
        } else {
            self.today = today::State::default();
            self.model.hits = None;
        }
    }
}
