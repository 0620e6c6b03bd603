//! This home on the network: it listens, dials, replicates, invites and joins.
//!
//! Runs on the caller's runtime; what touches the store runs on its blocking threads.

mod address;
mod admit;
mod appeal;
mod cut_off;
mod dial;
mod doctor;
mod event;
mod fold;
mod folders;
mod hear;
mod inbox;
mod invite;
mod join;
mod join_code;
mod keep;
mod level;
mod meetings;
mod presence;
mod relay;
mod rota;
mod session;
mod slot;
mod tell;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sheaf_charter::{DeviceId, EntryId, Lane};
use sheaf_net::{Node, Protocol};
use sheaf_replica::{Appeals, Intake};
use sheaf_store::NetworkLock;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinSet;

use crate::carry::{FolderStands, keep, whole_folder};
use crate::error::{Result, SchoolError};
use crate::replicate::Taking;
use crate::school::School;

pub use address::HostPort;
pub use doctor::{CheckShape, Examination};
pub use event::{Event, Events};
pub use invite::{Invitation, Invitee, JoinedDevice, WaitingInvite};
pub use join::{Joining, join};
use meetings::{Candidate, How};
pub use presence::PeerState;
use presence::Presences;
pub use sheaf_net::{PORT, SLOT_PORT};
pub use slot::NetworkSlot;

/// Batches of news that a slow session may lag behind before it compares afresh.
const NEWS_BACKLOG: usize = 256;

/// How soon a process that waits for the network sees that the one that had it has ended.
const TAKE_OVER: Duration = Duration::from_secs(1);

/// Whom a network answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Answers {
    /// Whoever of the school calls, and who comes with a ticket.
    Calls,
    /// It dials only.
    Nobody,
}

/// Where to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen(sheaf_net::Listen);

/// Which networks to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Networks {
    /// All of the machine's.
    All,
    /// This machine's loopback network alone.
    Loopback,
}

impl From<bool> for Networks {
    fn from(loopback: bool) -> Self {
        if loopback { Self::Loopback } else { Self::All }
    }
}

impl Listen {
    /// On these networks, at the port at which others look for it, or at any if that is taken. On
    /// the loopback network many devices share one machine: there at any.
    pub const fn usual(networks: Networks) -> Self {
        Self(match networks {
            Networks::All => sheaf_net::Listen::Usual,
            Networks::Loopback => sheaf_net::Listen::Loopback { port: 0 },
        })
    }

    /// On these networks, at this UDP port; 0 for any.
    pub const fn new(networks: Networks, port: u16) -> Self {
        Self(match networks {
            Networks::All => sheaf_net::Listen::Everywhere { port },
            Networks::Loopback => sheaf_net::Listen::Loopback { port },
        })
    }
}

/// What sessions tell each other inside one process.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// This device has written these.
    Written(Arc<[Arc<sheaf_charter::Entry>]>),
    /// These arrived by the session with that device.
    Arrived(DeviceId, Arc<[(Lane, EntryId)]>),
    /// The session with that device has filled in sections that were missing, or has brought
    /// entries without some of theirs.
    Sections(DeviceId),
}

/// This home on the network. Dropping the last clone stops it.
#[derive(Clone)]
pub struct Network {
    pub(crate) shared: Arc<Shared>,
    tasks: Arc<Mutex<JoinSet<()>>>,
}

pub(crate) struct Shared {
    pub school: School,
    pub node: Node,
    pub intake: Arc<Mutex<Intake>>,
    pub news: broadcast::Sender<News>,
    /// What bears on whom to dial.
    pub hint: mpsc::Sender<keep::Hint>,
    /// Where devices are, as it becomes known.
    pub addresses: broadcast::Sender<tell::NewRecords>,
    pub events: Events,
    pub invite: Mutex<Option<invite::OpenInvite>>,
    pub connected: Arc<Presences>,
    /// The connections of colleagues on which nothing was said yet.
    pub arriving: Arc<Presences>,
    pub touch: mpsc::UnboundedSender<SocketAddr>,
    /// What discovery has noticed so far.
    pub noticed: Mutex<sheaf_net::Hearing>,
    /// Since when it is on the network, in milliseconds since 1970.
    pub since_ms: i64,
    /// To whom this device has appealed against its removal.
    pub appeals: Mutex<Appeals>,
    /// Held while an appeal is heard.
    pub hearing: tokio::sync::Mutex<()>,
    /// How it stands with each shared folder that is looked at.
    pub folders: Mutex<BTreeMap<PathBuf, FolderStands>>,
    /// Where this network runs: faces call it from threads of their own.
    pub runtime: tokio::runtime::Handle,
    /// Which networks it uses.
    pub listen: Listen,
    /// Held by the one network that is there for the whole home.
    lock: Option<NetworkLock>,
}

