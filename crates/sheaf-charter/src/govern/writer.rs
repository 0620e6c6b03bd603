//! Writes control entries one after the other on a copy of what the device knows.

use std::fmt;

use rand_core::CryptoRng;

use crate::act::{Act, Capsule, MAX_PARENTS, SealedParent};
use crate::certificate::Certificate;
use crate::draft::Draft;
use crate::entry::Entry;
use crate::error::CharterError;
use crate::header::Lane;
use crate::ids::{EntryId, EpochId, SchoolId, SpaceId};
use crate::keys::{
    EpochKey, EpochPlace, KeyRing, seal_capsule, seal_parent, seal_recovery_capsule,
};
use crate::names::ControlNames;
use crate::signer::Signer;
use crate::trust::{Inserted, Trust};

/// At most so many older keys are given in one entry; the rest follow with the next.
const MOST_OWED: usize = 16;

/// Builds control entries of one device, each on top of the one before. Works on copies: nothing
/// that it is given changes.
pub struct ControlWriter<'a> {
    signer: Signer<'a>,
    trust: Trust,
    keys: KeyRing,
    school: SchoolId,
    now_ms: i64,
    entries: Vec<Entry>,
}

impl<'a> ControlWriter<'a> {
    /// Starts from what this device knows.
    pub fn new(
        signer: impl Into<Signer<'a>>,
        trust: &Trust,
        keys: &KeyRing,
        now_ms: i64,
    ) -> Result<Self, CharterError> {
        let school = trust.school().ok_or(CharterError::Unknown("the school"))?;
        let (trust, keys) = (trust.clone(), keys.clone());
        let signer = signer.into();
        Ok(Self { signer, trust, keys, school, now_ms, entries: Vec::new() })
    }

    /// What is known after the entries so far.
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Whether the author manages a space.
    pub(super) fn manages(&self, space: SpaceId) -> bool {
        match self.signer {
            Signer::Device(identity) => self.trust.manages(identity.person(), space),
            Signer::Recovery(_) => true,
        }
    }

    /// Whether a key of a space is held here.
    pub(super) fn holds_a_key(&self, space: SpaceId) -> bool {
        let epochs = self.trust.epochs(space);
        epochs.keys().any(|epoch| self.keys.key(space, *epoch).is_some())
    }

    /// The entries, in the order in which they must be taken in.
    pub fn finish(self) -> Vec<Entry> {
        self.entries
    }

    /// The entries with what is known after them.
    pub fn finish_with_state(self) -> (Vec<Entry>, Trust, KeyRing) {
        (self.entries, self.trust, self.keys)
    }

    /// Adds an entry to a space's control part (the charter's for [`SpaceId::CHARTER`]). Fails if
    /// any of its acts would not have effect.
    pub fn write<R: CryptoRng>(
        &mut self,
        space: SpaceId,
        acts: Vec<Act>,
        names: Option<ControlNames>,
        rng: &mut R,
    ) -> Result<EntryId, CharterError> {
        let key = match &names {
            Some(_) => Some(self.sealing_key(space, &acts)?),
            None => None,
        };
        let draft = self.draft(space, acts, names.as_ref(), key.as_ref().map(EpochKey::id));
        let entry = draft.seal(self.signer, key.as_ref(), rng)?;
        match self.trust.insert(&entry).map_err(CharterError::WouldBeRefused)? {
            Inserted::New { held } => {
                if let Some(first) = held.first() {
                    return Err(CharterError::WouldBeHeld(first.reason));
                }
            }
            Inserted::Known | Inserted::Waits { .. } => {
                return Err(CharterError::Unknown("what the entry builds on"));
            }
        }
        self.keys.learn(self.school, [&entry], self.signer.holder());
        let id = entry.id();
        self.entries.push(entry);
        Ok(id)
    }

    /// The key that the names of an entry with these acts are sealed under: the one that it makes,
    /// else the space's.
    fn sealing_key(&self, space: SpaceId, acts: &[Act]) -> Result<EpochKey, CharterError> {
        let made = acts.iter().find_map(|act| match act {
            Act::Rotate { epoch, .. } => Some(*epoch),
            _ => None,
        });
        let key = match made {
            Some(epoch) => self.keys.key(space, epoch),
            None => self.keys.writing_epoch(space, &self.trust).map(|(_, key)| key),
        };
        key.cloned().ok_or(CharterError::NoEpochKey)
    }

    fn draft(
        &self,
        space: SpaceId,
        acts: Vec<Act>,
        names: Option<&ControlNames>,
        epoch: Option<EpochId>,
    ) -> Draft {
        let log = self.signer.log();
        let lane = Lane::control(space);
        let tip = self.trust.tip(space, log);
        let control_heads =
            if lane == Lane::CHARTER { Vec::new() } else { self.trust.heads_to_name(space, log) };
        Draft {
            school: self.school,
            lane,
            log,
            seq: tip.map_or(0, |(seq, _)| seq + 1),
            previous: tip.map_or(EntryId::ZERO, |(_, id)| id),
            charter_heads: self.trust.heads_to_name(SpaceId::CHARTER, log),
            control_heads,
            epoch: epoch.unwrap_or(EpochId::ZERO),
            claimed_ms: self.now_ms,
            acts,
            sections: names.map(ControlNames::to_section).into_iter().collect(),
        }
    }

