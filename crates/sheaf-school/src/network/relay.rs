//! Passing on for devices that cannot reach each other: a locker that was asked to is a relay, and
//! whoever is connected with it can be dialled through it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sheaf_charter::{DeviceId, Role};
use sheaf_net::{Relay, RelayUse};

use super::{Event, Network, Shared};
use crate::error::Result;

/// How soon a device that was removed is put out of the relay.
const TURN_OUT: Duration = Duration::from_secs(1);
/// How soon a locker that does not pass on is asked again whether it does.
const ASK_AGAIN: Duration = Duration::from_secs(30);

impl Network {
    /// Passes on between devices of the school, from now on and as long as the network runs: for a
    /// locker. By TCP, at the number of the UDP port at which it listens.
    pub async fn relay(&self) -> Result<()> {
        self.shared.school.check_is_locker()?;
        let of = Arc::downgrade(&self.shared);
        let may_use = move |key: &[u8; 32]| of.upgrade().is_some_and(|of| of.may_be_relayed(key));
        let relay = self.shared.node.relay(may_use).await?;
        self.shared.events.send(Event::Relaying { address: relay.address() });
        self.spawn(keep_out(relay));
        Ok(())
    }
}

/// Puts out who was removed, until the network stops.
async fn keep_out(relay: Relay) {
    let relay = Arc::new(relay);
    loop {
        tokio::time::sleep(TURN_OUT).await;
        let of = Arc::clone(&relay);
        if tokio::task::spawn_blocking(move || of.turn_out()).await.is_err() {
            return;
        }
    }
}

/// Uses the relay of the locker at this address, if it is one: beside the session with it, and
/// ends with that.
pub(super) async fn use_relay(shared: Arc<Shared>, locker: DeviceId, at: SocketAddr) {
    let Some(key) = shared.locker_key(locker) else { return };
    let mut used: Option<RelayUse> = None;
    loop {
        if used.is_none() {
            // A locker that does not pass on is one like most.
            used = shared.node.use_relay(&key, at).await.ok();
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

impl Shared {
    /// Whether this network dials others through relays: the one of a person's device that is there
    /// for the whole home. A second connection of one device would take the first one's place.
    pub(super) fn uses_relays(&self) -> bool {
        self.lock.is_some() && !self.school.core.is_locker()
    }

    /// Whether a device may be dialled through a relay now.
    pub(super) fn may_relay_to(&self, device: DeviceId) -> bool {
        self.uses_relays() && self.locker_key(device).is_none() && !self.node.relays().is_empty()
    }

    fn may_be_relayed(&self, key: &[u8; 32]) -> bool {
        let device = self.device_of(key);
        device.is_some_and(|device| self.school.core.is_device_of_school(device))
    }

    /// The endpoint of a device that is a locker.
    fn locker_key(&self, device: DeviceId) -> Option<[u8; 32]> {
        let control = self.school.core.control();
        let known = control.trust.certificate(device)?;
        let is_locker = control.trust.role(known.person) == Some(Role::Locker);
        is_locker.then_some(known.endpoint)
    }
}
