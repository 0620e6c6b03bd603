//! The rules once more, without any of the machinery: sets, and comparing all with all.

mod rights;
mod state;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::act::{Act, LogCut, Reach};
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::ids::{DeviceId, DocumentId, EntryId, EpochId, LogId, PersonId, SpaceId};
use crate::role::{Role, SpaceKind};

type Place = (EntryId, usize);
type Places = BTreeSet<Place>;
type Entries = BTreeSet<EntryId>;

/// Who wrote an entry, by what they knew.
#[derive(Clone, Copy)]
struct Writer {
    person: PersonId,
    device: DeviceId,
    role: Role,
    recovery: bool,
}

#[derive(Clone, Default)]
pub(super) struct Naive<'e> {
    entries: BTreeMap<EntryId, &'e Entry>,
    past: BTreeMap<EntryId, Entries>,
    writers: BTreeMap<EntryId, Writer>,
    at_heads: Places,
    /// The removed devices because of which a cut was written.
    grounds: BTreeMap<Place, BTreeSet<DeviceId>>,
    stands: Places,
    logs: BTreeMap<LogId, DeviceId>,
}

#[derive(PartialEq, Eq, Debug)]
pub(super) struct Plain {
    pub(super) people: BTreeMap<PersonId, (Role, BTreeSet<DeviceId>)>,
    pub(super) members: BTreeMap<SpaceId, BTreeSet<PersonId>>,
    pub(super) epochs: BTreeMap<SpaceId, BTreeMap<EpochId, (u32, BTreeSet<DeviceId>)>>,
    pub(super) erased: BTreeMap<SpaceId, BTreeSet<DocumentId>>,
    pub(super) held: Places,
}

impl<'e> Naive<'e> {
    pub(super) fn new(entries: &'e [Entry]) -> Self {
        let mut naive = Self::default();
        naive.add(entries);
        naive
    }

    /// Takes in more entries, with all that they name.
    pub(super) fn add(&mut self, entries: &'e [Entry]) {
        self.entries.extend(entries.iter().map(|entry| (entry.id(), entry)));
        let mut order = Vec::new();
        while self.past.len() < self.entries.len() {
            for entry in entries {
                if self.past.contains_key(&entry.id()) {
                    continue;
                }
                let header = entry.header();
                let parents = header.charter_heads.iter().chain(&header.control_heads);
                let pasts: Option<Vec<_>> =
                    parents.clone().map(|parent| self.past.get(parent)).collect();
                if let Some(pasts) = pasts {
                    let mut past: BTreeSet<_> = pasts.into_iter().flatten().copied().collect();
                    past.extend(parents);
                    self.past.insert(entry.id(), past);
                    order.push(entry.id());
                }
            }
        }
        order.into_iter().for_each(|id| self.judge_at_heads(id));
        self.stands = self.all_that_stands();
    }

    pub(super) fn plain(&self) -> Plain {
        let all = &self.stands;
        let people = self.people(all).into_iter().map(|(person, role)| {
            let devices = self.devices(all).into_iter().filter(|known| known.person == person);
            (person, (role, devices.map(|known| known.device).collect()))
        });
        let spaces: BTreeSet<_> =
            self.entries.values().map(|entry| entry.header().lane.space).collect();
        let members = spaces.iter().map(|space| (*space, self.members(all, *space)));
        let epochs = spaces.iter().map(|space| (*space, self.epochs(all, *space)));
        let erased = spaces.iter().map(|space| (*space, self.erased(all, *space)));
        Plain {
            people: people.collect(),
            members: members.collect(),
            epochs: epochs.collect(),
            erased: erased.collect(),
            held: self.places().filter(|place| !all.contains(place)).collect(),
        }
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        self.entries
            .iter()
            .flat_map(|(id, entry)| (0..entry.header().acts.len()).map(|act| (*id, act)))
    }

