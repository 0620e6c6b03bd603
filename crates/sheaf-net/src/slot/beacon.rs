//! The inviting device's side: it is announced, and answers questions for its slot.

use std::net::SocketAddr;
use std::sync::Arc;

use swarm_discovery::{Discoverer, DropGuard, IpClass};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use super::SLOT_PORT;
use super::wire::{QUESTION_BYTES, answer, asks_for, name, service};
use crate::error::NetError;
use crate::lan::interfaces;
use crate::node::{Listen, Node};

/// Answers to a slot for as long as it lives.
pub struct SlotBeacon {
    addresses: Vec<SocketAddr>,
    answering: JoinHandle<()>,
    _announced: Option<DropGuard>,
}

impl SlotBeacon {
    /// Begins to answer for this endpoint. Must be called inside a tokio runtime.
    pub fn start(node: &Node, slot: &str, listen: Listen) -> Result<Self, NetError> {
        let own = node.addresses();
        let socket = bind(listen)?;
        let asked_at = socket.local_addr()?.port();
        let port = own.first().map(SocketAddr::port).unwrap_or_default();
        let key = node.key();
        let answering = tokio::spawn(answer_all(socket, slot.to_owned(), key, port));
        let addresses = own.iter().map(|at| SocketAddr::new(at.ip(), asked_at)).collect();
        // Where multicast is forbidden, a typed address still leads here.
        let _announced = match listen {
            Listen::Everywhere { .. } | Listen::Usual => announce(&own, slot, &key, port),
            Listen::Loopback { .. } => None,
        };
        Ok(Self { addresses, answering, _announced })
    }

    /// Where it answers, for those who must type an address.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }
}

impl Drop for SlotBeacon {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

impl std::fmt::Debug for SlotBeacon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SlotBeacon").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

/// The port that everyone knows, or any if another invitation of this machine has it.
fn bind(listen: Listen) -> Result<UdpSocket, NetError> {
    let any = listen.at_port(0).address();
    let known = match listen {
        Listen::Everywhere { .. } | Listen::Usual => listen.at_port(SLOT_PORT).address(),
        Listen::Loopback { .. } => any,
    };
    let bound = std::net::UdpSocket::bind(known).or_else(|_| std::net::UdpSocket::bind(any));
    let socket = bound.and_then(|socket| {
        socket.set_nonblocking(true)?;
        UdpSocket::from_std(socket)
    });
    socket.map_err(|error| NetError::Bind { address: any.to_string(), reason: error.to_string() })
}

fn announce(own: &[SocketAddr], slot: &str, key: &[u8; 32], port: u16) -> Option<DropGuard> {
    let interfaces = interfaces(own);
    let addresses = interfaces.iter().map(|ip| (*ip).into());
    Discoverer::new_interactive(service(slot), name(key)?)
        .with_addrs(port, addresses)
        .with_ip_class(IpClass::V4Only)
        .with_multicast_interfaces_v4(interfaces.clone())
        .spawn(&tokio::runtime::Handle::current())
        .ok()
}

async fn answer_all(socket: UdpSocket, slot: String, key: [u8; 32], port: u16) {
    let socket = Arc::new(socket);
    // One byte more, so that a datagram that is too long does not look right when it is cut.
    let mut datagram = [0; QUESTION_BYTES + 1];
    loop {
        // A datagram that could not be received or sent concerns whoever asked; they ask again.
        let Ok((length, from)) = socket.recv_from(&mut datagram).await else { continue };
        let asked = datagram.get(..length).and_then(|asked| asks_for(&slot, asked));
        if let Some(nonce) = asked {
            socket.send_to(&answer(nonce, &key, port), from).await.ok();
        }
    }
}
