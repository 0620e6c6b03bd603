//! Who is in a space, its epochs, what is cut off in it, and what is erased.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bits::Bits;
use super::effect::{Change, Effect, Latest, Membership, Stamp};
use super::hold::Holds;
use crate::act::{ErasureReason, LogCut, Reach, Tip};
use crate::ids::{DeviceId, DocumentId, EntryId, EpochId, LogId, PersonId};
use crate::role::SpaceKind;

/// One epoch of a space.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct EpochState {
    /// How many rotations lie before it on the longest way, and itself.
    pub generation: u32,
    /// The devices that its key was wrapped for.
    pub recipients: BTreeSet<DeviceId>,
}

/// An erasure that was proposed in a space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErasureState {
    /// The documents.
    pub documents: Arc<[DocumentId]>,
    /// Why.
    pub reason: ErasureReason,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// Who proposed it and who seconded it.
    pub signed_by: BTreeSet<PersonId>,
    /// The devices that have carried it out.
    pub confirmed: BTreeSet<DeviceId>,
    /// Whether nobody else in the space could second it when it was proposed.
    pub alone: bool,
    /// Whether whoever proposed it took it back.
    pub taken_back: bool,
}

impl ErasureState {
    /// Whether it has the signatures that it needs: of two persons, or of one where the space had
    /// only one who could sign.
    pub fn is_signed(&self) -> bool {
        self.alone || self.signed_by.len() > 1
    }

    /// Whether it was taken back before it had its signatures. One that was seconded by somebody
    /// who did not know that stays in effect: what other devices have erased does not come back.
    pub fn is_withdrawn(&self) -> bool {
        self.taken_back && !self.is_signed()
    }

    /// Whether it waits for a second signature.
    pub fn is_open(&self) -> bool {
        !self.taken_back && !self.is_signed()
    }
}

/// What a cut says of the data of one log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Bound {
    /// No cut concerns it.
    Free,
    /// These entries and what lies before all of them.
    UpTo(Vec<Tip>),
    /// Nothing of it.
    Nothing,
}

#[derive(Clone, Debug)]
struct StandingCut {
    stamp: Stamp,
    devices: BTreeSet<DeviceId>,
    removed: BTreeSet<DeviceId>,
    person: Option<PersonId>,
    cuts: Arc<[LogCut]>,
}

impl StandingCut {
    fn concerns(&self, device: DeviceId, person: Option<PersonId>) -> bool {
        self.devices.contains(&device) || (person.is_some() && self.person == person)
    }
}

/// The sections of a held entry that were vouched for, and its log.
#[derive(Clone, Debug)]
pub(super) struct Attested {
    pub(super) log: LogId,
    pub(super) sections: BTreeSet<u16>,
}

/// The control part of a space after some of its entries. The charter has one too, for its epochs.
#[derive(Clone, Default, Debug)]
pub(super) struct SpaceState {
    pub(super) kind: Option<SpaceKind>,
    members: BTreeMap<PersonId, Latest<Membership>>,
    pub(super) epochs: BTreeMap<EpochId, EpochState>,
    /// Who was given keys of epochs that no rotation which stands has made.
    given: BTreeMap<EpochId, BTreeSet<DeviceId>>,
    cuts: Vec<StandingCut>,
    pub(super) attested: BTreeMap<EntryId, Attested>,
    erasures: BTreeMap<EntryId, (Stamp, ErasureState)>,
    holds: BTreeMap<DocumentId, Holds>,
    hand_off: Latest<PersonId>,
}

