//! Shared metrics: what is asked, and what comes of it.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{MetricReply, MetricRequest, Request, SharedMetrics};
use sheaf_school::{MetricDone, MetricState, MetricVerdict};

use super::day::UNDONE;
use super::{Overlay, Workbench};
use crate::desk::Purpose;
use crate::dock::View;
use crate::metric::{self, SharingEdit as Edit, SharingErrand as Errand, withdraw};
use crate::toast::{Mood, Undo};

/// Why an author takes back what nobody has decided on.
const TAKEN_BACK: &str = "taken back by its author";

impl Workbench {
    pub(super) fn ask_metric(&mut self, errand: Errand, request: MetricRequest) {
        self.desk.ask(Purpose::Sharing(errand), Request::Metric(request));
    }

    pub(super) fn ask_shared_metrics(&mut self) {
        if self.model.shared.is_wanted() {
            let request = Request::Metric(MetricRequest::Shared);
            let id = self.desk.ask(Purpose::Sharing(Errand::Shared), request);
            self.model.shared.ask(id);
        }
    }

    pub(super) fn edit_sharing(&mut self, edit: Edit) {
        match edit {
            Edit::Open(record) => self.open_review(record),
            Edit::Again => {
                if let Some(review) = &self.metric.review {
                    self.open_review(review.record);
                }
            }
            Edit::Close => self.metric.close_review(),
            Edit::Approve => self.decide_metric(|reason| {
                MetricVerdict::Approve(Some(reason).filter(|reason| !reason.is_empty()))
            }),
            Edit::Refuse => self.decide_metric(MetricVerdict::Refuse),
            Edit::TakeBack => {
                if let Some(review) = self.metric.review.as_mut().filter(|review| !review.is_sent) {
                    review.is_sent = true;
                    let (record, reason) = (review.record, TAKEN_BACK.to_owned());
                    self.ask_metric(Errand::Withdraw, MetricRequest::Withdraw { record, reason });
                }
            }
            Edit::Withdraw(edit) => self.edit_withdrawal(edit),
            Edit::Reason(words) => {
                if let Some(review) = &mut self.metric.review {
                    review.reason = words;
                }
            }
            Edit::Focused => {
                if let Some(review) = &mut self.metric.review {
                    review.takes_focus = false;
                }
            }
        }
    }

    pub(super) fn open_review(&mut self, record: RecordId) {
        self.overlay = Overlay::None;
        self.dock.open(View::Metrics);
        self.metric.open_review(record);
        self.ask_review(record);
    }

    pub(super) fn ask_review(&mut self, record: RecordId) {
        self.ask_metric(Errand::Review, MetricRequest::Review(record));
    }

    /// Opens the first that waits for whoever uses this device.
    pub(super) fn review_first(&mut self) {
        let first = self.model.shared.get().and_then(|shared| shared.asking().next());
        if let Some(record) = first.map(|line| line.record) {
            self.open_review(record);
        }
    }

    fn edit_withdrawal(&mut self, edit: withdraw::Edit) {
        if let withdraw::Edit::Ask(record, name) = edit {
            self.overlay = Overlay::Withdraw(Box::new(withdraw::State::new(record, name)));
            return;
        }
        let Overlay::Withdraw(state) = &mut self.overlay else { return };
        match edit {
            withdraw::Edit::Ask(..) => {}
            withdraw::Edit::Reason(words) => state.reason = words,
            withdraw::Edit::Focused => state.takes_focus = false,
            withdraw::Edit::Send => {
                if let Some(reason) = state.send() {
                    let record = state.record;
                    self.ask_metric(Errand::Withdraw, MetricRequest::Withdraw { record, reason });
                }
            }
        }
    }

    /// Sends the decision on the files that are in sight, and no others.
    fn decide_metric(&mut self, verdict: impl FnOnce(String) -> MetricVerdict) {
        let Some(review) = &mut self.metric.review else { return };
        let Some(hash) = self.model.shared.get().and_then(|shared| review.decide(shared)) else {
            return;
        };
        let verdict = verdict(review.reason.trim().to_owned());
        let request = MetricRequest::Decide { record: review.record, hash, verdict };
        self.ask_metric(Errand::Decide, request);
    }

