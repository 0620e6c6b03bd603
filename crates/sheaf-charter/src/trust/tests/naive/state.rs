//! What some standing acts say, one thing at a time.

use super::*;

impl<'e> Naive<'e> {
    pub(super) fn act(&self, place: Place) -> &'e Act {
        &self.entries[&place.0].header().acts[place.1]
    }

    pub(super) fn space(&self, place: Place) -> SpaceId {
        self.entries[&place.0].header().lane.space
    }

    pub(super) fn before(&self, a: Place, b: Place) -> bool {
        self.past[&b.0].contains(&a.0) || (a.0 == b.0 && a.1 < b.1)
    }

    pub(super) fn latest<T>(&self, candidates: Vec<(Place, T)>) -> Vec<(Place, T)> {
        let places: Vec<_> = candidates.iter().map(|(place, _)| *place).collect();
        let is_latest = |place| !places.iter().any(|other| self.before(place, *other));
        candidates.into_iter().filter(|(place, _)| is_latest(*place)).collect()
    }

    pub(super) fn weight(&self, place: Place) -> (bool, Role, Reverse<EntryId>, usize) {
        let writer = &self.writers[&place.0];
        (writer.recovery, writer.role, Reverse(place.0), place.1)
    }

    pub(super) fn role_act(&self, known: &Places, person: PersonId) -> Option<(Place, Role)> {
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

    pub(super) fn last_roles(&self, known: &Places) -> BTreeMap<PersonId, Role> {
        let people = known.iter().filter_map(|place| match self.act(*place) {
            Act::Found { certificate, .. } | Act::AdmitPerson { certificate, .. } => {
                Some(certificate.person)
            }
            _ => None,
        });
        people.map(|person| (person, self.role_act(known, person).unwrap().1)).collect()
    }

    pub(super) fn people(&self, known: &Places) -> BTreeMap<PersonId, Role> {
        let mut people = self.last_roles(known);
        people.retain(|person, _| !self.removes_person(known, *person));
        people
    }

    pub(super) fn removes_person(&self, known: &Places, who: PersonId) -> bool {
        known.iter().any(
            |place| matches!(self.act(*place), Act::RemovePerson { person, .. } if *person == who),
        )
    }

    pub(super) fn is_out(&self, known: &Places, device: DeviceId) -> bool {
        known.iter().any(|place| match self.act(*place) {
            Act::RemoveDevice { device: removed, .. } => *removed == device,
            _ => false,
        }) || self.owner(known, device).is_some_and(|person| self.removes_person(known, person))
    }

    pub(super) fn owner(&self, known: &Places, device: DeviceId) -> Option<PersonId> {
        let admissions = known.iter().filter_map(|place| match self.act(*place) {
            Act::Found { certificate, .. }
            | Act::AdmitPerson { certificate, .. }
            | Act::AdmitDevice { certificate } => {
                (certificate.device == device).then_some((*place, certificate.person))
            }
            _ => None,
        });
        admissions.max_by_key(|(place, _)| self.weight(*place)).map(|(_, person)| person)
    }

    pub(super) fn devices(&self, known: &Places) -> Vec<Certificate> {
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
                || self.writers[&place.0].role.may_act_on(role);
            let better = devices
                .get(&certificate.device)
                .is_none_or(|(other, _)| self.weight(*other) < self.weight(*place));
            if trusted && better {
                devices.insert(certificate.device, (*place, *certificate));
            }
        }
        let devices = devices.into_values().map(|(_, certificate)| certificate);
        devices.filter(|certificate| !self.is_out(known, certificate.device)).collect()
    }

    pub(super) fn kind(&self, known: &Places, space: SpaceId) -> Option<SpaceKind> {
        known.iter().filter(|place| self.space(**place) == space).find_map(|place| {
            match self.act(*place) {
                Act::CreateSpace { kind, .. } => Some(*kind),
                _ => None,
            }
        })
    }

    pub(super) fn members(&self, known: &Places, space: SpaceId) -> BTreeSet<PersonId> {
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
                        (self.writers[&place.0].person == *person).then_some((*place, true))
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

    pub(super) fn epochs(
        &self,
        known: &Places,
        space: SpaceId,
    ) -> BTreeMap<EpochId, (u32, BTreeSet<DeviceId>)> {
        let mut epochs: BTreeMap<EpochId, (u32, BTreeSet<DeviceId>)> = BTreeMap::new();
        let inside = || known.iter().filter(|place| self.space(**place) == space);
        let is_made = |made: &EpochId| {
            inside().any(|place| match self.act(*place) {
                Act::Rotate { epoch, .. } => epoch == made,
                _ => false,
            })
        };
        for place in inside() {
            let (epoch, number, capsules) = match self.act(*place) {
                Act::Rotate { epoch, generation, capsules, .. } => (epoch, *generation, capsules),
                Act::Capsules { epoch, capsules } if is_made(epoch) => (epoch, 0, capsules),
                _ => continue,
            };
            let (generation, recipients) = epochs.entry(*epoch).or_default();
            *generation = number.max(*generation);
            recipients.extend(capsules.iter().map(|capsule| capsule.device));
        }
        epochs
    }

    pub(super) fn erased(&self, known: &Places, space: SpaceId) -> BTreeSet<DocumentId> {
        let mut erased = self.signed_away(known, space);
        erased.retain(|document| !self.is_on_hold(known, space, *document));
        erased
    }

    /// The documents of erasures that have their signatures, whatever holds say.
    pub(super) fn signed_away(&self, known: &Places, space: SpaceId) -> BTreeSet<DocumentId> {
        let inside = || known.iter().filter(|place| self.space(**place) == space);
        let mut erased = BTreeSet::new();
        for place in inside() {
            let Act::Erase { documents, .. } = self.act(*place) else { continue };
            if self.is_signed(known, *place) {
                erased.extend(documents.iter().copied());
            }
        }
        erased
    }

    pub(super) fn is_taken_back(&self, known: &Places, proposal: EntryId) -> bool {
        known.iter().any(|place| match self.act(*place) {
            Act::WithdrawErasure { entry } => *entry == proposal,
            _ => false,
        })
    }

    /// Whether a proposed erasure has its signatures.
    pub(super) fn is_signed(&self, known: &Places, proposal: Place) -> bool {
        let seconded = known.iter().any(|place| match self.act(*place) {
            Act::SecondErasure { entry } => *entry == proposal.0,
            _ => false,
        });
        let alone = self.could_only_sign_alone(proposal, known)
            && !self.is_taken_back(known, proposal.0)
            && self.all_others_came_later(proposal, known);
        seconded || alone
    }

    fn all_others_came_later(&self, place: Place, known: &Places) -> bool {
        let space = self.space(place);
        let people = self.people(known);
        let signer = self.writers[&place.0].person;
        let members = self.members(known, space).into_iter();
        let mut others = members.filter(|who| *who != signer && people[who].may_erase());
        others.all(|who| {
            let comings = known.iter().filter(|other| self.space(**other) == space);
            let comings = comings.filter(|other| match self.act(**other) {
                Act::CreateSpace { .. } => self.writers[&other.0].person == who,
                Act::AdmitToSpace { person } | Act::LeaveSpace { person, .. } => *person == who,
                _ => false,
            });
            let latest = self.latest(comings.map(|other| (*other, ())).collect());
            latest.into_iter().all(|(coming, ())| self.before(place, coming))
        })
    }

    pub(super) fn is_on_hold(&self, known: &Places, space: SpaceId, document: DocumentId) -> bool {
        let inside = || known.iter().filter(|place| self.space(**place) == space);
        let is_hold = |place: &&Place| {
            let act = self.act(**place);
            matches!(act, Act::Hold { documents } if documents.contains(&document))
        };
        let is_lift = |place: &&Place| {
            let act = self.act(**place);
            matches!(act, Act::ReleaseHold { documents } if documents.contains(&document))
        };
        let is_lifted = |hold: &Place| {
            let lifts = || inside().filter(is_lift).filter(|lift| self.before(*hold, **lift));
            let signed: BTreeSet<PersonId> =
                lifts().map(|lift| self.writers[&lift.0].person).collect();
            let alone = |lift: &Place| {
                self.could_only_sign_alone(*lift, known) && self.all_others_came_later(*lift, known)
            };
            signed.len() > 1 || lifts().any(alone)
        };
        inside().filter(is_hold).any(|hold| !is_lifted(hold))
    }

    pub(super) fn could_only_sign_alone(&self, place: Place, standing: &Places) -> bool {
        let (known, space) = (self.known_to(place.0, standing), self.space(place));
        let people = self.people(&known);
        let signer = self.writers[&place.0].person;
        let members = self.members(&known, space);
        !members.iter().any(|person| *person != signer && people[person].may_erase())
    }
}
