//! Building the index again from the log.

use std::collections::BTreeSet;

use sheaf_charter::{Entry, Lane, Part, SpaceId, Trust};
use sheaf_replica::Verdict;
use sheaf_store::{Cause, SectionRef, Txn};

use crate::core::Core;
use crate::error::Result;
use crate::project::Projector;
use crate::replicate::verdict_here;

/// Why an entry counts for nothing whose control entries are damaged or gone.
const LACKS_CONTROL: &str = "control entries that it names are missing";

/// Makes the index anew, in the order in which the entries arrived. What processes have ended at
/// stays held: that is not told by the log, and to try it would end this one too.
pub(super) fn rebuild(core: &Core, txn: &mut Txn<'_>) -> Result<()> {
    core.refresh_from(txn)?;
    let set_aside = txn.held_for(Cause::EndsProcesses)?;
    txn.clear_index()?;
    let (control, lists) = (core.control(), core.lists());
    let mut projector = Projector::new(&control, &lists.codes);
    projector.bar(set_aside.iter().map(|held| held.section));
    let spaces: BTreeSet<SpaceId> = txn.spaces()?.into_iter().collect();
    let mut entries = Vec::new();
    for space in spaces {
        entries.extend(txn.entry_ids(Lane { space, part: Part::Data })?);
    }
    for (space, document) in control.erased() {
        txn.erase(space, document)?;
    }
    for id in &entries {
        let sections = txn.header(*id)?.map_or(0, |header| header.table.len());
        let sections = u16::try_from(sections).unwrap_or(u16::MAX);
        projector.expect((0..sections).map(|index| SectionRef { entry: *id, index }));
    }
    for id in entries {
        let Some(entry) = txn.entry(id)? else { continue };
        take(&mut projector, txn, &control.trust, &entry)?;
    }
    for held in set_aside {
        // Unless it was erased meanwhile.
        if txn.section(held.section)?.is_some() {
            txn.put_held(&held)?;
        }
    }
    projector.finish(txn)
}

fn take(
    projector: &mut Projector<'_>,
    txn: &mut Txn<'_>,
    trust: &Trust,
    entry: &Entry,
) -> Result<()> {
    let header = entry.header();
    let previous = if header.seq == 0 { None } else { txn.header(header.previous)? };
    match verdict_here(txn, trust, entry.signed(), previous.as_ref())? {
        Verdict::Stands => projector.take_entry(txn, entry),
        Verdict::Held(reason) | Verdict::Refused(reason) => {
            Projector::hold_entry(txn, entry, reason.words())?;
            for index in trust.attested(header.lane.space, entry.id()) {
                txn.clear_held(SectionRef { entry: entry.id(), index })?;
                projector.take_section(txn, entry, index)?;
            }
            Ok(())
        }
        Verdict::Waits(_) => Projector::hold_entry(txn, entry, LACKS_CONTROL),
    }
}
