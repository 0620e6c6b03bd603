//! Identities, roles, spaces, the signed membership graph and keys; sealing and signing.
//!
//! This crate does no IO, reads no clock and draws no randomness of its own: time and a random
//! number generator come in as parameters. It does not know what a document holds.

pub mod codec;

mod act;
mod entry;
mod header;
mod ids;

pub use act::Act;
pub use entry::{
    Entry, EntryError, MAX_BODY_BYTES, MAX_HEADER_BYTES, SIGNATURE_BYTES, section_hash,
};
pub use header::{
    FORMAT_VERSION, Header, Lane, MAX_ACTS, MAX_HEADS, MAX_SECTIONS, Part, TableRow, entry_id,
};
pub use ids::{
    ActorId, DeviceId, DocumentId, EntryId, EpochId, InvalidId, LogId, MAX_INCARNATIONS, PersonId,
    SchoolId, SectionHash, SpaceId,
};
