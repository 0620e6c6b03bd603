//! The caseload: my pupils, those first who need me first.

mod adding;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Edit, State};
pub use view::{Sight, show};
