//! What both sides of a join by code derive from SPAKE2, and what they seal and prove with it.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use spake2::{Ed25519Group, Identity, Password, Spake2};
use zeroize::Zeroizing;

use super::words::SpokenCode;
use crate::join::proof::{JOIN_EXPORTER_BYTES, JoinSide};

/// A message of SPAKE2: a byte for the side and a point.
pub(super) const SPAKE_BYTES: usize = 33;
/// A BLAKE3 keyed hash.
pub(super) const MAC_BYTES: usize = 32;
/// What Poly1305 adds.
const TAG_BYTES: usize = 16;
const JOINER: &[u8] = b"sheaf/1/code/joiner";
const INVITER: &[u8] = b"sheaf/1/code/inviter";

/// What a keyed hash or a sealed part is for: one byte in each hash, so that none can be taken for
/// another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The joiner knows the words.
    Words,
    /// What the inviter offers.
    Offer,
    /// Who the joiner is.
    Claim,
    /// The joiner has been admitted.
    Admitted,
}

/// One side, before the message of the other has come.
pub(super) struct Opening {
    side: JoinSide,
    spake: Spake2<Ed25519Group>,
    message: [u8; SPAKE_BYTES],
    slot: &'static str,
}

impl Opening {
    /// Begins; the message is to be sent.
    pub(super) fn new<R: CryptoRng + ?Sized>(
        code: &SpokenCode,
        side: JoinSide,
        rng: &mut R,
    ) -> Option<Self> {
        let password = Password::new(code.password().as_bytes());
        let (joiner, inviter) = (Identity::new(JOINER), Identity::new(INVITER));
        let rng = OldRng(rng);
        let (spake, message) = match side {
            JoinSide::Joiner => Spake2::start_a_with_rng(&password, &joiner, &inviter, rng),
            JoinSide::Inviter => Spake2::start_b_with_rng(&password, &joiner, &inviter, rng),
        };
        Some(Self { side, spake, message: message.try_into().ok()?, slot: code.slot() })
    }

    /// What is to be sent.
    pub(super) const fn message(&self) -> &[u8; SPAKE_BYTES] {
        &self.message
    }

    /// Takes the message of the other side; none if it is no message of SPAKE2.
    ///
    /// The transcript begins with the BLAKE3 under `sheaf/1/code` of the joiner's message, the
    /// inviter's, the keying material exported from the connection, and the slot.
    pub(super) fn finish(
        self,
        other: &[u8; SPAKE_BYTES],
        exporter: &[u8; JOIN_EXPORTER_BYTES],
    ) -> Option<Channel> {
        let shared = Zeroizing::new(self.spake.finish(other).ok()?);
        let (joiner, inviter) = match self.side {
            JoinSide::Joiner => (&self.message, other),
            JoinSide::Inviter => (other, &self.message),
        };
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/code");
        hasher.update(joiner).update(inviter).update(exporter).update(self.slot.as_bytes());
        let key = Zeroizing::new(blake3::derive_key("sheaf/1/code/key", &shared));
        Some(Channel { key, transcript: hasher.finalize().into() })
    }
}

/// The shared key and everything that was said so far. Both sides have the same only if both knew
/// the same words and are the two ends of one connection.
pub(super) struct Channel {
    key: Zeroizing<[u8; 32]>,
    transcript: [u8; 32],
}

impl Channel {
    /// The proof of a step: BLAKE3 keyed by the shared key over the step, the transcript and what
    /// is proved.
    pub(super) fn proof(&self, step: Step, bytes: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        let step = match step {
            Step::Words => 0,
            Step::Offer => 1,
            Step::Claim => 2,
            Step::Admitted => 3,
        };
        hasher.update(&[step]).update(&self.transcript).update(bytes);
        hasher.finalize()
    }

    /// Seals what belongs to a step: XChaCha20-Poly1305 under a key of this transcript, used once
    /// and so with a nonce of zeros, then the proof of the sealed bytes. The proof commits to the
    /// key: a sealed text alone could be made to open under several.
    pub(super) fn seal(&mut self, step: Step, plain: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = self.cipher().encrypt(&XNonce::from([0; 24]), plain).ok()?;
        sealed.extend(self.proof(step, &sealed).as_bytes());
        self.said(&sealed);
        Some(sealed)
    }

    /// Opens what [`Channel::seal`] made on the other side.
    pub(super) fn open(&mut self, step: Step, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (sealed, proof) = bytes.split_last_chunk::<MAC_BYTES>()?;
        // Compares in constant time.
        if self.proof(step, sealed) != *proof || sealed.len() < TAG_BYTES {
            return None;
        }
        let plain = self.cipher().decrypt(&XNonce::from([0; 24]), sealed).ok()?;
        self.said(bytes);
        Some(Zeroizing::new(plain))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/code/seal");
        hasher.update(self.key.as_ref()).update(&self.transcript);
        let key = Zeroizing::new(<[u8; 32]>::from(hasher.finalize()));
        XChaCha20Poly1305::new(&(*key).into())
    }

    fn said(&mut self, bytes: &[u8]) {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/code/said");
        hasher.update(&self.transcript).update(bytes);
        self.transcript = hasher.finalize().into();
    }
}

/// Our generator behind the interface of the generation before, which spake2 asks for.
struct OldRng<'a, R: ?Sized>(&'a mut R);

impl<R: CryptoRng + ?Sized> rand_core_06::RngCore for OldRng<'_, R> {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core_06::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl<R: CryptoRng + ?Sized> rand_core_06::CryptoRng for OldRng<'_, R> {}
