//! The side panel: one record in full, or the records behind a mark.

mod state;
mod view;

pub use state::State;
pub use view::show;
