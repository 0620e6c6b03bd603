//! What the inviter answers.

use super::proof::{JOIN_EXPORTER_BYTES, JoinSide, proves};
use super::{VERSION, read_version};
use crate::codec::{DecodeError, Reader, Writer};
use crate::entry::{Entry, MAX_BODY_BYTES, MAX_HEADER_BYTES};
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::{DeviceId, SchoolId};
use crate::ticket::Ticket;
use crate::trust::{Inserted, Trust};

/// At most this many control entries in an answer; more come in the first session.
pub const MAX_JOIN_ENTRIES: usize = 4_096;

/// A header and a body at their limits, with the lengths and flags between them.
const MAX_ENTRY_BYTES: usize = MAX_HEADER_BYTES + MAX_BODY_BYTES + 4_096;

/// What the inviter sends back. Admitted: version (1), 0, proof (32), a 16-bit count and the
/// entries with 32-bit lengths. Refused: version (1), 1, a reason code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JoinAnswer {
    /// The joiner is in.
    Admitted {
        /// The inviter's proof.
        proof: [u8; 32],
        /// Control entries of the charter and of the spaces that the joiner is in.
        entries: Vec<Entry>,
    },
    /// It is not.
    Refused(JoinRefusal),
}

impl JoinAnswer {
    /// The canonical encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.u8(VERSION);
        match self {
            Self::Admitted { proof, entries } => {
                out.u8(0).raw(proof).list(entries, |out, entry| {
                    out.bytes(&entry.to_bytes());
                });
            }
            Self::Refused(reason) => {
                out.u8(1).u8(reason.code());
            }
        }
        out.finish()
    }

    /// Reads what [`JoinAnswer::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CharterError> {
        let malformed = CharterError::malformed("the join answer");
        let mut reader = Reader::new(bytes);
        read_version(&mut reader).map_err(&malformed)?;
        match reader.u8("answer").map_err(&malformed)? {
            0 => {
                let proof = reader.array("proof").map_err(&malformed)?;
                let entries = reader
                    .list(MAX_JOIN_ENTRIES, "entries", |reader| {
                        reader.bytes(MAX_ENTRY_BYTES, "entry")
                    })
                    .map_err(&malformed)?;
                reader.end().map_err(&malformed)?;
                let entries = entries.into_iter().map(Entry::from_bytes);
                Ok(Self::Admitted { proof, entries: entries.collect::<Result<_, _>>()? })
            }
            1 => {
                let code = usize::from(reader.u8("reason").map_err(&malformed)?);
                reader.end().map_err(&malformed)?;
                let reason = JoinRefusal::ALL.get(code).copied();
                let unknown = || malformed(DecodeError::NotCanonical("reason"));
                reason.map(Self::Refused).ok_or_else(unknown)
            }
            _ => Err(malformed(DecodeError::NotCanonical("answer"))),
        }
    }

    /// What the joiner does with the answer: checks the proof, that the entries begin with the
    /// founding that the ticket names, that every one of them fits, that the inviter may invite,
    /// and that this device is in. Gives the trust built from the entries, and the entries.
    pub fn accept(
        self,
        identity: &Identity,
        ticket: &Ticket,
        exporter: &[u8; JOIN_EXPORTER_BYTES],
    ) -> Result<(Trust, Vec<Entry>), CharterError> {
        let (proof, entries) = match self {
            Self::Refused(reason) => return Err(CharterError::JoinRefused(reason)),
            Self::Admitted { proof, entries } => (proof, entries),
        };
        if !proves(&proof, &ticket.secret, exporter, JoinSide::Inviter) {
            return Err(CharterError::WrongProof);
        }
        let (school, inviter) = (ticket.school, ticket.inviter);
        let trust = build_trust(&entries, school, inviter, &ticket.endpoint, identity)?;
        Ok((trust, entries))
    }
}

/// The trust that the entries of an answer build: they begin with the founding of that school,
/// each of them fits and was allowed, and both devices are in.
pub(super) fn build_trust(
    entries: &[Entry],
    school: SchoolId,
    inviter: DeviceId,
    endpoint: &[u8; 32],
    identity: &Identity,
) -> Result<Trust, CharterError> {
    let mut trust = Trust::expecting(school);
    for entry in entries {
        match trust.insert(entry) {
            Ok(Inserted::New { .. } | Inserted::Known) => {}
            Ok(Inserted::Waits { .. }) => {
                return Err(CharterError::NotAdmitted("entries are missing or out of order"));
            }
            Err(_) => return Err(CharterError::NotAdmitted("an entry does not fit")),
        }
    }
    if trust.certificate(inviter).is_none_or(|known| known.endpoint != *endpoint) {
        return Err(CharterError::NotAdmitted("the inviter is not of this school"));
    }
    if trust.certificate(identity.device()) != Some(&identity.certificate()) {
        return Err(CharterError::NotAdmitted("this device is not among the school's"));
    }
    Ok(trust)
}

/// Why the inviter refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JoinRefusal {
    /// The proof is wrong.
    #[error("the ticket is not for this invitation")]
    WrongProof,
    /// The time is over.
    #[error("it has expired; ask for a new one")]
    Expired,
    /// Somebody has joined with it.
    #[error("it has been used; ask for a new one")]
    Used,
    /// Too many wrong proofs.
    #[error("too many attempts; ask for a new one")]
    TooManyAttempts,
    /// The certificate is not valid or is not of this connection.
    #[error("the device's certificate is not valid on this connection")]
    BadCertificate,
    /// No invitation is open.
    #[error("nobody is inviting there now")]
    NoInvitation,
    /// The inviter could not admit.
    #[error("the inviting device could not admit this one; look there")]
    Failed,
    /// The words of a spoken code are wrong.
    #[error("the code is not the one that was read out; ask for the words again")]
    WrongCode,
}

impl JoinRefusal {
    const ALL: [Self; 8] = [
        Self::WrongProof,
        Self::Expired,
        Self::Used,
        Self::TooManyAttempts,
        Self::BadCertificate,
        Self::NoInvitation,
        Self::Failed,
        Self::WrongCode,
    ];

    fn code(self) -> u8 {
        (0..).zip(Self::ALL).find(|(_, reason)| *reason == self).map_or(u8::MAX, |(code, _)| code)
    }
}
