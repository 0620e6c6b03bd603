//! The signed header of an entry.

use crate::act::Act;
use crate::codec::{DecodeError, Reader, Writer};
use crate::ids::{DocumentId, EntryId, EpochId, LogId, SchoolId, SectionHash, SpaceId};

/// The format version in every header.
pub const FORMAT_VERSION: u8 = 1;
/// At most this many heads named: a control part with more concurrent tips is merged first.
pub const MAX_HEADS: usize = 64;
/// At most this many acts in one control entry: a removal touches each log of a large school.
pub const MAX_ACTS: usize = 256;
/// At most this many sections in one entry, so that one entry of a bulk import stays a short step.
pub const MAX_SECTIONS: usize = 500;

/// The part of a space that a chain belongs to. The control part goes before the data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// Who is in.
    Control,
    /// What is written down.
    Data,
}

/// One part of one space: what logs, vectors and digests are kept for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Lane {
    /// The space.
    pub space: SpaceId,
    /// Its control part or its data.
    pub part: Part,
}

impl Lane {
    /// The control part of the school itself.
    pub const CHARTER: Self = Self { space: SpaceId::CHARTER, part: Part::Control };

    /// The control part of a space.
    pub const fn control(space: SpaceId) -> Self {
        Self { space, part: Part::Control }
    }

    /// The data of a space.
    pub const fn data(space: SpaceId) -> Self {
        Self { space, part: Part::Data }
    }

    /// Its canonical encoding: 17 bytes.
    pub fn write(self, out: &mut Writer) {
        out.raw(self.space.as_bytes()).u8(match self.part {
            Part::Control => 0,
            Part::Data => 1,
        });
    }

    /// Reads what [`Lane::write`] wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let space = SpaceId::from_bytes(reader.array("space")?);
        let part = match reader.u8("part")? {
            0 => Part::Control,
            1 => Part::Data,
            _ => return Err(DecodeError::NotCanonical("part")),
        };
        Ok(Self { space, part })
    }
}

/// What a header says of one section.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableRow {
    /// The document that the section changes; all zeros for the sealed part of a control entry.
    pub document: DocumentId,
    /// The length of the sealed section in bytes.
    pub length: u32,
    /// The hash of the sealed section.
    pub hash: SectionHash,
}

/// What an author signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// The school; zero in the founding entry.
    pub school: SchoolId,
    /// The space and part.
    pub lane: Lane,
    /// The log that the entry continues.
    pub log: LogId,
    /// Its place in that log's chain in this lane, from 0.
    pub seq: u64,
    /// The id of the entry before it in that chain; zero for the first.
    pub previous: EntryId,
    /// Heads of the charter that the author knew; ascending.
    pub charter_heads: Vec<EntryId>,
    /// Heads of the space's control part that the author knew; ascending.
    pub control_heads: Vec<EntryId>,
    /// The epoch key that seals the sections; zero where there are none.
    pub epoch: EpochId,
    /// The time that the author's clock gave, in milliseconds since 1970 (UTC). A claim.
    pub claimed_ms: i64,
    /// The signed, unsealed acts of a control entry; none in a data entry.
    pub acts: Vec<Act>,
    /// One row for each section.
    pub table: Vec<TableRow>,
}

impl Header {
    /// The encoding up to the table: the first part of every section's associated data.
    pub fn prefix_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.u8(FORMAT_VERSION).raw(self.school.as_bytes());
        self.lane.write(&mut out);
        out.raw(self.log.as_bytes()).u64(self.seq).raw(self.previous.as_bytes());
        out.list(&self.charter_heads, |out, head| {
            out.raw(head.as_bytes());
        });
        out.list(&self.control_heads, |out, head| {
            out.raw(head.as_bytes());
        });
        out.raw(self.epoch.as_bytes()).i64(self.claimed_ms);
        out.list(&self.acts, |out, act| act.write(out));
        out.finish()
    }

    /// The whole canonical encoding: what is signed and hashed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.raw(&self.prefix_bytes());
        out.list(&self.table, |out, row| {
            out.raw(row.document.as_bytes()).u32(row.length).raw(row.hash.as_bytes());
        });
        out.finish()
    }

    /// The id of the entry that has this header.
    pub fn id(&self) -> EntryId {
        entry_id(&self.to_bytes())
    }

    /// Reads a header; refuses anything but its one canonical encoding.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let version = reader.u8("format version")?;
        if version != FORMAT_VERSION {
            return Err(DecodeError::UnknownVersion { found: version, known: FORMAT_VERSION });
        }
        let header = Self {
            school: SchoolId::from_bytes(reader.array("school")?),
            lane: Lane::read(&mut reader)?,
            log: LogId::from_bytes(reader.array("log")?),
            seq: reader.u64("seq")?,
            previous: EntryId::from_bytes(reader.array("previous entry")?),
            charter_heads: read_heads(&mut reader, "charter heads")?,
            control_heads: read_heads(&mut reader, "control heads")?,
            epoch: EpochId::from_bytes(reader.array("epoch")?),
            claimed_ms: reader.i64("claimed time")?,
            acts: reader.list(MAX_ACTS, "acts", Act::read)?,
            table: reader.list(MAX_SECTIONS, "sections", read_row)?,
        };
        reader.end()?;
        header.check_shape()?;
        Ok(header)
    }

    fn check_shape(&self) -> Result<(), DecodeError> {
        if self.lane.part == Part::Data && !self.acts.is_empty() {
            return Err(DecodeError::NotCanonical("acts in a data entry"));
        }
        if self.lane.part == Part::Control && self.acts.is_empty() {
            return Err(DecodeError::NotCanonical("a control entry without acts"));
        }
        if (self.seq == 0) != (self.previous == EntryId::ZERO) {
            return Err(DecodeError::NotCanonical("previous entry"));
        }
        Ok(())
    }
}

/// The id of the entry whose header has this encoding.
pub fn entry_id(header_bytes: &[u8]) -> EntryId {
    let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/entry");
    hasher.update(header_bytes);
    EntryId::from_bytes(hasher.finalize().into())
}

fn read_heads(reader: &mut Reader<'_>, what: &'static str) -> Result<Vec<EntryId>, DecodeError> {
    let heads =
        reader.list(MAX_HEADS, what, |reader| Ok(EntryId::from_bytes(reader.array(what)?)))?;
    if heads.is_sorted_by(|a, b| a < b) { Ok(heads) } else { Err(DecodeError::NotCanonical(what)) }
}

fn read_row(reader: &mut Reader<'_>) -> Result<TableRow, DecodeError> {
    Ok(TableRow {
        document: DocumentId::from_bytes(reader.array("document")?),
        length: reader.u32("section length")?,
        hash: SectionHash::from_bytes(reader.array("section hash")?),
    })
}
