//! The join exchange: one request, one reply, over one connection.
//!
//! Both sides prove that they know the ticket's secret with a BLAKE3 keyed by it and bound to the
//! connection by keying material exported from it, so that nobody in the middle can pass a proof
//! on. The inviter answers with control entries only after the joiner is admitted.

use std::fmt;

use zeroize::Zeroizing;

use crate::certificate::Certificate;
use crate::codec::{DecodeError, Reader, Writer};
use crate::entry::{Entry, MAX_BODY_BYTES, MAX_HEADER_BYTES};
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::SpaceId;
use crate::names::{MAX_NAME_BYTES, acceptable};
use crate::role::Role;
use crate::ticket::Ticket;
use crate::trust::{Inserted, Trust};

/// The label under which both sides export keying material from their connection.
pub const JOIN_EXPORTER_LABEL: &[u8] = b"sheaf/1/join";
/// How many bytes both sides export.
pub const JOIN_EXPORTER_BYTES: usize = 32;
/// At most this many control entries in an answer; more come in the first session.
pub const MAX_JOIN_ENTRIES: usize = 4_096;
/// So many wrong proofs end an invitation.
pub const MAX_JOIN_ATTEMPTS: u8 = 3;

const VERSION: u8 = 1;
const MAX_ENTRY_BYTES: usize = MAX_HEADER_BYTES + MAX_BODY_BYTES + 4_096;

/// Who proves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JoinSide {
    /// The new device.
    Joiner,
    /// The device that invited it.
    Inviter,
}

/// The proof of one side: BLAKE3 keyed by the BLAKE3 of the secret under `sheaf/1/join`, over one
/// byte for the side (0 joiner, 1 inviter) and the exported keying material.
pub fn join_proof(
    secret: &[u8; 32],
    exporter: &[u8; JOIN_EXPORTER_BYTES],
    side: JoinSide,
) -> [u8; 32] {
    blake3_proof(secret, exporter, side).into()
}

fn blake3_proof(
    secret: &[u8; 32],
    exporter: &[u8; JOIN_EXPORTER_BYTES],
    side: JoinSide,
) -> blake3::Hash {
    let key = Zeroizing::new(blake3::derive_key("sheaf/1/join", secret));
    let mut hasher = blake3::Hasher::new_keyed(&key);
    hasher.update(&[match side {
        JoinSide::Joiner => 0,
        JoinSide::Inviter => 1,
    }]);
    hasher.update(exporter);
    hasher.finalize()
}

/// Compares in constant time.
fn proves(
    proof: &[u8; 32],
    secret: &[u8; 32],
    exporter: &[u8; JOIN_EXPORTER_BYTES],
    side: JoinSide,
) -> bool {
    blake3_proof(secret, exporter, side) == *proof
}

/// What the joiner sends: version (1), certificate (240), person's name, device's name, proof (32).
#[derive(Clone, PartialEq, Eq)]
pub struct JoinRequest {
    /// The new device.
    pub certificate: Certificate,
    /// What the person is called.
    pub person_name: String,
    /// What the device is called.
    pub device_name: String,
    /// The joiner's proof.
    pub proof: [u8; 32],
}

impl JoinRequest {
    /// The request of this device on a connection.
    pub fn new(
        identity: &Identity,
        ticket: &Ticket,
        exporter: &[u8; JOIN_EXPORTER_BYTES],
        person_name: &str,
        device_name: &str,
    ) -> Result<Self, CharterError> {
        if !acceptable(person_name) || !acceptable(device_name) {
            return Err(CharterError::BadName { limit: MAX_NAME_BYTES });
        }
        Ok(Self {
            certificate: identity.certificate(),
            person_name: person_name.to_owned(),
            device_name: device_name.to_owned(),
            proof: join_proof(&ticket.secret, exporter, JoinSide::Joiner),
        })
    }

    /// The canonical encoding.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.u8(VERSION);
        self.certificate.write(&mut out);
        out.bytes(self.person_name.as_bytes()).bytes(self.device_name.as_bytes()).raw(&self.proof);
        out.finish()
    }

    /// Reads what [`JoinRequest::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CharterError> {
        Self::read(bytes).map_err(CharterError::malformed("the join request"))
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        read_version(&mut reader)?;
        let request = Self {
            certificate: Certificate::read(&mut reader)?,
            person_name: read_name(&mut reader, "person's name")?,
            device_name: read_name(&mut reader, "device's name")?,
            proof: reader.array("proof")?,
        };
        reader.end()?;
        Ok(request)
    }
}

impl fmt::Debug for JoinRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinRequest({})", self.certificate.device)
    }
}

