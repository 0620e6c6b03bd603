//! When to dial which device: a state machine without clock, chance or network.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use sheaf_charter::DeviceId;

/// Dials under way at once: a machine that wakes up does not call sixty colleagues in one moment.
const MAX_DIALS: usize = 12;
/// All devices that are known are dialled within this time after the start.
const START_SPREAD_MS: u64 = 2_000;
/// A device that has just been heard is dialled within this time …
const HEARD_SPREAD_MS: u64 = 300;
/// … and, by the one of the two with the higher id, after this time, so that they do not both dial.
const SECOND_CALLER_MS: u64 = 1_200;
/// Not heard for so long, a device that is heard again has come back.
const BACK_MS: u64 = 8_000;
/// A connection that has ended is opened again after at least this long.
const AGAIN_MS: u64 = 500;
/// The first wait after a dial that failed; each one doubles it.
const FIRST_WAIT_MS: u64 = 2_000;
/// The longest wait for a device that is only remembered …
const LONGEST_WAIT_MS: u64 = 60_000;
/// … and for one that is heard.
const LONGEST_HEARD_WAIT_MS: u64 = 15_000;
/// How soon a device that is connected is looked at again.
const LOOK_MS: u64 = 1_000;

/// Who is to be dialled, and when.
pub(super) struct Rota {
    own: DeviceId,
    turns: BTreeMap<DeviceId, Turn>,
}

struct Turn {
    due_ms: u64,
    failures: u32,
    is_dialling: bool,
    heard_ms: Option<u64>,
    heard_at: Vec<SocketAddr>,
}

impl Rota {
    /// Of this device.
    pub fn new(own: DeviceId) -> Self {
        Self { own, turns: BTreeMap::new() }
    }

    /// These are the devices that could be dialled now; others are forgotten.
    pub fn know(&mut self, devices: &[DeviceId], now_ms: u64, mut chance: impl FnMut() -> u64) {
        self.turns.retain(|device, turn| turn.is_dialling || devices.contains(device));
        for device in devices.iter().filter(|device| **device != self.own) {
            self.turns
                .entry(*device)
                .or_insert_with(|| Turn::new(now_ms + chance() % START_SPREAD_MS));
        }
    }

    /// A device was heard on the network at these addresses.
    pub fn heard(&mut self, device: DeviceId, at: Vec<SocketAddr>, now_ms: u64, chance: u64) {
        if device == self.own {
            return;
        }
        let second = if self.own < device { 0 } else { SECOND_CALLER_MS };
        let soon_ms = now_ms + second + chance % HEARD_SPREAD_MS;
        let turn = self.turns.entry(device).or_insert_with(|| Turn::new(soon_ms));
        let was_away = turn.heard_ms.is_none_or(|last| now_ms.saturating_sub(last) > BACK_MS);
        if was_away || turn.heard_at != at {
            turn.failures = 0;
            turn.due_ms = turn.due_ms.min(soon_ms);
        }
        turn.heard_ms = Some(now_ms);
        turn.heard_at = at;
    }

    /// Where a device was heard, if that was lately.
    pub fn heard_at(&self, device: DeviceId, now_ms: u64) -> &[SocketAddr] {
        let turn = self.turns.get(&device).filter(|turn| turn.is_heard(now_ms));
        turn.map_or(&[], |turn| &turn.heard_at)
    }

    /// Whom to dial now, of those who are not connected. Each of them is to be [`Rota::done`].
    pub fn due(&mut self, now_ms: u64, is_here: impl Fn(DeviceId) -> bool) -> Vec<DeviceId> {
        let under_way = self.under_way();
        let mut due: Vec<DeviceId> = Vec::new();
        for (device, turn) in &mut self.turns {
            if turn.is_dialling || turn.due_ms > now_ms {
                continue;
            }
            if is_here(*device) {
                turn.due_ms = now_ms + LOOK_MS;
            } else if under_way + due.len() < MAX_DIALS {
                turn.is_dialling = true;
                due.push(*device);
            }
        }
        due
    }

