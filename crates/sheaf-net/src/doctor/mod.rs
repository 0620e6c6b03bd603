//! The network doctor: what works from here, what blocks the rest, and what to do, in plain words.
//!
//! Judging is a function of facts, without a network, a clock or a store: whoever has them fills
//! them in, and a test makes them up.

mod cards;
mod facts;
mod judge;
#[cfg(test)]
mod tests;

pub use cards::cards;
pub use facts::{Card, Carrier, Colleague, Facts, Heard, Met, PlaceStands, Port, SharedPlace};
pub use judge::{Check, judge};
