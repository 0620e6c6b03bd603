//! What comes in from other systems and goes out to them.

mod export;
mod file;
mod import;
mod lake;

pub use export::ExportedTable;
pub(crate) use file::{read_bounded, write_new_private, write_whole};
pub use import::ImportMode;
pub use lake::LakeSource;