    /// The act that gives these devices the key of a space: capsules of the epoch in use for those
    /// that lack one, or a new epoch where none is fit to seal under. None where nothing is needed.
    pub(super) fn key_act<R: CryptoRng>(
        &mut self,
        space: SpaceId,
        devices: &[Certificate],
        rng: &mut R,
    ) -> Result<Option<Act>, CharterError> {
        let in_use = self.keys.writing_epoch(space, &self.trust);
        let Some((epoch, key)) = in_use.map(|(epoch, key)| (epoch, key.clone())) else {
            return self.rotation(space, devices, rng).map(Some);
        };
        let have = self.trust.epochs(space).remove(&epoch).unwrap_or_default().recipients;
        let lacking: Vec<_> =
            devices.iter().filter(|known| !have.contains(&known.device)).copied().collect();
        if lacking.is_empty() {
            return Ok(None);
        }
        let capsules = self.capsules(space, &key, &lacking, rng)?;
        Ok(Some(Act::Capsules { epoch, capsules }))
    }

    /// The acts that give these devices the older keys of a space that they cannot have yet.
    pub(super) fn owed_keys<R: CryptoRng>(
        &self,
        space: SpaceId,
        devices: &[Certificate],
        rng: &mut R,
    ) -> Result<Vec<Act>, CharterError> {
        let owed = self.keys.owed(self.school, space, devices).into_iter().take(MOST_OWED);
        let mut acts = Vec::new();
        for (epoch, lacking) in owed {
            let Some(key) = self.keys.key(space, epoch) else { continue };
            acts.push(Act::Capsules { epoch, capsules: self.capsules(space, key, &lacking, rng)? });
        }
        Ok(acts)
    }

    /// A new epoch for these devices. Its parents are the epochs whose keys no other key opens yet,
    /// so that this one opens them all.
    pub(super) fn rotation<R: CryptoRng>(
        &mut self,
        space: SpaceId,
        devices: &[Certificate],
        rng: &mut R,
    ) -> Result<Act, CharterError> {
        let key = EpochKey::generate(rng);
        let place = EpochPlace { school: self.school, space, epoch: key.id() };
        let (generation, parents) = self.parents(&place, &key)?;
        let recovery_hpke =
            self.trust.recovery_hpke().ok_or(CharterError::Unknown("the recovery key"))?;
        let recovery = seal_recovery_capsule(&key, &place, recovery_hpke, rng)?;
        let capsules = self.capsules(space, &key, devices, rng)?;
        let epoch = key.id();
        self.keys.insert(space, key);
        Ok(Act::Rotate { epoch, generation, capsules, recovery, parents })
    }

    /// The generation after the held epochs that no other held key opens, and their keys sealed.
    /// If there are more than fit, the newest.
    fn parents(
        &self,
        place: &EpochPlace,
        key: &EpochKey,
    ) -> Result<(u32, Vec<SealedParent>), CharterError> {
        let known = self.trust.epochs(place.space);
        // A key whose rotation does not stand opens nothing for those who come later.
        let counts = |epoch: &EpochId| known.contains_key(epoch);
        let covered = self.keys.covered(self.school, place.space, counts);
        let mut open: Vec<_> = known
            .iter()
            .filter(|(id, _)| !covered.contains(id))
            .filter_map(|(id, epoch)| Some((epoch.generation, self.keys.key(place.space, *id)?)))
            .collect();
        if open.is_empty() && !known.is_empty() {
            return Err(CharterError::NoEpochKey);
        }
        open.sort_unstable_by_key(|(generation, _)| std::cmp::Reverse(*generation));
        open.truncate(MAX_PARENTS);
        let highest = open.first().map_or(0, |(generation, _)| *generation);
        let mut parents = open
            .into_iter()
            .map(|(_, parent)| seal_parent(key, place, parent))
            .collect::<Result<Vec<_>, _>>()?;
        parents.sort_unstable_by_key(|parent| parent.epoch);
        Ok((highest.saturating_add(1), parents))
    }

    fn capsules<R: CryptoRng>(
        &self,
        space: SpaceId,
        key: &EpochKey,
        devices: &[Certificate],
        rng: &mut R,
    ) -> Result<Vec<Capsule>, CharterError> {
        let place = EpochPlace { school: self.school, space, epoch: key.id() };
        let mut capsules = devices
            .iter()
            .map(|known| seal_capsule(key, &place, known.device, &known.x25519, rng))
            .collect::<Result<Vec<_>, _>>()?;
        capsules.sort_unstable_by_key(|capsule| capsule.device);
        capsules.dedup_by_key(|capsule| capsule.device);
        Ok(capsules)
    }
}

impl fmt::Debug for ControlWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ControlWriter({} entries)", self.entries.len())
    }
}
