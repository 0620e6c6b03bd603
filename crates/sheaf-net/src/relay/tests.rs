//! A relay and the devices that use it, on the loopback interface.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Relay, RelayUse};
use crate::{Link, Listen, NetError, Node, Protocol};

/// Far longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(30);
/// Several times as long as what works takes.
const LONG_ENOUGH: Duration = Duration::from_secs(3);
const STEP: Duration = Duration::from_millis(20);

async fn node(seed: u8) -> Node {
    Node::bind(&[seed; 32], Listen::Loopback { port: 0 }).await.unwrap()
}

/// The keys that may use a relay.
#[derive(Clone, Default)]
struct Members(Arc<Mutex<BTreeSet<[u8; 32]>>>);

impl Members {
    fn of(nodes: &[&Node]) -> Self {
        Self(Arc::new(Mutex::new(nodes.iter().map(|node| node.key()).collect())))
    }

    fn remove(&self, node: &Node) {
        self.0.lock().unwrap().remove(&node.key());
    }

    async fn relay(&self, of: &Node) -> Relay {
        let members = Arc::clone(&self.0);
        of.relay(move |key| members.lock().unwrap().contains(key)).await.unwrap()
    }
}

async fn holds(what: &str, is_so: impl Fn() -> bool) {
    let waited = async {
        while !is_so() {
            tokio::time::sleep(STEP).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waited).await.is_ok(), "{what}");
}

/// Uses the relay, and is let in.
async fn inside(node: &Node, locker: &Node, relay: &Relay) -> RelayUse {
    let used = node.use_relay(&locker.key(), relay.address()).await.unwrap();
    holds("let in", || node.relays() == [relay.address()]).await;
    used
}

/// Dials by key alone; whoever answers has the first word.
async fn speak(from: &Node, to: &Node) -> Result<(Link, Link), NetError> {
    let key = to.key();
    let dial = async {
        let mut link = from.connect_by_relay(&key, Protocol::Replicate).await?;
        link.send(b"through the office").await?;
        Ok::<_, NetError>(link)
    };
    let answer = async {
        let mut link = to.accept().await.unwrap().handshake().await?.take().await?;
        let said = link.receive().await?;
        assert_eq!(said.as_deref(), Some(&b"through the office"[..]));
        Ok(link)
    };
    tokio::try_join!(dial, answer)
}

#[tokio::test]
async fn two_devices_speak_through_it_by_key_alone() {
    let (locker, anna, ben) = (node(1).await, node(2).await, node(3).await);
    let relay = Members::of(&[&anna, &ben]).relay(&locker).await;
    assert_eq!(relay.address().port(), locker.addresses()[0].port(), "one number for both");
    let _used = (inside(&anna, &locker, &relay).await, inside(&ben, &locker, &relay).await);

    let (_dialled, mut answered) = speak(&anna, &ben).await.unwrap();
    assert_eq!(answered.key(), anna.key(), "whoever is at the other end has proved its key");
    answered.send(b"and back").await.unwrap();
}

/// A stranger is not let in, and whoever is removed is put out.
#[tokio::test]
async fn who_may_not_use_it_is_reached_by_nobody() {
    let (locker, anna, ben) = (node(4).await, node(5).await, node(6).await);
    let members = Members::of(&[&anna]);
    let relay = members.relay(&locker).await;
    let _anna = inside(&anna, &locker, &relay).await;
    let _ben = ben.use_relay(&locker.key(), relay.address()).await.unwrap();
    tokio::time::sleep(LONG_ENOUGH).await;
    assert_eq!(ben.relays(), []);
    let refused = tokio::time::timeout(PATIENCE, speak(&anna, &ben)).await.unwrap();
    assert!(matches!(refused, Err(NetError::Unreachable { .. })), "{refused:?}");

    members.remove(&anna);
    relay.turn_out();
    holds("put out", || anna.relays().is_empty()).await;
}

/// Whoever has taken the address of the locker does not have its key.
#[tokio::test]
async fn a_relay_that_does_not_prove_its_key_is_not_used() {
    let (locker, thief, anna) = (node(7).await, node(8).await, node(9).await);
    let relay = Members::of(&[&anna]).relay(&thief).await;
    let used = anna.use_relay(&locker.key(), relay.address()).await.unwrap();
    tokio::time::sleep(LONG_ENOUGH).await;
    assert_eq!(anna.relays(), []);
    drop(used);
    let _used = inside(&anna, &thief, &relay).await;
}

#[tokio::test]
async fn where_nothing_listens_there_is_no_relay() {
    let anna = node(10).await;
    let nowhere: SocketAddr = (Ipv4Addr::LOCALHOST, 1).into();
    let refused = anna.use_relay(&anna.key(), nowhere).await;
    assert!(matches!(refused, Err(NetError::Unreachable { .. })), "{refused:?}");
    let refused = anna.connect_by_relay(&[1; 32], Protocol::Replicate).await;
    assert!(matches!(refused, Err(NetError::Unreachable { .. } | NetError::InvalidKey)));
    assert!(anna.reach().relays.is_empty());
}

#[tokio::test]
async fn a_relay_is_used_as_long_as_somebody_holds_on_to_it() {
    let (locker, anna) = (node(11).await, node(12).await);
    let relay = Members::of(&[&anna]).relay(&locker).await;
    let first = inside(&anna, &locker, &relay).await;
    let second = inside(&anna, &locker, &relay).await;
    drop(first);
    assert_eq!(anna.relays(), [relay.address()]);
    drop(second);
    assert_eq!(anna.relays(), []);
    assert_eq!(anna.relay_urls(), []);
}

/// Another program may have the port.
#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let locker = node(13).await;
    let (first, second) = (Members::default(), Members::default());
    let _relay = first.relay(&locker).await;
    let members = Arc::clone(&second.0);
    let refused = locker.relay(move |key| members.lock().unwrap().contains(key)).await;
    let refused = refused.map(drop).unwrap_err().to_string();
    let port = locker.addresses()[0].port();
    assert!(refused.starts_with(&format!("cannot pass on at TCP 127.0.0.1:{port}: ")), "{refused}");
    assert!(refused.contains("in use"), "{refused}");
}
