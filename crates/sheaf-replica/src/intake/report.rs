//! What became of a batch of arriving entries.

use std::collections::BTreeMap;

use sheaf_charter::{Entry, EntryId, Lane, LogId};

use super::shelf::{Reason, Standing};
use crate::vector::Joint;

/// What became of a batch of arriving entries or sections.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Those that joined their logs, in that order; freed ones included.
    pub joined: Vec<Joined>,
    /// How many were here already.
    pub duplicates: usize,
    /// How many of the batch wait outside now.
    pub waiting: usize,
    /// How many that waited were dropped to stay within the bounds.
    pub dropped: usize,
    /// Those of the batch that are not entries of this school.
    pub refused: Vec<Refusal>,
    /// How many missing sections were filled in.
    pub sections: usize,
    /// How many of those that joined came without sections that are not erased: somebody has left
    /// them out, and somebody else may have them.
    pub lacking: usize,
}

/// An entry that joined its log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Joined {
    /// Its id.
    pub id: EntryId,
    /// Its lane.
    pub lane: Lane,
    /// Its log.
    pub log: LogId,
    /// Its place in the log.
    pub seq: u64,
    /// Whether it begins a branch of its own; managers are told of a fork.
    pub joint: Joint,
    /// Whether it stands.
    pub standing: Standing,
}

/// An entry that was not taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Its id.
    pub id: EntryId,
    /// Why not.
    pub reason: Reason,
}

impl Joined {
    pub(super) fn new(entry: &Entry, joint: Joint, standing: Standing) -> Self {
        let header = entry.header();
        Self {
            id: entry.id(),
            lane: header.lane,
            log: header.log,
            seq: header.seq,
            joint,
            standing,
        }
    }
}

impl Report {
    /// How many of those that joined are held, by reason.
    pub fn held(&self) -> BTreeMap<Reason, u64> {
        let mut held = BTreeMap::new();
        for joined in &self.joined {
            if let Standing::Held(reason) = &joined.standing {
                *held.entry(reason.clone()).or_insert(0) += 1;
            }
        }
        held
    }
}
