//! What is asked of the charter, by everything known now.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Trust;
use super::effect::HeldAct;
use super::removal::Target;
use super::settle::Settled;
use super::space_state::{EpochState, ErasureState, SpaceState};
use super::world::{erasures, holds, is_member, manages};
use crate::certificate::Certificate;
use crate::error::CharterError;
use crate::header::{Lane, MAX_HEADS, Part};
use crate::ids::{DeviceId, DocumentId, EntryId, EpochId, LogId, PersonId, SchoolId, SpaceId};
use crate::keys::RecoveryKey;
use crate::role::{Role, SpaceKind};

/// A person and what they have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The person.
    pub person: PersonId,
    /// Their role.
    pub role: Role,
    /// The certificates of their trusted devices, ascending by device.
    pub devices: Vec<Certificate>,
}

/// What is known of a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonState {
    /// Their role.
    pub role: Role,
    /// Their trusted devices.
    pub devices: BTreeSet<DeviceId>,
}

/// What is known of a space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpaceView {
    /// What it is for; none for the charter.
    pub kind: Option<SpaceKind>,
    /// Its members.
    pub members: BTreeSet<PersonId>,
    /// Its epochs.
    pub epochs: BTreeMap<EpochId, EpochState>,
    /// The documents that are erased from it.
    pub erased: BTreeSet<DocumentId>,
}

/// Everything known, as plain values: equal for equal sets of entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// The school.
    pub school: Option<SchoolId>,
    /// The people.
    pub people: BTreeMap<PersonId, PersonState>,
    /// The charter (id zero) and the spaces.
    pub spaces: BTreeMap<SpaceId, SpaceView>,
    /// The acts without effect.
    pub held: BTreeSet<HeldAct>,
}

impl Trust {
    /// Everything known now.
    pub fn state(&self) -> State {
        let people = self.charter.people().map(|(person, role)| {
            let devices = self.charter.devices_of(person).map(|known| known.device).collect();
            (person, PersonState { role, devices })
        });
        let spaces = self.spaces.iter().map(|(space, state)| {
            let members = self.member_ids(*space).collect();
            let (epochs, erased) = (state.epochs.clone(), self.erased(*space));
            (*space, SpaceView { kind: state.kind, members, epochs, erased })
        });
        State {
            school: self.school,
            people: people.collect(),
            spaces: spaces.collect(),
            held: self.held().into_iter().collect(),
        }
    }

    /// The device that writes a log.
    pub fn device_of_log(&self, log: LogId) -> Option<DeviceId> {
        self.logs.get(&log).copied()
    }

    /// The key that signs what a log holds: that of its device, or a recovery key.
    pub fn signer_of_log(&self, log: LogId) -> Option<[u8; 32]> {
        let device = self.device_of_log(log).map(DeviceId::to_bytes);
        device.or_else(|| self.recovery_logs.get(&log).copied())
    }

    /// The person whose device writes a log, trusted or not.
    pub fn person_of_log(&self, log: LogId) -> Option<PersonId> {
        self.device_of_log(log).and_then(|device| self.charter.person_of(device))
    }

    /// The certificate of a trusted device.
    pub fn certificate(&self, device: DeviceId) -> Option<&Certificate> {
        self.charter.certificate(device)
    }

    /// The trusted device with that endpoint key.
    pub fn device_by_endpoint(&self, endpoint: &[u8; 32]) -> Option<DeviceId> {
        self.charter.devices().find(|known| known.endpoint == *endpoint).map(|known| known.device)
    }

    /// A person's role.
    pub fn role(&self, person: PersonId) -> Option<Role> {
        self.charter.role(person)
    }

    /// Everybody in the school, ascending by id.
    pub fn people(&self) -> Vec<Member> {
        self.charter.people().map(|(person, role)| self.member(person, role)).collect()
    }

    /// The members of a space, ascending by id; of the charter everybody but lockers.
    pub fn members(&self, space: SpaceId) -> Vec<Member> {
        self.member_ids(space)
            .filter_map(|person| Some(self.member(person, self.role(person)?)))
            .collect()
    }

    /// Whether a trusted device belongs to a member of that space.
    pub fn is_member(&self, device: DeviceId, space: SpaceId) -> bool {
        self.certificate(device).is_some_and(|known| self.is_person_in(known.person, space))
    }

    /// Whether a person is a member of that space.
    pub fn is_person_in(&self, person: PersonId, space: SpaceId) -> bool {
        self.spaces.get(&space).is_some_and(|state| is_member(&self.charter, state, space, person))
    }

    /// Whether a person may admit to that space.
    pub fn manages(&self, person: PersonId, space: SpaceId) -> bool {
        let state = self.spaces.get(&space);
        state.is_some_and(|state| manages(&self.charter, state, space, person))
    }

    /// Whether a device may write data in that space.
    pub fn may_write(&self, device: DeviceId, space: SpaceId) -> bool {
        self.is_member(device, space)
            && self
                .certificate(device)
                .and_then(|known| self.role(known.person))
                .is_some_and(Role::may_write)
    }

