//! The key of a home, sealed under the key of its passphrase.

use std::fmt;
use std::str::FromStr;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::codec::DecodeError;
use crate::error::CharterError;

const NONCE_BYTES: usize = 24;
const SEALED_BYTES: usize = 32 + 16;
const CONTEXT: &[u8] = b"sheaf/1/home-key";

/// The key that the keys of a home are derived from, sealed under its passphrase: a 24-byte nonce,
/// and 32 bytes and a tag under XChaCha20-Poly1305. So a new passphrase touches these bytes alone,
/// and what lies under the home's key stays as it is. As text it is hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SealedHomeKey {
    nonce: [u8; NONCE_BYTES],
    sealed: [u8; SEALED_BYTES],
}

impl SealedHomeKey {
    /// Seals a home's key under the key that [`crate::passphrase_key`] gives.
    pub fn seal<R: CryptoRng + ?Sized>(
        passphrase_key: &[u8; 32],
        home_key: &[u8; 32],
        rng: &mut R,
    ) -> Result<Self, CharterError> {
        let failed = || CharterError::Sealing("the key of the home");
        let mut nonce = [0; NONCE_BYTES];
        rng.fill_bytes(&mut nonce);
        let payload = Payload { msg: home_key, aad: CONTEXT };
        let sealed = wrapping(passphrase_key).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| failed())?.try_into().map_err(|_| failed())?;
        Ok(Self { nonce, sealed })
    }

    /// Opens it. A wrong passphrase and damaged bytes cannot be told apart.
    pub fn open(&self, passphrase_key: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, CharterError> {
        let payload = Payload { msg: &self.sealed, aad: CONTEXT };
        let plain = wrapping(passphrase_key).decrypt(&XNonce::from(self.nonce), payload);
        let plain = Zeroizing::new(plain.map_err(|_| CharterError::WrongPassphrase)?);
        let key = plain.as_slice().try_into().map_err(|_| CharterError::WrongPassphrase)?;
        Ok(Zeroizing::new(key))
    }
}

impl fmt::Display for SealedHomeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.nonce))?;
        f.write_str(&data_encoding::HEXLOWER.encode(&self.sealed))
    }
}

impl FromStr for SealedHomeKey {
    type Err = CharterError;

    fn from_str(text: &str) -> Result<Self, CharterError> {
        let malformed = CharterError::malformed("the sealed key of the home");
        let wrong = || malformed(DecodeError::NotCanonical("hexadecimal digits"));
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).map_err(|_| wrong())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(wrong)?;
        let nonce = nonce.try_into().map_err(|_| wrong())?;
        Ok(Self { nonce, sealed: sealed.try_into().map_err(|_| wrong())? })
    }
}

impl fmt::Debug for SealedHomeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedHomeKey(..)")
    }
}

fn wrapping(passphrase_key: &[u8; 32]) -> XChaCha20Poly1305 {
    let key = Zeroizing::new(blake3::derive_key("sheaf/1/wrapping-key", passphrase_key));
    XChaCha20Poly1305::new(&(*key).into())
}
