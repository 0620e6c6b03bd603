//! The quick log: who, what, where, in one line and a few keys.

mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{After, Edit, State};
pub use view::show;
