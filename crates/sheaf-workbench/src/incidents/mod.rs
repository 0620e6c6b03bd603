//! The table of incidents: every one that this device may read, filtered and sorted.

mod cells;
mod filters;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Edit, State};
pub use view::{Sight, show};
