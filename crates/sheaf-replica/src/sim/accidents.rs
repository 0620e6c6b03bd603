//! What goes wrong with devices and with the network between them.

use super::Weather;
use super::story::Story;
use crate::SectionRef;

/// So many groups at most a network falls into.
const MAX_GROUPS: u64 = 3;
/// So long at most a device does nothing: a lid that is shut, a disk that hangs.
const MAX_STALL_MS: u64 = 3_000;
/// After so many writes at most the power goes.
const MAX_WRITES: u64 = 6;

impl Story {
    pub(super) fn restart(&mut self, device: usize) {
        self.network.count("restarts");
        self.network.disconnect_device(device);
        self.network.devices[device].restart();
    }

    /// The power of a device will go at one of its next writes.
    pub(super) fn cut_power(&mut self, device: usize) {
        self.network.devices[device].power = Some(self.chance.below(MAX_WRITES));
    }

    pub(super) fn back_up(&mut self, device: usize) {
        let disk = self.network.devices[device].disk.clone();
        self.backups.insert(device, disk);
    }

    /// An earlier state of the disk comes back, and the device goes on from it: its logs fork.
    /// Not of a device that was removed somewhere: it may have forgotten that it let its remover
    /// in, and two devices each of which counts the other out rightly never meet. Nor of one that
    /// would forget whom it let into the school: they would not meet either.
    pub(super) fn restore(&mut self, device: usize) {
        let Some(backup) = self.backups.remove(&device) else { return };
        let id = self.network.ids[device];
        let mut known = self.network.devices.iter().flat_map(|other| other.disk.spaces.values());
        let forgets = backup.devices != self.network.devices[device].disk.devices;
        if forgets || known.any(|space| space.removed.contains_key(&id)) {
            return;
        }
        self.network.count("backups restored");
        self.network.disconnect_device(device);
        self.network
            .acknowledged
            .retain(|id, (_, author)| *author != device || backup.entries.contains_key(id));
        self.network.devices[device].disk = backup;
        self.network.devices[device].restart();
        self.restored.insert(device);
    }

    /// The network falls apart, until somebody heals it.
    pub(super) fn split(&mut self) {
        self.network.count("partitions");
        let count = 2 + self.chance.below(MAX_GROUPS - 1);
        for at in 0..self.groups.len() {
            self.groups[at] = self.chance.below(count);
        }
        let groups = &self.groups;
        self.network.links.retain(|_, link| {
            let [a, b] = [link.ends[0].device, link.ends[1].device];
            groups[a] == groups[b]
        });
    }

    pub(super) fn stall(&mut self, device: usize) {
        self.network.count("stalls");
        let ms = self.chance.below(MAX_STALL_MS);
        self.network.stall(device, ms);
    }

    /// The network is whole, and nothing goes wrong any more, once a section has been lost.
    pub(super) fn calm_down(&mut self) {
        self.network.weather = Weather::Calm;
        self.groups.fill(0);
        self.network.devices.iter_mut().for_each(|device| device.power = None);
        let device = self.some_device();
        self.damage(device);
    }

    /// A section of which another member has a copy is lost by a member.
    fn damage(&mut self, device: usize) {
        let network = &self.network;
        let mut places = Vec::new();
        for entry in network.devices[device].disk.entries.values() {
            let space = entry.header().lane.space;
            let members = network.members(space);
            if !members.contains(&network.ids[device]) {
                continue;
            }
            for (index, section) in (0..).zip(entry.sections()) {
                let at = SectionRef { lane: entry.header().lane, entry: entry.id(), index };
                let copies = network.devices.iter().filter(|other| {
                    members.contains(&other.disk.me) && other.disk.section(at).is_some()
                });
                if section.is_some() && copies.count() > 1 {
                    places.push(at);
                }
            }
        }
        let chosen = self.chosen(places.len());
        if let Some(at) = places.get(chosen) {
            self.network.count("sections lost");
            self.network.devices[device].disk.set_section(*at, None);
            self.network.changed(device);
        }
    }
}