/// Why the inviter refuses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JoinRefusal {
    /// The proof is wrong.
    #[error("the ticket is not for this invitation")]
    WrongProof,
    /// The time is over.
    #[error("the ticket has expired; ask for a new one")]
    Expired,
    /// Somebody has joined with it.
    #[error("the ticket has been used; ask for a new one")]
    Used,
    /// Too many wrong proofs.
    #[error("too many attempts; ask for a new ticket")]
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
}

impl JoinRefusal {
    const ALL: [Self; 7] = [
        Self::WrongProof,
        Self::Expired,
        Self::Used,
        Self::TooManyAttempts,
        Self::BadCertificate,
        Self::NoInvitation,
        Self::Failed,
    ];

    fn code(self) -> u8 {
        (0..).zip(Self::ALL).find(|(_, reason)| *reason == self).map_or(u8::MAX, |(code, _)| code)
    }
}

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
        let mut trust = Trust::expecting(ticket.school);
        for entry in &entries {
            match trust.insert(entry) {
                Ok(Inserted::New { .. } | Inserted::Known) => {}
                Ok(Inserted::Waits { .. }) => {
                    return Err(CharterError::NotAdmitted("entries are missing or out of order"));
                }
                Err(_) => return Err(CharterError::NotAdmitted("an entry does not fit")),
            }
        }
        let inviter = trust.certificate(ticket.inviter);
        if inviter.is_none_or(|known| known.endpoint != ticket.endpoint) {
            return Err(CharterError::NotAdmitted("the inviter is not of this school"));
        }
        if trust.certificate(identity.device()) != Some(&identity.certificate()) {
            return Err(CharterError::NotAdmitted("this device is not among the school's"));
        }
        Ok((trust, entries))
    }
}

/// An invitation that waits for its joiner: single use, limited in time and in wrong proofs.
pub struct PendingInvite {
    secret: Zeroizing<[u8; 32]>,
    /// The role that the joiner gets.
    pub role: Role,
    /// The spaces that the joiner gets into, besides those that everybody is in.
    pub spaces: Vec<SpaceId>,
    expires_ms: i64,
    attempts_left: u8,
    used: bool,
}

impl PendingInvite {
    /// The invitation that the ticket is for.
    pub fn new(ticket: &Ticket, role: Role, spaces: Vec<SpaceId>) -> Self {
        let (secret, expires_ms) = (ticket.secret.clone(), ticket.expires_ms);
        Self { secret, role, spaces, expires_ms, attempts_left: MAX_JOIN_ATTEMPTS, used: false }
    }

    /// Whether a joiner may still come.
    pub const fn is_open(&self, now_ms: i64) -> bool {
        !self.used && self.attempts_left > 0 && now_ms < self.expires_ms
    }

    /// Judges a request. `endpoint` is the key that the connection itself proved. The first
    /// request that passes uses the invitation up; gives the inviter's proof.
    pub fn take(
        &mut self,
        request: &JoinRequest,
        exporter: &[u8; JOIN_EXPORTER_BYTES],
        endpoint: &[u8; 32],
        now_ms: i64,
    ) -> Result<[u8; 32], JoinRefusal> {
        if self.used {
            return Err(JoinRefusal::Used);
        }
        if now_ms >= self.expires_ms {
            return Err(JoinRefusal::Expired);
        }
        if self.attempts_left == 0 {
            return Err(JoinRefusal::TooManyAttempts);
        }
        if !proves(&request.proof, &self.secret, exporter, JoinSide::Joiner) {
            self.attempts_left -= 1;
            return Err(JoinRefusal::WrongProof);
        }
        let certificate = &request.certificate;
        if certificate.endpoint != *endpoint
            || !certificate.is_first_device()
            || certificate.verify().is_err()
        {
            return Err(JoinRefusal::BadCertificate);
        }
        self.used = true;
        Ok(join_proof(&self.secret, exporter, JoinSide::Inviter))
    }
}

impl fmt::Debug for PendingInvite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingInvite")
            .field("role", &self.role)
            .field("attempts_left", &self.attempts_left)
            .field("used", &self.used)
            .finish_non_exhaustive()
    }
}

fn read_version(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    match reader.u8("version")? {
        VERSION => Ok(()),
        other => Err(DecodeError::UnknownVersion(other)),
    }
}

fn read_name(reader: &mut Reader<'_>, what: &'static str) -> Result<String, DecodeError> {
    match std::str::from_utf8(reader.bytes(MAX_NAME_BYTES, what)?) {
        Ok(name) if acceptable(name) => Ok(name.to_owned()),
        _ => Err(DecodeError::NotCanonical(what)),
    }
}
