//! What another replica lacks, in pages, in the order of arrival.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use sheaf_charter::{Entry, EntryId, Lane, LogId, Part, SpaceId};

use crate::entries::lane_key;
use crate::snapshot::signed;
use crate::{Result, Snapshot};

/// Some entries, and where to go on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Page {
    /// In the order of arrival here, so that each can join its log at once.
    pub entries: Vec<Entry>,
    /// Ask with this for the next page; none if there was nothing more when this one was read.
    pub next: Option<u64>,
}

/// Where an entry stands in the order of arrival.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// Its place, from 1.
    pub place: u64,
    /// Its lane.
    pub lane: Lane,
    /// Its log.
    pub log: LogId,
    /// The entry.
    pub entry: EntryId,
}

/// A stretch of a log that is to be sent: everything of it from `seq` on, whatever the branch.
struct Stretch {
    log: i64,
    seq: i64,
    /// Nothing of the stretch arrived before this.
    first: i64,
}

impl Snapshot<'_> {
    /// The entries of a lane that are in these logs from these places on and arrived after
    /// `after`: at least one if there is any, then as many as are together at most `max_bytes`
    /// long in their encoding. Costs a look at each log named and at each entry given, however
    /// much else is here.
    pub fn entries_after(
        &self,
        lane: Lane,
        from: &[(LogId, u64)],
        after: Option<u64>,
        max_bytes: usize,
    ) -> Result<Page> {
        let after = signed(after.unwrap_or(0))?;
        let mut stretches = Vec::with_capacity(from.len());
        for (log, seq) in from {
            stretches.extend(self.stretch(lane, *log, *seq)?);
        }
        let mut queue = BinaryHeap::new();
        for (index, stretch) in stretches.iter().enumerate() {
            let next = self.follow(stretch, after.max(stretch.first - 1))?;
            queue.extend(next.map(|arrival| Reverse((arrival, index))));
        }
        self.fill(max_bytes, after, || {
            let Some(Reverse((arrival, index))) = queue.pop() else { return Ok(None) };
            if let Some(stretch) = stretches.get(index) {
                let next = self.follow(stretch, arrival)?;
                queue.extend(next.map(|arrival| Reverse((arrival, index))));
            }
            Ok(Some(arrival))
        })
    }

    /// Those of these entries that are here and arrived after `after`, as a page.
    pub fn entries_among(
        &self,
        ids: &[EntryId],
        after: Option<u64>,
        max_bytes: usize,
    ) -> Result<Page> {
        let after = signed(after.unwrap_or(0))?;
        let mut arrivals = BTreeSet::new();
        for id in ids {
            arrivals.extend(self.arrival(*id)?.filter(|arrival| *arrival > after));
        }
        self.fill(max_bytes, after, || Ok(arrivals.pop_first()))
    }

    /// The place in the order of arrival of the entry that came last, of whatever lane; 0 where
    /// there is none.
    pub fn last_arrival(&self) -> Result<u64> {
        self.count("SELECT coalesce(max(arrival), 0) FROM entries", [])
    }

    /// The first entries of all lanes that have arrived after this place; at most so many.
    pub fn arrivals_after(&self, place: u64, limit: u32) -> Result<Vec<Arrival>> {
        let sql = "SELECT e.arrival, l.space, l.part, l.log, e.id
                   FROM entries e JOIN logs l ON l.row = e.log
                   WHERE e.arrival > ? ORDER BY e.arrival LIMIT ?";
        self.all(sql, (signed(place)?, limit), |row| {
            let space = SpaceId::from_bytes(row.get(1)?);
            let part = if row.get::<_, i64>(2)? == 0 { Part::Control } else { Part::Data };
            Ok(Arrival {
                place: row.get::<_, i64>(0)?.unsigned_abs(),
                lane: Lane { space, part },
                log: LogId::from_bytes(row.get(3)?),
                entry: EntryId::from_bytes(row.get(4)?),
            })
        })
    }

    /// A page of the entries with the arrivals that `next` gives, until it is full.
    fn fill(
        &self,
        max_bytes: usize,
        after: i64,
        mut next: impl FnMut() -> Result<Option<i64>>,
    ) -> Result<Page> {
        let mut page = Page::default();
        let (mut last, mut bytes) = (after, 0);
        while let Some(arrival) = next()? {
            let entry = self.entry_at(arrival)?;
            bytes += encoded_length(&entry);
            if bytes > max_bytes && !page.entries.is_empty() {
                page.next = Some(last.unsigned_abs());
                break;
            }
            page.entries.push(entry);
            last = arrival;
        }
        Ok(page)
    }

    fn stretch(&self, lane: Lane, log: LogId, seq: u64) -> Result<Option<Stretch>> {
        let Ok(seq) = i64::try_from(seq) else { return Ok(None) };
        // An entry arrives after the one before it, so nothing from this seq on arrived before
        // the first entry that has it.
        let sql = "SELECT l.row, min(e.arrival) FROM logs l JOIN entries e ON e.log = l.row
                   WHERE l.space = ? AND l.part = ? AND l.log = ? AND e.seq = ? GROUP BY l.row";
        let (space, part) = lane_key(&lane);
        self.one(sql, (space, part, log.as_bytes(), seq), |row| {
            Ok(Stretch { log: row.get(0)?, seq, first: row.get(1)? })
        })
    }

    /// The arrival of the stretch's next entry after this one.
    fn follow(&self, stretch: &Stretch, after: i64) -> Result<Option<i64>> {
        let sql = "SELECT arrival FROM entries INDEXED BY entries_by_log
                   WHERE log = ? AND arrival > ? AND seq >= ? ORDER BY arrival LIMIT 1";
        self.one(sql, (stretch.log, after, stretch.seq), |row| row.get(0))
    }
}

/// The length of [`Entry::to_bytes`], without making them.
fn encoded_length(entry: &Entry) -> usize {
    let sections = entry.sections().iter();
    let body: usize =
        sections.map(|sealed| 1 + sealed.as_ref().map_or(0, |sealed| 4 + sealed.len())).sum();
    4 + entry.header_bytes().len() + entry.signature().len() + body
}
