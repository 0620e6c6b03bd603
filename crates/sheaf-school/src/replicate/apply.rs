//! Applying what has arrived: in short transactions, so that saves go first, and so that a
//! section that brings the process down is not tried for ever.

use std::collections::{BTreeMap, BTreeSet};

use sheaf_charter::EntryId;
use sheaf_store::{Held, SectionRef, Snapshot, StoreError};

use super::shelf::ARRIVED;
use crate::core::Core;
use crate::error::Result;
use crate::project::Projector;

/// Sections applied in one transaction: some forty milliseconds.
const SLICE: usize = 192;
/// The same after a process has ended at it: one by one, so that each that goes well is progress
/// and the one that does not is known.
const CAREFUL_SLICE: usize = 1;
/// A section at which so many processes ended one after the other is held as unreadable. (Once or
/// twice may have been a power cut.)
const MAX_TRIES: u8 = 3;
pub(crate) const UNREADABLE: &str =
    "it could not be applied; this device stopped each time it was tried";

/// Applies the sections of these entries, which are durable and noted as arrived.
pub(crate) fn apply(core: &Core, entries: &[EntryId]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let _at_work = core.home.applying_lock()?;
    mark(core, entries)?;
    let sections = core.store.read(|snapshot| sections_of(snapshot, entries))?;
    for slice in sections.chunks(SLICE) {
        apply_slice(core, slice)?;
    }
    unmark(core, entries)
}

/// Every section of these entries, in order.
fn sections_of(snapshot: &Snapshot<'_>, entries: &[EntryId]) -> Result<Vec<SectionRef>> {
    let mut sections = Vec::new();
    for id in entries {
        let count = snapshot.header(*id)?.map_or(0, |header| header.table.len());
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        sections.extend((0..count).map(|index| SectionRef { entry: *id, index }));
    }
    Ok(sections)
}

fn mark(core: &Core, entries: &[EntryId]) -> Result<()> {
    core.store.write(|txn| Ok(entries.iter().try_for_each(|entry| txn.mark_applying(*entry))?))
}

fn unmark(core: &Core, entries: &[EntryId]) -> Result<()> {
    core.store.write(|txn| {
        entries.iter().try_for_each(|entry| {
            txn.clear_applying(*entry)?;
            Ok(txn.drop_setting(&tries_name(*entry)).map(drop)?)
        })
    })
}

/// Applies sections that follow one another, of one entry or of many small ones.
fn apply_slice(core: &Core, sections: &[SectionRef]) -> Result<()> {
    core.store.write(|txn| {
        let (control, lists) = (core.control(), core.lists());
        let mut projector = Projector::new(&control, &lists.codes);
        for sections in sections.chunk_by(|one, next| one.entry == next.entry) {
            let Some(first) = sections.first() else { continue };
            let Some(entry) = txn.entry(first.entry)? else { continue };
            for section in sections {
                if txn.held_reason(*section)?.is_some() {
                    continue;
                }
                txn.clear_pending(*section)?;
                projector.take_section(txn, &entry, section.index)?;
            }
        }
        projector.finish(txn)
    })
}

/// What processes that have ended left undone.
struct Left {
    /// The entries that one of them was applying.
    marked: BTreeSet<EntryId>,
    /// The sections that have arrived and are not applied, by entry, in their order.
    arrived: BTreeMap<EntryId, BTreeSet<u16>>,
}

impl Left {
    fn read(snapshot: &Snapshot<'_>) -> Result<Self, StoreError> {
        let marked = snapshot.left_applying()?.into_iter().collect();
        let mut arrived: BTreeMap<EntryId, BTreeSet<u16>> = BTreeMap::new();
        for space in snapshot.spaces()? {
            for one in snapshot.pending(space)?.into_iter().filter(|one| one.reason == ARRIVED) {
                arrived.entry(one.section.entry).or_default().insert(one.section.index);
            }
        }
        Ok(Self { marked, arrived })
    }

    fn is_empty(&self) -> bool {
        self.marked.is_empty() && self.arrived.is_empty()
    }

    fn entries(&self) -> Vec<EntryId> {
        self.marked.iter().chain(self.arrived.keys()).copied().collect()
    }
}

/// At the start of a process: goes on with what was interrupted, and holds what has brought the
/// process down too often. What a living process is at work on is left to it.
pub(crate) fn finish_interrupted(core: &Core) -> Result<()> {
    if core.store.read(Left::read)?.is_empty() {
        return Ok(());
    }
    let Some(_alone) = core.home.try_take_over()? else { return Ok(()) };
    let left = core.store.read(Left::read)?;
    let entries = left.entries();
    mark(core, &entries)?;
    for (entry, sections) in &left.arrived {
        let careful = left.marked.contains(entry);
        let given_up = careful && count_try(core, *entry, sections.len())?;
        let section = |index: &u16| SectionRef { entry: *entry, index: *index };
        let mut sections: Vec<SectionRef> = sections.iter().map(section).collect();
        if given_up && !sections.is_empty() {
            hold(core, sections.remove(0))?;
        }
        for slice in sections.chunks(if careful { CAREFUL_SLICE } else { SLICE }) {
            apply_slice(core, slice)?;
        }
    }
    unmark(core, &entries)
}

fn tries_name(entry: EntryId) -> String {
    format!("applying/{entry}")
}

/// Counts one more try at an entry of which so many sections are left: says whether the first of
/// them has had enough. Sections that went well since the last try begin the count anew.
fn count_try(core: &Core, entry: EntryId, left: usize) -> Result<bool> {
    let left = u16::try_from(left).unwrap_or(u16::MAX).to_be_bytes();
    core.store.write(|txn| {
        let name = tries_name(entry);
        let before = match txn.setting(&name)?.as_deref() {
            Some([tries, rest @ ..]) if *rest == left => *tries,
            _ => 0,
        };
        let tries = before.saturating_add(1);
        let [high, low] = left;
        txn.put_setting(&name, &[tries, high, low])?;
        Ok(tries >= MAX_TRIES)
    })
}

fn hold(core: &Core, section: SectionRef) -> Result<()> {
    core.store.write(|txn| {
        let header = txn.header(section.entry)?;
        let row = header.as_ref().and_then(|header| header.table.get(usize::from(section.index)));
        txn.clear_pending(section)?;
        if let Some(row) = row {
            let reason = UNREADABLE.to_owned();
            txn.put_held(&Held { section, document: row.document, reason })?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests;