    pub(super) fn take_sharing(&mut self, errand: Errand, reply: MetricReply) {
        match reply {
            MetricReply::Shared(shared) => self.take_shared(shared),
            MetricReply::Review(page) => {
                if let Some(review) = &mut self.metric.review {
                    review.fill(page);
                }
            }
            MetricReply::Draft(page) => self.take_draft_page(errand, page),
            MetricReply::Done(done) => self.metric_done(errand, &done),
        }
    }

    fn take_shared(&mut self, shared: Arc<SharedMetrics>) {
        // What everybody runs is another now: by this device, or by one that was met.
        if self.model.shared.get().is_some_and(|before| before.runs != shared.runs) {
            self.model.metrics.expire();
        }
        self.model.shared.fill(shared);
    }

    fn metric_done(&mut self, errand: Errand, done: &MetricDone) {
        self.model.shared.expire();
        self.model.metrics.expire();
        let record: Option<RecordId> = done.record.as_ref().and_then(|id| id.parse().ok());
        let words = format!("{}: {}", verb(errand, done), done.effect);
        match (errand, record) {
            (Errand::Decide, _) => {
                self.metric.end_review();
                if done.state == Some(MetricState::Approved) {
                    self.metric.apply(metric::Edit::Choose(done.metric.clone()));
                }
                self.toasts.say(self.now, Mood::Done, words);
            }
            (Errand::Share, Some(record)) => {
                self.read_draft_again();
                self.toasts.offer_undo(self.now, words, None, Undo::Sharing(record));
            }
            (Errand::Withdraw, Some(record)) => {
                if matches!(self.overlay, Overlay::Withdraw(_)) {
                    self.overlay = Overlay::None;
                }
                if self.metric.review.as_ref().is_some_and(|review| review.record == record) {
                    self.metric.end_review();
                }
                self.toasts.offer_undo(self.now, words, None, Undo::Withdrawal(record));
            }
            _ => {
                self.read_draft_again();
                self.toasts.say(self.now, Mood::News, words);
            }
        }
    }

    /// Where the draft that is open stands is another now.
    fn read_draft_again(&mut self) {
        if let Some(draft) = &mut self.metric.draft {
            draft.note.clear();
            let folder = draft.folder.clone();
            self.ask_metric(Errand::Draft, MetricRequest::Draft(folder));
        }
    }

    /// Takes back what was shared a moment ago.
    pub(super) fn undo_sharing(&mut self, record: RecordId) {
        let reason = UNDONE.to_owned();
        self.ask_metric(Errand::Undo, MetricRequest::Withdraw { record, reason });
    }

    /// Lets a version count again that was taken back.
    pub(super) fn undo_withdrawal(&mut self, record: RecordId) {
        self.ask_metric(Errand::Undo, MetricRequest::Restore(record));
    }

    pub(super) fn sharing_refused(&mut self, errand: Errand, why: String) {
        match (errand, &mut self.metric.review, &mut self.overlay) {
            (Errand::Shared, ..) => self.model.shared.refuse(why),
            (Errand::Withdraw, _, Overlay::Withdraw(state)) => {
                state.is_sent = false;
                state.refused = Some(why);
            }
            (Errand::Review | Errand::Decide | Errand::Withdraw, Some(review), _) => {
                review.refuse(why);
                // It may have been decided on elsewhere.
                self.model.shared.expire();
            }
            _ => self.draft_refused(errand, why),
        }
    }
}

/// What was done, in a word.
const fn verb(errand: Errand, done: &MetricDone) -> &'static str {
    match (errand, done.state) {
        (Errand::Undo, _) => "Undone",
        (_, Some(MetricState::Approved)) => "Approved",
        (_, Some(MetricState::Refused)) => "Refused",
        (_, Some(MetricState::Withdrawn)) => "Withdrawn",
        (Errand::Share, _) => "Shared",
        _ => "Done",
    }
}
