//! Finding the device that answers to the slot of a spoken code: the first word, and nothing else
//! of it, goes over the network.
//!
//! The inviting device is announced by mDNS on every interface, and answers a datagram for those
//! who type its address because multicast does not reach them. What is found is a claim: whether
//! that device knows the other words, the join itself finds out.

mod beacon;
mod search;
#[cfg(test)]
mod tests;
mod wire;

pub use beacon::SlotBeacon;
pub use search::{MAX_SLOT_CLAIMS, SlotClaim, SlotSearch};

/// The UDP port at which an inviting device answers, where it is free.
pub const SLOT_PORT: u16 = 47_821;
