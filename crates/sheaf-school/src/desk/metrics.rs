//! Metrics that people of this school wrote: where each stands, a review, a decision.

use std::sync::Arc;

use sheaf_records::RecordId;

use super::reply::Reply;
use crate::error::Result;
use crate::metrics::{CancelSwitch, MetricVerdict};
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
}

/// What comes of it.
#[derive(Clone, Debug)]
pub enum MetricReply {
    /// Those that ask somebody for something.
    Shared(Arc<SharedMetrics>),
    /// One beside the version that runs.
    Review(Arc<MetricReview>),
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
        MetricRequest::Restore(record) => {
            MetricReply::Done(Arc::new(school.restore_shared(record)?))
        }
    }))
}
