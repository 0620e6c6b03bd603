//! The network: events in the order of a seeded clock.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use sheaf_charter::{DeviceId, Entry, EntryId, Lane, SchoolId, SpaceId};

use super::device::{Device, Write};
use super::link::{Answer, Busy, Link};
use super::toy::Deed;
use crate::limits::MAX_FRAME_BYTES;
use crate::random::Spread;
use crate::{Batch, Closing, Config, Effect, Hearing, Host, Mode, Report, Session};

/// What the network asks of a device.
pub(crate) trait Machine {
    fn id(&self) -> DeviceId;
    fn school(&self) -> SchoolId;
    fn mode(&self) -> Mode;
    /// How many lanes it says each of in a hello.
    fn whole_lanes(&self) -> usize {
        crate::limits::MAX_WHOLE_LANES
    }
    /// The host of a session with that device.
    fn host(&mut self, peer: DeviceId) -> impl Host<Error = Infallible>;
    /// Whether a space may be spoken of to that device.
    fn shares(&self, space: SpaceId, peer: DeviceId) -> bool;
    /// How far its clock is ahead of the network's.
    fn clock_ms(&self) -> u64 {
        0
    }
    /// At what its power has gone, if it has since it was asked last.
    fn outage(&mut self) -> Option<&'static str> {
        None
    }
    /// Whether it runs our build: what another says to it or of it is no fault of ours.
    fn is_honest(&self) -> bool;
    /// Whether it tells that device that it was removed, and nothing else.
    fn turns_out(&self, peer: DeviceId) -> bool;
    /// What it says to a device that turns it out; nothing if that has heard it.
    fn appeal(&mut self, peer: DeviceId) -> Vec<Vec<u8>>;
}

/// Devices, connections, and what is on its way between them.
pub(crate) struct Network<M = Device> {
    pub random: Spread,
    pub now_ms: u64,
    pub devices: Vec<M>,
    pub ids: Vec<DeviceId>,
    pub links: BTreeMap<u32, Link>,
    pub weather: Weather,
    /// Every entry written and the device that acknowledged it, but for those that a restored
    /// backup took with it.
    pub acknowledged: BTreeMap<EntryId, (Lane, usize)>,
    /// Every entry that was durable anywhere, as its author wrote it.
    pub written: BTreeMap<EntryId, Arc<Entry>>,
    pub spaces: BTreeSet<SpaceId>,
    pub violations: Vec<String>,
    /// How often what went wrong.
    pub faults: BTreeMap<String, u64>,
    pub frames: u64,
    pub bytes: u64,
    pub closings: Vec<Closing>,
    queue: BTreeMap<(u64, u64), Event>,
    /// Until when devices do nothing.
    stalled: BTreeMap<usize, u64>,
    serial: u64,
    next_link: u32,
}

/// Whether connections break.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Weather {
    Rough,
    Calm,
}

enum Event {
    Deliver(Place, Vec<u8>),
    Work(Place),
    Answer(Place, Answer),
    Tick(Place),
}

/// One end of one connection.
#[derive(Clone, Copy)]
struct Place {
    link: u32,
    side: usize,
}

impl Network {
    /// So many devices, the first of which are in the school from the beginning.
    pub(crate) fn new(seed: u64, devices: usize, founders: usize) -> Self {
        let id = |index: usize| {
            DeviceId::from_bytes(*blake3::hash(&(index as u64).to_be_bytes()).as_bytes())
        };
        let ids: Vec<_> = (0..devices).map(id).collect();
        let founding = Arc::new(Device::found(ids[0], &ids[..founders]));
        let school = SchoolId::from_founding(founding.id());
        let charter = [Arc::clone(&founding)];
        let devices = ids.iter().map(|id| Device::new(*id, school, &charter)).collect();
        let mut network = Self::of(seed, devices);
        network.written.insert(founding.id(), founding);
        network
    }

