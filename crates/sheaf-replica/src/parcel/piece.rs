//! The pieces of a parcel, opened: first the manifest, then entries.

use sheaf_charter::codec::{DecodeError, Reader, Writer};
use sheaf_charter::{Entry, EntryError, MAX_PIECE_BYTES, SIGNATURE_BYTES};

use super::manifest::Manifest;
use crate::frame::encoded_len;
use crate::limits::MAX_ENTRIES;

/// Entries of one piece may be together at most so long; what is left is for kind and count.
pub const MAX_ENTRY_BYTES: usize = MAX_PIECE_BYTES - 64;

const MANIFEST: u8 = 0;
const ENTRIES: u8 = 1;

/// The first piece: what the parcel says of itself, and its writer's signature of that.
pub fn manifest_piece(says: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(MANIFEST).raw(signature).raw(says);
    out.finish()
}

/// Reads the first piece: the manifest, its bytes and the signature, which is not checked here.
pub fn manifest_of_piece(
    piece: &[u8],
) -> Result<(Manifest, &[u8], [u8; SIGNATURE_BYTES]), DecodeError> {
    let mut reader = Reader::new(piece);
    if reader.u8("piece")? != MANIFEST {
        return Err(DecodeError::NotCanonical("the first piece"));
    }
    let signature = reader.array("signature")?;
    let says = reader.take(reader.remaining(), "manifest")?;
    Ok((Manifest::from_bytes(says)?, says, signature))
}

/// Entries on their way into a piece, until it is full.
#[derive(Default)]
pub struct EntryPiece {
    entries: Vec<u8>,
    count: u16,
}

impl EntryPiece {
    /// Adds an entry. Gives back the piece that is full without it, if it is.
    pub fn add(&mut self, entry: &Entry, most_bytes: usize) -> Option<Vec<u8>> {
        let full = self.entries.len() + encoded_len(entry) > most_bytes
            || usize::from(self.count) >= MAX_ENTRIES;
        let piece = if full { self.take() } else { None };
        self.entries.extend_from_slice(&entry.to_bytes());
        self.count += 1;
        piece
    }

    /// What is left, if anything is.
    pub fn take(&mut self) -> Option<Vec<u8>> {
        let (entries, count) = (std::mem::take(&mut self.entries), std::mem::take(&mut self.count));
        if count == 0 {
            return None;
        }
        let mut out = Writer::new();
        out.u8(ENTRIES).u16(count).raw(&entries);
        Some(out.finish())
    }
}

/// Reads a piece of entries: all of them, or what is wrong with one.
pub fn entries_of_piece(piece: &[u8]) -> Result<Vec<Entry>, EntryError> {
    let mut reader = Reader::new(piece);
    if reader.u8("piece")? != ENTRIES {
        return Err(DecodeError::NotCanonical("a piece of entries").into());
    }
    let count = usize::from(reader.u16("entries")?);
    if count == 0 || count > MAX_ENTRIES {
        return Err(DecodeError::TooMuch { what: "entries", limit: MAX_ENTRIES }.into());
    }
    let entries = (0..count).map(|_| Entry::read(&mut reader)).collect::<Result<_, _>>()?;
    reader.end()?;
    Ok(entries)
}
