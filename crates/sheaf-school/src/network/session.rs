//! Drives one session over one connection.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sheaf_charter::{DeviceId, Entry, EntryId, Lane, Part};
use sheaf_net::{Arriving, Closer, FrameReceiver, FrameSender, Link, NetError};
use sheaf_replica::limits::MAX_VECTOR_BYTES;
use sheaf_replica::{
    Closing, Config, DifferenceKind, Farewell, Happening, Outcome, Received, Report, Session,
    Summary, Vector, perform,
};
use sheaf_store::Peer;
use tokio::sync::{Notify, broadcast, mpsc};
use tokio::task::JoinSet;

use super::cut_off::cut_off;
use super::inbox::Inbox;
use super::meetings::{How, Meeting, note_meeting};
use super::presence::{AlreadyHere, Opener, PeerState, Present, outlived};
use super::relay::use_relay;
use super::{Event, News, Shared, tell};
use crate::carry::{Known, note_known};
use crate::entropy;
use crate::error::{Result, SchoolError};
use crate::replicate::PeerHost;
use crate::shape::SessionShape;

/// How long the first word of a removed device is waited for.
const FIRST_WORD: Duration = Duration::from_secs(5);

/// How long that of a colleague's device is, which may be taking in much and be slow.
const FIRST_WORD_OF_COLLEAGUE: Duration = Duration::from_secs(60);

/// How long a session goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    /// Until both sides are level.
    Once,
    /// As long as the connection holds.
    Live,
}

/// Who opened the connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Met {
    /// This device dialled, and found it so.
    Dialled(How),
    /// The other one called.
    Called,
}

impl Met {
    const fn how(self) -> How {
        match self {
            Self::Dialled(how) => how,
            Self::Called => How::Called,
        }
    }
}

/// How the packets of a connection went when it began.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Way {
    /// Straight to this address.
    at: Option<SocketAddr>,
    /// By a relay.
    is_relayed: bool,
}

impl Way {
    /// What it is called among the carriers.
    const fn carrier(self) -> &'static str {
        if self.is_relayed { "relay" } else { "quic" }
    }
}

/// Something that a session reacts to.
enum Input {
    Start,
    Frames(Vec<Received>),
    News(News),
    Lagged,
    Tick,
    Close,
}

/// Takes up a connection that another device has opened.
pub(super) async fn answer(shared: &Arc<Shared>, arriving: Arriving) -> Result<()> {
    if shared.removed_device(&arriving.key()).is_some() {
        // Closed before its handshake is over it would not hear why: its first word is waited for.
        if let Ok(Ok(link)) = tokio::time::timeout(FIRST_WORD, arriving.take()).await {
            let (_sender, _receiver, closer) = link.split();
            closer.turn_out();
        }
        return Ok(());
    }
    let Some(device) = shared.device_of(&arriving.key()) else {
        arriving.refuse("this device is not of the school, or its admission has not arrived here");
        return Ok(());
    };
    let session = async {
        let link = take_up(shared, arriving, device).await?;
        run(shared, link, device, Side::Live, Met::Called).await
    };
    match session.await {
        // It has dialled in the moment in which this device did, and this one's connection stays.
        Err(SchoolError::Net(NetError::AlreadyConnected)) => Ok(()),
        outcome => outcome.map(drop),
    }
}

/// Waits until a device says its first word on a connection. Of many on which it says none the
/// oldest end.
async fn take_up(shared: &Shared, arriving: Arriving, device: DeviceId) -> Result<Link> {
    let pair = (shared.school.core.device(), device);
    let waiting = shared.arriving.enter(pair, Opener::Other, Instant::now()).ok();
    tokio::select! {
        link = tokio::time::timeout(FIRST_WORD_OF_COLLEAGUE, arriving.take()) => {
            let silent = |_| SchoolError::Refused("a device called and said nothing".to_owned());
            Ok(link.map_err(silent)??)
        },
        () = outlived(waiting.as_ref()) => Err(NetError::AlreadyConnected.into()),
    }
}

