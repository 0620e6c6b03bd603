//! How far one log has got, as a vector says it: bounded, however often the log forked.

use sheaf_charter::EntryId;
use sheaf_charter::codec::{DecodeError, Reader, Writer};

use super::tips::{LogTips, MANY, TIP_BYTES, Tip, few_branches, read_tips, write_tips};
use crate::digest::Digest;
use crate::limits::MAX_NAMED_BRANCHES;

/// How far one log has got on a device: the tips of all branches, or, where there are more than
/// [`MAX_NAMED_BRANCHES`], those that are furthest and a digest of all.
///
/// Whoever forks a log without end makes its branches known to be different, and these are sent
/// again from the fork on; nothing is refused for it, so what is here never depends on who came
/// first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reached {
    forked_at: Option<u64>,
    /// Ascending, at least one.
    tips: Vec<Tip>,
    /// Of all tips, where some are not named.
    pub(super) all: Option<Digest>,
}

impl Reached {
    /// What is said of these tips.
    pub(super) fn new(tips: &LogTips) -> Self {
        let (forked_at, named) = (tips.forked_at(), tips.tips());
        let unnamed = named.len().saturating_sub(MAX_NAMED_BRANCHES);
        let all = (unnamed > 0).then(|| digest(named));
        Self { forked_at, tips: named.iter().skip(unnamed).copied().collect(), all }
    }

    /// The tips that are named, ascending: those that are furthest.
    pub fn tips(&self) -> &[Tip] {
        &self.tips
    }

    /// The lowest seq that two headers claim, if any.
    pub const fn forked_at(&self) -> Option<u64> {
        self.forked_at
    }

    /// One more than the highest seq of any branch.
    pub fn next(&self) -> u64 {
        self.tips.last().map_or(0, |tip| tip.next)
    }

    /// Whether whoever has got so far has every tip of this one for certain.
    pub(crate) fn is_within(&self, peer: &Self) -> bool {
        match self.all {
            None => self.tips.iter().all(|tip| peer.tips.contains(tip)),
            Some(_) => self.all == peer.all,
        }
    }

    /// Whether whoever has got so far has for certain the entry with this seq that is here.
    pub(super) fn has<E>(
        &self,
        seq: u64,
        here: &Self,
        holds: &mut impl FnMut(EntryId) -> Result<bool, E>,
    ) -> Result<bool, E> {
        if here.is_within(self) {
            return Ok(true);
        }
        // From the fork on it may be on another branch than the tip.
        if here.forked_at.is_some_and(|at| seq >= at) {
            return Ok(false);
        }
        for tip in &self.tips {
            // A tip that is not here may end a branch that nobody here knows of.
            if tip.next > seq && holds(tip.last)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn missing_from<E>(
        &self,
        peer: &Self,
        holds: &mut impl FnMut(EntryId) -> Result<bool, E>,
    ) -> Result<Option<u64>, E> {
        if self.is_within(peer) {
            return Ok(None);
        }
        // The peer has every ancestor of a tip of its own. Below the first fork there is one
        // chain, so the furthest of those tips that are here says how far it has got on it.
        let mut known = None;
        for tip in &peer.tips {
            if holds(tip.last)? {
                known = known.max(Some(tip.next));
            }
        }
        if let Some(next) = known {
            return Ok(Some(self.forked_at.map_or(next, |at| at.min(next))));
        }
        // None of its tips is here: it is ahead, or one of us is on another branch. The one that
        // is further on can tell, and sends; the other sends in the next round.
        let ahead = peer.tips.iter().all(|tip| tip.next > self.next());
        Ok(if ahead { None } else { Some(0) })
    }

    /// Writes the canonical encoding.
    pub(super) fn write(&self, out: &mut Writer) {
        match self.all {
            None => out.u8(u8::try_from(self.tips.len()).unwrap_or(MANY)),
            Some(all) => out.u8(MANY).raw(all.as_bytes()),
        };
        write_tips(out, self.forked_at, &self.tips);
    }

    /// How long what [`Reached::write`] writes is.
    pub(super) fn encoded_len(&self) -> usize {
        let all = self.all.map_or(0, |_| Digest::LENGTH);
        let fork = self.forked_at.map_or(0, |_| size_of::<u64>());
        1 + all + fork + self.tips.len() * TIP_BYTES
    }

    /// Reads what [`Reached::write`] wrote.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (count, all) = match reader.u8("branches")? {
            MANY => (MAX_NAMED_BRANCHES, Some(Digest::from_bytes(reader.array("all branches")?))),
            few => (few_branches(few)?, None),
        };
        let (forked_at, tips) = read_tips(reader, count)?;
        Ok(Self { forked_at, tips, all })
    }
}

fn digest(tips: &[Tip]) -> Digest {
    let mut out = Writer::new();
    write_tips(&mut out, None, tips);
    let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/branches");
    hasher.update(out.as_bytes());
    hasher.finalize().into()
}
