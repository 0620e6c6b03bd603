//! Frames: what two sessions say to each other, in one canonical encoding, every part bounded.

mod received;
mod state;

use std::sync::Arc;

use sheaf_charter::codec::{DecodeError, Reader, Writer};
use sheaf_charter::{Entry, EntryError, EntryId, Lane, MAX_BODY_BYTES, SIGNATURE_BYTES, SchoolId};

use crate::content::{BUCKETS, ContentDigest};
use crate::digest::Digest;
use crate::error::SessionError;
use crate::limits::{MAX_ENTRIES, MAX_FRAME_BYTES, MAX_NAMED_LANES, MAX_OFFERED, MAX_WANTS};
use crate::session::{Section, SectionRef};
use crate::vector::Vector;

pub use received::Received;
pub(crate) use state::{LaneState, Said, State};

/// The version of the session protocol that this build speaks.
pub const PROTOCOL_VERSION: u8 = 1;

/// The first bytes of a hello after its kind: whoever speaks something else is told at once.
const MAGIC: [u8; 8] = *b"sheaf/rp";

/// One message of a session.
pub(crate) enum Frame {
    /// The first frame of each side.
    Hello { school: SchoolId, mode: Mode, said: Said },
    /// The digests at the beginning of a later round, or after a hello that was brief.
    State(State),
    /// The vector of a lane whose digests differ.
    Vector { lane: Lane, vector: Arc<Vector> },
    /// No more vectors in this round.
    VectorsEnd,
    /// Entries of one lane, in the sender's order of arrival.
    Entries { lane: Lane, entries: Vec<Arc<Entry>> },
    /// No more control entries in this round.
    ControlEnd,
    /// The sections that the sender lacks without a tombstone; once a round, usually none.
    Wants(Vec<SectionRef>),
    /// Sections that the receiver asked for.
    Sections(Vec<Section>),
    /// Nothing more in this round.
    RoundEnd,
    /// The buckets of lanes whose vectors agree and contents do not.
    Buckets(Vec<(Lane, ContentDigest)>),
    /// Entries of others that the receiver may lack.
    Offer { lane: Lane, ids: Vec<EntryId> },
    /// Those of the offered that the sender lacks.
    Want { lane: Lane, ids: Vec<EntryId> },
    /// So many more bytes of entries and sections may come.
    Credit { bytes: u32 },
    /// The last frame.
    Farewell(Farewell),
}

/// Whether a device holds content or only carries it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// It opens what it holds, so that contents can be compared.
    Replica,
    /// It stores and serves sealed sections that it cannot read: vectors only.
    Locker,
}

/// Why the other side ended the session, as far as it says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Farewell {
    /// It was done.
    Done,
    /// It speaks another version of the protocol.
    Version,
    /// It belongs to another school.
    School,
    /// It could not make sense of what it received.
    Protocol,
    /// It received more than it takes.
    TooMuch,
    /// It shares nothing with this device.
    NothingShared,
    /// It failed itself.
    Failed,
}

const FAREWELLS: [Farewell; 7] = [
    Farewell::Done,
    Farewell::Version,
    Farewell::School,
    Farewell::Protocol,
    Farewell::TooMuch,
    Farewell::NothingShared,
    Farewell::Failed,
];

