//! Files that carry entries: bundles for a stick, and the files of a shared folder.
//!
//! It reads and writes sealed parcels and checks each piece before it hands it out; what they hold
//! is decided above.

mod file;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use file::{Existing, NewFile, open_file};
pub use reader::{ParcelFault, ParcelReader};
pub use writer::{ParcelWriter, Unwritten};
