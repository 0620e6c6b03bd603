//! What really happened, which no device is asked: against it the devices are held at the end.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{Act, DeviceId, DocumentId, Entry, EntryId, PersonId, SpaceId};

use super::disk::{Disk, Place};

/// What was written by whom, and what must never come of it.
#[derive(Default)]
pub(super) struct Truth {
    /// Counts what happens.
    pub moment: u64,
    /// The data entries that devices with our build have saved.
    pub saved: BTreeMap<EntryId, Saved>,
    /// What is to be read in a section, whoever wrote it.
    pub texts: BTreeMap<Place, Vec<u8>>,
    /// Entries that must stand nowhere, and what is wrong with them.
    pub forbidden: BTreeMap<EntryId, &'static str>,
    /// Entries of hostile members with a section that opens and cannot be read, and what is in it.
    pub unreadable: BTreeMap<EntryId, String>,
    /// The data entries that hostile members have signed as themselves.
    pub signed: BTreeMap<EntryId, Signed>,
    /// When managers with our build cut a device's logs in a space, and the device that did.
    pub cuts: BTreeMap<(SpaceId, DeviceId), Vec<(u64, DeviceId)>>,
    /// When a person was let into a space, by whomever, and the entry that did.
    pub let_in: BTreeMap<(SpaceId, PersonId), Vec<(u64, EntryId)>>,
    /// The documents that somebody honest has proposed to erase, or seconded.
    pub erased: BTreeSet<DocumentId>,
    /// The people whom a device with our build has removed, and that device.
    pub removed: BTreeSet<(PersonId, DeviceId)>,
}

/// A save of a device with our build.
pub(super) struct Saved {
    pub device: usize,
    pub moment: u64,
    /// The people who were not in the space then, by all that had happened: its author knew of
    /// whatever let them in before.
    pub outside: BTreeSet<PersonId>,
}

/// An entry of a hostile member.
pub(super) struct Signed {
    pub device: DeviceId,
    pub moment: u64,
}

impl Truth {
    /// A device with our build has saved this, in a school of these people.
    pub(super) fn saved(
        &mut self,
        device: usize,
        disk: &Disk,
        entry: &Entry,
        (people, texts): (&BTreeSet<PersonId>, &[Vec<u8>]),
    ) {
        let space = entry.header().lane.space;
        let is_outside = |person: &&PersonId| {
            let let_in = self.let_in.get(&(space, **person)).into_iter().flatten();
            let mut let_in = let_in.map(|(_, entry)| *entry);
            !disk.trust.is_person_in(**person, space)
                && let_in.all(|entry| disk.trust.contains(entry))
        };
        let outside = people.iter().filter(is_outside).copied().collect();
        self.saved.insert(entry.id(), Saved { device, moment: self.moment, outside });
        for (index, text) in (0..).zip(texts) {
            self.texts.insert((entry.id(), index), text.clone());
        }
    }

    /// A device has signed these acts.
    pub(super) fn acted(&mut self, disk: &Disk, entry: &Entry, is_honest: bool) {
        let space = entry.header().lane.space;
        let (device, moment) = (disk.device(), self.moment);
        for act in &entry.header().acts {
            match act {
                Act::CreateSpace { .. } => self.let_in(space, disk.me.person(), entry.id()),
                Act::AdmitToSpace { person } => self.let_in(space, *person, entry.id()),
                Act::Cut { cuts } | Act::LeaveSpace { cuts, .. } if is_honest => {
                    for cut in cuts.iter().filter_map(|cut| disk.trust.device_of_log(cut.log)) {
                        self.cuts.entry((space, cut)).or_default().push((moment, device));
                    }
                }
                Act::Erase { documents, .. } if is_honest => self.erased.extend(documents),
                Act::RemovePerson { person, .. } if is_honest => {
                    self.removed.insert((*person, device));
                }
                _ => {}
            }
        }
    }

    fn let_in(&mut self, space: SpaceId, person: PersonId, entry: EntryId) {
        self.let_in.entry((space, person)).or_default().push((self.moment, entry));
    }
}
