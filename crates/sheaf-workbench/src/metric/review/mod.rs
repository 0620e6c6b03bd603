//! A version that was shared, beside the one that runs: what each says, what has changed, and what
//! a lead decides.

mod files;
mod said;
mod state;
mod view;

pub use state::Review;
pub use view::show;
