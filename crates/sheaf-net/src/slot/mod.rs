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

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub use beacon::SlotBeacon;
pub use search::{MAX_SLOT_CLAIMS, SlotClaim, SlotSearch};

/// The UDP port at which an inviting device answers, where it is free.
pub const SLOT_PORT: u16 = 47_821;

/// The IPv4 interfaces that these addresses are of. Named one by one: left to itself, discovery
/// uses the default route alone, and finds nobody where there is none.
fn interfaces(addresses: &[SocketAddr]) -> Vec<Ipv4Addr> {
    let mut all: Vec<Ipv4Addr> = addresses
        .iter()
        .filter_map(|address| match address.ip() {
            IpAddr::V4(ip) => Some(ip),
            IpAddr::V6(_) => None,
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    // This machine finds itself on any other interface too.
    all.retain(|ip| !ip.is_loopback());
    all
}
