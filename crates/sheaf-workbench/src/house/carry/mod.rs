//! Carriers that a person chooses where the network is not enough: a shared folder, a bundle on a
//! stick, a typed address.

mod card;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use card::show as show_card;
pub use state::{Edit, State, What};
pub use view::show;
pub use words::{said, stopped};
