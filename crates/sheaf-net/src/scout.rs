//! Who is at an address: every key that it may be is tried there, by an endpoint of its own.
//!
//! iroh remembers each address at which it has looked for a key, and looks for the key there too
//! from then on. Where somebody else answers there sooner, the connection is given up: an endpoint
//! that had looked for everybody at one address could reach nobody else for a while.

use std::net::SocketAddr;
use std::time::Duration;

use iroh::TransportAddr;
use tokio::task::JoinSet;

use crate::error::NetError;
use crate::link::{CLOSED, Protocol};
use crate::node::Node;

/// So long the other side may take to hear that this was all.
const FAREWELL: Duration = Duration::from_secs(3);

impl Node {
    /// The one of these keys that whoever is at one of the addresses has proved to hold. It is not
    /// connected yet.
    pub async fn find(
        &self,
        keys: &[[u8; 32]],
        addresses: &[SocketAddr],
    ) -> Result<[u8; 32], NetError> {
        let scout = self.beside().await?;
        let mut calls = JoinSet::new();
        for key in keys.iter().copied() {
            let (scout, at) = (scout.clone(), addresses.to_vec());
            calls.spawn(async move {
                let shaken = scout.reach_by(&key, &at, TransportAddr::Ip, Protocol::Who).await;
                shaken.map(|connection| (key, connection))
            });
        }
        let mut found = Err(Self::unreachable(addresses));
        while let Some(answer) = calls.join_next().await {
            if let Ok(Ok((key, connection))) = answer {
                connection.close(CLOSED.into(), b"found");
                found = Ok(key);
                break;
            }
        }
        calls.shutdown().await;
        tokio::spawn(async move {
            // Whoever does not hear it notices by itself.
            tokio::time::timeout(FAREWELL, scout.close()).await.ok();
        });
        found
    }
}
