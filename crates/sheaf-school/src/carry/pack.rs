//! Putting entries into a parcel.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use sheaf_charter::{Entry, Identity, Lane, LogId, ParcelHead, ParcelPieces, sign_parcel};
use sheaf_net::{NetError, ParcelWriter, Unwritten};
use sheaf_replica::{EntryPiece, Manifest, Stretch, Vector, manifest_piece};
use sheaf_store::Snapshot;

use crate::error::{Result, SchoolError};
use crate::journal;

/// Entries of one piece are together so long: taken in as one transaction, they do not keep a save
/// waiting for long.
const PIECE_BYTES: usize = 128 * 1024;
/// What is read of the store at once.
const PAGE_BYTES: usize = 1024 * 1024;

/// What of one lane goes into a parcel.
pub(super) struct Load {
    /// As the manifest says it.
    pub stretch: Stretch,
    from: Vec<(LogId, u64)>,
    /// Nothing of these logs from there on.
    until: BTreeMap<LogId, u64>,
}

impl Load {
    /// All of a lane that whoever has got so far lacks. A log that forked goes whole.
    pub(super) fn after(snapshot: &Snapshot<'_>, lane: Lane, known: &Vector) -> Result<Self> {
        let here = journal::vector(snapshot, lane)?;
        let spans = here.missing_from(known, |id| snapshot.holds(id))?;
        let forked = |log: LogId| {
            let forks =
                |vector: &Vector| vector.get(log).is_some_and(|at| at.forked_at().is_some());
            forks(&here) || forks(known)
        };
        let place = |log: LogId, seq: u64| (log, if forked(log) { 0 } else { seq });
        let from: Vec<_> = spans.into_iter().map(|span| place(span.log, span.from)).collect();
        let base = known.of_logs(from.iter().filter(|(_, seq)| *seq > 0).map(|(log, _)| *log));
        let reach = here.of_logs(from.iter().map(|(log, _)| *log));
        let until = BTreeMap::new();
        Ok(Self { stretch: Stretch { lane, base, reach }, from, until })
    }

    /// What a stretch holds that was put into a file before.
    pub(super) fn between(snapshot: &Snapshot<'_>, stretch: &Stretch) -> Result<Self> {
        let mut load = Self::after(snapshot, stretch.lane, &stretch.base)?;
        let reach = &stretch.reach;
        load.from.retain(|(log, _)| reach.get(*log).is_some());
        let forked = |log: &LogId| reach.get(*log).is_some_and(|at| at.forked_at().is_some());
        let ends = reach.iter().filter(|(log, _)| !forked(log));
        load.until = ends.map(|(log, reached)| (log, reached.next())).collect();
        load.name_logs();
        Ok(load)
    }

    /// Keeps the logs, from their first missing place on, that are wanted.
    pub(super) fn retain(&mut self, wanted: impl Fn(LogId, u64) -> Result<bool>) -> Result<()> {
        let mut kept = Vec::new();
        for (log, seq) in std::mem::take(&mut self.from) {
            if wanted(log, seq)? {
                kept.push((log, seq));
            }
        }
        self.from = kept;
        self.name_logs();
        Ok(())
    }

    fn name_logs(&mut self) {
        let logs = || self.from.iter().map(|(log, _)| *log);
        self.stretch.base = self.stretch.base.of_logs(logs());
        self.stretch.reach = self.stretch.reach.of_logs(logs());
    }

    /// Gives each entry, in the order of arrival, until it is told to stop.
    pub(super) fn each(
        &self,
        snapshot: &Snapshot<'_>,
        mut give: impl FnMut(Entry) -> Result<Going>,
    ) -> Result<()> {
        let mut after = None;
        loop {
            let page = snapshot.entries_after(self.stretch.lane, &self.from, after, PAGE_BYTES)?;
            for entry in page.entries {
                let header = entry.header();
                let past = self.until.get(&header.log).is_some_and(|until| header.seq >= *until);
                if !past && give(entry)? == Going::Stops {
                    return Ok(());
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}

/// Whether more is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Going {
    /// More.
    On,
    /// No more.
    Stops,
}

/// A parcel on its way into a file.
pub(super) struct Packer<'a, W> {
    path: &'a Path,
    writer: ParcelWriter<'a, W>,
    piece: EntryPiece,
}

impl<'a, W: Write> Packer<'a, W> {
    /// Writes the head, and what the parcel says of itself.
    pub(super) fn begin(
        path: &'a Path,
        out: &'a mut W,
        (head, pieces): (&ParcelHead, ParcelPieces),
        manifest: &Manifest,
        identity: &Identity,
    ) -> Result<Self> {
        let says = manifest.to_bytes();
        let signature = sign_parcel(identity, head, &says);
        let writer = ParcelWriter::begin(out, head, pieces).map_err(unwritten(path))?;
        let mut packer = Self { path, writer, piece: EntryPiece::default() };
        packer.put(manifest_piece(&says, &signature))?;
        Ok(packer)
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, entry: &Entry) -> Result<()> {
        self.piece.add(entry, PIECE_BYTES).map_or(Ok(()), |full| self.put(full))
    }

    /// Ends a lane: no piece holds entries of two.
    pub(super) fn end_lane(&mut self) -> Result<()> {
        self.piece.take().map_or(Ok(()), |rest| self.put(rest))
    }

    /// Ends the parcel.
    pub(super) fn finish(mut self) -> Result<()> {
        self.end_lane()?;
        self.writer.finish().map_err(unwritten(self.path))
    }

    fn put(&mut self, piece: Vec<u8>) -> Result<()> {
        self.writer.add(piece).map_err(unwritten(self.path))
    }
}

fn unwritten(path: &Path) -> impl FnOnce(Unwritten) -> SchoolError {
    let path = path.display().to_string();
    move |why| match why {
        Unwritten::Sealing(error) => error.into(),
        Unwritten::System(system) => NetError::File { path, system }.into(),
    }
}
