//! The start view: what was written down last, and a box to search.

mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Edit, State};
pub use view::{Sight, show};
