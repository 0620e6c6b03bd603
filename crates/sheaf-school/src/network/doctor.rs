//! The facts for the network doctor: of a network that runs here, or of what one has left behind
//! that runs in another process of this home.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sheaf_charter::DeviceId;
use sheaf_net::doctor::{Card, Carrier, Check, Colleague, Facts, Heard, Met, Port, cards, judge};

use super::meetings::{How, Meeting, meetings};
use super::{Network, Shared};
use crate::error::{Result, SchoolError};
use crate::school::School;

/// Where a running network leaves what it has noticed, for other processes of this home.
const NOW: &str = "network/now";
/// How often it looks whether there is something new to leave.
const LEFT_EVERY: Duration = Duration::from_secs(1);
/// Heard within this time counts as being heard.
const LATELY: Duration = Duration::from_secs(120);
const MS_AN_HOUR: i64 = 60 * 60 * 1_000;

/// What works from here and what does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// What was looked at.
    pub checks: Vec<CheckShape>,
    /// Where colleagues' devices can call this one, as they type it; none if nothing listens.
    pub addresses: Vec<String>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckShape {
    /// What it is.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// How it is.
    pub says: String,
    /// What to do; empty if nothing is to be done.
    #[serde(rename = "do")]
    pub advice: String,
    /// Whether it is about one colleague's device.
    #[serde(skip)]
    pub is_colleague: bool,
}

impl From<Check> for CheckShape {
    fn from(check: Check) -> Self {
        let Check { name, ok, says, advice, is_colleague } = check;
        Self { name, ok, says, advice, is_colleague }
    }
}

/// What a running network has noticed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Now {
    addresses: Vec<SocketAddr>,
    is_port_taken: bool,
    since_ms: i64,
    heard: Vec<(IpAddr, bool, bool)>,
    here: BTreeSet<String>,
    #[serde(default)]
    relays: Vec<SocketAddr>,
    /// The shared folders that it looks after.
    #[serde(default)]
    folders: Vec<PathBuf>,
}

/// Whether what listens stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stays {
    Yes,
    ForTheExamination,
}

impl Network {
    /// What works from here, by what this network has noticed so far.
    pub async fn examine(&self) -> Result<Examination> {
        self.examine_as(Stays::Yes).await
    }

    /// The same, for a thread that is not of the runtime.
    pub(crate) fn examine_here(&self) -> Result<Examination> {
        self.shared.runtime.block_on(self.examine())
    }

    /// The same, of a network that was started for that alone and ends with it.
    pub async fn examine_and_stop(&self) -> Result<Examination> {
        let examined = self.examine_as(Stays::ForTheExamination).await;
        self.stop().await;
        examined
    }

    async fn examine_as(&self, stays: Stays) -> Result<Examination> {
        let (cards, now) = (cards().await, self.shared.now());
        let school = self.shared.school.clone();
        let task = tokio::task::spawn_blocking(move || school.facts(cards, Some(&now)));
        let stopped = || SchoolError::Refused("the examination stopped unexpectedly".to_owned());
        let mut facts = task.await.map_err(|_| stopped())??;
        if stays == Stays::ForTheExamination {
            facts.port = None;
        }
        Ok(Examination::of(&facts))
    }
}

impl School {
    /// What works from here, by what the process has noticed that has this home's network.
    pub async fn examine_network(&self) -> Result<Examination> {
        let cards = cards().await;
        let school = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let kept = school.core.store.read(|snapshot| snapshot.setting(NOW))?;
            let now = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
            school.facts(cards, now.as_ref())
        });
        let stopped = || SchoolError::Refused("the examination stopped unexpectedly".to_owned());
        Ok(Examination::of(&task.await.map_err(|_| stopped())??))
    }

    pub(super) fn facts(&self, cards: Vec<Card>, now: Option<&Now>) -> Result<Facts> {
        let now_ms = self.clock.now_ms();
        let (met, peers) = (self.core.store.read(meetings)?, self.peers()?);
        let called = met.values().flatten().filter(|one| one.how == How::Called);
        let called_ms = called.map(|one| one.at_ms).max();
        let here = now.map(|now| now.here.clone()).unwrap_or_default();
        let control = self.core.control();
        let mut colleagues = Vec::new();
        for member in control.trust.people() {
            let person = control.person_name(&member.person.to_string());
            for device in member.devices.iter().map(|known| known.device) {
                if device == self.core.device() {
                    continue;
                }
                let id = device.to_string();
                let name = device_words(&person, control.device_name(&id), &id);
                let met = met.get(&device).map(Vec::as_slice).unwrap_or_default();
                let met = self.met(met, peers.get(&device), now_ms);
                let (is_here, calls_first) = (here.contains(&id), device < self.core.device());
                colleagues.push(Colleague { name, is_here, calls_first, met });
            }
        }
        colleagues.sort_by(|a, b| a.name.cmp(&b.name));
        let since = |now: &Now| u64::try_from((now_ms - now.since_ms) / 1_000).unwrap_or(0);
        Ok(Facts {
            cards,
            port: now.map(|now| Port { addresses: now.addresses.clone() }),
            is_port_taken: now.is_some_and(|now| now.is_port_taken),
            listened_s: now.filter(|now| !now.heard.is_empty()).map(since),
            heard: now.map(|now| now.heard.iter().map(heard).collect()).unwrap_or_default(),
            called_hours: called_ms
                .map(|ms| u64::try_from((now_ms - ms) / MS_AN_HOUR).unwrap_or(0)),
            relays: now.map(|now| now.relays.clone()).unwrap_or_default(),
            folders: self
                .examine_folders(now.map(|now| now.folders.as_slice()).unwrap_or_default())?,
            colleagues,
        })
    }

    /// How a device was met last, by whatever carrier.
    fn met(&self, met: &[Meeting], peer: Option<&sheaf_store::Peer>, now_ms: i64) -> Option<Met> {
        let last = met.iter().max_by_key(|meeting| meeting.at_ms);
        let peer_ms = peer.and_then(|peer| peer.last_met_ms);
        let at_ms = last.map(|meeting| meeting.at_ms).max(peer_ms)?;
        let (by, address) = match last.filter(|meeting| meeting.at_ms == at_ms) {
            Some(meeting) => (carrier(meeting.how), Some(meeting.address)),
            None => (named(peer.and_then(|peer| peer.carrier.as_deref())), None),
        };
        let (then, now) = (self.clock.local_ms(at_ms), self.clock.local_ms(now_ms));
        let days = (now.date() - then.date()).get_days();
        let when = match days {
            0 => format!("today at {}", then.strftime("%H:%M")),
            1 => format!("yesterday at {}", then.strftime("%H:%M")),
            _ => format!("on {}", then.strftime("%-d %B %Y")),
        };
        Some(Met { when, days: u64::try_from(days).unwrap_or(0), by, address })
    }
}

