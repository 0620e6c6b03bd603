//! The relays that an endpoint uses now, each as long as somebody holds on to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use iroh::tls::CaTlsConfig;
use iroh::{Endpoint, PublicKey, RelayConfig, RelayUrl, Watcher as _};
use tokio::net::TcpStream;
use tokio::runtime::Handle;

use super::key::Believed;
use crate::error::NetError;
use crate::node::Node;

/// A relay in the building answers at once or not at all.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// Which relays are in use, and whose key each must prove.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relays(Arc<Mutex<BTreeMap<SocketAddr, Used>>>);

#[derive(Debug)]
struct Used {
    key: [u8; 32],
    holders: usize,
}

impl Relays {
    /// What an endpoint believes of the relays that it connects to.
    pub(crate) fn belief(&self) -> CaTlsConfig {
        let relays = self.clone();
        CaTlsConfig::custom_server_cert_verifier(Arc::new(move |provider| {
            Ok(Arc::new(Believed::new(relays.clone(), provider)))
        }))
    }

    /// Whether a relay in use has this key.
    pub(super) fn believes(&self, key: &[u8; 32]) -> bool {
        self.lock().values().any(|used| used.key == *key)
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        self.lock().keys().copied().collect()
    }

    /// One more holds on to a relay; whether it is the first.
    fn hold(&self, address: SocketAddr, key: [u8; 32]) -> bool {
        let mut all = self.lock();
        // Another device may have the address by now: the last that was met there counts.
        let used = all.entry(address).or_insert(Used { key, holders: 0 });
        used.key = key;
        used.holders += 1;
        used.holders == 1
    }

    /// One fewer does; whether it was the last.
    fn let_go(&self, address: SocketAddr) -> bool {
        let mut all = self.lock();
        let Some(used) = all.get_mut(&address) else { return false };
        used.holders -= 1;
        let is_last = used.holders == 0;
        if is_last {
            all.remove(&address);
        }
        is_last
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SocketAddr, Used>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A relay is used as long as this lives.
#[derive(Debug)]
pub struct RelayUse {
    relays: Relays,
    endpoint: Endpoint,
    address: SocketAddr,
    runtime: Handle,
}

impl Drop for RelayUse {
    fn drop(&mut self) {
        if self.relays.let_go(self.address) {
            let (endpoint, url) = (self.endpoint.clone(), url_of(self.address));
            self.runtime.spawn(async move { endpoint.remove_relay(&url).await });
        }
    }
}

impl Node {
    /// Uses the relay at the TCP port of this address, which must prove this key: from now on this
    /// endpoint can be reached through it, and reaches others. An error says that nothing listens
    /// there.
    pub async fn use_relay(
        &self,
        key: &[u8; 32],
        address: SocketAddr,
    ) -> Result<RelayUse, NetError> {
        PublicKey::from_bytes(key).map_err(|_| NetError::InvalidKey)?;
        let unreachable = || NetError::Unreachable { address: address.to_string() };
        // iroh would ask again and again where there is none.
        let answer = tokio::time::timeout(ANSWERS_WITHIN, TcpStream::connect(address)).await;
        answer.map_err(|_| unreachable())?.map_err(|_| unreachable())?;
        let (endpoint, relays) = (self.endpoint.clone(), self.relays.clone());
        let is_first = relays.hold(address, *key);
        let held = RelayUse { relays, endpoint, address, runtime: Handle::current() };
        if is_first {
            let url = url_of(address);
            let config = Arc::new(RelayConfig::new(url.clone(), None));
            self.endpoint.insert_relay(url, config).await;
        }
        Ok(held)
    }

    /// The relays that are used now and have let this endpoint in.
    pub fn relays(&self) -> Vec<SocketAddr> {
        let mut used = self.relays.addresses();
        let home = self.endpoint.home_relay_status().get();
        used.retain(|address| {
            let url = url_of(*address);
            home.iter().any(|status| status.is_connected() && *status.url() == url)
        });
        used
    }

    /// The addresses of the relays that are used now.
    pub(crate) fn relay_urls(&self) -> Vec<RelayUrl> {
        self.relays.addresses().into_iter().map(url_of).collect()
    }
}

fn url_of(address: SocketAddr) -> RelayUrl {
    let url = format!("https://{address}");
    // An address and a port are the host of a URL.
    url.parse().unwrap_or_else(|_| unreachable!("{url} is a URL"))
}
