//! Writes parcels.

use std::fmt;
use std::io::{self, Write};

use sheaf_charter::{CharterError, ParcelHead, ParcelPieces, PiecePlace};
use zeroize::Zeroizing;

/// Why a parcel could not be written.
#[derive(Debug)]
pub enum Unwritten {
    /// It could not be sealed.
    Sealing(CharterError),
    /// The system refused.
    System(io::Error),
}

/// One parcel on its way into a file. The last piece is marked, so each waits for the next.
pub struct ParcelWriter<'a, W> {
    out: &'a mut W,
    pieces: ParcelPieces,
    waiting: Option<Zeroizing<Vec<u8>>>,
}

impl<'a, W: Write> ParcelWriter<'a, W> {
    /// Writes the head.
    pub fn begin(
        out: &'a mut W,
        head: &ParcelHead,
        pieces: ParcelPieces,
    ) -> Result<Self, Unwritten> {
        out.write_all(&head.to_bytes()).map_err(Unwritten::System)?;
        Ok(Self { out, pieces, waiting: None })
    }

    /// Adds a piece.
    pub fn add(&mut self, piece: Vec<u8>) -> Result<(), Unwritten> {
        match self.waiting.replace(Zeroizing::new(piece)) {
            Some(before) => self.put(&before, PiecePlace::Before),
            None => Ok(()),
        }
    }

    /// Ends the parcel with the piece that was added last.
    pub fn finish(mut self) -> Result<(), Unwritten> {
        let last = self.waiting.take().unwrap_or_default();
        self.put(&last, PiecePlace::Last)
    }

    fn put(&mut self, piece: &[u8], place: PiecePlace) -> Result<(), Unwritten> {
        let sealed = self.pieces.seal(piece, place).map_err(Unwritten::Sealing)?;
        self.out.write_all(&sealed).map_err(Unwritten::System)
    }
}

impl<W> fmt::Debug for ParcelWriter<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParcelWriter({:?})", self.pieces)
    }
}
