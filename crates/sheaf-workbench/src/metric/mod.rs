//! A metric: its question, a form made from its options, and what it says.

mod cases;
mod compare;
mod completion;
mod form;
mod result;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use result::level;
pub use state::{Edit, Run, Selection, State, has_period};
pub use view::{Sight, cards, show};