    /// What of some standing acts the writer of an entry knew.
    fn known_to(&self, id: EntryId, standing: &Places) -> Places {
        let past = &self.past[&id];
        standing.iter().filter(|(other, _)| past.contains(other)).copied().collect()
    }

    fn writer(&self, known: &Places, id: EntryId) -> Option<Writer> {
        let log = self.entries[&id].header().log;
        if let Act::Found { certificate, .. } = &self.entries[&id].header().acts[0] {
            let (person, device) = (certificate.person, certificate.device);
            return Some(Writer { person, device, role: Role::Head, recovery: false });
        }
        let recovery = known.iter().filter_map(|place| match self.act(*place) {
            Act::Found { recovery_signing, .. } => Some((*place, *recovery_signing)),
            Act::ReplaceRecovery { signing, .. } => Some((*place, *signing)),
            _ => None,
        });
        let recovery = self.latest(recovery.collect()).into_iter();
        let recovery = recovery.max_by_key(|(place, _)| self.weight(*place));
        let key = recovery.map(|(_, signing)| DeviceId::from_bytes(signing));
        if let Some(device) = key.filter(|key| LogId::derive(*key, 0) == log) {
            let person = PersonId::ZERO;
            return Some(Writer { person, device, role: Role::Head, recovery: true });
        }
        let devices = self.devices(known);
        let author = devices.iter().find(|known| Some(known.device) == self.device_of(log))?;
        let role = self.people(known)[&author.person];
        Some(Writer { person: author.person, device: author.device, role, recovery: false })
    }

    /// The acts of an entry that its writer might do, knowing these, without those barred.
    fn judge(&self, id: EntryId, mut known: Places, barred: impl Fn(Place) -> bool) -> Places {
        let entry = self.entries[&id];
        let mut standing = Places::new();
        let Some(writer) = self.writer(&known, id) else { return standing };
        for (index, act) in entry.header().acts.iter().enumerate() {
            let place = (id, index);
            if !barred(place) && self.may(&known, entry.header().lane.space, &writer, act, id) {
                known.insert(place);
                standing.insert(place);
            }
        }
        standing
    }

    fn judge_at_heads(&mut self, id: EntryId) {
        let space = self.entries[&id].header().lane.space;
        let past = self.past[&id].clone();
        let charter = self.lane(SpaceId::CHARTER, &past);
        let mut known = self.settle(&charter, &Places::new());
        if space != SpaceId::CHARTER {
            let inside = self.settle(&self.lane(space, &past), &known);
            known.extend(inside);
        }
        if let Some(writer) = self.writer(&known, id) {
            self.writers.insert(id, writer);
        }
        let standing = self.judge(id, known.clone(), |_| false);
        for place in &standing {
            let Act::Cut { cuts } = self.act(*place) else { continue };
            let devices = cuts.iter().filter_map(|cut| self.device_of(cut.log));
            let removed = devices.filter(|device| self.is_out(&known, *device)).collect();
            self.grounds.insert(*place, removed);
        }
        self.know_logs(&standing);
        self.at_heads.extend(standing);
    }

    fn lane(&self, space: SpaceId, entries: &Entries) -> Entries {
        let inside = entries.iter().filter(|id| self.entries[id].header().lane.space == space);
        inside.copied().collect()
    }

    fn all_that_stands(&self) -> Places {
        let all: Entries = self.entries.keys().copied().collect();
        let charter = self.settle(&self.lane(SpaceId::CHARTER, &all), &Places::new());
        let spaces: BTreeSet<_> =
            self.entries.values().map(|entry| entry.header().lane.space).collect();
        let mut stands = charter.clone();
        for space in spaces.into_iter().filter(|space| *space != SpaceId::CHARTER) {
            stands.extend(self.settle(&self.lane(space, &all), &charter));
        }
        stands
    }

