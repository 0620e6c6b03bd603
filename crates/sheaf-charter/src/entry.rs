//! An entry: what one save writes.

mod signed;

use crate::codec::{DecodeError, Reader, Writer};
use crate::header::{Header, TableRow, entry_id};
use crate::ids::{EntryId, SectionHash};
use signed::Fits;

pub use signed::Signed;

/// At most this many bytes of header: 500 table rows or 256 acts fit.
pub const MAX_HEADER_BYTES: usize = 192 * 1024;
/// At most this many bytes of sealed sections in one entry.
pub const MAX_BODY_BYTES: usize = 512 * 1024;
/// The length of an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// A signed header and its sealed sections. A section is absent where it was erased or has not
/// arrived; its row in the header's table stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    id: EntryId,
    header: Header,
    header_bytes: Vec<u8>,
    signature: [u8; SIGNATURE_BYTES],
    sections: Vec<Option<Vec<u8>>>,
    fits: Fits,
}

/// Why bytes are not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The encoding is broken.
    #[error("an entry is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// The sections are not those of the table.
    #[error("section {index} of an entry does not match its header")]
    WrongSection {
        /// Which section, from 0.
        index: usize,
    },
    /// The sections together are over [`MAX_BODY_BYTES`].
    #[error("the sections of an entry may be at most {MAX_BODY_BYTES} bytes together")]
    TooLarge,
}

impl Entry {
    /// Puts an entry together from its parts; checks the sections against the table.
    pub fn from_parts(
        header_bytes: Vec<u8>,
        signature: [u8; SIGNATURE_BYTES],
        sections: Vec<Option<Vec<u8>>>,
    ) -> Result<Self, EntryError> {
        if header_bytes.len() > MAX_HEADER_BYTES {
            let limit = MAX_HEADER_BYTES;
            return Err(DecodeError::TooMuch { what: "header", limit }.into());
        }
        let header = Header::from_bytes(&header_bytes)?;
        if sections.len() != header.table.len() {
            return Err(EntryError::WrongSection { index: sections.len() });
        }
        let body: u64 = header.table.iter().map(|row| u64::from(row.length)).sum();
        if body > MAX_BODY_BYTES as u64 {
            return Err(EntryError::TooLarge);
        }
        for (index, (row, section)) in header.table.iter().zip(&sections).enumerate() {
            if section.as_ref().is_some_and(|section| !row.matches(section)) {
                return Err(EntryError::WrongSection { index });
            }
        }
        let (id, fits) = (entry_id(&header_bytes), Fits::default());
        Ok(Self { id, header, header_bytes, signature, sections, fits })
    }

    /// Its id: the hash of its header.
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// Its header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The header's encoding, which the signature covers.
    pub const fn header_bytes(&self) -> &[u8] {
        self.header_bytes.as_slice()
    }

    /// The author's Ed25519 signature.
    pub const fn signature(&self) -> &[u8; SIGNATURE_BYTES] {
        &self.signature
    }

    /// Its header with the signature under it.
    pub const fn signed(&self) -> Signed<'_> {
        Signed::of(self, &self.fits)
    }

    /// The sealed sections, in the order of the table.
    pub fn sections(&self) -> &[Option<Vec<u8>>] {
        &self.sections
    }

    /// Its canonical encoding, as frames and segments carry it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.bytes(&self.header_bytes).raw(&self.signature);
        for section in &self.sections {
            match section {
                Some(section) => out.u8(1).bytes(section),
                None => out.u8(0),
            };
        }
        out.finish()
    }

    /// Reads one entry and leaves the reader behind it.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, EntryError> {
        let header_bytes = reader.bytes(MAX_HEADER_BYTES, "header")?.to_vec();
        let signature = reader.array("signature")?;
        let count = Header::from_bytes(&header_bytes)?.table.len();
        let mut sections = Vec::with_capacity(count);
        for _ in 0..count {
            sections.push(match reader.u8("section flag")? {
                0 => None,
                1 => Some(reader.bytes(MAX_BODY_BYTES, "section")?.to_vec()),
                _ => return Err(DecodeError::NotCanonical("section flag").into()),
            });
        }
        Self::from_parts(header_bytes, signature, sections)
    }

    /// Reads one entry that fills these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        let mut reader = Reader::new(bytes);
        let entry = Self::read(&mut reader)?;
        reader.end()?;
        Ok(entry)
    }
}

impl TableRow {
    /// Whether this is the row of that sealed section.
    pub fn matches(&self, sealed: &[u8]) -> bool {
        u64::from(self.length) == sealed.len() as u64 && self.hash == section_hash(sealed)
    }
}

/// The hash that the table keeps of a sealed section.
pub fn section_hash(sealed: &[u8]) -> SectionHash {
    let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/section-hash");
    hasher.update(sealed);
    SectionHash::from_bytes(hasher.finalize().into())
}
