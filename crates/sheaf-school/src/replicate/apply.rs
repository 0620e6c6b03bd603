//! Applying what has arrived: in short transactions, so that saves go first, and so that a
//! section that brings the process down is not tried for ever.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use sheaf_charter::{Entry, EntryId};
use sheaf_store::{ApplyingLock, ArrivedSpan, Cause, Held, Txn};

use crate::core::Core;
use crate::error::{Result, SchoolError};
use crate::project::{Firsts, Projector, read_firsts};

/// After so long a transaction takes no further section if somebody waits to save.
const SHORT_SLICE: Duration = Duration::from_millis(40);
/// And after so long if nobody does in this process: another one's save waits no longer. Each
/// transaction writes most pages of the indexes by id, so that few long ones cost the least.
const LONG_SLICE: Duration = Duration::from_millis(160);
/// Sections looked up at once.
const LOOK_AHEAD: u32 = 1024;
/// A section at which so many processes ended one after the other is held as unreadable. (Once or
/// twice may have been a power cut.)
const MAX_TRIES: u8 = 3;
const UNREADABLE: &str = "it could not be applied; this device stopped each time it was tried";
/// Why a section does not count yet that is durable and will be applied.
pub(crate) const ARRIVED: &str = "it has not been applied yet";

/// How much is applied in one transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// As much as this time allows, and less if somebody waits.
    For(Duration),
    /// One section, so that each that goes well is progress and the one that does not is known:
    /// after a process has ended at it.
    Careful,
}

/// Entries that are in memory and need not be read again.
#[derive(Default)]
struct AtHand<'a> {
    entries: HashMap<EntryId, &'a Entry>,
    firsts: Firsts,
}

impl<'a> AtHand<'a> {
    /// These, and what can be read of them before their turn, on every core.
    fn read(core: &Core, entries: &'a [Entry]) -> Self {
        let firsts = read_firsts(core, entries);
        Self { entries: entries.iter().map(|entry| (entry.id(), entry)).collect(), firsts }
    }
}

/// Applies sections that are durable and noted as arrived. The caller has been at work since
/// before they were, or another would take them for left. Entries that the caller has at hand are
/// not read again; `read` is called when all cores have read of them what can be read at once.
pub(crate) fn apply(
    core: &Core,
    _at_work: &ApplyingLock,
    spans: Vec<ArrivedSpan>,
    at_hand: &[Entry],
    read: &mut dyn FnMut(),
) -> Result<()> {
    if spans.is_empty() {
        return Ok(());
    }
    let at_hand = AtHand::read(core, at_hand);
    read();
    apply_spans(core, spans, at_hand, Pace::For(LONG_SLICE))
}

fn apply_spans(
    core: &Core,
    spans: Vec<ArrivedSpan>,
    mut at_hand: AtHand<'_>,
    pace: Pace,
) -> Result<()> {
    let mut spans = VecDeque::from(spans);
    while !spans.is_empty() {
        core.store.write_derived(|txn| {
            let (control, lists) = (core.control(), core.lists());
            let projector = Projector::new(&control, &lists.codes);
            let begun = Instant::now();
            let at_hand = &mut at_hand;
            let mut slice = Slice { core, txn, projector, at_hand, pace, begun };
            while let Some(span) = spans.pop_front() {
                if let Some(left) = slice.apply(span)? {
                    spans.push_front(left);
                }
                if slice.is_over() {
                    break;
                }
            }
            slice.projector.finish(slice.txn)
        })?;
    }
    Ok(())
}

/// What is done in one transaction.
struct Slice<'a, 'e, 't, 's> {
    core: &'a Core,
    txn: &'a mut Txn<'t>,
    projector: Projector<'s>,
    at_hand: &'a mut AtHand<'e>,
    pace: Pace,
    begun: Instant,
}

impl Slice<'_, '_, '_, '_> {
    fn is_over(&self) -> bool {
        match self.pace {
            Pace::For(time) => {
                let taken = self.begun.elapsed();
                taken >= time || taken >= SHORT_SLICE && self.core.store.is_awaited()
            }
            Pace::Careful => true,
        }
    }

