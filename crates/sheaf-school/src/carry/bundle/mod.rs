//! Bundles: one file for a stick, sealed to named devices of the school.
//!
//! A bundle is parcels one after the other. The first holds the charter, is for all recipients and
//! names the others, so that a missing one is noticed. Then one for each space, for those of the
//! recipients who are in it; the others learn how long it is.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use write::{BundleOrder, Sending};
