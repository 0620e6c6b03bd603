//! Metrics that people of this school wrote: where each stands, a review, a decision.

use std::sync::Arc;

use sheaf_records::RecordId;

use super::reply::Reply;
use crate::error::Result;
use crate::metrics::{CancelSwitch, Checked, MetricVerdict, MetricVocabulary};
use crate::school::School;
use crate::shape::{MetricDone, MetricReview, MetricState};

/// What a face may ask of metrics that are shared.
#[derive(Clone, Debug)]
pub enum MetricRequest {
    /// Those that ask somebody for something.
    Shared,
    /// One of them beside the version that runs.
    Review(RecordId),
    /// Decide on exactly the files that were looked at.
    Decide {
        /// The version.
        record: RecordId,
        /// The hash of the files that were looked at.
        hash: String,
        /// What was decided.
        verdict: MetricVerdict,
    },
    /// Take a version back.
    Withdraw {
        /// The version.
        record: RecordId,
        /// Why.
        reason: String,
    },
    /// Let a version count again that was taken back.
    Restore(RecordId),
    /// The draft in this folder, with its examples run.
    Draft(String),
    /// Begin a draft that is called so.
    BeginDraft(String),
    /// Save one file of a draft, and run its examples.
    SaveDraft {
        /// The folder of the draft.
        folder: String,
        /// Which of its files.
        file: String,
        /// What it said when it was opened.
        known: String,
        /// What it is to say.
        text: String,
    },
    /// Share a draft with the school.
    ShareDraft {
        /// The folder of the draft.
        folder: String,
        /// The hash of the files that were checked.
        hash: String,
        /// What its author says of it.
        note: Option<String>,
    },
}

/// What comes of it.
#[derive(Clone, Debug)]
pub enum MetricReply {
    /// Those that ask somebody for something.
    Shared(Arc<SharedMetrics>),
    /// One beside the version that runs.
    Review(Arc<MetricReview>),
    /// A draft as it is on the disk now.
    Draft(Arc<MetricDraftPage>),
    /// It is done, and this is what it means.
    Done(Arc<MetricDone>),
}

/// The metrics that were shared, as far as they ask whoever uses this device for something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedMetrics {
    /// Whether whoever uses this device decides on them.
    pub may_decide: bool,
    /// Those that wait, then own ones that were refused; the oldest first.
    pub lines: Vec<SharedMetric>,
    /// The hashes of what everybody runs: with another set the list of metrics is another.
    pub runs: Vec<String>,
    /// What lies on this device alone.
    pub drafts: Vec<MetricDraft>,
}

impl SharedMetrics {
    /// Those that ask whoever uses this device for something: to review another's, to mend their
    /// own.
    pub fn asking(&self) -> impl Iterator<Item = &SharedMetric> {
        self.lines.iter().filter(|line| match line.state {
            MetricState::Waiting => self.may_decide,
            _ => line.is_own,
        })
    }

    /// One of them.
    pub fn line(&self, record: RecordId) -> Option<&SharedMetric> {
        self.lines.iter().find(|line| line.record == record)
    }
}

/// One version of a metric that was shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedMetric {
    /// Its record.
    pub record: RecordId,
    /// The hash of its files.
    pub hash: String,
    /// What it is called.
    pub name: String,
    /// Which version.
    pub version: String,
    /// Where it stands.
    pub state: MetricState,
    /// Whether whoever uses this device shared it.
    pub is_own: bool,
    /// Who shared it and when, or who refused it and why, in words.
    pub says: String,
}

/// A draft in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricDraft {
    /// The name of its folder.
    pub folder: String,
    /// What it is called, with its version.
    pub name: String,
    /// Where it stands, or why it cannot be read.
    pub says: String,
}

/// A draft with its files, and what its examples gave.
#[derive(Clone, Debug)]
pub struct MetricDraftPage {
    /// The name of its folder.
    pub folder: String,
    /// What it is called; the name of its folder where it cannot be read.
    pub name: String,
    /// Which version; empty where it cannot be read.
    pub version: String,
    /// The hash of its files; none where they make no metric.
    pub hash: Option<String>,
    /// Its files by name, the script first.
    pub files: Vec<(String, String)>,
    /// Examples that gave what they say, those that did not, and what is wrong.
    pub checked: Checked,
    /// Where exactly these files stand, in words; empty where they make no metric.
    pub stands: String,
    /// Where they stand in the school, if they were shared.
    pub shared: Option<MetricState>,
    /// The words that its script can go on with.
    pub vocabulary: Arc<MetricVocabulary>,
}

impl MetricDraftPage {
    /// Why it cannot be shared as it is; none if it can.
    pub fn hinders(&self) -> Option<&'static str> {
        let Checked { failed, problems, .. } = &self.checked;
        if self.hash.is_none() || !problems.is_empty() {
            return Some("Mend first what is wrong");
        }
        if !failed.is_empty() {
            return Some("Its examples do not give what they say");
        }
        match self.shared {
            None => None,
            Some(MetricState::Refused) => {
                Some("A lead refused exactly this; change it, and give it a higher version")
            }
            Some(_) => Some("Exactly this is shared already"),
        }
    }
}

/// Answers what is asked of shared metrics; a review runs scripts, so not in the desk's own thread.
pub(super) fn answer(
    school: &School,
    request: MetricRequest,
    cancel: &CancelSwitch,
) -> Result<Reply> {
    Ok(Reply::Metric(match request {
        MetricRequest::Shared => MetricReply::Shared(Arc::new(school.shared_metrics()?)),
        MetricRequest::Review(record) => {
            MetricReply::Review(Arc::new(school.review_shared(record, cancel)?))
        }
        MetricRequest::Decide { record, hash, verdict } => {
            MetricReply::Done(Arc::new(school.decide_shared(record, &hash, &verdict)?))
        }
        MetricRequest::Withdraw { record, reason } => {
            MetricReply::Done(Arc::new(school.withdraw_shared(record, &reason)?))
        }
        MetricRequest::Draft(folder) => MetricReply::Draft(Arc::new(school.draft(&folder)?)),
        MetricRequest::BeginDraft(called) => {
            MetricReply::Draft(Arc::new(school.begin_draft(&called)?))
        }
        MetricRequest::SaveDraft { folder, file, known, text } => {
            MetricReply::Draft(Arc::new(school.save_draft(&folder, &file, &known, &text)?))
        }
        MetricRequest::ShareDraft { folder, hash, note } => {
            MetricReply::Done(Arc::new(school.share_draft(&folder, &hash, note.as_deref())?))
        }
        MetricRequest::Restore(record) => {
            MetricReply::Done(Arc::new(school.restore_shared(record)?))
        }
    }))
}
