//! Signatures and key checks. Every signature covers its purpose, a zero byte and the message, so
//! that none can be taken for another.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::error::CharterError;

/// What a signature is for: the prefix of what is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Purpose {
    /// An entry's header.
    Entry,
    /// A device certificate.
    Certificate,
    /// An address record.
    Address,
    /// What a parcel says of itself.
    Parcel,
    /// The files of a metric.
    Metric,
}

impl Purpose {
    const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Entry => b"sheaf/1/entry\0",
            Self::Certificate => b"sheaf/1/cert\0",
            Self::Address => b"sheaf/1/addr\0",
            Self::Parcel => b"sheaf/1/parcel\0",
            Self::Metric => b"sheaf/1/metric\0",
        }
    }

    fn message(self, bytes: &[u8]) -> Vec<u8> {
        [self.prefix(), bytes].concat()
    }
}

/// Signs these bytes for that purpose.
pub(crate) fn sign(key: &SigningKey, purpose: Purpose, bytes: &[u8]) -> [u8; 64] {
    key.sign(&purpose.message(bytes)).to_bytes()
}

/// Whether the signature fits, by the strict rules: no weak key, no malleable form.
pub(crate) fn verifies(
    key: &[u8; 32],
    purpose: Purpose,
    bytes: &[u8],
    signature: &[u8; 64],
) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|key| {
        key.verify_strict(&purpose.message(bytes), &Signature::from_bytes(signature)).is_ok()
    })
}

/// Refuses an Ed25519 key that is no point, is written in a second form, or is of small order.
pub(crate) fn check_ed25519(bytes: &[u8; 32], what: &'static str) -> Result<(), CharterError> {
    let key = VerifyingKey::from_bytes(bytes).map_err(|_| CharterError::WeakKey(what))?;
    let canonical = key.to_edwards().compress().to_bytes() == *bytes;
    if canonical && !key.is_weak() { Ok(()) } else { Err(CharterError::WeakKey(what)) }
}

/// Refuses an X25519 key that is written in a second form or is of small order.
pub(crate) fn check_x25519(bytes: &[u8; 32], what: &'static str) -> Result<(), CharterError> {
    // 2^255 - 19, little-endian: a canonical coordinate is below it, so its top bit is clear too.
    const PRIME: [u8; 32] = {
        let mut prime = [0xff; 32];
        prime[0] = 0xed;
        prime[31] = 0x7f;
        prime
    };
    let below_prime = bytes.iter().rev().lt(PRIME.iter().rev());
    // Any clamped secret sends a point of small order, and no other, to zero.
    let probe = x25519_dalek::StaticSecret::from([1; 32]);
    let shared = probe.diffie_hellman(&x25519_dalek::PublicKey::from(*bytes));
    if below_prime && shared.was_contributory() { Ok(()) } else { Err(CharterError::WeakKey(what)) }
}
