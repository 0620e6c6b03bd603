//! Sealed sections.
//!
//! A sealed section is a 24-byte nonce and the XChaCha20-Poly1305 ciphertext with its 16-byte tag.
//!
//! - Key: BLAKE3 under `sheaf/1/section` over epoch key (32), document id (16), index (32-bit) and
//!   nonce (24): one section's key can be given away without the rest.
//! - Associated data: the header up to but not including the table
//!   ([`crate::Header::prefix_bytes`]), then index (32-bit) and document id (16).
//! - Plaintext: actor nonce (16), length of the changes (32-bit), length of the LZ4 block (32-bit),
//!   the block, zeros. The zeros bring the whole sealed section to its Padmé length, at least 256
//!   bytes; any other length, and a padding byte that is not zero, is refused.
//!
//! The sealed part of a control entry is a section with document id zero and actor nonce zero.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::codec::{DecodeError, Reader, Writer};
use crate::entry::MAX_BODY_BYTES;
use crate::error::CharterError;
use crate::ids::DocumentId;
use crate::keys::EpochKey;

/// At most this many bytes of changes in one section, before compression: what a reader has to
/// make room for before it has seen any of it.
pub const MAX_CHANGES_BYTES: usize = 4 * 1_024 * 1_024;
/// No sealed section is shorter.
pub const MIN_SECTION_BYTES: usize = 256;

const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const PREAMBLE_BYTES: usize = 16 + 4 + 4;

/// Where a section is: bound into its key and its associated data.
#[derive(Clone, Copy)]
pub struct SectionPlace<'a> {
    /// The header up to but not including the table.
    pub header_prefix: &'a [u8],
    /// Its place in the table, from 0.
    pub index: u32,
    /// The document that it changes.
    pub document: DocumentId,
}

/// The key of one section: opens it and nothing else. Wiped when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SectionKey([u8; 32]);

impl SectionKey {
    /// The key of a sealed section; none where it is too short to be one.
    pub fn of(key: &EpochKey, place: &SectionPlace<'_>, sealed: &[u8]) -> Option<Self> {
        sealed.first_chunk::<NONCE_BYTES>().map(|nonce| Self::derive(key, place, nonce))
    }

    /// The key made of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves: whoever has them can read the section.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn derive(key: &EpochKey, place: &SectionPlace<'_>, nonce: &[u8; NONCE_BYTES]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/section");
        hasher.update(key.as_bytes()).update(place.document.as_bytes());
        hasher.update(&place.index.to_be_bytes()).update(nonce);
        Self(hasher.finalize().into())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl fmt::Debug for SectionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SectionKey(…)")
    }
}

/// An opened section.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The nonce from which the actor id is derived.
    pub nonce: [u8; 16],
    /// The change chunks.
    pub changes: Vec<u8>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({} bytes)", self.changes.len())
    }
}

/// Seals the changes of one document.
pub fn seal_section<R: CryptoRng + ?Sized>(
    key: &EpochKey,
    place: &SectionPlace<'_>,
    actor_nonce: &[u8; 16],
    changes: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, CharterError> {
    let plain = compose(actor_nonce, changes)?;
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let context = context(place);
    let sealed = SectionKey::derive(key, place, &nonce)
        .cipher()
        .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &context })
        .map_err(|_| CharterError::Sealing("a section"))?;
    let mut out = Writer::new();
    out.raw(&nonce).raw(&sealed);
    Ok(out.finish())
}

/// Opens a sealed section. [`CharterError::Unopened`]: the key or the place is another, or the
/// bytes are damaged. [`CharterError::BadSection`]: sealed by a member who did not keep to the
/// format.
pub fn open_section(
    key: &EpochKey,
    place: &SectionPlace<'_>,
    sealed: &[u8],
) -> Result<Opened, CharterError> {
    let key = SectionKey::of(key, place, sealed).ok_or(CharterError::Unopened)?;
    open_section_by_its_key(&key, place, sealed)
}

