//! A state: the digests of every lane that the sender shares with the receiver.

use sheaf_charter::Lane;
use sheaf_charter::codec::{DecodeError, Reader, Writer};

use crate::digest::Digest;
use crate::limits::MAX_LANES;

/// What one side says at the beginning of a round.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// Which round, from 0.
    pub round: u32,
    /// How many sections the sender lacks without a tombstone.
    pub lacking: u32,
    /// Ascending by lane.
    pub lanes: Vec<LaneState>,
}

/// What a hello says of the lanes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Each of them.
    Whole(State),
    /// Of many, a digest of all: where the other side has the same, nothing more need be said.
    Brief(Digest),
}

impl Said {
    pub(crate) fn write(&self, out: &mut Writer) {
        match self {
            Self::Whole(state) => state.write(out.u8(0)),
            Self::Brief(digest) => {
                out.u8(1).raw(digest.as_bytes());
            }
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.u8("whole or brief")? {
            0 => State::read(reader).map(Self::Whole),
            1 => Ok(Self::Brief(Digest::from_bytes(reader.array("state digest")?))),
            _ => Err(DecodeError::NotCanonical("whole or brief")),
        }
    }
}

/// The digests of one lane.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct LaneState {
    pub lane: Lane,
    pub vector: Digest,
    /// Absent for control parts and from lockers.
    pub content: Option<Digest>,
}

impl State {
    pub(crate) fn get(&self, lane: Lane) -> Option<&LaneState> {
        let place = self.lanes.binary_search_by_key(&lane, |state| state.lane).ok()?;
        self.lanes.get(place)
    }

    /// A digest of all that it says.
    pub(crate) fn digest(&self) -> Digest {
        let mut out = Writer::new();
        self.write(&mut out);
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/state");
        hasher.update(&out.finish());
        hasher.finalize().into()
    }

    /// Whether another state, of whatever round, says the same.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        self.lacking == other.lacking && self.lanes == other.lanes
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        out.u32(self.round).u32(self.lacking);
        out.list(&self.lanes, |out, state| {
            state.lane.write(out);
            out.raw(state.vector.as_bytes());
            match state.content {
                None => out.u8(0),
                Some(content) => out.u8(1).raw(content.as_bytes()),
            };
        });
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let round = reader.u32("round")?;
        let lacking = reader.u32("missing sections")?;
        let lanes = reader.list(MAX_LANES, "lanes", read_lane)?;
        if lanes.is_sorted_by(|a, b| a.lane < b.lane) {
            Ok(Self { round, lacking, lanes })
        } else {
            Err(DecodeError::NotCanonical("lanes of a state"))
        }
    }
}

fn read_lane(reader: &mut Reader<'_>) -> Result<LaneState, DecodeError> {
    let lane = Lane::read(reader)?;
    let vector = Digest::from_bytes(reader.array("vector digest")?);
    let content = match reader.u8("content flag")? {
        0 => None,
        1 => Some(Digest::from_bytes(reader.array("content digest")?)),
        _ => return Err(DecodeError::NotCanonical("content flag")),
    };
    Ok(LaneState { lane, vector, content })
}
