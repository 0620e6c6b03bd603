//! Taking in what arrived, by whatever carrier.

use std::sync::{Arc, Mutex, PoisonError};

use sheaf_charter::{Entry, Part};
use sheaf_replica::{Intake, Report, Section};
use sheaf_store::{Snapshot, StoreError};

use super::apply::{apply, finish_left};
use super::host::store_ref;
use super::restand::restand;
use super::shelf::TxnShelf;
use crate::clock::Clock;
use crate::core::Core;
use crate::error::{Result, SchoolError};

/// Takes entries and sections into this home.
pub(crate) struct Taking {
    /// The home.
    pub core: Arc<Core>,
    /// The clock.
    pub clock: Clock,
    /// Entries that cannot join their log yet.
    pub intake: Arc<Mutex<Intake>>,
}

impl Taking {
    /// Applies what is durable and was left by whoever was at work on it: they have ended, or have
    /// failed.
    pub(crate) fn finish_left(&self) -> Result<()> {
        let _taking_in = self.core.taking_in();
        if finish_left(&self.core)? { self.look_again() } else { Ok(()) }
    }

    /// Takes in a batch in one durable transaction, then applies what stands. `kept` is called when
    /// the next may come: not before all cores have read what can be read at once.
    pub(crate) fn entries(&self, entries: Vec<Entry>, kept: &mut dyn FnMut()) -> Result<Report> {
        let _taking_in = self.core.taking_in();
        let was_left = finish_left(&self.core)?;
        // Before anything is durable: what is noted and nobody is at work on counts as left.
        let at_work = self.core.home.applying_lock()?;
        let mut intake = self.intake.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.core.store.write(|txn| {
            self.core.refresh_from(txn)?;
            let mut shelf = TxnShelf::new(&self.core, txn, self.clock.now_ms());
            let report = intake.take_in(entries, &mut shelf)?;
            let spans = shelf.finish()?;
            Ok::<_, SchoolError>((report, spans, shelf.standing))
        });
        drop(intake);
        // What was not kept is not known either.
        let (report, spans, standing) = taken.or_else(|error| {
            self.core.forget_control();
            self.core.refresh()?;
            Err(error)
        })?;
        let keys_may_be_new = report.joined.iter().any(|one| one.lane.part == Part::Control);
        apply(&self.core, &at_work, spans, &standing, kept)?;
        drop(at_work);
        if keys_may_be_new || was_left {
            self.look_again()?;
        } else if self.core.control().trust.cuts_anything() {
            restand(&self.core)?;
        }
        Ok(report)
    }

    /// What follows once control entries are taken in, by this process or by one that did not get
    /// so far.
    fn look_again(&self) -> Result<()> {
        self.retry_pending()?;
        self.core.settle_down(&self.clock)
    }

    /// Sections whose key may have arrived with a control entry.
    fn retry_pending(&self) -> Result<()> {
        let pending = |snapshot: &Snapshot<'_>| {
            let mut sections = Vec::new();
            for space in snapshot.spaces()? {
                sections.extend(snapshot.pending(space)?.into_iter().map(|one| one.section));
            }
            Ok::<_, StoreError>(sections)
        };
        if self.core.store.read(pending)?.is_empty() {
            return Ok(());
        }
        let at_work = self.core.home.applying_lock()?;
        let spans = self.core.store.write(|txn| {
            let mut spans = Vec::new();
            for section in pending(txn)? {
                txn.clear_pending(section)?;
                spans.push(txn.note_arrived(section, section)?);
            }
            Ok::<_, StoreError>(spans)
        })?;
        apply(&self.core, &at_work, spans, &[], &mut || {})
    }

    /// Fills in sections that are missing here without a tombstone.
    pub(crate) fn sections(&self, sections: &[Section]) -> Result<Report> {
        let _taking_in = self.core.taking_in();
        let at_work = self.core.home.applying_lock()?;
        let spans = self.core.store.write(|txn| {
            let mut spans = Vec::new();
            for section in sections {
                let header = txn.header(section.at.entry)?;
                let row = header
                    .as_ref()
                    .and_then(|header| header.table.get(usize::from(section.at.index)));
                let fits = row.is_some_and(|row| {
                    let erased = self.core.control().is_erased(section.at.lane.space, row.document);
                    row.matches(&section.sealed) && !erased
                });
                let at = store_ref(&section.at);
                if fits && txn.section(at)?.is_none() {
                    txn.put_section(at, &section.sealed)?;
                    spans.push(txn.note_arrived(at, at)?);
                }
            }
            Ok::<_, SchoolError>(spans)
        })?;
        let filled = spans.len();
        apply(&self.core, &at_work, spans, &[], &mut || {})?;
        Ok(Report { sections: filled, ..Report::default() })
    }
}

#[cfg(test)]
mod tests;
