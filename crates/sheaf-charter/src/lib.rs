//! Identities, roles, spaces, the signed membership graph and keys; sealing and signing.
//!
//! This crate does no IO, reads no clock and draws no randomness of its own: time and a random
//! number generator come in as parameters. It does not know what a document holds.

pub mod codec;

mod act;
mod address;
mod certificate;
mod draft;
mod entry;
mod epoch;
mod error;
mod govern;
mod header;
mod identity;
mod ids;
mod join;
mod keyring;
mod names;
mod passphrase;
mod recovery;
mod role;
mod section;
mod sign;
#[cfg(test)]
mod testing;
mod ticket;
mod trust;
#[cfg(test)]
mod vectors;

pub use act::*;
pub use address::{AddressRecord, MAX_ADDRESSES};
pub use certificate::Certificate;
pub use draft::{Draft, DraftSection};
pub use entry::{
    Entry, EntryError, MAX_BODY_BYTES, MAX_HEADER_BYTES, SIGNATURE_BYTES, section_hash,
};
pub use epoch::*;
pub use error::CharterError;
pub use govern::*;
pub use header::{
    FORMAT_VERSION, Header, Lane, MAX_ACTS, MAX_HEADS, MAX_SECTIONS, Part, TableRow, entry_id,
};
pub use identity::Identity;
pub use ids::*;
pub use join::*;
pub use keyring::{KeyHolder, KeyRing};
pub use names::{ControlNames, MAX_NAME_BYTES, MAX_NAMES, Names, Subject};
pub use passphrase::{Argon2Cost, database_key, identity_key, passphrase_key};
pub use recovery::RecoveryKey;
pub use role::{Role, SpaceKind, UnknownRole};
pub use section::*;
pub use ticket::Ticket;
pub use trust::*;
