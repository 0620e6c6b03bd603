//! Dialling: once, for a `sync`, or again and again, to stay in touch.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use sheaf_charter::DeviceId;
use sheaf_net::{Link, NetError, PORT, Protocol};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::appeal::appeal;
use super::meetings::{Candidate, How};
use super::session::{Met, Side, run};
use super::{HostPort, Network, Shared};
use crate::error::{Result, SchoolError};
use crate::shape::{SessionShape, Synced, Unreached};

/// How soon an address at which nobody answered is dialled again, at first and at the most.
const AGAIN: Duration = Duration::from_secs(2);
const AGAIN_AT_MOST: Duration = Duration::from_secs(30);

/// A person who typed an address waits this long for an answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);

/// So long a device may take that answers straight, before it is dialled through a relay too.
const HEAD_START: Duration = Duration::from_secs(1);

/// How often a device is dialled that has just answered and does not now.
const TRIES: usize = 3;

/// Whom to dial: a device, where that is known, and the addresses to try.
pub(super) struct Target {
    pub name: String,
    pub device: Option<DeviceId>,
    pub addresses: Vec<Candidate>,
}

impl Target {
    /// Whoever is at an address that somebody has typed.
    fn typed(address: SocketAddr) -> Self {
        Self::at(&address.to_string(), vec![address])
    }

    /// Whoever is at one of the addresses of what somebody has typed.
    fn at(typed: &str, addresses: Vec<SocketAddr>) -> Self {
        let addresses = addresses.into_iter().map(|address| Candidate { address, how: How::Typed });
        Self { name: typed.to_owned(), device: None, addresses: addresses.collect() }
    }

    /// Nobody has answered in time.
    fn no_answer(&self) -> NetError {
        if self.addresses.is_empty() {
            return NetError::no_answer(&[&self.name]);
        }
        let at: Vec<SocketAddr> = self.addresses.iter().map(|one| one.address).collect();
        NetError::no_answer(&at)
    }

    /// How the device was found that has answered at this address.
    fn how(&self, at: Option<SocketAddr>) -> How {
        let found = self.addresses.iter().find(|candidate| Some(candidate.address) == at);
        found.map_or(How::Remembered, |candidate| candidate.how)
    }
}

impl Network {
    /// Replicates once with each of these devices, named by id, person or address; with everyone
    /// whose address is known if none is named. Gives up on each after `limit`.
    pub async fn sync(&self, with: &[String], limit: Duration) -> Result<Synced> {
        let limit = Limit { at: Instant::now() + limit, length: limit };
        let targets = timeout_at(limit.at, self.shared.targets(with)).await;
        let targets = targets.map_err(|_| limit.over("no address was found"))??;
        let mut sessions = JoinSet::new();
        for target in targets {
            let shared = Arc::clone(&self.shared);
            sessions.spawn(async move {
                let outcome = meet(&shared, &target, limit).await;
                (target.name, outcome.map_err(|error| error.to_string()))
            });
        }
        let mut synced = Synced { sessions: Vec::new(), unreachable: Vec::new() };
        while let Some(done) = sessions.join_next().await {
            match done {
                Ok((_, Ok(session))) => synced.sessions.push(session),
                Ok((peer, Err(why))) => synced.unreachable.push(Unreached { peer, why }),
                Err(_) => synced
                    .unreachable
                    .push(Unreached { peer: String::new(), why: "it stopped".to_owned() }),
            }
        }
        Ok(synced)
    }
}

impl Network {
    /// Replicates with the device at an address that somebody typed, and stays in touch with it;
    /// for a thread that is not of the runtime.
    pub(crate) fn connect_to(&self, typed: &str) -> Result<SessionShape> {
        let address = address_of(typed)?;
        let with = [address.to_string()];
        let synced = self.shared.runtime.block_on(self.sync(&with, ANSWERS_WITHIN))?;
        let session = synced.sessions.into_iter().next().ok_or_else(|| {
            let why = synced.unreachable.into_iter().next().map(|one| one.why);
            SchoolError::Refused(why.unwrap_or_else(|| format!("nobody answers at {address}")))
        })?;
        self.stay_in_touch(address);
        Ok(session)
    }
}

