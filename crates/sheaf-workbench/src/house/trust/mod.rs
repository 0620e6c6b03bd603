//! Who is removed, let in or taken out, what is held, and what is erased.

mod ask;
mod dialog;
mod erasing;
mod erasures;
mod frame;
mod held;
mod known;
mod manage;
mod removals;
mod retention;
mod rules;
mod told;
pub mod wipe;
mod words;

use std::collections::BTreeSet;

use sheaf_records::RecordId;

pub use ask::{Ask, What, Whom};
pub use dialog::show as show_dialog;
pub use erasures::show as show_erasures;
pub use held::show as show_held;
pub use known::{Errand, Known};
pub use manage::{devices, person};
pub use removals::show as show_removals;
pub use retention::{Sight as Due, show as show_retention};
pub use told::show as show_told;
pub use words::all_of;

/// A change in what is asked, or in what is seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Show what may be done about a person, or hide it again.
    Manage(String),
    /// Ask before something is done.
    Ask(Box<What>),
    /// The code of a role or a reason, or a space, was chosen.
    Choose(String),
    /// A name was written.
    Name(String),
    /// This person is in, or is not.
    Turn(String),
    /// These records were chosen, or are no more.
    Pick(Vec<RecordId>),
    /// The last day of what is kept was written.
    Until(String),
    /// The reason was written.
    Reason(String),
    /// The name was typed that confirms.
    Type(String),
    /// It was ticked that there is no way back, or not.
    Tick(bool),
    /// The keys are where they belong.
    Focused,
    /// A change in wiping this device.
    Wipe(wipe::Edit),
    /// Do it.
    Send,
}

/// What is open in the views.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The person about whom something may be done.
    pub managed: Option<String>,
    /// The records that were chosen of what is due.
    pub chosen: BTreeSet<RecordId>,
}