    /// A save on one device: durable, then told to its sessions; none if the power went first.
    pub(crate) fn write(&mut self, device: usize, lane: Lane, write: Write) -> Option<Arc<Entry>> {
        let entry = self.devices[device].save(lane, write);
        self.notice_outage(device);
        self.acknowledge(device, entry.as_ref()?);
        entry
    }

    /// A new space with its first member.
    pub(crate) fn create_space(&mut self, device: usize, space: SpaceId) {
        self.write(device, Lane::control(space), Write::Deeds(vec![Deed::Create]));
    }
}

impl<M: Machine> Network<M> {
    pub(crate) fn of(seed: u64, devices: Vec<M>) -> Self {
        Self {
            random: Spread::new(seed),
            now_ms: 0,
            ids: devices.iter().map(Machine::id).collect(),
            devices,
            links: BTreeMap::new(),
            weather: Weather::Calm,
            acknowledged: BTreeMap::new(),
            written: BTreeMap::new(),
            spaces: BTreeSet::new(),
            violations: Vec::new(),
            faults: BTreeMap::new(),
            frames: 0,
            bytes: 0,
            closings: Vec::new(),
            queue: BTreeMap::new(),
            stalled: BTreeMap::new(),
            serial: 0,
            next_link: 0,
        }
    }

    /// An entry that a device has saved: told to its sessions.
    pub(crate) fn acknowledge(&mut self, device: usize, entry: &Arc<Entry>) {
        let lane = entry.header().lane;
        self.acknowledged.insert(entry.id(), (lane, device));
        self.written.insert(entry.id(), Arc::clone(entry));
        if lane != Lane::CHARTER {
            self.spaces.insert(lane.space);
        }
        for place in self.places(device) {
            self.session(place).local_entries(&[Arc::clone(entry)]);
            self.settle(place);
        }
    }

    /// Gives entries to a device as if a session with that other had brought them.
    pub(crate) fn hand(&mut self, from: usize, to: usize, entries: Vec<Entry>) -> Report {
        let peer = self.ids[from];
        let Ok(report) = self.devices[to].host(peer).ingest(Batch::Entries(entries), &mut || {});
        if !self.notice_outage(to) {
            self.tell_others(to, None, &report);
        }
        report
    }

    /// Lets a device appeal to one that turns it out; says whether it had anything to say.
    pub(crate) fn appeal(&mut self, from: usize, to: usize) -> bool {
        if !self.devices[to].turns_out(self.ids[from]) {
            return false;
        }
        let frames = self.devices[from].appeal(self.ids[to]);
        let mut hearing = Hearing::default();
        for frame in &frames {
            if let Err(error) = hearing.hear(frame) {
                self.violations.push(format!("{to} did not hear the appeal of {from}: {error}"));
                return false;
            }
        }
        for batch in hearing.into_batches() {
            let Ok(report) = self.devices[to].host(self.ids[from]).ingest(batch, &mut || {});
            self.tell_others(to, None, &report);
        }
        !frames.is_empty()
    }

    /// Two devices meet: each dials the other.
    pub(crate) fn connect(&mut self, a: usize, b: usize) -> u32 {
        self.appeal(a, b);
        self.appeal(b, a);
        let link = self.next_link;
        self.next_link += 1;
        let session = |network: &mut Self, device: usize| {
            let seed = network.random.next();
            let host = &network.devices[device];
            let config = Config::new(host.school(), host.mode(), seed);
            Session::new(Config { whole_lanes: host.whole_lanes(), ..config })
        };
        let ends = [(a, session(self, a)), (b, session(self, b))];
        self.links.insert(link, Link::new(ends));
        for side in [0, 1] {
            let place = Place { link, side };
            self.session(place).start();
            self.settle(place);
        }
        link
    }

    /// Two connect, who part first if they are connected.
    pub(crate) fn connect_anew(&mut self, a: usize, b: usize) -> u32 {
        self.links.retain(|_, link| !link.joins(a, b));
        self.connect(a, b)
    }

