//! What a session asks of its host, and the host's answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheaf_charter::codec::{DecodeError, Reader, Writer};
use sheaf_charter::{Entry, EntryId, Lane};

use super::outcome::{Closing, Summary};
use crate::content::ContentDigest;
use crate::intake::Reason;
use crate::vector::Vector;

/// One thing for the host to do. Effects are done in order; those that have an answer are answered
/// once each, and those of one kind in order.
#[derive(Debug)]
pub enum Effect {
    /// Send a frame. Frames arrive whole and in order at the other side, or the connection breaks.
    Send(Vec<u8>),
    /// Say what is shared with this peer now and how far it has got:
    /// [`Session::surveyed`](super::Session::surveyed).
    Survey,
    /// Read entries: [`Session::loaded`](super::Session::loaded).
    Load(Load),
    /// Read sections: [`Session::sections_loaded`](super::Session::sections_loaded).
    LoadSections(LoadSections),
    /// Say which of these entries are not here: [`Session::checked`](super::Session::checked).
    Check {
        /// Their lane.
        lane: Lane,
        /// Their ids.
        ids: Vec<EntryId>,
    },
    /// Take this in durably, in one transaction: [`Session::ingested`](super::Session::ingested).
    Ingest(Batch),
    /// A comparison came to an end. Not the end of the session, which stays open and live: the
    /// host that wants no more calls [`Session::close`](super::Session::close).
    Finished(Summary),
    /// The session is over: send what is still to be sent and close the connection.
    Close(Closing),
}

/// What is shared with a peer.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Each lane of each space that both devices are in by this device's knowledge: the charter
    /// first, and the data lanes in the order in which they are to be sent (safeguarding first).
    pub lanes: Vec<LaneSurvey>,
}

/// How far one shared lane has got.
#[derive(Clone, Debug)]
pub struct LaneSurvey {
    /// The lane.
    pub lane: Lane,
    /// Its vector.
    pub vector: Arc<Vector>,
    /// The digest of its content, of a data lane, once everything in the vector that can be
    /// applied has been. None for control parts and in lockers.
    pub content: Option<ContentDigest>,
    /// How many of its entries are held, by reason.
    pub held: BTreeMap<Reason, u64>,
    /// Sections that are missing here without a standing tombstone; usually none.
    pub wants: Vec<SectionRef>,
    /// How much of it is shared.
    pub sharing: Sharing,
}

/// How much of a lane is shared with a peer.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Sharing {
    /// All that is and will be in it.
    #[default]
    Whole,
    /// What one of the two, who has left the space, had written there and knew then. The vector
    /// tells of that alone, and the host gives nothing else of it; nothing is pushed or offered.
    Parting,
}

/// Which entries of a lane to read.
///
/// The host answers with none if the lane is not, or no longer, shared with the peer.
#[derive(Clone, Debug)]
pub struct Load {
    /// The lane.
    pub lane: Lane,
    /// Which of its entries.
    pub selection: Selection,
    /// Where the answer before this one stopped.
    pub cursor: Option<Cursor>,
    /// Entries whose encodings are together at most so long; at least one if there is any. Every
    /// entry fits.
    pub max_bytes: usize,
}

/// Which entries of a lane.
#[derive(Clone, Debug)]
pub enum Selection {
    /// Those that a device with this vector lacks ([`Vector::missing_from`]), in the order in
    /// which they arrived here.
    After(Arc<Vector>),
    /// These, those of them that are here, in the order in which they arrived here.
    Entries(Vec<EntryId>),
}

/// A place in the order of arrival: the host gives it out and gets it back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cursor(pub u64);

/// Entries that the host has read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The entries.
    pub entries: Vec<Arc<Entry>>,
    /// Where to go on, if there is more.
    pub next: Option<Cursor>,
}

/// Which sections to read.
///
/// The host passes over those that are not here, that were erased, and whose lane is not, or no
/// longer, shared with the peer.
#[derive(Clone, Debug)]
pub struct LoadSections {
    /// The sections.
    pub wants: Vec<SectionRef>,
    /// Sections of at most so many bytes together; at least one if there is any. Each fits.
    pub max_bytes: usize,
}

/// Sections that the host has read.
#[derive(Clone, Debug, Default)]
pub struct LoadedSections {
    /// The sections.
    pub sections: Vec<Section>,
    /// Those of the wanted that it has not come to yet.
    pub rest: Vec<SectionRef>,
}

/// What has arrived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Batch {
    /// Entries, for [`Intake::take_in`](crate::Intake::take_in).
    Entries(Vec<Entry>),
    /// Sections that the survey said are missing. The host checks each against the header of its
    /// entry and drops what does not match or was erased meanwhile.
    Sections(Vec<Section>),
}

/// One section of one entry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SectionRef {
    /// The lane of the entry.
    pub lane: Lane,
    /// The entry.
    pub entry: EntryId,
    /// Which of its sections, from 0.
    pub index: u16,
}

/// A sealed section on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// Which one.
    pub at: SectionRef,
    /// Its sealed bytes.
    pub sealed: Vec<u8>,
}

impl SectionRef {
    pub(crate) fn write(self, out: &mut Writer) {
        self.lane.write(out);
        out.raw(self.entry.as_bytes()).u16(self.index);
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            lane: Lane::read(reader)?,
            entry: EntryId::from_bytes(reader.array("entry id")?),
            index: reader.u16("section index")?,
        })
    }
}

impl Survey {
    /// What it says of a lane.
    pub fn get(&self, lane: Lane) -> Option<&LaneSurvey> {
        self.lanes.iter().find(|survey| survey.lane == lane)
    }
}