impl Frame {
    /// The bytes to send.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.u8(self.kind());
        match self {
            Self::Hello { school, mode, said } => {
                out.raw(&MAGIC).u8(PROTOCOL_VERSION).raw(school.as_bytes()).u8(match mode {
                    Mode::Replica => 0,
                    Mode::Locker => 1,
                });
                said.write(&mut out);
            }
            Self::State(state) => state.write(&mut out),
            Self::Vector { lane, vector } => {
                lane.write(&mut out);
                vector.write(&mut out);
            }
            Self::VectorsEnd | Self::ControlEnd | Self::RoundEnd => {}
            Self::Entries { lane, entries } => {
                lane.write(&mut out);
                out.list(entries, |out, entry| {
                    out.raw(&entry.to_bytes());
                });
            }
            Self::Wants(wants) => {
                out.list(wants, |out, want| want.write(out));
            }
            Self::Sections(sections) => {
                out.list(sections, |out, section| {
                    section.at.write(out);
                    out.bytes(&section.sealed);
                });
            }
            Self::Buckets(lanes) => {
                out.list(lanes, |out, (lane, content)| write_buckets(out, *lane, content));
            }
            Self::Offer { lane, ids } | Self::Want { lane, ids } => {
                lane.write(&mut out);
                out.list(ids, |out, id| {
                    out.raw(id.as_bytes());
                });
            }
            Self::Credit { bytes } => {
                out.u32(*bytes);
            }
            Self::Farewell(farewell) => {
                out.u8(farewell.code());
            }
        }
        out.finish()
    }

    /// Reads one frame; whatever is not one is named.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, SessionError> {
        if bytes.len() > MAX_FRAME_BYTES {
            return Err(SessionError::TooMuch { what: "bytes in a frame", limit: MAX_FRAME_BYTES });
        }
        let mut reader = Reader::new(bytes);
        let frame = Self::read(&mut reader)?;
        reader.end()?;
        Ok(frame)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, SessionError> {
        Ok(match reader.u8("frame kind")? {
            0 => read_hello(reader)?,
            1 => Self::State(State::read(reader)?),
            2 => {
                let lane = Lane::read(reader)?;
                Self::Vector { lane, vector: Arc::new(Vector::read(reader)?) }
            }
            3 => Self::VectorsEnd,
            4 => Self::Entries { lane: Lane::read(reader)?, entries: read_entries(reader)? },
            5 => Self::ControlEnd,
            6 => Self::Wants(reader.list(MAX_WANTS, "wanted sections", SectionRef::read)?),
            7 => Self::Sections(reader.list(MAX_WANTS, "sections", read_section)?),
            8 => Self::RoundEnd,
            9 => Self::Buckets(reader.list(MAX_NAMED_LANES, "lanes", read_buckets)?),
            10 => Self::Offer { lane: Lane::read(reader)?, ids: read_ids(reader)? },
            11 => Self::Want { lane: Lane::read(reader)?, ids: read_ids(reader)? },
            12 => Self::Credit { bytes: reader.u32("credit")? },
            13 => Self::Farewell(Farewell::from_code(reader.u8("farewell")?)?),
            _ => return Err(DecodeError::NotCanonical("frame kind").into()),
        })
    }

    const fn kind(&self) -> u8 {
        match self {
            Self::Hello { .. } => 0,
            Self::State(_) => 1,
            Self::Vector { .. } => 2,
            Self::VectorsEnd => 3,
            Self::Entries { .. } => 4,
            Self::ControlEnd => 5,
            Self::Wants(_) => 6,
            Self::Sections(_) => 7,
            Self::RoundEnd => 8,
            Self::Buckets(_) => 9,
            Self::Offer { .. } => 10,
            Self::Want { .. } => 11,
            Self::Credit { .. } => 12,
            Self::Farewell(_) => 13,
        }
    }
}

impl Farewell {
    fn code(self) -> u8 {
        (0..).zip(FAREWELLS).find(|(_, known)| *known == self).map_or(u8::MAX, |(code, _)| code)
    }

    fn from_code(code: u8) -> Result<Self, DecodeError> {
        FAREWELLS.get(usize::from(code)).copied().ok_or(DecodeError::NotCanonical("farewell"))
    }
}

/// How long the encoding of an entry is.
pub(crate) fn encoded_len(entry: &Entry) -> usize {
    let sections = entry.sections().iter();
    let body: usize =
        sections.map(|section| section.as_ref().map_or(1, |sealed| 5 + sealed.len())).sum();
    4 + entry.header_bytes().len() + SIGNATURE_BYTES + body
}

fn read_hello(reader: &mut Reader<'_>) -> Result<Frame, SessionError> {
    if reader.array("hello")? != MAGIC {
        return Err(DecodeError::NotCanonical("hello").into());
    }
    let theirs = reader.u8("protocol version")?;
    if theirs != PROTOCOL_VERSION {
        return Err(SessionError::WrongVersion { theirs });
    }
    let school = SchoolId::from_bytes(reader.array("school")?);
    let mode = match reader.u8("mode")? {
        0 => Mode::Replica,
        1 => Mode::Locker,
        _ => return Err(DecodeError::NotCanonical("mode").into()),
    };
    Ok(Frame::Hello { school, mode, said: Said::read(reader)? })
}

fn read_entries(reader: &mut Reader<'_>) -> Result<Vec<Arc<Entry>>, SessionError> {
    let count = usize::from(reader.u16("entries")?);
    if count > MAX_ENTRIES {
        return Err(DecodeError::TooMuch { what: "entries", limit: MAX_ENTRIES }.into());
    }
    let entries = (0..count).map(|_| Entry::read(reader).map(Arc::new));
    Ok(entries.collect::<Result<_, EntryError>>()?)
}

fn read_section(reader: &mut Reader<'_>) -> Result<Section, DecodeError> {
    let at = SectionRef::read(reader)?;
    Ok(Section { at, sealed: reader.bytes(MAX_BODY_BYTES, "section")?.to_vec() })
}

fn read_ids(reader: &mut Reader<'_>) -> Result<Vec<EntryId>, DecodeError> {
    reader
        .list(MAX_OFFERED, "entry ids", |reader| Ok(EntryId::from_bytes(reader.array("entry id")?)))
}

fn write_buckets(out: &mut Writer, lane: Lane, content: &ContentDigest) {
    lane.write(out);
    for bucket in content.buckets() {
        out.raw(bucket.as_bytes());
    }
}

fn read_buckets(reader: &mut Reader<'_>) -> Result<(Lane, ContentDigest), DecodeError> {
    let lane = Lane::read(reader)?;
    let mut content = ContentDigest::new();
    for bucket in 0..BUCKETS {
        let digest = Digest::from_bytes(reader.array("bucket")?);
        content.set(u8::try_from(bucket).unwrap_or(u8::MAX), digest);
    }
    Ok((lane, content))
}

#[cfg(test)]
mod tests;
