//! Why a session had to be closed.

use sheaf_charter::EntryError;
use sheaf_charter::codec::DecodeError;

use crate::frame::{Farewell, PROTOCOL_VERSION};

/// What was wrong with a session. Everything that was taken in before stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The other side speaks another version.
    #[error(
        "the other device speaks version {theirs} of the session protocol and this one version \
         {PROTOCOL_VERSION}; update the older of the two"
    )]
    WrongVersion {
        /// The version in its hello.
        theirs: u8,
    },
    /// The other side belongs to another school.
    #[error("the other device belongs to another school; nothing was exchanged")]
    WrongSchool,
    /// A frame is not one.
    #[error("the other device sent a frame that is malformed: {0}; the session was closed")]
    Malformed(#[from] DecodeError),
    /// A frame holds something that is not an entry.
    #[error("the other device sent something that is not an entry: {0}; the session was closed")]
    NotAnEntry(#[from] EntryError),
    /// A frame that has no place at this point.
    #[error("the other device sent {0} out of turn; the session was closed")]
    OutOfTurn(&'static str),
    /// Entries of a lane that the two do not share.
    #[error("the other device sent entries that this device did not ask for; they were refused")]
    NotShared,
    /// An appeal with something else in it than a charter, or more.
    #[error("it held more than the charter")]
    MoreThanTheCharter,
    /// More than a limit allows.
    #[error(
        "the other device sent too much: {what} may be at most {limit}; the session was closed"
    )]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Too many entries that were refused.
    #[error("the other device sent {limit} entries that are not of this school; it may be damaged")]
    TooManyRefused {
        /// The limit.
        limit: usize,
    },
    /// The host could not do what the session asked for.
    #[error("the session was closed because this device could not read or write its records")]
    HostFailed,
}

impl SessionError {
    /// What the other side is told.
    pub(crate) const fn farewell(&self) -> Farewell {
        match self {
            Self::WrongVersion { .. } => Farewell::Version,
            Self::WrongSchool => Farewell::School,
            Self::Malformed(DecodeError::TooMuch { .. })
            | Self::TooMuch { .. }
            | Self::TooManyRefused { .. } => Farewell::TooMuch,
            Self::HostFailed => Farewell::Failed,
            _ => Farewell::Protocol,
        }
    }
}
