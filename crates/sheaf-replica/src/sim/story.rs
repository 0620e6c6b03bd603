//! What happens in a school in which everything happens: work, meetings and accidents by chance.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{DocumentId, Lane, SpaceId};

use super::Network;
use super::device::{Device, Write};
use super::disk::Disk;
use super::folder::File;
use super::plan::{HAPPENINGS, Plan, Step, What};
use super::post::Parcel;
use super::toy::{Deed, log_of};
use crate::Mode;
use crate::random::Spread;

/// How many events may pass for each device before everything has to be quiet: sessions that never
/// settle show.
const MAX_EVENTS: usize = 40_000;
/// How long the pauses are between what happens, and once all is calm.
const PAUSE_MS: u64 = 50;
const CALM_PAUSE_MS: u64 = 12;
/// How far apart clocks are: ten years behind to ten years ahead.
const TWENTY_YEARS_MS: u64 = 20 * 365 * 24 * 3_600_000;
/// So many documents: few, so that people meet in them.
const DOCUMENTS: u64 = 6;
/// One meeting in so many is of two who are connected already.
const TWICE_ONE_IN: u64 = 8;

/// A network to which things happen.
pub(crate) struct Story {
    pub network: Network,
    /// Decides the step that is under way.
    pub(super) chance: Spread,
    pub(super) backups: BTreeMap<usize, Disk>,
    /// Devices of which a backup has been restored: what they wrote since may be lost.
    pub(super) restored: BTreeSet<usize>,
    pub(super) parcels: Vec<Parcel>,
    pub(super) folder: Vec<File>,
    /// Those in one group reach each other; there is one group unless the network is split.
    pub(super) groups: Vec<u64>,
    /// How many devices are in the school by now: the others have not joined yet.
    present: usize,
    next_space: u64,
    next_text: u64,
}

impl Story {
    /// Runs a plan to its end; the network, if no promise was broken.
    pub(crate) fn run(plan: &Plan) -> Result<Network, String> {
        let mut story = Self::new(plan);
        story.happen(plan)?;
        story.check()?;
        Ok(story.network)
    }

    fn new(plan: &Plan) -> Self {
        let devices = plan.devices;
        // One in four joins later, if it joins at all.
        let present = devices - devices / 4;
        let network = Network::new(plan.seed, devices, present);
        let mut story = Self {
            network,
            chance: Spread::new(plan.seed),
            backups: BTreeMap::new(),
            restored: BTreeSet::new(),
            parcels: Vec::new(),
            folder: Vec::new(),
            groups: vec![0; devices],
            present,
            next_space: 0,
            next_text: 0,
        };
        for device in &mut story.network.devices {
            device.clock_ms = story.chance.below(TWENTY_YEARS_MS);
        }
        if plan.seed.is_multiple_of(5) {
            story.network.devices[1].mode = Mode::Locker;
            story.network.count("lockers");
        }
        story.create_space(0);
        for other in 1..present - 1 {
            story.admit_to(0, Network::space(1), other);
        }
        story
    }

    /// Lets it all happen, then calms the weather and lets everybody meet.
    fn happen(&mut self, plan: &Plan) -> Result<(), String> {
        let (rough, calm): (Vec<&Step>, Vec<_>) =
            plan.steps.iter().partition(|step| step.number < HAPPENINGS);
        self.network.weather = plan.weather;
        rough.into_iter().for_each(|step| self.step(step, PAUSE_MS));
        self.calm_down();
        if !plan.seed.is_multiple_of(2) {
            return self.meet_in_pairs();
        }
        self.connect_all();
        // Work goes on while they compare, so that nothing falls between a round and the pushes.
        calm.into_iter().for_each(|step| self.step(step, CALM_PAUSE_MS));
        self.settle()?;
        self.meet_again()
    }

    /// Two who did not know yet that the other is in the school have parted.
    fn meet_again(&mut self) -> Result<(), String> {
        for _ in 0..=self.present {
            self.network.links.retain(|_, link| !link.is_over());
            if !self.network.dial_again() {
                return Ok(());
            }
            self.settle()?;
        }
        Err("quiet: devices part again and again".to_owned())
    }

    fn step(&mut self, step: &Step, pause_ms: u64) {
        self.chance = Spread::new(step.chance);
        let pause_ms = self.chance.below(pause_ms);
        self.network.run_until(self.network.now_ms + pause_ms);
        let device = self.some_device();
        if self.network.is_stalled(device) {
            return;
        }
        match step.what {
            What::Write => self.write(device),
            What::CreateSpace => self.create_space(device),
            What::Admit => self.admit(device),
            What::Join => self.join(device),
            What::Remove => self.remove(device),
            What::Erase => self.erase(device),
            What::Meet => self.meet(device),
            What::Part => self.part(),
            What::Restart => self.restart(device),
            What::CutPower => self.cut_power(device),
            What::BackUp => self.back_up(device),
            What::Restore => self.restore(device),
            What::Split => self.split(),
            What::Heal => self.groups.fill(0),
            What::Stall => self.stall(device),
            What::Flood => self.flood(device),
            What::Send => self.send(device),
            What::Receive => self.receive(device),
            What::WriteFolder => self.write_to_folder(device),
            What::ReadFolder => self.read_folder(device),
        }
    }

    pub(super) fn chosen(&mut self, count: usize) -> usize {
        usize::try_from(self.chance.below(count as u64)).unwrap()
    }

    pub(super) fn some_device(&mut self) -> usize {
        self.chosen(self.present)
    }

