//! Going out while the school is locked away, and coming back to where one was.

use sheaf_records::RecordId;

use super::{Overlay, Workbench};
use crate::desk::Desk;
use crate::dock::{Dock, Layout};
use crate::house::concern::{Decide, Form};
use crate::house::front::LockAfter;
use crate::metric;
use crate::quick_log::State as QuickLog;
use crate::record;

/// Where whoever locked the window was: which views stood where, which record was open, and what
/// was being written: a change of it, a concern, what was decided on one or on a metric. Nothing
/// else of the school.
pub struct Left {
    layout: Layout,
    record: Option<RecordId>,
    change: Option<record::Change>,
    has_draft: bool,
    concern: Option<Form>,
    is_concern_open: bool,
    decide: Option<Box<Decide>>,
    metric: metric::Left,
}

impl std::fmt::Debug for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Left(..)")
    }
}

impl Workbench {
    /// When the window locks by itself.
    pub(crate) const fn lock_after(&self) -> LockAfter {
        self.settings.lock_after
    }

    /// Whether somebody wants it locked.
    pub(crate) const fn is_to_lock(&self) -> bool {
        self.is_to_lock
    }

    /// Whether there is a passphrase to lock the school away behind, and nothing in sight that is
    /// shown this once.
    pub(crate) fn can_lock(&self) -> bool {
        let shows_key = matches!(&self.overlay, Overlay::Safe(safe) if safe.shows_key());
        !self.model.is_invented() && !shows_key
    }

    /// Leaves the school: what was typed is kept in it, and nothing of it here.
    pub(crate) fn leave(mut self) -> (Left, Desk) {
        self.keep_last_draft();
        let form = self.form.as_ref().filter(|form| form.saving.is_none());
        let is_concern_open = matches!(self.overlay, Overlay::Concern);
        let decide = match std::mem::take(&mut self.overlay) {
            Overlay::Decide(decide) if !decide.is_sent => Some(decide),
            _ => None,
        };
        let left = Left {
            layout: self.dock.layout(),
            record: self.panel.record(),
            change: self.panel.change.take().filter(|change| !change.saving),
            has_draft: form.is_some_and(|form| !QuickLog::is_empty(form)),
            concern: self.concern.take().filter(|concern| !concern.is_sent),
            is_concern_open,
            decide,
            metric: self.metric.leave(),
        };
        (left, self.desk)
    }

    /// Comes back to where somebody was.
    pub(crate) fn come_back(&mut self, left: Left) {
        self.opening = None;
        self.dock = Dock::new(&left.layout);
        if let Some(record) = left.record {
            self.panel.open(record);
            self.panel.change = left.change;
        }
        if let Some(record) = self.metric.come_back(left.metric) {
            self.ask_review(record);
        }
        self.takes_draft = left.has_draft;
        self.concern = left.concern;
        if let Some(decide) = left.decide {
            self.overlay = Overlay::Decide(decide);
        } else if left.is_concern_open && self.concern.is_some() {
            self.overlay = Overlay::Concern;
        }
    }

    /// Takes up the draft that was left, once what the form needs is here.
    pub(super) fn take_left_draft(&mut self) {
        if !self.takes_draft || self.model.roster.get().is_none() {
            return;
        }
        if let Some(newest) = self.model.day.drafts().first().map(|draft| draft.face) {
            self.takes_draft = false;
            self.take_draft(newest);
        }
    }
}
