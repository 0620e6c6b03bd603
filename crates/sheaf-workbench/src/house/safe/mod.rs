//! What opens this device and the school: its passphrase, a backup, the printed recovery key.

mod recover;
mod state;
#[cfg(test)]
mod tests;
mod view;

pub use state::{Edit, State, What};
pub use view::show;
