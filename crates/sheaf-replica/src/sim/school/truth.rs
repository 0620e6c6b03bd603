//! What really happened, which no device is asked: against it the devices are held at the end.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{
    Act, Capsule, DeviceId, DocumentId, Entry, EntryId, EpochId, PersonId, SpaceId, Trust,
};

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
    /// The acts that take a person out of a space, or them or their device out of the school in the
    /// charter, by whomever.
    put_out: BTreeMap<(SpaceId, PersonId), BTreeSet<EntryId>>,
    /// The keys of a space that a person was given who had been put out and was in again.
    given: BTreeMap<(SpaceId, PersonId), Vec<Given>>,
    /// The saves whose author was put back to before them.
    pub put_back: BTreeSet<EntryId>,
}

/// A save of a device with our build.
pub(super) struct Saved {
    pub device: usize,
    pub moment: u64,
    /// The people who were not in the space then, by all that had happened: its author knew of
    /// whatever let them in before.
    pub outside: BTreeMap<PersonId, Outside>,
}

/// How the author of a save saw a person who was not in its space.
pub(super) struct Outside {
    /// What had put them out.
    by: BTreeSet<EntryId>,
    /// What had given them keys before, when they were in again.
    given: BTreeSet<EntryId>,
}

/// That a device with our build gave somebody keys whom it held for in, although it knew of acts
/// that had put them out: those were void, or others let them in since.
struct Given {
    entry: EntryId,
    put_out: BTreeSet<EntryId>,
    /// The keys that the device had to give.
    epochs: BTreeSet<EpochId>,
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
        let outside = people.iter().filter(is_outside);
        let outside = outside.map(|one| (*one, self.outside(&disk.trust, space, *one))).collect();
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
                Act::LeaveSpace { person, .. } | Act::RemovePerson { person, .. } => {
                    self.put_out.entry((space, *person)).or_default().insert(entry.id());
                }
                Act::RemoveDevice { device, .. } => {
                    if let Some(person) = disk.trust.owner(*device) {
                        self.put_out.entry((space, person)).or_default().insert(entry.id());
                    }
                }
                _ => {}
            }
            match act {
                Act::Cut { cuts } | Act::LeaveSpace { cuts, .. } if is_honest => {
                    for cut in cuts.iter().filter_map(|cut| disk.trust.device_of_log(cut.log)) {
                        self.cuts.entry((space, cut)).or_default().push((moment, device));
                    }
                }
                Act::Erase { documents, .. } if is_honest => self.erased.extend(documents),
                Act::RemovePerson { person, .. } if is_honest => {
                    self.removed.insert((*person, device));
                }
                Act::Rotate { capsules, .. } | Act::Capsules { capsules, .. } if is_honest => {
                    self.gave(disk, entry, capsules);
                }
                _ => {}
            }
        }
    }

    fn gave(&mut self, disk: &Disk, entry: &Entry, capsules: &[Capsule]) {
        let (trust, space) = (&disk.trust, entry.header().lane.space);
        let inside = capsules.iter().filter(|capsule| trust.is_member(capsule.device, space));
        for person in inside.filter_map(|capsule| trust.owner(capsule.device)) {
            let put_out: BTreeSet<_> = self.put_out_of(trust, space, person).collect();
            if !put_out.is_empty() {
                let epochs = disk.keys.keys_of(space).map(|(epoch, _)| *epoch).collect();
                let given = Given { entry: entry.id(), put_out, epochs };
                self.given.entry((space, person)).or_default().push(given);
            }
        }
    }

    /// The acts known here that put a person out of a space, with effect or without.
    fn put_out_of(
        &self,
        trust: &Trust,
        space: SpaceId,
        person: PersonId,
    ) -> impl Iterator<Item = EntryId> {
        let acts = [SpaceId::CHARTER, space].map(|space| self.put_out.get(&(space, person)));
        acts.into_iter().flatten().flatten().copied().filter(|entry| trust.contains(*entry))
    }

    fn outside(&self, trust: &Trust, space: SpaceId, person: PersonId) -> Outside {
        let held: BTreeSet<_> = trust.held().into_iter().map(|held| held.entry).collect();
        let by = self.put_out_of(trust, space, person).filter(|entry| !held.contains(entry));
        let given = self.given.get(&(space, person)).into_iter().flatten();
        let given = given.map(|given| given.entry).filter(|entry| trust.contains(*entry));
        Outside { by: by.collect(), given: given.collect() }
    }

    /// Whether a person whom the author of a save saw outside was given its key as they were in
    /// again, by somebody who knew what had put them out, and the author did not know that.
    pub(super) fn was_in_again(&self, save: &Entry, person: PersonId, outside: &Outside) -> bool {
        let header = save.header();
        let mut given = self.given.get(&(header.lane.space, person)).into_iter().flatten();
        given.any(|given| {
            given.epochs.contains(&header.epoch)
                && !outside.given.contains(&given.entry)
                && !given.put_out.is_disjoint(&outside.by)
        })
    }

    fn let_in(&mut self, space: SpaceId, person: PersonId, entry: EntryId) {
        self.let_in.entry((space, person)).or_default().push((self.moment, entry));
    }
}
