//! Bundles: one file for a stick, sealed to named devices of the school.
//!
//! A bundle is parcels one after the other. The first holds the charter, is for all recipients and
//! names the others, so that a missing one is noticed. Then one for each space, for those of the
//! recipients who are in it; the others learn how long it is.

mod left;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub(crate) use left::{Written, written_here};
pub use write::{BundleOrder, Sending};
