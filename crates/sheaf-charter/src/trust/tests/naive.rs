//! The rules once more, without any of the machinery: sets, and comparing all with all.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::act::{Act, Capsule};
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::ids::{DeviceId, EntryId, EpochId, LogId, PersonId, SpaceId};
use crate::role::{Role, SpaceKind};

type Place = (EntryId, usize);
type Places = BTreeSet<Place>;

#[derive(Default)]
pub(super) struct Naive<'e> {
    entries: BTreeMap<EntryId, &'e Entry>,
    past: BTreeMap<EntryId, BTreeSet<EntryId>>,
    role_of_author: BTreeMap<EntryId, (PersonId, DeviceId, Role)>,
    stands: Places,
}

#[derive(PartialEq, Eq, Debug)]
pub(super) struct Plain {
    pub(super) people: BTreeMap<PersonId, (Role, BTreeSet<DeviceId>)>,
    pub(super) members: BTreeMap<SpaceId, BTreeSet<PersonId>>,
    pub(super) epochs: BTreeMap<SpaceId, BTreeMap<EpochId, (u32, BTreeSet<DeviceId>)>>,
}

impl<'e> Naive<'e> {
    pub(super) fn new(entries: &'e [Entry]) -> Self {
        let mut naive = Self::default();
        for entry in entries {
            naive.entries.insert(entry.id(), entry);
        }
        while naive.past.len() < naive.entries.len() {
            for entry in entries {
                let header = entry.header();
                let parents = header.charter_heads.iter().chain(&header.control_heads);
                let pasts: Option<Vec<_>> =
                    parents.clone().map(|parent| naive.past.get(parent)).collect();
                if let Some(pasts) = pasts {
                    let mut past: BTreeSet<_> = pasts.into_iter().flatten().copied().collect();
                    past.extend(parents);
                    naive.past.insert(entry.id(), past);
                }
            }
        }
        let mut order: Vec<_> = naive.past.iter().map(|(id, past)| (past.len(), *id)).collect();
        order.sort_unstable();
        order.into_iter().for_each(|(_, id)| naive.judge_entry(id));
        naive
    }

    pub(super) fn plain(&self) -> Plain {
        let all = &self.stands;
        let people = self.people(all).into_iter().map(|(person, role)| {
            let devices = self.devices(all).into_iter().filter(|known| known.person == person);
            (person, (role, devices.map(|known| known.device).collect()))
        });
        let spaces: BTreeSet<_> = all.iter().map(|place| self.space(*place)).collect();
        let members = spaces.iter().map(|space| (*space, self.members(all, *space)));
        let epochs = spaces.iter().map(|space| (*space, self.epochs(all, *space)));
        Plain { people: people.collect(), members: members.collect(), epochs: epochs.collect() }
    }

