//! Records past the time that they may be kept: by which rule, and what a person decides about
//! each. Nothing here disappears by itself.

mod decide;
mod decisions;
mod page;
mod queue;
mod right;
mod rules;
mod sight;
#[cfg(test)]
mod tests;

pub(super) use decisions::about as decisions_about;
pub use page::{RetentionQuery, RetentionShow};
pub(crate) use right::role_of;
pub use rules::NewRetentionRule;
