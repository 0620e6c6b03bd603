//! What a school writes down: record kinds, code lists with dates, validation, school calendar.
//!
//! This crate does no IO, reads no clock and draws no randomness: time and ids come in as
//! parameters. It knows nothing of documents, devices or disks.

mod id;
mod kind;
mod record;
mod value;

pub use id::{InvalidRecordId, RecordId};
pub use kind::{Kind, UnknownKind};
pub use record::{Edit, Field, FieldPath, Fields, InvalidFieldPath, Record, Rows};
pub use value::Value;
