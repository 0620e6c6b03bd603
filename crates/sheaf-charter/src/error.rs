//! What can go wrong when something is built, sealed, opened or read here.

use crate::codec::DecodeError;
use crate::entry::EntryError;
use crate::join::JoinRefusal;
use crate::trust::{HeldReason, Refusal};

/// Why something could not be built, sealed, opened or read. Verdicts on entries of others are
/// [`crate::Refusal`] and [`crate::HeldReason`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CharterError {
    /// Bytes are not the canonical encoding of what was expected.
    #[error("{what} is malformed: {source}")]
    Malformed {
        /// What was expected.
        what: &'static str,
        /// Where it broke.
        source: DecodeError,
    },
    /// The parts do not make an entry.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// A public key is not canonical or belongs to a small subgroup.
    #[error("the {0} is not a usable key")]
    WeakKey(&'static str),
    /// A signature does not fit.
    #[error("the signature of the {0} does not fit")]
    BadSignature(&'static str),
    /// There is more of something than fits.
    #[error("too much: {what} may be at most {limit}, not {found}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// What was asked for.
        found: usize,
    },
    /// A section cannot be opened: another key, another place, or damaged bytes.
    #[error("a section does not open with this key: it is sealed for another place or damaged")]
    Unopened,
    /// A section opened and holds what no writer writes.
    #[error("a section is not canonical, in {0}")]
    BadSection(&'static str),
    /// Sections need a key.
    #[error("sections cannot be sealed without an epoch key of their space")]
    NoEpochKey,
    /// Encryption itself failed.
    #[error("{0} could not be sealed")]
    Sealing(&'static str),
    /// The passphrase is not the one that sealed this, or the bytes are damaged.
    #[error("wrong passphrase, or the sealed identity is damaged")]
    WrongPassphrase,
    /// The cost parameters of the passphrase are out of range.
    #[error("the passphrase cost is out of range; restore the home file from a backup")]
    BadCost,
    /// The file is something else.
    #[error("this is not a backup of Sheaf")]
    NotABackup,
    /// A newer version of Sheaf made the backup.
    #[error("this backup has format {found}, this version of Sheaf knows {known}; update Sheaf")]
    NewerBackup {
        /// The format found.
        found: u8,
        /// The newest that this build knows.
        known: u8,
    },
    /// The first bytes of a backup are not as they were written.
    #[error("the head of the backup is damaged; use another backup")]
    DamagedBackupHead,
    /// The file is something else.
    #[error("this is not a bundle, nor a file of a shared folder of Sheaf")]
    NotAParcel,
    /// A newer version of Sheaf wrote the parcel.
    #[error(
        "it was written by a newer version of Sheaf (format {found}, this one reads {known}); \
         update this device"
    )]
    NewerParcel {
        /// The format found.
        found: u8,
        /// The newest that this build knows.
        known: u8,
    },
    /// The first bytes of a parcel are not as they were written.
    #[error("its first bytes are damaged")]
    DamagedParcelHead,
    /// The text of a recovery key has a mistake in it.
    #[error("this is not a recovery key: {0}")]
    BadRecoveryKey(&'static str),
    /// The text is no ticket at all.
    #[error("this is not a ticket; a ticket begins with sheaf1")]
    NotATicket,
    /// Part of the ticket is missing or changed.
    #[error("the ticket is damaged: copy it again, whole")]
    DamagedTicket,
    /// The text does not have as many words as a spoken code.
    #[error("a code has four words; this has {found} (a ticket would begin with sheaf1)")]
    NotACode {
        /// How many words it has.
        found: usize,
    },
    /// A word was typed that no code has.
    #[error("`{typed}` is not a word of a code{}", meant(.nearest))]
    NotACodeWord {
        /// What was typed.
        typed: String,
        /// The word that it is nearest to.
        nearest: Option<&'static str>,
    },
    /// The other side of a join by code does not know the words, or is not on this connection.
    #[error("the device that answered does not know this code: ask for the words again")]
    WrongCode,
    /// The ticket's time is over.
    #[error("the ticket has expired; ask for a new one")]
    TicketExpired,
    /// The other side of a join does not know the secret, or is not on this connection.
    #[error("the other device could not prove that it belongs to this invitation")]
    WrongProof,
    /// The inviter refused.
    #[error("the invitation was refused: {0}")]
    JoinRefused(JoinRefusal),
    /// What the inviter sent does not admit this device.
    #[error("the inviter's answer does not admit this device: {0}")]
    NotAdmitted(&'static str),
    /// A name is empty or too long.
    #[error("a name must have 1 to {limit} bytes of text without control characters")]
    BadName {
        /// At most so many bytes.
        limit: usize,
    },
    /// A reason is empty or too long.
    #[error("the reason must have 1 to {limit} bytes of text without control characters")]
    BadReason {
        /// At most so many bytes.
        limit: usize,
    },
    /// The act would not be allowed.
    #[error("not allowed: {0}")]
    NotAllowed(&'static str),
    /// Every device of the school would hold the entry without effect.
    #[error("not allowed: {0}")]
    WouldBeHeld(HeldReason),
    /// Every device of the school would refuse the entry.
    #[error("not possible: {0}")]
    WouldBeRefused(Refusal),
    /// A person, device or space is not known.
    #[error("{0} is not known to the charter")]
    Unknown(&'static str),
}

fn meant(nearest: &Option<&'static str>) -> String {
    match nearest {
        Some(word) => format!("; `{word}`?"),
        None => ": ask for it again, and spell it out".to_owned(),
    }
}

impl CharterError {
    /// Names what was being decoded.
    pub(crate) fn malformed(what: &'static str) -> impl Fn(DecodeError) -> Self {
        move |source| Self::Malformed { what, source }
    }
}
