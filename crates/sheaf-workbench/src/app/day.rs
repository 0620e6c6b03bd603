//! A mentor's day: what needs the user, what was begun, what can be undone.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{DayReply, DayRequest, Draft, FaceId, Request};

use super::{Overlay, Workbench};
use crate::day::Errand;
use crate::desk::Purpose;
use crate::dock::View;
use crate::quick_log::{After, State};
use crate::toast::{Mood, Undo};

/// Why a record is withdrawn that was undone.
pub(super) const UNDONE: &str = "undone";

impl Workbench {
    fn ask_day(&mut self, errand: Errand, request: DayRequest) {
        self.desk.ask(Purpose::Day(errand), Request::Day(request));
    }

    /// Asks for what is in sight and not known or no longer true.
    pub(super) fn refresh_day(&mut self) {
        let Self { desk, model, dock, overlay, .. } = self;
        let day = &mut model.day;
        let mut ask = |errand, request| desk.ask(Purpose::Day(errand), Request::Day(request));
        if day.drafts.is_wanted() {
            day.drafts.ask(ask(Errand::Drafts, DayRequest::Drafts));
        }
        if day.agenda.is_wanted() && dock.in_sight().contains(&View::Today) {
            day.agenda.ask(ask(Errand::Agenda, DayRequest::Agenda));
        }
        let is_first = day.lately.get().is_none();
        if day.lately.is_wanted() && (is_first || matches!(overlay, Overlay::QuickLog)) {
            day.lately.ask(ask(Errand::Lately, DayRequest::Lately));
        }
        self.take_left_draft();
        self.keep_draft();
    }

    /// Keeps what is typed, one request at a time: while one is on its way, later letters wait.
    fn keep_draft(&mut self) {
        if !self.desk.is_asked(&Purpose::Day(Errand::Keep)) {
            self.keep_last_draft();
        }
    }

    /// Keeps what is typed, also while one request is on its way.
    pub(super) fn keep_last_draft(&mut self) {
        let Some(form) = &mut self.form else { return };
        if form.saving.is_some() {
            return;
        }
        if let Some(draft) = form.draft_to_keep() {
            self.ask_day(Errand::Keep, DayRequest::KeepDraft(draft.map(Box::new)));
        }
    }

    pub(super) fn day_reply(&mut self, errand: &Errand, reply: DayReply) {
        match reply {
            DayReply::Lately(lately) => {
                if let Some(form) = &mut self.form {
                    form.learn(Arc::clone(&lately));
                }
                self.model.day.lately.fill(lately);
            }
            DayReply::Agenda(agenda) => self.model.day.agenda.fill(agenda),
            DayReply::Ticked { record, row, done } => self.ticked(record, row, done),
            DayReply::Drafts(drafts) => self.model.day.drafts.fill(drafts),
            DayReply::Draft(draft) => {
                if let Errand::Take(face) = errand {
                    self.forget_left(*face);
                }
                self.take(&draft);
            }
            DayReply::Kept => {}
        }
    }

    pub(super) fn day_refused(&mut self, errand: &Errand, why: String) {
        match errand {
            Errand::Lately => self.model.day.lately.refuse(why),
            Errand::Agenda => self.model.day.agenda.refuse(why),
            Errand::Drafts => self.model.day.drafts.refuse(why),
            Errand::Keep => {
                let words = format!("What you type is not kept: {why}");
                self.toasts.say(self.now, Mood::Fault, words);
            }
            Errand::Take(_) | Errand::Drop => {
                self.model.day.drafts.expire();
                self.toasts.say(self.now, Mood::Fault, why);
            }
            Errand::Tick | Errand::Read | Errand::Undo(_) => {
                self.model.day.agenda.expire();
                self.toasts.say(self.now, Mood::Fault, why);
            }
        }
    }

    pub(super) fn tick(&mut self, record: RecordId, row: String, done: bool) {
        self.ask_day(Errand::Tick, DayRequest::Tick { record, row, done });
    }

    fn ticked(&mut self, record: RecordId, row: String, done: bool) {
        let what = self.follow_up_words(record, &row);
        self.model.expire(&[record]);
        if done {
            let undo = Undo::Tick { record, row };
            let words = if what.is_empty() { "Done".to_owned() } else { format!("Done: {what}") };
            self.toasts.offer_undo(self.now, words, Some(record), undo);
        } else {
            self.toasts.say(self.now, Mood::News, "Open again");
        }
    }

