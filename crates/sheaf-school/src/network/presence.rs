//! Which devices are connected, and whether each is level with this one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use sheaf_charter::DeviceId;

use super::lock;

/// The devices with live sessions.
#[derive(Default)]
pub(crate) struct Presences(Mutex<HashMap<DeviceId, Presence>>);

#[derive(Default)]
struct Presence {
    /// A device that was switched off and on again has a second session before the first is
    /// noticed to be dead.
    sessions: usize,
    level: bool,
}

/// One live session with a device: it counts as connected until the last of them is dropped.
pub(crate) struct Present {
    presences: Arc<Presences>,
    device: DeviceId,
}

impl Presences {
    /// A session with a device begins.
    pub(crate) fn enter(self: &Arc<Self>, device: DeviceId) -> Present {
        let mut all = lock(&self.0);
        let one = all.entry(device).or_default();
        one.sessions += 1;
        one.level = false;
        Present { presences: Arc::clone(self), device }
    }

    /// Whether a device is connected.
    pub(crate) fn is_here(&self, device: DeviceId) -> bool {
        lock(&self.0).contains_key(&device)
    }

    /// Notes whether a device that is connected is level with this one.
    pub(crate) fn set_level(&self, device: DeviceId, level: bool) {
        if let Some(one) = lock(&self.0).get_mut(&device) {
            one.level = level;
        }
    }

    /// The devices that are connected, and whether each is level with this one.
    pub(crate) fn levels(&self) -> HashMap<DeviceId, bool> {
        lock(&self.0).iter().map(|(device, one)| (*device, one.level)).collect()
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut all = lock(&self.presences.0);
        let Some(one) = all.get_mut(&self.device) else { return };
        one.sessions -= 1;
        if one.sessions == 0 {
            all.remove(&self.device);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_stays_until_its_last_session_ends() {
        let presences = Arc::new(Presences::default());
        let device = DeviceId::from_bytes([7; 32]);
        let first = presences.enter(device);
        let second = presences.enter(device);
        presences.set_level(device, true);
        drop(first);
        assert_eq!(presences.levels(), HashMap::from([(device, true)]));
        drop(second);
        assert!(!presences.is_here(device));
    }
}
