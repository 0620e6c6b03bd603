//! Identities, roles, spaces, the signed membership graph and keys; sealing and signing.
//!
//! This crate does no IO, reads no clock and draws no randomness of its own: both are parameters.
//! It does not know what a document holds. What it signs and seals is a format, frozen by a test.
//!
//! ```
//! use rand_core::SeedableRng;
//! use sheaf_charter::{FoundingNames, found};
//!
//! let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
//! let names = FoundingNames { school: "Ashdown", person: "Mary Wells", device: "laptop" };
//! let school = found(names, 1_788_220_800_000, &mut rng)?;
//! let (device, space) = (school.identity.device(), school.pastoral);
//! assert!(school.trust.may_write(device, space));
//! # Ok::<(), sheaf_charter::CharterError>(())
//! ```

pub mod codec;

mod act;
mod address;
mod certificate;
mod draft;
mod entry;
mod error;
mod govern;
mod header;
mod identity;
mod ids;
mod join;
mod keys;
mod names;
mod role;
mod section;
mod sign;
mod signer;
#[cfg(test)]
mod tests;
mod ticket;
mod trust;

pub use act::*;
pub use address::*;
pub use certificate::Certificate;
pub use draft::{Draft, DraftSection};
pub use entry::*;
pub use error::CharterError;
pub use govern::*;
pub use header::*;
pub use identity::{Identity, Turn};
pub use ids::*;
pub use join::*;
pub use keys::*;
pub use names::*;
pub use role::*;
pub use section::*;
pub use sign::FrequentAuthors;
pub use signer::{MetricClaim, Signer};
pub use ticket::Ticket;
pub use trust::*;
