//! Carrying entries as files: in a bundle for a stick, and in a shared folder. What goes in, and
//! taking in what comes out, by the same ways as in a session.

mod bundle;
mod came;
mod folder;
mod known;
mod met;
mod pack;
mod take;
mod unpack;

pub use bundle::{BundleOrder, Sending};
pub(crate) use bundle::{Written, written_here};
pub use folder::{FolderStands, MAX_FOLDERS};
pub(crate) use folder::{Left, keep, left_of, whole as whole_folder};
pub(crate) use known::{Known, Noted, is_known_to_have, note_known};