/// What a device is called, and whose it is if that does not say so; on a locker, which can read no
/// name, its id.
fn device_words(person: &str, device: String, id: &str) -> String {
    if person.is_empty() && device.is_empty() {
        return format!("Device {id:.12}");
    }
    if device.contains(person) { device } else { format!("{person}, {device}") }
}

const fn heard(&(at, own, others): &(IpAddr, bool, bool)) -> Heard {
    Heard { at, own, others }
}

const fn carrier(how: How) -> Carrier {
    match how {
        How::Heard => Carrier::Heard,
        How::Remembered => Carrier::Remembered,
        How::Told => Carrier::Told,
        How::Typed => Carrier::Typed,
        How::Called => Carrier::Called,
    }
}

fn named(carrier: Option<&str>) -> Carrier {
    match carrier {
        Some("folder") => Carrier::Folder,
        Some("bundle") => Carrier::Bundle,
        Some("relay") => Carrier::Relay,
        _ => Carrier::Network,
    }
}

impl Examination {
    fn of(facts: &Facts) -> Self {
        let addresses = facts.port.iter().flat_map(|port| &port.addresses);
        let outside = addresses.filter(|address| !address.ip().is_loopback());
        Self {
            checks: judge(facts).into_iter().map(CheckShape::from).collect(),
            addresses: outside.map(ToString::to_string).collect(),
        }
    }
}

/// Leaves what is noticed for other processes of this home, as long as the network runs.
pub(super) async fn leave_noticed(shared: Arc<Shared>) {
    let mut left = None;
    loop {
        let of = Arc::clone(&shared);
        let leave = tokio::task::spawn_blocking(move || {
            // What cannot be written now is written at the next turn; saves say what is wrong.
            of.leave_now(&mut left).ok();
            left
        });
        left = leave.await.unwrap_or(None);
        tokio::time::sleep(LEFT_EVERY).await;
    }
}

impl Shared {
    /// What this network has noticed.
    pub(super) fn now(&self) -> Now {
        let addresses = self.node.addresses();
        let is_port_taken = self.listen.0 == sheaf_net::Listen::Usual
            && addresses.iter().any(|address| address.port() != sheaf_net::PORT);
        let hearing = super::lock(&self.noticed).clone();
        let lately = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() < LATELY);
        let own = lately(hearing.own);
        let heard = hearing.interfaces.iter().map(|at| {
            let others = hearing.others.get(at).copied();
            (IpAddr::V4(*at), own, lately(others))
        });
        let here = self.connected.states().into_keys().map(|device: DeviceId| device.to_string());
        let folders = super::lock(&self.folders).keys().cloned().collect::<Vec<PathBuf>>();
        Now {
            addresses,
            is_port_taken,
            since_ms: self.since_ms,
            heard: heard.collect(),
            here: here.collect(),
            relays: self.node.relays(),
            // One that no text can name cannot be left.
            folders: folders.into_iter().filter(|one| one.to_str().is_some()).collect(),
        }
    }

    /// Leaves what was noticed for other processes of this home, if it is not what was left before.
    pub(super) fn leave_now(&self, left: &mut Option<Vec<u8>>) -> Result<()> {
        let bytes = serde_json::to_vec(&self.now())
            .map_err(|error| SchoolError::Refused(format!("what was noticed: {error}")))?;
        if left.as_ref() != Some(&bytes) {
            self.school.core.store.write(|txn| txn.put_setting(NOW, &bytes))?;
            *left = Some(bytes);
        }
        Ok(())
    }
}
