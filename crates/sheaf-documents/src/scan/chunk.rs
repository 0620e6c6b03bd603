//! The frame of one change chunk: magic, checksum, type, length, and its hash.

use sha2::{Digest, Sha256};

use super::reader::Reader;
use crate::{ChangeHash, DocumentError, Limits};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// The chunk type of an uncompressed change; documents (0), compressed changes (2) and bundles (3)
/// are refused, as they inflate without a bound.
const TYPE_CHANGE: u8 = 1;

/// One chunk of which the frame and checksum are right.
pub(super) struct Chunk<'a> {
    /// The change inside it.
    pub(super) body: Reader<'a>,
    /// SHA-256 of type, length and body.
    pub(super) hash: ChangeHash,
    /// Bytes of frame and body together.
    pub(super) length: usize,
}

/// Reads the chunk at the start of `bytes`, which may go on after it.
pub(super) fn read_chunk<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Chunk<'a>, DocumentError> {
    let mut reader = Reader::new(bytes, 0);
    if reader.array::<4>()? != MAGIC {
        return Reader::new(bytes, 0).fail("it does not begin as a change does");
    }
    let checksum = reader.array::<4>()?;
    if reader.byte()? != TYPE_CHANGE {
        return reader.fail("it is not an uncompressed change");
    }
    let hashed_from = reader.offset() - 1;
    let length = reader.length()?;
    let whole = reader.offset().saturating_add(length);
    if whole > limits.bytes {
        return Err(DocumentError::TooMuch { what: "bytes", limit: limits.bytes as u64 });
    }
    let body = Reader::new(reader.take(length)?, whole - length);
    let hash: ChangeHash = Sha256::digest(bytes.get(hashed_from..whole).unwrap_or_default()).into();
    if hash.first_chunk::<4>() != Some(&checksum) {
        return Reader::new(bytes, 4).fail("its checksum is wrong");
    }
    Ok(Chunk { body, hash, length: whole })
}
