//! Appending to logs, and how far they have got.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::{Entry, EntryId, Lane, LogId};
use sheaf_replica::{LogTips, Tip, Vector};
use sheaf_store::{Snapshot, Txn};

use crate::error::{Result, SchoolError};

/// Appends an entry whose predecessor is here, and moves the tips of its log.
pub(crate) fn append(txn: &mut Txn<'_>, entry: &Entry, now_ms: i64) -> Result<()> {
    let header = entry.header();
    let tips = match tips(txn, header.lane, header.log)? {
        None => LogTips::first(entry.id()),
        Some(mut tips) => {
            tips.join(header.seq, header.previous, entry.id());
            tips
        }
    };
    Ok(txn.append(entry, &tips.to_bytes(), now_ms)?)
}

/// The tips of a log.
pub(crate) fn tips(snapshot: &Snapshot<'_>, lane: Lane, log: LogId) -> Result<Option<LogTips>> {
    snapshot.tips(lane, log)?.map(|bytes| decode(&bytes)).transpose()
}

/// Where an own log goes on: after its furthest entry.
pub(crate) fn tip(snapshot: &Snapshot<'_>, lane: Lane, log: LogId) -> Result<Option<Tip>> {
    let tips = tips(snapshot, lane, log)?;
    Ok(tips.and_then(|tips| tips.tips().iter().copied().max_by_key(|tip| tip.next)))
}

/// How far every log of a lane has got.
pub(crate) fn vector(snapshot: &Snapshot<'_>, lane: Lane) -> Result<Vector> {
    let mut vector = Vector::new();
    for (log, bytes) in snapshot.vector(lane)? {
        vector.set(log, &decode(&bytes)?);
    }
    Ok(vector)
}

/// How far every log of a lane gets with these entries, of which none is without its predecessor.
pub(crate) fn vector_among(
    snapshot: &Snapshot<'_>,
    lane: Lane,
    among: &BTreeSet<EntryId>,
) -> Result<Vector> {
    let mut logs: BTreeMap<LogId, LogTips> = BTreeMap::new();
    for id in snapshot.entry_ids(lane)?.into_iter().filter(|id| among.contains(id)) {
        let Some(header) = snapshot.header(id)? else { continue };
        match logs.get_mut(&header.log) {
            Some(tips) => {
                tips.join(header.seq, header.previous, id);
            }
            None => {
                logs.insert(header.log, LogTips::first(id));
            }
        }
    }
    let mut vector = Vector::new();
    logs.iter().for_each(|(log, tips)| vector.set(*log, tips));
    Ok(vector)
}

fn decode(bytes: &[u8]) -> Result<LogTips> {
    LogTips::from_bytes(bytes).map_err(|_| SchoolError::Index("the tips of a log".to_owned()))
}
