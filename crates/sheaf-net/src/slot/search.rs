//! The joining device's side: who answers to a slot.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use swarm_discovery::{Discoverer, DropGuard, IpClass};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::SLOT_PORT;
use super::wire::{key_of, question, read_answer, service};
use crate::error::NetError;
use crate::lan::interfaces;
use crate::node::{Listen, Node};

/// At most so many devices are told of: each of them gets one guess at the other words, and a
/// network on which more answer to one slot is not to be trusted.
pub const MAX_SLOT_CLAIMS: usize = 4;
/// A device has no more addresses than this.
const MAX_ADDRESSES: usize = 16;
/// How soon a question is asked again.
const AGAIN: Duration = Duration::from_millis(400);
/// More than an answer has.
const DATAGRAM_BYTES: usize = 128;

/// A device that says it answers to the slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotClaim {
    /// Its endpoint key.
    pub key: [u8; 32],
    /// Where it can be dialled.
    pub addresses: Vec<SocketAddr>,
}

/// A search for the devices that answer to a slot. It ends when it is dropped.
pub struct SlotSearch {
    claims: mpsc::Receiver<SlotClaim>,
    told: BTreeSet<[u8; 32]>,
    _asking: JoinSet<()>,
    _listening: Option<DropGuard>,
}

impl SlotSearch {
    /// Begins to search: on every interface of the node, and at the addresses that were typed.
    /// `nonce` is random: it keeps others from answering for whoever is asked.
    pub async fn start(
        node: &Node,
        slot: &str,
        typed: &[SocketAddr],
        listen: Listen,
        nonce: [u8; 8],
    ) -> Result<Self, NetError> {
        let (tell, claims) = mpsc::channel(MAX_SLOT_CLAIMS);
        let mut asking = JoinSet::new();
        for at in typed {
            let socket = UdpSocket::bind(listen.at_port(0).address()).await?;
            asking.spawn(ask(socket, slot.to_owned(), *at, nonce, tell.clone()));
        }
        let listening = match listen {
            Listen::Everywhere { .. } | Listen::Usual => listen_for(node, slot, tell),
            Listen::Loopback { .. } => None,
        };
        Ok(Self { claims, told: BTreeSet::new(), _asking: asking, _listening: listening })
    }

    /// The next device that answers, each once; none once enough have, or nothing more can come.
    pub async fn next(&mut self) -> Option<SlotClaim> {
        while self.told.len() < MAX_SLOT_CLAIMS {
            let claim = self.claims.recv().await?;
            if self.told.insert(claim.key) {
                return Some(claim);
            }
        }
        None
    }
}

impl std::fmt::Debug for SlotSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SlotSearch").field("told", &self.told.len()).finish_non_exhaustive()
    }
}

fn listen_for(node: &Node, slot: &str, tell: mpsc::Sender<SlotClaim>) -> Option<DropGuard> {
    let heard = move |name: &str, peer: &swarm_discovery::Peer| {
        let Some(key) = key_of(name) else { return };
        let addresses = peer.addrs().iter().take(MAX_ADDRESSES);
        let addresses: Vec<_> = addresses.map(|(ip, port)| SocketAddr::new(*ip, *port)).collect();
        if !addresses.is_empty() {
            // A full channel means that enough have answered.
            tell.try_send(SlotClaim { key, addresses }).ok();
        }
    };
    // A device that is only listening is announced to nobody; its name is seen by nobody.
    Discoverer::new_interactive(service(slot), "joining".to_owned())
        .with_ip_class(IpClass::V4Only)
        .with_multicast_interfaces_v4(interfaces(&node.addresses()))
        .with_callback(heard)
        .spawn(&tokio::runtime::Handle::current())
        .ok()
}

/// Asks at an address, at its port and at the one that everyone knows, until somebody answers.
async fn ask(
    socket: UdpSocket,
    slot: String,
    at: SocketAddr,
    nonce: [u8; 8],
    tell: mpsc::Sender<SlotClaim>,
) {
    let Some(question) = question(&slot, nonce) else { return };
    let mut datagram = [0; DATAGRAM_BYTES];
    loop {
        for port in [at.port(), SLOT_PORT] {
            // What cannot be sent now is sent again.
            socket.send_to(&question, SocketAddr::new(at.ip(), port)).await.ok();
        }
        let answered = tokio::time::timeout(AGAIN, heard(&socket, at.ip(), nonce, &mut datagram));
        if let Ok((key, port)) = answered.await {
            let addresses = vec![SocketAddr::new(at.ip(), port)];
            tell.send(SlotClaim { key, addresses }).await.ok();
            return;
        }
    }
}

/// The first right answer from that machine.
async fn heard(
    socket: &UdpSocket,
    from: IpAddr,
    nonce: [u8; 8],
    datagram: &mut [u8],
) -> ([u8; 32], u16) {
    loop {
        let Ok((length, whose)) = socket.recv_from(datagram).await else { continue };
        let told = datagram.get(..length).and_then(|told| read_answer(nonce, told));
        if let Some(told) = told.filter(|_| whose.ip() == from) {
            return told;
        }
    }
}
