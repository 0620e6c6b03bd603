//! What the service has told of a mentor's day.

use std::sync::Arc;

use sheaf_records::RecordId;
use sheaf_school::desk::{Agenda, DraftLine, FaceId, Lately};

use crate::slot::Slot;

/// What is known of the day.
#[derive(Debug, Default)]
pub struct Day {
    /// What happened of late, for the quick log.
    pub lately: Slot<Arc<Lately>>,
    /// What needs the user.
    pub agenda: Slot<Arc<Agenda>>,
    /// Drafts that were left behind.
    pub drafts: Slot<Arc<[DraftLine]>>,
}

impl Day {
    /// Records have changed.
    pub const fn expire(&mut self) {
        self.lately.expire();
        self.agenda.expire();
    }

    /// The drafts that can be continued.
    pub fn drafts(&self) -> &[DraftLine] {
        self.drafts.get().map(|drafts| &**drafts).unwrap_or_default()
    }
}

/// What a request of the day was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Fill what happened of late.
    Lately,
    /// Fill what needs the user.
    Agenda,
    /// Tick a follow-up off.
    Tick,
    /// Mark records as read.
    Read,
    /// List the drafts.
    Drafts,
    /// Keep the draft of this window.
    Keep,
    /// Go on with a draft.
    Take(FaceId),
    /// Let go of a draft.
    Drop,
    /// Withdraw this record, which was just saved.
    Undo(RecordId),
}
