//! Identities, roles, spaces, the signed membership graph and keys; sealing and signing.
//!
//! This crate does no IO, reads no clock and draws no randomness of its own: time and a random
//! number generator come in as parameters. It does not know what a document holds.

pub mod codec;

mod act;
mod address;
mod certificate;
mod draft;
mod entry;
mod epoch;
mod error;
mod govern;
mod header;
mod identity;
mod ids;
mod join;
mod keyring;
mod names;
mod passphrase;
mod recovery;
mod role;
mod section;
mod sign;
mod ticket;
mod trust;

pub use act::{
    Act, AttestedSection, Capsule, ErasureReason, LogCut, MAX_ACT_BYTES, MAX_CAPSULES, MAX_CUTS,
    MAX_DOCUMENTS, MAX_PARENTS, SealedParent, Tip,
};
pub use address::{AddressRecord, MAX_ADDRESSES};
pub use certificate::Certificate;
pub use draft::{Draft, DraftSection};
pub use entry::{
    Entry, EntryError, MAX_BODY_BYTES, MAX_HEADER_BYTES, SIGNATURE_BYTES, section_hash,
};
pub use epoch::{
    EpochKey, EpochPlace, open_capsule, open_parent, open_recovery_capsule, seal_capsule,
    seal_parent, seal_recovery_capsule,
};
pub use error::CharterError;
pub use govern::{
    ControlWriter, Founded, FoundingNames, NewDevice, NewPerson, NewSpace, admit_device,
    admit_person, admit_to_space, create_space, found, leave_space, set_role, tend_keys,
};
pub use header::{
    FORMAT_VERSION, Header, Lane, MAX_ACTS, MAX_HEADS, MAX_SECTIONS, Part, TableRow, entry_id,
};
pub use identity::Identity;
pub use ids::{
    ActorId, DeviceId, DocumentId, EntryId, EpochId, InvalidId, LogId, MAX_INCARNATIONS, PersonId,
    SchoolId, SectionHash, SpaceId,
};
pub use join::{
    JOIN_EXPORTER_BYTES, JOIN_EXPORTER_LABEL, JoinAnswer, JoinRefusal, JoinRequest, JoinSide,
    MAX_JOIN_ATTEMPTS, MAX_JOIN_ENTRIES, PendingInvite, join_proof,
};
pub use keyring::{KeyHolder, KeyRing};
pub use names::{ControlNames, MAX_NAME_BYTES, MAX_NAMES, Names, Subject};
pub use passphrase::{Argon2Cost, database_key, identity_key, passphrase_key};
pub use recovery::RecoveryKey;
pub use role::{Role, SpaceKind, UnknownRole};
pub use section::{
    MAX_CHANGES_BYTES, MIN_SECTION_BYTES, Opened, SectionPlace, open_section, seal_section,
};
pub use ticket::Ticket;
pub use trust::{
    EpochState, HeldAct, HeldReason, Inserted, Member, PersonState, Refusal, SpaceView, State,
    Trust, Verdict,
};