    /// The dial was answered: the device is connected now, until it is [`Rota::done`].
    pub fn answered(&mut self, device: DeviceId, now_ms: u64) {
        if let Some(turn) = self.turns.get_mut(&device) {
            turn.is_dialling = false;
            turn.due_ms = now_ms + LOOK_MS;
        }
    }

    /// The dial failed, or what had been connected has ended.
    pub fn done(&mut self, device: DeviceId, ended: Ended, now_ms: u64, chance: u64) {
        let Some(turn) = self.turns.get_mut(&device) else { return };
        turn.is_dialling = false;
        let wait_ms = match ended {
            Ended::Well => {
                turn.failures = 0;
                AGAIN_MS + chance % AGAIN_MS
            }
            Ended::Badly => turn.wait_ms(now_ms, chance),
        };
        turn.due_ms = now_ms + wait_ms;
    }

    /// When somebody is due next. While as many dials are under way as may be, whoever is due waits
    /// for the end of one of them, and that is at no known time.
    pub fn next_due_ms(&self) -> Option<u64> {
        if self.under_way() >= MAX_DIALS {
            return None;
        }
        let waiting = self.turns.values().filter(|turn| !turn.is_dialling);
        waiting.map(|turn| turn.due_ms).min()
    }

    fn under_way(&self) -> usize {
        self.turns.values().filter(|turn| turn.is_dialling).count()
    }
}

/// What has come to an end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ended {
    /// A connection that stood, or that both sides were done with.
    Well,
    /// A dial that nobody answered, or that led to nothing.
    Badly,
}

impl Turn {
    const fn new(due_ms: u64) -> Self {
        Self { due_ms, failures: 0, is_dialling: false, heard_ms: None, heard_at: Vec::new() }
    }

    /// How long to wait after a failure, from three quarters to five of what is due, so that
    /// devices drift apart.
    fn wait_ms(&mut self, now_ms: u64, chance: u64) -> u64 {
        let longest = if self.is_heard(now_ms) { LONGEST_HEARD_WAIT_MS } else { LONGEST_WAIT_MS };
        let wait = (FIRST_WAIT_MS << self.failures.min(16)).min(longest);
        self.failures = self.failures.saturating_add(1);
        wait * 3 / 4 + chance % (wait / 2)
    }

