//! The palette: every command, pupil and metric by name.

mod state;
mod view;

pub use state::{Edit, Entry, State};
pub use view::show;
