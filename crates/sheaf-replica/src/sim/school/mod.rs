//! A simulated school with real keys: identities, signatures, seals and the charter are what they
//! are on a device; some of its members run a build of their own.

mod abuse;
mod bomb;
mod bombing;
mod cast;
mod check;
mod desk;
mod disk;
mod forger;
mod home;
mod in_again;
mod paper;
mod restoring;
mod story;
mod tests;
mod truth;
