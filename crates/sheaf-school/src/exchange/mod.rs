//! What comes in from other systems and goes out to them.

mod export;
mod file;
mod import;

pub use export::ExportedTable;
pub use import::ImportMode;
