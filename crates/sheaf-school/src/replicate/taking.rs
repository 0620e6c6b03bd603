//! Taking in what arrived, by whatever carrier.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use sheaf_charter::{Entry, Part};
use sheaf_replica::{Intake, Report, Section};

use super::apply::apply;
use super::host::store_ref;
use super::restand::restand;
use super::shelf::{OwnLog, TxnShelf};
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
    /// Takes in a batch in one durable transaction, then applies what stands.
    pub(crate) fn entries(&self, entries: Vec<Entry>) -> Result<Report> {
        let mut intake = self.intake.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.core.store.write(|txn| {
            self.core.refresh_from(txn)?;
            let now_ms = self.clock.now_ms();
            let (standing, log) = (Vec::new(), OwnLog::Alone);
            let mut shelf = TxnShelf { core: &self.core, txn, now_ms, standing, log };
            let report = intake.take_in(entries, &mut shelf)?;
            Ok::<_, SchoolError>((report, shelf.standing))
        });
        drop(intake);
        // What was not kept is not known either.
        let (report, standing) = taken.or_else(|error| {
            self.core.forget_control();
            self.core.refresh()?;
            Err(error)
        })?;
        let keys_may_be_new = report.joined.iter().any(|one| one.lane.part == Part::Control);
        apply(&self.core, &standing)?;
        if keys_may_be_new {
            self.retry_pending()?;
            self.core.settle_down(&self.clock)?;
        } else if self.core.control().trust.cuts_anything() {
            restand(&self.core)?;
        }
        Ok(report)
    }

    /// Sections whose key may have arrived with a control entry.
    fn retry_pending(&self) -> Result<()> {
        let entries = self.core.store.read(|snapshot| {
            let mut entries = BTreeSet::new();
            for space in snapshot.spaces()? {
                for one in snapshot.pending(space)? {
                    entries.insert(one.section.entry);
                }
            }
            Ok::<_, SchoolError>(entries)
        })?;
        apply(&self.core, &entries.into_iter().collect::<Vec<_>>())
    }

    /// Fills in sections that are missing here without a tombstone.
    pub(crate) fn sections(&self, sections: &[Section]) -> Result<Report> {
        let mut filled = Vec::new();
        self.core.store.write(|txn| {
            for section in sections {
                let header = txn.header(section.at.entry)?;
                let row = header
                    .as_ref()
                    .and_then(|header| header.table.get(usize::from(section.at.index)));
                let fits = row.is_some_and(|row| {
                    let erased = self.core.control().is_erased(section.at.lane.space, row.document);
                    row.matches(&section.sealed) && !erased
                });
                if fits && txn.section(store_ref(&section.at))?.is_none() {
                    txn.put_section(store_ref(&section.at), &section.sealed)?;
                    filled.push(section.at.entry);
                }
            }
            Ok::<_, SchoolError>(())
        })?;
        filled.dedup();
        apply(&self.core, &filled)?;
        Ok(Report { sections: filled.len(), ..Report::default() })
    }
}