    /// Applies the beginning of a span. Gives what is left of it.
    fn apply(&mut self, span: ArrivedSpan) -> Result<Option<ArrivedSpan>> {
        // A rebuild in another process applies everything.
        if !self.txn.is_left(span)? {
            return Ok(None);
        }
        let sections = self.txn.arrived_sections(span, LOOK_AHEAD)?;
        let mut read: Option<Entry> = None;
        for section in &sections {
            // What is listed is kept: a copy without it is older than what filled it in.
            let is_whole = |entry: &&Entry| {
                let sealed = entry.sections().get(usize::from(section.index));
                sealed.is_some_and(Option::is_some)
            };
            let at_hand = self.at_hand.entries.get(&section.entry).copied();
            let entry = match at_hand.filter(is_whole) {
                Some(entry) => entry,
                None => {
                    if read.as_ref().is_none_or(|read| read.id() != section.entry) {
                        read = self.txn.entry(section.entry)?;
                    }
                    let Some(entry) = &read else { continue };
                    entry
                }
            };
            match self.at_hand.firsts.remove(section) {
                Some(first) => {
                    self.projector.take_first(self.txn, entry, section.index, first)?;
                }
                None => self.projector.take_section(self.txn, entry, section.index)?,
            }
            if self.is_over() {
                return Ok(self.txn.advance_arrived(span, *section)?);
            }
        }
        match sections.last() {
            Some(last) => Ok(self.txn.advance_arrived(span, *last)?),
            None => Ok(self.txn.clear_arrived(span).map(|()| None)?),
        }
    }
}

/// At the start of a process: goes on with what was interrupted, and holds what has brought the
/// process down too often. What somebody who lives is at work on is left to them.
pub(crate) fn finish_interrupted(core: &Core) -> Result<()> {
    for_each_left(core, |span| finish(core, span)).map(drop)
}

/// The same while a process lives, for what another one has left that has ended, or this one where
/// something failed. Says whether there was anything.
pub(crate) fn finish_left(core: &Core) -> Result<bool> {
    for_each_left(core, |span| {
        let finished = finish(core, span);
        // A full disk, or a long save of another process, passes. What does not is tried so often
        // and then held: nothing else would ever be compared or taken in.
        if matches!(finished, Err(SchoolError::Store(_))) {
            core.store.write(|txn| txn.uncount_try(span))?;
        }
        finished
    })
}

/// Does something with each span that nobody is at work on. Says whether there was one.
fn for_each_left(core: &Core, mut finish: impl FnMut(ArrivedSpan) -> Result<()>) -> Result<bool> {
    let left = || core.store.read(|snapshot| snapshot.arrived());
    if left()?.is_empty() {
        return Ok(false);
    }
    let Some(_alone) = core.home.try_take_over()? else { return Ok(false) };
    // Keys and members that it needs may have come by another process.
    core.refresh()?;
    for span in left()? {
        finish(span)?;
    }
    core.note_save();
    Ok(true)
}

/// Applies a span that was left, section by section.
fn finish(core: &Core, span: ArrivedSpan) -> Result<()> {
    let tried = core.store.write(|txn| txn.count_try(span))?;
    let rest = if tried.tries < MAX_TRIES { Some(tried) } else { give_up(core, tried)? };
    apply_spans(core, rest.into_iter().collect(), AtHand::default(), Pace::Careful)
}

/// Holds the first section of a span. Gives what is left of it.
fn give_up(core: &Core, span: ArrivedSpan) -> Result<Option<ArrivedSpan>> {
    core.store.write(|txn| {
        let Some(section) = txn.arrived_sections(span, 1)?.first().copied() else {
            return Ok(txn.clear_arrived(span).map(|()| None)?);
        };
        let header = txn.header(section.entry)?;
        let row = header.as_ref().and_then(|header| header.table.get(usize::from(section.index)));
        if let Some(row) = row {
            let (reason, cause) = (UNREADABLE.to_owned(), Cause::EndsProcesses);
            txn.put_held(&Held { section, document: row.document, reason, cause })?;
        }
        Ok(txn.advance_arrived(span, section)?)
    })
}

#[cfg(test)]
mod tests;
