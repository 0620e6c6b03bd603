//! Wrapping a key for whoever holds an X25519 secret: HPKE in base mode.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::act::Capsule;

/// Wraps a key for that public key: the encapsulated key (32) and the sealed one with its tag.
pub(crate) fn wrap_key<R: CryptoRng>(
    key: &[u8; 32],
    x25519: &[u8; 32],
    info: &[u8],
    rng: &mut R,
) -> Option<[u8; Capsule::SEALED_BYTES]> {
    let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(x25519).ok()?;
    let (encapped, sealed) = hpke::single_shot_seal_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeS::Base, &public, info, key, &[], rng)
    .ok()?;
    [encapped.to_bytes().as_slice(), &sealed].concat().try_into().ok()
}

/// Unwraps what [`wrap_key`] wrapped; none if it was for another secret or another purpose.
pub(crate) fn unwrap_key(
    secret: &[u8; 32],
    info: &[u8],
    wrapped: &[u8; Capsule::SEALED_BYTES],
) -> Option<Zeroizing<[u8; 32]>> {
    let (encapped, sealed) = wrapped.split_at(32);
    let secret = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(secret).ok()?;
    let encapped = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapped).ok()?;
    let plain = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &secret,
        &encapped,
        info,
        sealed,
        &[],
    );
    let plain = Zeroizing::new(plain.ok()?);
    plain.as_slice().try_into().ok().map(Zeroizing::new)
}