/// An address as a person types it: the port may be left out.
fn address_of(typed: &str) -> Result<SocketAddr> {
    let typed = typed.trim();
    let with_usual_port = |ip: IpAddr| SocketAddr::new(ip, PORT);
    typed.parse().or_else(|_| typed.parse().map(with_usual_port)).map_err(|_| {
        SchoolError::Refused(format!(
            "`{typed}` is not an address: it looks like 10.4.7.22:{PORT}, and stands under Devices \
             and people on the other device"
        ))
    })
}

/// Keeps dialling the addresses that come in, whenever their device is not connected.
pub(super) async fn stay_in_touch(
    shared: Arc<Shared>,
    mut addresses: mpsc::UnboundedReceiver<SocketAddr>,
) {
    let mut tasks = JoinSet::new();
    while let Some(address) = addresses.recv().await {
        tasks.spawn(stay_at(Arc::clone(&shared), address));
    }
}

async fn stay_at(shared: Arc<Shared>, address: SocketAddr) {
    let mut target = Target::typed(address);
    let mut wait = AGAIN;
    loop {
        let is_here = target.device.is_some_and(|device| shared.connected.is_here(device));
        if !is_here {
            // Who is away is dialled again; the events tell of sessions that failed.
            match connect(&shared, &target).await {
                Ok((device, link)) => {
                    // To ask for one device is less than to ask for each of the school.
                    target.device = Some(device);
                    wait = AGAIN;
                    converse(&shared, &target, (device, link), Side::Live).await.ok();
                }
                Err(_) => {
                    // Somebody else may have the address now.
                    target.device = None;
                    wait = (wait * 2).min(AGAIN_AT_MOST);
                }
            }
        }
        tokio::time::sleep(wait).await;
    }
}

/// How long somebody waits.
#[derive(Clone, Copy)]
struct Limit {
    at: Instant,
    length: Duration,
}

impl Limit {
    fn over(self, what: &str) -> SchoolError {
        SchoolError::Refused(format!("{what} after {} seconds", self.length.as_secs()))
    }
}

/// Replicates once.
async fn meet(shared: &Arc<Shared>, target: &Target, limit: Limit) -> Result<SessionShape> {
    let connected = timeout_at(limit.at, connect(shared, target)).await;
    let connected = connected.map_err(|_| target.no_answer())??;
    let session = timeout_at(limit.at, converse(shared, target, connected, Side::Once)).await;
    session.map_err(|_| limit.over("not level"))?
}

/// Dials all addresses of the target at once.
pub(super) async fn connect(shared: &Arc<Shared>, target: &Target) -> Result<(DeviceId, Link)> {
    match target.device {
        Some(device) => {
            let link = dial(shared, device, &target.addresses, Protocol::Replicate).await?;
            Ok((device, link))
        }
        None => find(shared, &target.addresses).await,
    }
}

/// Replicates with the device that has answered.
pub(super) async fn converse(
    shared: &Arc<Shared>,
    target: &Target,
    (device, link): (DeviceId, Link),
    side: Side,
) -> Result<SessionShape> {
    let met = Met::Dialled(target.how(link.address()));
    let outcome = run(shared, link, device, side, met).await;
    let Err(SchoolError::Net(NetError::Removed)) = outcome else { return outcome };
    turned_out(shared, target, device, side).await
}

