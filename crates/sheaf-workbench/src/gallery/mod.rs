//! The gallery: what can be asked of the school, with a picture of each answer.

mod card;
mod grid;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Edit, State};
pub use view::{Sight, show};
