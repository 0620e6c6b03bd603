//! What a manager's device writes: founding, admitting, roles, spaces, keys, removing, erasing.
//!
//! Every function here gives entries and changes nothing: the caller stores them and then takes
//! them in. Each entry has been checked against the author's own view before it is given out.

mod admit;
mod erase;
mod found;
mod hand_off;
mod recover;
mod remove;
mod spaces;
mod writer;

pub use admit::{NewDevice, NewPerson, admit_device, admit_person};
pub use erase::{Saying, say};
pub use found::{Founded, FoundingNames, found};
pub use hand_off::tend_hand_offs;
pub use recover::{Recovery, recover};
pub use remove::{Heard, LastData, Taking, endorse, remove, set_role, take_out};
pub use spaces::{NewSpace, admit_to_space, create_space, leave_space, tend_keys};
pub use writer::ControlWriter;
