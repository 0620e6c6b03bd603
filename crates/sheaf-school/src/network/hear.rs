//! Being heard on the network by colleagues, and by nobody else: the name under which this device
//! is announced, and whose the names are that it hears.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sheaf_charter::{DeviceId, EpochId, PresenceKey, PresenceName, SpaceId, SpaceKind};
use sheaf_net::{Discovery, is_inside};

use super::keep::Hint;
use super::{Shared, lock};
use crate::entropy;

/// A name is announced for so long: nobody can follow a device from one day to the next.
const NAME_LIFE: Duration = Duration::from_secs(12 * 60 * 60);
/// Names that are remembered with whose they are.
const MAX_REMEMBERED: usize = 1_024;
/// Names that are new looked into within a second: each costs a hash for each device and key, and
/// anybody on the network can make them up.
const MAX_NEW_A_SECOND: u32 = 50;
/// A name that nobody was known by is looked into again after this long: the device may have been
/// let in since, or its key have arrived.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// How soon what discovery has noticed is known to the doctor.
const NOTE: Duration = Duration::from_secs(1);

/// Listens until the network stops.
pub(super) async fn listen(shared: Arc<Shared>) {
    let announced = Arc::<Mutex<Option<Announced>>>::default();
    let of = Arc::clone(&shared);
    let name = move || of.presence_name(&mut lock(&announced), Instant::now());
    let mut discovery = Discovery::start(&shared.node, name);
    let mut names = Names::default();
    loop {
        *lock(&shared.noticed) = discovery.hearing();
        // Without anything to hear, what was noticed is looked at again all the same.
        let sighting = match tokio::time::timeout(NOTE, discovery.next()).await {
            Ok(Some(sighting)) => sighting,
            Ok(None) => return,
            Err(_) => continue,
        };
        let name = PresenceName::from_bytes(sighting.name);
        let Some(device) = names.whose(&shared, name, Instant::now()) else { continue };
        let own = shared.node.addresses();
        let inside = sighting.addresses.into_iter().filter(|address| is_inside(*address, &own));
        // A full channel means that enough is known already; the name comes again in a second.
        shared.hint.try_send(Hint::Heard(device, inside.collect())).ok();
    }
}

/// What is announced now.
struct Announced {
    epoch: EpochId,
    since: Instant,
    name: PresenceName,
}

impl Shared {
    /// The name to announce now: under the key that everybody in the school but lockers holds.
    /// None as long as it is not here.
    fn presence_name(&self, kept: &mut Option<Announced>, now: Instant) -> Option<[u8; 32]> {
        let core = &self.school.core;
        let control = core.control();
        let (epoch, key) = control.keys.writing_epoch(everyone(&control)?, &control.trust)?;
        let holds = |kept: &Announced| {
            kept.epoch == epoch && now.saturating_duration_since(kept.since) < NAME_LIFE
        };
        if !kept.as_ref().is_some_and(holds) {
            let endpoint = core.identity.endpoint();
            let name = PresenceKey::of(key).name(&endpoint, entropy::bytes());
            *kept = Some(Announced { epoch, since: now, name });
        }
        kept.as_ref().map(|kept| *kept.name.as_bytes())
    }

    /// The device of the school that made a name, under any key that it may have.
    fn maker_of(&self, name: &PresenceName) -> Option<DeviceId> {
        let control = self.school.core.control();
        let space = everyone(&control)?;
        let devices = control.trust.member_devices(space);
        let keys = control.keys.keys_of(space).map(|(_, key)| PresenceKey::of(key));
        keys.into_iter().find_map(|key| {
            let maker = devices.iter().find(|known| key.recognises(name, &known.endpoint));
            maker.map(|known| known.device)
        })
    }
}

/// The space that everybody is in.
fn everyone(control: &crate::control::Control) -> Option<SpaceId> {
    let mut spaces = control.trust.spaces().into_iter();
    spaces.find(|space| control.trust.space_kind(*space) == Some(SpaceKind::Pastoral))
}

/// Names that were heard, and whose they are.
#[derive(Default)]
struct Names {
    known: HashMap<PresenceName, (Option<DeviceId>, Instant)>,
    second: Option<(Instant, u32)>,
}

impl Names {
    fn whose(&mut self, shared: &Shared, name: PresenceName, now: Instant) -> Option<DeviceId> {
        self.whose_by(name, now, |name| shared.maker_of(name))
    }

    fn whose_by(
        &mut self,
        name: PresenceName,
        now: Instant,
        maker: impl FnOnce(&PresenceName) -> Option<DeviceId>,
    ) -> Option<DeviceId> {
        match self.known.get(&name) {
            Some((Some(device), _)) => return Some(*device),
            Some((None, asked)) if now.saturating_duration_since(*asked) < ASK_AGAIN => {
                return None;
            }
            _ => {}
        }
        if !self.may_look(now) {
            return None;
        }
        let device = maker(&name);
        if self.known.len() >= MAX_REMEMBERED {
            // Whoever is really there is heard again in a second.
            self.known.clear();
        }
        self.known.insert(name, (device, now));
        device
    }

    fn may_look(&mut self, now: Instant) -> bool {
        let (since, count) = self.second.unwrap_or((now, 0));
        let is_over = now.saturating_duration_since(since) >= Duration::from_secs(1);
        let (since, count) = if is_over { (now, 0) } else { (since, count) };
        self.second = Some((since, count.saturating_add(1)));
        count < MAX_NEW_A_SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u32) -> PresenceName {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        PresenceName::from_bytes(bytes)
    }

    #[test]
    fn a_flood_of_made_up_names_costs_little_and_hides_nobody_for_long() {
        let (mut names, start) = (Names::default(), Instant::now());
        let mut looked = 0;
        for number in 0..10_000 {
            names.whose_by(name(number), start, |_| {
                looked += 1;
                None
            });
        }
        assert_eq!(looked, MAX_NEW_A_SECOND);
        let later = start + Duration::from_secs(1);
        let device = DeviceId::from_bytes([7; 32]);
        assert_eq!(names.whose_by(name(20_000), later, |_| Some(device)), Some(device));
        assert!(names.known.len() <= MAX_REMEMBERED);
    }

    #[test]
    fn a_name_is_looked_into_once_until_it_may_mean_something() {
        let (mut names, start) = (Names::default(), Instant::now());
        let device = DeviceId::from_bytes([7; 32]);
        assert_eq!(names.whose_by(name(1), start, |_| None), None);
        assert_eq!(names.whose_by(name(1), start, |_| Some(device)), None, "not asked again yet");
        let later = start + ASK_AGAIN;
        assert_eq!(names.whose_by(name(1), later, |_| Some(device)), Some(device));
        assert_eq!(names.whose_by(name(1), later, |_| None), Some(device), "remembered");
    }
}
