//! What the joiner sends.

use std::fmt;

use super::proof::{JOIN_EXPORTER_BYTES, JoinSide, join_proof};
use super::{VERSION, read_version};
use crate::certificate::Certificate;
use crate::codec::{DecodeError, Reader, Writer};
use crate::error::CharterError;
use crate::identity::Identity;
use crate::names::{MAX_NAME_BYTES, acceptable};
use crate::ticket::Ticket;

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
        write_names(&mut out, &self.person_name, &self.device_name);
        out.raw(&self.proof);
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

pub(super) fn write_names(out: &mut Writer, person: &str, device: &str) {
    out.bytes(person.as_bytes()).bytes(device.as_bytes());
}

pub(super) fn read_name(
    reader: &mut Reader<'_>,
    what: &'static str,
) -> Result<String, DecodeError> {
    match std::str::from_utf8(reader.bytes(MAX_NAME_BYTES, what)?) {
        Ok(name) if acceptable(name) => Ok(name.to_owned()),
        _ => Err(DecodeError::NotCanonical(what)),
    }
}
