//! Vectors: how far each log of a lane has got, one tip for each branch.

use std::collections::BTreeMap;

use sheaf_charter::codec::{DecodeError, Reader, Writer};
use sheaf_charter::{EntryId, LogId};

use crate::digest::Digest;
use crate::limits::{MAX_BRANCHES, MAX_LOGS};

/// How far every log of one lane has got on one device.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Vector {
    logs: BTreeMap<LogId, LogTips>,
}

/// The end of one branch of a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tip {
    /// The seq that the next entry of the branch will have.
    pub next: u64,
    /// The id of its last entry.
    pub last: EntryId,
}

/// The tips of one log: one, unless the log forked.
///
/// It is a function of the set of entries, not of their order: two devices that hold the same
/// entries of a log have the same tips and encode them alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogTips {
    /// The lowest seq that two headers claim. Present exactly when there are several tips.
    forked_at: Option<u64>,
    /// Ascending, at least one.
    tips: Vec<Tip>,
}

/// A part of a log that a peer lacks: every entry of it from a seq on, whatever the branch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The log.
    pub log: LogId,
    /// The first seq to send.
    pub from: u64,
}

impl Vector {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tips of one log.
    pub fn get(&self, log: LogId) -> Option<&LogTips> {
        self.logs.get(&log)
    }

    /// Sets the tips of one log.
    pub fn set(&mut self, log: LogId, tips: LogTips) {
        self.logs.insert(log, tips);
    }

    /// Every log and its tips, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (LogId, &LogTips)> {
        self.logs.iter().map(|(log, tips)| (*log, tips))
    }

    /// How many logs it has.
    pub fn len(&self) -> usize {
        self.logs.len()
    }

    /// Whether it has no log.
    pub fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }

    /// The digest that a hello carries in its place.
    pub fn digest(&self) -> Digest {
        let mut hasher = blake3::Hasher::new_derive_key("sheaf/1/vector");
        let mut out = Writer::new();
        self.write(&mut out);
        hasher.update(out.as_bytes());
        hasher.finalize().into()
    }

    /// What of this vector's logs a peer with that vector lacks. `holds` says whether an entry is
    /// here; it is asked only for the peer's tips.
    ///
    /// In a log that never forked the answer is exact. In a forked one it may name entries that
    /// the peer has, and where neither side can see yet that there is a fork, the one that is
    /// further answers nothing less than the other needs to see it in the next round.
    pub fn missing_from<E>(
        &self,
        peer: &Self,
        mut holds: impl FnMut(EntryId) -> Result<bool, E>,
    ) -> Result<Vec<Span>, E> {
        let mut spans = Vec::new();
        for (log, tips) in self.iter() {
            let from = match peer.get(log) {
                None => Some(0),
                Some(theirs) => tips.missing_from(theirs, &mut holds)?,
            };
            spans.extend(from.map(|from| Span { log, from }));
        }
        Ok(spans)
    }

    /// Writes the canonical encoding: at most [`MAX_LOGS`] logs in the order of their ids.
    pub fn write(&self, out: &mut Writer) {
        out.u16(u16::try_from(self.logs.len()).unwrap_or(u16::MAX));
        for (log, tips) in &self.logs {
            out.raw(log.as_bytes());
            tips.write(out);
        }
    }

    /// Reads what [`Vector::write`] wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let logs = reader.list(MAX_LOGS, "logs", |reader| {
            Ok((LogId::from_bytes(reader.array("log")?), LogTips::read(reader)?))
        })?;
        if logs.is_sorted_by(|(a, _), (b, _)| a < b) {
            Ok(Self { logs: logs.into_iter().collect() })
        } else {
            Err(DecodeError::NotCanonical("logs of a vector"))
        }
    }
}

impl LogTips {
    /// The tips of a log whose entry of seq 0 has just joined.
    pub fn first(id: EntryId) -> Self {
        Self { forked_at: None, tips: vec![Tip { next: 1, last: id }] }
    }

    /// The tips, ascending; one unless the log forked.
    pub fn tips(&self) -> &[Tip] {
        &self.tips
    }

    /// The lowest seq that two headers claim, if any.
    pub const fn forked_at(&self) -> Option<u64> {
        self.forked_at
    }

    /// One more than the highest seq of any branch.
    pub fn next(&self) -> u64 {
        self.tips.iter().map(|tip| tip.next).max().unwrap_or(0)
    }

    /// Takes in an entry whose predecessor is here (or that has seq 0); says whether it begins a
    /// branch of its own.
    pub fn join(&mut self, seq: u64, previous: EntryId, id: EntryId) -> Joint {
        // A seq of u64::MAX needs as many predecessors: it is never reached.
        let tip = Tip { next: seq.saturating_add(1), last: id };
        let extended = self.tips.iter_mut().find(|tip| tip.last == previous && tip.next == seq);
        let joint = if let Some(extended) = extended {
            *extended = tip;
            Joint::Extends
        } else {
            self.tips.push(tip);
            self.forked_at = Some(self.forked_at.map_or(seq, |at| at.min(seq)));
            Joint::Forks
        };
        self.tips.sort_unstable();
        joint
    }

    fn missing_from<E>(
        &self,
        peer: &Self,
        holds: &mut impl FnMut(EntryId) -> Result<bool, E>,
    ) -> Result<Option<u64>, E> {
        if self.tips.iter().all(|tip| peer.tips.contains(tip)) {
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
    pub fn write(&self, out: &mut Writer) {
        out.u8(u8::try_from(self.tips.len()).unwrap_or(u8::MAX));
        if let Some(at) = self.forked_at {
            out.u64(at);
        }
        for tip in &self.tips {
            out.u64(tip.next).raw(tip.last.as_bytes());
        }
    }

    /// Reads what [`LogTips::write`] wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let count = usize::from(reader.u8("branches")?);
        if count > MAX_BRANCHES {
            return Err(DecodeError::TooMuch { what: "branches", limit: MAX_BRANCHES });
        }
        let forked_at = if count > 1 { Some(reader.u64("fork")?) } else { None };
        let tips = (0..count)
            .map(|_| {
                let next = reader.u64("next seq")?;
                Ok(Tip { next, last: EntryId::from_bytes(reader.array("last entry")?) })
            })
            .collect::<Result<Vec<_>, DecodeError>>()?;
        let first = forked_at.unwrap_or(0);
        let sound = tips.iter().all(|tip| tip.next > first) && tips.is_sorted_by(|a, b| a < b);
        if tips.is_empty() || !sound {
            return Err(DecodeError::NotCanonical("branches of a log"));
        }
        Ok(Self { forked_at, tips })
    }

    /// The encoding on its own, for a row of a table.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write(&mut out);
        out.finish()
    }

    /// Reads tips that fill these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let tips = Self::read(&mut reader)?;
        reader.end()?;
        Ok(tips)
    }
}

/// How an entry met its log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joint {
    /// It continues a branch.
    Extends,
    /// It is a second header for its seq: a branch of its own, named by this header.
    Forks,
}

#[cfg(test)]
mod tests;