/// Runs a session to its end.
pub(super) async fn run(
    shared: &Arc<Shared>,
    link: Link,
    device: DeviceId,
    side: Side,
    met: Met,
) -> Result<SessionShape> {
    let started = Instant::now();
    let way = Way { at: link.address(), is_relayed: link.is_relayed() };
    let (sender, receiver, closer) = link.split();
    let pair = (shared.school.core.device(), device);
    let entering = |by| shared.connected.enter(pair, by, started);
    let present = match (side, met) {
        (Side::Once, _) => None,
        (Side::Live, Met::Called) => entering(Opener::Other).ok(),
        (Side::Live, Met::Dialled(_)) => match entering(Opener::Own) {
            Ok(present) => Some(present),
            Err(AlreadyHere) => {
                closer.give_way();
                return Err(NetError::AlreadyConnected.into());
            }
        },
    };
    let person = shared.person_of(device);
    shared.events.send(Event::Connected { device: device.to_string(), person: person.clone() });
    let mut driver = Driver::new(shared, device, sender, side);
    driver.present = present;
    driver.note_met(way, met).await?;
    let mut beside = beside(&driver, &closer);
    if let Some(at) = way.at.filter(|_| shared.uses_relays()) {
        beside.spawn(use_relay(Arc::clone(shared), device, at));
    }
    let outcome = driver.run(receiver).await;
    drop(beside);
    if shared.is_removed(device) {
        closer.turn_out();
    } else {
        closer.close("done");
    }
    driver.note_known().await?;
    let is_outlived = driver.present.take().is_some_and(|present| present.is_outlived());
    shared.events.send(Event::Disconnected { device: device.to_string(), person });
    if is_outlived {
        return Err(NetError::AlreadyConnected.into());
    }
    outcome?;
    Ok(driver.shape(started))
}

/// What goes on beside the session, until it is dropped.
fn beside(driver: &Driver, closer: &Closer) -> JoinSet<()> {
    let (shared, device) = (&driver.shared, driver.device);
    let mut beside = JoinSet::new();
    let compared = Arc::clone(&driver.compared);
    beside.spawn(tell::tell(Arc::clone(shared), device, closer.asides(), compared));
    beside.spawn(tell::hear(Arc::clone(shared), device, closer.asides()));
    let outlived = outlived(driver.present.as_ref());
    beside.spawn(cut_off(Arc::clone(shared), device, closer.clone(), outlived));
    beside
}

struct Driver {
    shared: Arc<Shared>,
    device: DeviceId,
    sender: FrameSender,
    side: Side,
    /// That it is connected, for a session that stays.
    present: Option<Present>,
    /// Told when the two have compared what they hold.
    compared: Arc<Notify>,
    /// Taken out while a blocking thread works on them.
    work: Option<(Session, PeerHost)>,
    summary: Option<Summary>,
    /// How far each lane had got when the two were last found to hold the same of it.
    level: BTreeMap<Lane, Arc<Vector>>,
    ended: Option<Closing>,
    next_tick_ms: Option<u64>,
    started: Instant,
}

impl Driver {
    fn new(shared: &Arc<Shared>, device: DeviceId, sender: FrameSender, side: Side) -> Self {
        let school = &shared.school;
        let host = PeerHost::new(school, device, Arc::clone(&shared.intake));
        let seed = u64::from_be_bytes(entropy::bytes());
        let config = Config::new(school.core.school_id(), host.mode(), seed);
        Self {
            shared: Arc::clone(shared),
            device,
            sender,
            side,
            present: None,
            compared: Arc::default(),
            work: Some((Session::new(config), host)),
            summary: None,
            level: BTreeMap::new(),
            ended: None,
            next_tick_ms: None,
            started: Instant::now(),
        }
    }