    fn act(&self, place: Place) -> &'e Act {
        &self.entries[&place.0].header().acts[place.1]
    }

    fn space(&self, place: Place) -> SpaceId {
        self.entries[&place.0].header().lane.space
    }

    fn before(&self, a: Place, b: Place) -> bool {
        self.past[&b.0].contains(&a.0) || (a.0 == b.0 && a.1 < b.1)
    }

    fn latest<T>(&self, candidates: Vec<(Place, T)>) -> Vec<(Place, T)> {
        let places: Vec<_> = candidates.iter().map(|(place, _)| *place).collect();
        let is_latest = |place| !places.iter().any(|other| self.before(place, *other));
        candidates.into_iter().filter(|(place, _)| is_latest(*place)).collect()
    }

    fn weight(&self, place: Place) -> (Role, Reverse<EntryId>, usize) {
        (self.role_of_author[&place.0].2, Reverse(place.0), place.1)
    }

    fn role_act(&self, known: &Places, person: PersonId) -> Option<(Place, Role)> {
        let candidates = known.iter().filter_map(|place| match self.act(*place) {
            Act::Found { certificate, .. } if certificate.person == person => {
                Some((*place, Role::Head))
            }
            Act::AdmitPerson { role, certificate } if certificate.person == person => {
                Some((*place, *role))
            }
            Act::SetRole { person: who, role, .. } if *who == person => Some((*place, *role)),
            _ => None,
        });
        let latest = self.latest(candidates.collect());
        latest.into_iter().max_by_key(|(place, _)| self.weight(*place))
    }

    fn people(&self, known: &Places) -> BTreeMap<PersonId, Role> {
        let people = known.iter().filter_map(|place| match self.act(*place) {
            Act::Found { certificate, .. } | Act::AdmitPerson { certificate, .. } => {
                Some(certificate.person)
            }
            _ => None,
        });
        people.map(|person| (person, self.role_act(known, person).unwrap().1)).collect()
    }

    fn devices(&self, known: &Places) -> Vec<Certificate> {
        let mut devices: BTreeMap<DeviceId, (Place, Certificate)> = BTreeMap::new();
        for place in known {
            let (Act::Found { certificate, .. }
            | Act::AdmitPerson { certificate, .. }
            | Act::AdmitDevice { certificate }) = self.act(*place)
            else {
                continue;
            };
            let Some((given, role)) = self.role_act(known, certificate.person) else { continue };
            let trusted = self.before(*place, given)
                || self.before(given, *place)
                || given.0 == place.0
                || self.role_of_author[&place.0].2.may_act_on(role);
            let better = devices
                .get(&certificate.device)
                .is_none_or(|(other, _)| self.weight(*other) < self.weight(*place));
            if trusted && better {
                devices.insert(certificate.device, (*place, *certificate));
            }
        }
        devices.into_values().map(|(_, certificate)| certificate).collect()
    }

    fn kind(&self, known: &Places, space: SpaceId) -> Option<SpaceKind> {
        known.iter().filter(|place| self.space(**place) == space).find_map(|place| {
            match self.act(*place) {
                Act::CreateSpace { kind, .. } => Some(*kind),
                _ => None,
            }
        })
    }

    fn members(&self, known: &Places, space: SpaceId) -> BTreeSet<PersonId> {
        let people = self.people(known).into_iter().filter(|(_, role)| role.may_read());
        let people = people.map(|(person, _)| person);
        if space == SpaceId::CHARTER {
            return people.collect();
        }
        people
            .filter(|person| {
                let acts = known.iter().filter(|place| self.space(**place) == space);
                let acts = acts.filter_map(|place| match self.act(*place) {
                    Act::CreateSpace { .. } => {
                        (self.role_of_author[&place.0].0 == *person).then_some((*place, true))
                    }
                    Act::AdmitToSpace { person: who } => (who == person).then_some((*place, true)),
                    Act::LeaveSpace { person: who, .. } => {
                        (who == person).then_some((*place, false))
                    }
                    _ => None,
                });
                let latest = self.latest(acts.collect());
                !latest.is_empty() && latest.iter().all(|(_, joined)| *joined)
            })
            .collect()
    }

    fn epochs(
        &self,
        known: &Places,
        space: SpaceId,
    ) -> BTreeMap<EpochId, (u32, BTreeSet<DeviceId>)> {
        let mut epochs: BTreeMap<EpochId, (u32, BTreeSet<DeviceId>)> = BTreeMap::new();
        for place in known.iter().filter(|place| self.space(**place) == space) {
            let (epoch, number, capsules) = match self.act(*place) {
                Act::Rotate { epoch, generation, capsules, .. } => (epoch, *generation, capsules),
                Act::Capsules { epoch, capsules } => (epoch, 0, capsules),
                _ => continue,
            };
            let (generation, recipients) = epochs.entry(*epoch).or_default();
            *generation = number.max(*generation);
            recipients.extend(capsules.iter().map(|capsule| capsule.device));
        }
        epochs
    }

    fn judge_entry(&mut self, id: EntryId) {
        let entry = self.entries[&id];
        let past = &self.past[&id];
        let mut known: Places =
            self.stands.iter().filter(|(other, _)| past.contains(other)).copied().collect();
        let header = entry.header();
        if let Act::Found { certificate, .. } = &header.acts[0] {
            let author = (certificate.person, certificate.device, Role::Head);
            self.role_of_author.insert(id, author);
            self.stands.insert((id, 0));
            return;
        }
        let devices = self.devices(&known);
        let author = devices.iter().find(|known| {
            (0..64).any(|incarnation| LogId::derive(known.device, incarnation) == header.log)
        });
        let Some(author) = author else { return };
        let role = self.people(&known)[&author.person];
        self.role_of_author.insert(id, (author.person, author.device, role));
        for (index, act) in header.acts.iter().enumerate() {
            if self.may(&known, header.lane.space, (author.person, author.device, role), act) {
                known.insert((id, index));
                self.stands.insert((id, index));
            }
        }
    }

    fn may(
        &self,
        known: &Places,
        space: SpaceId,
        author: (PersonId, DeviceId, Role),
        act: &Act,
    ) -> bool {
        if !act.in_effect() {
            return false;
        }
        let (person, device, role) = author;
        let people = self.people(known);
        match act {
            Act::AdmitPerson { role: new, certificate } => {
                role.may_act_on(*new)
                    && certificate.is_first_device()
                    && !people.contains_key(&certificate.person)
                    && self.is_fresh(known, certificate)
            }
            Act::AdmitDevice { certificate } => {
                people.get(&certificate.person).is_some_and(|theirs| {
                    role.may_act_on(*theirs) || (certificate.person == person && role >= Role::Lead)
                }) && self.is_fresh(known, certificate)
            }
            Act::SetRole { person: who, role: new, .. } => people.get(who).is_some_and(|old| {
                let heads = people.values().filter(|role| **role == Role::Head).count();
                role.may_act_on(*old)
                    && role.may_act_on(*new)
                    && (old == new || (*old != Role::Locker && *new != Role::Locker))
                    && (*old != Role::Head || *new == Role::Head || heads > 1)
            }),
            Act::CreateSpace { kind, .. } => {
                let founder = known.iter().find_map(|place| match self.act(*place) {
                    Act::Found { certificate, .. } => Some(certificate.device),
                    _ => None,
                });
                role >= Role::Lead
                    && self.kind(known, space).is_none()
                    && (*kind == SpaceKind::Other || founder == Some(device))
            }
            _ => self.may_inside(known, space, (person, role), act),
        }
    }

    fn is_fresh(&self, known: &Places, new: &Certificate) -> bool {
        !known.iter().any(|place| match self.act(*place) {
            Act::Found { certificate, .. }
            | Act::AdmitPerson { certificate, .. }
            | Act::AdmitDevice { certificate } => {
                certificate.device == new.device && certificate != new
            }
            _ => false,
        })
    }

    fn may_inside(
        &self,
        known: &Places,
        space: SpaceId,
        (person, role): (PersonId, Role),
        act: &Act,
    ) -> bool {
        let people = self.people(known);
        let members = self.members(known, space);
        let kind = self.kind(known, space);
        let manages = |who: &PersonId| kind.is_some_and(|kind| people[who].may_manage(kind));
        let epochs = self.epochs(known, space);
        let devices = self.devices(known);
        let all_in = |capsules: &[Capsule]| {
            capsules.iter().all(|capsule| {
                let owner = devices.iter().find(|known| known.device == capsule.device);
                owner.is_some_and(|owner| members.contains(&owner.person))
            })
        };
        if !members.contains(&person) {
            return false;
        }
        match act {
            Act::AdmitToSpace { person: who } => {
                manages(&person) && people.get(who).is_some_and(|role| role.may_read())
            }
            Act::LeaveSpace { person: who, .. } => {
                let others = members.iter().any(|other| *other != person && manages(other));
                *who == person && (others || !manages(&person))
            }
            Act::Rotate { epoch, generation, capsules, parents, .. } => {
                let known = parents.iter().filter_map(|parent| epochs.get(&parent.epoch));
                let known: Vec<_> = known.map(|(generation, _)| *generation).collect();
                role.may_write()
                    && all_in(capsules)
                    && !epochs.contains_key(epoch)
                    && known.len() == parents.len()
                    && parents.is_empty() == epochs.is_empty()
                    && *generation == known.into_iter().max().unwrap_or(0) + 1
            }
            Act::Capsules { epoch, capsules } => all_in(capsules) && epochs.contains_key(epoch),
            Act::Describe => role.may_write(),
            _ => false,
        }
    }
}
