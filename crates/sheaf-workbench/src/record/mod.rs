//! The side panel: one record in full, or the records behind a mark.

mod change;
mod editor;
mod history;
mod keeping;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use change::Change;
pub use state::{Ask, Edit, State};
pub use view::show;