    async fn run(&mut self, receiver: FrameReceiver) -> Result<()> {
        let mut news = self.shared.news.subscribe();
        let mut inbox = Inbox::open(receiver, Arc::clone(&self.shared.school.core));
        let mut input = Input::Start;
        let mut broken = None;
        let outcome = loop {
            if let Err(error) = self.step(input).await {
                break Err(error);
            }
            if let Some(closing) = self.ended.take() {
                break ended(closing);
            }
            if self.side == Side::Once && self.summary.is_some() {
                input = Input::Close;
                continue;
            }
            if let Some(error) = broken.take() {
                break self.broken(error);
            }
            input = tokio::select! {
                frames = inbox.next() => {
                    let Some(frames) = frames else { break Ok(()) };
                    broken = frames.broken;
                    Input::Frames(frames.whole)
                },
                item = news.recv() => match item {
                    Ok(item) => Input::News(item),
                    Err(broadcast::error::RecvError::Lagged(_)) => Input::Lagged,
                    Err(broadcast::error::RecvError::Closed) => Input::Close,
                },
                () = sleep_until(self.started, self.next_tick_ms) => Input::Tick,
                () = gives_way(self.present.as_ref()) => Input::Close,
            };
        };
        // Whoever was removed is not waited for: what they have not taken yet is not for them.
        if !self.shared.is_removed(self.device) {
            self.sender.finish().await;
        }
        outcome
    }

    /// A connection that ends after the two were level is no failure.
    fn broken(&self, error: NetError) -> Result<()> {
        self.still_in()?;
        if self.summary.is_some() { Ok(()) } else { Err(error.into()) }
    }

    /// Nothing is shared with a device from the moment its removal is known here.
    fn still_in(&self) -> Result<()> {
        if self.shared.is_removed(self.device) { ended(Closing::NothingShared) } else { Ok(()) }
    }

    /// Sends a frame, unless its device has been removed meanwhile.
    async fn send(&mut self, frame: &[u8]) -> Result<()> {
        self.still_in()?;
        let sent = self.sender.send(frame).await;
        if sent.is_err() {
            // The connection may have been closed for that.
            self.still_in()?;
        }
        Ok(sent?)
    }

    async fn step(&mut self, input: Input) -> Result<()> {
        self.still_in()?;
        let Some((mut session, mut host)) = self.work.take() else { return Ok(()) };
        let now_ms = millis(self.started.elapsed());
        let (tell, mut told) = mpsc::unbounded_channel();
        let task = tokio::task::spawn_blocking(move || {
            if host.has_heard() {
                session.unsure();
            }
            feed(&mut session, &host, input, now_ms);
            // Whoever does not listen any more has given the session up.
            let tell = |happening| drop(tell.send(happening));
            let performed = perform(&mut session, &mut host, tell);
            (session, host, performed)
        });
        let mut sent = Ok(());
        let mut finished = Vec::new();
        while let Some(happening) = told.recv().await {
            match happening {
                Happening::Send(frame) if sent.is_ok() => sent = self.send(&frame).await,
                Happening::Send(_) => {}
                Happening::TakenIn(report) => self.taken_in(&report),
                Happening::Finished(summary) => finished.push(summary),
                Happening::Closed(closing) => self.ended = Some(closing),
            }
        }
        let failed = || SchoolError::Refused("the session stopped unexpectedly".to_owned());
        let (session, host, performed) = task.await.map_err(|_| failed())?;
        self.next_tick_ms = session.next_tick_ms();
        let to_come = session.to_come();
        if let Some(present) = self.present.as_ref().filter(|_| to_come > 0) {
            present.set_state(PeerState::Catching { to_come });
        }
        self.work = Some((session, host));
        performed?;
        sent?;
        for summary in finished {
            self.finished(summary);
            self.forget_removed().await?;
            self.note_handed_over().await?;
        }
        Ok(())
    }