    /// Whoever opened a connection sends these bytes, which it made by hand. Gives how the session
    /// of the other came to its end.
    pub(crate) fn throw(&mut self, link: u32, bytes: &[u8]) -> Option<Closing> {
        let place = Place { link, side: 1 };
        let before = self.closings.len();
        self.session(place).receive(bytes);
        self.settle(place);
        self.closings.get(before).cloned()
    }

    /// Whether both ends of a connection have closed it.
    pub(crate) fn is_over(&self, link: u32) -> bool {
        self.links.get(&link).is_none_or(Link::is_over)
    }

    /// What comes of a connection is no fault of the session that answers.
    pub(crate) fn mark_hostile(&mut self, link: u32) {
        if let Some(link) = self.links.get_mut(&link) {
            link.is_hostile = true;
        }
    }

    /// Does nothing for so long.
    pub(crate) fn stall(&mut self, device: usize, ms: u64) {
        self.stalled.insert(device, self.now_ms + ms);
    }

    pub(crate) fn is_stalled(&self, device: usize) -> bool {
        self.stalled.get(&device).is_some_and(|until_ms| *until_ms > self.now_ms)
    }

    pub(crate) fn count(&mut self, fault: &str) {
        match self.faults.get_mut(fault) {
            Some(times) => *times += 1,
            None => {
                self.faults.insert(fault.to_owned(), 1);
            }
        }
    }

    /// Whether the power of a device has gone: its connections are gone with it.
    fn notice_outage(&mut self, device: usize) -> bool {
        let outage = self.devices[device].outage();
        if let Some(outage) = outage {
            self.count(outage);
            self.disconnect_device(device);
        }
        outage.is_some()
    }

    /// Connects those again who have parted and would speak to each other, and lets those appeal
    /// who are turned out; says whether anybody had anything to say.
    pub(crate) fn dial_again(&mut self) -> bool {
        let mut any = false;
        for a in 0..self.devices.len() {
            for b in 0..a {
                any |= self.appeal(a, b) | self.appeal(b, a);
                let speaks = |one: usize, other: usize| {
                    self.devices[one].shares(SpaceId::CHARTER, self.ids[other])
                };
                if speaks(a, b) && speaks(b, a) && !self.is_connected(a, b) {
                    self.connect(a, b);
                    any = true;
                }
            }
        }
        any
    }

    pub(crate) fn is_connected(&self, a: usize, b: usize) -> bool {
        self.links.values().any(|link| link.joins(a, b))
    }

    pub(crate) fn disconnect(&mut self, link: u32) {
        self.links.remove(&link);
    }

    pub(crate) fn disconnect_device(&mut self, device: usize) {
        self.links.retain(|_, link| link.ends.iter().all(|end| end.device != device));
    }

    /// Something was changed on the disk by other means than an entry.
    pub(crate) fn changed(&mut self, device: usize) {
        for place in self.places(device) {
            self.session(place).changed();
            self.settle(place);
        }
    }

    pub(crate) fn run_until(&mut self, until_ms: u64) {
        while let Some(((at_ms, _), _)) = self.queue.first_key_value() {
            if *at_ms > until_ms {
                break;
            }
            self.next_event();
        }
        self.now_ms = self.now_ms.max(until_ms);
    }

    /// Runs until nothing is on its way; says whether it came to that within so many events.
    pub(crate) fn run_until_quiet(&mut self, events: usize) -> bool {
        for _ in 0..events {
            if !self.next_event() {
                return true;
            }
        }
        self.queue.is_empty()
    }

    fn next_event(&mut self) -> bool {
        let Some(((at_ms, serial), event)) = self.queue.pop_first() else { return false };
        self.now_ms = at_ms;
        let (Event::Deliver(place, _)
        | Event::Work(place)
        | Event::Answer(place, _)
        | Event::Tick(place)) = event;
        let Some(link) = self.links.get(&place.link) else {
            if matches!(event, Event::Deliver(..)) {
                self.count("frames lost");
            }
            return true;
        };
        let device = link.ends[place.side].device;
        if self.is_stalled(device) {
            // Later, and still before whatever was sent after it.
            self.count("frames held up");
            self.queue.insert((self.stalled[&device], serial), event);
            return true;
        }
        match event {
            Event::Deliver(place, frame) => self.session(place).receive(&frame),
            Event::Work(place) => return self.work(place),
            Event::Answer(place, answer) => {
                self.end(place).busy = Busy::Idle;
                answer.give(self.session(place));
            }
            Event::Tick(place) => {
                let now_ms = self.time_on(device);
                self.end(place).tick_ms = None;
                self.session(place).tick(now_ms);
            }
        }
        self.settle(place);
        true
    }

