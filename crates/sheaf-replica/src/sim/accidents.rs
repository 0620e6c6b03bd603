//! What happens in a school in which everything happens: work, meetings and accidents by chance.

use std::collections::BTreeMap;

use sheaf_charter::{DocumentId, Lane, SpaceId};

use super::device::Write;
use super::disk::Disk;
use super::toy::{Deed, log_of};
use super::{Network, Weather};
use crate::{Mode, SectionRef};

/// How many things happen before the weather calms.
const HAPPENINGS: u64 = 120;
/// And how many while all are connected and nothing breaks.
const CALM_HAPPENINGS: u64 = 20;
/// How many events may pass before everything has to be quiet: sessions that never settle show.
const MAX_EVENTS: usize = 100_000;

/// A network to which things happen.
pub(crate) struct Story {
    pub network: Network,
    backups: BTreeMap<usize, Disk>,
    next_space: u64,
    next_text: u64,
    /// Devices of which a backup has been restored: what they wrote since may be lost.
    restored: Vec<usize>,
}

impl Story {
    pub(crate) fn new(seed: u64) -> Self {
        let mut network = Network::new(seed, 3 + usize::try_from(seed % 4).unwrap());
        if seed.is_multiple_of(5) {
            network.devices[1].mode = Mode::Locker;
        }
        let backups = BTreeMap::new();
        let mut story =
            Self { network, backups, next_space: 0, next_text: 0, restored: Vec::new() };
        story.create_space(0);
        for other in 1..story.network.devices.len() - 1 {
            story.admit_to(0, Network::space(1), other);
        }
        story
    }

    /// Lets it all happen, then calms the weather, lets everybody meet and checks.
    pub(crate) fn run(&mut self, seed: u64) -> Result<(), String> {
        self.network.weather = Weather::Rough;
        for _ in 0..HAPPENINGS {
            let pause_ms = self.network.random.below(50);
            self.network.run_until(self.network.now_ms + pause_ms);
            self.happen();
        }
        let device = self.some_device();
        self.damage(device);
        self.network.weather = Weather::Calm;
        if seed.is_multiple_of(2) {
            self.meet_all_at_once()?
        } else {
            self.meet_in_pairs()?
        }
        self.network.check()
    }

    fn happen(&mut self) {
        let device = self.some_device();
        match self.network.random.below(38) {
            0..=13 => self.write(device),
            14 => self.create_space(device),
            15..=18 => self.admit(device),
            19 => self.remove(device),
            20 => self.erase(device),
            21..=33 => self.meet(device),
            34 => self.part(),
            35 => {
                self.network.disconnect_device(device);
                self.network.devices[device].restart();
            }
            36 => {
                let disk = self.network.devices[device].disk.clone();
                self.backups.insert(device, disk);
            }
            _ => self.restore(device),
        }
    }

    fn some_device(&mut self) -> usize {
        let count = self.network.devices.len() as u64;
        usize::try_from(self.network.random.below(count)).unwrap()
    }

    fn some_space(&mut self, device: usize) -> Option<SpaceId> {
        let spaces = self.network.devices[device].disk.my_spaces();
        let chosen = self.network.random.below(spaces.len() as u64);
        spaces.get(usize::try_from(chosen).unwrap()).copied()
    }

    fn some_document(&mut self) -> DocumentId {
        let number = u8::try_from(self.network.random.below(6)).unwrap();
        DocumentId::from_bytes([number.wrapping_mul(40); 16])
    }

    fn create_space(&mut self, device: usize) {
        self.next_space += 1;
        self.network.create_space(device, Network::space(self.next_space));
    }

    fn write(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let count = 1 + self.network.random.below(3);
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

    fn admit(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let other = self.some_device();
        self.admit_to(device, space, other);
    }

    fn admit_to(&mut self, device: usize, space: SpaceId, other: usize) {
        let id = self.network.ids[other];
        if !self.network.devices[device].disk.spaces[&space].admitted.contains(&id) {
            let deeds = vec![Deed::Admit(id)];
            self.network.write(device, Lane::control(space), Write::Deeds(deeds));
        }
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
        let deeds = vec![Deed::Remove { device: id, cut }];
        self.network.write(device, Lane::control(space), Write::Deeds(deeds));
    }

    fn erase(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let document = self.some_document();
        let deeds = vec![Deed::Erase(document)];
        self.network.write(device, Lane::control(space), Write::Deeds(deeds));
    }

    fn meet(&mut self, device: usize) {
        let other = self.some_device();
        if other != device && !self.network.is_connected(device, other) {
            self.network.connect(device, other);
        }
    }

    fn part(&mut self) {
        let count = self.network.links.len() as u64;
        let chosen = usize::try_from(self.network.random.below(count)).unwrap();
        if let Some(link) = self.network.links.keys().nth(chosen).copied() {
            self.network.disconnect(link);
        }
    }

    /// An earlier state of the disk comes back, and the device goes on from it: its logs fork.
    /// Not of a device that was removed somewhere: it may have forgotten that it let its remover
    /// in, and two devices each of which counts the other out rightly never meet.
    fn restore(&mut self, device: usize) {
        let Some(backup) = self.backups.remove(&device) else { return };
        let id = self.network.ids[device];
        let mut known = self.network.devices.iter().flat_map(|other| other.disk.spaces.values());
        if known.any(|space| space.removed.contains_key(&id)) {
            return;
        }
        self.network.disconnect_device(device);
        self.network
            .acknowledged
            .retain(|id, (_, author)| *author != device || backup.entries.contains_key(id));
        self.network.devices[device].disk = backup;
        self.network.devices[device].restart();
        self.restored.push(device);
    }

    /// A section of which another member has a copy is lost by a member.
    fn damage(&mut self, device: usize) {
        let network = &self.network;
        let mut places = Vec::new();
        for entry in network.devices[device].disk.entries.values() {
            for (index, section) in (0..).zip(entry.sections()) {
                let at = SectionRef { lane: entry.header().lane, entry: entry.id(), index };
                let members = network.members(at.lane.space);
                let copies = network.devices.iter().filter(|other| {
                    members.contains(&other.disk.me) && other.disk.section(at).is_some()
                });
                let is_member = members.contains(&network.ids[device]);
                if is_member && section.is_some() && copies.count() > 1 {
                    places.push(at);
                }
            }
        }
        let chosen = self.network.random.below(places.len() as u64);
        if let Some(at) = places.get(usize::try_from(chosen).unwrap()) {
            self.network.devices[device].disk.set_section(*at, None);
            self.network.changed(device);
        }
    }

    fn meet_all_at_once(&mut self) -> Result<(), String> {
        for a in 0..self.network.devices.len() {
            for b in 0..a {
                if !self.network.is_connected(a, b) {
                    self.network.connect(a, b);
                }
            }
        }
        // Work goes on while they compare, so that nothing falls between a round and the pushes.
        for _ in 0..CALM_HAPPENINGS {
            let pause_ms = self.network.random.below(12);
            self.network.run_until(self.network.now_ms + pause_ms);
            let device = self.some_device();
            match self.network.random.below(8) {
                0 => self.admit(device),
                _ => self.write(device),
            }
        }
        self.settle()
    }

    /// Two at a time, until everybody has met everybody after everybody had met everybody.
    fn meet_in_pairs(&mut self) -> Result<(), String> {
        self.network.links.clear();
        for _ in 0..4 {
            for a in 0..self.network.devices.len() {
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
        if self.network.run_until_quiet(MAX_EVENTS) {
            Ok(())
        } else {
            Err(format!("not quiet after {MAX_EVENTS} events"))
        }
    }
}