    fn taken_in(&self, report: &Report) {
        let arrived: Vec<(Lane, EntryId)> =
            report.joined.iter().map(|joined| (joined.lane, joined.id)).collect();
        if report.sections > 0 || report.lacking > 0 {
            // Without another session there is nobody to tell.
            self.shared.news.send(News::Sections(self.device)).ok();
        }
        if arrived.is_empty() {
            return;
        }
        let mut spaces = BTreeMap::new();
        for (lane, _) in arrived.iter().filter(|(lane, _)| lane.part == Part::Data) {
            *spaces.entry(lane.space).or_insert(0_u64) += 1;
        }
        for (space, entries) in spaces {
            let space = self.shared.school.core.control().space_name(space);
            let device = self.device.to_string();
            self.shared.events.send(Event::Received { device, space, entries });
        }
        self.shared.school.core.note_save();
        // Without another session there is nobody to tell.
        self.shared.news.send(News::Arrived(self.device, arrived.into())).ok();
    }

    fn finished(&mut self, summary: Summary) {
        let (device, person) = (self.device.to_string(), self.shared.person_of(self.device));
        let level = !matches!(summary.outcome, Outcome::Different(_));
        if let Some(present) = &self.present {
            let behind = PeerState::Catching { to_come: 0 };
            present.set_state(if level { PeerState::Level } else { behind });
        }
        self.shared.events.send(match &summary.outcome {
            Outcome::Equal => Event::Equal { device, person, held: 0 },
            Outcome::EqualWithHeld(held) => {
                Event::Equal { device, person, held: held.values().sum() }
            }
            Outcome::Different(_) => Event::Different { device, person },
        });
        self.level.extend(summary.level.iter().cloned());
        self.tell_too_long(&summary.outcome);
        self.summary = Some(summary);
        self.compared.notify_one();
    }

    /// What no comparing again would change is told in words.
    fn tell_too_long(&self, outcome: &Outcome) {
        let Outcome::Different(differences) = outcome else { return };
        for difference in differences {
            let DifferenceKind::TooLong { bytes } = difference.kind else { continue };
            let space = self.shared.school.core.control().space_name(difference.lane.space);
            let person = self.shared.person_of(self.device);
            let reason = format!(
                "`{space}` is not compared with {person}'s device: how far its logs have got takes \
                 {bytes} bytes to say, and {MAX_VECTOR_BYTES} are the most; a device has forked \
                 logs there without end, or somebody has admitted very many devices"
            );
            self.shared.events.send(Event::Failed { reason });
        }
    }

    /// Who replicates with this device does not hold it for removed, whatever it said before.
    async fn forget_removed(&self) -> Result<()> {
        let (shared, device) = (Arc::clone(&self.shared), self.device);
        let task = tokio::task::spawn_blocking(move || shared.school.forget_removed_by(device));
        task.await.unwrap_or(Ok(()))
    }

    /// Notes at once how much of what this person hands over the other device has: somebody may
    /// be waiting to see it.
    async fn note_handed_over(&self) -> Result<()> {
        let (core, device) = (Arc::clone(&self.shared.school.core), self.device);
        let level = self.level.clone();
        let task = tokio::task::spawn_blocking(move || core.note_handed_over(device, &level));
        task.await.unwrap_or(Ok(()))
    }

    /// Notes what the other device need not be sent in a bundle any more.
    async fn note_known(&mut self) -> Result<()> {
        let (core, device) = (Arc::clone(&self.shared.school.core), self.device);
        let level = std::mem::take(&mut self.level);
        let task = tokio::task::spawn_blocking(move || {
            let lanes = level.iter().map(|(lane, vector)| (*lane, &**vector));
            note_known(&core, device, Known::Level, lanes).map(drop)
        });
        task.await.unwrap_or(Ok(()))
    }

    async fn note_met(&self, way: Way, met: Met) -> Result<()> {
        let (shared, device) = (Arc::clone(&self.shared), self.device);
        let task = tokio::task::spawn_blocking(move || {
            let at_ms = shared.school.clock.now_ms();
            // Whoever called may have done so from a port that is gone when the call is over.
            let dialled = way.at.filter(|_| met != Met::Called);
            let peer = Peer {
                device,
                last_met_ms: Some(at_ms),
                address: dialled.map(|address| address.to_string()),
                carrier: Some(way.carrier().to_owned()),
            };
            shared.school.core.store.write(|txn| {
                txn.put_peer(&peer)?;
                let how = met.how();
                let meeting = way.at.map(|address| Meeting { address, how, at_ms });
                meeting.map_or(Ok(()), |meeting| note_meeting(txn, device, meeting))
            })
        });
        task.await.unwrap_or(Ok(()))
    }

