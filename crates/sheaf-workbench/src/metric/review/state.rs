//! The version that is looked at, and whether it still is what it was.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::SharedMetrics;
use sheaf_school::{MetricReview, MetricState};

/// The review that is open.
#[derive(Clone, Debug)]
pub struct Review {
    /// The version.
    pub record: RecordId,
    /// What it says; none until it is here.
    pub page: Option<Arc<MetricReview>>,
    /// Why it cannot be shown, or why the decision was refused.
    pub refused: Option<String>,
    /// What the lead writes to the author.
    pub reason: String,
    /// Whether a decision is on its way.
    pub is_sent: bool,
    /// Whether the keys are still to be sent to it.
    pub takes_focus: bool,
}

/// What can be done with what is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It waits, with the files that are in sight.
    Waits,
    /// It waits, with other files than those in sight.
    Changed,
    /// It was refused.
    Refused,
    /// It waits no longer: somebody has decided, or its author took it back.
    Settled,
}

impl Review {
    /// Nothing is known of it yet.
    pub const fn new(record: RecordId, reason: String) -> Self {
        let (page, refused) = (None, None);
        Self { record, page, refused, reason, is_sent: false, takes_focus: true }
    }

    /// The hash of the files that are in sight.
    pub fn hash(&self) -> Option<&str> {
        self.page.as_ref()?.new.shape.script_hash.as_deref()
    }

    /// Takes what it says, if it is of this version.
    pub fn fill(&mut self, page: Arc<MetricReview>) {
        let record = self.record.to_string();
        if page.new.shape.record.as_ref() == Some(&record) {
            self.page = Some(page);
            self.refused = None;
        }
    }

    /// Where it stands by what is known now.
    pub fn standing(&self, shared: &SharedMetrics) -> Standing {
        match shared.line(self.record) {
            None => Standing::Settled,
            Some(line) if line.state == MetricState::Refused => Standing::Refused,
            Some(line) if self.hash() == Some(&line.hash) => Standing::Waits,
            Some(_) => Standing::Changed,
        }
    }

    /// The hash on which a decision can be sent now; nothing else is on its way then.
    pub fn decide(&mut self, shared: &SharedMetrics) -> Option<String> {
        if self.is_sent || self.standing(shared) != Standing::Waits {
            return None;
        }
        let hash = self.hash()?.to_owned();
        self.is_sent = true;
        self.refused = None;
        Some(hash)
    }

    /// Something of it was refused.
    pub fn refuse(&mut self, why: String) {
        self.is_sent = false;
        self.refused = Some(why);
    }
}
