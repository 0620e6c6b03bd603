//! The epoch keys that a device holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::act::{Act, Capsule, SealedParent};
use crate::certificate::Certificate;
use crate::entry::Entry;
use crate::identity::Identity;
use crate::ids::{DeviceId, EpochId, SchoolId, SpaceId};
use crate::keys::{
    EpochKey, EpochPlace, RecoveryKey, open_capsule, open_parent, open_recovery_capsule,
};
use crate::trust::Trust;

/// Whose capsules are opened.
#[derive(Clone, Copy, Debug)]
pub enum KeyHolder<'a> {
    /// A device.
    Device(&'a Identity),
    /// The school's recovery key.
    Recovery(&'a RecoveryKey),
}

/// The epoch keys held, for each space. Learned from the control entries again at each start.
#[derive(Clone, Default)]
pub struct KeyRing {
    keys: BTreeMap<SpaceId, BTreeMap<EpochId, EpochKey>>,
    parents: BTreeMap<SpaceId, BTreeMap<EpochId, Vec<SealedParent>>>,
    /// For whom each key was wrapped, whether or not what did so stands.
    wrapped: BTreeMap<SpaceId, BTreeMap<EpochId, BTreeSet<DeviceId>>>,
}

impl KeyRing {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what control entries bring: opens the holder's capsules, and with each key the
    /// parents' keys. Entries may come in any order. Gives the epochs whose keys are new.
    ///
    /// A capsule that does not open, or opens to a key that is not the epoch's, is passed over:
    /// another may come.
    pub fn learn<'e>(
        &mut self,
        school: SchoolId,
        entries: impl IntoIterator<Item = &'e Entry>,
        holder: KeyHolder<'_>,
    ) -> Vec<(SpaceId, EpochId)> {
        let mut learned = Vec::new();
        for entry in entries {
            let space = entry.header().lane.space;
            for act in &entry.header().acts {
                if let Some((epoch, key)) = self.take_act(school, space, act, holder) {
                    self.add(school, space, epoch, key, &mut learned);
                }
            }
        }
        learned
    }

    fn take_act(
        &mut self,
        school: SchoolId,
        space: SpaceId,
        act: &Act,
        holder: KeyHolder<'_>,
    ) -> Option<(EpochId, EpochKey)> {
        if let Act::Rotate { epoch, capsules, .. } | Act::Capsules { epoch, capsules } = act {
            let wrapped = self.wrapped.entry(space).or_default().entry(*epoch).or_default();
            wrapped.extend(capsules.iter().map(|capsule| capsule.device));
        }
        match act {
            Act::Rotate { epoch, capsules, recovery, parents, .. } => {
                let waiting = self.parents.entry(space).or_default();
                let sealed = waiting.entry(*epoch).or_default();
                for parent in parents {
                    if !sealed.contains(parent) {
                        sealed.push(*parent);
                    }
                }
                let place = EpochPlace { school, space, epoch: *epoch };
                let key = match self.key(space, *epoch) {
                    Some(key) => Some(key.clone()),
                    None => open_own(holder, &place, capsules, Some(recovery)),
                };
                key.map(|key| (*epoch, key))
            }
            Act::Capsules { epoch, capsules } if self.key(space, *epoch).is_none() => {
                let place = EpochPlace { school, space, epoch: *epoch };
                open_own(holder, &place, capsules, None).map(|key| (*epoch, key))
            }
            _ => None,
        }
    }

    fn add(
        &mut self,
        school: SchoolId,
        space: SpaceId,
        epoch: EpochId,
        key: EpochKey,
        learned: &mut Vec<(SpaceId, EpochId)>,
    ) {
        let mut open = vec![(epoch, key)];
        while let Some((epoch, key)) = open.pop() {
            let place = EpochPlace { school, space, epoch };
            let parents = self.parents.get(&space).and_then(|waiting| waiting.get(&epoch));
            for parent in parents.into_iter().flatten() {
                if self.key(space, parent.epoch).is_none()
                    && let Ok(parent_key) = open_parent(&key, &place, parent)
                {
                    open.push((parent.epoch, parent_key));
                }
            }
            if self.keys.entry(space).or_default().insert(epoch, key).is_none() {
                learned.push((space, epoch));
            }
        }
    }

    /// The epochs of a space whose keys another held key really opens, one of those that count.
    pub(crate) fn covered(
        &self,
        school: SchoolId,
        space: SpaceId,
        counts: impl Fn(&EpochId) -> bool,
    ) -> BTreeSet<EpochId> {
        let held = self.keys.get(&space).into_iter().flatten();
        held.filter(|(epoch, _)| counts(epoch))
            .flat_map(|(epoch, key)| {
                let place = EpochPlace { school, space, epoch: *epoch };
                let parents = self.parents.get(&space).and_then(|waiting| waiting.get(epoch));
                let parents = parents.into_iter().flatten();
                parents.filter(move |parent| open_parent(key, &place, parent).is_ok())
            })
            .map(|parent| parent.epoch)
            .collect()
    }

    /// The keys held here that some member devices cannot have: no other held key opens them, and
    /// they were not wrapped for those. So it is with a key that was made while somebody was
    /// believed to be out.
    pub(crate) fn owed(
        &self,
        school: SchoolId,
        space: SpaceId,
        members: &[Certificate],
    ) -> Vec<(EpochId, Vec<Certificate>)> {
        let none = BTreeSet::new();
        let wrapped = self.wrapped.get(&space);
        let covered = self.covered(school, space, |_| true);
        let held = self.keys.get(&space).into_iter().flatten();
        let open = held.map(|(epoch, _)| *epoch).filter(|epoch| !covered.contains(epoch));
        let owed = open.map(|epoch| {
            let have = wrapped.and_then(|wrapped| wrapped.get(&epoch)).unwrap_or(&none);
            let lacks = members.iter().filter(|known| !have.contains(&known.device));
            (epoch, lacks.copied().collect::<Vec<_>>())
        });
        owed.filter(|(_, lacks)| !lacks.is_empty()).collect()
    }

    /// Keeps a key that was just made here.
    pub fn insert(&mut self, space: SpaceId, key: EpochKey) {
        self.keys.entry(space).or_default().insert(key.id(), key);
    }

    /// Every key that is held, with its space.
    pub fn iter(&self) -> impl Iterator<Item = (SpaceId, &EpochKey)> {
        let spaces = self.keys.iter();
        spaces.flat_map(|(space, keys)| keys.values().map(|key| (*space, key)))
    }

    /// The key of that epoch.
    pub fn key(&self, space: SpaceId, epoch: EpochId) -> Option<&EpochKey> {
        self.keys.get(&space)?.get(&epoch)
    }

    /// All keys held of a space.
    pub fn keys_of(&self, space: SpaceId) -> impl Iterator<Item = (&EpochId, &EpochKey)> {
        self.keys.get(&space).into_iter().flatten()
    }

    /// The epoch to seal under now: of those whose key is held and whose recipients are all
    /// members in the known state, that of the highest generation, then of the higher id. None:
    /// this device rotates first.
    pub fn writing_epoch(&self, space: SpaceId, trust: &Trust) -> Option<(EpochId, &EpochKey)> {
        let held = self.keys.get(&space)?;
        trust
            .sealable_epochs(space)
            .into_iter()
            .filter_map(|(generation, epoch)| Some((generation, epoch, held.get(&epoch)?)))
            .max_by_key(|(generation, epoch, _)| (*generation, *epoch))
            .map(|(_, epoch, key)| (epoch, key))
    }

    /// The key of the first epoch of a space: the same for all who hold it, however often keys were
    /// rotated since.
    pub fn first_key(&self, space: SpaceId, trust: &Trust) -> Option<&EpochKey> {
        let first = trust.epochs(space).into_iter().map(|(id, state)| (state.generation, id)).min();
        self.key(space, first?.1)
    }

    /// Whether no epoch is fit to seal under, so that a rotation comes first.
    pub fn needs_rotation(&self, space: SpaceId, trust: &Trust) -> bool {
        self.writing_epoch(space, trust).is_none()
    }

    /// The member devices that have no capsule of the writing epoch: whoever sees it gives them
    /// one.
    pub fn missing_capsules(&self, space: SpaceId, trust: &Trust) -> Vec<DeviceId> {
        self.writing_epoch(space, trust)
            .map(|(epoch, _)| trust.devices_without_capsule(space, epoch))
            .unwrap_or_default()
    }
}

fn open_own(
    holder: KeyHolder<'_>,
    place: &EpochPlace,
    capsules: &[Capsule],
    recovery: Option<&[u8; Capsule::SEALED_BYTES]>,
) -> Option<EpochKey> {
    match holder {
        KeyHolder::Device(identity) => {
            let device = identity.device();
            let own = capsules.iter().find(|capsule| capsule.device == device)?;
            open_capsule(identity, place, &own.sealed).ok()
        }
        KeyHolder::Recovery(key) => open_recovery_capsule(key, place, recovery?).ok(),
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = self.keys.values().map(BTreeMap::len).sum::<usize>();
        write!(f, "KeyRing({held} keys of {} spaces)", self.keys.len())
    }
}
