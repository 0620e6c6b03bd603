//! Reads parcels that follow one another, each piece checked before it is handed out.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sheaf_charter::codec::Reader;
use sheaf_charter::{
    CharterError, PARCEL_PREFIX_BYTES, PIECE_LENGTH_BYTES, ParcelHead, ParcelPieces, PieceFault,
    PieceLength, PiecePlace,
};
use zeroize::Zeroizing;

use super::file::at;
use crate::error::NetError;

/// What is wrong with a parcel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParcelFault {
    /// It is something else.
    NotAParcel,
    /// A newer version of Sheaf wrote it: the format found.
    Newer(CharterError),
    /// Its bytes end before it does: it may still be on its way.
    CutShort,
    /// A piece is not what was sealed there.
    Piece(PieceFault),
    /// Its head, or a length in it, is not what was written.
    Damaged,
    /// It was sealed whole and does not hold what it should.
    Contents(String),
}

impl fmt::Display for ParcelFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAParcel => CharterError::NotAParcel.fmt(f),
            Self::Newer(error) => error.fmt(f),
            Self::CutShort => {
                f.write_str("it ends too early: it was copied in part, or is still being copied")
            }
            Self::Piece(fault) => fault.fmt(f),
            Self::Damaged => PieceFault::Damaged.fmt(f),
            Self::Contents(what) => f.write_str(what),
        }
    }
}

/// Reads the parcels of a file, one after the other.
pub struct ParcelReader<R> {
    path: PathBuf,
    input: R,
    offset: u64,
}

impl<R: Read> ParcelReader<R> {
    /// Reads from the start of that input; the path is for words alone.
    pub fn new(path: &Path, input: R) -> Self {
        Self { path: path.to_owned(), input, offset: 0 }
    }

    /// How many bytes have been read.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The head of the next parcel; none at the end. The pieces of the one before have been read
    /// or passed over.
    pub fn next_head(&mut self) -> Result<Option<ParcelHead>, NetError> {
        let begun = self.offset;
        let mut bytes = self.take(PARCEL_PREFIX_BYTES)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let cut_short = bytes.len() < PARCEL_PREFIX_BYTES;
        match ParcelHead::bytes_after(&bytes) {
            Ok(length) => {
                let rest = self.take(length)?;
                if rest.len() < length {
                    return Err(self.fault(ParcelFault::CutShort));
                }
                bytes.extend_from_slice(&rest);
            }
            Err(CharterError::NotAParcel) if begun == 0 => {
                return Err(self.fault_at(begun, ParcelFault::NotAParcel));
            }
            Err(newer @ CharterError::NewerParcel { .. }) => {
                return Err(self.fault_at(begun, ParcelFault::Newer(newer)));
            }
            Err(CharterError::Malformed { .. }) if cut_short => {
                return Err(self.fault(ParcelFault::CutShort));
            }
            Err(_) => return Err(self.fault_at(begun, ParcelFault::Damaged)),
        }
        let head = ParcelHead::read(&mut Reader::new(&bytes));
        head.map(Some).map_err(|_| self.fault_at(begun, ParcelFault::Damaged))
    }

    /// The next piece, opened.
    pub fn next_piece(
        &mut self,
        pieces: &mut ParcelPieces,
    ) -> Result<(Zeroizing<Vec<u8>>, PiecePlace), NetError> {
        let begun = self.offset;
        let (sealed, place) = self.sealed()?;
        let opened = pieces.open(&sealed, place);
        let opened = opened.map_err(|fault| self.fault_at(begun, ParcelFault::Piece(fault)))?;
        Ok((opened, place))
    }

    /// Passes over the pieces of a parcel that is for others.
    pub fn pass_over(&mut self) -> Result<(), NetError> {
        while self.sealed()?.1 == PiecePlace::Before {}
        Ok(())
    }

    /// An error that names this place.
    pub fn fault(&self, fault: ParcelFault) -> NetError {
        self.fault_at(self.offset, fault)
    }

    fn sealed(&mut self) -> Result<(Vec<u8>, PiecePlace), NetError> {
        let begun = self.offset;
        let length = self.take(PIECE_LENGTH_BYTES)?;
        let Ok(length) = length.try_into() else { return Err(self.fault(ParcelFault::CutShort)) };
        let length = PieceLength::from_bytes(length);
        let length = length.ok_or_else(|| self.fault_at(begun, ParcelFault::Damaged))?;
        let sealed = self.take(length.sealed)?;
        if sealed.len() < length.sealed {
            return Err(self.fault(ParcelFault::CutShort));
        }
        Ok((sealed, length.place))
    }

    /// The next bytes: fewer at the end. The caller has bounded their number.
    fn take(&mut self, length: usize) -> Result<Vec<u8>, NetError> {
        let mut bytes = Vec::with_capacity(length);
        let taken = self.input.by_ref().take(length as u64).read_to_end(&mut bytes);
        taken.map_err(|source: io::Error| at(&self.path)(source))?;
        self.offset += bytes.len() as u64;
        Ok(bytes)
    }

    fn fault_at(&self, offset: u64, fault: ParcelFault) -> NetError {
        NetError::Parcel { path: self.path.display().to_string(), offset, fault }
    }
}

impl<R> fmt::Debug for ParcelReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParcelReader({} at {})", self.path.display(), self.offset)
    }
}
