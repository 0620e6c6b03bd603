//! The frames of a join by code, and what is sealed in them.

use std::fmt;

use super::channel::{MAC_BYTES, SPAKE_BYTES};
use crate::certificate::Certificate;
use crate::codec::{DecodeError, Reader, Writer};
use crate::error::CharterError;
use crate::ids::SchoolId;
use crate::join::answer::JoinAnswer;
use crate::join::grant::Grant;
use crate::join::request::{read_name, write_names};
use crate::join::{VERSION, read_version};

/// No frame of the exchange is longer, but for the answer at its end.
pub const MAX_CODE_FRAME_BYTES: usize = 4_096;

const GOES_ON: u8 = 0;

/// What the inviter offers, sealed: school (32), its own certificate (240), and the grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeOffer {
    /// The school.
    pub school: SchoolId,
    /// The inviting device.
    pub inviter: Certificate,
    /// What the joiner comes in as.
    pub grant: Grant,
}

impl CodeOffer {
    /// Its canonical encoding, as it is sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.raw(self.school.as_bytes());
        self.inviter.write(&mut out);
        self.grant.write(&mut out);
        out.finish()
    }

    /// Reads what `to_bytes` wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let offer = Self {
            school: SchoolId::from_bytes(reader.array("school")?),
            inviter: Certificate::read(&mut reader)?,
            grant: Grant::read(&mut reader)?,
        };
        reader.end()?;
        Ok(offer)
    }
}

/// Who the joiner is, sealed: certificate (240), person's name, device's name.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeClaim {
    /// The new device.
    pub certificate: Certificate,
    /// What the person is called.
    pub person_name: String,
    /// What the device is called.
    pub device_name: String,
}

impl CodeClaim {
    /// Its canonical encoding, as it is sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.certificate.write(&mut out);
        write_names(&mut out, &self.person_name, &self.device_name);
        out.finish()
    }

    /// Reads what `to_bytes` wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let claim = Self {
            certificate: Certificate::read(&mut reader)?,
            person_name: read_name(&mut reader, "person's name")?,
            device_name: read_name(&mut reader, "device's name")?,
        };
        reader.end()?;
        Ok(claim)
    }
}

impl fmt::Debug for CodeClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeClaim({})", self.certificate.device)
    }
}

/// A frame of the joiner.
pub(super) fn from_joiner(payload: &[u8]) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(VERSION).raw(payload);
    out.finish()
}

/// A frame of the inviter with which the exchange goes on.
pub(super) fn from_inviter(payload: &[u8]) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(VERSION).u8(GOES_ON).raw(payload);
    out.finish()
}

/// A frame of a bounded length, past its version.
fn opened<'a>(frame: &'a [u8], what: &'static str) -> Result<Reader<'a>, CharterError> {
    let malformed = CharterError::malformed(what);
    bounded(frame, what).map_err(&malformed)?;
    let mut reader = Reader::new(frame);
    read_version(&mut reader).map_err(&malformed)?;
    Ok(reader)
}

/// Reads a frame of the joiner.
pub(super) fn read_joiner<'a>(
    frame: &'a [u8],
    what: &'static str,
) -> Result<&'a [u8], CharterError> {
    let mut reader = opened(frame, what)?;
    reader.take(reader.remaining(), what).map_err(CharterError::malformed(what))
}

/// Reads a frame of the inviter; an error if it refuses.
pub(super) fn read_inviter<'a>(
    frame: &'a [u8],
    what: &'static str,
) -> Result<&'a [u8], CharterError> {
    let malformed = CharterError::malformed(what);
    let mut reader = opened(frame, what)?;
    if reader.u8("tag").map_err(&malformed)? == GOES_ON {
        return reader.take(reader.remaining(), what).map_err(&malformed);
    }
    match JoinAnswer::from_bytes(frame)? {
        JoinAnswer::Refused(reason) => Err(CharterError::JoinRefused(reason)),
        JoinAnswer::Admitted { .. } => Err(malformed(DecodeError::NotCanonical("tag"))),
    }
}

/// The message of SPAKE2 that a frame is.
pub(super) fn spake_message(
    payload: &[u8],
    what: &'static str,
) -> Result<[u8; SPAKE_BYTES], CharterError> {
    array(payload).map_err(CharterError::malformed(what))
}

/// The proof that a frame is.
pub(super) fn words_proof(
    payload: &[u8],
    what: &'static str,
) -> Result<[u8; MAC_BYTES], CharterError> {
    array(payload).map_err(CharterError::malformed(what))
}

fn array<const N: usize>(payload: &[u8]) -> Result<[u8; N], DecodeError> {
    let mut reader = Reader::new(payload);
    let array = reader.array("message")?;
    reader.end()?;
    Ok(array)
}

fn bounded(frame: &[u8], what: &'static str) -> Result<(), DecodeError> {
    if frame.len() > MAX_CODE_FRAME_BYTES {
        return Err(DecodeError::TooMuch { what, limit: MAX_CODE_FRAME_BYTES });
    }
    Ok(())
}
