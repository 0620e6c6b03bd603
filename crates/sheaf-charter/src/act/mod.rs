//! The signed acts of control entries.
//!
//! An act is one tag byte, a 32-bit length and a payload of that length. A tag that this version
//! does not know is kept as it is: its entry joins its log and is listed as held. A payload of a
//! known tag is read whole and strictly; lists whose order means nothing are ascending without
//! repeats.

mod parts;
#[cfg(test)]
mod tests;
mod wire;

use crate::certificate::Certificate;
use crate::ids::{DeviceId, DocumentId, EntryId, EpochId, PersonId, SpaceId};
use crate::role::{Role, SpaceKind};

pub use parts::{Capsule, ErasureReason, LogCut, Reach, SealedParent, Tip};

/// At most this many capsules in one act: every device of a large school.
pub const MAX_CAPSULES: usize = 1_024;
/// At most this many parents of an epoch: as many as there can be concurrent heads.
pub const MAX_PARENTS: usize = 64;
/// At most this many cuts in one act: every log of a person with many restored devices.
pub const MAX_CUTS: usize = 1_024;
/// At most this many documents in one erasure or hold: as many as one entry can have.
pub const MAX_DOCUMENTS: usize = 500;
/// At most this many bytes of one act's payload: an attested header of a full entry fits.
pub const MAX_ACT_BYTES: usize = 160 * 1_024;

/// One signed act. The number in brackets is its tag on the wire.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Act {
    /// (1) Founds the school: the only act of the founding entry. The founder is head.
    Found {
        /// 32 random bytes, so that no two schools have one id.
        nonce: [u8; 32],
        /// The founder's device.
        certificate: Certificate,
        /// The signing half of the recovery key.
        recovery_signing: [u8; 32],
        /// The HPKE half of the recovery key: a recipient of every epoch key.
        recovery_hpke: [u8; 32],
    },
    /// (2) Admits a person with their first device, from which the person's id is derived.
    AdmitPerson {
        /// The role.
        role: Role,
        /// The first device.
        certificate: Certificate,
    },
    /// (3) Admits a further device of a person, or an earlier one again after the role rose.
    AdmitDevice {
        /// The device.
        certificate: Certificate,
    },
    /// (4) Sets a person's role.
    SetRole {
        /// The person.
        person: PersonId,
        /// The new role.
        role: Role,
        /// Where a right is taken away: the last entries in the charter that stand.
        cuts: Vec<LogCut>,
    },
    /// (5) Removes a person with all devices.
    RemovePerson {
        /// The person.
        person: PersonId,
        /// The last entries of this space that stand.
        cuts: Vec<LogCut>,
    },
    /// (6) Removes a device.
    RemoveDevice {
        /// The device.
        device: DeviceId,
        /// The last entries of this space that stand.
        cuts: Vec<LogCut>,
    },
    /// (7) Endorses a removal.
    Endorse {
        /// The entry that removes.
        entry: EntryId,
    },
    /// (8) Replaces the recovery key.
    ReplaceRecovery {
        /// The new signing half.
        signing: [u8; 32],
        /// The new HPKE half.
        hpke: [u8; 32],
    },
    /// (9) Creates the space whose lane the entry is in; always the first act of the space's first
    /// entry. The id is derived from school, creator, kind and nonce ([`SpaceId::derive`]), so
    /// that nobody else can write a second beginning for it. The creator's person is a member.
    CreateSpace {
        /// 16 random bytes.
        nonce: [u8; 16],
        /// What it is for.
        kind: SpaceKind,
    },
    /// (10) Admits a person to the space whose lane the entry is in.
    AdmitToSpace {
        /// The person.
        person: PersonId,
    },
    /// (11) Takes a person out of the space. One may always take oneself out.
    LeaveSpace {
        /// The person.
        person: PersonId,
        /// The last entries in the space that stand.
        cuts: Vec<LogCut>,
    },
    /// (12) Makes a new epoch key.
    Rotate {
        /// Commits to the key.
        epoch: EpochId,
        /// One more than the highest of the parents; 1 without parents.
        generation: u32,
        /// The key for each member device; ascending by device.
        capsules: Vec<Capsule>,
        /// The key for the recovery key.
        recovery: [u8; Capsule::SEALED_BYTES],
        /// The parents' keys sealed under this one; ascending by epoch.
        parents: Vec<SealedParent>,
    },
    /// (13) Gives an epoch key to devices that lack it.
    Capsules {
        /// The epoch.
        epoch: EpochId,
        /// Ascending by device.
        capsules: Vec<Capsule>,
    },
    /// (14) Says which entries of some logs are the last that stand in this space.
    Cut {
        /// Ascending by log.
        cuts: Vec<LogCut>,
    },
    /// (15) Proposes an erasure; a tombstone once seconded.
    Erase {
        /// Ascending.
        documents: Vec<DocumentId>,
        /// Why.
        reason: ErasureReason,
    },
    /// (16) Seconds an erasure.
    SecondErasure {
        /// The entry that proposes it.
        entry: EntryId,
    },
    /// (17) Confirms that this device has carried an erasure out.
    ConfirmErasure {
        /// The entry that proposes it.
        entry: EntryId,
    },
    /// (18) Vouches for sections of a held data entry of this space, which stand from now on. The
    /// entry itself is in its log: held entries are kept and replicated like any other.
    Attest {
        /// The header of the held entry, byte for byte.
        header: Vec<u8>,
        /// Its signature.
        signature: [u8; 64],
        /// The places of the sections; ascending.
        sections: Vec<u16>,
    },
    /// (19) Puts documents under a legal hold.
    Hold {
        /// Ascending.
        documents: Vec<DocumentId>,
    },
    /// (20) Lifts a legal hold.
    ReleaseHold {
        /// Ascending.
        documents: Vec<DocumentId>,
    },
    /// (21) Says that this space is the one through which a person hands concerns over.
    HandOffSpace {
        /// The person.
        person: PersonId,
    },
    /// (22) Changes nothing by itself: the entry is there for its sealed part (names).
    Describe,
    /// (23) Takes an erasure back: by the person who proposed it, while it is not in effect.
    WithdrawErasure {
        /// The entry that proposes it.
        entry: EntryId,
    },
    /// An act of a newer version, byte for byte.
    Unknown {
        /// Its tag: none of the above.
        tag: u8,
        /// Its payload.
        payload: Vec<u8>,
    },
}

impl SpaceId {
    /// The id of the space that a device creates: the first 16 bytes of a BLAKE3 under
    /// `sheaf/1/space` over school, creating device, kind and nonce.
    pub fn derive(
        school: crate::ids::SchoolId,
        creator: DeviceId,
        kind: SpaceKind,
        nonce: &[u8; 16],
    ) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/space");
        hasher.update(school.as_bytes()).update(creator.as_bytes());
        hasher.update(&[kind.tag()]).update(nonce);
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        Self::from_bytes(id)
    }
}