    /// What stands among some of a lane's entries, beside what stands of the charter.
    fn settle(&self, set: &Entries, charter: &Places) -> Places {
        let mut removals: Vec<Place> = set
            .iter()
            .flat_map(|id| (0..self.entries[id].header().acts.len()).map(|act| (*id, act)))
            .filter(|place| self.at_heads.contains(place) && self.is_removal(*place))
            .collect();
        removals.sort_by_key(|place| Reverse(self.strength(*place, set)));
        let mut denied = Places::new();
        loop {
            let mut accepted: Vec<Place> = Vec::new();
            let mut rejected = denied.clone();
            for place in &removals {
                let now = self.judge_all(set, charter, &accepted, &denied);
                if now.contains(place) {
                    accepted.push(*place);
                } else {
                    rejected.insert(*place);
                }
            }
            let now = self.judge_all(set, charter, &accepted, &rejected);
            match accepted.iter().find(|place| !now.contains(place)) {
                None => return now,
                Some(fallen) => denied.insert(*fallen),
            };
        }
    }

    fn judge_all(
        &self,
        set: &Entries,
        charter: &Places,
        accepted: &[Place],
        denied: &Places,
    ) -> Places {
        let mut order: Vec<_> = set.iter().map(|id| (self.past[id].len(), *id)).collect();
        order.sort_unstable();
        let mut standing = Places::new();
        for (_, id) in order {
            if self.is_void(id, accepted) {
                continue;
            }
            let mut known = self.known_to(id, charter);
            known.extend(self.known_to(id, &standing));
            let charter = known.clone();
            let barred = |place| {
                denied.contains(&place)
                    || !self.at_heads.contains(&place)
                    || self.is_groundless(place, &charter)
            };
            standing.extend(self.judge(id, known, barred));
        }
        standing
    }

    /// Whether a device because of whose removal a cut was written is not removed.
    fn is_groundless(&self, cut: Place, known: &Places) -> bool {
        let removed = self.grounds.get(&cut).into_iter().flatten();
        removed.into_iter().any(|device| !self.is_out(known, *device))
    }

    fn device_of(&self, log: LogId) -> Option<DeviceId> {
        self.logs.get(&log).copied()
    }

    fn know_logs(&mut self, admitted: &Places) {
        for place in admitted {
            if let Act::Found { certificate, .. }
            | Act::AdmitPerson { certificate, .. }
            | Act::AdmitDevice { certificate } = self.act(*place)
            {
                let logs = (0..64).map(|number| LogId::derive(certificate.device, number));
                self.logs.extend(logs.map(|log| (log, certificate.device)));
            }
        }
    }

    fn is_removal(&self, place: Place) -> bool {
        match self.act(place) {
            Act::RemoveDevice { .. } | Act::RemovePerson { .. } | Act::Cut { .. } => true,
            Act::SetRole { cuts, .. } => !cuts.is_empty(),
            Act::LeaveSpace { .. } => true,
            _ => false,
        }
    }

    /// Whether a removal is about the writer of an entry.
    fn is_about(&self, removal: Place, id: EntryId) -> bool {
        let device = self.device_of(self.entries[&id].header().log);
        let person = self.writers.get(&id).filter(|writer| !writer.recovery);
        let person = person.map(|writer| writer.person);
        self.is_about_device(removal, device, person)
    }

    fn is_about_device(
        &self,
        removal: Place,
        device: Option<DeviceId>,
        person: Option<PersonId>,
    ) -> bool {
        match self.act(removal) {
            Act::RemoveDevice { device: target, .. } => device == Some(*target),
            Act::Cut { cuts } => {
                device.is_some() && cuts.iter().any(|cut| self.device_of(cut.log) == device)
            }
            Act::RemovePerson { person: target, .. }
            | Act::LeaveSpace { person: target, .. }
            | Act::SetRole { person: target, .. } => person == Some(*target),
            _ => false,
        }
    }