    fn follow_up_words(&self, record: RecordId, row: &str) -> String {
        let agenda = self.model.day.agenda.get();
        let mut lines = agenda.into_iter().flat_map(|agenda| &agenda.follow_ups);
        let line = lines.find(|line| line.record == record && line.row == row);
        line.map(|line| line.what.clone()).unwrap_or_default()
    }

    pub(super) fn mark_read(&mut self, records: Vec<RecordId>) {
        if !records.is_empty() {
            self.ask_day(Errand::Read, DayRequest::Read(records));
        }
    }

    /// A record that is opened has been read.
    pub(super) fn open_record(&mut self, record: RecordId) {
        self.panel.open(record);
        let agenda = self.model.day.agenda.get();
        if agenda.is_some_and(|agenda| agenda.unread.iter().any(|item| item.record == record)) {
            self.mark_read(vec![record]);
        }
    }

    pub(super) fn take_draft(&mut self, face: FaceId) {
        self.ask_day(Errand::Take(face), DayRequest::TakeDraft(face));
    }

    pub(super) fn drop_draft(&mut self, face: FaceId) {
        self.forget_left(face);
        self.ask_day(Errand::Drop, DayRequest::DropDraft(face));
    }

    fn forget_left(&mut self, face: FaceId) {
        let left = self.model.day.drafts().iter().filter(|line| line.face != face);
        let left: Arc<[_]> = left.cloned().collect();
        self.model.day.drafts.fill(left);
    }

    fn take(&mut self, draft: &Draft) {
        let Some(roster) = self.model.roster.get() else { return };
        let lately = self.model.day.lately.get().cloned();
        self.form = Some(State::new(Arc::clone(roster), lately).of_draft(draft));
        self.overlay = Overlay::QuickLog;
    }

    /// Throws away what was typed.
    pub(super) fn discard_form(&mut self) {
        let Some(roster) = self.model.roster.get() else { return };
        let kept = self.form.take().and_then(|mut form| form.draft_to_keep().or(Some(None)));
        let lately = self.model.day.lately.get().cloned();
        self.form = Some(State::new(Arc::clone(roster), lately));
        if kept.is_some() {
            self.ask_day(Errand::Keep, DayRequest::KeepDraft(None));
        }
    }

    /// The incident is on this device: it can be undone for ten seconds.
    pub(super) fn saved(&mut self, record: RecordId, headline: &str) {
        let words = format!("Saved: {headline}");
        self.toasts.offer_undo(self.now, words, Some(record), Undo::Save(record));
        self.model.expire(&[]);
        let Some(form) = &mut self.form else { return };
        form.forget_draft();
        self.last_saved = Some((record, form.clone()));
        match form.saving.take() {
            Some(After::Next) => form.clear_for_next(),
            Some(After::Close) => {
                self.form = None;
                self.overlay = Overlay::None;
            }
            None => {}
        }
    }

    /// Takes back what was done last, while its message is in sight.
    pub(super) fn undo(&mut self, toast: Option<u64>) {
        let Some((id, undo)) = self.toasts.undo(toast) else { return };
        self.toasts.dismiss(id);
        match undo {
            Undo::Save(record) => {
                let reason = UNDONE.to_owned();
                let request = Request::Withdraw { record, reason };
                self.desk.ask(Purpose::Day(Errand::Undo(record)), request);
            }
            Undo::Tick { record, row } => self.tick(record, row, false),
            Undo::Sharing(record) => self.undo_sharing(record),
            Undo::Withdrawal(record) => self.undo_withdrawal(record),
        }
    }

    /// What was undone comes back into the form, unless something else is being typed there.
    pub(super) fn undone(&mut self, record: RecordId) {
        self.model.expire(&[record]);
        let saved = self.last_saved.take().filter(|(saved, _)| *saved == record);
        let is_free = self.form.as_ref().is_none_or(State::is_fresh);
        let words = match saved {
            Some((_, mut form)) if is_free => {
                form.reopen();
                self.form = Some(form);
                self.overlay = Overlay::QuickLog;
                "Undone; mend it and save again, or discard it"
            }
            _ => "Undone; the record is withdrawn",
        };
        self.toasts.say(self.now, Mood::News, words);
    }

    /// Whether the keys for undoing mean what was done last, not letters that are being typed.
    pub(super) fn can_undo(&self, typing: bool) -> bool {
        let waits = matches!(self.overlay, Overlay::QuickLog)
            && self.form.as_ref().is_some_and(State::is_fresh);
        self.toasts.undo(None).is_some() && (!typing || waits)
    }
}
