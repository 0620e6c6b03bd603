//! What is to be settled: fields that two people set at once, one after the other.

mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Edit, State};
pub use view::{Sight, show};
