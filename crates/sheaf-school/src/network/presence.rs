//! Which devices are connected, and whether each is level with this one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sheaf_charter::DeviceId;
use tokio::sync::{Notify, watch};

use super::lock;

/// Two devices that hear each other may both dial in one moment. That is over after this long; a
/// later second connection is of a device that has started again, or of another process of its.
const ONE_MOMENT: Duration = Duration::from_secs(5);

/// Nobody has more connections with a device than this that are of use: one of each that dialled,
/// and those before a restart that are not noticed to be dead yet. Each holds several megabytes.
pub(crate) const MAX_SESSIONS: usize = 4;

/// How things stand with another device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerState {
    /// Connected, and both hold the same.
    Level,
    /// Connected, and entries are on their way.
    Catching {
        /// So many of the other's are still to come, as far as it has said.
        to_come: u64,
    },
    /// Not connected.
    Away,
}

/// The devices with live sessions.
#[derive(Default)]
pub(crate) struct Presences(Mutex<HashMap<DeviceId, Presence>>);

#[derive(Default)]
struct Presence {
    /// A device that was switched off and on again has a second session before the first is
    /// noticed to be dead.
    sessions: Vec<Open>,
}

struct Open {
    number: u64,
    since: Instant,
    by: Opener,
    state: PeerState,
    end: Arc<Notify>,
    outlived: watch::Sender<bool>,
}

/// Who opened a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opener {
    /// This device.
    Own,
    /// The other one.
    Other,
}

/// Who would be connected twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct AlreadyHere;

/// One live session with a device: it counts as connected until the last of them is dropped.
pub(crate) struct Present {
    presences: Arc<Presences>,
    device: DeviceId,
    number: u64,
    end: Arc<Notify>,
    outlived: watch::Receiver<bool>,
}

impl Presence {
    /// By the session that knows most.
    fn state(&self) -> PeerState {
        let rank = |state: &PeerState| match state {
            PeerState::Level => u64::MAX,
            PeerState::Catching { to_come } => *to_come,
            PeerState::Away => 0,
        };
        self.sessions.iter().map(|open| open.state).max_by_key(rank).unwrap_or(PeerState::Away)
    }
}

impl Present {
    /// Notes how this session has found the two to stand.
    pub(crate) fn set_state(&self, state: PeerState) {
        let mut all = lock(&self.presences.0);
        let sessions = all.get_mut(&self.device).map(|one| &mut one.sessions);
        let mut sessions = sessions.into_iter().flatten();
        if let Some(open) = sessions.find(|open| open.number == self.number) {
            open.state = state;
        }
    }

    /// Returns once this session is to give way to another with the same device.
    pub(crate) async fn gives_way(&self) {
        self.end.notified().await;
    }

    /// Whether newer sessions with the same device have taken its place.
    pub(crate) fn is_outlived(&self) -> bool {
        *self.outlived.borrow()
    }
}