/// The same with the key of that section alone.
pub fn open_section_by_its_key(
    key: &SectionKey,
    place: &SectionPlace<'_>,
    sealed: &[u8],
) -> Result<Opened, CharterError> {
    if sealed.len() > MAX_BODY_BYTES {
        return Err(too_large(sealed.len()));
    }
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(CharterError::Unopened)?;
    let context = context(place);
    let plain = key
        .cipher()
        .decrypt(&XNonce::from(*nonce), Payload { msg: rest, aad: &context })
        .map_err(|_| CharterError::Unopened)?;
    decompose(&Zeroizing::new(plain), sealed.len())
}

fn too_large(found: usize) -> CharterError {
    CharterError::TooMuch { what: "a sealed section", limit: MAX_BODY_BYTES, found }
}

fn compose(actor_nonce: &[u8; 16], changes: &[u8]) -> Result<Zeroizing<Vec<u8>>, CharterError> {
    let too_much = |limit, found| CharterError::TooMuch { what: "the changes", limit, found };
    if changes.len() > MAX_CHANGES_BYTES {
        return Err(too_much(MAX_CHANGES_BYTES, changes.len()));
    }
    let length =
        u32::try_from(changes.len()).map_err(|_| too_much(MAX_CHANGES_BYTES, changes.len()))?;
    let block = Zeroizing::new(lz4_flex::block::compress(changes));
    let whole = sealed_length(block.len());
    if whole > MAX_BODY_BYTES {
        return Err(too_large(whole));
    }
    let mut plain = Writer::new();
    plain.raw(actor_nonce).u32(length).bytes(&block);
    let mut plain = Zeroizing::new(plain.finish());
    plain.resize(whole - NONCE_BYTES - TAG_BYTES, 0);
    Ok(plain)
}

fn decompose(plain: &[u8], sealed: usize) -> Result<Opened, CharterError> {
    let short = |_: DecodeError| CharterError::BadSection("lengths");
    let mut reader = Reader::new(plain);
    let nonce = reader.array("actor nonce").map_err(short)?;
    let length = usize::try_from(reader.u32("length").map_err(short)?).unwrap_or(usize::MAX);
    if length > MAX_CHANGES_BYTES {
        let limit = MAX_CHANGES_BYTES;
        return Err(CharterError::TooMuch { what: "the changes", limit, found: length });
    }
    let block = reader.bytes(MAX_BODY_BYTES, "block").map_err(short)?;
    let padding = reader.take(reader.remaining(), "padding").map_err(short)?;
    if sealed != sealed_length(block.len()) || padding.iter().any(|byte| *byte != 0) {
        return Err(CharterError::BadSection("padding"));
    }
    let mut changes = vec![0; length];
    match lz4_flex::block::decompress_into(block, &mut changes) {
        Ok(written) if written == length => Ok(Opened { nonce, changes }),
        _ => Err(CharterError::BadSection("compression")),
    }
}

/// How long the sealed section with an LZ4 block of that length is.
fn sealed_length(block: usize) -> usize {
    padme(NONCE_BYTES + PREAMBLE_BYTES + block + TAG_BYTES).max(MIN_SECTION_BYTES)
}

/// The Padmé length (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
/// Communication with PURBs", PoPETs 2019, algorithm 1): at most 12 % more, and only
/// O(log log length) bits of the length show.
fn padme(length: usize) -> usize {
    let Some(exponent) = length.checked_ilog2().filter(|exponent| *exponent > 0) else {
        return length;
    };
    let mantissa_bits = exponent.ilog2() + 1;
    let mask = (1 << exponent.saturating_sub(mantissa_bits)) - 1;
    (length + mask) & !mask
}

fn context(place: &SectionPlace<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    out.raw(place.header_prefix).u32(place.index).raw(place.document.as_bytes());
    out.finish()
}

#[cfg(test)]
mod tests;
