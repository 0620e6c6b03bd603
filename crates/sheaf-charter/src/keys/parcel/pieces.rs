//! The pieces of a parcel: sealed and opened one after the other.

use std::fmt;

use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{KeyInit, Payload};
use zeroize::Zeroizing;

use crate::error::CharterError;

/// At most this many bytes in one piece, before sealing: the largest entry fits.
pub const MAX_PIECE_BYTES: usize = 1024 * 1024;
/// How long the length before a piece is.
pub const PIECE_LENGTH_BYTES: usize = 4;

const TAG_BYTES: usize = 16;
/// STREAM appends a counter of four bytes and a flag to these. They never vary: no two parcels
/// have one key.
const NONCE: [u8; 19] = [0; 19];
/// In the length before a piece: it is the last one.
const LAST: u32 = 1 << 31;

/// Where a piece stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PiecePlace {
    /// Others follow.
    Before,
    /// It is the last one.
    Last,
}

/// What stands before a piece: how long it is sealed, and whether it is the last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PieceLength {
    /// The length of the sealed piece.
    pub sealed: usize,
    /// Where it stands.
    pub place: PiecePlace,
}

impl PieceLength {
    /// Reads a length; none if no piece has it.
    pub fn from_bytes(bytes: [u8; PIECE_LENGTH_BYTES]) -> Option<Self> {
        let number = u32::from_be_bytes(bytes);
        let place = if number & LAST == 0 { PiecePlace::Before } else { PiecePlace::Last };
        let sealed = usize::try_from(number & !LAST).ok()?;
        let fits = (TAG_BYTES..=MAX_PIECE_BYTES + TAG_BYTES).contains(&sealed);
        fits.then_some(Self { sealed, place })
    }

    fn to_bytes(self) -> [u8; PIECE_LENGTH_BYTES] {
        let flag = if self.place == PiecePlace::Last { LAST } else { 0 };
        (u32::try_from(self.sealed).unwrap_or(LAST - 1) | flag).to_be_bytes()
    }
}

/// What is wrong with a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PieceFault {
    /// It is the one before it again.
    #[error("a piece comes twice")]
    Doubled,
    /// It belongs further on.
    #[error("a piece is missing, or pieces are out of order")]
    Moved,
    /// Its bytes are not those that were sealed.
    #[error("it is damaged")]
    Damaged,
}

/// Seals or opens the pieces of one parcel.
pub struct ParcelPieces {
    stream: StreamBE32<XChaCha20Poly1305>,
    binding: [u8; 32],
    position: u32,
}

impl ParcelPieces {
    pub(super) fn new(key: &[u8; 32], binding: [u8; 32]) -> Self {
        let aead = XChaCha20Poly1305::new(&(*key).into());
        Self { stream: StreamBE32::from_aead(aead, &NONCE.into()), binding, position: 0 }
    }

    /// Seals the next piece: at most [`MAX_PIECE_BYTES`]. Its length stands before it.
    pub fn seal(&mut self, plain: &[u8], place: PiecePlace) -> Result<Vec<u8>, CharterError> {
        if plain.len() > MAX_PIECE_BYTES {
            let (limit, found) = (MAX_PIECE_BYTES, plain.len());
            return Err(CharterError::TooMuch { what: "a piece of a parcel", limit, found });
        }
        let failed = || CharterError::Sealing("a piece of a parcel");
        let position = self.position;
        self.position = position.checked_add(1).ok_or_else(failed)?;
        let payload = Payload { msg: plain, aad: &self.binding };
        let sealed = self.stream.encrypt(position, place == PiecePlace::Last, payload);
        let sealed = sealed.map_err(|_| failed())?;
        let length = PieceLength { sealed: sealed.len(), place };
        Ok([&length.to_bytes()[..], &sealed].concat())
    }

    /// Opens the next piece, without the length before it.
    pub fn open(
        &mut self,
        sealed: &[u8],
        place: PiecePlace,
    ) -> Result<Zeroizing<Vec<u8>>, PieceFault> {
        let at = |position: u32| {
            let payload = Payload { msg: sealed, aad: &self.binding };
            self.stream.decrypt(position, place == PiecePlace::Last, payload).ok()
        };
        let here = self.position;
        if let Some(plain) = at(here) {
            self.position = here.checked_add(1).ok_or(PieceFault::Damaged)?;
            return Ok(Zeroizing::new(plain));
        }
        let near = |position: Option<u32>| position.is_some_and(|position| at(position).is_some());
        Err(if near(here.checked_sub(1)) {
            PieceFault::Doubled
        } else if near(here.checked_add(1)) {
            PieceFault::Moved
        } else {
            PieceFault::Damaged
        })
    }
}

impl fmt::Debug for ParcelPieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParcelPieces(at {})", self.position)
    }
}