impl Network {
    /// Listens, and replicates with every device of the school that calls or is called.
    pub async fn start(school: &School, listen: Listen) -> Result<Self> {
        Self::try_start(school, listen).await?.ok_or_else(|| {
            SchoolError::Refused(
                "another process of this home is on the network already; it replicates for all"
                    .to_owned(),
            )
        })
    }

    /// Like [`Network::start`]; none if another process of this home has the network.
    pub async fn try_start(school: &School, listen: Listen) -> Result<Option<Self>> {
        match school.core.home.try_network_lock()? {
            Some(lock) => Self::run(school, listen, Answers::Calls, Some(lock)).await.map(Some),
            None => Ok(None),
        }
    }

    /// Like [`Network::start`], once no other process of this home has the network any more.
    pub async fn take_over(school: &School, listen: Listen) -> Result<Self> {
        loop {
            if let Some(network) = Self::try_start(school, listen).await? {
                return Ok(network);
            }
            tokio::time::sleep(TAKE_OVER).await;
        }
    }

    /// Dials only, beside another process of this home that may be listening.
    pub async fn dialling(school: &School, networks: Networks) -> Result<Self> {
        Self::run(school, Listen::new(networks, 0), Answers::Nobody, None).await
    }

    /// Listens at a port of its own, beside another process of this home that has the network:
    /// for an invitation, whose ticket says where.
    pub async fn beside(school: &School, networks: Networks) -> Result<Self> {
        Self::run(school, Listen::new(networks, 0), Answers::Calls, None).await
    }

    async fn run(
        school: &School,
        listen: Listen,
        answers: Answers,
        lock: Option<NetworkLock>,
    ) -> Result<Self> {
        let secret = school.core.identity.endpoint_secret();
        let node = Node::bind(&secret, listen.0).await?;
        // One process of a home is on the network for all; those beside it do one thing and end.
        let is_whole = lock.is_some();
        let (touch, to_touch) = mpsc::unbounded_channel();
        let (hint, hints) = mpsc::channel(keep::HINTS);
        let shared = Arc::new(Shared {
            school: school.clone(),
            intake: Arc::new(Mutex::new(Intake::new(school.core.school_id()))),
            news: broadcast::channel(NEWS_BACKLOG).0,
            hint,
            addresses: broadcast::channel(NEWS_BACKLOG).0,
            events: Events::default(),
            invite: Mutex::default(),
            connected: Arc::default(),
            arriving: Arc::default(),
            touch,
            noticed: Mutex::default(),
            since_ms: school.clock.now_ms(),
            appeals: Mutex::default(),
            hearing: tokio::sync::Mutex::default(),
            folders: Mutex::default(),
            runtime: tokio::runtime::Handle::current(),
            listen,
            lock,
            node,
        });
        shared.events.send(Event::Listening { addresses: shared.node.addresses() });
        let network = Self { shared, tasks: Arc::default() };
        network.spawn(settle_down(Arc::clone(&network.shared)));
        network.spawn(watch::watch_entries(Arc::clone(&network.shared)));
        network.spawn(dial::stay_in_touch(Arc::clone(&network.shared), to_touch));
        if answers == Answers::Calls {
            network.spawn(accept(Arc::clone(&network.shared)));
        }
        if is_whole {
            network.spawn(fold::fold_at_rest(Arc::clone(&network.shared)));
            network.keep_in_touch(hints);
        }
        Ok(network)
    }

    /// The addresses at which others can dial.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.shared.node.addresses()
    }

    /// The port at which this device listens, if another program has the usual one.
    pub fn unusual_port(&self) -> Option<u16> {
        let port = self.addresses().first()?.port();
        let is_meant = self.shared.listen.0 == sheaf_net::Listen::Usual;
        (is_meant && port != sheaf_net::PORT).then_some(port)
    }

    /// All that happens from the start on.
    pub fn events(&self) -> mpsc::UnboundedReceiver<Event> {
        self.shared.events.subscribe()
    }

    /// Keeps dialling the device at that address whenever it is not connected.
    pub fn stay_in_touch(&self, address: SocketAddr) {
        // The receiver lives as long as the network.
        self.shared.touch.send(address).ok();
    }

    /// Exchanges entries with a shared folder for as long as the network runs.
    pub fn carry(&self, folder: PathBuf) {
        // Other processes of this home are told of it, wherever they were started.
        let folder = whole_folder(&folder).unwrap_or(folder);
        self.spawn(keep(Arc::clone(&self.shared), folder));
    }

    /// The devices that are connected now, and how things stand with each.
    pub(crate) fn peer_states(&self) -> HashMap<DeviceId, PeerState> {
        self.shared.connected.states()
    }

    /// Closes every connection and stops listening.
    pub async fn stop(&self) {
        self.shared.node.close().await;
        let mut tasks = std::mem::take(&mut *lock(&self.tasks));
        tasks.shutdown().await;
    }

    /// Finds the other devices of the school, and stays connected with them.
    fn keep_in_touch(&self, hints: mpsc::Receiver<keep::Hint>) {
        if !self.shared.listen.0.is_loopback() {
            self.spawn(hear::listen(Arc::clone(&self.shared)));
        }
        if !self.shared.school.core.is_locker() {
            self.spawn(folders::look_after_folders(Arc::clone(&self.shared)));
        }
        self.spawn(tell::say_where(Arc::clone(&self.shared)));
        self.spawn(doctor::leave_noticed(Arc::clone(&self.shared)));
        self.spawn(keep::keep_in_touch(Arc::clone(&self.shared), hints));
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        lock(&self.tasks).spawn(task);
    }
}

