//! Verbs that scan rows with state: what is missed, and how long something took.

mod absence;
mod waits;

pub use absence::{Absence, Missed};
pub use waits::{WaitGroup, WaitOptions, Waits};
