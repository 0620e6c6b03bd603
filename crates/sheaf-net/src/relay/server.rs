//! The relay itself, beside the endpoint of a locker: whoever proves the key of a device of the
//! school may use it.

use std::collections::{BTreeSet, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iroh::EndpointId;
use iroh_relay::server::{
    Access, AccessControl, CertConfig, ClientRequest, ConnectionId, RelayConfig, Server,
    ServerConfig, TlsConfig,
};

use super::key::proving;
use crate::error::NetError;
use crate::node::Node;

/// Connections at once: several times as many as a school has devices.
const MAX_CONNECTIONS: usize = 1_024;

/// A relay that runs until it is dropped.
#[derive(Debug)]
pub struct Relay {
    server: Server,
    door: Arc<Door>,
    address: SocketAddr,
}

impl Node {
    /// Passes on for the devices that may use it, by TCP at the number of the UDP port at which
    /// this endpoint listens. Whether a key may, is asked on a thread that may block.
    pub async fn relay(
        &self,
        may_use: impl Fn(&[u8; 32]) -> bool + Send + Sync + 'static,
    ) -> Result<Relay, NetError> {
        let bound = self.endpoint.bound_sockets();
        let address = bound.into_iter().find(SocketAddr::is_ipv4);
        let address = address.unwrap_or_else(|| (Ipv4Addr::UNSPECIFIED, crate::PORT).into());
        let failed = |reason: String| NetError::Relay { address: address.to_string(), reason };
        let secret = self.endpoint.secret_key().to_bytes();
        let server_config = proving(&secret).map_err(|error| failed(error.to_string()))?;
        let door = Arc::new(Door { may_use: Arc::new(may_use), inside: Mutex::default() });
        // The relay would show a page there to whoever asks: it stays on this machine.
        let mut relay = RelayConfig::new((Ipv4Addr::LOCALHOST, 0));
        relay.tls = Some(TlsConfig::new(address, CertConfig::Manual { server_config }));
        relay.access = Arc::<Door>::clone(&door);
        let mut config = ServerConfig::default();
        config.relay = Some(relay);
        let server = Server::spawn(config).await.map_err(|error| failed(in_full(&error)))?;
        let address = server.https_addr().unwrap_or(address);
        Ok(Relay { server, door, address })
    }
}

impl Relay {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the connections of those who may not use it any more. May block.
    pub fn turn_out(&self) {
        let Some(service) = self.server.relay_service() else { return };
        let inside: BTreeSet<EndpointId> = self.door.inside().values().copied().collect();
        for endpoint in inside.into_iter().filter(|one| !(self.door.may_use)(one.as_bytes())) {
            service.clients().disconnect(endpoint, None);
        }
    }
}

type MayUse = dyn Fn(&[u8; 32]) -> bool + Send + Sync;

/// Who is let in, and who is inside.
struct Door {
    may_use: Arc<MayUse>,
    inside: Mutex<HashMap<ConnectionId, EndpointId>>,
}

impl Door {
    fn inside(&self) -> MutexGuard<'_, HashMap<ConnectionId, EndpointId>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Door").field("inside", &self.inside().len()).finish_non_exhaustive()
    }
}

impl AccessControl for Door {
    async fn on_connect(&self, request: &ClientRequest) -> Access {
        let (may_use, endpoint) = (Arc::clone(&self.may_use), request.endpoint_id());
        let asked = tokio::task::spawn_blocking(move || may_use(endpoint.as_bytes()));
        let deny = |reason: &str| Access::Deny { reason: Some(reason.to_owned()) };
        if !asked.await.unwrap_or(false) {
            return deny("this device is not of the school");
        }
        let mut inside = self.inside();
        if inside.len() >= MAX_CONNECTIONS {
            return deny("too many devices use this relay");
        }
        inside.insert(request.connection_id(), endpoint);
        Access::Allow
    }

    fn on_disconnect(&self, _endpoint: EndpointId, connection: ConnectionId) {
        self.inside().remove(&connection);
    }
}

/// An error with what caused it: the system's own words are the last.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        words = format!("{words}: {next}");
        cause = next.source();
    }
    words
}
