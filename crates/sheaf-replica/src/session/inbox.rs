//! What has arrived and is not taken in yet, and the credit that is owed for it.

use std::collections::VecDeque;

use crate::error::SessionError;
use crate::limits::{CREDIT_STEP_BYTES, WINDOW_BYTES};

/// Batches with the host, oldest first.
pub(super) struct Inbox {
    pending: VecDeque<usize>,
    /// What the other side may still send.
    allowed: usize,
    /// What was taken in and not handed back yet.
    owed: usize,
}

impl Inbox {
    pub(super) const fn new() -> Self {
        Self { pending: VecDeque::new(), allowed: WINDOW_BYTES, owed: 0 }
    }

    /// Whether everything that has arrived is taken in.
    pub(super) fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    /// A frame of entries or sections has arrived.
    pub(super) fn arrived(&mut self, bytes: usize) -> Result<(), SessionError> {
        let Some(allowed) = self.allowed.checked_sub(bytes) else {
            return Err(SessionError::TooMuch {
                what: "bytes before the other side has taken them in",
                limit: WINDOW_BYTES,
            });
        };
        self.allowed = allowed;
        self.pending.push_back(bytes);
        Ok(())
    }

    /// The host has taken in the oldest batch. Gives the credit to hand back, if it is time.
    pub(super) fn taken_in(&mut self) -> Option<u32> {
        self.owed += self.pending.pop_front()?;
        if self.owed < CREDIT_STEP_BYTES && !self.pending.is_empty() {
            return None;
        }
        let bytes = std::mem::take(&mut self.owed);
        self.allowed += bytes;
        u32::try_from(bytes).ok()
    }
}
