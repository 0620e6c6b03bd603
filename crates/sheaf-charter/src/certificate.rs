//! A device's certificate: which keys a device of a person has.

use crate::codec::{DecodeError, Reader, Writer};
use crate::error::CharterError;
use crate::ids::{DeviceId, PersonId};
use crate::sign::{Purpose, check_ed25519, check_x25519, verifies};

/// Binds a person, a device's signing key (its id), its X25519 key for capsules and its iroh
/// endpoint key (Ed25519). Signed by the signing key and by the endpoint key, so that nobody can
/// claim a key that is not theirs.
///
/// Encoding, 240 bytes: person (16), device (32), x25519 (32), endpoint (32), signature by the
/// device (64), signature by the endpoint (64). Both signatures cover `sheaf/1/cert`, a zero byte
/// and the first 112 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Certificate {
    /// The person whose device it is.
    pub person: PersonId,
    /// The device: its Ed25519 signing key.
    pub device: DeviceId,
    /// Its X25519 key, to which epoch keys are wrapped.
    pub x25519: [u8; 32],
    /// Its iroh endpoint key (Ed25519).
    pub endpoint: [u8; 32],
    /// The signature by the device's signing key.
    pub by_device: [u8; 64],
    /// The signature by the endpoint key.
    pub by_endpoint: [u8; 64],
}

impl Certificate {
    /// What both signatures cover.
    pub(crate) fn claim(
        person: PersonId,
        device: DeviceId,
        x25519: &[u8; 32],
        endpoint: &[u8; 32],
    ) -> Vec<u8> {
        let mut out = Writer::new();
        out.raw(person.as_bytes()).raw(device.as_bytes()).raw(x25519).raw(endpoint);
        out.finish()
    }

    /// Refuses weak keys, one key in two places, and signatures that do not fit.
    pub fn verify(&self) -> Result<(), CharterError> {
        check_ed25519(self.device.as_bytes(), "device key")?;
        check_ed25519(&self.endpoint, "endpoint key")?;
        check_x25519(&self.x25519, "x25519 key")?;
        if *self.device.as_bytes() == self.endpoint {
            return Err(CharterError::WeakKey("endpoint key"));
        }
        let claim = Self::claim(self.person, self.device, &self.x25519, &self.endpoint);
        let fits =
            |key: &[u8; 32], signature| verifies(key, Purpose::Certificate, &claim, signature);
        if fits(self.device.as_bytes(), &self.by_device) && fits(&self.endpoint, &self.by_endpoint)
        {
            Ok(())
        } else {
            Err(CharterError::BadSignature("device certificate"))
        }
    }

    /// Whether this is the device that the person id was derived from.
    pub fn is_first_device(&self) -> bool {
        self.person == PersonId::of_first_device(self.device)
    }

    /// Writes the canonical encoding.
    pub fn write(&self, out: &mut Writer) {
        out.raw(&Self::claim(self.person, self.device, &self.x25519, &self.endpoint))
            .raw(&self.by_device)
            .raw(&self.by_endpoint);
    }

    /// Reads what [`Certificate::write`] wrote. Does not verify.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            person: PersonId::from_bytes(reader.array("person")?),
            device: DeviceId::from_bytes(reader.array("device key")?),
            x25519: reader.array("x25519 key")?,
            endpoint: reader.array("endpoint key")?,
            by_device: reader.array("device signature")?,
            by_endpoint: reader.array("endpoint signature")?,
        })
    }
}
