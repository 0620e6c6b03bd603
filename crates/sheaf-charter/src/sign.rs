//! Signatures and key checks. Every signature covers its purpose, a zero byte and the message, so
//! that none can be taken for another.

mod frequent;
mod multiples;

pub use frequent::FrequentAuthors;

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};

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
    CheckingKey::new(key).is_some_and(|key| key.verifies(purpose, bytes, signature))
}

/// A key that is ready to check signatures: whoever checks many makes it once.
pub(crate) struct CheckingKey {
    bytes: [u8; 32],
    key: VerifyingKey,
}

impl CheckingKey {
    /// None if the bytes are no key, or a weak one.
    pub(crate) fn new(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak())?;
        Some(Self { bytes: *bytes, key })
    }

    /// The key.
    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Whether the signature fits, by the strict rules.
    ///
    /// Accepts what [`VerifyingKey::verify_strict`] accepts, and nothing else, in three quarters of
    /// its time: what fits has the one encoding of its point, so that whether that is of small
    /// order can be seen from the bytes, and it need not be decompressed.
    pub(crate) fn verifies(&self, purpose: Purpose, bytes: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        let fits = || self.key.verify(&purpose.message(bytes), &signature).is_ok();
        !SMALL_ORDER.contains(signature.r_bytes()) && fits()
    }
}

/// The points of small order, each in its one encoding.
const SMALL_ORDER: [[u8; 32]; 8] = {
    const OF_ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    const fn with_sign(mut point: [u8; 32]) -> [u8; 32] {
        point[31] |= 0x80;
        point
    }
    let mut one = [0; 32];
    one[0] = 1;
    let mut minus_one = [0xff; 32];
    minus_one[0] = 0xec;
    minus_one[31] = 0x7f;
    let [a, b] = OF_ORDER_8;
    [one, minus_one, [0; 32], with_sign([0; 32]), a, with_sign(a), b, with_sign(b)]
};

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use data_encoding::HEXLOWER;

    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap()
    }

    fn strictly(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> bool {
        let message = Purpose::Entry.message(message);
        key.verify_strict(&message, &Signature::from_bytes(signature)).is_ok()
    }

    #[test]
    fn the_points_of_small_order_are_all_eight() {
        let distinct: BTreeSet<_> = SMALL_ORDER.iter().collect();
        assert_eq!(distinct.len(), 8);
        for point in SMALL_ORDER {
            let key = VerifyingKey::from_bytes(&point).unwrap();
            assert!(key.is_weak());
            assert_eq!(key.to_edwards().compress().to_bytes(), point);
            assert!(CheckingKey::new(&point).is_none());
        }
    }

    /// `s = k a` under the key of the seed of sevens: the loose rules take it.
    #[test]
    fn a_signature_whose_point_is_of_small_order_does_not_fit() {
        let key = bytes("ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c");
        let signature = bytes(
            "0100000000000000000000000000000000000000000000000000000000000000\
             26a5c2e3dceee894598b0605ca15fd5fe9047418691b6d1d378271905d631b07",
        );
        let loose = VerifyingKey::from_bytes(&key).unwrap();
        let message = Purpose::Entry.message(b"a message");
        assert!(loose.verify(&message, &Signature::from_bytes(&signature)).is_ok());
        assert!(!strictly(&loose, b"a message", &signature));
        assert!(!verifies(&key, Purpose::Entry, b"a message", &signature));
    }

    #[test]
    fn it_takes_what_the_strict_rules_take() {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let (key, message) = (signing.verifying_key(), b"a message".as_slice());
        let signature = sign(&signing, Purpose::Entry, message);
        assert!(verifies(key.as_bytes(), Purpose::Entry, message, &signature));
        assert!(!verifies(key.as_bytes(), Purpose::Metric, message, &signature));
        for bit in 0..signature.len() * 8 {
            let mut other = signature;
            other[bit / 8] ^= 1 << (bit % 8);
            let fits = verifies(key.as_bytes(), Purpose::Entry, message, &other);
            assert_eq!(fits, strictly(&key, message, &other), "bit {bit}");
            assert!(!fits, "bit {bit}");
        }
    }
}
