//! What the first and only change of a document comes to: it needs nothing of the store, so that
//! of a batch all are read at once, on every core, before the transaction that keeps them.

use std::collections::HashMap;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{available_parallelism, scope};

use sheaf_charter::{ActorId, DocumentId, Entry, SpaceId};
use sheaf_documents::{ChangeHash, Limits, scan_change, split_changes, view_of_single_change};
use sheaf_records::CodeLists;
use sheaf_store::SectionRef;

use super::open;
use crate::control::Control;
use crate::core::Core;
use crate::error::Result;
use crate::index_row::{IndexRow, Origins, index_row, index_view};
use crate::indexed::record_id;

/// Fewer entries than this are read one after the other: threads would cost more.
const LEAST: usize = 64;
/// Threads at most: the rest of the machine is for whoever works at it.
const MAX_THREADS: usize = 4;
/// Entries that a thread takes at once.
const SHARE: usize = 16;
/// A change of more bytes is read when its turn comes: nearly all have one.
const MAX_CHANGE_BYTES: usize = 16 * 1024;
/// Rows of at most so many bytes wait for the transaction: ten times what a batch of incidents has.
const MAX_WAITING_BYTES: usize = 32 * 1024 * 1024;

/// What follows from a document's first and only change.
pub(crate) struct First {
    /// The change.
    pub hash: ChangeHash,
    /// What the index keeps.
    pub row: IndexRow,
}

/// Those of some entries' sections that can be read beforehand. The others have their turn.
pub(crate) type Firsts = HashMap<SectionRef, First>;

impl First {
    /// Reads a change that has no other before it.
    pub(crate) fn read(
        control: &Control,
        lists: &CodeLists,
        entry: &Entry,
        document: DocumentId,
        (change, hash): (&[u8], ChangeHash),
    ) -> Result<Self> {
        let view = view_of_single_change(record_id(document), change)?;
        let origins = Origins::single(control.stamp(entry));
        let space: SpaceId = entry.header().lane.space;
        let row = index_row(space, &view.record, &index_view(&view, &origins), lists)?;
        Ok(Self { hash, row })
    }

    fn bytes(&self) -> usize {
        let row = &self.row.row;
        row.title.len() + row.body.len() + row.json.len()
    }
}

/// Reads what it can of entries that are durable.
pub(crate) fn read_firsts(core: &Core, entries: &[Entry]) -> Firsts {
    if entries.len() < LEAST || core.is_locker() {
        return Firsts::new();
    }
    let reading = Reading { core, entries, next: AtomicUsize::new(0), bytes: AtomicUsize::new(0) };
    let threads = available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
    scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| reading.read())).collect();
        let mut firsts = reading.read();
        for other in others {
            // It panics here as it would in its turn.
            firsts.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        firsts
    })
}

/// Entries that several threads read.
struct Reading<'a> {
    core: &'a Core,
    entries: &'a [Entry],
    /// The next entry that nobody has taken.
    next: AtomicUsize,
    /// Of all rows so far.
    bytes: AtomicUsize,
}

impl Reading<'_> {
    /// Reads as long as there is something left.
    fn read(&self) -> Firsts {
        let mut firsts = Firsts::new();
        loop {
            let from = self.next.fetch_add(SHARE, Ordering::Relaxed);
            let Some(left) = self.entries.get(from..).filter(|left| !left.is_empty()) else {
                return firsts;
            };
            // Looked at anew for each share: who is in may be changing.
            let (control, lists) = (self.core.control(), self.core.lists());
            for entry in left.iter().take(SHARE) {
                for index in (0..).take(entry.sections().len()) {
                    if self.bytes.load(Ordering::Relaxed) > MAX_WAITING_BYTES {
                        return firsts;
                    }
                    let Some(first) = read_one(&control, &lists.codes, entry, index) else {
                        continue;
                    };
                    self.bytes.fetch_add(first.bytes(), Ordering::Relaxed);
                    firsts.insert(SectionRef { entry: entry.id(), index }, first);
                }
            }
        }
    }
}

/// The first change in a section; none where it is anything else, which has its turn.
fn read_one(control: &Control, lists: &CodeLists, entry: &Entry, index: u16) -> Option<First> {
    let header = entry.header();
    let document = header.table.get(usize::from(index))?.document;
    let sealed = entry.sections().get(usize::from(index))?.as_ref()?;
    let key = control.keys.key(header.lane.space, header.epoch)?;
    let opened = open(key, header, index, document, sealed).ok()?;
    let chunks = split_changes(&opened.section.bytes, &Limits::STANDARD).ok()?;
    let [change] = chunks.as_slice() else { return None };
    if change.len() > MAX_CHANGE_BYTES {
        return None;
    }
    let facts = scan_change(change, &Limits::STANDARD).ok()?;
    let is_by_its_author = facts.actor == ActorId::derive(header.log, opened.nonce).to_bytes();
    if !is_by_its_author || !facts.deps.is_empty() {
        return None;
    }
    First::read(control, lists, entry, document, (change, facts.hash)).ok()
}