    /// The spaces known here, without the charter.
    pub fn spaces(&self) -> Vec<SpaceId> {
        let known = self.spaces.iter().filter(|(_, state)| state.kind.is_some());
        known.map(|(space, _)| *space).collect()
    }

    /// The spaces, of those known here, that a person is in.
    pub fn spaces_of_person(&self, person: PersonId) -> Vec<SpaceId> {
        let mut spaces = self.spaces();
        spaces.retain(|space| self.is_person_in(person, *space));
        spaces
    }

    /// The spaces, of those known here, that this device and another both keep, the charter first:
    /// a member's device keeps those that its person is in, a locker keeps all. None where the
    /// other is not trusted: nothing is said to it. The charter alone where this one is not in any
    /// more, as far as it knows: colleagues may know why it is.
    pub fn shared_spaces(&self, own: DeviceId, other: DeviceId) -> Vec<SpaceId> {
        let Some(other) = self.certificate(other) else { return Vec::new() };
        let mut spaces = match self.certificate(own) {
            Some(own) => self.spaces_kept_by(own.person),
            None => Vec::new(),
        };
        spaces.retain(|space| self.keeps(other.person, *space));
        spaces.insert(0, SpaceId::CHARTER);
        spaces
    }

    /// The spaces, of those known here, whose entries a person's devices keep: a member's those
    /// that the member is in, a locker's all.
    pub fn spaces_kept_by(&self, person: PersonId) -> Vec<SpaceId> {
        let mut spaces = self.spaces();
        spaces.retain(|space| self.keeps(person, *space));
        spaces
    }

    pub(super) fn keeps(&self, person: PersonId, space: SpaceId) -> bool {
        self.role(person) == Some(Role::Locker) || self.is_person_in(person, space)
    }

    /// The trusted devices that keep the entries of a space, lockers among them, ascending: those
    /// that confirm what is erased from it.
    pub fn devices_keeping(&self, space: SpaceId) -> Vec<Certificate> {
        let people = self.charter.people().map(|(person, _)| person);
        let keeping = people.filter(|person| self.keeps(*person, space));
        let devices = keeping.flat_map(|person| self.charter.devices_of(person).copied());
        let mut devices: Vec<_> = devices.collect();
        devices.sort_unstable_by_key(|known| known.device);
        devices
    }

    /// What a space is for.
    pub fn space_kind(&self, space: SpaceId) -> Option<SpaceKind> {
        self.spaces.get(&space)?.kind
    }

    /// The heads of a lane's control part: the entries that no other names. None for data.
    pub fn heads(&self, lane: Lane) -> Vec<EntryId> {
        let graph = self.lanes.get(&lane.space).filter(|_| lane.part == Part::Control);
        graph.map(|graph| graph.heads().iter().copied().collect()).unwrap_or_default()
    }

    /// The heads that the next control entry of a log names: all of them, or, where there are more
    /// than an entry can name, as many as it can, those that cover the log's own last entry among
    /// them. An entry that names them leaves fewer heads behind.
    pub fn heads_to_name(&self, space: SpaceId, log: LogId) -> Vec<EntryId> {
        let own = self.tip(space, log).map(|(_, id)| id);
        self.heads_covering(space, own.as_slice())
    }

    /// Heads of a space's control part that cover these entries of it: all heads, or, where there
    /// are more than an entry can name, as many as it can.
    pub fn heads_covering(&self, space: SpaceId, entries: &[EntryId]) -> Vec<EntryId> {
        let mut heads = self.heads(Lane::control(space));
        if let Some(graph) = self.lanes.get(&space).filter(|_| heads.len() > MAX_HEADS) {
            let needed: Vec<_> = entries.iter().map(|entry| graph.closure(&[*entry])).collect();
            heads.sort_by_cached_key(|head| {
                let known = graph.closure(&[*head]);
                Reverse(needed.iter().filter(|needed| known.is_superset(needed)).count())
            });
            heads.truncate(MAX_HEADS);
        }
        heads
    }

    /// The last entry of a log in a space's control part: its place and its id. Of a forked log the
    /// branch with the lower id.
    pub fn tip(&self, space: SpaceId, log: LogId) -> Option<(u64, EntryId)> {
        let nodes = self.lanes.get(&space)?.nodes().iter().filter(|node| node.log == log);
        let last = nodes.max_by_key(|node| (node.seq, Reverse(node.id)))?;
        Some((last.seq, last.id))
    }

    /// Whether a control entry is in.
    pub fn contains(&self, entry: EntryId) -> bool {
        self.lanes.values().any(|lane| lane.contains(entry))
    }

    /// The signing half of the recovery key that holds.
    pub fn recovery_signing(&self) -> Option<&[u8; 32]> {
        self.charter.recovery().map(|halves| &halves.signing)
    }

    /// Refuses a recovery key that is not the one that holds.
    pub fn check_recovery(&self, key: &RecoveryKey) -> Result<(), CharterError> {
        if self.recovery_signing() == Some(&key.signing_public()) {
            return Ok(());
        }
        Err(CharterError::BadRecoveryKey("it is not the one that this school has now"))
    }