    /// The host does the oldest thing that was asked of it. Reading takes a while, in which what
    /// was read may change; taking in is one transaction.
    fn work(&mut self, place: Place) -> bool {
        let Some(effect) = self.end(place).work.pop_front() else { return true };
        let device = self.end(place).device;
        let peer = self.ids[self.links[&place.link].ends[1 - place.side].device];
        let mut view = self.devices[device].host(peer);
        let mut is_kept = false;
        let Ok(done) = match effect {
            Effect::Survey => view.survey().map(Answer::Surveyed).map(Ok),
            Effect::Load(load) => view.load(&load).map(Answer::Loaded).map(Ok),
            Effect::LoadSections(load) => view.load_sections(&load).map(Answer::Sections).map(Ok),
            Effect::Check { lane, ids } => {
                view.lacking(lane, ids).map(|lacking| Ok(Answer::Checked(lane, lacking)))
            }
            Effect::Ingest(batch) => view.ingest(batch, &mut || is_kept = true).map(Err),
            Effect::Send(_) | Effect::Finished(_) | Effect::Close(_) => unreachable!(),
        };
        drop(view);
        if self.notice_outage(device) {
            return true;
        }
        match done {
            Ok(answer) => self.schedule(4, Event::Answer(place, answer)),
            Err(report) => {
                self.end(place).busy = Busy::Idle;
                if is_kept && let Some(frame) = self.session(place).kept() {
                    self.send(place, frame);
                }
                // The cable may have been cut.
                if self.links.contains_key(&place.link) {
                    self.session(place).ingested(&report);
                    self.settle(place);
                }
                self.tell_others(device, Some(place), &report);
            }
        }
        true
    }

    fn tell_others(&mut self, device: usize, from: Option<Place>, report: &Report) {
        let now_ms = self.time_on(device);
        let joined: Vec<_> = report.joined.iter().map(|joined| (joined.lane, joined.id)).collect();
        for place in self.places(device) {
            if from.is_some_and(|from| from.link == place.link) {
                continue;
            }
            if report.sections > 0 || report.lacking > 0 {
                self.session(place).changed();
            }
            self.session(place).arrived(&joined, now_ms);
            self.settle(place);
        }
    }

    /// Does what a session asks for, as far as that takes no time.
    fn settle(&mut self, place: Place) {
        while let Some(link) = self.links.get_mut(&place.link) {
            let Some(effect) = link.ends[place.side].session.poll() else { break };
            match effect {
                Effect::Send(frame) => self.send(place, frame),
                Effect::Finished(summary) => self.end(place).last = Some(summary),
                Effect::Close(closing) => self.close(place, closing),
                other => self.end(place).work.push_back(other),
            }
        }
        if !self.links.contains_key(&place.link) {
            return;
        }
        let end = self.end(place);
        if end.busy == Busy::Idle && !end.work.is_empty() {
            end.busy = Busy::Working;
            self.schedule(3, Event::Work(place));
        }
        self.plan_tick(place);
    }

    /// What time a device thinks it is.
    fn time_on(&self, device: usize) -> u64 {
        self.now_ms + self.devices[device].clock_ms()
    }

    fn plan_tick(&mut self, place: Place) {
        let now_ms = self.now_ms;
        let device = self.end(place).device;
        let ahead_ms = self.devices[device].clock_ms();
        let end = self.end(place);
        let Some(due_ms) = end.session.next_tick_ms() else { return };
        let due_ms = due_ms.saturating_sub(ahead_ms);
        if end.tick_ms.is_none_or(|planned| planned > due_ms) {
            end.tick_ms = Some(due_ms);
            self.schedule_at(due_ms.max(now_ms), Event::Tick(place));
        }
    }

