//! What moves entries without a connection: a bundle, or a file in a shared folder, of which a
//! reader may see an earlier version, a part, a conflicted copy, or a damaged one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sheaf_charter::{DeviceId, Entry, SpaceId};

use super::story::Story;

/// So many parcels lie about; a new one takes the place of one of them.
const MAX_PARCELS: usize = 8;

/// All that a device had in its spaces when it wrote this, sealed to those who were in by its
/// knowledge.
pub(super) struct Parcel {
    from: usize,
    readers: BTreeMap<SpaceId, BTreeSet<DeviceId>>,
    entries: Vec<Arc<Entry>>,
    /// Whether the same device has written another since.
    is_stale: bool,
}

impl Story {
    /// A device writes a parcel.
    pub(super) fn send(&mut self, device: usize) {
        let disk = &self.network.devices[device].disk;
        let mut readers = BTreeMap::new();
        for space in disk.shared_spaces(disk.me) {
            let others = disk.devices.iter().copied().filter(|other| disk.shares(space, *other));
            readers.insert(space, others.collect());
        }
        let all = disk.arrivals.values().flatten();
        let mut all: Vec<_> = all.map(|(at, id)| (at, &disk.entries[id])).collect();
        all.sort_by_key(|(at, _)| **at);
        let entries = all.into_iter().map(|(_, entry)| Arc::clone(entry));
        let entries =
            entries.filter(|entry| readers.contains_key(&entry.header().lane.space)).collect();
        self.parcels
            .iter_mut()
            .filter(|parcel| parcel.from == device)
            .for_each(|parcel| parcel.is_stale = true);
        if self.parcels.len() == MAX_PARCELS {
            let replaced = self.chosen(MAX_PARCELS);
            self.parcels.remove(replaced);
        }
        self.parcels.push(Parcel { from: device, readers, entries, is_stale: false });
    }

    /// A device reads one of the parcels, as it comes.
    pub(super) fn receive(&mut self, device: usize) {
        let chosen = self.chosen(self.parcels.len());
        let Some(parcel) = self.parcels.get(chosen).filter(|parcel| parcel.from != device) else {
            return;
        };
        let id = self.network.ids[device];
        let for_it = |entry: &&Arc<Entry>| {
            let readers = parcel.readers.get(&entry.header().lane.space);
            readers.is_some_and(|readers| readers.contains(&id))
        };
        let entries: Vec<Entry> =
            parcel.entries.iter().filter(for_it).map(|entry| Entry::clone(entry)).collect();
        let (from, is_stale) = (parcel.from, parcel.is_stale);
        if entries.is_empty() || self.network.is_stalled(device) {
            return;
        }
        if is_stale {
            self.network.count("parcels read that were out of date");
        }
        let entries = self.spoil(entries);
        self.network.count("parcels read");
        self.network.hand(from, device, entries);
    }

    /// What may become of a file on its way.
    pub(super) fn spoil(&mut self, mut entries: Vec<Entry>) -> Vec<Entry> {
        match self.chance.below(6) {
            0 => {}
            1 => {
                self.network.count("parcels in another order");
                for at in (1..entries.len()).rev() {
                    let other = self.chosen(at + 1);
                    entries.swap(at, other);
                }
            }
            2 => {
                self.network.count("parcels with everything twice");
                let again = entries.clone();
                entries.extend(again);
            }
            3 => {
                self.network.count("parcels with entries lost");
                let chance = &mut self.chance;
                entries.retain(|_| chance.below(4) > 0);
            }
            4 => {
                self.network.count("parcels copied in part");
                let length = self.chosen(entries.len());
                entries.truncate(length);
            }
            _ => {
                self.network.count("parcels with a byte changed");
                let at = self.chosen(entries.len());
                let damaged = self.damaged(&entries[at]);
                entries.remove(at);
                entries.extend(damaged);
            }
        }
        entries
    }

    /// The same with one byte changed, if anybody would take that for an entry.
    fn damaged(&mut self, entry: &Entry) -> Option<Entry> {
        let mut bytes = entry.to_bytes();
        let at = self.chosen(bytes.len());
        bytes[at] ^= 1 << self.chance.below(8);
        Entry::from_bytes(&bytes).ok()
    }
}
