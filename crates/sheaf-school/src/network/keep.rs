//! Keeping in touch with every device of the school that is known: dials those who are away, by
//! the rota, at the addresses that they were heard at or met at.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sheaf_charter::DeviceId;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::Shared;
use super::dial::{Target, connect, converse};
use super::meetings::{Candidate, How};
use super::rota::{Ended, Rota};
use super::session::{Side, millis, sleep_until};
use crate::entropy;
use crate::error::Result;

/// How soon a device that was let in, and an address that was learned, is noticed.
const RELOAD: Duration = Duration::from_secs(4);
/// A connection that stood for so long was no failure, however it ended.
const STOOD: Duration = Duration::from_secs(10);
/// At most so many addresses of one device are tried at once.
const MAX_TRIED: usize = 12;
/// Hints that wait.
pub(super) const HINTS: usize = 64;

/// Something that bears on whom to dial.
#[derive(Debug)]
pub(crate) enum Hint {
    /// A device was heard on the network, at these addresses.
    Heard(DeviceId, Vec<SocketAddr>),
    /// A dial was answered.
    Answered(DeviceId),
    /// A dial failed, or a connection has ended.
    Done(DeviceId, Ended),
}

/// Runs until the network stops.
pub(super) async fn keep_in_touch(shared: Arc<Shared>, mut hints: mpsc::Receiver<Hint>) {
    let started = Instant::now();
    let mut rota = Rota::new(shared.school.core.device());
    let mut calls = JoinSet::new();
    let mut known = Vec::new();
    let mut reload = tokio::time::interval(RELOAD);
    loop {
        let now_ms = millis(started.elapsed());
        for device in rota.due(now_ms, |device| shared.connected.is_here(device)) {
            let heard = rota.heard_at(device, now_ms).to_vec();
            calls.spawn(call(Arc::clone(&shared), device, heard));
        }
        tokio::select! {
            hint = hints.recv() => {
                let now_ms = millis(started.elapsed());
                match hint {
                    Some(Hint::Heard(device, at)) if known.contains(&device) => {
                        rota.heard(device, at, now_ms, chance());
                    }
                    Some(Hint::Heard(..)) => {}
                    Some(Hint::Answered(device)) => rota.answered(device, now_ms),
                    Some(Hint::Done(device, ended)) => rota.done(device, ended, now_ms, chance()),
                    None => return,
                }
            },
            _ = reload.tick() => {
                // What cannot be read now is read at the next turn; saves say what is wrong.
                if let Ok(devices) = dialable(&shared).await {
                    rota.know(&devices.met, millis(started.elapsed()), chance);
                    known = devices.all;
                }
            },
            () = sleep_until(started, rota.next_due_ms()) => {}
            Some(_) = calls.join_next() => {}
        }
    }
}

fn chance() -> u64 {
    u64::from_be_bytes(entropy::bytes())
}

/// The devices that could be dialled.
struct Dialable {
    /// Everyone's of the school.
    all: Vec<DeviceId>,
    /// Those of them with an address to try, or a relay to reach them by.
    met: Vec<DeviceId>,
}

async fn dialable(shared: &Arc<Shared>) -> Result<Dialable> {
    let known = known(shared).await?;
    let all = known.keys().copied().collect();
    let met = known
        .into_iter()
        .filter(|(device, addresses)| !addresses.is_empty() || shared.may_relay_to(*device));
    Ok(Dialable { all, met: met.map(|(device, _)| device).collect() })
}

async fn known(shared: &Arc<Shared>) -> Result<BTreeMap<DeviceId, Vec<Candidate>>> {
    let shared = Arc::clone(shared);
    let task = tokio::task::spawn_blocking(move || shared.known_devices());
    task.await.unwrap_or_else(|_| Ok(BTreeMap::new()))
}

/// Dials a device, and stays with it as long as the connection holds.
async fn call(shared: Arc<Shared>, device: DeviceId, heard: Vec<SocketAddr>) {
    let started = Instant::now();
    let ended = match dial(&shared, device, heard).await {
        Ok(()) => Ended::Well,
        Err(_) if started.elapsed() > STOOD => Ended::Well,
        // Who is away is dialled again; the events tell of sessions that failed.
        Err(_) => Ended::Badly,
    };
    // The receiver lives as long as the network.
    shared.hint.send(Hint::Done(device, ended)).await.ok();
}

async fn dial(shared: &Arc<Shared>, device: DeviceId, heard: Vec<SocketAddr>) -> Result<()> {
    let heard = heard.into_iter().map(|address| Candidate { address, how: How::Heard });
    let mut addresses: Vec<Candidate> = heard.collect();
    addresses.extend(known(shared).await?.remove(&device).unwrap_or_default());
    let mut tried = BTreeSet::new();
    addresses.retain(|candidate| tried.insert(candidate.address));
    addresses.truncate(MAX_TRIED);
    let target = Target { name: String::new(), device: Some(device), addresses };
    let (device, link) = connect(shared, &target).await?;
    // The receiver lives as long as the network.
    shared.hint.send(Hint::Answered(device)).await.ok();
    converse(shared, &target, (device, link), Side::Live).await.map(drop)
}
