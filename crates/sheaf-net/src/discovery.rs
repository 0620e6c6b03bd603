//! Who of the school is on the network now: each device is announced by mDNS on every IPv4
//! interface, under a name that says nothing to outsiders, and hears the others.
//!
//! An announcement holds the name, the addresses and the port, and nothing else. What is heard is
//! a hint where to dial; who is there, the connection proves.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use data_encoding::BASE32_DNSSEC;
use swarm_discovery::{Discoverer, DropGuard, IpClass};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::lan::{interfaces, nearest};
use crate::node::Node;

/// The service under which devices are announced; the same in every school.
const SERVICE: &str = "sheaf";
/// How often one of them all asks who is there.
const CADENCE: Duration = Duration::from_secs(1);
/// How many of them all answer a second, however many there are: sixty are through in eight.
const ANSWERS_A_SECOND: f32 = 8.0;
/// How soon a change of interfaces or of the name is noticed.
const POLL: Duration = Duration::from_secs(2);
/// Our own answers come back to us every few seconds; without them for so long something is
/// broken, and what can be done is to begin again.
const DEAF: Duration = Duration::from_secs(60);
/// Names that are remembered between two beginnings. Far more than a building has devices: someone
/// makes them up, and would fill our memory.
const MAX_NAMES: usize = 4_096;
/// Sightings that wait; what is beyond comes again a second later.
const WAITING: usize = 64;
/// A device has no more addresses than this.
const MAX_ADDRESSES: usize = 16;

/// A name that was heard, and where whoever has it says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The name.
    pub name: [u8; 32],
    /// Where it can be dialled, as it says.
    pub addresses: Vec<SocketAddr>,
}

/// What discovery has noticed so far, for the network doctor.
#[derive(Clone, Debug, Default)]
pub struct Hearing {
    /// The interfaces that it uses.
    pub interfaces: Vec<Ipv4Addr>,
    /// When this device last heard its own announcement.
    pub own: Option<Instant>,
    /// When it last heard somebody else's, of whatever school, by the interface that is nearest to
    /// the address that was announced.
    pub others: BTreeMap<Ipv4Addr, Instant>,
}

/// Announces this device and hears others for as long as it lives.
pub struct Discovery {
    sightings: mpsc::Receiver<Sighting>,
    noticed: Arc<Mutex<Noticed>>,
    running: JoinHandle<()>,
}

#[derive(Default)]
struct Noticed {
    hearing: Hearing,
    names: BTreeSet<[u8; 32]>,
}

impl Discovery {
    /// Begins. The name is asked for every few seconds: when it changes, the new one is announced;
    /// while there is none, nothing is announced. Must be called inside a tokio runtime.
    pub fn start(node: &Node, name: impl Fn() -> Option<[u8; 32]> + Send + Sync + 'static) -> Self {
        let (tell, sightings) = mpsc::channel(WAITING);
        let noticed = Arc::<Mutex<Noticed>>::default();
        let radio = Radio { node: node.clone(), tell, noticed: Arc::clone(&noticed) };
        let running = tokio::spawn(radio.run(name));
        Self { sightings, noticed, running }
    }

    /// The next name that is heard, again and again as long as it is there.
    pub async fn next(&mut self) -> Option<Sighting> {
        self.sightings.recv().await
    }

    /// What was noticed so far.
    pub fn hearing(&self) -> Hearing {
        lock(&self.noticed).hearing.clone()
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl std::fmt::Debug for Discovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Discovery").field("hearing", &self.hearing()).finish_non_exhaustive()
    }
}

struct Radio {
    node: Node,
    tell: mpsc::Sender<Sighting>,
    noticed: Arc<Mutex<Noticed>>,
}

/// What is announced where.
#[derive(Clone, PartialEq, Eq)]
struct Announced {
    name: Option<[u8; 32]>,
    port: u16,
    interfaces: Vec<Ipv4Addr>,
}

