//! The quick log: who, what, where, in one line and a few keys.

mod draft;
mod fields;
mod finish;
mod habit;
mod more;
mod pupils;
mod state;
#[cfg(test)]
mod tests;
mod twin;
mod typeahead;
mod view;
mod when;

pub use state::{After, Edit, State};
pub use view::{Sight, show};
