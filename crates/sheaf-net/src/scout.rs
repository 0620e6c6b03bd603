//! Who is at an address: every key that it may be is tried there, by an endpoint of its own.
//!
//! iroh remembers each address at which it has looked for a key, and looks for the key there too
//! from then on. Where somebody else answers there sooner, the connection is given up: an endpoint
//! that had looked for everybody at one address could reach nobody else for a while.
//!
//! A firewall lets in what answers what went out from the same port. Two devices that are both
//! behind one reach each other only from the ports at which they listen, so where nobody answers
//! the scout, the device's own endpoint asks after all.

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
    /// connected yet. Those that `is_away` says are not connected are looked for from the device's
    /// own port too.
    pub async fn find(
        &self,
        keys: &[[u8; 32]],
        addresses: &[SocketAddr],
        is_away: impl Fn(&[u8; 32]) -> bool,
    ) -> Result<[u8; 32], NetError> {
        let scout = self.beside().await?;
        let found = match scout.ask_who(keys, addresses).await {
            Err(NetError::Unreachable { .. }) => {
                let away: Vec<[u8; 32]> = keys.iter().copied().filter(is_away).collect();
                self.ask_who(&away, addresses).await
            }
            answered => answered,
        };
        tokio::spawn(async move {
            // Whoever does not hear it notices by itself.
            tokio::time::timeout(FAREWELL, scout.close()).await.ok();
        });
        found
    }

    async fn ask_who(
        &self,
        keys: &[[u8; 32]],
        addresses: &[SocketAddr],
    ) -> Result<[u8; 32], NetError> {
        let mut calls = JoinSet::new();
        for key in keys.iter().copied() {
            let (node, at) = (self.clone(), addresses.to_vec());
            calls.spawn(async move {
                let shaken = node.reach_by(&key, &at, TransportAddr::Ip, Protocol::Who).await;
                shaken.map(|connection| (key, connection))
            });
        }
        let mut found = Err(NetError::no_answer(addresses));
        while let Some(answer) = calls.join_next().await {
            match answer {
                Ok(Ok((key, connection))) => {
                    connection.close(CLOSED.into(), b"found");
                    found = Ok(key);
                    break;
                }
                // Whoever is there says so before it says who it is; another may be there too.
                Ok(Err(error @ NetError::OtherVersion { .. })) => found = Err(error),
                // Somebody is there, who may be none of these.
                Ok(Err(error @ NetError::AnotherDevice { .. }))
                    if matches!(found, Err(NetError::Unreachable { .. })) =>
                {
                    found = Err(error);
                }
                Ok(Err(_)) | Err(_) => {}
            }
        }
        calls.shutdown().await;
        found
    }
}
