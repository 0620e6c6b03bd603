//! Bringing a pupil list in: choosing the file, seeing what each row would do, and doing it.

mod cells;
mod intro;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Edit, State};
pub use view::{Sight, show};