impl Radio {
    async fn run(self, name: impl Fn() -> Option<[u8; 32]> + Send + Sync + 'static) {
        let mut on_air: Option<(Announced, Instant, Option<DropGuard>)> = None;
        while !self.tell.is_closed() {
            let own = self.node.addresses();
            let port = own.first().map(SocketAddr::port).unwrap_or_default();
            let wanted = Announced { name: name(), port, interfaces: interfaces(&own) };
            let goes_on = on_air.as_ref().is_some_and(|(announced, since, guard)| {
                *announced == wanted && guard.is_some() && !self.is_to_begin_again(*since, &wanted)
            });
            if !goes_on {
                // The old one ends before the new one begins.
                drop(on_air.take());
                let guard = self.begin(&wanted);
                on_air = Some((wanted, Instant::now(), guard));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    fn is_to_begin_again(&self, since: Instant, announced: &Announced) -> bool {
        let noticed = lock(&self.noticed);
        let heard = noticed.hearing.own.unwrap_or(since).max(since);
        let is_deaf = announced.name.is_some() && heard.elapsed() > DEAF;
        is_deaf || noticed.names.len() > MAX_NAMES
    }

    fn begin(&self, wanted: &Announced) -> Option<DropGuard> {
        {
            let mut noticed = lock(&self.noticed);
            noticed.names.clear();
            noticed.hearing.others.retain(|at, _| wanted.interfaces.contains(at));
            noticed.hearing.interfaces.clone_from(&wanted.interfaces);
        }
        if wanted.interfaces.is_empty() {
            return None;
        }
        let own = wanted.name;
        let (tell, noticed) = (self.tell.clone(), Arc::clone(&self.noticed));
        let heard = move |label: &str, peer: &swarm_discovery::Peer| {
            hear(own, label, peer, &noticed, &tell);
        };
        let label = own.map_or_else(|| "listening".to_owned(), |name| BASE32_DNSSEC.encode(&name));
        let mut discoverer = Discoverer::new(SERVICE.to_owned(), label)
            .with_cadence(CADENCE)
            .with_response_rate(ANSWERS_A_SECOND)
            .with_ip_class(IpClass::V4Only)
            .with_multicast_interfaces_v4(wanted.interfaces.clone())
            .with_callback(heard);
        if own.is_some() {
            let addresses = wanted.interfaces.iter().map(|ip| (*ip).into());
            discoverer = discoverer.with_addrs(wanted.port, addresses);
        }
        // Where multicast is forbidden, remembered and typed addresses are left.
        discoverer.spawn(&tokio::runtime::Handle::current()).ok()
    }
}

fn hear(
    own: Option<[u8; 32]>,
    label: &str,
    peer: &swarm_discovery::Peer,
    noticed: &Mutex<Noticed>,
    tell: &mpsc::Sender<Sighting>,
) {
    let Some(name) = name_of(label).filter(|_| !peer.is_expiry()) else { return };
    let mut noticed = lock(noticed);
    if own == Some(name) {
        noticed.hearing.own = Some(Instant::now());
        return;
    }
    noticed.names.insert(name);
    let addresses = peer.addrs().iter().take(MAX_ADDRESSES);
    let addresses: Vec<_> = addresses.map(|(ip, port)| SocketAddr::new(*ip, *port)).collect();
    if let Some(at) = nearest(&noticed.hearing.interfaces, &addresses) {
        noticed.hearing.others.insert(at, Instant::now());
    }
    drop(noticed);
    // A full channel means that enough wait already; the name comes again in a second.
    tell.try_send(Sighting { name, addresses }).ok();
}

fn name_of(label: &str) -> Option<[u8; 32]> {
    BASE32_DNSSEC.decode(label.as_bytes()).ok()?.try_into().ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_port_fit_the_label_of_an_announcement() {
        let name = [0xff; 32];
        let label = BASE32_DNSSEC.encode(&name);
        assert!(format!("{label}-65535").len() <= 63, "{}", label.len());
        assert_eq!(name_of(&label), Some(name));
        for other in ["", "listening", &label[1..], &format!("{label}0"), "ä"] {
            assert_eq!(name_of(other), None, "{other}");
        }
    }
}
