//! The register: marks of attendance, each one small change of a pupil's half-term.

mod ids;
mod import;
mod mark;
mod view;

pub(crate) use ids::HalfTermOf;
pub use mark::{Marked, NewMark, Taking};
pub use view::{RegisterDay, RegisterShape};
