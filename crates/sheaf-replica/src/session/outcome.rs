//! How comparisons and sessions end.

use std::collections::BTreeMap;
use std::sync::Arc;

use sheaf_charter::{Lane, SpaceId};

use crate::error::SessionError;
use crate::frame::Farewell;
use crate::intake::{Reason, Refusal};
use crate::vector::Vector;

/// How a comparison ended, and what the session has done so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The outcome.
    pub outcome: Outcome,
    /// The lanes of which both sides were found to hold the same entries, and how far those get:
    /// as they were compared, whatever has come since. None while the other side lacks sections.
    pub level: Vec<(Lane, Arc<Vector>)>,
    /// Spaces that this device believes to share and the other did not mention: it does not know
    /// yet, or no longer counts this device in.
    pub unanswered: Vec<SpaceId>,
    /// Entries of this session that were refused.
    pub refused: Vec<Refusal>,
    /// What went over the wire so far.
    pub statistics: Statistics,
}

/// Whether two devices hold the same of what they share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// They do.
    Equal,
    /// They do, and so many entries are kept that do not stand, by reason.
    EqualWithHeld(BTreeMap<Reason, u64>),
    /// They do not, and another round would not change that. The host rebuilds the lanes whose
    /// content differs once, calls [`Session::changed`](super::Session::changed), and if they
    /// still differ says so to a person.
    Different(Vec<Difference>),
}

/// A lane in which two devices differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The lane.
    pub lane: Lane,
    /// In what.
    pub kind: DifferenceKind,
}

/// In what a lane differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DifferenceKind {
    /// One holds entries that the other does not take in.
    Entries,
    /// The same, and this one has so many logs, or logs with so many branches, that it cannot say
    /// how far they have got: nothing of the lane is compared.
    TooLong {
        /// How long that would be.
        bytes: usize,
    },
    /// They hold the same entries and show different values, in documents of these buckets
    /// ([`bucket_of`](crate::bucket_of)).
    Content {
        /// The buckets that differ.
        buckets: Vec<u8>,
    },
    /// This device lacks sections without a tombstone, and the other does not have them either.
    Sections {
        /// How many.
        missing: usize,
    },
}

/// What went over the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Entries sent.
    pub entries_sent: u64,
    /// Entries received, duplicates included.
    pub entries_received: u64,
    /// Bytes of frames sent.
    pub bytes_out: u64,
    /// Bytes of frames received.
    pub bytes_in: u64,
    /// How often this side had to wait for an answer of the other before it could go on.
    pub round_trips: u64,
    /// How many comparisons of states there were.
    pub rounds: u64,
}

/// Why a session is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Closing {
    /// This side was done.
    Done,
    /// The other side said farewell.
    Peer(Farewell),
    /// This device shares nothing with the other, which has been removed or never was admitted.
    NothingShared,
    /// Something was wrong.
    Fault(SessionError),
}
