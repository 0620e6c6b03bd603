//! The recovery key: printed once, kept in a safe.

use std::fmt;

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::codec::Writer;
use crate::error::CharterError;
use crate::ids::{DeviceId, LogId};
use crate::sign::{Purpose, sign};

/// The prefix of the printed form, which says what the paper in the safe is.
const PREFIX: &str = "SHEAF-RECOVERY";
/// Letters a group of the printed form.
const GROUP: usize = 5;

/// A 32-byte seed, from which a signing key and an HPKE key are derived (BLAKE3 under
/// `sheaf/1/recovery-signing` and `sheaf/1/recovery-hpke`). Wiped when dropped.
///
/// Printed: `SHEAF-RECOVERY-` and, in base32 (RFC 4648, upper case, no padding) and groups of five,
/// the seed and the first three bytes of its BLAKE3 under `sheaf/1/recovery-check`.
pub struct RecoveryKey {
    seed: Zeroizing<[u8; 32]>,
}

impl RecoveryKey {
    /// A new one.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut());
        Self { seed }
    }

    /// The form to print.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut bytes = Writer::new();
        bytes.raw(self.seed.as_ref()).raw(&check(&self.seed));
        let bytes = Zeroizing::new(bytes.finish());
        let letters = Zeroizing::new(data_encoding::BASE32_NOPAD.encode(&bytes));
        let mut text = Zeroizing::new(PREFIX.to_owned());
        for (at, letter) in letters.chars().enumerate() {
            if at % GROUP == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }

    /// Reads the printed form; forgives case, spaces and dashes, and the digits 0, 1 and 8 typed
    /// for O, I and B.
    pub fn from_text(text: &str) -> Result<Self, CharterError> {
        let wrong = CharterError::BadRecoveryKey;
        let letters: Zeroizing<String> = Zeroizing::new(
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').map(likeness).collect(),
        );
        let prefix: String = PREFIX.chars().filter(|c| *c != '-').collect();
        let letters = letters
            .strip_prefix(prefix.as_str())
            .ok_or(wrong("it must begin with SHEAF-RECOVERY"))?;
        let bytes = data_encoding::BASE32_NOPAD
            .decode(letters.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| wrong("letters are missing or wrong"))?;
        let (seed, sum) = bytes.split_first_chunk::<32>().ok_or(wrong("letters are missing"))?;
        if sum != check(seed) {
            return Err(wrong("a letter is wrong; compare it with the paper"));
        }
        Ok(Self { seed: Zeroizing::new(*seed) })
    }

    fn signing(&self) -> SigningKey {
        let secret = blake3::derive_key("sheaf/1/recovery-signing", self.seed.as_ref());
        SigningKey::from_bytes(&Zeroizing::new(secret))
    }

    /// The log that it writes.
    pub fn log(&self) -> LogId {
        LogId::derive(DeviceId::from_bytes(self.signing_public()), 0)
    }

    pub(crate) fn sign(&self, purpose: Purpose, bytes: &[u8]) -> [u8; 64] {
        sign(&self.signing(), purpose, bytes)
    }

    /// The public signing half, as the founding entry names it.
    pub fn signing_public(&self) -> [u8; 32] {
        self.signing().verifying_key().to_bytes()
    }

    pub(crate) fn hpke_secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key("sheaf/1/recovery-hpke", self.seed.as_ref()))
    }

    /// The public HPKE half, as the founding entry names it.
    pub fn hpke_public(&self) -> [u8; 32] {
        let secret = x25519_dalek::StaticSecret::from(*self.hpke_secret());
        x25519_dalek::PublicKey::from(&secret).to_bytes()
    }
}

fn check(seed: &[u8; 32]) -> [u8; 3] {
    let [a, b, c, ..] = blake3::derive_key("sheaf/1/recovery-check", seed);
    [a, b, c]
}

fn likeness(typed: char) -> char {
    match typed.to_ascii_uppercase() {
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        other => other,
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(…)")
    }
}