/// The other device says that this one was removed: it may not have heard everything.
async fn turned_out(
    shared: &Arc<Shared>,
    target: &Target,
    device: DeviceId,
    side: Side,
) -> Result<SessionShape> {
    let connect = dial(shared, device, &target.addresses, Protocol::Appeal);
    let outcome = match appeal(shared, device, connect).await {
        Ok(true) => {
            let again = dial_again(shared, device, &target.addresses).await?;
            let met = Met::Dialled(target.how(again.address()));
            run(shared, again, device, side, met).await
        }
        Ok(false) => Err(NetError::Removed.into()),
        Err(error) => Err(error),
    };
    if matches!(&outcome, Err(SchoolError::Net(NetError::Removed))) {
        shared.school.note_removed_by(device)?;
    }
    outcome
}

/// Dials a device that is weighing an appeal, and may be slow to answer just then.
async fn dial_again(shared: &Shared, device: DeviceId, at: &[Candidate]) -> Result<Link> {
    for _ in 1..TRIES {
        match dial(shared, device, at, Protocol::Replicate).await {
            Err(SchoolError::Net(NetError::Unreachable { .. })) => {}
            answered => return answered,
        }
    }
    dial(shared, device, at, Protocol::Replicate).await
}

/// Dials a device straight and, where that takes long, through the relays in use: whichever is
/// answered first.
async fn dial(
    shared: &Shared,
    device: DeviceId,
    candidates: &[Candidate],
    protocol: Protocol,
) -> Result<Link> {
    let straight = dial_straight(shared, device, candidates, protocol);
    if !shared.may_relay_to(device) {
        return straight.await;
    }
    let relayed = async {
        if !candidates.is_empty() {
            tokio::time::sleep(HEAD_START).await;
        }
        dial_by_relay(shared, device, protocol).await
    };
    first_of(straight, relayed).await
}

/// Whichever succeeds first; if neither does, what the first says.
async fn first_of(
    first: impl Future<Output = Result<Link>>,
    second: impl Future<Output = Result<Link>>,
) -> Result<Link> {
    tokio::pin!(first, second);
    tokio::select! {
        outcome = &mut first => match outcome {
            Ok(link) => Ok(link),
            Err(error) => second.await.map_err(|_| error),
        },
        outcome = &mut second => match outcome {
            Ok(link) => Ok(link),
            Err(_) => first.await,
        },
    }
}

async fn dial_by_relay(shared: &Shared, device: DeviceId, protocol: Protocol) -> Result<Link> {
    let endpoint = shared.endpoint_of(device)?;
    Ok(shared.node.connect_by_relay(&endpoint, protocol).await?)
}

async fn dial_straight(
    shared: &Shared,
    device: DeviceId,
    candidates: &[Candidate],
    protocol: Protocol,
) -> Result<Link> {
    if candidates.is_empty() {
        let name = shared.person_of(device);
        return Err(SchoolError::NotFound {
            what: "address of",
            name,
            hint: ": give one with --with, as it stands on that device".to_owned(),
        });
    }
    let endpoint = shared.endpoint_of(device)?;
    let addresses: Vec<SocketAddr> = candidates.iter().map(|one| one.address).collect();
    Ok(shared.node.connect(&endpoint, &addresses, protocol).await?)
}

/// Which device of the school is at an address: whoever can prove its key there. One that is known
/// to have been there is dialled at once.
async fn find(shared: &Arc<Shared>, addresses: &[Candidate]) -> Result<(DeviceId, Link)> {
    let known = shared.known_devices()?;
    let was_there = |at: &[Candidate]| {
        at.iter().any(|one| addresses.iter().any(|asked| asked.address == one.address))
    };
    let likely = known.iter().find(|(_, at)| was_there(at)).map(|(device, _)| *device);
    if let Some(device) = likely
        && let Ok(link) = dial_straight(shared, device, addresses, Protocol::Replicate).await
    {
        return Ok((device, link));
    }
    // This device too: somebody may have typed its own address.
    let own = (shared.node.key(), shared.school.core.device());
    let mut devices = BTreeMap::from([own]);
    for device in known.into_keys() {
        devices.insert(shared.endpoint_of(device)?, device);
    }
    let keys: Vec<[u8; 32]> = devices.keys().copied().collect();
    let at: Vec<SocketAddr> = addresses.iter().map(|candidate| candidate.address).collect();
    let is_away = |key: &[u8; 32]| {
        let is_here = devices.get(key).is_some_and(|device| shared.connected.is_here(*device));
        *key != own.0 && !is_here
    };
    let key = match shared.node.find(&keys, &at, is_away).await {
        Err(NetError::AnotherDevice { address }) => {
            return Err(stranger(shared, &at, &address).await);
        }
        found => found?,
    };
    let device = *devices.get(&key).ok_or(NetError::InvalidKey)?;
    if device == own.1 {
        let words = "that is the address of this device itself: give a colleague's";
        return Err(SchoolError::Refused(words.to_owned()));
    }
    let link = dial_straight(shared, device, addresses, Protocol::Replicate).await?;
    Ok((device, link))
}