    fn shape(&self, started: Instant) -> SessionShape {
        let statistics = self.work.as_ref().map(|(session, _)| session.statistics());
        let statistics = statistics.unwrap_or_default();
        let (outcome, held) = match self.summary.as_ref().map(|summary| &summary.outcome) {
            Some(Outcome::Equal) => ("equal", Default::default()),
            Some(Outcome::EqualWithHeld(held)) => {
                let held = held.iter().map(|(reason, count)| (reason.to_string(), *count));
                ("equal_with_held", held.collect())
            }
            _ => ("different", Default::default()),
        };
        SessionShape {
            peer: self.device.to_string(),
            person: self.shared.person_of(self.device),
            carrier: "quic".to_owned(),
            sent: statistics.entries_sent,
            received: statistics.entries_received,
            bytes_out: statistics.bytes_out,
            bytes_in: statistics.bytes_in,
            round_trips: statistics.round_trips,
            outcome: outcome.to_owned(),
            held,
            seconds: started.elapsed().as_secs_f64(),
        }
    }
}

fn feed(session: &mut Session, host: &PeerHost, input: Input, now_ms: u64) {
    let device = host.peer;
    match input {
        Input::Start => session.start(),
        Input::Frames(frames) => frames.into_iter().for_each(|frame| session.receive(frame)),
        Input::News(News::Written(entries)) => {
            session.local_entries(&entries);
            // Whoever hands a concern over is told when it is there: the two compare again.
            if hands_over(host, &entries) {
                session.changed();
            }
        }
        Input::News(News::Arrived(from, ids)) if from != device => session.arrived(&ids, now_ms),
        Input::News(News::Sections(from)) if from != device => session.changed(),
        Input::News(News::Arrived(..) | News::Sections(_)) => {}
        Input::Lagged => session.changed(),
        Input::Tick => session.tick(now_ms),
        Input::Close => session.close(),
    }
}

/// Whether this person has just handed something over to whoever is at the other end.
fn hands_over(host: &PeerHost, entries: &[Arc<Entry>]) -> bool {
    let control = host.core.control();
    let space = control.trust.hand_off_of(host.core.person());
    space.is_some_and(|space| {
        let through = |entry: &Arc<Entry>| entry.header().lane == Lane::data(space);
        control.trust.is_member(host.peer, space) && entries.iter().any(through)
    })
}

fn ended(closing: Closing) -> Result<()> {
    match closing {
        Closing::Done | Closing::Peer(Farewell::Done) => Ok(()),
        Closing::Peer(farewell) => Err(SchoolError::Refused(farewell_words(farewell).to_owned())),
        Closing::NothingShared => {
            Err(SchoolError::NotAllowed("that device shares nothing with this one".to_owned()))
        }
        Closing::Fault(error) => Err(SchoolError::Refused(error.to_string())),
    }
}

const fn farewell_words(farewell: Farewell) -> &'static str {
    match farewell {
        Farewell::Done => "the other device was done",
        Farewell::Version => "the other device speaks another version; update the older of the two",
        Farewell::School => "the other device belongs to another school; nothing was exchanged",
        Farewell::Protocol => "the other device could not make sense of what it received",
        Farewell::TooMuch => "the other device received more than it takes",
        Farewell::NothingShared => "the other device shares nothing with this one",
        Farewell::Failed => "the other device could not read or write its records; look there",
    }
}

async fn gives_way(present: Option<&Present>) {
    match present {
        Some(present) => present.gives_way().await,
        None => std::future::pending().await,
    }
}

pub(super) async fn sleep_until(started: Instant, due_ms: Option<u64>) {
    match due_ms {
        Some(due) => tokio::time::sleep_until((started + Duration::from_millis(due)).into()).await,
        None => std::future::pending().await,
    }
}

pub(super) fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
