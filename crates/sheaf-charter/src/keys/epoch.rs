//! Epoch keys: what seals the sections of a space, and how it reaches its members.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::act::{Capsule, SealedParent};
use crate::codec::Writer;
use crate::error::CharterError;
use crate::identity::Identity;
use crate::ids::{DeviceId, EpochId, SchoolId, SpaceId};
use crate::keys::RecoveryKey;
use crate::keys::wrap::{unwrap_key, wrap_key};

/// An epoch key: 32 bytes, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct EpochKey([u8; 32]);

impl EpochKey {
    /// A new one.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The key made of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its id, which commits to it: the first 16 bytes of a BLAKE3 under `sheaf/1/epoch-id`.
    pub fn id(&self) -> EpochId {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/epoch-id");
        hasher.update(&self.0);
        let mut id = [0; 16];
        hasher.finalize_xof().fill(&mut id);
        EpochId::from_bytes(id)
    }
}

impl fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EpochKey({})", self.id())
    }
}

/// Which key is wrapped, sealed or opened: it is bound to school, space and epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EpochPlace {
    /// The school.
    pub school: SchoolId,
    /// The space.
    pub space: SpaceId,
    /// The epoch.
    pub epoch: EpochId,
}

impl EpochPlace {
    /// What HPKE is told: `sheaf/1/capsule`, school (32), space (16), epoch (16) and the
    /// recipient's 32 bytes (device id, or the recovery key's HPKE half).
    fn info(&self, recipient: &[u8; 32]) -> Vec<u8> {
        let mut out = Writer::new();
        out.raw(b"sheaf/1/capsule").raw(self.school.as_bytes()).raw(self.space.as_bytes());
        out.raw(self.epoch.as_bytes()).raw(recipient);
        out.finish()
    }

    /// Associated data of a parent's key: `sheaf/1/epoch-parent`, school, space, epoch, parent.
    fn parent_context(&self, parent: EpochId) -> Vec<u8> {
        let mut out = Writer::new();
        out.raw(b"sheaf/1/epoch-parent").raw(self.school.as_bytes()).raw(self.space.as_bytes());
        out.raw(self.epoch.as_bytes()).raw(parent.as_bytes());
        out.finish()
    }
}

/// Wraps an epoch key for a device with that X25519 key.
pub fn seal_capsule<R: CryptoRng>(
    key: &EpochKey,
    place: &EpochPlace,
    device: DeviceId,
    x25519: &[u8; 32],
    rng: &mut R,
) -> Result<Capsule, CharterError> {
    let sealed = wrap(key, place, device.as_bytes(), x25519, rng)?;
    Ok(Capsule { device, sealed })
}

/// Wraps an epoch key for the recovery key with that HPKE half.
pub fn seal_recovery_capsule<R: CryptoRng>(
    key: &EpochKey,
    place: &EpochPlace,
    recovery_hpke: &[u8; 32],
    rng: &mut R,
) -> Result<[u8; Capsule::SEALED_BYTES], CharterError> {
    wrap(key, place, recovery_hpke, recovery_hpke, rng)
}

/// Opens a device's own capsule; refuses a key that the epoch's id does not commit to.
pub fn open_capsule(
    identity: &Identity,
    place: &EpochPlace,
    sealed: &[u8; Capsule::SEALED_BYTES],
) -> Result<EpochKey, CharterError> {
    unwrap(identity.x25519_secret(), place, identity.device().as_bytes(), sealed)
}

/// Opens the recovery key's capsule.
pub fn open_recovery_capsule(
    recovery: &RecoveryKey,
    place: &EpochPlace,
    sealed: &[u8; Capsule::SEALED_BYTES],
) -> Result<EpochKey, CharterError> {
    unwrap(&recovery.hpke_secret(), place, &recovery.hpke_public(), sealed)
}

fn wrap<R: CryptoRng>(
    key: &EpochKey,
    place: &EpochPlace,
    recipient: &[u8; 32],
    x25519: &[u8; 32],
    rng: &mut R,
) -> Result<[u8; Capsule::SEALED_BYTES], CharterError> {
    wrap_key(key.as_bytes(), x25519, &place.info(recipient), rng)
        .ok_or(CharterError::Sealing("an epoch key"))
}

fn unwrap(
    secret: &[u8; 32],
    place: &EpochPlace,
    recipient: &[u8; 32],
    sealed: &[u8; Capsule::SEALED_BYTES],
) -> Result<EpochKey, CharterError> {
    let plain = unwrap_key(secret, &place.info(recipient), sealed);
    committed(&*plain.ok_or(CharterError::Unopened)?, place.epoch)
}

fn committed(plain: &[u8], epoch: EpochId) -> Result<EpochKey, CharterError> {
    let key = EpochKey(plain.try_into().map_err(|_| CharterError::Unopened)?);
    if key.id() == epoch { Ok(key) } else { Err(CharterError::Unopened) }
}

/// Seals a parent's key under the key of the epoch that `place` names: ChaCha20-Poly1305 under a
/// key derived for this one message (BLAKE3 under `sheaf/1/epoch-parent` over key and parent id),
/// hence with a zero nonce.
pub fn seal_parent(
    key: &EpochKey,
    place: &EpochPlace,
    parent: &EpochKey,
) -> Result<SealedParent, CharterError> {
    let epoch = parent.id();
    let context = place.parent_context(epoch);
    let payload = Payload { msg: parent.as_bytes(), aad: &context };
    let sealed = parent_cipher(key, epoch)
        .encrypt(&Nonce::default(), payload)
        .ok()
        .and_then(|sealed| sealed.try_into().ok())
        .ok_or(CharterError::Sealing("a parent's key"))?;
    Ok(SealedParent { epoch, sealed })
}

/// Opens what [`seal_parent`] made.
pub fn open_parent(
    key: &EpochKey,
    place: &EpochPlace,
    parent: &SealedParent,
) -> Result<EpochKey, CharterError> {
    let context = place.parent_context(parent.epoch);
    let payload = Payload { msg: &parent.sealed, aad: &context };
    let plain = parent_cipher(key, parent.epoch)
        .decrypt(&Nonce::default(), payload)
        .map_err(|_| CharterError::Unopened)?;
    committed(&Zeroizing::new(plain), parent.epoch)
}

fn parent_cipher(key: &EpochKey, parent: EpochId) -> ChaCha20Poly1305 {
    let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/epoch-parent");
    hasher.update(key.as_bytes()).update(parent.as_bytes());
    let derived = Zeroizing::new(<[u8; 32]>::from(hasher.finalize()));
    ChaCha20Poly1305::new(&(*derived).into())
}