    fn is_within(&self, removal: Place, id: EntryId) -> bool {
        let act = self.act(removal);
        let (Act::RemoveDevice { cuts, .. }
        | Act::Cut { cuts }
        | Act::RemovePerson { cuts, .. }
        | Act::LeaveSpace { cuts, .. }
        | Act::SetRole { cuts, .. }) = act
        else {
            return true;
        };
        match cuts.iter().find(|cut| cut.log == self.entries[&id].header().log) {
            Some(cut) => match cut.control {
                Reach::All => true,
                Reach::Nothing => false,
                Reach::UpTo(tip) => id == tip.entry || self.past[&tip.entry].contains(&id),
            },
            None => matches!(act, Act::SetRole { .. }) || self.past[&removal.0].contains(&id),
        }
    }

    fn is_void(&self, id: EntryId, accepted: &[Place]) -> bool {
        accepted.iter().any(|removal| {
            id != removal.0
                && !self.past[&id].contains(&removal.0)
                && self.is_about(*removal, id)
                && !self.is_within(*removal, id)
        })
    }

    fn same_target(&self, one: Place, other: Place) -> bool {
        let devices = |cuts: &[LogCut]| -> BTreeSet<_> {
            cuts.iter().filter_map(|cut| self.device_of(cut.log)).collect()
        };
        let person = |act: &Act| match act {
            Act::RemovePerson { person, .. }
            | Act::LeaveSpace { person, .. }
            | Act::SetRole { person, .. } => Some(*person),
            _ => None,
        };
        let scope = |act: &Act| match act {
            Act::RemoveDevice { device, .. } => BTreeSet::from([*device]),
            Act::Cut { cuts } => devices(cuts),
            _ => BTreeSet::new(),
        };
        let (one, other) = (self.act(one), self.act(other));
        person(one) == person(other) && scope(one) == scope(other)
    }

    fn strength(
        &self,
        removal: Place,
        set: &Entries,
    ) -> (bool, usize, Role, Reverse<EntryId>, usize) {
        let mut acknowledged = Entries::new();
        for id in &self.past[&removal.0] {
            if self.space((*id, 0)) != self.space(removal) {
                continue;
            }
            let admits =
                (0..self.entries[id].header().acts.len()).any(|act| match self.act((*id, act)) {
                    Act::Found { certificate, .. }
                    | Act::AdmitPerson { certificate, .. }
                    | Act::AdmitDevice { certificate } => self.is_about_device(
                        removal,
                        Some(certificate.device),
                        Some(certificate.person),
                    ),
                    Act::AdmitToSpace { person } => {
                        self.is_about_device(removal, None, Some(*person))
                    }
                    Act::CreateSpace { .. } => self.is_about(removal, *id),
                    _ => false,
                });
            if admits || (self.is_about(removal, *id) && self.is_within(removal, *id)) {
                acknowledged.insert(*id);
                acknowledged.extend(&self.past[id]);
            }
        }
        let introduced = |who: PersonId| {
            let inside = self.at_heads.iter().filter(|place| acknowledged.contains(&place.0));
            inside.filter(|place| self.space(**place) == self.space(removal)).any(
                |place| match self.act(*place) {
                    Act::Found { certificate, .. } | Act::AdmitPerson { certificate, .. } => {
                        certificate.person == who
                    }
                    Act::AdmitToSpace { person } => *person == who,
                    Act::CreateSpace { .. } => self.writers[&place.0].person == who,
                    _ => false,
                },
            )
        };
        let behind = self.at_heads.iter().filter(|place| set.contains(&place.0));
        let behind = behind.filter(|place| {
            place.0 == removal.0
                || (self.is_removal(**place) && self.same_target(**place, removal))
                || matches!(self.act(**place), Act::Endorse { entry } if *entry == removal.0)
        });
        let people = behind.map(|place| self.writers[&place.0]);
        let writer = &self.writers[&removal.0];
        let people: BTreeSet<_> = people
            .filter(|other| !other.recovery)
            .filter(|other| other.person == writer.person || introduced(other.person))
            .map(|other| other.person)
            .collect();
        (writer.recovery, people.len(), writer.role, Reverse(removal.0), removal.1)
    }
}
