//! What lies in a parcel (`sheaf_charter::ParcelHead`) that carries entries as a file: first what
//! it says of itself, signed, then entries in an order in which they can be taken in as they come.

mod covered;
mod growing;
mod manifest;
mod piece;
#[cfg(test)]
mod tests;

pub use covered::covered;
pub use growing::Growing;
pub use manifest::{Manifest, Stretch, Use};
pub use piece::{EntryPiece, MAX_ENTRY_BYTES, entries_of_piece, manifest_of_piece, manifest_piece};