    /// The HPKE half of the recovery key.
    pub fn recovery_hpke(&self) -> Option<&[u8; 32]> {
        self.charter.recovery().map(|halves| &halves.hpke)
    }

    /// Every act that is kept without effect, ascending.
    pub fn held(&self) -> Vec<HeldAct> {
        let judgements = self.now.values().flat_map(Settled::all);
        let mut held: Vec<_> =
            judgements.flat_map(|judgement| judgement.held.iter().copied()).collect();
        held.sort_unstable();
        held
    }

    /// The epochs of a space.
    pub fn epochs(&self, space: SpaceId) -> BTreeMap<EpochId, EpochState> {
        self.spaces.get(&space).map(|state| state.epochs.clone()).unwrap_or_default()
    }

    /// The epochs under which may be sealed now, with their generations: all recipients are
    /// devices of members.
    pub fn sealable_epochs(&self, space: SpaceId) -> Vec<(u32, EpochId)> {
        let epochs = self.spaces.get(&space).map(|state| &state.epochs);
        epochs
            .into_iter()
            .flatten()
            .filter(|(_, epoch)| {
                epoch.recipients.iter().all(|device| self.is_member(*device, space))
            })
            .map(|(id, epoch)| (epoch.generation, *id))
            .collect()
    }

    /// The trusted devices of a space's members, ascending.
    pub fn member_devices(&self, space: SpaceId) -> Vec<Certificate> {
        let mut devices: Vec<_> =
            self.members(space).into_iter().flat_map(|member| member.devices).collect();
        devices.sort_unstable_by_key(|known| known.device);
        devices
    }

    /// The member devices to which no capsule of an epoch was given.
    pub fn devices_without_capsule(&self, space: SpaceId, epoch: EpochId) -> Vec<DeviceId> {
        let epoch = self.spaces.get(&space).and_then(|state| state.epochs.get(&epoch));
        let devices = self.member_devices(space).into_iter().map(|known| known.device);
        epoch
            .map(|epoch| devices.filter(|device| !epoch.recipients.contains(device)).collect())
            .unwrap_or_default()
    }

    /// Who is removed, ascending.
    pub const fn removed(&self) -> &BTreeSet<Target> {
        self.charter.removed()
    }

    /// Whether anything that was taken in may come to stand otherwise when more of a log arrives:
    /// somebody was removed, or a log was cut.
    pub fn cuts_anything(&self) -> bool {
        !self.charter.removed().is_empty() || self.spaces.values().any(SpaceState::has_cuts)
    }

    /// Whether a device is removed, by itself or with its person.
    pub fn is_removed(&self, device: DeviceId) -> bool {
        self.charter.is_removed(device)
    }

    /// The certificates of devices that were admitted and are in no more, or not trusted.
    pub fn former_devices(&self) -> Vec<Certificate> {
        self.charter.former_devices().copied().collect()
    }

    /// The person whose device it is or was.
    pub fn owner(&self, device: DeviceId) -> Option<PersonId> {
        self.charter.person_of(device)
    }

    /// The role that a person has, or had before they were removed.
    pub fn last_role(&self, person: PersonId) -> Option<Role> {
        self.charter.last_role(person)
    }

    /// The removed devices of which a space's control part does not say yet how much of their
    /// logs stands: a manager of the space owes it.
    pub fn uncut(&self, space: SpaceId) -> Vec<DeviceId> {
        let Some(state) = self.spaces.get(&space) else { return Vec::new() };
        let former = self.charter.former_devices();
        let removed = former.filter(|known| self.charter.is_removed(known.device));
        let uncut = removed.filter(|known| state.knew(known.person) && !state.is_cut(known.device));
        uncut.map(|known| known.device).collect()
    }

    /// The erasures that were proposed in a space, by the entry that proposes each.
    pub fn erasures(&self, space: SpaceId) -> BTreeMap<EntryId, ErasureState> {
        let state = self.spaces.get(&space);
        state.map(|state| erasures(&self.charter, state, space)).unwrap_or_default()
    }

    /// The documents that are erased from a space: those of signed erasures, unless a legal hold
    /// keeps them.
    pub fn erased(&self, space: SpaceId) -> BTreeSet<DocumentId> {
        let (erasures, holds) = (self.erasures(space), self.holds(space));
        let signed = erasures.values().filter(|erasure| erasure.is_signed());
        let documents = signed.flat_map(|erasure| erasure.documents.iter().copied());
        documents.filter(|document| !holds.contains_key(document)).collect()
    }

    /// The documents of a space under a legal hold, each with who has signed that it be lifted.
    pub fn holds(&self, space: SpaceId) -> BTreeMap<DocumentId, BTreeSet<PersonId>> {
        let state = self.spaces.get(&space);
        state.map(|state| holds(&self.charter, state, space)).unwrap_or_default()
    }

    fn member(&self, person: PersonId, role: Role) -> Member {
        Member { person, role, devices: self.charter.devices_of(person).copied().collect() }
    }

    fn member_ids(&self, space: SpaceId) -> impl Iterator<Item = PersonId> {
        let people = self.charter.people().map(|(person, _)| person);
        people.filter(move |person| self.is_person_in(*person, space))
    }
}
