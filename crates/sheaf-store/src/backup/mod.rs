//! A backup as a file: a copy of the store written under another name until it is whole, read
//! chunk by checked chunk, and made a home beside the place where that shall be.

mod copy;
mod read;
mod staging;
mod write;

pub use copy::StoreCopy;
pub(crate) use copy::remove_left;
pub use read::BackupReader;
pub use staging::Staging;
pub use write::BackupWriter;
