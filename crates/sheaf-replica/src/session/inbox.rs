//! What has arrived and is not taken in yet, and the credit that is owed for it.

use std::collections::VecDeque;

use crate::error::SessionError;
use crate::limits::{CREDIT_STEP_BYTES, MAX_BATCH_BYTES, WINDOW_BYTES};

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

    /// Makes one batch of the last two if they are not too long together. The caller knows that
    /// neither is with the host yet.
    pub(super) fn joins_last(&mut self) -> bool {
        let [.., before, last] = self.pending.make_contiguous() else { return false };
        if *before + *last > MAX_BATCH_BYTES {
            return false;
        }
        *before += *last;
        self.pending.pop_back();
        true
    }

    /// The host has kept the oldest batch, and is still at work on what follows from it. Gives the
    /// credit to hand back, if it is time.
    pub(super) fn kept(&mut self) -> Option<u32> {
        self.owed += std::mem::take(self.pending.front_mut()?);
        self.hand_back()
    }

    /// The host has taken in the oldest batch. Gives the credit to hand back, if it is time.
    pub(super) fn taken_in(&mut self) -> Option<u32> {
        self.owed += self.pending.pop_front()?;
        self.hand_back()
    }

    fn hand_back(&mut self) -> Option<u32> {
        if self.owed == 0 {
            return None;
        }
        if self.owed < CREDIT_STEP_BYTES && !self.pending.is_empty() {
            return None;
        }
        let bytes = std::mem::take(&mut self.owed);
        self.allowed += bytes;
        u32::try_from(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_FRAME_BYTES;

    #[test]
    fn frames_make_one_batch_up_to_the_limit_and_all_their_credit_comes_back() {
        let mut inbox = Inbox::new();
        let mut batches = 0;
        for _ in 0..WINDOW_BYTES / MAX_FRAME_BYTES {
            inbox.arrived(MAX_FRAME_BYTES).unwrap();
            batches += usize::from(!inbox.joins_last());
        }
        assert_eq!(batches, WINDOW_BYTES / MAX_BATCH_BYTES);
        assert!(inbox.arrived(1).is_err(), "the window is full");
        let credit: u32 = (0..batches).filter_map(|_| inbox.taken_in()).sum();
        assert_eq!(credit as usize, WINDOW_BYTES);
        assert!(inbox.is_idle());
        inbox.arrived(WINDOW_BYTES).unwrap();
    }

    #[test]
    fn credit_comes_back_once_whether_a_batch_is_kept_first_or_not() {
        let mut inbox = Inbox::new();
        inbox.arrived(MAX_BATCH_BYTES).unwrap();
        inbox.arrived(MAX_BATCH_BYTES).unwrap();
        let batch = u32::try_from(MAX_BATCH_BYTES).unwrap();
        assert_eq!(inbox.kept(), Some(batch));
        assert_eq!(inbox.kept(), None);
        assert!(!inbox.is_idle(), "both are with the host");
        assert_eq!(inbox.taken_in(), None);
        assert_eq!(inbox.taken_in(), Some(batch));
        assert!(inbox.is_idle());
        inbox.arrived(WINDOW_BYTES).unwrap();
        assert!(inbox.arrived(1).is_err());
    }
}
