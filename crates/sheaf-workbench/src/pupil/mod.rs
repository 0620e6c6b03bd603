//! A pupil's timeline: who they are and what is known, newest first.

mod overview;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod weeks;

pub use state::{Edit, State};
pub use view::{Sight, show};
