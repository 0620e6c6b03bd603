//! The settings: how the window looks, what it shows of pupils, where the data lies.

mod kept;
mod state;
mod veil;
mod veil_day;
mod veil_metric;
mod view;

pub use kept::{Kept, KeptError};
pub use state::{Edit, State};
pub use veil::Veil;
pub use view::{Sight, show};
