//! Whether a long computation may go on.

use std::fmt;

use crate::refusal::Refusal;

/// Units of work, each of some ten nanoseconds, between two looks: about a millisecond.
const WORK_A_LOOK: usize = 100_000;

/// Asked now and then by whatever may take long: whoever computes says whether it is still wanted.
/// This crate reads no clock and knows no switch; both are behind the question. Once the answer was
/// no it stays no.
///
/// ```
/// use sheaf_stats::{ChangeOptions, Pace, Refusal, changepoints};
///
/// let options = ChangeOptions { pace: Pace::asking(&|| false), ..Default::default() };
/// let found = changepoints(&[1.0; 5_000], &options);
/// assert_eq!(found, Err(Refusal::Stopped { what: "changepoints" }));
/// ```
#[derive(Clone, Copy, Default)]
pub struct Pace<'a>(Option<&'a dyn Fn() -> bool>);

impl<'a> Pace<'a> {
    /// The pace of whoever answers; the default has all the time there is.
    pub const fn asking(goes_on: &'a dyn Fn() -> bool) -> Self {
        Self(Some(goes_on))
    }

    /// Counts the work of a statistic from here on.
    pub(crate) const fn work(self, what: &'static str) -> Work<'a> {
        Work { what, pace: self, done: 0 }
    }
}

impl fmt::Debug for Pace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Pace(asking)" } else { "Pace(free)" })
    }
}

/// The work of one statistic, which looks at its pace once in a while.
#[derive(Clone, Debug)]
pub(crate) struct Work<'a> {
    what: &'static str,
    pace: Pace<'a>,
    done: usize,
}

impl Work<'_> {
    /// Goes on with so many more units of work.
    pub fn take(&mut self, units: usize) -> Result<(), Refusal> {
        self.done = self.done.saturating_add(units);
        if self.done < WORK_A_LOOK {
            return Ok(());
        }
        self.done = 0;
        match self.pace.0 {
            Some(goes_on) if !goes_on() => Err(Refusal::Stopped { what: self.what }),
            _ => Ok(()),
        }
    }

    /// Goes on with a part that is long in itself, such as the sorting of a column.
    pub fn look(&mut self) -> Result<(), Refusal> {
        self.take(WORK_A_LOOK)
    }
}

#[cfg(test)]
mod tests;