/// Returns once newer sessions with the same device have taken the place of this one, where there
/// is one: it is not waited for until it ends in peace.
pub(crate) fn outlived(present: Option<&Present>) -> impl Future<Output = ()> + Send + use<> {
    let outlived = present.map(|present| present.outlived.clone());
    async move {
        let Some(mut outlived) = outlived else { return std::future::pending().await };
        // It changes once. What has ended by itself is outlived by none.
        if outlived.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Presences {
    /// A session between two devices begins. If both have dialled in one moment, the connection
    /// stays that the one with the lower id has opened: both sides come to the same by themselves.
    /// Of more than [`MAX_SESSIONS`] the oldest end.
    pub(crate) fn enter(
        self: &Arc<Self>,
        (own, device): (DeviceId, DeviceId),
        by: Opener,
        now: Instant,
    ) -> Result<Present, AlreadyHere> {
        let mut all = lock(&self.0);
        let one = all.entry(device).or_default();
        let of_one_moment = |open: &Open| now.saturating_duration_since(open.since) < ONE_MOMENT;
        match by {
            Opener::Own => {
                let stays =
                    |open: &Open| open.by == Opener::Own || !of_one_moment(open) || own > device;
                if one.sessions.iter().any(stays) {
                    return Err(AlreadyHere);
                }
            }
            Opener::Other => {
                let ours = one.sessions.iter().filter(|open| open.by == Opener::Own);
                for open in ours.filter(|open| device < own && of_one_moment(open)) {
                    open.end.notify_one();
                }
            }
        }
        let number = one.sessions.last().map_or(0, |open| open.number + 1);
        let end = Arc::<Notify>::default();
        let (outlive, outlived) = watch::channel(false);
        let state = PeerState::Catching { to_come: 0 };
        let stop = Arc::clone(&end);
        let open = Open { number, since: now, by, state, end: stop, outlived: outlive };
        one.sessions.push(open);
        let too_many = one.sessions.len().saturating_sub(MAX_SESSIONS);
        for open in one.sessions.iter().take(too_many) {
            open.outlived.send_replace(true);
        }
        Ok(Present { presences: Arc::clone(self), device, number, end, outlived })
    }

    /// Whether a device is connected.
    pub(crate) fn is_here(&self, device: DeviceId) -> bool {
        lock(&self.0).contains_key(&device)
    }

    /// How many sessions there are with a device.
    #[cfg(test)]
    pub(crate) fn sessions(&self, device: DeviceId) -> usize {
        lock(&self.0).get(&device).map_or(0, |one| one.sessions.len())
    }

    /// The devices that are connected, and how things stand with each.
    pub(crate) fn states(&self) -> HashMap<DeviceId, PeerState> {
        lock(&self.0).iter().map(|(device, one)| (*device, one.state())).collect()
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut all = lock(&self.presences.0);
        let Some(one) = all.get_mut(&self.device) else { return };
        one.sessions.retain(|open| open.number != self.number);
        if one.sessions.is_empty() {
            all.remove(&self.device);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOW: DeviceId = DeviceId::from_bytes([1; 32]);
    const HIGH: DeviceId = DeviceId::from_bytes([2; 32]);

    /// Whether a session was asked to end.
    fn is_ended(present: &Present) -> bool {
        let mut asked = std::pin::pin!(present.gives_way());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        asked.as_mut().poll(&mut context).is_ready()
    }

    #[test]
    fn a_device_stays_until_its_last_session_ends() {
        let (presences, now) = (Arc::new(Presences::default()), Instant::now());
        let enter = |at| presences.enter((LOW, HIGH), Opener::Other, at).unwrap();
        let first = enter(now);
        let second = enter(now + ONE_MOMENT);
        second.set_state(PeerState::Catching { to_come: 7 });
        first.set_state(PeerState::Level);
        let states = || presences.states();
        assert_eq!(states(), HashMap::from([(HIGH, PeerState::Level)]), "by one of the two");
        drop(first);
        assert_eq!(states(), HashMap::from([(HIGH, PeerState::Catching { to_come: 7 })]));
        drop(second);
        assert!(!presences.is_here(HIGH));
    }

    /// Whatever order the two connections come up in on either side, the one that the lower
    /// device opened is left on both.
    #[test]
    fn of_two_connections_of_one_moment_both_sides_keep_the_same() {
        let now = Instant::now();
        for own_first in [true, false] {
            let low = Arc::new(Presences::default());
            let high = Arc::new(Presences::default());
            let open = |presences: &Arc<Presences>, pair, by| presences.enter(pair, by, now);
            if own_first {
                let _lows = open(&low, (LOW, HIGH), Opener::Own).unwrap();
                let highs = open(&high, (HIGH, LOW), Opener::Own).unwrap();
                let _called = open(&high, (HIGH, LOW), Opener::Other).unwrap();
                assert!(is_ended(&highs), "the higher one's own gives way");
            } else {
                let called = open(&low, (LOW, HIGH), Opener::Other).unwrap();
                let lows = open(&low, (LOW, HIGH), Opener::Own).unwrap();
                assert!(!is_ended(&lows) && !is_ended(&called), "the other side ends the other");
                let _called = open(&high, (HIGH, LOW), Opener::Other).unwrap();
                assert_eq!(open(&high, (HIGH, LOW), Opener::Own).err(), Some(AlreadyHere));
            }
        }
    }

    #[test]
    fn a_device_that_starts_again_is_let_in_beside_the_session_that_is_dead() {
        let (presences, now) = (Arc::new(Presences::default()), Instant::now());
        let dead = presences.enter((HIGH, LOW), Opener::Own, now).unwrap();
        let later = now + ONE_MOMENT;
        let alive = presences.enter((HIGH, LOW), Opener::Other, later).unwrap();
        assert!(!is_ended(&dead) && !is_ended(&alive));
        let third = presences.enter((HIGH, LOW), Opener::Own, later);
        assert_eq!(third.err(), Some(AlreadyHere));
    }

    #[test]
    fn of_too_many_sessions_with_one_device_the_oldest_are_outlived() {
        let (presences, now) = (Arc::new(Presences::default()), Instant::now());
        let enter = |device| presences.enter((LOW, device), Opener::Other, now).unwrap();
        let colleague = enter(LOW);
        let all: Vec<Present> = (0..MAX_SESSIONS + 2).map(|_| enter(HIGH)).collect();
        let outlived = all.iter().take_while(|present| present.is_outlived()).count();
        assert_eq!(outlived, 2);
        assert!(!all.iter().skip(2).any(Present::is_outlived));
        assert!(!colleague.is_outlived(), "of another device");
    }
}
