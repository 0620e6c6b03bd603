//! A metric: its question, a form made from its options, and what it says; and those that people
//! of the school share, review and withdraw.

mod cases;
mod compare;
mod completion;
pub mod draft;
mod form;
mod notes;
mod result;
mod review;
mod sharing;
mod state;
#[cfg(test)]
mod tests;
mod view;
pub mod withdraw;

pub use result::level;
pub use sharing::{Edit as SharingEdit, Errand as SharingErrand, asking, queue};
pub use state::{Edit, Left, Run, Selection, State, has_period};
pub use view::{Sight, cards, show};