    pub(super) fn some_space(&mut self, device: usize) -> Option<SpaceId> {
        let spaces = self.network.devices[device].disk.my_spaces();
        let chosen = self.chosen(spaces.len());
        spaces.get(chosen).copied()
    }

    fn some_document(&mut self) -> DocumentId {
        let number = u8::try_from(self.chance.below(DOCUMENTS)).unwrap();
        DocumentId::from_bytes([number.wrapping_mul(40); 16])
    }

    /// A locker writes nothing.
    fn writes(&self, device: usize) -> bool {
        self.network.devices[device].mode == Mode::Replica
    }

    fn create_space(&mut self, device: usize) {
        if self.writes(device) {
            self.next_space += 1;
            self.network.create_space(device, Network::space(self.next_space));
        }
    }

    fn write(&mut self, device: usize) {
        let Some(space) = self.some_space(device).filter(|_| self.writes(device)) else { return };
        let count = 1 + self.chance.below(3);
        let mut documents = Vec::new();
        for _ in 0..count {
            self.next_text += 1;
            let document = self.some_document();
            if !self.network.devices[device].disk.spaces[&space].erased.contains(&document) {
                documents.push((document, self.next_text.to_be_bytes().to_vec()));
            }
        }
        self.network.write(device, Lane::data(space), Write::Documents(documents));
    }

    fn act(&mut self, device: usize, lane: Lane, deed: Deed) -> bool {
        self.writes(device) && self.network.write(device, lane, Write::Deeds(vec![deed])).is_some()
    }

    fn admit(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let other = self.some_device();
        self.admit_to(device, space, other);
    }

    fn admit_to(&mut self, device: usize, space: SpaceId, other: usize) {
        let id = self.network.ids[other];
        let disk = &self.network.devices[device].disk;
        let is_news = disk.spaces.get(&space).is_some_and(|space| !space.admitted.contains(&id));
        if is_news && disk.devices.contains(&id) {
            self.act(device, Lane::control(space), Deed::Admit(id));
        }
    }

    /// A new device of the school, which is given the charter.
    fn join(&mut self, device: usize) {
        let Some(id) = self.network.ids.get(self.present).copied() else { return };
        if !self.act(device, Lane::CHARTER, Deed::AdmitDevice(id)) {
            return;
        }
        let inviter = &self.network.devices[device];
        let charter: Vec<_> =
            inviter.disk.lane(Lane::CHARTER).map(|(_, entry)| entry.clone()).collect();
        let clock_ms = self.network.devices[self.present].clock_ms;
        let mut joiner = Device::new(id, self.network.devices[device].school, &charter);
        joiner.clock_ms = clock_ms;
        self.network.devices[self.present] = joiner;
        self.present += 1;
        self.network.count("devices that joined");
    }

    /// Removes another member; its author's own removal is not at stake here.
    fn remove(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let other = self.some_device();
        let id = self.network.ids[other];
        let disk = &self.network.devices[device].disk;
        if other == device || !disk.spaces[&space].has(id) || self.restored.contains(&other) {
            return;
        }
        let tips = disk.tips_of(Lane::data(space), log_of(id));
        let cut = tips.map_or(0, crate::LogTips::next);
        if self.act(device, Lane::control(space), Deed::Remove { device: id, cut }) {
            self.network.count("members removed");
        }
    }

    fn erase(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let document = self.some_document();
        if self.act(device, Lane::control(space), Deed::Erase(document)) {
            self.network.count("documents erased");
        }
    }

    /// Whether two may connect: nothing is between them, and they are not connected, or it is one
    /// time in some that they connect twice.
    pub(super) fn can_meet(&mut self, device: usize, other: usize) -> bool {
        let reach = device != other && self.groups[device] == self.groups[other];
        let is_connected = self.network.is_connected(device, other);
        reach && (!is_connected || self.chance.below(TWICE_ONE_IN) == 0)
    }

    fn meet(&mut self, device: usize) {
        let other = self.some_device();
        if self.can_meet(device, other) {
            if self.network.is_connected(device, other) {
                self.network.count("second connections");
            }
            self.network.connect(device, other);
        }
    }

    fn part(&mut self) {
        let chosen = self.chosen(self.network.links.len());
        if let Some(link) = self.network.links.keys().nth(chosen).copied() {
            self.network.disconnect(link);
        }
    }

    fn connect_all(&mut self) {
        for a in 0..self.present {
            for b in 0..a {
                if !self.network.is_connected(a, b) {
                    self.network.connect(a, b);
                }
            }
        }
    }

    /// Two at a time, until everybody has met everybody after everybody had met everybody.
    fn meet_in_pairs(&mut self) -> Result<(), String> {
        self.network.links.clear();
        for _ in 0..4 {
            for a in 0..self.present {
                for b in 0..a {
                    let link = self.network.connect(a, b);
                    self.settle()?;
                    self.network.disconnect(link);
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), String> {
        let events = MAX_EVENTS * self.network.devices.len();
        if self.network.run_until_quiet(events) {
            Ok(())
        } else {
            Err(format!("quiet: something still happens after {events} events"))
        }
    }

    fn check(&self) -> Result<(), String> {
        self.network.check()?;
        let is_restored =
            |log| self.restored.iter().any(|one| log_of(self.network.ids[*one]) == log);
        for device in &self.network.devices {
            for (log, tips) in device.disk.tips.values().flatten() {
                if tips.tips().len() > 1 && !is_restored(*log) {
                    return Err(format!("authorship: {log} has forked by itself"));
                }
            }
        }
        Ok(())
    }
}
