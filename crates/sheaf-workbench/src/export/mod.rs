//! Writing a chart to a file: in which format, where to, and what will stand with it.

mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Ask, Edit, State};
pub use view::show;