/// Why nothing is exchanged with whoever answers there and is none of the school: it is no more, or
/// its admission has not come here.
async fn stranger(shared: &Shared, at: &[SocketAddr], address: &str) -> SchoolError {
    let former: BTreeMap<[u8; 32], bool> = {
        let control = shared.school.core.control();
        let former = control.trust.former_devices().into_iter();
        former.map(|known| (known.endpoint, control.trust.is_removed(known.device))).collect()
    };
    let keys: Vec<[u8; 32]> = former.keys().copied().collect();
    let found = shared.node.find(&keys, at, |_| false).await.ok();
    let words = match found.and_then(|key| former.get(&key)) {
        Some(true) => format!(
            "the device at {address} was removed from the school: nothing goes out to it any more"
        ),
        Some(false) => {
            format!("the device at {address} is not trusted any more: a manager can admit it again")
        }
        None => format!(
            "there is a device at {address}, but this one does not know it: sync with a colleague \
             first, who may"
        ),
    };
    SchoolError::Refused(words)
}

impl Shared {
    fn endpoint_of(&self, device: DeviceId) -> Result<[u8; 32]> {
        let control = self.school.core.control();
        let unknown = || SchoolError::NotAllowed("that device is not of the school".to_owned());
        Ok(control.trust.certificate(device).ok_or_else(unknown)?.endpoint)
    }

    async fn targets(&self, with: &[String]) -> Result<Vec<Target>> {
        let known = self.known_devices()?;
        if with.is_empty() {
            let met = known.into_iter().filter(|(_, addresses)| !addresses.is_empty());
            return Ok(met.map(|(device, addresses)| self.target(device, addresses)).collect());
        }
        let mut targets = Vec::new();
        for name in with {
            targets.extend(self.targets_named(name, &known).await?);
        }
        Ok(targets)
    }

    fn target(&self, device: DeviceId, addresses: Vec<Candidate>) -> Target {
        Target { name: self.person_of(device), device: Some(device), addresses }
    }

    async fn targets_named(
        &self,
        name: &str,
        known: &BTreeMap<DeviceId, Vec<Candidate>>,
    ) -> Result<Vec<Target>> {
        if let Ok(address) = name.parse::<SocketAddr>() {
            return Ok(vec![Target::typed(address)]);
        }
        let fits = known.iter().filter(|(device, _)| {
            device.to_string() == name || self.person_of(**device).eq_ignore_ascii_case(name)
        });
        let fits: Vec<Target> =
            fits.map(|(device, addresses)| self.target(*device, addresses.clone())).collect();
        if !fits.is_empty() {
            return Ok(fits);
        }
        if name.contains(':') || name.parse::<IpAddr>().is_ok() {
            let addresses = name.parse::<HostPort>()?.resolve().await?;
            return Ok(vec![Target::at(name, addresses)]);
        }
        Err(SchoolError::NotFound {
            what: "device, person or address",
            name: name.to_owned(),
            hint: ": `sheaf members` lists the devices".to_owned(),
        })
    }
}
