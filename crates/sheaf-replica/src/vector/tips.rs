//! The tips of one log, as a device keeps them: every branch.

use sheaf_charter::EntryId;
use sheaf_charter::codec::{DecodeError, Reader, Writer};

use crate::limits::MAX_NAMED_BRANCHES;

/// In the place of a small number of tips: a longer one follows.
pub(super) const MANY: u8 = u8::MAX;
/// How long the encoding of a tip is.
pub(super) const TIP_BYTES: usize = 8 + EntryId::LENGTH;

/// The end of one branch of a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tip {
    /// The seq that the next entry of the branch will have.
    pub next: u64,
    /// The id of its last entry.
    pub last: EntryId,
}

/// The tips of one log: one, unless the log forked. There is no most: whoever forks their log may
/// give other branches to each colleague, and what one of them refused another would build on.
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

impl LogTips {
    /// The tips of a log whose entry of seq 0 has just joined.
    pub fn first(id: EntryId) -> Self {
        Self { forked_at: None, tips: vec![Tip { next: 1, last: id }] }
    }

    /// Those of a log that never forked and ends there.
    pub(crate) fn at(tip: Tip) -> Self {
        Self { forked_at: None, tips: vec![tip] }
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
        self.tips.last().map_or(0, |tip| tip.next)
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

    /// The canonical encoding of every tip, for a row of a table: the count (1; [`MANY`] and four
    /// bytes where more than [`MAX_NAMED_BRANCHES`] are), the fork where there are several, tips.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        match u8::try_from(self.tips.len()) {
            Ok(count) if usize::from(count) <= MAX_NAMED_BRANCHES => out.u8(count),
            _ => out.u8(MANY).u32(u32::try_from(self.tips.len()).unwrap_or(u32::MAX)),
        };
        write_tips(&mut out, self.forked_at, &self.tips);
        out.finish()
    }

    /// Reads tips that fill these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let count = match reader.u8("branches")? {
            MANY => {
                let count = usize::try_from(reader.u32("branches")?).unwrap_or(usize::MAX);
                if count <= MAX_NAMED_BRANCHES {
                    return Err(DecodeError::NotCanonical("branches of a log"));
                }
                count
            }
            few => few_branches(few)?,
        };
        let (forked_at, tips) = read_tips(&mut reader, count)?;
        reader.end()?;
        Ok(Self { forked_at, tips })
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

/// A number of branches that are all named.
pub(super) fn few_branches(count: u8) -> Result<usize, DecodeError> {
    match usize::from(count) {
        0 => Err(DecodeError::NotCanonical("branches of a log")),
        count if count <= MAX_NAMED_BRANCHES => Ok(count),
        _ => Err(DecodeError::TooMuch { what: "branches", limit: MAX_NAMED_BRANCHES }),
    }
}

pub(super) fn write_tips(out: &mut Writer, forked_at: Option<u64>, tips: &[Tip]) {
    if let Some(at) = forked_at {
        out.u64(at);
    }
    for tip in tips {
        out.u64(tip.next).raw(tip.last.as_bytes());
    }
}

/// Reads so many tips; makes no room before they are there.
pub(super) fn read_tips(
    reader: &mut Reader<'_>,
    count: usize,
) -> Result<(Option<u64>, Vec<Tip>), DecodeError> {
    let forked_at = if count > 1 { Some(reader.u64("fork")?) } else { None };
    if reader.remaining() / TIP_BYTES < count {
        return Err(DecodeError::Truncated("branches"));
    }
    let tips = (0..count)
        .map(|_| {
            let next = reader.u64("next seq")?;
            Ok(Tip { next, last: EntryId::from_bytes(reader.array("last entry")?) })
        })
        .collect::<Result<Vec<_>, DecodeError>>()?;
    let first = forked_at.unwrap_or(0);
    if tips.iter().all(|tip| tip.next > first) && tips.is_sorted_by(|a, b| a < b) {
        Ok((forked_at, tips))
    } else {
        Err(DecodeError::NotCanonical("branches of a log"))
    }
}
