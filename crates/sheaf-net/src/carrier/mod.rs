//! Files that carry entries: bundles for a stick, and the files of a shared folder.
//!
//! It reads and writes sealed parcels and checks each piece before it hands it out; what they hold
//! is decided above.

mod file;
mod folder;
mod reader;
#[cfg(test)]
mod tests;
mod watch;
mod writer;

pub use file::{Existing, NewFile, open_file};
pub use folder::{DiskFolder, Folder, Listed, MAX_FOLDER_FILES};
pub use reader::{ParcelFault, ParcelReader};
pub use watch::FolderWatch;
pub use writer::{ParcelWriter, Unwritten};
