//! The start view: what needs the user, what was written down last, a search, the questions that
//! can be asked.

mod needs;
mod questions;
mod recent;
mod search;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod week;

pub use state::{Edit, State};
pub use view::{Sight, show};
