//! Passing on: a locker hands the packets of two devices that cannot reach each other from one to
//! the other. It sees which endpoints speak, when and how much, and no word of what they say.

mod key;
mod server;
#[cfg(test)]
mod tests;
mod used;

pub use server::Relay;
pub use used::RelayUse;
pub(crate) use used::Relays;
