//! Safeguarding concerns: writing one down, where each stands, receiving and deciding.

mod decide;
mod form;
mod list;
mod queue;
#[cfg(test)]
mod tests;
mod write;

use sheaf_school::desk::ConcernShape;

pub use decide::{Decide, show as show_decide};
pub use form::{Form, FormEdit};
pub use list::{Sight, show};
pub use queue::{queue, waiting};
pub use write::show as show_form;

/// What a request about concerns was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Fill the page.
    Page,
    /// Save the concern that is being written.
    Add,
    /// Receive a concern, or close it.
    Act,
    /// Keep what was decided.
    Decide,
}

/// A change in what is written, or something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A change in the concern that is being written.
    Form(FormEdit),
    /// Throw away what was typed.
    Discard,
    /// Save it.
    Save,
    /// Receive this concern.
    Receive(String),
    /// Ask what was decided on this one.
    Ask(Box<ConcernShape>),
    /// A change in what was decided.
    Decide(decide::Edit),
    /// Keep it.
    Keep,
    /// Nothing more is to be done about this one.
    Close(String),
}