impl SpaceState {
    pub(super) fn apply(&mut self, effect: &Effect) {
        match &effect.change {
            Change::Created { kind, creator } => {
                self.kind = Some(*kind);
                let members = self.members.entry(*creator).or_default();
                members.push(effect.stamp.clone(), Membership::Joined);
            }
            Change::Membership { person, membership } => {
                let members = self.members.entry(*person).or_default();
                members.push(effect.stamp.clone(), *membership);
            }
            Change::Epoch { epoch, generation, recipients } => {
                let state = self.epochs.entry(*epoch).or_default();
                state.generation = state.generation.max(*generation);
                state.recipients.extend(recipients);
                state.recipients.extend(self.given.remove(epoch).unwrap_or_default());
            }
            Change::Recipients { epoch, recipients } => match self.epochs.get_mut(epoch) {
                Some(state) => state.recipients.extend(recipients),
                None => self.given.entry(*epoch).or_default().extend(recipients),
            },
            Change::Cut { devices, removed, person, cuts } => self.cuts.push(StandingCut {
                stamp: effect.stamp.clone(),
                devices: devices.clone(),
                removed: removed.clone(),
                person: *person,
                cuts: cuts.clone(),
            }),
            Change::Attested { entry, log, sections } => {
                let attested = self.attested.entry(*entry);
                let attested =
                    attested.or_insert_with(|| Attested { log: *log, sections: BTreeSet::new() });
                attested.sections.extend(sections);
            }
            Change::HandOff { person } => self.hand_off.push(effect.stamp.clone(), *person),
            _ => self.apply_erasing(effect),
        }
    }

    fn apply_erasing(&mut self, effect: &Effect) {
        let stamp = &effect.stamp;
        match &effect.change {
            Change::Erasure { documents, reason, alone } => {
                let erasure = ErasureState {
                    documents: documents.clone(),
                    reason: *reason,
                    proposed_by: stamp.author,
                    signed_by: BTreeSet::from([stamp.author]),
                    confirmed: BTreeSet::new(),
                    alone: *alone,
                    taken_back: false,
                };
                self.erasures.insert(stamp.entry, (stamp.clone(), erasure));
            }
            Change::Seconded { proposal } => {
                if let Some((_, erasure)) = self.erasures.get_mut(proposal) {
                    erasure.signed_by.insert(stamp.author);
                }
            }
            Change::Withdrawn { proposal } => {
                if let Some((_, erasure)) = self.erasures.get_mut(proposal) {
                    erasure.taken_back = true;
                }
            }
            Change::Confirmed { proposal } => {
                if let Some((_, erasure)) = self.erasures.get_mut(proposal) {
                    erasure.confirmed.insert(stamp.device);
                }
            }
            Change::Hold { document } => {
                self.holds.entry(*document).or_default().place(stamp.clone());
            }
            Change::Lift { document, alone } => {
                self.holds.entry(*document).or_default().lift(stamp.clone(), *alone);
            }
            _ => {}
        }
    }

    /// In, unless somebody concurrently took them out: leaving is stronger than joining.
    pub(super) fn is_member(&self, person: PersonId) -> bool {
        self.members.get(&person).is_some_and(|latest| {
            latest.values().all(|membership| *membership == Membership::Joined)
        })
    }

    pub(super) fn members(&self) -> impl Iterator<Item = PersonId> {
        self.members.keys().copied().filter(|person| self.is_member(*person))
    }

    /// The erasures that were proposed. Nobody signs alone beside others who could have seconded:
    /// of those who may now (`may_erase`) all must have come in knowing of it, whatever the author
    /// knew, or said that they knew. Nor does one that was taken back take effect when the others
    /// have left.
    pub(super) fn erasures(
        &self,
        may_erase: impl Fn(PersonId) -> bool,
    ) -> BTreeMap<EntryId, ErasureState> {
        let proposed = self.erasures.iter().map(|(entry, (stamp, erasure))| {
            let signed = &erasure.signed_by;
            let alone = erasure.alone
                && !erasure.taken_back
                && self.others_came_knowing(stamp, signed, &may_erase);
            (*entry, ErasureState { alone, ..erasure.clone() })
        });
        proposed.collect()
    }