/// Does what was cut short when an earlier process ended: what it took in and did not apply, keys
/// that are owed, confirmations.
async fn settle_down(shared: Arc<Shared>) {
    let school = shared.school.clone();
    let (core, clock) = (Arc::clone(&school.core), school.clock.clone());
    let taking = Taking { core, clock, intake: Arc::clone(&shared.intake) };
    let task = tokio::task::spawn_blocking(move || {
        let left = taking.finish_left();
        school.core.settle_down(&school.clock)?;
        left
    });
    if let Ok(Err(error)) = task.await {
        shared.events.send(Event::Failed { reason: error.to_string() });
    }
}

/// Takes up the connections that others open, each in a task of its own.
async fn accept(shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    while let Some(knocking) = shared.node.accept().await {
        while sessions.try_join_next().is_some() {}
        let shared = Arc::clone(&shared);
        sessions.spawn(async move {
            // A handshake that failed concerns whoever dialled; it has the reason.
            let Ok(arriving) = knocking.handshake().await else { return };
            let outcome = match arriving.protocol() {
                Protocol::Join => admit::by_ticket(&shared, arriving).await,
                Protocol::JoinByCode => admit::by_code(&shared, arriving).await,
                Protocol::Replicate => session::answer(&shared, arriving).await,
                Protocol::Appeal => appeal::hear(&shared, arriving).await,
                // The handshake was the answer.
                Protocol::Who => Ok(()),
            };
            if let Err(error) = outcome {
                shared.events.send(Event::Failed { reason: error.to_string() });
            }
        });
    }
}

impl Shared {
    /// The device behind an endpoint key, if it is one of the school's.
    pub(crate) fn device_of(&self, endpoint: &[u8; 32]) -> Option<DeviceId> {
        self.school.core.refresh().ok()?;
        self.school.core.control().trust.device_by_endpoint(endpoint)
    }

    /// The removed device whose endpoint key this is.
    pub(crate) fn removed_device(&self, endpoint: &[u8; 32]) -> Option<DeviceId> {
        let control = self.school.core.control();
        let former = control.trust.former_devices().into_iter();
        let mut removed = former.filter(|known| control.trust.is_removed(known.device));
        removed.find(|known| known.endpoint == *endpoint).map(|known| known.device)
    }

    /// Whether the removal of a device is known here.
    pub(crate) fn is_removed(&self, device: DeviceId) -> bool {
        self.school.core.control().trust.is_removed(device)
    }

    /// What a device is called, for events: whose it is.
    pub(crate) fn person_of(&self, device: DeviceId) -> String {
        let control = self.school.core.control();
        let person = control.trust.certificate(device).map(|known| known.person.to_string());
        person.map(|person| control.person_name(&person)).unwrap_or_default()
    }

    /// The other devices of the school, each with the addresses at which it may be, the likeliest
    /// first.
    pub(crate) fn known_devices(&self) -> Result<BTreeMap<DeviceId, Vec<Candidate>>> {
        self.school.core.refresh()?;
        let mut candidates = self.school.core.candidates()?;
        let (own, mut devices) = (self.node.addresses(), BTreeMap::new());
        for member in self.school.core.control().trust.people() {
            for device in member.devices {
                let mut of_device = candidates.remove(&device.device).unwrap_or_default();
                of_device.retain(|candidate| self.may_dial(candidate, &own));
                devices.insert(device.device, of_device);
            }
        }
        devices.remove(&self.school.core.device());
        Ok(devices)
    }

    /// Wherever a person said, and inside the building. What a device was met at was one of both.
    fn may_dial(&self, candidate: &Candidate, own: &[SocketAddr]) -> bool {
        match candidate.how {
            How::Typed => true,
            _ => self.is_dialled(candidate.address, own),
        }
    }
}

/// Locks what no panic can have left half-changed.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
