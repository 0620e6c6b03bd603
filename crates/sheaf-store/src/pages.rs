//! What another replica lacks, in pages, in the order of arrival.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use sheaf_charter::{Entry, Lane, SIGNATURE_BYTES};

use crate::entries::part_number;
use crate::{ChainId, Result, Snapshot, Tip};

/// How far somebody knows each chain of a lane: the place after the last entry known. A chain
/// that is not named is not known at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Positions {
    next: BTreeMap<ChainId, u64>,
}

impl Positions {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// The first place of the chain that is not known.
    pub fn next_seq(&self, chain: ChainId) -> u64 {
        self.next.get(&chain).copied().unwrap_or(0)
    }

    /// The chain is known up to, and without, this place.
    pub fn advance(&mut self, chain: ChainId, next_seq: u64) {
        let known = self.next.entry(chain).or_default();
        *known = next_seq.max(*known);
    }
}

impl FromIterator<(ChainId, u64)> for Positions {
    fn from_iter<I: IntoIterator<Item = (ChainId, u64)>>(items: I) -> Self {
        let mut positions = Self::new();
        for (chain, next_seq) in items {
            positions.advance(chain, next_seq);
        }
        positions
    }
}

/// Some entries, and where to go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// In the order of arrival here, so that each can join its log at once.
    pub entries: Vec<Entry>,
    /// What is known once these have been taken: ask with it for the next page.
    pub next: Positions,
    /// Whether there was nothing more when this page was read.
    pub complete: bool,
}

/// A chain of which something is to be sent.
struct Stretch {
    row: i64,
    chain: ChainId,
    seq: i64,
}

impl Snapshot<'_> {
    /// The entries of a lane that are beyond `known`, at least one and then as many as fit in
    /// `max_bytes`. Costs a look at each chain and at each entry given, whatever else is here.
    pub fn entries_after(&self, lane: Lane, known: &Positions, max_bytes: usize) -> Result<Page> {
        let mut page = Page { entries: Vec::new(), next: known.clone(), complete: true };
        let stretches = self.stretches(lane, known)?;
        let mut queue = BinaryHeap::new();
        for (index, stretch) in stretches.iter().enumerate() {
            queue.extend(self.follow(stretch.row, stretch.seq, index)?);
        }
        let mut bytes = 0;
        while let Some(Reverse((arrival, index, seq))) = queue.pop() {
            let entry = self.entry_at(arrival)?;
            bytes += size(&entry);
            if bytes > max_bytes && !page.entries.is_empty() {
                page.complete = false;
                break;
            }
            page.entries.push(entry);
            if let Some(stretch) = stretches.get(index) {
                page.next.advance(stretch.chain, seq.saturating_add(1).unsigned_abs());
                queue.extend(self.follow(stretch.row, seq.saturating_add(1), index)?);
            }
        }
        Ok(page)
    }

    /// What a replica with these tips knows of what is here. A tip that is not here is of one
    /// that is ahead, and then knows our stretch of the log, or of a branch that we have not
    /// met: then the whole log is offered again.
    pub fn known(&self, lane: Lane, tips: &[Tip]) -> Result<Positions> {
        let mut known = Positions::new();
        for tip in tips {
            match self.locate(tip.last)? {
                Some((found, chain, seq)) if found == lane => {
                    self.advance_line(lane, chain, seq.saturating_add(1), &mut known)?;
                }
                _ => self.advance_ahead(lane, tip, &mut known)?,
            }
        }
        Ok(known)
    }

    /// A chain is known up to a place, and so are the chains that it branched from.
    fn advance_line(
        &self,
        lane: Lane,
        chain: ChainId,
        next_seq: u64,
        known: &mut Positions,
    ) -> Result<()> {
        let sql = "SELECT c.first_seq, p.log, p.branch, 0, p.last
                   FROM chains c JOIN chains p ON p.chain = c.parent
                   WHERE c.space = ? AND c.part = ? AND c.log = ? AND c.branch = ?";
        let (mut chain, mut next_seq) = (chain, next_seq);
        loop {
            known.advance(chain, next_seq);
            let key = (
                lane.space.as_bytes(),
                part_number(lane.part),
                chain.log.as_bytes(),
                chain.branch.as_bytes(),
            );
            let parent = self.one(sql, key, |row| {
                let branch = sheaf_charter::EntryId::from_bytes(row.get(2)?);
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), branch))
            })?;
            let Some((first_seq, branch)) = parent else { return Ok(()) };
            next_seq = first_seq;
            chain.branch = branch;
        }
    }

    fn advance_ahead(&self, lane: Lane, tip: &Tip, known: &mut Positions) -> Result<()> {
        let log = tip.chain.log;
        let Some(trunk) = self.tip(lane, log)? else { return Ok(()) };
        let last_seq = tip.next_seq.saturating_sub(1);
        if !self.at(lane, log, last_seq)?.is_empty() {
            return Ok(());
        }
        let sql = "SELECT min(first_seq) FROM chains
                   WHERE space = ? AND part = ? AND log = ? AND branch <> zeroblob(32)";
        let key = (lane.space.as_bytes(), part_number(lane.part), log.as_bytes());
        let fork: Option<i64> = self.one(sql, key, |row| row.get(0))?.flatten();
        let shared = fork.map_or(trunk.next_seq, i64::unsigned_abs);
        known.advance(trunk.chain, shared.min(trunk.next_seq));
        Ok(())
    }

    fn stretches(&self, lane: Lane, known: &Positions) -> Result<Vec<Stretch>> {
        let sql = "SELECT log, branch, next_seq, last, chain, first_seq FROM chains
                   WHERE space = ? AND part = ?";
        let rows = self.all(sql, (lane.space.as_bytes(), part_number(lane.part)), |row| {
            Ok((crate::entries::tip(row)?, row.get::<_, i64>(4)?, row.get::<_, i64>(5)?))
        })?;
        let behind = rows.into_iter().filter_map(|(tip, row, first_seq)| {
            let next_seq = known.next_seq(tip.chain);
            let seq = i64::try_from(next_seq).unwrap_or(i64::MAX).max(first_seq);
            (next_seq < tip.next_seq).then_some(Stretch { row, chain: tip.chain, seq })
        });
        Ok(behind.collect())
    }

    /// The arrival of the entry at a place of a chain, as the queue wants it.
    fn follow(
        &self,
        chain: i64,
        seq: i64,
        index: usize,
    ) -> Result<Option<Reverse<(i64, usize, i64)>>> {
        let sql = "SELECT arrival FROM entries WHERE chain = ? AND seq = ?";
        let arrival = self.one(sql, (chain, seq), |row| row.get(0))?;
        Ok(arrival.map(|arrival| Reverse((arrival, index, seq))))
    }
}

/// About what the entry takes in a frame.
fn size(entry: &Entry) -> usize {
    let sections: usize = entry.sections().iter().flatten().map(Vec::len).sum();
    entry.header_bytes().len() + SIGNATURE_BYTES + sections
}
