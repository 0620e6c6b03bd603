//! What views ask for is done here, once, at the end of the frame.

use eframe::egui::Context;
use sheaf_records::RecordId;
use sheaf_school::desk::{IncidentForm, MetricCard, Request};

use super::{Overlay, Workbench};
use crate::action::Action;
use crate::desk::Purpose;
use crate::dock::View;
use crate::house::{people, preferences};
use crate::metric;
use crate::palette::{self, Entry};
use crate::quick_log::{self, After};
use crate::toast::Mood;
use crate::today;

impl Workbench {
    pub(super) fn apply(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Command(id) => self.command(ctx, id),
            Action::OpenPupil(pupil) => self.open_pupil(pupil),
            Action::OpenRecord(record) => self.open_record(record),
            Action::OpenMetric(id) => self.open_metric(id),
            Action::Behind { title, records } => self.behind(title, records),
            Action::Settle { record, path, value } => {
                self.conflicts.settles((record, path.to_string()));
                let request = Request::Settle { record, path, value };
                self.desk.ask(Purpose::Settle(record), request);
            }
            Action::Record(edit) => self.edit_record(edit),
            Action::PanelBack => self.panel.back(),
            Action::OpenExport(chart) => self.open_export(chart),
            Action::Export(edit) => self.edit_export(edit),
            Action::BreakOut(column) => self.break_out(column),
            Action::Save(after) => self.save(after),
            Action::Copy { text, what } => self.copy(ctx, text, what),
            Action::Invite => self.invite(),
            Action::EndInvite => {
                self.people.apply(people::Edit::Leave, None);
                self.desk.ask(Purpose::EndInvite, Request::EndInvite);
            }
            Action::Conflicts(edit) => self.conflicts.apply(edit),
            Action::People(edit) => {
                let page = self.model.people.get();
                self.people.apply(edit, page.map(|page| &**page));
            }
            Action::Trust(edit) => self.edit_trust(edit),
            Action::Safe(edit) => self.edit_safe(edit),
            Action::Carry(request) => self.carry(request),
            Action::EditCarry(edit) => self.edit_carry(edit),
            Action::Preferences(edit) => self.prefer(ctx, edit),
            Action::DiscardForm => self.discard_form(),
            Action::TakeDraft(face) => self.take_draft(face),
            Action::DropDraft(face) => self.drop_draft(face),
            Action::Tick { record, row } => self.tick(record, row, true),
            Action::Read(records) => self.mark_read(records),
            Action::Undo(id) => self.undo(Some(id)),
            Action::DismissToast(id) => self.toasts.dismiss(id),
            Action::CopyIncidents(rows) => self.copy_incidents(rows),
            Action::Incidents(edit) => self.edit_incidents(edit),
            Action::AddToCaseload(pupil) => self.add_to_caseload(pupil),
            Action::TakeOffCaseload { caseload, pupil } => {
                self.take_off_caseload(caseload, pupil);
            }
            Action::Caseload(edit) => self.edit_caseload(edit),
            Action::Concern(edit) => self.edit_concern(edit),
            Action::Today(edit) => self.edit_today(edit),
            Action::Pupil(pupil, edit) => self.pupils.entry(pupil).or_default().apply(edit),
            Action::PupilList(edit) => self.edit_pupil_list(edit),
            Action::Metric(edit) => self.metric.apply(edit),
            Action::Draft(edit) => self.edit_draft(edit),
            Action::Sharing(edit) => self.edit_sharing(edit),
            Action::Gallery(edit) => self.gallery.apply(edit),
            Action::QuickLog(edit) => self.edit_form(edit),
            Action::Palette(edit) => self.edit_palette(ctx, edit),
        }
    }

    pub(super) fn open_pupil(&mut self, pupil: RecordId) {
        self.last_pupil = Some(pupil);
        self.overlay = Overlay::None;
        self.dock.open(View::Pupil(pupil));
    }

    pub(super) fn open_metric(&mut self, id: String) {
        self.overlay = Overlay::None;
        self.dock.open(View::Metrics);
        self.metric.apply(metric::Edit::Choose(id));
    }

    pub(super) fn open_quick_log(&mut self) {
        let Some(roster) = self.model.roster.get() else { return };
        let lately = self.model.day.lately.get().cloned();
        let new = || quick_log::State::new(roster.clone(), lately);
        let form = self.form.get_or_insert_with(new);
        // The clock goes on.
        self.model.day.lately.expire();
        self.model.day.drafts.expire();
        form.takes_focus = true;
        if let (Some(View::Pupil(pupil)), true) = (self.dock.front(), form.is_empty()) {
            form.begin_with(pupil);
        }
        self.overlay = Overlay::QuickLog;
    }

    pub(super) fn open_palette(&mut self) {
        self.overlay = Overlay::None;
        let now = self.situation(crate::command::Typing::No);
        let mut state =
            palette::State::new(self.model.roster.get(), self.model.metrics.get(), &now);
        state.offer_layouts(self.settings.layouts.keys());
        self.overlay = Overlay::Palette(state);
    }

    fn behind(&mut self, title: String, records: Vec<RecordId>) {
        if records.is_empty() {
            return;
        }
        self.panel.list(title);
        self.desk.ask(Purpose::Behind, Request::Behind(records));
    }

    fn save(&mut self, after: After) {
        let Some(form) = &mut self.form else { return };
        if form.saving.is_some() {
            return;
        }
        match form.form() {
            Ok(_) if form.ask_about_twins(after) => {}
            Ok(incident) => {
                form.saving = Some(after);
                self.log(incident);
            }
            Err((field, why)) => form.refuse(field, why),
        }
    }

    fn log(&mut self, incident: IncidentForm) {
        self.desk.ask(Purpose::Log, Request::Log(Box::new(incident)));
    }

    fn copy(&mut self, ctx: &Context, text: String, what: &str) {
        ctx.copy_text(text);
        self.toasts.say(self.now, Mood::Done, format!("{what} is on the clipboard"));
    }

    fn invite(&mut self) {
        if let Some(form) = self.people.send() {
            self.desk.ask(Purpose::Invite, Request::Invite(form));
        }
    }

    fn edit_today(&mut self, edit: today::Edit) {
        let roster = self.model.roster.get().map(|roster| &**roster);
        let is_new = matches!(edit, today::Edit::Search(_));
        let searches = self.today.apply(edit, roster);
        if is_new {
            self.model.hits = None;
        }
        if searches {
            let words = self.today.search.trim().to_owned();
            self.desk.ask(Purpose::Search, Request::Search(words));
        }
    }

    fn edit_form(&mut self, edit: quick_log::Edit) {
        if let Some(form) = &mut self.form {
            form.apply(edit);
        }
    }

    fn edit_palette(&mut self, ctx: &Context, edit: palette::Edit) {
        let Overlay::Palette(state) = &mut self.overlay else { return };
        let Some(entry) = state.apply(edit) else { return };
        self.overlay = Overlay::None;
        match entry {
            Entry::Command(id) => self.command_if_enabled(ctx, id),
            Entry::Pupil(pupil) => self.open_pupil(pupil),
            Entry::Metric(id) => self.open_metric(id),
            Entry::Layout(name) => self.prefer(ctx, preferences::Edit::Use(name)),
        }
    }

    fn break_out(&mut self, column: String) {
        if let Some(card) = self.chosen_metric().cloned() {
            self.metric.break_out(&card, column);
            self.run_metric();
        }
    }

    /// The metric that is chosen.
    pub(super) fn chosen_metric(&self) -> Option<&MetricCard> {
        let chosen = self.metric.chosen.as_ref()?;
        self.model.metrics.get()?.iter().find(|card| card.id == *chosen)
    }

    pub(super) fn run_metric(&mut self) {
        let Some(card) = self.chosen_metric() else { return };
        let (options, against) = (self.metric.options(card), self.metric.against);
        let request = Request::Run { metric: card.id.clone(), options, against };
        self.metric.run = Some(metric::Run { since: self.now });
        self.metric.refused = None;
        self.desk.ask(Purpose::Run, request);
    }
}
