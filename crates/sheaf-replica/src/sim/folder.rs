//! A shared folder: each device writes what the files that it sees do not cover, and may see some
//! of them only, late or out of order.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use sheaf_charter::{DeviceId, Entry, EntryId, Lane};

use super::disk::Disk;
use super::story::Story;
use crate::{Stretch, Vector, covered};

/// So many files at most lie in the folder for one lane: a school that never tidies up.
const MAX_FILES: usize = 12;

/// One file, as its writer left it.
pub(super) struct File {
    stretch: Stretch,
    readers: BTreeSet<DeviceId>,
    entries: Vec<Arc<Entry>>,
}

impl Story {
    /// A device writes what is not in the folder, as far as it sees what is.
    pub(super) fn write_to_folder(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let lane = if self.chance.below(2) == 0 { Lane::control(space) } else { Lane::data(space) };
        let lying = self.folder.iter().filter(|file| file.stretch.lane == lane).count();
        if lying >= MAX_FILES {
            return;
        }
        let seen = self.listing(lane);
        let disk = &self.network.devices[device].disk;
        let base = self.covered_by(&seen, disk);
        let reach = disk.vector(lane);
        let entries: Vec<_> = beyond(disk, lane, &base).cloned().collect();
        let others = disk.devices.iter().copied();
        let readers = others.filter(|other| disk.shares(space, *other)).collect();
        if entries.is_empty() {
            self.network.count("folders that covered all");
            return;
        }
        self.network.count("files written to a folder");
        self.folder.push(File { stretch: Stretch { lane, base, reach }, readers, entries });
        self.check_folder(device, lane);
    }

    /// A device takes in the files that it sees.
    pub(super) fn read_folder(&mut self, device: usize) {
        let Some(space) = self.some_space(device) else { return };
        let id = self.network.ids[device];
        for lane in [Lane::control(space), Lane::data(space)] {
            for file in self.listing(lane) {
                let file = &self.folder[file];
                if !file.readers.contains(&id) {
                    continue;
                }
                let entries = file.entries.iter().map(|entry| Entry::clone(entry)).collect();
                self.network.count("files read from a folder");
                let entries = self.spoil(entries);
                self.network.hand(0, device, entries);
            }
        }
    }

    /// Some of the files of a lane, in any order: a listing is stale or in part, never a loss.
    fn listing(&mut self, lane: Lane) -> Vec<usize> {
        let files: Vec<_> =
            (0..self.folder.len()).filter(|at| self.folder[*at].stretch.lane == lane).collect();
        let mut seen: Vec<_> = files.into_iter().filter(|_| self.chance.below(4) > 0).collect();
        if self.chance.below(2) == 0 {
            seen.reverse();
        }
        seen
    }

    fn covered_by(&self, files: &[usize], disk: &Disk) -> Vector {
        let stretches = files.iter().map(|at| &self.folder[*at].stretch);
        let holds = |id| Ok::<_, Infallible>(disk.entries.contains_key(&id));
        let Ok(covered) = covered(stretches, holds);
        covered
    }

    /// What the folder is said to cover is in it.
    fn check_folder(&mut self, device: usize, lane: Lane) {
        let files = self.listing(lane);
        let disk = &self.network.devices[device].disk;
        let covered = self.covered_by(&files, disk);
        let entries = files.iter().flat_map(|at| &self.folder[*at].entries);
        let inside: BTreeSet<EntryId> = entries.map(|entry| entry.id()).collect();
        let left: BTreeSet<_> = beyond(disk, lane, &covered).map(|entry| entry.id()).collect();
        let mut all = disk.lane(lane).map(|(_, entry)| entry.id());
        if let Some(id) = all.find(|id| !left.contains(id) && !inside.contains(id)) {
            let broken = format!("carriers: the folder is said to cover {id} and has it not");
            self.network.violations.push(broken);
        }
    }
}

/// What a disk has of a lane past a vector.
fn beyond<'a>(disk: &'a Disk, lane: Lane, base: &Vector) -> impl Iterator<Item = &'a Arc<Entry>> {
    let holds = |id| Ok::<_, Infallible>(disk.entries.contains_key(&id));
    let Ok(spans) = disk.vector(lane).missing_from(base, holds);
    let lacked = move |entry: &Entry| {
        let header = entry.header();
        spans.iter().any(|span| span.log == header.log && header.seq >= span.from)
    };
    disk.lane(lane).map(|(_, entry)| entry).filter(move |entry| lacked(entry))
}
