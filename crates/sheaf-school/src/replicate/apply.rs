//! Applying what has arrived: in short transactions, so that saves go first, and so that a
//! section that brings the process down is not tried for ever.

use std::collections::BTreeSet;

use sheaf_charter::{EntryId, SpaceId};
use sheaf_store::{Held, SectionRef};

use super::shelf::ARRIVED;
use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::project::Projector;

/// Sections applied in one transaction: some tens of milliseconds.
const SLICE: usize = 96;
/// An entry that was being applied when the process ended so often is held as unreadable. (Once
/// or twice may have been a power cut.)
const MAX_TRIES: u8 = 3;
const UNREADABLE: &str = "it could not be applied; this device stopped each time it was tried";

/// Applies the sections of these entries, which are durable and noted as arrived.
pub(crate) fn apply(core: &Core, entries: &[EntryId]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    core.store.write(|txn| entries.iter().try_for_each(|entry| txn.mark_applying(*entry)))?;
    let sections = core.store.read(|snapshot| {
        let mut sections = Vec::new();
        for id in entries {
            let count = snapshot.header(*id)?.map_or(0, |header| header.table.len());
            let count = u16::try_from(count).unwrap_or(u16::MAX);
            sections.extend((0..count).map(|index| SectionRef { entry: *id, index }));
        }
        Ok::<_, SchoolError>(sections)
    })?;
    for slice in sections.chunks(SLICE) {
        apply_slice(core, slice)?;
    }
    core.store.write(|txn| {
        entries.iter().try_for_each(|entry| {
            txn.clear_applying(*entry)?;
            txn.drop_setting(&tries_name(*entry)).map(drop)
        })
    })?;
    Ok(())
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
                txn.clear_pending(*section)?;
                projector.take_section(txn, &entry, section.index)?;
            }
        }
        projector.finish(txn)
    })
}

/// At the start of a process: goes on with what was interrupted, and holds what has brought the
/// process down too often.
pub(crate) fn finish_interrupted(core: &Core) -> Result<()> {
    let marked = core.store.read(|snapshot| snapshot.left_applying())?;
    let hopeless = count_tries(core, &marked)?;
    for id in &hopeless {
        hold(core, *id)?;
    }
    let waiting: BTreeSet<EntryId> = core.store.read(|snapshot| {
        let mut waiting = BTreeSet::new();
        for space in snapshot.spaces()? {
            let arrived = snapshot.pending(space)?.into_iter();
            waiting
                .extend(arrived.filter(|one| one.reason == ARRIVED).map(|one| one.section.entry));
        }
        Ok::<_, sheaf_store::StoreError>(waiting)
    })?;
    let entries: Vec<EntryId> = waiting.into_iter().collect();
    apply(core, &entries)
}

fn tries_name(entry: EntryId) -> String {
    format!("applying/{entry}")
}

fn count_tries(core: &Core, marked: &[EntryId]) -> Result<Vec<EntryId>> {
    core.store.write(|txn| {
        let mut hopeless = Vec::new();
        for id in marked {
            let name = tries_name(*id);
            let before = txn.setting(&name)?.and_then(|value| value.first().copied());
            let tries = before.unwrap_or(0).saturating_add(1);
            txn.put_setting(&name, &[tries])?;
            if tries >= MAX_TRIES {
                hopeless.push(*id);
            }
        }
        Ok(hopeless)
    })
}

fn hold(core: &Core, id: EntryId) -> Result<()> {
    core.store.write(|txn| {
        let Some(entry) = txn.entry(id)? else { return Ok(()) };
        let space: SpaceId = entry.header().lane.space;
        let left: Vec<SectionRef> = txn
            .pending(space)?
            .into_iter()
            .filter(|one| one.section.entry == id && one.reason == ARRIVED)
            .map(|one| one.section)
            .collect();
        for section in left {
            let row = entry.header().table.get(usize::from(section.index));
            txn.clear_pending(section)?;
            if let Some(row) = row {
                let reason = UNREADABLE.to_owned();
                txn.put_held(&Held { section, document: row.document, reason })?;
            }
        }
        txn.clear_applying(id)?;
        Ok(())
    })
}
