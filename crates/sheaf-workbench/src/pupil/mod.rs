//! A pupil's timeline: who they are and what is known, newest first.

mod state;
mod view;

pub use state::{Edit, State};
pub use view::{Sight, show};
