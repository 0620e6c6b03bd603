//! What discovery on the local network shares: which interfaces it uses, and where an address that
//! somebody else named may lead.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The IPv4 interfaces that these addresses are of. Named one by one: left to itself, discovery
/// uses the default route alone, and finds nobody where there is none.
pub(crate) fn interfaces(addresses: &[SocketAddr]) -> Vec<Ipv4Addr> {
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

/// The interface whose address has the most leading bits in common with one of these.
pub(crate) fn nearest(interfaces: &[Ipv4Addr], addresses: &[SocketAddr]) -> Option<Ipv4Addr> {
    let in_common = |interface: &Ipv4Addr| {
        let bits = addresses.iter().map(|address| match address.ip() {
            IpAddr::V4(ip) => (ip.to_bits() ^ interface.to_bits()).leading_zeros(),
            IpAddr::V6(_) => 0,
        });
        bits.max().unwrap_or(0)
    };
    interfaces.iter().copied().max_by_key(in_common)
}

/// Whether an address that another device or an announcement named is inside the building, as far
/// as can be told: a private one, or one of the network that this device is on itself. A hostile
/// member could otherwise make every device of the school send to any host of the internet.
pub fn is_inside(address: SocketAddr, own: &[SocketAddr]) -> bool {
    let neighbour = || own.iter().any(|one| is_of_one_network(one.ip(), address.ip()));
    address.port() != 0 && (is_private(address.ip()) || neighbour())
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// Whether both begin with the bits that no two networks share: 16 of IPv4, 64 of IPv6.
fn is_of_one_network(own: IpAddr, ip: IpAddr) -> bool {
    match (own, ip) {
        (IpAddr::V4(own), IpAddr::V4(ip)) => !own.is_loopback() && front_v4(own) == front_v4(ip),
        (IpAddr::V6(own), IpAddr::V6(ip)) => !own.is_loopback() && front_v6(own) == front_v6(ip),
        _ => false,
    }
}

const fn front_v4(ip: Ipv4Addr) -> u32 {
    ip.to_bits() >> 16
}

const fn front_v6(ip: Ipv6Addr) -> u128 {
    ip.to_bits() >> 64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_somebody_named_leads_nowhere_outside() {
        let own = ["194.83.4.7:1".parse().unwrap(), "127.0.0.1:1".parse().unwrap()];
        let inside = |address: &str| is_inside(address.parse().unwrap(), &own);
        for here in ["10.1.2.3:5", "172.16.0.1:5", "192.168.1.1:5", "169.254.1.1:5", "[fd00::1]:5"]
        {
            assert!(inside(here), "{here}");
        }
        assert!(inside("194.83.200.1:5"), "the network that this device is on");
        let others = ["8.8.8.8:53", "194.84.4.7:5", "224.0.0.251:5353", "0.0.0.0:5", "10.1.2.3:0"];
        for there in others.iter().chain(&["127.0.0.1:5", "255.255.255.255:5", "[2001:db8::1]:5"]) {
            assert!(!inside(there), "{there}");
        }
    }

    #[test]
    fn what_is_heard_is_put_down_to_the_interface_that_is_nearest() {
        let own = [Ipv4Addr::new(10, 1, 0, 2), Ipv4Addr::new(10, 2, 0, 2)];
        let from = |address: &str| nearest(&own, &[address.parse().unwrap()]);
        assert_eq!(from("10.1.0.9:1"), Some(own[0]));
        assert_eq!(from("10.2.0.9:1"), Some(own[1]));
        assert_eq!(nearest(&[], &["10.2.0.9:1".parse().unwrap()]), None);
    }

    #[test]
    fn each_interface_is_named_once_and_never_the_loopback() {
        let own = ["10.0.0.2:1", "10.0.0.2:2", "127.0.0.1:1", "[fe80::1]:1", "10.0.0.1:1"];
        let own = own.map(|address| address.parse().unwrap());
        assert_eq!(interfaces(&own), [Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2)]);
    }
}
