//! Vectors: how far each log of a lane has got, one tip for each branch.

mod reached;
mod tips;

use std::collections::BTreeMap;
use std::sync::Arc;

use sheaf_charter::codec::{DecodeError, Reader, Writer};
use sheaf_charter::{EntryId, LogId};

use crate::digest::Digest;
use crate::limits::MAX_LOGS;

pub use reached::Reached;
pub use tips::{Joint, LogTips, Tip};

/// How far every log of one lane has got on one device.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Vector {
    logs: BTreeMap<LogId, Reached>,
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

    /// How far one log has got.
    pub fn get(&self, log: LogId) -> Option<&Reached> {
        self.logs.get(&log)
    }

    /// Sets how far one log has got: to these tips.
    pub fn set(&mut self, log: LogId, tips: &LogTips) {
        self.logs.insert(log, Reached::new(tips));
    }

    /// Sets how far one log has got.
    pub(crate) fn set_reached(&mut self, log: LogId, reached: Reached) {
        self.logs.insert(log, reached);
    }

    /// The same of these logs alone.
    #[must_use]
    pub fn of_logs(&self, logs: impl IntoIterator<Item = LogId>) -> Self {
        let named = logs.into_iter().filter_map(|log| Some((log, self.get(log)?.clone())));
        Self { logs: named.collect() }
    }

    /// Takes over where another vector gets further.
    pub fn advance(&mut self, other: &Self) {
        for (log, reached) in other.iter() {
            if self.get(log).is_none_or(|here| here.next() <= reached.next()) {
                self.logs.insert(log, reached.clone());
            }
        }
    }

    /// How far all of these vectors get at least. A log that forked in one of them is left out.
    #[must_use]
    pub fn least(vectors: &[Self]) -> Self {
        let Some((first, others)) = vectors.split_first() else { return Self::new() };
        let straight = |reached: &&Reached| reached.forked_at().is_none();
        let least = |log: LogId, reached: &Reached| {
            let mut least = Some(reached).filter(straight)?;
            for other in others {
                let there = other.get(log).filter(straight)?;
                if there.next() < least.next() {
                    least = there;
                }
            }
            Some((log, least.clone()))
        };
        match others {
            [] => first.clone(),
            _ => Self { logs: first.iter().filter_map(|(log, at)| least(log, at)).collect() },
        }
    }

    /// Every log and how far it has got, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (LogId, &Reached)> {
        self.logs.iter().map(|(log, reached)| (*log, reached))
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

    /// How many entries it has beyond another, as far as their numbers tell: branches of a fork
    /// count once.
    pub fn beyond(&self, other: &Self) -> u64 {
        let next = |log| other.get(log).map_or(0, Reached::next);
        self.iter().map(|(log, reached)| reached.next().saturating_sub(next(log))).sum()
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
        for (log, reached) in self.iter() {
            let from = match peer.get(log) {
                None => Some(0),
                Some(theirs) => reached.missing_from(theirs, &mut holds)?,
            };
            spans.extend(from.map(|from| Span { log, from }));
        }
        Ok(spans)
    }

    /// Whether a device that has got so far has for certain an entry that is here: the one at
    /// this place of its log. `here` is how far the lane has got here; `holds` says whether an
    /// entry is here, and is asked only for this vector's tips.
    ///
    /// In a log that never forked the answer is exact. In a forked one it may be no although the
    /// entry is there, never the other way round.
    pub fn has<E>(
        &self,
        (log, seq): (LogId, u64),
        here: &Self,
        mut holds: impl FnMut(EntryId) -> Result<bool, E>,
    ) -> Result<bool, E> {
        match (self.get(log), here.get(log)) {
            (Some(reached), Some(here)) => reached.has(seq, here, &mut holds),
            _ => Ok(false),
        }
    }

    /// How long the encodings of its logs are together; its own is little longer.
    pub(crate) fn log_bytes(&self) -> usize {
        self.logs.values().map(encoded_log_len).sum()
    }

    /// The same in parts, each of which is a vector by itself whose logs have at most so many
    /// bytes, and begins after the one before it. Usually it is one.
    pub(crate) fn parts(self: &Arc<Self>, max_bytes: usize) -> Vec<Arc<Self>> {
        if self.log_bytes() <= max_bytes && self.len() <= MAX_LOGS {
            return vec![Arc::clone(self)];
        }
        let mut parts = Vec::new();
        let (mut part, mut bytes) = (Self::new(), 0);
        for (log, reached) in self.iter() {
            let more = encoded_log_len(reached);
            if bytes + more > max_bytes || part.len() == MAX_LOGS {
                parts.push(Arc::new(std::mem::take(&mut part)));
                bytes = 0;
            }
            bytes += more;
            part.logs.insert(log, reached.clone());
        }
        parts.push(Arc::new(part));
        parts
    }

    /// Takes in the part that comes after this one; says whether it is one that does.
    pub(crate) fn append(&mut self, mut next: Self) -> bool {
        let ends = self.logs.last_key_value().map(|(log, _)| log);
        let begins = next.logs.first_key_value().map(|(log, _)| log);
        let follows = ends.is_some() && ends < begins;
        if follows {
            self.logs.append(&mut next.logs);
        }
        follows
    }

    /// Writes the canonical encoding: at most [`MAX_LOGS`] logs in the order of their ids.
    pub fn write(&self, out: &mut Writer) {
        out.u16(u16::try_from(self.logs.len()).unwrap_or(u16::MAX));
        for (log, reached) in &self.logs {
            out.raw(log.as_bytes());
            reached.write(out);
        }
    }

    /// Reads what [`Vector::write`] wrote.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let logs = reader.list(MAX_LOGS, "logs", |reader| {
            Ok((LogId::from_bytes(reader.array("log")?), Reached::read(reader)?))
        })?;
        if logs.is_sorted_by(|(a, _), (b, _)| a < b) {
            Ok(Self { logs: logs.into_iter().collect() })
        } else {
            Err(DecodeError::NotCanonical("logs of a vector"))
        }
    }
}

fn encoded_log_len(reached: &Reached) -> usize {
    LogId::LENGTH + reached.encoded_len()
}

#[cfg(test)]
mod tests;
