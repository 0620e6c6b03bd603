//! What one run may use, and the way to stop it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::error::AnalyticsError;

/// Rows between two looks at the budget: well under a millisecond of work.
pub(crate) const ROWS_A_CHECK: usize = 8192;

/// The most rows that a run may touch unless it is told otherwise: twenty large schools.
pub const DEFAULT_MAX_ROWS: usize = 20_000_000;

/// The most memory that one step may take unless it is told otherwise.
pub const DEFAULT_MAX_BYTES: usize = 1 << 30;

/// The limits of one run. Clones share their cancel switch.
#[derive(Clone, Debug)]
pub struct Budget {
    cancelled: Arc<AtomicBool>,
    deadline: Option<Instant>,
    max_rows: usize,
    max_bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            cancelled: Arc::default(),
            deadline: None,
            max_rows: DEFAULT_MAX_ROWS,
            max_bytes: DEFAULT_MAX_BYTES,
        }
    }
}

impl Budget {
    /// A budget whose cancel switch is shared with the caller.
    pub fn cancelled_by(switch: Arc<AtomicBool>) -> Self {
        Self { cancelled: switch, ..Self::default() }
    }

    /// The same, stopping at this moment.
    pub fn until(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same, stopping at this moment or before.
    pub fn no_later_than(self, deadline: Instant) -> Self {
        let sooner = self.deadline.map_or(deadline, |own| own.min(deadline));
        self.until(sooner)
    }

    /// The same with at most so many rows.
    pub fn rows(mut self, limit: usize) -> Self {
        self.max_rows = limit;
        self
    }

    /// The same with at most so many bytes in one step.
    pub fn bytes(mut self, limit: usize) -> Self {
        self.max_bytes = limit;
        self
    }

    /// Stops every run that shares this budget's switch.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the run may go on.
    ///
    /// # Errors
    /// It was cancelled, or its time is up.
    pub fn check(&self) -> Result<(), AnalyticsError> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(AnalyticsError::Cancelled);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(AnalyticsError::Deadline),
            _ => Ok(()),
        }
    }

    /// Whether the switch was thrown: so cheap that every step of a script may ask.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Looks at the switch and the clock once in a while of a loop over rows.
    pub(crate) fn tick(&self, row: usize) -> Result<(), AnalyticsError> {
        if row.is_multiple_of(ROWS_A_CHECK) { self.check() } else { Ok(()) }
    }

    /// Refuses more rows than a run may touch.
    ///
    /// # Errors
    /// There are more.
    pub fn allow_rows(&self, rows: usize) -> Result<(), AnalyticsError> {
        let limit = self.max_rows;
        if rows > limit { Err(AnalyticsError::TooManyRows { rows, limit }) } else { Ok(()) }
    }

    pub(crate) fn allow_bytes(&self, bytes: usize) -> Result<(), AnalyticsError> {
        let limit = self.max_bytes;
        if bytes > limit { Err(AnalyticsError::TooMuchMemory { bytes, limit }) } else { Ok(()) }
    }
}
