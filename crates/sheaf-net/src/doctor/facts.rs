//! What the doctor judges by.

use std::net::{IpAddr, SocketAddr};

/// What is known of this device and its network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The interfaces of the machine.
    pub cards: Vec<Card>,
    /// Where it listens; none if no window and no `serve` is open.
    pub port: Option<Port>,
    /// Whether another program has the port at which it would listen.
    pub is_port_taken: bool,
    /// How long discovery has listened, in seconds; none if it has not.
    pub listened_s: Option<u64>,
    /// What was heard on each interface.
    pub heard: Vec<Heard>,
    /// How many hours ago a device called this one, the last time; none if none ever did.
    pub called_hours: Option<u64>,
    /// The always-on devices that pass on to those whom this one cannot reach itself.
    pub relays: Vec<SocketAddr>,
    /// The shared folders that it uses.
    pub folders: Vec<SharedPlace>,
    /// The other devices of the school.
    pub colleagues: Vec<Colleague>,
}

/// One network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// What the machine calls it.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// Where this device listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The addresses at which others can dial it.
    pub addresses: Vec<SocketAddr>,
}

/// What was heard on one interface within the last minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The address of this device there.
    pub at: IpAddr,
    /// Whether this device has heard itself there.
    pub own: bool,
    /// Whether it has heard another one.
    pub others: bool,
}

/// A shared folder that this device uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPlace {
    /// Where it is.
    pub place: String,
    /// How it stands with it.
    pub stands: PlaceStands,
}

/// How it stands with a shared folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceStands {
    /// It can be read.
    There {
        /// Files in it.
        files: usize,
        /// Of them, those that may still be on their way.
        on_their_way: usize,
        /// The names of those that are not whole and stay so.
        left: Vec<String>,
    },
    /// It cannot, and why.
    Away {
        /// In the words of the system.
        why: String,
    },
}

/// Another device of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Whose it is, and what it is called.
    pub name: String,
    /// Whether it is connected now.
    pub is_here: bool,
    /// Whether it is the one of the two that calls first when they hear each other.
    pub calls_first: bool,
    /// How it was met last; none if never.
    pub met: Option<Met>,
}

/// How a device was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// When, as people say it.
    pub when: String,
    /// How many days ago.
    pub days: u64,
    /// By what.
    pub by: Carrier,
    /// At which address.
    pub address: Option<SocketAddr>,
}

/// By what a device was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// It was heard on the network.
    Heard,
    /// It was dialled where it had been before.
    Remembered,
    /// It was dialled where it or a colleague had said.
    Told,
    /// Somebody had typed its address.
    Typed,
    /// It called.
    Called,
    /// An always-on device passed on between the two.
    Relay,
    /// A shared folder.
    Folder,
    /// A bundle on a stick.
    Bundle,
    /// Over the network, in a way that was not noted.
    Network,
}

impl Facts {
    /// Whether anybody else was heard on any interface.
    pub(super) fn hears_others(&self) -> bool {
        self.heard.iter().any(|heard| heard.others)
    }

    /// Whether a connection over the network stands, or stood today.
    pub(super) fn connects(&self) -> bool {
        let by_network = |met: &Met| !matches!(met.by, Carrier::Folder | Carrier::Bundle);
        let today =
            |one: &Colleague| one.met.as_ref().is_some_and(|met| met.days == 0 && by_network(met));
        self.colleagues.iter().any(|one| one.is_here || today(one))
    }

    /// Whether a colleague's device that should have called this one today had to be called.
    pub(super) fn misses_calls(&self) -> bool {
        self.colleagues.iter().filter(|one| one.calls_first).any(|one| {
            one.met.as_ref().is_some_and(|met| met.days == 0 && met.by == Carrier::Heard)
        })
    }

    /// The interfaces that lead into a virtual private network, by their names.
    pub(super) fn tunnels(&self) -> Vec<&str> {
        const TUNNELS: [&str; 9] =
            ["tun", "tap", "wg", "utun", "ppp", "ipsec", "tailscale", "zt", "vpn"];
        let is_tunnel = |name: &str| {
            let name = name.to_lowercase();
            TUNNELS.iter().any(|tunnel| name.starts_with(tunnel)) || name.contains("vpn")
        };
        self.cards.iter().map(|card| card.name.as_str()).filter(|name| is_tunnel(name)).collect()
    }
}