    fn is_heard(&self, now_ms: u64) -> bool {
        self.heard_ms.is_some_and(|last| now_ms.saturating_sub(last) <= BACK_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(number: u8) -> DeviceId {
        DeviceId::from_bytes([number; 32])
    }

    fn at(address: &str) -> Vec<SocketAddr> {
        vec![address.parse().unwrap()]
    }

    const fn nobody(_: DeviceId) -> bool {
        false
    }

    /// Runs a rota of devices that never answer, and counts the dials of each minute.
    fn dials_by_minute(
        rota: &mut Rota,
        minutes: u64,
        mut heard: impl FnMut(&mut Rota, u64),
    ) -> Vec<usize> {
        let mut dials = vec![0; usize::try_from(minutes).unwrap()];
        for now_ms in (0..minutes * 60_000).step_by(100) {
            heard(rota, now_ms);
            for device in rota.due(now_ms, nobody) {
                dials[usize::try_from(now_ms / 60_000).unwrap()] += 1;
                rota.done(device, Ended::Badly, now_ms, now_ms.wrapping_mul(7_919));
            }
        }
        dials
    }

    #[test]
    fn whoever_does_not_answer_is_dialled_less_and_less() {
        let mut rota = Rota::new(device(9));
        rota.know(&[device(1)], 0, || 0);
        let dials = dials_by_minute(&mut rota, 6, |_, _| {});
        assert!(dials[0] >= 4, "{dials:?}");
        assert!(dials[3..].iter().all(|count| (1..=2).contains(count)), "{dials:?}");
    }

    #[test]
    fn sixty_devices_are_not_dialled_in_one_moment() {
        let mut rota = Rota::new(device(200));
        let devices: Vec<DeviceId> = (0..60).map(device).collect();
        let mut chance = 0_u64;
        rota.know(&devices, 0, || {
            chance += 7_919;
            chance
        });
        assert!(rota.due(0, nobody).len() < MAX_DIALS / 2);
        rota.due(START_SPREAD_MS, nobody);
        assert_eq!(rota.under_way(), MAX_DIALS);
    }

    #[test]
    fn whoever_finds_no_place_waits_for_the_end_of_a_dial() {
        let mut rota = Rota::new(device(200));
        let devices: Vec<DeviceId> = (0..60).map(device).collect();
        rota.know(&devices, 0, || 0);
        let dialled = rota.due(0, nobody);
        assert_eq!((dialled.len(), rota.next_due_ms()), (MAX_DIALS, None));
        rota.done(dialled[0], Ended::Badly, 5_000, 0);
        assert_eq!(rota.next_due_ms(), Some(0), "there is a place again");
        assert_eq!(rota.due(5_000, nobody), [devices[MAX_DIALS]]);
        assert_eq!(rota.next_due_ms(), None);
        rota.answered(dialled[1], 5_000);
        assert_eq!(rota.due(5_000, nobody), [devices[MAX_DIALS + 1]]);
    }

    #[test]
    fn a_device_that_comes_back_is_dialled_within_the_second() {
        let mut rota = Rota::new(device(1));
        rota.know(&[device(2)], 0, || 0);
        let dials = dials_by_minute(&mut rota, 5, |_, _| {});
        assert!(dials[4] <= 2, "it waits by now");
        let now_ms = 5 * 60_000;
        rota.heard(device(2), at("10.0.0.2:5"), now_ms, 299);
        assert_eq!(rota.due(now_ms + HEARD_SPREAD_MS, nobody), [device(2)]);
        assert_eq!(rota.heard_at(device(2), now_ms), at("10.0.0.2:5"));
        assert!(rota.heard_at(device(2), now_ms + BACK_MS + 1).is_empty());
    }

    #[test]
    fn whoever_is_heard_all_the_time_and_does_not_answer_is_not_stormed() {
        let mut rota = Rota::new(device(1));
        let dials = dials_by_minute(&mut rota, 4, |rota, now_ms| {
            if now_ms % 1_000 == 0 {
                rota.heard(device(2), at("10.0.0.2:5"), now_ms, 0);
            }
        });
        assert!(dials[2..].iter().all(|count| (3..=6).contains(count)), "{dials:?}");
    }

    #[test]
    fn of_two_that_hear_each_other_the_lower_dials_first() {
        let (mut low, mut high) = (Rota::new(device(1)), Rota::new(device(2)));
        low.heard(device(2), at("10.0.0.2:5"), 0, 299);
        high.heard(device(1), at("10.0.0.1:5"), 0, 0);
        assert_eq!(low.due(HEARD_SPREAD_MS, nobody), [device(2)]);
        assert_eq!(high.due(HEARD_SPREAD_MS, nobody), []);
        assert_eq!(high.due(SECOND_CALLER_MS, |_| true), [], "it is here by then");
        assert_eq!(high.due(SECOND_CALLER_MS + LOOK_MS, nobody), [device(1)], "or it is not");
    }

    #[test]
    fn a_connection_that_ended_is_opened_again_at_once() {
        let mut rota = Rota::new(device(1));
        rota.know(&[device(2)], 0, || 0);
        assert_eq!(rota.due(0, nobody), [device(2)]);
        assert_eq!(rota.due(0, nobody), [], "it is being dialled");
        rota.done(device(2), Ended::Well, 5_000, 499);
        assert_eq!(rota.due(5_000 + 2 * AGAIN_MS, nobody), [device(2)]);
    }

    #[test]
    fn a_device_that_is_out_is_forgotten() {
        let mut rota = Rota::new(device(1));
        rota.know(&[device(1), device(2), device(3)], 0, || 0);
        rota.know(&[device(3)], 0, || 0);
        assert_eq!(rota.due(0, nobody), [device(3)]);
    }
}