    fn send(&mut self, place: Place, frame: Vec<u8>) {
        self.frames += 1;
        self.bytes += frame.len() as u64;
        self.check_frame(place, &frame);
        if self.weather == Weather::Rough && self.random.below(100) == 0 {
            self.count("connections broken");
            self.disconnect(place.link);
            return;
        }
        let delay_ms = 1 + self.random.below(20);
        let now_ms = self.now_ms;
        let end = self.end(place);
        end.arrival_ms = end.arrival_ms.max(now_ms + delay_ms);
        let at_ms = end.arrival_ms;
        let other = Place { side: 1 - place.side, ..place };
        self.schedule_at(at_ms, Event::Deliver(other, frame));
    }

    /// No frame mentions a space that the receiver is not in, as far as the sender knows.
    fn check_frame(&mut self, place: Place, frame: &[u8]) {
        let ends = &self.links[&place.link].ends;
        let (from, to) = (ends[place.side].device, ends[1 - place.side].device);
        let (sender, peer) = (&self.devices[from], self.ids[to]);
        let untold = |space: &&SpaceId| sender.is_honest() && !sender.shares(**space, peer);
        let untold: Vec<_> = self.spaces.iter().copied().filter(|space| untold(&space)).collect();
        for space in spoken_of(frame, &untold) {
            let kind = frame[0];
            self.violations
                .push(format!("need to know: device {from} told {to} of {space} (frame {kind})"));
        }
        if frame.len() > MAX_FRAME_BYTES {
            self.violations
                .push(format!("bounds: device {from} sent a frame of {} bytes", frame.len()));
        }
    }

    fn close(&mut self, place: Place, closing: Closing) {
        let ends = &self.links[&place.link].ends;
        let is_hostile = self.links[&place.link].is_hostile;
        let honest = ends.iter().all(|end| self.devices[end.device].is_honest()) && !is_hostile;
        if let (Closing::Fault(error), true) = (&closing, honest) {
            self.violations.push(format!("outcomes: an honest session failed: {error}"));
        }
        if matches!(closing, Closing::Peer(_)) {
            self.disconnect(place.link);
        }
        self.closings.push(closing);
    }

    fn places(&self, device: usize) -> Vec<Place> {
        let mut places = Vec::new();
        for (link, ends) in &self.links {
            for (side, end) in ends.ends.iter().enumerate() {
                if end.device == device {
                    places.push(Place { link: *link, side });
                }
            }
        }
        places
    }

    fn end(&mut self, place: Place) -> &mut super::link::End {
        &mut self.links.get_mut(&place.link).unwrap().ends[place.side]
    }

    fn session(&mut self, place: Place) -> &mut Session {
        &mut self.end(place).session
    }

    fn schedule(&mut self, within_ms: u64, event: Event) {
        let at_ms = self.now_ms + self.random.below(within_ms + 1);
        self.schedule_at(at_ms, event);
    }

    fn schedule_at(&mut self, at_ms: u64, event: Event) {
        self.serial += 1;
        self.queue.insert((at_ms, self.serial), event);
    }
}

/// Those of the spaces whose id is somewhere in a frame.
fn spoken_of(frame: &[u8], spaces: &[SpaceId]) -> BTreeSet<SpaceId> {
    // A frame is gone through once: most of its bytes begin no id.
    let mut begins = [false; 256];
    spaces.iter().for_each(|space| begins[usize::from(space.as_bytes()[0])] = true);
    let at = (0..frame.len()).filter(|at| begins[usize::from(frame[*at])]);
    let id_at = |at: usize| frame.get(at..at + SpaceId::LENGTH);
    let ids = at.filter_map(id_at);
    ids.filter_map(|id| spaces.iter().find(|space| space.as_bytes() == id).copied()).collect()
}