    /// Whether all others who may sign now have come in knowing of it.
    fn others_came_knowing(
        &self,
        of: &Stamp,
        signed: &BTreeSet<PersonId>,
        may_erase: &impl Fn(PersonId) -> bool,
    ) -> bool {
        let others = self.members().filter(|person| !signed.contains(person));
        others.filter(|person| may_erase(*person)).all(|person| self.came_knowing(person, of))
    }

    fn came_knowing(&self, person: PersonId, of: &Stamp) -> bool {
        self.knew(person) && self.comings(person).all(|own| own.knows(of))
    }

    /// Whether a person is or ever was in.
    pub(super) fn knew(&self, person: PersonId) -> bool {
        self.members.contains_key(&person)
    }

    /// The acts by which a person came in, or left, of which none knew of another.
    pub(super) fn comings(&self, person: PersonId) -> impl Iterator<Item = &Stamp> {
        self.members.get(&person).into_iter().flat_map(Latest::stamps)
    }

    /// The acts by which a person left by themselves, and of which no later act about them knew.
    pub(super) fn own_leaves(&self, person: PersonId) -> impl Iterator<Item = &Stamp> {
        let acts = self.members.get(&person).into_iter().flat_map(Latest::all);
        let own = acts.filter(move |(stamp, membership)| {
            *membership == Membership::Left && stamp.author == person
        });
        own.map(|(stamp, _)| stamp)
    }

    /// Whether a device was ever given a key.
    pub(super) fn gave_a_key_to(&self, device: DeviceId) -> bool {
        self.epochs.values().any(|epoch| epoch.recipients.contains(&device))
    }

    /// The documents under a legal hold, each with who has signed that it be lifted. Holding is
    /// stronger than lifting, and like erasing it takes two.
    pub(super) fn holds(
        &self,
        may_erase: impl Fn(PersonId) -> bool,
    ) -> BTreeMap<DocumentId, BTreeSet<PersonId>> {
        let is_alone = |stamp: &Stamp| {
            self.others_came_knowing(stamp, &BTreeSet::from([stamp.author]), &may_erase)
        };
        let held = self.holds.iter().filter(|(_, holds)| holds.in_force(is_alone));
        held.map(|(document, holds)| (*document, holds.lifted_by())).collect()
    }

    /// The person who hands concerns over through this space.
    pub(super) fn hand_off(&self) -> Option<PersonId> {
        self.hand_off.winner().map(|(_, person)| *person)
    }

    /// Whether any log was cut.
    pub(super) const fn has_cuts(&self) -> bool {
        !self.cuts.is_empty()
    }

    /// Whether a cut was written because a device was removed.
    pub(super) fn is_cut(&self, device: DeviceId) -> bool {
        self.cuts.iter().any(|cut| cut.removed.contains(&device))
    }

    /// What the cuts say of the data of a log whose author knew these entries. A log that a cut
    /// of its device or person does not name is cut off whole.
    pub(super) fn bound(
        &self,
        log: LogId,
        device: DeviceId,
        person: Option<PersonId>,
        known: &Bits,
    ) -> Bound {
        let cuts = self.cuts.iter().filter(|cut| cut.concerns(device, person));
        let mut tips = Vec::new();
        for cut in cuts.filter(|cut| !known.contains(cut.stamp.index)) {
            match cut.cuts.iter().find(|cut| cut.log == log).map(|cut| cut.data) {
                Some(Reach::All) => {}
                Some(Reach::UpTo(tip)) => tips.push(tip),
                Some(Reach::Nothing) | None => return Bound::Nothing,
            }
        }
        if tips.is_empty() { Bound::Free } else { Bound::UpTo(tips) }
    }

    /// The acts that cut a device's logs, ascending: two states with the same ones cut the same.
    pub(super) fn cuts_of(
        &self,
        device: DeviceId,
        person: Option<PersonId>,
    ) -> BTreeSet<(EntryId, usize)> {
        let cuts = self.cuts.iter().filter(|cut| cut.concerns(device, person));
        cuts.map(|cut| (cut.stamp.entry, cut.stamp.act)).collect()
    }
}
