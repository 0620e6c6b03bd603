//! What is said of an entry: it stands, waits, is held or is refused.

use crate::act::Tip;
use crate::ids::EntryId;

/// Why an entry or an act is kept without effect.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeldReason {
    /// Written by a newer version.
    #[error("it needs a newer version of Sheaf; update this device")]
    NeedsNewerVersion,
    /// The author's role does not allow it.
    #[error("the author's role does not allow it")]
    NotAllowed,
    /// The author was not in the space.
    #[error("the author was not a member of the space")]
    NotAMember,
    /// The author's device was not admitted, or its admission does not cover the person's role.
    #[error("the author's device is not trusted; a manager can admit it again")]
    DeviceNotTrusted,
    /// It says something that cannot be, or was already so.
    #[error("it contradicts what its author knew")]
    Contradicts,
    /// A removal cut its author's log off before it.
    #[error("its author was removed or lost the right before it was known here")]
    PastTheCut,
    /// A stronger act against its author, or one on which it depends, overrules it.
    #[error("a stronger act overrules it")]
    Overruled,
    /// Its author's device was removed.
    #[error("the author's device was removed")]
    Removed,
    /// The epoch key that it names was not made in the space.
    #[error("it is sealed under a key that the space does not know")]
    UnknownEpoch,
}

/// Why an entry is not taken at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It belongs to another school.
    #[error("the entry belongs to another school")]
    WrongSchool,
    /// No device of the school that was admitted by then writes this log.
    #[error("the entry is by no device that the school knows")]
    UnknownAuthor,
    /// The signature does not fit.
    #[error("the signature of the entry does not fit")]
    BadSignature,
    /// A certificate in it is not valid.
    #[error("a device certificate in the entry is not valid")]
    BadCertificate,
    /// It does not continue its log.
    #[error("the entry does not continue its log")]
    BrokenChain,
    /// It knows less than what it builds on.
    #[error("the entry names older heads than what it builds on")]
    HeadsBackwards,
    /// Its parts do not fit each other.
    #[error("the entry is not well formed: {0}")]
    Shape(&'static str),
}

/// What is said of an entry, given what is known now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Authorised at the heads that it names and by everything known now.
    Stands,
    /// As [`Verdict::Stands`], if it is one of these entries or lies before it in its chain, and
    /// that for each of them: its log is cut there. Else it is held.
    StandsUpTo(Vec<Tip>),
    /// These control entries are missing. None named: its device was removed, and no manager has
    /// said yet how much of its log stands in the space.
    Waits(Vec<EntryId>),
    /// Kept without effect.
    Held(HeldReason),
    /// Not taken.
    Refused(Refusal),
}
