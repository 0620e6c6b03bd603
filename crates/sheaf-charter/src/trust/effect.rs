//! What an act that stands changes.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::bits::Bits;
use super::removal::Target;
use super::verdict::HeldReason;
use crate::act::{ErasureReason, LogCut};
use crate::certificate::Certificate;
use crate::ids::{DeviceId, DocumentId, EntryId, EpochId, LogId, PersonId};
use crate::role::{Role, SpaceKind};

/// Where an effect comes from, and what its author knew and was.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    /// The entry's index in its lane's graph.
    pub(super) index: usize,
    /// The act's place in the entry.
    pub(super) act: usize,
    pub(super) entry: EntryId,
    pub(super) past: Arc<Bits>,
    /// The person; zero for the recovery key.
    pub(super) author: PersonId,
    /// The device, or the recovery key.
    pub(super) device: DeviceId,
    /// The author's role at the heads that the entry names; head for the recovery key.
    pub(super) role: Role,
    /// Whether the recovery key signed it.
    pub(super) recovery: bool,
}

impl Stamp {
    /// Whether this author knew of that effect.
    pub(super) fn knows(&self, other: &Self) -> bool {
        self.past.contains(other.index) || (self.index == other.index && self.act >= other.act)
    }

    /// Of concurrent effects the one with the greatest weight holds: the recovery key, then the
    /// author of higher rank, then the lower entry id.
    pub(super) fn weight(&self) -> (bool, Role, Reverse<EntryId>, usize) {
        (self.recovery, self.role, Reverse(self.entry), self.act)
    }
}

/// A change that one act makes.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    pub(super) stamp: Stamp,
    pub(super) change: Change,
}

#[derive(Clone, Debug)]
pub(super) enum Change {
    /// The school begins on this device.
    Founded { device: DeviceId },
    /// Sets a person's role; admits the person where they are new.
    Role { person: PersonId, role: Role },
    /// Admits a device.
    Device { certificate: Arc<Certificate> },
    /// Removes a device, or a person with all devices, for ever.
    Removed { target: Target },
    /// Names the recovery key.
    Recovery { signing: [u8; 32], hpke: [u8; 32] },
    /// The space begins.
    Created { kind: SpaceKind, creator: PersonId },
    /// A person comes into the space or leaves it.
    Membership { person: PersonId, membership: Membership },
    /// An epoch begins.
    Epoch { epoch: EpochId, generation: u32, recipients: BTreeSet<DeviceId> },
    /// An epoch reaches more devices.
    Recipients { epoch: EpochId, recipients: BTreeSet<DeviceId> },
    /// Says how much of the logs of some devices, or of a person's, stands in the space.
    Cut {
        devices: BTreeSet<DeviceId>,
        /// Those of the devices that its author knew to be removed from the school.
        removed: BTreeSet<DeviceId>,
        person: Option<PersonId>,
        cuts: Arc<[LogCut]>,
    },
    /// Vouches for sections of a held entry.
    Attested { entry: EntryId, log: LogId, sections: BTreeSet<u16> },
    /// Proposes an erasure; `alone` where nobody else in the space could second it.
    Erasure { documents: Arc<[DocumentId]>, reason: ErasureReason, alone: bool },
    /// Seconds the erasure that an entry proposes.
    Seconded { proposal: EntryId },
    /// Takes the erasure that an entry proposes back.
    Withdrawn { proposal: EntryId },
    /// Confirms for the author's device that it has carried an erasure out.
    Confirmed { proposal: EntryId },
    /// Puts a document under a legal hold.
    Hold { document: DocumentId },
    /// Signs that its holds be lifted; `alone` where nobody else in the space could sign too.
    Lift { document: DocumentId, alone: bool },
    /// The space is the one through which a person hands concerns over.
    HandOff { person: PersonId },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Membership {
    Joined,
    Left,
}

/// An act that is kept without effect, and why.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HeldAct {
    /// The entry.
    pub entry: EntryId,
    /// The act's place in it, from 0.
    pub act: usize,
    /// Why it has no effect.
    pub reason: HeldReason,
}

/// What became of the acts of one entry.
#[derive(Clone, Default, Debug)]
pub(super) struct Judgement {
    pub(super) effects: Vec<Effect>,
    pub(super) held: Vec<HeldAct>,
    /// That of the first act that has effect.
    pub(super) stamp: Option<Stamp>,
}

impl Judgement {
    /// All acts without effect, for one reason.
    pub(super) fn held(entry: EntryId, acts: usize, reason: HeldReason) -> Self {
        let held = (0..acts).map(|act| HeldAct { entry, act, reason }).collect();
        Self { held, ..Self::default() }
    }

    /// Why an act has no effect.
    pub(super) fn reason(&self, act: usize) -> Option<HeldReason> {
        self.held.iter().find(|held| held.act == act).map(|held| held.reason)
    }
}

/// Effects on one subject, of which none knew of another: those that later ones knew of are gone.
#[derive(Clone, Debug)]
pub(super) struct Latest<T> {
    candidates: Vec<(Stamp, T)>,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self { candidates: Vec::new() }
    }
}

impl<T> Latest<T> {
    /// Adds an effect. Effects come in an order in which none comes before one that it knew of.
    pub(super) fn push(&mut self, stamp: Stamp, value: T) {
        self.candidates.retain(|(earlier, _)| !stamp.knows(earlier));
        self.candidates.push((stamp, value));
    }

    pub(super) fn winner(&self) -> Option<&(Stamp, T)> {
        self.candidates.iter().max_by_key(|(stamp, _)| stamp.weight())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &(Stamp, T)> {
        self.candidates.iter()
    }

    pub(super) fn stamps(&self) -> impl Iterator<Item = &Stamp> {
        self.candidates.iter().map(|(stamp, _)| stamp)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.candidates.iter().map(|(_, value)| value)
    }
}
