//! How long nobody has touched the window.

use std::time::{Duration, Instant};

use sheaf_school::Clock;

/// A moment by both of a machine's clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Runs evenly, and stands still while the machine sleeps.
    running: Instant,
    /// Runs through sleep, and may be set: in milliseconds.
    wall_ms: i64,
}

impl Moment {
    /// This one.
    pub fn now() -> Self {
        Self { running: Instant::now(), wall_ms: Clock::system().now_ms() }
    }

    /// So much later, awake.
    #[cfg(test)]
    pub fn after(self, time: Duration) -> Self {
        Self { running: self.running + time, ..self.after_sleep(time) }
    }

    /// So much later, with the lid closed.
    #[cfg(test)]
    pub fn after_sleep(self, time: Duration) -> Self {
        Self { wall_ms: self.wall_ms + i64::try_from(time.as_millis()).unwrap(), ..self }
    }
}

/// When the window was touched last.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    touched: Moment,
}

impl Idle {
    /// It is touched now.
    pub const fn at(now: Moment) -> Self {
        Self { touched: now }
    }

    /// For how long nobody has touched it, by the clock that says more: a laptop that was closed
    /// for an hour was left alone for an hour.
    pub fn lasts(self, now: Moment) -> Duration {
        let awake = now.running.saturating_duration_since(self.touched.running);
        // A clock that was set back says nothing.
        let in_all = u64::try_from(now.wall_ms.saturating_sub(self.touched.wall_ms));
        awake.max(Duration::from_millis(in_all.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_counts_and_a_clock_that_was_set_back_does_not() {
        let begun = Moment::now();
        let (idle, hour) = (Idle::at(begun), Duration::from_secs(3600));
        assert_eq!(idle.lasts(begun), Duration::ZERO);
        assert_eq!(idle.lasts(begun.after(hour)), hour);
        assert_eq!(idle.lasts(begun.after_sleep(hour)), hour);
        let set_back = Moment { wall_ms: begun.wall_ms - 3_600_000, ..begun.after(hour) };
        assert_eq!(idle.lasts(set_back), hour);
    }
}
