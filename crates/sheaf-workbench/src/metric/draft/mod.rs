//! A metric that is being written: its files, what its examples give, and sharing it.

mod begin;
mod code;
mod state;
mod view;
mod words;

pub use begin::{Begin, show as show_begin};
pub use state::{Draft, Edit};
pub use view::show;
